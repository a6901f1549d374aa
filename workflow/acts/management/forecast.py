"""What falls due in the coming weeks, on which unit and coordinator, and who gets too much: counts only, no content."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from workflow.acts.management import due_counts
from workflow.acts.management.due_counts import LATE, AbsencePeriod, Heap, Scope
from workflow.record.deadlines.policies import policy_on
from workflow.record.deadlines.recipients import ABSENCE
from workflow.record.in_force import covers
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.text.name_order import sort_key

PERIODS = (30, 90)  # calendar days ahead
MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week, or the part of it that lies in the period; both days are within."""

    year: int
    number: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CoordinatorLeave:
    """A coordinator is away from first until back (Norwegian days); what falls due meanwhile."""

    first: date
    back: date
    weeks: tuple[int, ...]  # places in the forecast's weeks
    substitute_id: str | None
    substitute: str
    due_meanwhile: int


@dataclass(frozen=True, slots=True)
class StandsIn:
    """Whose dates come on top while they are away, and how many."""

    name: str
    due_meanwhile: int


@dataclass(frozen=True, slots=True)
class Load:
    """What one coordinator, one unit or everybody has before them, week by week.

    weeks: what falls due, without what a substitute does meanwhile; extra: what comes on top as
    somebody's substitute; law: how many of `weeks` are law; late: over the date already.
    """

    key: str | None
    name: str
    late: int
    weeks: tuple[int, ...]
    law: tuple[int, ...]
    extra: tuple[int, ...] = ()
    plans: int = 0
    leaves: tuple[CoordinatorLeave, ...] = ()
    stands_in: tuple[StandsIn, ...] = ()
    heavy: tuple[int, ...] = ()  # places of the weeks above the limit
    too_many_plans: bool = False

    @property
    def due(self) -> int:
        """All that falls due in the period, with what comes on top."""
        return sum(self.weeks) + sum(self.extra)

    @property
    def most(self) -> int:
        """The heaviest week, with what comes on top."""
        return max((self.in_week(n) for n in range(len(self.weeks))), default=0)

    def in_week(self, n: int) -> int:
        """One week with what comes on top."""
        return self.weeks[n] + (self.extra[n] if self.extra else 0)

    @property
    def uncovered(self) -> tuple[CoordinatorLeave, ...]:
        """Absences in which something falls due and nobody steps in."""
        return tuple(gone for gone in self.leaves if gone.due_meanwhile and not gone.substitute_id)

    @property
    def overloaded(self) -> bool:
        """Whether a leader should do something now."""
        return bool(self.heavy or self.too_many_plans or self.uncovered)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The coming weeks with their loads, and the limits that the municipality has set itself.

    others: what rests on offices and on accountable staff who coordinate nothing.
    """

    days: int
    weeks: tuple[Week, ...]
    total: Load
    units: tuple[Load, ...]
    coordinators: tuple[Load, ...]
    others: Load
    by_code: Mapping[str, int]
    most_plans: int
    most_due_a_week: int

    @property
    def overloaded(self) -> tuple[Load, ...]:
        """Those who will have too much, most first."""
        return tuple(load for load in self.coordinators if load.overloaded)


def make_forecast(
    session: Session,
    unit_ids: Sequence[str] | None,
    days: int,
    now: datetime,
) -> Forecast:
    """What falls due from today through that many calendar days, Norwegian days and ISO weeks.

    1. The dates of these units (None: the whole municipality), each in its week, by whom it
       rests on: the accountable of a measure, the chair of a meeting, else the coordinator.
    2. Plans per coordinator, and who is away in the period with which substitute.
    3. What falls due while somebody is away comes on top of the substitute's own weeks.
    4. Whoever gets more than the municipality's own limits is marked.

    The caller has asked whether the reader leads the units. Measures that wait for the person,
    a relative or a volunteer are not counted; quiet plans are not forecast: any contact moves them.
    The number of statements does not grow with what is found.
    """
    scope = Scope(unit_ids)
    return _told(session, scope, _weeks(oslo_date(now), days), days, now)


def own_forecast(session: Session, party_id: str, days: int, now: datetime) -> Forecast:
    """The same for one coordinator: her own dates, and of others only what she steps in for."""
    weeks = _weeks(oslo_date(now), days)
    stands_in = due_counts.absences_within(
        session, ABSENCE.c.substitute_id == party_id, _bounds(weeks)
    )
    holders = [party_id, *(gone.party_id for gone in stands_in)]
    return _told(session, Scope(None, holders), weeks, days, now, party_id)


def _told(
    session: Session,
    scope: Scope,
    weeks: tuple[Week, ...],
    days: int,
    now: datetime,
    alone: str = "",
) -> Forecast:
    bounds = _bounds(weeks)
    heaps = due_counts.heaps(session, scope, now, bounds)
    plans = due_counts.plans(session, scope)
    known = plans.keys() | due_counts.coordinators(session, scope, now)
    gone = due_counts.absences_within(session, _concerns(known), bounds)
    dates = _Dates(session, scope, now, weeks, gone)
    own = Scope(scope.unit_ids, [alone]) if alone else scope
    shown = [heap for heap in heaps if not alone or heap.holder_id == alone]
    held = _grouped(shown)
    listed = {alone} if alone else known
    names = due_counts.names(session, sorted(listed))
    policy = policy_on(session.connection(), None, oslo_date(now))
    limits = (policy.most_plans, policy.most_due_a_week)
    loads = [
        _coordinator(
            _load(key, name, held.get(key, ()), weeks),
            plans.get(key, 0),
            dates,
            limits,
        )
        for key, name in names.items()
    ]
    where = due_counts.units(session, scope)
    return Forecast(
        days,
        weeks,
        _load(None, "", shown, weeks),
        tuple(_units(where, shown, weeks)),
        tuple(sorted(loads, key=_heaviest)),
        _others(shown, dates, listed, bool(alone)),
        due_counts.by_code(session, own, now, bounds),
        *limits,
    )


def _grouped(heaps: Iterable[Heap]) -> dict[str | None, list[Heap]]:
    groups: dict[str | None, list[Heap]] = {}
    for heap in heaps:
        groups.setdefault(heap.holder_id, []).append(heap)
    return groups


def _weeks(today: date, days: int) -> tuple[Week, ...]:
    last, weeks = today + timedelta(days=days), []
    first = today
    while first <= last:
        sunday = first + timedelta(days=6 - first.weekday())
        year, number, _ = first.isocalendar()
        weeks.append(Week(year, number, first, min(sunday, last)))
        first = sunday + timedelta(days=1)
    return tuple(weeks)


def _bounds(weeks: Sequence[Week]) -> list[datetime]:
    end = weeks[-1].last + timedelta(days=1)
    return [at_oslo(day, MIDNIGHT) for day in (*(week.first for week in weeks), end)]


def _concerns(party_ids: Iterable[str]) -> ColumnElement[bool]:
    known = sorted(party_ids)
    return or_(ABSENCE.c.party_id.in_(known), ABSENCE.c.substitute_id.in_(known))


class _Dates:
    """What falls due while somebody is away."""

    def __init__(
        self,
        session: Session,
        scope: Scope,
        now: datetime,
        weeks: Sequence[Week],
        gone: Sequence[AbsencePeriod],
    ) -> None:
        self.weeks, self.gone = weeks, gone
        away = sorted({one.party_id for one in gone})
        narrowed = Scope(scope.unit_ids, away)
        self.heaps = due_counts.by_instant(session, narrowed, now, _bounds(weeks)) if away else []

    def meanwhile(self, gone: AbsencePeriod) -> list[tuple[date, int]]:
        """(Norwegian day, how many) that rest on the one who is away, in that time."""
        return [
            (oslo_date(at), many)
            for who, at, many in self.heaps
            if who == gone.party_id and covers(gone, at)
        ]

    def leaves(self, party_id: str) -> tuple[CoordinatorLeave, ...]:
        """When the party is away."""
        return tuple(self._leave(gone) for gone in self.gone if gone.party_id == party_id)

    def _leave(self, gone: AbsencePeriod) -> CoordinatorLeave:
        first, back = oslo_date(gone.from_at), oslo_date(gone.until_at)
        touched = [
            n for n, week in enumerate(self.weeks) if first <= week.last and back > week.first
        ]
        due = sum(many for _, many in self.meanwhile(gone))
        return CoordinatorLeave(
            first, back, tuple(touched), gone.substitute_id, gone.substitute, due
        )

    def stands_in(self, party_id: str) -> tuple[StandsIn, ...]:
        """Whom the party steps in for."""
        return tuple(
            StandsIn(gone.name, sum(many for _, many in self.meanwhile(gone)))
            for gone in self.gone
            if gone.substitute_id == party_id
        )

    def cover(self, party_id: str) -> list[int]:
        """What substitutes do of the party's own weeks."""
        return self._by_week(
            gone for gone in self.gone if gone.party_id == party_id and gone.substitute_id
        )

    def on_top(self, party_ids: Container[str | None]) -> list[int]:
        """What comes on top of these parties' own weeks."""
        return self._by_week(gone for gone in self.gone if gone.substitute_id in party_ids)

    def elsewhere(self, party_ids: Container[str | None]) -> list[int]:
        """What goes to substitutes who are not among these."""
        return self._by_week(
            gone for gone in self.gone if gone.substitute_id and gone.substitute_id not in party_ids
        )

    def _by_week(self, absences: Iterable[AbsencePeriod]) -> list[int]:
        totals = [0] * len(self.weeks)
        for gone in absences:
            for day, many in self.meanwhile(gone):
                totals[next(n for n, week in enumerate(self.weeks) if day <= week.last)] += many
        return totals


