"""What a deadline may be counted from, looked up in the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Date, Table, and_, bindparam, exists, or_, select

from workflow.record.deadlines.policies import Calendar
from workflow.record.in_force import allows, takes_part
from workflow.record.models import (
    Consent,
    Deadline,
    Decision,
    Measure,
    Meeting,
    Offer,
    Participant,
    Party,
)
from workflow.record.models.base import UtcDateTime
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.deadlines.kinds import DeadlineKind
from workflow.rules.deadlines.ladders import DAY_BEGINS, Anchors, DueDate
from workflow.rules.deadlines.policy import STANDARD, Policy

DEADLINE = cast(Table, Deadline.__table__)
DECISION = cast(Table, Decision.__table__)
PARTICIPANT = cast(Table, Participant.__table__)
CONSENT = cast(Table, Consent.__table__)
PARTY = cast(Table, Party.__table__)
OFFER = cast(Table, Offer.__table__)
MEASURE = cast(Table, Measure.__table__)
MEETING = cast(Table, Meeting.__table__)
RELATIVE = "relative"

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a fired row was about, with its columns after the change; dates are Norwegian days.

    kind: plan, measure, meeting, offer, complaint, wish or consent.
    """

    plan_id: str
    plan: Values
    kind: str
    subject_id: str
    values: Values
    offer: Values | None = None  # the question that the act asks, else the one that it answers
    answered: Values | None = None  # the question that it answers
    closing_days: frozenset[date] = field(default_factory=frozenset)
    policy: Policy = STANDARD
    calendar: Calendar | None = None  # every version, for what a pause slept through


LAST_APPEAL_DATE = (
    select(DECISION.c.appeal_until)
    .where(
        DECISION.c.plan_id == bindparam("b_plan"),
        DECISION.c.appeal_until.is_not(None),
    )
    .order_by(DECISION.c.id.desc())
    .limit(1)
)
BORN_ON = select(PARTY.c.born_on).where(PARTY.c.id == bindparam("b_person"))
RELATIVES_DISCUSSED = (
    select(CONSENT.c.last_discussed_on, CONSENT.c.discuss_again_on)
    .join(
        PARTICIPANT,
        and_(
            PARTICIPANT.c.plan_id == CONSENT.c.plan_id,
            PARTICIPANT.c.party_id == CONSENT.c.receiver_id,
            PARTICIPANT.c.kind == RELATIVE,
            takes_part(PARTICIPANT),
        ),
    )
    .where(
        CONSENT.c.plan_id == bindparam("b_plan"),
        allows(CONSENT, bindparam("b_now", type_=UtcDateTime())),
    )
)
HOME = bindparam("b_home", type_=Date())


def _of_plan(table: Table) -> ColumnElement[bool]:
    return table.c.plan_id == bindparam("b_plan")


APPOINTED = select(
    or_(
        exists().where(
            _of_plan(OFFER),
            OFFER.c.discharge_on == HOME,
            OFFER.c.first_appointment != "",
            OFFER.c.outcome.in_(("", "accepted")),
        ),
        exists().where(
            _of_plan(MEASURE), MEASURE.c.due_on >= HOME, MEASURE.c.state.in_(("decided", "active"))
        ),
        exists().where(
            _of_plan(MEETING),
            MEETING.c.starts_at >= bindparam("b_home_at", type_=UtcDateTime()),
            MEETING.c.state.in_(("planned", "called")),
        ),
    )
)


def find_anchors(conn: Connection, kind: DeadlineKind, at: Subject, now: datetime) -> Anchors:
    """The facts that a kind of deadline counts from, with a look-up only where the kind needs one."""
    facts: dict[str, Any] = {}
    ids = {"b_plan": at.plan_id}
    if kind.anchor == "appeal":
        facts["appeal_until"] = conn.execute(LAST_APPEAL_DATE, ids).scalar()
    elif kind.anchor == "birthday":
        who = {"b_person": at.plan["person_id"]}
        facts["born_on"] = conn.execute(BORN_ON, who).scalar()
    elif kind.anchor == "discussed":
        rows = conn.execute(RELATIVES_DISCUSSED, {**ids, "b_now": now}).all()
        facts["discussed"] = tuple((last, again) for last, again in rows)
    elif kind.anchor == "first_appointment":
        facts["appointed"] = _appointed(conn, at, ids)
    return Anchors(now, at.plan, at.values, at.offer, closing_days=at.closing_days, **facts)


def _appointed(conn: Connection, at: Subject, ids: Values) -> bool:
    """Whether a measure, a meeting or an offer that stands says where the person goes afterwards."""
    if at.values.get("first_appointment"):
        return True
    home = at.plan["transition_on"]
    if home is None:
        return False
    days = {"b_home": home, "b_home_at": at_oslo(home, DAY_BEGINS)}
    return bool(conn.execute(APPOINTED, {**ids, **days}).scalar())


SAME_DAY = select(DEADLINE.c.id).where(
    DEADLINE.c.plan_id == bindparam("b_plan"),
    DEADLINE.c.code == bindparam("b_code"),
    DEADLINE.c.due_at == bindparam("b_due", type_=UtcDateTime()),
    DEADLINE.c.state != "void",
)


def is_left_alone(
    conn: Connection,
    at: Subject,
    code: str,
    before: Sequence[Values],
    falls: DueDate | None,
    now: datetime,
) -> bool:
    """Whether a transition is left as it is: its day stands, was prepared for, or has been.

    before: those of the code that run. A day that was moved to one that has been is not left.
    """
    if falls is None:
        return False
    if falls.at < now:
        return all(deadline["due_at"] == falls.at for deadline in before)
    ids = {"b_plan": at.plan_id}
    return conn.execute(SAME_DAY, {**ids, "b_code": code, "b_due": falls.at}).first() is not None
