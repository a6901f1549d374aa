"""Where passkeys are good, and the refusal of one: apart from the library, which few processes need."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


class PasskeyRefused(Exception):
    """What the browser sent does not prove anything; the message says which check stopped it."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Where passkeys are good: the host that they are tied to, and the address of the pages."""

    host: str
    origin: str

    @classmethod
    def of(cls, base_url: str) -> RelyingParty:
        """The place of an installation's address."""
        parts = urlsplit(base_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")
