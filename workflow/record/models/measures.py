"""Measures (tiltak) and meetings with the people attached to each."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Time
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


class Measure(WithSalt, Base):
    """A measure: exactly one accountable, helpers in `measure_helper`, two dates (need 4.8)."""

    __tablename__ = "measure"
    __table_args__ = (
        Index(None, "plan_id", "position"),
        Index(None, "accountable_id", "state"),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    goal_id: Mapped[OptionalKey]
    position: Mapped[int] = mapped_column(Integer, default=1)
    text: Mapped[Words]
    kind: Mapped[Code]  # '', activity
    state: Mapped[Code]
    outcome: Mapped[Code]  # achieved, partly, not_achieved
    close_reason: Mapped[Code]  # done, refused, service_denied, cancelled
    proposed_by: Mapped[OptionalParty]
    accountable_id: Mapped[OptionalParty]
    not_before: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    due_time: Mapped[time | None] = mapped_column(Time)
    original_due_on: Mapped[date | None] = mapped_column(Date)
    when_occasion: Mapped[bool] = mapped_column(Boolean, default=False)
    look_again_on: Mapped[date | None] = mapped_column(Date)
    agreed_on: Mapped[date | None] = mapped_column(Date)
    agreed_consequence: Mapped[Words]
    condition: Mapped[Words]
    condition_by: Mapped[str] = mapped_column(String(120), default="")
    service_decision_ref: Mapped[str] = mapped_column(String(120), default="")
    unmet_code: Mapped[Code]
    completed_on: Mapped[date | None] = mapped_column(Date)
    evaluated_on: Mapped[date | None] = mapped_column(Date)
    rating: Mapped[Code]  # good, so_so, bad, no_answer
    result_words: Mapped[Words]
    way_of_working: Mapped[Words]
    system_code: Mapped[Code]
    after_id: Mapped[OptionalKey]
    cycle: Mapped[int] = mapped_column(Integer, default=1)
    due_version: Mapped[int] = mapped_column(Integer, default=1)
    version: Mapped[int] = mapped_column(Integer, default=1)


class MeasureHelper(WithSalt, Base):
    """A named helper of a measure; «Kim sammen med MAT» is an accountable with helpers."""

    __tablename__ = "measure_helper"
    __table_args__ = (
        Index(None, "measure_id"),
        Index(None, "party_id"),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    measure_id: Mapped[str] = mapped_column(KEY, ForeignKey("measure.id"))
    party_id: Mapped[PartyKey]


class Meeting(WithSalt, Base):
    """A meeting about the plan: kind group, small; states planned, called, held, minuted, cancelled."""

    __tablename__ = "meeting"
    __table_args__ = (Index(None, "plan_id", "starts_at"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    kind: Mapped[Code]
    state: Mapped[Code]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime())
    place: Mapped[str] = mapped_column(String(200), default="")
    chair_id: Mapped[OptionalParty]
    minute_taker_id: Mapped[OptionalParty]
    agenda: Mapped[Words]
    written_view: Mapped[Words]  # the person's view beforehand (need 1.11)
    support_person: Mapped[str] = mapped_column(String(120), default="")
    called_at: Mapped[OptionalInstant]
    short_notice_reason: Mapped[Words]
    held_on: Mapped[date | None] = mapped_column(Date)
    person_present: Mapped[Code]  # yes, no
    minutes: Mapped[Words]
    cancel_reason: Mapped[Words]
    version: Mapped[int] = mapped_column(Integer, default=1)


class MeetingParty(WithSalt, Base):
    """One invited person: reply '', coming, cannot_come, other_time; came yes or no."""

    __tablename__ = "meeting_party"
    __table_args__ = (
        Index(None, "meeting_id"),
        Index(None, "party_id"),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    meeting_id: Mapped[str] = mapped_column(KEY, ForeignKey("meeting.id"))
    party_id: Mapped[PartyKey]
    reply: Mapped[Code]
    reason: Mapped[Words]
    stand_in: Mapped[str] = mapped_column(String(120), default="")
    came: Mapped[Code]
    called_at: Mapped[Instant]
