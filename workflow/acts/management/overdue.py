"""The manager's Monday overview and the figures of the page over the date: no names of people, no content."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from workflow.acts.delivery.enqueue import NOTICE, queue_of_moment
from workflow.acts.management.overview import note_figures
from workflow.record.access.role_holders import (
    STAFF,
    TENURE,
    of_unit,
    on_plan,
    serving_unit,
    with_coordinator,
)
from workflow.record.database.portable_sql import (
    OsloDay,
    fresh_id,
    id_prefix,
    insert_and_count,
    insert_ignoring,
    upsert,
)
from workflow.record.deadlines.recipients import (
    ABSENCE,
    DEADLINE,
    MEASURE,
    NOW,
    PARTY,
    PLAN,
    in_place_of,
    staff_now,
)
from workflow.record.in_force import is_away
from workflow.record.models import Heartbeat, Participant
from workflow.record.models.base import KEY, UtcDateTime
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.kinds import KINDS, NEVER_OVERDUE
from workflow.rules.deadlines.ladders import SOFT_KINDS
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.notices.timing import iso_week, overview_opens

HEARTBEAT = cast(Table, Heartbeat.__table__)
PARTICIPANT = cast(Table, Participant.__table__)
NAME = "overview"
UNIT_ID = serving_unit(PLAN)
QUIET_SINCE = bindparam("b_quiet", type_=UtcDateTime())
COLUMNS = [
    "id",
    "plan_id",
    "recipient_id",
    "cause",
    "code",
    "subject_id",
    "deadline_id",
    "due_version",
    "role",
    "substitute_for",
    "params",
    "created_at",
]


def binds_at(now: datetime) -> dict[str, Any]:
    """What every statement here needs to know of the moment."""
    return {"b_now": now, "b_quiet": now - timedelta(days=KINDS[DeadlineCode.QUIET_PLAN].length)}


def over_date() -> ColumnElement[bool]:
    """An open deadline of ours over its date; a plan that has lived since is not quiet."""
    return and_(
        DEADLINE.c.state == "open",
        DEADLINE.c.due_at < NOW,
        DEADLINE.c.code.not_in(NEVER_OVERDUE),
        or_(DEADLINE.c.code != DeadlineCode.QUIET_PLAN, _quiet_since_counted()),
    )


def _quiet_since_counted() -> ColumnElement[bool]:
    """No sign of life since the day that `quiet_plan` is counted from, whatever length a policy gave it."""
    return case(
        (DEADLINE.c.base_on.is_(None), PLAN.c.last_activity_at < QUIET_SINCE),
        else_=OsloDay(PLAN.c.last_activity_at) <= DEADLINE.c.base_on,
    )


def persons_own() -> ColumnElement[bool]:
    """A measure that waits for the person, a relative or a volunteer: never counted as delay."""
    soft = exists().where(
        PARTICIPANT.c.plan_id == DEADLINE.c.plan_id,
        PARTICIPANT.c.party_id == MEASURE.c.accountable_id,
        PARTICIPANT.c.kind.in_(SOFT_KINDS),
    )
    return exists().where(
        DEADLINE.c.code == DeadlineCode.MEASURE_DUE,
        MEASURE.c.id == DEADLINE.c.subject_id,
        or_(MEASURE.c.accountable_id == PLAN.c.person_id, soft),
    )


def write(conn: Connection, now: datetime) -> int:
    """Writes this week's overview from Monday 07:30 Europe/Oslo: one notice per leader and week.

    Leaders of units, and the coordinating unit, with anything over its date. Once a week; after
    an outage at the first sweep. Returns how many were written.
    """
    week = iso_week(now)
    known = select(HEARTBEAT.c.figures).where(HEARTBEAT.c.name == NAME)
    # The week is the mark, not the hour: after an outage on Monday it is written on Tuesday, once.
    if now < overview_opens(now) or conn.execute(known).scalar() == week:
        return 0
    binds = {
        **binds_at(now),
        "b_prefix": id_prefix(now),
        "b_cause": f"w:{week}",
        "b_params": json.dumps({"week": week}),
    }
    written = insert_and_count(conn, _statement(conn.dialect.name), binds)
    if written:
        note_figures(conn, week, and_(over_date(), ~persons_own()), UNIT_ID, binds_at(now))
    queue_of_moment(conn, now)
    mark = {"name": NAME, "at": now, "figures": week}
    conn.execute(upsert(conn.dialect.name, HEARTBEAT, mark, "name"))
    return written


@lru_cache(maxsize=2)
def _statement(dialect: str) -> Any:
    people = in_place_of(_leaders().union(_coordinating()).subquery("told")).subquery("people")
    nothing = sql_cast(null(), KEY)
    rows = select(
        fresh_id(bindparam("b_prefix", type_=String)),
        nothing,
        people.c.recipient_id,
        bindparam("b_cause", type_=String),
        literal(NAME),
        nothing,
        nothing,
        literal(0),
        literal("leader"),
        func.min(people.c.substitute_for),
        bindparam("b_params", type_=String),
        NOW,
    ).group_by(people.c.recipient_id)
    return insert_ignoring(dialect, NOTICE, COLUMNS, rows.where(literal(True)))


def _told() -> tuple[Any, ...]:
    return (
        literal("").label("step_id"),
        STAFF.c.party_id.label("party_id"),
        sql_cast(null(), KEY).label("person_id"),  # of many plans: nobody's own
    )


def _leaders() -> Select[Any]:
    """Leaders of the units whose plans have anything over its date."""
    return (
        select(*_told())
        .select_from(DEADLINE)
        .join(PLAN, PLAN.c.id == DEADLINE.c.plan_id)
        .join(STAFF, of_unit(STAFF, UNIT_ID, NOW, "leader"))
        .where(over_date(), ~persons_own())
        .distinct()
    )


def _coordinating() -> Select[Any]:
    """The coordinating unit; it is not told of single measures."""
    return (
        select(*_told())
        .select_from(DEADLINE)
        .join(PLAN, PLAN.c.id == DEADLINE.c.plan_id)
        .join(STAFF, staff_now("coordinating"))
        .where(over_date(), DEADLINE.c.code != DeadlineCode.MEASURE_DUE)
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class OverDate:
    """One row of the manager's page: codes, dates and the coordinator, never the person."""

    deadline_id: str
    plan_id: str
    number: str
    subject_id: str
    code: str
    basis: str
    due_at: datetime
    days_over: int
    last_activity_at: datetime
    coordinator_id: str | None
    coordinator_name: str
    coordinator_phone: str
    coordinator_away: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What a manager sees: rows over the date, counts by kind, the person's own counted apart."""

    rows: list[OverDate]
    by_code: dict[str, int]
    waiting_for_person: int
    fewer_than_last_week: int
    plans_by_coordinator: list[tuple[str, int]]
    week: str
    written_at: datetime
    next_at: datetime


