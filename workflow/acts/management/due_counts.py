"""The statements that count what falls due, and on whom it rests; numbers only, no name of a plan's person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, null, or_, select
from sqlalchemy.orm import Session

from workflow.acts.management.overdue import UNIT_ID, binds_at, over_date, persons_own, within_units
from workflow.record.access.role_holders import STAFF, UNIT, in_role, is_here, with_coordinator
from workflow.record.deadlines.recipients import ABSENCE, DEADLINE, MEASURE, MEETING, PARTY, PLAN
from workflow.record.in_force import meets
from workflow.rules.deadlines.kinds import KINDS, LAW, NEVER_OVERDUE, OFFICE_ROLES, TELLS
from workflow.rules.engine.vocabulary import CLOSED
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.text.name_order import sort_by_name

OWED = MEASURE.alias("owed")  # persons_own() looks at the measure by itself
LATE = -1  # the number of the week that holds what is over its date already


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose dates are counted, as the caller has found that the reader may see them.

    unit_ids: None = the whole municipality. holders: only what rests on these parties.
    """

    unit_ids: Sequence[str] | None = None
    holders: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Heap:
    """So many dates of one week that rest on one party in one unit; how many of them are law."""

    unit_id: str
    holder_id: str | None
    week: int
    many: int
    law: int


@dataclass(frozen=True, slots=True)
class AbsencePeriod:
    """Somebody is away in [from_at, until_at), and who steps in."""

    party_id: str
    name: str
    substitute_id: str | None
    substitute: str
    from_at: datetime
    until_at: datetime


def heaps(session: Session, scope: Scope, now: datetime, bounds: Sequence[datetime]) -> list[Heap]:
    """What falls due in each week, by unit and holder; one statement.

    bounds: the instants (UTC) at which the weeks begin, and the end of the last one.
    """
    dates = _dates(scope, bounds)
    ends = [(dates.c.due_at < end, literal(n - 1)) for n, end in enumerate(bounds) if n]
    week = case((dates.c.due_at < bounds[0], literal(LATE)), *ends)
    weekly = select(dates, week.label("week")).subquery("weekly")
    law = func.sum(case((weekly.c.basis == LAW, 1), else_=0))
    by = (weekly.c.unit_id, weekly.c.holder_id, weekly.c.week)
    rows = session.execute(select(*by, func.count(), law).group_by(*by), binds_at(now))
    return [Heap(unit, who, int(n), int(many), int(lawful)) for unit, who, n, many, lawful in rows]


def by_code(
    session: Session, scope: Scope, now: datetime, bounds: Sequence[datetime]
) -> dict[str, int]:
    """How many of each kind fall due between the first bound and the last; one statement."""
    dates = _dates(scope, bounds, by_holder=scope.holders is not None)
    query = select(dates.c.code, func.count()).where(dates.c.due_at >= bounds[0])
    rows = session.execute(query.group_by(dates.c.code), binds_at(now))
    return {code: int(many) for code, many in rows}


def by_instant(
    session: Session, scope: Scope, now: datetime, bounds: Sequence[datetime]
) -> list[tuple[str, datetime, int]]:
    """(holder, due (UTC), how many): what meets an absence is found from it; one statement."""
    dates = _dates(scope, bounds)
    by = (dates.c.holder_id, dates.c.due_at)
    query = select(*by, func.count()).where(dates.c.due_at >= bounds[0]).group_by(*by)
    return [(who, at, int(many)) for who, at, many in session.execute(query, binds_at(now))]


def _dates(scope: Scope, bounds: Sequence[datetime], by_holder: bool = True) -> Any:
    """One row for each date to keep in the period or over it already; finding holders costs joins."""
    plain = DEADLINE.join(PLAN, PLAN.c.id == DEADLINE.c.plan_id)
    joined, rests_on = _with_holders() if by_holder else (plain, null())
    due = or_(
        and_(DEADLINE.c.due_at < bounds[0], over_date()),
        and_(
            DEADLINE.c.due_at >= bounds[0],
            DEADLINE.c.due_at < bounds[-1],
            DEADLINE.c.state == "open",
            DEADLINE.c.code.not_in((*NEVER_OVERDUE, DeadlineCode.QUIET_PLAN)),
        ),
    )
    query = (
        select(
            UNIT_ID.label("unit_id"),
            rests_on.label("holder_id"),
            DEADLINE.c.due_at,
            DEADLINE.c.code,
            DEADLINE.c.basis,
        )
        .select_from(joined)
        .where(within_units(scope.unit_ids), due, ~persons_own())
    )
    if scope.holders is not None:
        query = query.where(rests_on.in_(scope.holders))
    return query.subquery("dates")


