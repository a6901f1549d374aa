"""Who is told again on the day a notice was put off to, and who has answered it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from workflow.record.access.role_holders import STAFF, TENURE
from workflow.record.deadlines.recipients import (
    MEASURE,
    MEETING,
    NOW,
    OFFER,
    PARTY,
    PERSONAL,
    staff_now,
)
from workflow.record.in_force import is_held
from workflow.record.models import Notice

OFFICES = ("leader", "decider", "coordinating", "administrator", "privacy_officer")
TOLD = Notice.__table__.alias("told")


def notify_again(due: Any) -> Select[Any]:
    """Whoever put the notice off, while they still have to do with it; else nobody is told again."""
    who = due.c.party_id
    around = or_(
        who == due.c.person_id,
        exists().where(
            TENURE.c.plan_id == due.c.plan_id,
            TENURE.c.party_id == who,
            is_held(TENURE),
        ),
        exists().where(MEASURE.c.id == due.c.subject_id, MEASURE.c.accountable_id == who),
        exists().where(
            MEETING.c.id == due.c.subject_id,
            or_(MEETING.c.chair_id == who, MEETING.c.minute_taker_id == who),
        ),
        exists().where(OFFER.c.id == due.c.subject_id, OFFER.c.to_party_id == who),
        exists().where(STAFF.c.party_id == who, staff_now(*OFFICES)),
    )
    columns = (
        due.c.id.label("step_id"),
        who.label("party_id"),
        due.c.person_id.label("person_id"),
    )
    query = select(*columns).join(PARTY, PARTY.c.id == who)
    return query.where(due.c.role == PERSONAL, around)


def has_answered(due: Any, people: Any) -> ColumnElement[bool]:
    """The recipient has seen the same deadline in the same role, or put it off to a later hour.

    Asked when every step has its recipients: a reminder that was seen is no vacancy.
    """
    return exists().where(
        TOLD.c.deadline_id == due.c.deadline_id,
        TOLD.c.recipient_id == people.c.recipient_id,
        TOLD.c.due_version == due.c.due_version,
        TOLD.c.role == due.c.told_as,
        or_(TOLD.c.acknowledged_at.is_not(None), TOLD.c.snoozed_until.is_not(None)),  # the index
        or_(TOLD.c.acknowledged_at.is_not(None), TOLD.c.snoozed_until > NOW),
    )