def read_figures(session: Session, unit_ids: Sequence[str] | None, now: datetime) -> Figures:
    """Everything over its date in these units, or in the whole municipality with None.

    The caller has already asked whether the reader leads them. No content, no person's name.
    """
    here = within_units(unit_ids)
    rows = [_row(row, now) for row in session.execute(_rows(here), binds_at(now)).mappings()]
    by_code: dict[str, int] = {}
    for row in rows:
        by_code[row.code] = by_code.get(row.code, 0) + 1
    before = session.execute(_last_week(here, now), binds_at(now)).scalar_one()
    own = _count(here, persons_own())
    opens = overview_opens(now)
    return Figures(
        rows,
        by_code,
        int(session.execute(own, binds_at(now)).scalar_one()),
        int(before) - sum(row.code != DeadlineCode.QUIET_PLAN for row in rows),
        _plans_by_coordinator(session, here),
        iso_week(now),
        opens,
        opens + timedelta(days=7),
    )


def within_units(unit_ids: Sequence[str] | None) -> ColumnElement[bool]:
    """Plans of the municipality, or of these of its units only."""
    return true() if unit_ids is None else UNIT_ID.in_(unit_ids)


def _rows(here: ColumnElement[bool]) -> Select[Any]:
    dates = DEADLINE.join(PLAN, PLAN.c.id == DEADLINE.c.plan_id)
    joined, coordinator = with_coordinator(dates, PLAN.c.id, PLAN.c.person_id)
    away = exists().where(
        ABSENCE.c.party_id == PARTY.c.id,
        is_away(ABSENCE, NOW),
    )
    return (
        select(
            DEADLINE.c.id,
            DEADLINE.c.plan_id,
            PLAN.c.number,
            DEADLINE.c.subject_id,
            DEADLINE.c.code,
            DEADLINE.c.basis,
            DEADLINE.c.due_at,
            PLAN.c.last_activity_at,
            PARTY.c.id.label("coordinator_id"),
            PARTY.c.name,
            PARTY.c.phone,
            away.label("away"),
        )
        .select_from(joined)
        .outerjoin(PARTY, PARTY.c.id == coordinator)
        .where(here, over_date(), ~persons_own())
        .order_by(DEADLINE.c.due_at, DEADLINE.c.id)
    )


def _row(row: Any, now: datetime) -> OverDate:
    return OverDate(
        row["id"],
        row["plan_id"],
        row["number"],
        row["subject_id"],
        row["code"],
        row["basis"],
        row["due_at"],
        (oslo_date(now) - oslo_date(row["due_at"])).days,
        row["last_activity_at"],
        row["coordinator_id"],
        row["name"] or "",
        row["phone"] or "",
        bool(row["away"]),
    )


def _count(here: ColumnElement[bool], *more: ColumnElement[bool]) -> Select[Any]:
    query = select(func.count()).select_from(DEADLINE)
    return query.join(PLAN, PLAN.c.id == DEADLINE.c.plan_id).where(here, over_date(), *more)


def _last_week(here: ColumnElement[bool], now: datetime) -> Select[Any]:
    """How many were over the date a week ago, whether or not they have been met since."""
    then = now - timedelta(days=7)
    query = select(func.count()).select_from(DEADLINE)
    return query.join(PLAN, PLAN.c.id == DEADLINE.c.plan_id).where(
        here,
        DEADLINE.c.due_at < then,
        DEADLINE.c.code.not_in((*NEVER_OVERDUE, DeadlineCode.QUIET_PLAN)),
        or_(DEADLINE.c.state == "open", DEADLINE.c.ended_at > then),
        ~persons_own(),
    )


def _plans_by_coordinator(session: Session, here: ColumnElement[bool]) -> list[tuple[str, int]]:
    """How many plans not closed each coordinator carries, most first; never a person's own plan."""
    held = TENURE.alias("held")
    query = (
        select(PARTY.c.name, func.count())
        .select_from(PLAN)
        .join(held, on_plan(held, PLAN.c.id, "coordinator"))
        .join(PARTY, PARTY.c.id == held.c.party_id)
        .where(here, PLAN.c.state != "closed", held.c.party_id.is_distinct_from(PLAN.c.person_id))
        .group_by(PARTY.c.id, PARTY.c.name, PARTY.c.sort_key)
        .order_by(func.count().desc(), PARTY.c.sort_key)
    )
    return [(name, int(count)) for name, count in session.execute(query)]
