"""Passkeys (WebAuthn level 2): made, named and used to sign in without a password; the script lives in web."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from workflow.acts.sessions import digest
from workflow.record import doors
from workflow.record.models import Authenticator, Party, SpentToken, new_id

KIND = "passkey"
LONGEST_NAME = 80
LONGEST_ANSWER = 20_000
LASTS = timedelta(minutes=5)


class PasskeyRefused(Exception):
    """What the browser sent does not prove anything; the message says which check stopped it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys are good: the host that they are tied to, and the address of the pages."""

    host: str
    origin: str

    @classmethod
    def of(cls, base_url: str) -> Place:
        """The place of an installation's address."""
        parts = urlsplit(base_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page's script is given, and the challenge that the answer must hold."""

    options: dict[str, Any]
    challenge: str


def ask_new(session: Session, party: Party, place: Place) -> Asked:
    """What a browser needs to make a passkey that needs no user name and checks who holds it."""
    known = session.execute(_of(party.id)).scalars()
    options = generate_registration_options(
        rp_id=place.host,
        rp_name="Planløp",
        user_id=party.id.encode(),
        user_name=party.email or party.name,
        user_display_name=party.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(key)) for key in known if key
        ],
    )
    return Asked(json.loads(options_to_json(options)), bytes_to_base64url(options.challenge))


def _of(party_id: str) -> Any:
    return select(Authenticator.credential_id).where(
        Authenticator.party_id == party_id, Authenticator.kind == KIND
    )


def keep(
    session: Session,
    party: Party,
    name: str,
    answer: str,
    challenge: str,
    place: Place,
    now: datetime,
) -> str:
    """Stores the passkey that a browser has made; returns its id. Raises PasskeyRefused."""
    _spend(session, challenge, now)
    try:
        made = verify_registration_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except WebAuthnException as problem:
        raise PasskeyRefused(type(problem).__name__) from problem
    key = new_id()
    row = {
        "id": key, "municipality_id": party.municipality_id, "party_id": party.id, "kind": KIND,
        "name": name[:LONGEST_NAME], "secret": bytes_to_base64url(made.credential_public_key),
        "credential_id": bytes_to_base64url(made.credential_id), "counter": made.sign_count,
        "created_at": now, "confirmed_at": now,
    }  # fmt: skip
    try:
        with session.begin_nested():
            session.execute(insert(Authenticator), row)
    except IntegrityError as problem:
        raise PasskeyRefused("known") from problem
    return key


def ask(place: Place) -> Asked:
    """What a browser needs to offer the passkeys it holds for this place, of whichever account."""
    options = generate_authentication_options(
        rp_id=place.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Asked(json.loads(options_to_json(options)), bytes_to_base64url(options.challenge))


def prove(
    session: Session, answer: str, challenge: str, place: Place, now: datetime
) -> tuple[Party, str]:
    """Whose passkey signed the challenge, and the authenticator's id. Raises PasskeyRefused.

    The challenge is spent whatever follows, and a copied passkey is found out by its sign count:
    commit in both cases.
    """
    _spend(session, challenge, now)
    given = _read(answer)
    row, party = _found(session, given)
    try:
        proof = verify_authentication_response(
            credential=given,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(row.secret),
            credential_current_sign_count=row.counter,
            require_user_verification=True,
        )
    except WebAuthnException as problem:
        raise PasskeyRefused(type(problem).__name__) from problem
    used = session.execute(
        update(Authenticator)
        .where(Authenticator.id == row.id, Authenticator.counter == row.counter)
        .values(counter=proof.new_sign_count, used_at=now)
        .execution_options(synchronize_session=False)
    )
    if not getattr(used, "rowcount", 0):
        raise PasskeyRefused("used at the same moment")
    return party, row.id


def _found(session: Session, given: dict[str, Any]) -> tuple[Authenticator, Party]:
    """The passkey named, if it is of the account that the browser says it is of."""
    doors.knock(session, "passkey", str(given.get("id", "")))
    found = session.execute(
        select(Authenticator, Party)
        .join(Party, Party.id == Authenticator.party_id)
        .where(
            Authenticator.credential_id == str(given.get("id", "")),
            Authenticator.kind == KIND,
            Party.deactivated_at.is_(None),
        )
    ).first()
    if found is None:
        raise PasskeyRefused("unknown")
    said = given.get("response", {}).get("userHandle") or ""
    if said and said != bytes_to_base64url(found[1].id.encode()):
        raise PasskeyRefused("another account's")
    return found[0], found[1]


def _read(answer: str) -> dict[str, Any]:
    """What the browser sent, as JSON. Raises PasskeyRefused."""
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except ValueError as problem:
        raise PasskeyRefused("no JSON") from problem
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise PasskeyRefused("no answer")
    return found


def _spend(session: Session, challenge: str, now: datetime) -> None:
    """Uses a challenge up, before anything else is looked at. Raises PasskeyRefused the second time."""
    if not challenge:
        raise PasskeyRefused("no challenge")
    row = {"digest": digest(challenge), "kind": KIND, "expires_at": now + LASTS}
    try:
        with session.begin_nested():
            session.execute(insert(SpentToken), row)
    except IntegrityError as problem:
        raise PasskeyRefused("replayed") from problem
