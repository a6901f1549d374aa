"""A municipality's key: it signs what it says to another, and opens what is sealed to it alone.

One secret of 32 bytes is kept in a file; both key pairs are derived from it, so there is one thing
to guard, back up and replace. A file may hold an older secret on the line below: it signs nothing
any more and still opens what was sealed before the change.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workflow.rules.engine.denials import PlanlopError

HALF = 32  # bytes of the secret, and of each of the two public keys
SIGNATURE = 64
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
# Two purposes, two keys: a signature made for one can never be bent into use by the other.
SIGNING, SEALING = b"planlop crossing sign 1", b"planlop crossing seal 1"
PACKAGE = b"planlop crossing package 1:"


class BadKey(PlanlopError):
    """The text is not a key of this kind: not base64, or not as long as it must be."""

    code = "bad_key"


class WrongSignature(PlanlopError):
    """The bytes are not what the sender signed, or somebody else signed them."""

    code = "wrong_signature"


class CannotOpen(PlanlopError):
    """The package was sealed to another key, for another hand-over, or was changed on its way."""

    code = "cannot_open"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a neighbour may know: an Ed25519 key to check by and an X25519 key to seal to."""

    signing: bytes
    sealing: bytes

    @classmethod
    def from_text(cls, text: str) -> PublicKey:
        """The key that a neighbour has written down. Raises BadKey."""
        whole = _decode(text, 2 * HALF)
        return cls(whole[:HALF], whole[HALF:])

    @property
    def text(self) -> str:
        """The key on one line, as it is given to a neighbour."""
        return base64.b64encode(self.signing + self.sealing).decode()

    @property
    def fingerprint(self) -> str:
        """Eight groups of four signs that two people can compare on the telephone."""
        signs = hashlib.sha256(self.signing + self.sealing).hexdigest()[:HALF]
        return " ".join(signs[at : at + 4] for at in range(0, HALF, 4))

    def verify(self, data: bytes, signature: bytes) -> None:
        """Raises WrongSignature unless the holder of this key signed exactly these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signing).verify(signature, data)
        except InvalidSignature as problem:
            raise WrongSignature from problem


@dataclass(frozen=True, slots=True)
class Keyring:
    """A municipality's own secret and the two private keys that come of it; `older` only open."""

    secret: bytes = field(repr=False)  # never in a traceback or a log line
    older: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def from_text(cls, text: str) -> Keyring:
        """The keys of a private key file's text, the one in use on its first line. Raises BadKey."""
        newest, *older = text.split() or [""]
        return cls(_decode(newest, HALF), tuple(_decode(line, HALF) for line in older))

    @property
    def public(self) -> PublicKey:
        """What neighbours are given."""
        signing, sealing = self._signing.public_key(), self._sealing.public_key()
        return PublicKey(signing.public_bytes_raw(), sealing.public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature over exactly these bytes."""
        return self._signing.sign(data)

    def unseal(self, sealed: bytes, aad: bytes) -> bytes:
        """What was sealed to this municipality for that hand-over. Raises CannotOpen."""
        for secret in (self.secret, *self.older):
            key = X25519PrivateKey.from_private_bytes(_derive(secret, SEALING))
            try:
                return SUITE.decrypt(sealed, key, info=PACKAGE + aad)
            except (InvalidTag, ValueError):
                continue
        raise CannotOpen

    @property
    def _signing(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(_derive(self.secret, SIGNING))

    @property
    def _sealing(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(_derive(self.secret, SEALING))


def make_private() -> str:
    """A new private key file's text: 32 random bytes in base64."""
    return base64.b64encode(os.urandom(HALF)).decode()


def seal_package(data: bytes, to: PublicKey, aad: bytes) -> bytes:
    """Closes bytes so that only the receiver opens them, and only for that hand-over (HPKE).

    Raises BadKey where the receiver's key is none that anything can be sealed to.
    """
    # One sealing per key schedule: RFC 9180 binds `info` to it as firmly as it would a text's aad,
    # and `info` is what the library's public interface takes.
    try:
        key = X25519PublicKey.from_public_bytes(to.sealing)
        return SUITE.encrypt(data, key, info=PACKAGE + aad)
    except ValueError as problem:
        raise BadKey from problem


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), HALF, salt=None, info=purpose).derive(secret)


def _decode(text: str, length: int) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except ValueError as problem:
        raise BadKey from problem
    if len(raw) != length:
        raise BadKey
    return raw
