"""A provider of lies for tests: it describes itself well and signs whatever a test wants."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from tests.servers.calls import Quiet, listening

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, auto_kid=False)
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, auto_kid=False)
NEW_KEY = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"}, auto_kid=False)
ACCESS_TOKEN = "an-access-token"


@dataclass
class Forger:
    """What the provider answers. `token` is the body of the token endpoint."""

    address: str = ""
    token: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])
    status: int = 200
    raw: bytes | None = None
    seconds: float = 0.0
    asked: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    def honest(self) -> None:
        """As a provider should be."""
        self.described, self.keys, self.status, self.raw, self.seconds = {}, [KEY], 200, None, 0.0

    def description(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/auth",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/out",
            # What a careless client would believe.
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
            **self.described,
        }


def signed(claims: dict[str, Any], key: Any = KEY, **header: Any) -> str:
    """A token signed with a key; RS256 and the key's own name unless told otherwise."""
    head = {"alg": "RS256", "kid": "one", **header}
    head = {name: value for name, value in head.items() if value is not None}
    registry = JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    return jwt.encode(head, claims, key, registry=registry)


def unsigned(claims: dict[str, Any], algorithm: str = "none") -> str:
    """A token that nobody signed."""
    parts = [{"alg": algorithm, "typ": "JWT"}, claims]
    return ".".join(_encoded(json.dumps(part).encode()) for part in parts) + "."


def by_secret(claims: dict[str, Any], secret: str) -> str:
    """A token signed with a shared secret (HS256)."""
    parts = [{"alg": "HS256", "kid": "one", "typ": "JWT"}, claims]
    text = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_encoded(hmac.digest(secret.encode(), text.encode(), 'sha256'))}"


def public_text(key: RSAKey = KEY) -> str:
    """A key's public half as a text, which some libraries took for a shared secret."""
    return key.as_pem(private=False).decode()


def half_hash(text: str) -> str:
    """at_hash of an access token under RS256."""
    return _encoded(hashlib.sha256(text.encode()).digest()[:16])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _handler(forger: Forger) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            forger.asked.append(self.path)
            if self.path.endswith("openid-configuration"):
                self._answer(200, forger.description())
            elif self.path == "/keys":
                listed = [key.as_dict(private=False) for key in forger.keys]
                self._answer(200, {"keys": listed})
            else:
                self._answer(200, {"sub": "somebody else"})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            forger.bodies.append(self.rfile.read(length).decode())
            forger.asked.append(self.path)
            time.sleep(forger.seconds)
            self._answer(forger.status, forger.token, forger.raw)

        def _answer(self, status: int, words: Any, raw: bytes | None = None) -> None:
            body = json.dumps(words).encode() if raw is None else raw
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    return Handler


@contextmanager
def forged_provider() -> Iterator[Forger]:
    """A provider on loopback that lies when told to; ends with the block."""
    forger = Forger()
    with listening(Quiet(("127.0.0.1", 0), _handler(forger))) as server:
        forger.address = f"http://127.0.0.1:{server.server_port}"
        yield forger
