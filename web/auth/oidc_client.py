"""The conversation with one OpenID provider: discovery, keys, the question, the answer checked."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.claims import JWTClaims
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, import_key
from joserfc.jws import JWSRegistry
from requests import RequestException

from workflow.identity_providers import Provider, is_https
from workflow.rules.calendar.clock import utc_now

KEPT_FOR = 3600.0  # seconds that a provider's own description counts
NOT_OFTENER = 30.0  # seconds between two looks at its keys, however many strange tokens come
LARGEST_ANSWER = 1024 * 1024
PROOF_COUNTS = 50  # seconds; HelseID takes 60 at most, ID-porten 120
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
FAREWELL_LASTS = 300  # seconds from when a logout token was made


class ProviderAway(Exception):
    """The provider did not answer, or not in words that we know."""


class AnswerRefused(Exception):
    """What came back does not hold; `reason` is a code for the log, never a part of a token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One try to sign in, as it must come back."""

    state: str
    nonce: str
    verifier: str
    again: bool = False  # the reader must prove anew who she is
    other: bool = False  # the provider may not answer with whoever it knows already


class OidcClient:
    """What this process knows of one provider, and how it is asked. Safe for several threads."""

    def __init__(self, provider: Provider, redirect_uri: str, timeout: float, strict: bool) -> None:
        self.provider, self.redirect_uri = provider, redirect_uri
        self.timeout, self.strict = timeout, strict
        self._described: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, KeySet | None] = (0.0, None)

    def describe(self) -> dict[str, Any]:
        """The provider's own description; kept for an hour. Raises ProviderAway."""
        at, description = self._described
        if not description or time.monotonic() - at > KEPT_FOR:
            description = self._fetch(self.provider.discovery_address)
            self._refuse_strangers(description)
            self._described = (time.monotonic(), description)
        return description

    def _refuse_strangers(self, description: Mapping[str, Any]) -> None:
        """Another issuer than the setting's (mix-up), or not_https."""
        if description.get("issuer") != self.provider.issuer:
            raise ProviderAway("other_issuer")
        named = [
            value for name, value in description.items() if name.endswith(("_endpoint", "jwks_uri"))
        ]
        if self.strict and not all(is_https(str(value)) for value in named):
            raise ProviderAway("not_https")

    def endpoint(self, name: str) -> str:
        """One of the provider's addresses; empty where it has none."""
        return str(self.describe().get(name) or "")

    def question(self, asked: AuthorizationRequest) -> str:
        """Where the browser is sent, with the question in the address or left at the provider (PAR)."""
        provider = self.provider
        fields: dict[str, str] = {"nonce": asked.nonce}
        if provider.ask:
            fields["acr_values"] = " ".join(provider.ask)
        if asked.again or asked.other:
            fields["prompt"] = "login"
        if asked.again:
            fields["max_age"] = "0"
        door = self.endpoint("authorization_endpoint")
        with self._client() as client:
            address, _ = client.create_authorization_url(
                door, state=asked.state, code_verifier=asked.verifier, **fields
            )
            if provider.pushed or self.describe().get("require_pushed_authorization_requests"):
                return self._pushed(client, door, address)
        return str(address)

    def _pushed(self, client: Any, door: str, address: str) -> str:
        """Leaves the question at the provider (RFC 9126); the browser carries a reference only."""
        place = self.endpoint("pushed_authorization_request_endpoint")
        if not place:
            raise ProviderAway("no_pushed_questions")
        try:
            answer = client.post(
                place,
                data=address.partition("?")[2],
                withhold_token=True,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                auth=client.client_auth(client.token_endpoint_auth_method),
                allow_redirects=False,
            )
            kept = answer.json().get("request_uri", "")
        except (RequestException, ValueError, AttributeError) as problem:
            raise ProviderAway("pushed") from problem
        if not kept:
            raise ProviderAway("pushed_refused")
        return f"{door}?{urlencode({'client_id': self.provider.client_id, 'request_uri': kept})}"

    def answer(
        self, code: str, asked: AuthorizationRequest, now: datetime
    ) -> tuple[dict[str, Any], str]:
        """The checked claims of whoever signed in, and the id_token. Raises ProviderAway, AnswerRefused."""
        place = self.endpoint("token_endpoint")
        try:
            with self._client() as client:
                token = client.fetch_token(
                    place,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=asked.verifier,
                    redirect_uri=self.redirect_uri,
                )
        except OAuthError as problem:
            raise AnswerRefused("code") from problem
        except (RequestException, ValueError) as problem:
            raise ProviderAway("token") from problem
        claims = self.claims_of(token, asked.nonce, now)
        if self.provider.userinfo:
            # What the token says goes before: it is signed, the other is not.
            claims = {**self._userinfo(token, claims["sub"]), **claims}
        return claims, str(token["id_token"])

    def claims_of(self, token: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
        """The id_token's claims once everything about it holds (OpenID Connect Core 3.1.3.7).

        Signature by a key of the provider's, an allowed algorithm, issuer, audience, authorised
        party, hours, nonce and at_hash. Raises AnswerRefused, ProviderAway.
        """
        signed = token.get("id_token")
        if not isinstance(signed, str):
            raise AnswerRefused("no_id_token")
        decoded = self.decode(signed)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            {
                "nonce": nonce,
                "client_id": self.provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        try:
            claims.validate(now=int(now.timestamp()), leeway=self.provider.leeway)
        except (JoseError, ValueError, TypeError) as problem:
            raise AnswerRefused("id_token") from problem
        if not is_subject(claims["sub"]) or not is_subject(claims.get("sid", "-")):
            raise AnswerRefused("sub")
        return dict(claims)

    def decode(self, signed: str) -> Any:
        """A token whose signature is one of the provider's. Raises AnswerRefused, ProviderAway."""
        # The setting's, never those the provider or the token names: «none», or HS256 keyed by the
        # public key, would pass.
        registry = JWSRegistry(algorithms=list(self.provider.algorithms), strict_check_header=False)
        try:
            try:
                return jwt.decode(signed, self.keys(), registry=registry)
            except InvalidKeyIdError:
                return jwt.decode(signed, self.keys(anew=True), registry=registry)
        except (JoseError, ValueError, TypeError, UnicodeError) as problem:
            raise AnswerRefused("signature") from problem

    def farewell(self, signed: str, now: datetime) -> dict[str, Any]:
        """The claims of a logout token once everything holds (Back-Channel Logout 1.0, section 2.6).

        Like an id_token's; besides the event, no nonce, a fresh hour, an id of its own, and whom
        it is about. Raises AnswerRefused, ProviderAway.
        """
        decoded = self.decode(signed)
        claims = JWTClaims(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
                "iat": {"essential": True},
                "jti": {"essential": True},
            },
        )
        try:
            claims.validate(now=int(now.timestamp()), leeway=self.provider.leeway)
            age = now.timestamp() - float(claims["iat"])
        except (JoseError, ValueError, TypeError) as problem:
            raise AnswerRefused("logout_token") from problem
        events = claims.get("events")
        event = events.get(LOGOUT_EVENT) if isinstance(events, dict) else None
        about = [claims.get("sub"), claims.get("sid")]
        fits = (
            isinstance(event, dict),
            "nonce" not in claims,
            age <= FAREWELL_LASTS + self.provider.leeway,
            str(decoded.header.get("typ", "")).lower() in ("", "jwt", "logout+jwt"),
            any(about) and all(one is None or is_subject(one) for one in about),
        )
        if not all(fits):
            raise AnswerRefused("logout_token")
        return dict(claims)

    def keys(self, anew: bool = False) -> KeySet:
        """The provider's public keys; asked for again when a token names one that is new."""
        at, key_set = self._keys
        age = time.monotonic() - at
        if key_set is None or age > KEPT_FOR or (anew and age > NOT_OFTENER):
            given = self._fetch(self.endpoint("jwks_uri"))
            try:
                key_set = KeySet.import_key_set(
                    {"keys": [one for one in given["keys"] if usable(one)]}
                )
            except (KeyError, TypeError, ValueError, JoseError) as problem:
                raise ProviderAway("keys") from problem
            self._keys = (time.monotonic(), key_set)
        return key_set

    def _userinfo(self, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """More claims, of the same subject only (OpenID Connect Core 5.3.2)."""
        claims = self._fetch(
            self.endpoint("userinfo_endpoint"), f"Bearer {token.get('access_token', '')}"
        )
        if claims.get("sub") != subject:
            raise AnswerRefused("userinfo")
        return claims

    def _client(self) -> Any:
        """A client of Authlib's, for one request or two."""
        provider = self.provider
        method: Any = "client_secret_basic"
        secret: Any = provider.secret
        if provider.private_key:
            headers = {"kid": provider.private_key_id} if provider.private_key_id else {}
            algorithm = provider.private_key_algorithm
            claims = fresh_hours()
            method = PrivateKeyJWT(provider.issuer, claims=claims, headers=headers, alg=algorithm)
            secret = private_key(provider.private_key, algorithm)
        return OAuth2Session(
            provider.client_id,
            secret,
            token_endpoint_auth_method=method,
            scope=provider.scopes,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            default_timeout=self.timeout,
        )

    def _fetch(self, address: str, authorization: str = "") -> dict[str, Any]:
        """A JSON object from the provider. Raises ProviderAway."""
        if not address:
            raise ProviderAway("no_address")
        headers = {"Accept": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        try:
            with OAuth2Session(default_timeout=self.timeout) as client:
                answer = client.get(
                    address, headers=headers, withhold_token=True, allow_redirects=False
                )
            answer.raise_for_status()
            body = answer.json() if len(answer.content) <= LARGEST_ANSWER else None
        except (RequestException, ValueError) as problem:
            raise ProviderAway("fetch") from problem
        if answer.status_code != 200 or not isinstance(body, dict):
            raise ProviderAway("fetch")
        return body


def is_subject(said: object) -> bool:
    """Whether a subject is one (OpenID Connect Core 2: a text of 255 ASCII signs at most)."""
    plain = isinstance(said, str) and said.isascii() and said.isprintable()
    return plain and 0 < len(str(said)) <= 255


def usable(key: Mapping[str, Any]) -> bool:
    """Whether a published key is a public one to check signatures with."""
    return key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"


def fresh_hours() -> dict[str, int]:
    """From when to when our own proof counts; the library's hour is longer than HelseID takes."""
    at = int(utc_now().timestamp())
    return {"iat": at, "nbf": at, "exp": at + PROOF_COUNTS}


def private_key(text: str, algorithm: str) -> Any:
    """A private key from its PEM or JWK, of the kind that the algorithm signs with."""
    if text.lstrip().startswith("{"):
        return import_key(json.loads(text))
    if algorithm.startswith("ES"):
        return import_key(text, "EC")
    return import_key(text, "OKP" if algorithm == "EdDSA" else "RSA")
