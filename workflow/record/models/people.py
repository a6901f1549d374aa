"""Municipality, units and people with their roles, absences and ways to sign in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models.base import (
    KEY,
    Base,
    Code,
    Instant,
    OptionalInstant,
    OptionalParty,
    OptionalUnit,
    PartyKey,
    PrimaryKey,
    UtcDateTime,
    WithSalt,
    Words,
)


class MunicipalityRow(WithSalt, Base):
    """The record's own header: the municipality (kommune) that it belongs to, and its choices.

    One row. decision_model is A, B or C (needs 3.8-3.10).
    """

    __tablename__ = "municipality"
    __table_args__ = (CheckConstraint("sole = 1", name="sole"),)
    sole: Mapped[int] = mapped_column(Integer, primary_key=True, default=1, autoincrement=False)
    number: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(120))
    decision_model: Mapped[str] = mapped_column(String(1), default="A")
    phone: Mapped[str] = mapped_column(String(20), default="")
    retention_years: Mapped[int | None] = mapped_column(Integer)  # calendar years after closing
    created_at: Mapped[Instant]
    chain_seq: Mapped[int] = mapped_column(Integer, default=0)  # the last link of its own chain
    chain_head: Mapped[str] = mapped_column(String(64), default="")


class Unit(WithSalt, Base):
    """A service or office: kind is ordering, service or coordinating."""

    __tablename__ = "unit"
    __table_args__ = (Index(None, "kind"),)
    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[Code]
    phone: Mapped[str] = mapped_column(String(20), default="")
    parent_id: Mapped[OptionalUnit]


class Party(WithSalt, Base):
    """One human: sign-in, roles, plan ownership and relations point here."""

    __tablename__ = "party"
    __table_args__ = (
        Index(
            # Twice in the register, one human could have two open plans.
            "uq_party_national_id",
            "national_id_hmac",
            unique=True,
            postgresql_where=text("national_id_hmac <> ''"),
            sqlite_where=text("national_id_hmac <> ''"),
        ),
        Index(None, "sort_key"),
        Index("ix_party_email", "email"),
    )
    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(240))
    national_id_hmac: Mapped[str] = mapped_column(String(64), default="")
    born_on: Mapped[date | None] = mapped_column(Date)
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(80), default="")
    organisation: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(5), default="nb")
    reminders: Mapped[bool] = mapped_column(Boolean, default=False)
    reminders_asked_at: Mapped[OptionalInstant]  # asked once whether reminders are wanted
    channel: Mapped[str] = mapped_column(String(20), default="email")
    digest_at: Mapped[str] = mapped_column(String(5), default="")  # HH:MM, else the policy's
    quiet_from: Mapped[str] = mapped_column(String(5), default="")
    quiet_until: Mapped[str] = mapped_column(String(5), default="")
    protection: Mapped[Code]  # '', confidential (code 7), strict (code 6)
    created_at: Mapped[Instant]
    deactivated_at: Mapped[OptionalInstant]


class StaffRole(WithSalt, Base):
    """A role a party holds in a unit, half-open in time.

    role: decider, coordinator, worker, leader, coordinating, administrator, privacy_officer.
    """

    __tablename__ = "staff_role"
    __table_args__ = (
        Index(None, "party_id", "role"),
        Index(None, "unit_id", "role"),
    )
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    unit_id: Mapped[str] = mapped_column(KEY, ForeignKey("unit.id"))
    role: Mapped[Code]
    from_at: Mapped[Instant]
    until_at: Mapped[OptionalInstant]


class Absence(WithSalt, Base):
    """A party is away in [from_at, until_at); substitute_id gets the same steps meanwhile."""

    __tablename__ = "absence"
    __table_args__ = (
        Index(None, "party_id"),
        Index(None, "substitute_id"),
    )
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    substitute_id: Mapped[OptionalParty]
    from_at: Mapped[Instant]
    until_at: Mapped[Instant]
    recorded_by: Mapped[OptionalParty]


class Representation(WithSalt, Base):
    """Somebody may act for the person; a parent's ends at the 16th birthday (domain 5.0)."""

    __tablename__ = "representation"
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "representative_id"),
    )
    id: Mapped[PrimaryKey]
    person_id: Mapped[PartyKey]
    representative_id: Mapped[PartyKey]
    ground: Mapped[Code]
    acts: Mapped[Words]
    from_at: Mapped[Instant]
    until_at: Mapped[OptionalInstant]


class SignIn(Base):
    """A server-side session; the cookie holds only this id. ended_at closes it at once.

    method: password, totp, passkey, recovery, oidc, guest, invitation, demo. plan_id: a guest's,
    who sees this plan only. proved_at: when the reader last proved who they are.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        Index(None, "party_id"),
        # A provider ends sessions by its own id of them.
        Index("ix_sign_in_provider", "provider", "provider_session"),
    )
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]
    beside_plan_id: Mapped[str | None] = mapped_column(KEY)
    plan_id: Mapped[str | None] = mapped_column(KEY)
    method: Mapped[Code]
    acr: Mapped[str] = mapped_column(String(120), default="")
    proved_at: Mapped[OptionalInstant]
    device: Mapped[str] = mapped_column(String(120), default="")
    provider: Mapped[Code]
    provider_subject: Mapped[str] = mapped_column(String(255), default="")
    provider_session: Mapped[str] = mapped_column(String(255), default="")
    ended_because: Mapped[
        Code
    ]  # signed_out, revoked, replaced, deactivated, role_changed, provider


class Invitation(WithSalt, Base):
    """A one-time link that lets a party set up sign-in; only the hash is kept.

    purpose: '' a password, guest (plan_id: the one plan it opens).
    """

    __tablename__ = "invitation"
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    used_at: Mapped[OptionalInstant]
    purpose: Mapped[Code]
    plan_id: Mapped[str | None] = mapped_column(KEY)
    made_by: Mapped[str | None] = mapped_column(KEY)


class Credential(WithSalt, Base):
    """A local password (argon2id) for small installations; one per party."""

    __tablename__ = "credential"
    __table_args__ = (Index(None, "party_id", unique=True),)
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    password_hash: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[Instant]


class ClosingDay(WithSalt, Base):
    """A day on which the municipality's own offices are closed; no working day there."""

    __tablename__ = "closing_day"
    __table_args__ = (Index(None, "day", unique=True),)
    id: Mapped[PrimaryKey]
    day: Mapped[date] = mapped_column(Date)
