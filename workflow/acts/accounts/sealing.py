"""Keys made of the installation's secret: for what must be read again, and for links that a worker sends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# The length that AES-GCM is made for (NIST SP 800-38D).
NONCE = 12


class SealBroken(Exception):
    """A sealed text was changed, moved to another row, or sealed under another secret."""


def derive_key(secret: str, purpose: str) -> bytes:
    """A 256-bit key for one purpose (HKDF-SHA256, RFC 5869); one purpose's key tells nothing of another's."""
    return HKDF(SHA256(), 32, salt=None, info=f"planlop {purpose}".encode()).derive(secret.encode())


def seal_text(secret: str, purpose: str, text: str, row: str) -> str:
    """The text encrypted and tied to its row (AES-256-GCM with a fresh nonce)."""
    nonce = os.urandom(NONCE)
    closed = AESGCM(derive_key(secret, purpose)).encrypt(nonce, text.encode(), row.encode())
    return base64.b64encode(nonce + closed).decode()


def unseal_text(secret: str, purpose: str, sealed: str, row: str) -> str:
    """The text again. Raises SealBroken."""
    try:
        whole = base64.b64decode(sealed, validate=True)
        key = AESGCM(derive_key(secret, purpose))
        return key.decrypt(whole[:NONCE], whole[NONCE:], row.encode()).decode()
    except (InvalidTag, ValueError) as problem:
        raise SealBroken from problem


def link_token(secret: str, invitation_id: str) -> str:
    """The secret part of a link, made again by whoever sends it: so it is never stored or queued."""
    digest = hmac.new(derive_key(secret, "link"), invitation_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
