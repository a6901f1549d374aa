"""A dry run of a deadline policy: the last 90 days counted anew, and what runs now; it writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast

from sqlalchemy import Connection, RowMapping, Table, bindparam, or_, select
from sqlalchemy.orm import Session

from workflow.record.access.role_holders import with_coordinator
from workflow.record.deadlines.policies import Calendar, Version, read_calendar
from workflow.record.deadlines.recount import (
    SOFT,
    DeadlineChange,
    PolicyTurn,
    find_changes,
    is_soft,
    running_deadline,
)
from workflow.record.deadlines.rungs import DEADLINE
from workflow.record.models import Measure, Party, Plan, Unit
from workflow.record.models.base import KEY, UtcDateTime
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.kinds import TELLS
from workflow.rules.deadlines.ladders import count_rungs
from workflow.rules.deadlines.policy import Choices
from workflow.rules.deadlines.recount import Rules, falls_due
from workflow.rules.text.name_order import sort_by_name, sort_key

DAYS = 90
AT_A_TIME = 5000
COORDINATOR = "coordinator"
PLAN, MEASURE = (cast(Table, m.__table__) for m in (Plan, Measure))


@dataclass(frozen=True, slots=True)
class PerDay:
    """Notices to coordinators: how many in all, the mean per coordinator and day, the most in a day."""

    total: int = 0
    mean: float = 0.0
    most: int = 0


@dataclass(frozen=True, slots=True)
class RoleLine:
    """Notices to one role about the plans of one unit, before and after."""

    unit_id: str
    unit: str
    role: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class CoordinatorLine:
    """Notices to one coordinator, before and after."""

    party_id: str
    name: str
    before: PerDay
    after: PerDay


@dataclass(frozen=True, slots=True)
class KindTrialLine:
    """Running deadlines of one kind: how many change, and how."""

    code: str
    earlier: int
    later: int
    only_ladder: int


@dataclass(frozen=True, slots=True)
class Trial:
    """An estimate of what a policy would do; days: the calendar days that were counted anew.

    counted: deadlines open at some time in these days. earlier, later, only_ladder: running
    deadlines that would change; at_once: notices that would fall due in the next sweep.
    """

    days: int
    counted: int
    roles: tuple[RoleLine, ...]
    before: PerDay
    after: PerDay
    coordinators: tuple[CoordinatorLine, ...]
    kinds: tuple[KindTrialLine, ...]
    at_once: int
    estimate: bool = True

    @property
    def earlier(self) -> int:
        """Running deadlines that would fall due earlier."""
        return sum(line.earlier for line in self.kinds)

    @property
    def later(self) -> int:
        """Running deadlines that would fall due later."""
        return sum(line.later for line in self.kinds)

    @property
    def only_ladder(self) -> int:
        """Running deadlines that would keep their date and be told otherwise."""
        return sum(line.only_ladder for line in self.kinds)


WITH_PLAN = DEADLINE.join(PLAN, PLAN.c.id == DEADLINE.c.plan_id)
JOINED, HELD = with_coordinator(WITH_PLAN, PLAN.c.id, PLAN.c.person_id)
OPEN_SINCE = (
    select(
        DEADLINE.c.id,
        DEADLINE.c.code,
        DEADLINE.c.due_at,
        DEADLINE.c.started_at,
        DEADLINE.c.base_on,
        DEADLINE.c.ended_at,
        DEADLINE.c.paused_at,
        PLAN.c.service_unit_id,
        PLAN.c.unit_id,
        PLAN.c.transition_on,
        PLAN.c.transition_kind,
        SOFT.label("soft"),
        HELD.label("coordinator"),
    )
    .select_from(JOINED.outerjoin(MEASURE, MEASURE.c.id == DEADLINE.c.subject_id))
    .where(
        DEADLINE.c.started_at <= bindparam("b_now", type_=UtcDateTime()),
        or_(
            DEADLINE.c.ended_at.is_(None),
            DEADLINE.c.ended_at >= bindparam("b_since", type_=UtcDateTime()),
        ),
        DEADLINE.c.id > bindparam("b_after", type_=KEY),
    )
    .order_by(DEADLINE.c.id)
    .limit(AT_A_TIME)
)


@dataclass
class Tally:
    """Notices of one side of the turn, by unit and role, and by coordinator and Norwegian day."""

    roles: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: Counter[tuple[str, date]] = field(default_factory=Counter)

    def add(self, row: RowMapping, unit_id: str, told: Iterable[tuple[str, date]]) -> None:
        """Counts what one deadline tells."""
        for role, day in told:
            self.roles[unit_id, role] += 1
            if role == COORDINATOR and row["coordinator"]:
                self.days[row["coordinator"], day] += 1

    def per_day(self, coordinators: Sequence[str]) -> PerDay:
        """The load of some coordinators together."""
        counts = [n for (who, _), n in self.days.items() if who in set(coordinators)]
        total = sum(counts)
        spread = DAYS * len(coordinators)
        return PerDay(total, round(total / spread, 2) if spread else 0.0, max(counts, default=0))

    @cached_property
    def by_person(self) -> dict[str, list[int]]:
        """Each coordinator's days with notices."""
        days: dict[str, list[int]] = {}
        for (who, _), number in self.days.items():
            days.setdefault(who, []).append(number)
        return days

    def of(self, party_id: str) -> PerDay:
        """The load of one coordinator."""
        counts = self.by_person.get(party_id, [])
        return PerDay(sum(counts), round(sum(counts) / DAYS, 2), max(counts, default=0))