def _load(key: str | None, name: str, heaps: Iterable[Heap], weeks: Sequence[Week]) -> Load:
    counts = {"many": [0] * len(weeks), "law": [0] * len(weeks)}
    late = 0
    for heap in heaps:
        if heap.week == LATE:
            late += heap.many
        else:
            counts["many"][heap.week] += heap.many
            counts["law"][heap.week] += heap.law
    return Load(key, name, late, tuple(counts["many"]), tuple(counts["law"]))


def _units(
    where: Mapping[str, str], heaps: Sequence[Heap], weeks: Sequence[Week]
) -> Iterable[Load]:
    """The units that have anything, by name."""
    for key, name in where.items():
        own = [heap for heap in heaps if heap.unit_id == key]
        if own:
            yield _load(key, name, own, weeks)


def _coordinator(own: Load, plans: int, dates: _Dates, limits: tuple[int, int]) -> Load:
    """One coordinator's load with absences, what comes on top, and the limits laid upon it."""
    key, (most_plans, most_due) = str(own.key), limits
    covered = dates.cover(key)
    weeks = tuple(many - less for many, less in zip(own.weeks, covered, strict=True))
    law = tuple(map(min, own.law, weeks))
    whole = replace(
        own,
        weeks=weeks,
        law=law,
        extra=tuple(dates.on_top((key,))),
        plans=plans,
        leaves=dates.leaves(key),
        stands_in=dates.stands_in(key),
        too_many_plans=plans > most_plans,
    )
    heavy = tuple(n for n in range(len(weeks)) if whole.in_week(n) > most_due)
    return replace(whole, heavy=heavy)


def _others(heaps: Iterable[Heap], dates: _Dates, listed: Collection[str], alone: bool) -> Load:
    """What rests on nobody who is listed: offices, others accountable, substitutes from elsewhere."""
    own = _load(None, "", (heap for heap in heaps if heap.holder_id not in listed), dates.weeks)
    return own if alone else replace(own, extra=tuple(dates.elsewhere(listed)))


def _heaviest(load: Load) -> tuple[bool, int, int, str]:
    return (not load.overloaded, -load.most, -load.plans, sort_key(load.name))
