"""How a party proves who they are: outside identities, authenticators, spent tokens, failed tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models.base import (
    KEY,
    Base,
    Code,
    Instant,
    OptionalInstant,
    PartyKey,
    PrimaryKey,
    UtcDateTime,
    WithSalt,
    Words,
)


class Identity(WithSalt, Base):
    """A party as an OpenID provider knows them: the provider's name here, and its subject."""

    __tablename__ = "identity"
    __table_args__ = (
        Index("uq_identity_subject", "provider", "subject", unique=True),
        Index(None, "party_id"),
    )
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    provider: Mapped[Code]
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[Instant]
    used_at: Mapped[OptionalInstant]


class Authenticator(WithSalt, Base):
    """Something a local account has beside its password: kind is totp, passkey or recovery.

    secret: totp's key, encrypted; a recovery code's hash; a passkey's public key.
    counter: the last time step used (totp) or the sign count (passkey). Unconfirmed ones open nothing.
    """

    __tablename__ = "authenticator"
    __table_args__ = (
        Index(None, "party_id", "kind"),
        Index(
            "uq_authenticator_credential",
            "credential_id",
            unique=True,
        ),
    )
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    kind: Mapped[Code]
    name: Mapped[str] = mapped_column(String(80), default="")
    secret: Mapped[Words]
    credential_id: Mapped[str | None] = mapped_column(Text)
    counter: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[Instant]
    confirmed_at: Mapped[OptionalInstant]
    used_at: Mapped[OptionalInstant]


class SpentToken(Base):
    """A token that may be used once, by its digest, until it would be too old anyway."""

    __tablename__ = "spent_token"
    __table_args__ = (Index(None, "expires_at"),)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[Code]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())


class FailedTry(Base):
    """One failed try to sign in, by the digest of what was tried (account or address)."""

    __tablename__ = "failed_try"
    __table_args__ = (Index(None, "key_digest", "at"),)
    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant]