def try_policy(
    session: Session,
    unit_id: str | None,
    choices: Choices,
    closing_days: Iterable[date] | None,
    now: datetime,
) -> Trial:
    """What these choices would have told in the last 90 calendar days, and would change today.

    An estimate: every deadline open at some time in these days is counted anew from its day,
    under what holds today and under the choices; what people would have done otherwise is not
    known. Of what runs now it counts as `set_policy` does. Writes nothing.
    """
    conn = session.connection()
    turn = turn_of(conn, unit_id, choices, closing_days, now)
    before, after, counted = Tally(), Tally(), 0
    for row in _open_since(conn, now):
        counted += 1
        _count(turn, row, before, after, now)
    moved = [c for batch in find_changes(conn, turn, now) for c in batch]
    people = sorted({who for who, _ in (*before.days, *after.days)})
    return Trial(
        days=DAYS,
        counted=counted,
        roles=_role_lines(conn, before, after),
        before=before.per_day(people),
        after=after.per_day(people),
        coordinators=_coordinator_lines(conn, people, before, after),
        kinds=_kind_lines(moved),
        at_once=sum(s.kind in TELLS and s.at <= now for c in moved for s in c.rungs),
    )


def turn_of(
    conn: Connection,
    unit_id: str | None,
    choices: Choices,
    closing_days: Iterable[date] | None,
    now: datetime,
) -> PolicyTurn:
    """What holds today giving way to the same with these choices laid over it today."""
    held, today = read_calendar(conn), oslo_date(now)
    tried = Version("", unit_id, today, choices.text(), None, now, None)
    closing = held.closing if closing_days is None else frozenset(closing_days)
    others = [v for v in held.versions if v.unit_id != unit_id or v.valid_from > today]
    return PolicyTurn(held, Calendar(closing, (*others, tried)), today)


def _open_since(conn: Connection, now: datetime) -> Iterator[RowMapping]:
    binds = {"b_now": now, "b_since": now - timedelta(days=DAYS)}
    after = ""
    while rows := conn.execute(OPEN_SINCE, {**binds, "b_after": after}).mappings().all():
        yield from rows
        after = rows[-1]["id"]


def _count(turn: PolicyTurn, row: RowMapping, before: Tally, after: Tally, now: datetime) -> None:
    unit_id = row["service_unit_id"] or row["unit_id"] or ""
    was, will = turn.rules(unit_id, row["code"])
    told = _told(row, was, now)
    before.add(row, unit_id, told)
    same = was.kind == will.kind and was.closing == will.closing
    after.add(row, unit_id, told if same else _told(row, will, now))


def _told(row: RowMapping, rules: Rules, now: datetime) -> list[tuple[str, date]]:
    """Who is told of a deadline on which day, within the days counted and while it was open."""
    stored, soft = running_deadline(row), is_soft(row, rules.kind)
    at, started = falls_due(stored, rules), stored.started_at
    ladder = count_rungs(
        rules.kind, at, started, started_at=started, closing=rules.closing, soft=soft
    )
    since, until = now - timedelta(days=DAYS), row["ended_at"] or row["paused_at"] or now
    told = [(step.role, max(step.at, started)) for step in ladder if step.kind in TELLS]
    return [(role, oslo_date(at)) for role, at in told if since <= at <= min(until, now)]


def _role_lines(conn: Connection, before: Tally, after: Tally) -> tuple[RoleLine, ...]:
    here = select(Unit.id, Unit.name)
    names = {row.id: row.name for row in conn.execute(here)}
    keys = sorted(
        {*before.roles, *after.roles}, key=lambda key: (sort_key(names.get(key[0], "")), key[1])
    )
    return tuple(
        RoleLine(
            unit_id,
            names.get(unit_id, ""),
            role,
            before.roles[unit_id, role],
            after.roles[unit_id, role],
        )
        for unit_id, role in keys
    )


def _coordinator_lines(
    conn: Connection, people: Sequence[str], before: Tally, after: Tally
) -> tuple[CoordinatorLine, ...]:
    """The most burdened by the new rules first."""
    here = select(Party.id, Party.name).where(Party.id.in_(people))
    names = {row.id: row.name for row in conn.execute(here)}
    lines = [CoordinatorLine(p, names.get(p, ""), before.of(p), after.of(p)) for p in people]
    by_name = sort_by_name(lines, lambda line: line.name)
    return tuple(sorted(by_name, key=lambda line: (-line.after.most, -line.after.total)))


def _kind_lines(moved: Sequence[DeadlineChange]) -> tuple[KindTrialLine, ...]:
    codes = sorted({change.row["code"] for change in moved})
    lines = []
    for code in codes:
        pairs = [(c.at, c.row["due_at"]) for c in moved if c.row["code"] == code]
        earlier, later = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
        lines.append(KindTrialLine(code, earlier, later, len(pairs) - earlier - later))
    return tuple(lines)