def plans(session: Session, scope: Scope) -> dict[str, int]:
    """How many plans that are not closed each coordinator carries; one statement.

    Where the person coordinates or nobody does, the municipality's contact or whoever acts counts.
    """
    joined, party = with_coordinator(PLAN, PLAN.c.id, PLAN.c.person_id)
    query = (
        select(party, func.count())
        .select_from(joined)
        .where(
            within_units(scope.unit_ids),
            PLAN.c.state != CLOSED,
            PLAN.c.shadow == 0,
            party.is_not(None),
        )
        .group_by(party)
    )
    if scope.holders is not None:
        query = query.where(party.in_(scope.holders))
    return {who: int(many) for who, many in session.execute(query)}


def coordinators(session: Session, scope: Scope, now: datetime) -> set[str]:
    """Those who hold the coordinator's role in these units now; one statement."""
    query = select(STAFF.c.party_id).where(
        in_role(STAFF, now, "coordinator"),
        is_here(STAFF.c.party_id),
    )
    if scope.unit_ids is not None:
        query = query.where(STAFF.c.unit_id.in_(scope.unit_ids))
    if scope.holders is not None:
        query = query.where(STAFF.c.party_id.in_(scope.holders))
    return set(session.execute(query).scalars())


def absences_within(
    session: Session, who: ColumnElement[bool], bounds: Sequence[datetime]
) -> list[AbsencePeriod]:
    """The absences that touch the period, first ones first; one statement."""
    substitute = PARTY.alias("substitute")
    query = (
        select(
            ABSENCE.c.party_id,
            PARTY.c.name,
            ABSENCE.c.substitute_id,
            func.coalesce(substitute.c.name, ""),
            ABSENCE.c.from_at,
            ABSENCE.c.until_at,
        )
        .join(PARTY, PARTY.c.id == ABSENCE.c.party_id)
        .outerjoin(substitute, substitute.c.id == ABSENCE.c.substitute_id)
        .where(
            meets(ABSENCE, bounds[0], bounds[-1]),
            who,
        )
        .order_by(ABSENCE.c.from_at, ABSENCE.c.id)
    )
    return [AbsencePeriod(*row) for row in session.execute(query)]


def names(session: Session, party_ids: Sequence[str]) -> dict[str, str]:
    """The names of those who work with plans; one statement."""
    query = select(PARTY.c.id, PARTY.c.name).where(PARTY.c.id.in_(party_ids))
    return {row.id: row.name for row in session.execute(query)}


def units(session: Session, scope: Scope) -> dict[str, str]:
    """The names of the units, by name; one statement."""
    query = select(UNIT.c.id, UNIT.c.name)
    if scope.unit_ids is not None:
        query = query.where(UNIT.c.id.in_(scope.unit_ids))
    rows = session.execute(query.order_by(UNIT.c.id))
    return {row.id: row.name for row in sort_by_name(rows, lambda row: row.name)}


def office_codes() -> list[str]:
    """The kinds that rest on an office, not on the plan's coordinator: their first rung says so."""
    return [
        kind.code
        for kind in KINDS.values()
        if next((rung.role for rung in kind.ladder if rung.kind in TELLS), "") in OFFICE_ROLES
    ]


OF_MEETING = (DeadlineCode.MEETING_PREPARED, DeadlineCode.MINUTES_DUE)


@lru_cache(maxsize=1)
def _with_holders() -> tuple[Any, Any]:
    """Deadlines joined to all that says whom they rest on, and who that is.

    The accountable of a measure, the chair of a meeting, the plan's coordinator; nobody for an office's.
    """
    start = DEADLINE.join(PLAN, PLAN.c.id == DEADLINE.c.plan_id)
    joined, coordinator = with_coordinator(start, PLAN.c.id, PLAN.c.person_id)
    of_measure = and_(
        OWED.c.id == DEADLINE.c.subject_id, DEADLINE.c.code == DeadlineCode.MEASURE_DUE
    )
    of_meeting = and_(MEETING.c.id == DEADLINE.c.subject_id, DEADLINE.c.code.in_(OF_MEETING))
    joined = joined.outerjoin(OWED, of_measure).outerjoin(MEETING, of_meeting)
    chair, scribe = (
        func.nullif(column, PLAN.c.person_id)
        for column in (MEETING.c.chair_id, MEETING.c.minute_taker_id)
    )
    rests_on = case(
        (DEADLINE.c.code.in_(office_codes()), null()),
        (
            DEADLINE.c.code == DeadlineCode.MEASURE_DUE,
            func.coalesce(OWED.c.accountable_id, coordinator),
        ),
        (DEADLINE.c.code == DeadlineCode.MEETING_PREPARED, func.coalesce(chair, coordinator)),
        (DEADLINE.c.code == DeadlineCode.MINUTES_DUE, func.coalesce(scribe, coordinator)),
        else_=coordinator,
    )
    return joined, rests_on
