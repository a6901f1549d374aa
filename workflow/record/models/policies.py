"""A municipality's own choices as dated versions, and the webhook it is told by."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models.base import (
    Base,
    Instant,
    OptionalInstant,
    OptionalParty,
    OptionalUnit,
    PrimaryKey,
    WithSalt,
    Words,
)


class DeadlinePolicy(WithSalt, Base):
    """One version of lengths, ladders, channels and hours, of a municipality or one of its units.

    It holds from valid_from (a Norwegian day) until the next version of the same unit; unit_id
    empty = the whole municipality. applied_at: when the running deadlines were counted anew.
    """

    __tablename__ = "deadline_policy"
    __table_args__ = (Index(None, "unit_id", "valid_from"),)
    id: Mapped[PrimaryKey]
    unit_id: Mapped[OptionalUnit]
    valid_from: Mapped[date] = mapped_column(Date)
    choices: Mapped[Words]  # JSON
    made_by: Mapped[OptionalParty]
    made_at: Mapped[Instant]
    applied_at: Mapped[OptionalInstant]
    withdrawn_at: Mapped[OptionalInstant]


class Webhook(WithSalt, Base):
    """The address of a municipality's own system that is told of notices; only ids and codes go there."""

    __tablename__ = "webhook"
    __table_args__ = (Index(None, "ended_at"),)
    id: Mapped[PrimaryKey]
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(120))
    made_by: Mapped[OptionalParty]
    made_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]
