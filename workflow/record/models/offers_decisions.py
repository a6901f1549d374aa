"""Offers, decisions, complaints, pauses, wishes and documents of a plan."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models.base import (
    Base,
    Code,
    Instant,
    Key,
    OptionalInstant,
    OptionalKey,
    OptionalParty,
    OptionalUnit,
    PlanKey,
    PrimaryKey,
    WithSalt,
    Words,
)

OPEN_OFFER = text("outcome = ''")


class Offer(WithSalt, Base):
    """What waits for another's answer; at most one open per subject and kind (domain 5.0).

    kind: coordinator, authority, transfer, measure, confirmation.
    asked_step, asked_form: of a confirmation, the step that is taken once it is confirmed, and what its
    form said, as JSON.
    outcome: '' open, accepted, declined, expired, withdrawn, ended.
    """

    __tablename__ = "offer"
    __table_args__ = (
        Index(
            # One question at a time: two open ones could both be answered with yes.
            "uq_offer_open",
            "subject_id",
            "kind",
            unique=True,
            postgresql_where=OPEN_OFFER,
            sqlite_where=OPEN_OFFER,
        ),
        Index(None, "plan_id"),
        Index(
            "ix_offer_open_to_party",
            "to_party_id",
            postgresql_where=OPEN_OFFER,
            sqlite_where=OPEN_OFFER,
        ),
        Index(
            "ix_offer_open_to_unit",
            "to_unit_id",
            postgresql_where=OPEN_OFFER,
            sqlite_where=OPEN_OFFER,
        ),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    kind: Mapped[Code]
    subject_kind: Mapped[Code]
    subject_id: Mapped[Key]
    from_state: Mapped[Code]
    from_party_id: Mapped[OptionalParty]
    to_party_id: Mapped[OptionalParty]
    to_unit_id: Mapped[OptionalUnit]
    to_code: Mapped[str | None] = mapped_column(String(4))  # the other municipality that is asked
    to_name: Mapped[str] = mapped_column(String(200), default="")
    sent_at: Mapped[Instant]
    seen_at: Mapped[OptionalInstant]
    answered_at: Mapped[OptionalInstant]
    answered_by: Mapped[OptionalParty]
    outcome: Mapped[Code]
    reason: Mapped[Words]
    expires_at: Mapped[OptionalInstant]
    discharge_on: Mapped[date | None] = mapped_column(Date)
    asked_because: Mapped[Words]
    first_appointment: Mapped[Words]
    gaps: Mapped[Words]
    asked_step: Mapped[Code]
    asked_form: Mapped[Words]
    version: Mapped[int] = mapped_column(Integer, default=1)


class Decision(WithSalt, Base):
    """A decision (vedtak): grant, deny, end, reverse; regime health (4 w) or social (3 w)."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    kind: Mapped[Code]
    regime: Mapped[Code]
    made_on: Mapped[date] = mapped_column(Date)
    effective_from: Mapped[date] = mapped_column(Date)
    made_by: Mapped[OptionalParty]
    retroactive: Mapped[bool] = mapped_column(Boolean, default=False)
    why_long: Mapped[Words]
    why_coordinated: Mapped[Words]
    reasons: Mapped[Words]
    legal_basis: Mapped[str] = mapped_column(String(300), default="")
    notified_on: Mapped[date | None] = mapped_column(Date)
    notified_how: Mapped[Code]  # handed_over, letter, read_aloud, digital
    appeal_until: Mapped[date | None] = mapped_column(Date)
    document_id: Mapped[OptionalKey]
    archive_case: Mapped[str] = mapped_column(String(60), default="")


class Complaint(WithSalt, Base):
    """A complaint (klage): received always, late is marked; assessed, then forwarded or met."""

    __tablename__ = "complaint"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    about: Mapped[Code]  # denial, content, coordinator, delay, ending
    words: Mapped[Words]
    received_on: Mapped[date] = mapped_column(Date)
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    assessed_on: Mapped[date | None] = mapped_column(Date)
    assessed_by: Mapped[OptionalParty]
    forwarded_on: Mapped[date | None] = mapped_column(Date)
    answer: Mapped[Words]  # what the person is told of the assessment
    outcome: Mapped[Code]  # '', forwarded, reversed, upheld, rejected, withdrawn


class Pause(WithSalt, Base):
    """A pause of the plan: reason, until at most 90 calendar days, ended when resumed."""

    __tablename__ = "pause"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[Words]
    ended_on: Mapped[date | None] = mapped_column(Date)


class Wish(WithSalt, Base):
    """What the person asked for and must be answered: proposal, message, wish."""

    __tablename__ = "wish"
    __table_args__ = (Index(None, "plan_id", "answered_at"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    kind: Mapped[Code]  # message, step, change_coordinator, meeting, proposal
    step: Mapped[Code]  # the row asked for, when kind is step
    subject_id: Mapped[OptionalKey]
    from_party_id: Mapped[OptionalParty]
    to_party_id: Mapped[OptionalParty]
    words: Mapped[Words]
    sent_at: Mapped[Instant]
    answered_at: Mapped[OptionalInstant]
    answered_by: Mapped[OptionalParty]
    answer: Mapped[Words]
    longer_at: Mapped[OptionalInstant]  # more time was taken for a request for access
    longer_because: Mapped[Words]


class Document(WithSalt, Base):
    """A letter, minutes, call, incoming plan or snapshot, stored as it was sent (<= 10 MB)."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    event_id: Mapped[OptionalKey]
    kind: Mapped[Code]  # letter, minutes, call, incoming, snapshot, complaint
    code: Mapped[Code]  # A02-2 for a whole plan
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="nb")
    template_version: Mapped[int] = mapped_column(Integer, default=1)
    mime: Mapped[str] = mapped_column(String(80), default="text/plain; charset=utf-8")
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Instant]
