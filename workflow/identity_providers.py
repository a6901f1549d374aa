"""The settings of each OpenID Connect provider that people may sign in with, and what production refuses of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

Level = Literal["", "low", "substantial", "high"]
LEVELS: tuple[Level, ...] = ("", "low", "substantial", "high")  # eIDAS (EU 910/2014, article 8)
ENOUGH_FOR_PERSONS = "substantial"
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
# Signatures that need the provider's private key; "none" and shared secrets are never accepted.
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)


class Claims(BaseModel):
    """What the provider calls the claims that we read; an empty name means that it has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    national_id: str = ""
    email: str = "email"
    email_verified: str = "email_verified"
    roles: str = ""
    organisation: str = ""
    level: str = "acr"


class Provider(BaseModel):
    """One provider: ID-porten, HelseID, Entra ID, Keycloak or any other that speaks OpenID Connect.

    levels: the provider's own words for how sure it is (acr values), each with its level of
    assurance. required: the least level that lets anybody in. ask: the acr values to ask for.
    who: whom it lets in. by_email: staff may be known by a verified e-mail the first time.
    municipality: the number of the one it serves; organisations: organisation number to
    municipality number, where a claim says which. roles: at least one must stand in the claim.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    name: str = ""
    label: dict[str, str] | str
    issuer: str
    discovery: str = ""
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = SecretStr("")
    client_secret_file: Path | None = None
    private_key_file: Path | None = None
    private_key_id: str = ""
    private_key_algorithm: str = "RS256"
    scopes: str = "openid"
    levels: dict[str, Level] = {}
    required: Level = ""
    ask: tuple[str, ...] = ()
    claims: Claims = Claims()
    userinfo: bool = False
    who: Literal["staff", "person", "both"] = "staff"
    by_email: bool = False
    roles: tuple[str, ...] = ()
    municipality: str = Field(default="", pattern=r"^([0-9]{4})?$")
    organisations: dict[str, str] = {}
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256")
    pushed: bool = False
    sign_out: bool = True
    leeway: int = Field(default=60, ge=0, le=300)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for reason in reasons_against(self):
            raise ValueError(f"{self.name or 'provider'}: {reason}")
        return self

    @property
    def discovery_address(self) -> str:
        """Where the provider describes itself (OpenID Connect Discovery 1.0, section 4)."""
        return self.discovery or f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"

    @property
    def secret(self) -> str:
        """The client's secret, from its file where it has one; empty with a private key."""
        if self.client_secret_file:
            return self.client_secret_file.read_text(encoding="utf-8").rstrip("\r\n")
        return self.client_secret.get_secret_value()

    @property
    def private_key(self) -> str:
        """The client's private key (PEM or JWK), read anew each time so that it can be changed."""
        return self.private_key_file.read_text(encoding="utf-8") if self.private_key_file else ""

    def label_in(self, language: str) -> str:
        """What the provider is called on the button."""
        if isinstance(self.label, str):
            return self.label
        return self.label.get(language) or next(iter(self.label.values()))

    def level_of(self, said: Any) -> Level:
        """The best level among what the provider said; words that the setting does not know count nothing."""
        words = said if isinstance(said, list) else [said]
        known = [self.levels.get(str(word), "") for word in words]
        return max(known, key=LEVELS.index, default="")

    def is_sure_enough(self, level: Level) -> bool:
        """Whether a level lets anybody in."""
        return LEVELS.index(level) >= LEVELS.index(self.required)


def reasons_against(provider: Provider) -> list[str]:
    """What contradicts itself in a provider's settings."""
    one_secret = (
        provider.client_secret.get_secret_value(),
        provider.client_secret_file,
        provider.private_key_file,
    )
    checks = {
        "needs one of client_secret, client_secret_file and private_key_file": sum(
            map(bool, one_secret)
        )
        != 1,
        "scopes must hold openid": "openid" not in provider.scopes.split(),
        "label has no words": not provider.label,
        "algorithms must be asymmetric ones": not set(provider.algorithms) <= set(ALGORITHMS)
        or not provider.algorithms,
        "required names no level that `levels` gives": bool(provider.required)
        and not any(provider.is_sure_enough(level) for level in provider.levels.values()),
        "by_email is for staff alone": provider.by_email and provider.who != "staff",
        "roles needs the claim's name": bool(provider.roles) and not provider.claims.roles,
        "organisations needs the claim's name": bool(provider.organisations)
        and not provider.claims.organisation,
        "needs a way to know people: claims.national_id or by_email": not (
            provider.claims.national_id or provider.by_email
        ),
    }
    return [reason for reason, holds in checks.items() if holds]


def read_providers(given: Any) -> Any:
    """The setting's JSON, an object by name; each provider learns its own name."""
    providers = json.loads(given) if isinstance(given, str) else given
    if not isinstance(providers, Mapping):
        raise ValueError("must be a JSON object, one provider by name")
    for name in providers:
        if not NAME.fullmatch(str(name)):
            raise ValueError(f"{name!r} is no name: small letters, digits and hyphens")
    return {
        name: {**one, "name": name} if isinstance(one, Mapping) else one
        for name, one in providers.items()
    }


Providers = Annotated[dict[str, Provider], BeforeValidator(read_providers)]


def reasons_against_in_production(providers: Mapping[str, Provider]) -> list[str]:
    """What may not run in production: plain http, or persons let in below substantial assurance."""
    reasons = []
    for name, one in providers.items():
        plain = [part for part in (one.issuer, one.discovery_address) if not is_https(part)]
        if plain:
            reasons.append(f"PLANLOP_OIDC {name}: every address must begin with https://")
        sure = LEVELS.index(one.required) >= LEVELS.index(ENOUGH_FOR_PERSONS)
        if one.who != "staff" and not sure:
            reasons.append(f"PLANLOP_OIDC {name}: persons need required substantial or high")
    return reasons


def is_https(address: str) -> bool:
    """Whether the address names a host over https."""
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.netloc)
