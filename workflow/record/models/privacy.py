"""Emergency access, log reviews, what the person asked for as data subject, and protected addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models.base import (
    KEY,
    Base,
    Code,
    Instant,
    OptionalInstant,
    OptionalKey,
    OptionalParty,
    PartyKey,
    PlanKey,
    PrimaryKey,
    UtcDateTime,
    WithSalt,
    Words,
)


class EmergencyAccess(WithSalt, Base):
    """Emergency access of one human to one plan, sixty minutes at most, with a reason code.

    plan_id is empty where no plan was found: the try is kept and reviewed all the same.
    outcome of the follow-up: '', justified, unjustified.
    """

    __tablename__ = "break_glass"
    __table_args__ = (
        Index(None, "party_id", "until_at"),
        Index(None, "plan_id"),
    )
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    plan_id: Mapped[OptionalKey]
    sign_in_id: Mapped[OptionalKey]
    reason: Mapped[Code]
    opened_at: Mapped[Instant]
    until_at: Mapped[datetime] = mapped_column(UtcDateTime())
    ended_at: Mapped[OptionalInstant]
    reviewed_at: Mapped[OptionalInstant]
    reviewed_by: Mapped[OptionalParty]
    outcome: Mapped[Code]
    answer: Mapped[Words]


class LogReview(WithSalt, Base):
    """The review of one calendar month of the access log (month: YYYY-MM)."""

    __tablename__ = "log_review"
    __table_args__ = (Index(None, "month", unique=True),)
    id: Mapped[PrimaryKey]
    month: Mapped[str] = mapped_column(String(7))
    looks: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[Instant]
    finished_at: Mapped[OptionalInstant]
    finished_by: Mapped[OptionalParty]


class LogFinding(WithSalt, Base):
    """Something in a month's log that a human must look at.

    kind: odd_hours, same_surname, same_address, many_plans, break_glass.
    outcome: '', explained, followed_up.
    """

    __tablename__ = "log_finding"
    __table_args__ = (Index(None, "review_id"),)
    id: Mapped[PrimaryKey]
    review_id: Mapped[str] = mapped_column(KEY)
    kind: Mapped[Code]
    party_id: Mapped[OptionalParty]
    plan_id: Mapped[OptionalKey]
    looks: Mapped[int] = mapped_column(Integer, default=0)
    first_at: Mapped[OptionalInstant]
    last_at: Mapped[OptionalInstant]
    outcome: Mapped[Code]
    answer: Mapped[Words]
    answered_at: Mapped[OptionalInstant]
    answered_by: Mapped[OptionalParty]


class DataRequest(WithSalt, Base):
    """What somebody asked for as data subject: kind is export, correction or erasure (GDPR 15-17).

    outcome: '', given, corrected, erased, refused. longer_at: when two more months were taken.
    """

    __tablename__ = "data_request"
    __table_args__ = (Index(None, "party_id"), Index(None, "plan_id"))
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    plan_id: Mapped[OptionalKey]
    kind: Mapped[Code]
    words: Mapped[Words]
    asked_at: Mapped[Instant]
    recorded_by: Mapped[OptionalParty]
    answered_at: Mapped[OptionalInstant]
    answered_by: Mapped[OptionalParty]
    outcome: Mapped[Code]
    answer: Mapped[Words]
    longer_at: Mapped[OptionalInstant]
    longer_because: Mapped[Words]


class HomeAddress(WithSalt, Base):
    """Where a party lives; read only by those who must, with a reason, where it is protected."""

    __tablename__ = "home_address"
    __table_args__ = (Index(None, "party_id", unique=True),)
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    street: Mapped[Words]
    postcode: Mapped[str] = mapped_column(String(10), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[OptionalParty]


class Correction(WithSalt, Base):
    """One field of a party that was put right: what stood before, and who asked and confirmed.

    field: name, phone, email, born_on or national_id, of which only the digests are kept. held: whether it
    counts; what waits for its second human has no answered_at.
    """

    __tablename__ = "correction"
    __table_args__ = (
        Index(None, "party_id"),
        Index(None, "confirmer_id"),
    )
    id: Mapped[PrimaryKey]
    party_id: Mapped[PartyKey]
    field: Mapped[Code]
    before: Mapped[Words]
    after: Mapped[Words]
    before_hmac: Mapped[str] = mapped_column(String(64), default="")
    national_id_hmac: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[Words]
    asked_by: Mapped[OptionalParty]
    asked_at: Mapped[Instant]
    confirmer_id: Mapped[OptionalParty]
    answered_at: Mapped[OptionalInstant]
    held: Mapped[bool] = mapped_column(Boolean, default=False)


class HealthNote(WithSalt, Base):
    """Something about the person's health that helpers may read within the scope health."""

    __tablename__ = "health_note"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    words: Mapped[Words]
    written_by: Mapped[OptionalParty]
    written_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]
    version: Mapped[int] = mapped_column(Integer, default=1)
