"""Passkeys (WebAuthn level 2): made, named and used to sign in without a password."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.acts.accounts.passkey_place import PasskeyRefused, RelyingParty
from workflow.acts.accounts.sessions import digest_token
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.in_force import has_account
from workflow.record.models import Authenticator, Party, SpentToken, new_id

KIND = "passkey"
LONGEST_NAME = 80
# Whoever sends it has not signed in yet: what is longer than any browser's is not even parsed.
LONGEST_ANSWER = 20_000
LASTS = timedelta(minutes=5)
# `webauthn` is imported where it is used: its library takes 13 MiB and 0.15 s, and most
# processes never meet a passkey.


@dataclass(frozen=True, slots=True)
class PasskeyChallenge:
    """What the page's script is given, and the challenge that the answer must hold."""

    options: dict[str, Any]
    challenge: str


def ask_new(session: Session, party: Party, place: RelyingParty) -> PasskeyChallenge:
    """What a browser needs to make a passkey that needs no user name and checks who holds it."""
    from workflow.acts.accounts import webauthn

    known = [key for key in session.execute(_of(party.id)).scalars() if key]
    return PasskeyChallenge(*webauthn.options_for_new(party, known, place))


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
    place: RelyingParty,
    now: datetime,
) -> str:
    """Stores the passkey that a browser has made; returns its id. Raises PasskeyRefused."""
    from workflow.acts.accounts import webauthn

    _spend(session, challenge, now)
    made = webauthn.read_new_passkey(_read(answer), challenge, place)
    key = new_id()
    row = {
        "id": key,
        "party_id": party.id,
        "kind": KIND,
        "name": name[:LONGEST_NAME],
        "secret": made.public_key,
        "credential_id": made.credential_id,
        "counter": made.counter,
        "created_at": now,
        "confirmed_at": now,
    }
    try:
        # A savepoint: PostgreSQL would else give up everything before the refused row too.
        with session.begin_nested():
            insert_rows(session, Authenticator, row)
    except IntegrityError as problem:
        raise PasskeyRefused("known") from problem
    return key


def ask(place: RelyingParty) -> PasskeyChallenge:
    """What a browser needs to offer the passkeys it holds for this place, of whichever account."""
    from workflow.acts.accounts import webauthn

    return PasskeyChallenge(*webauthn.options_for_any(place))


def prove(
    session: Session, answer: str, challenge: str, place: RelyingParty, now: datetime
) -> tuple[Party, str]:
    """Whose passkey signed the challenge, and the authenticator's id. Raises PasskeyRefused.

    The challenge is spent whatever follows, and a copied passkey is found out by its sign count:
    commit in both cases.
    """
    from workflow.acts.accounts import webauthn

    _spend(session, challenge, now)
    given = _read(answer)
    row, party = _found(session, given)
    counter = webauthn.check_signature(given, challenge, place, row)
    used = session.execute(
        update(Authenticator)
        # The count as it was read: a copy that signs at the same moment is not let in beside it.
        .where(Authenticator.id == row.id, Authenticator.counter == row.counter)
        .values(counter=counter, used_at=now)
        .execution_options(synchronize_session=False)
    )
    if not getattr(used, "rowcount", 0):
        raise PasskeyRefused("used at the same moment")
    return party, row.id


def _found(session: Session, given: dict[str, Any]) -> tuple[Authenticator, Party]:
    """The passkey named, if it is of the account that the browser says it is of."""
    from workflow.acts.accounts import webauthn

    pair = session.execute(
        select(Authenticator, Party)
        .join(Party, Party.id == Authenticator.party_id)
        .where(
            Authenticator.credential_id == str(given.get("id", "")),
            Authenticator.kind == KIND,
            has_account(Party),
        )
    ).first()
    if pair is None:
        raise PasskeyRefused("unknown")
    said = given.get("response", {}).get("userHandle") or ""
    if said and said != webauthn.handle_of(pair[1]):
        raise PasskeyRefused("another account's")
    return pair[0], pair[1]


def _read(answer: str) -> dict[str, Any]:
    """What the browser sent, as JSON. Raises PasskeyRefused."""
    try:
        credential = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except ValueError as problem:
        raise PasskeyRefused("no JSON") from problem
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        raise PasskeyRefused("no answer")
    return credential


def _spend(session: Session, challenge: str, now: datetime) -> None:
    """Uses a challenge up, before anything else is looked at. Raises PasskeyRefused the second time."""
    if not challenge:
        raise PasskeyRefused("no challenge")
    row = {"digest": digest_token(challenge), "kind": KIND, "expires_at": now + LASTS}
    try:
        with session.begin_nested():
            session.execute(insert(SpentToken), row)
    except IntegrityError as problem:
        raise PasskeyRefused("replayed") from problem
