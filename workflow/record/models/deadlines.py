"""Deadlines, the rungs of their ladders, notices, and the deliveries that carry them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models.base import (
    KEY,
    Base,
    Code,
    Instant,
    Key,
    OptionalInstant,
    OptionalKey,
    PartyKey,
    PlanKey,
    PrimaryKey,
    Words,
)

OPEN_DEADLINE = text("state IN ('open', 'paused')")
STANDING_RUNG = text("done_at IS NULL")
TO_SEND = text("state IN ('waiting', 'sending')")
STUCK = text("state IN ('failed', 'unknown')")
ANSWERED = text("acknowledged_at IS NOT NULL OR snoozed_until IS NOT NULL")


class Deadline(Base):
    """One thing that falls due: its kind, basis (law or local), instant and version.

    state: open, paused, met, void. At most one open per subject and code. base_on: the Norwegian
    day that the length is counted from; empty where the date is its own, not counted.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "uq_deadline_open",
            "subject_id",
            "code",
            unique=True,
            postgresql_where=OPEN_DEADLINE,
            sqlite_where=OPEN_DEADLINE,
        ),
        Index(None, "plan_id", "state"),
        Index(
            "ix_deadline_due",
            "due_at",
            postgresql_where=OPEN_DEADLINE,
            sqlite_where=OPEN_DEADLINE,
        ),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    subject_kind: Mapped[Code]  # plan, measure, meeting, offer, complaint, wish
    subject_id: Mapped[Key]
    code: Mapped[Code]  # `review`, `provisional_reply` …
    basis: Mapped[Code]  # law, local
    source: Mapped[str] = mapped_column(String(200), default="")
    base_on: Mapped[date | None] = mapped_column(Date)
    started_at: Mapped[Instant]
    due_at: Mapped[Instant]
    due_version: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[Code]
    ended_at: Mapped[OptionalInstant]
    paused_at: Mapped[OptionalInstant]


class DeadlineRung(Base):
    """One rung of a deadline's ladder, its instant already counted, so that the sweep only compares.

    party_id: only this one is told, whoever holds the role: somebody who put a notice off.
    """

    __tablename__ = "ladder_step"
    __table_args__ = (
        Index(
            # Only what stands, so that a sweep costs what is due and not what was ever told.
            "ix_ladder_step_due",
            "at",
            postgresql_where=STANDING_RUNG,
            sqlite_where=STANDING_RUNG,
        ),
        Index(None, "deadline_id", "n"),
    )
    id: Mapped[PrimaryKey]
    deadline_id: Mapped[str] = mapped_column(KEY, ForeignKey("deadline.id"))
    plan_id: Mapped[PlanKey]
    due_version: Mapped[int] = mapped_column(Integer)
    n: Mapped[int] = mapped_column(Integer)
    at: Mapped[Instant]
    role: Mapped[Code]
    kind: Mapped[Code]  # notify, quiet, look, fire
    party_id: Mapped[OptionalKey]
    done_at: Mapped[OptionalInstant]


class Notice(Base):
    """What one person must hear of, once per cause; the row itself is the notice in the app."""

    __tablename__ = "notice"
    __table_args__ = (
        # Nobody is told the same thing twice, however many sweep and however often.
        Index("uq_notice_cause", "cause", "recipient_id", unique=True),
        Index(None, "recipient_id", "read_at"),
        Index(None, "plan_id"),
        Index(
            "ix_notice_answered",
            "deadline_id",
            "recipient_id",
            postgresql_where=ANSWERED,
            sqlite_where=ANSWERED,
        ),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[OptionalKey]
    recipient_id: Mapped[PartyKey]
    cause: Mapped[str] = mapped_column(
        String(80)
    )  # e:<event>, d:<deadline>:<due_version>:<n>, w:<week>
    code: Mapped[Code]  # step name or deadline code: the sentence is found in words
    subject_id: Mapped[OptionalKey]
    deadline_id: Mapped[OptionalKey]
    due_version: Mapped[int] = mapped_column(Integer, default=0)
    role: Mapped[Code]
    substitute_for: Mapped[OptionalKey]
    params: Mapped[Words]  # JSON of ids and codes, never words
    created_at: Mapped[Instant]
    read_at: Mapped[OptionalInstant]
    acknowledged_at: Mapped[OptionalInstant]
    snoozed_until: Mapped[OptionalInstant]
    snooze_reason: Mapped[str] = mapped_column(String(40), default="")  # a code, never words


class Message(Base):
    """One e-mail, text message or call to a webhook; the deliveries it carries point at it."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "recipient_id", "created_at"),)
    id: Mapped[PrimaryKey]
    recipient_id: Mapped[PartyKey]
    channel: Mapped[Code]
    created_at: Mapped[Instant]
    sent_at: Mapped[OptionalInstant]
    gateway_id: Mapped[str] = mapped_column(String(120), default="")  # what the gateway calls it


class Delivery(Base):
    """The sending of one notice on one channel; state waiting, sending, sent, failed, unknown, dropped."""

    __tablename__ = "delivery"
    __table_args__ = (
        # However often a notice is queued, it goes out once on each channel.
        Index("uq_delivery_notice_channel", "notice_id", "channel", unique=True),
        Index(
            # Only what waits or is on its way: of all that was ever sent nothing is read again.
            "ix_delivery_to_send",
            "next_try_at",
            postgresql_where=TO_SEND,
            sqlite_where=TO_SEND,
        ),
        Index(
            # Few of all that was ever sent, and the operations page counts them each time.
            "ix_delivery_stuck",
            "state",
            postgresql_where=STUCK,
            sqlite_where=STUCK,
        ),
    )
    id: Mapped[PrimaryKey]
    notice_id: Mapped[str] = mapped_column(KEY, ForeignKey("notice.id"))
    recipient_id: Mapped[PartyKey]
    channel: Mapped[Code]  # email, sms, webhook, coordinator
    message_id: Mapped[OptionalKey]
    state: Mapped[Code]
    reason: Mapped[Words]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[Instant]
    claimed_at: Mapped[OptionalInstant]
    claimed_by: Mapped[Code]
    ended_at: Mapped[OptionalInstant]


class Heartbeat(Base):
    """When a named part of the machinery last did its work (sweep, delivery, worker …)."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[Instant]
    figures: Mapped[Words]
