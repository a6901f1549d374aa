"""What is asked of the WebAuthn library and how its answers are read; nothing is stored here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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

from workflow.acts.accounts.passkey_place import PasskeyRefused, RelyingParty
from workflow.record.models import Authenticator, Party


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A new passkey: its two keys in base64url, and how many times it has signed."""

    credential_id: str
    public_key: str
    counter: int


def options_for_new(
    party: Party, known: Iterable[str], place: RelyingParty
) -> tuple[dict[str, Any], str]:
    """The options for making a passkey that names its account itself, and their challenge."""
    options = generate_registration_options(
        rp_id=place.host,
        rp_name="Planløp",
        user_id=party.id.encode(),
        user_name=party.email or party.name,
        user_display_name=party.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            # Without it a key that was found would open the account: no password is asked besides.
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(key)) for key in known
        ],
    )
    return json.loads(options_to_json(options)), bytes_to_base64url(options.challenge)


def options_for_any(place: RelyingParty) -> tuple[dict[str, Any], str]:
    """The options for using any passkey of this place, and their challenge."""
    options = generate_authentication_options(
        rp_id=place.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return json.loads(options_to_json(options)), bytes_to_base64url(options.challenge)


def read_new_passkey(answer: Mapping[str, Any], challenge: str, place: RelyingParty) -> NewPasskey:
    """The passkey that the browser made. Raises PasskeyRefused naming the check that stopped it."""
    try:
        registration = verify_registration_response(
            credential=dict(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except WebAuthnException as problem:
        raise PasskeyRefused(type(problem).__name__) from problem
    return NewPasskey(
        bytes_to_base64url(registration.credential_id),
        bytes_to_base64url(registration.credential_public_key),
        registration.sign_count,
    )


def check_signature(
    answer: Mapping[str, Any], challenge: str, place: RelyingParty, row: Authenticator
) -> int:
    """How many times the passkey has signed now. Raises PasskeyRefused where it did not sign this."""
    try:
        assertion = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(row.secret),
            credential_current_sign_count=row.counter,
            require_user_verification=True,
        )
    except WebAuthnException as problem:
        raise PasskeyRefused(type(problem).__name__) from problem
    return assertion.new_sign_count


def handle_of(party: Party) -> str:
    """How a browser names an account."""
    return bytes_to_base64url(party.id.encode())
