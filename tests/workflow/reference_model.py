"""Who ought to be told of what, in plain Python from the deadline table's text; nothing of the product is used."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
DAY = timedelta(days=1)


def easter(year: int) -> date:
    """Easter Sunday, by the rule of 1876 for the Gregorian calendar."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    full = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - full - rest % 4) % 7
    month, day = divmod(full + week - 7 * ((golden + 11 * full + 22 * week) // 451) + 114, 31)
    return date(year, month, day + 1)


def works(day: date, closed: Iterable[date] = ()) -> bool:
    """A Norwegian working day: the twelve holidays are off, Christmas Eve is not among them."""
    sunday = easter(day.year)
    moving = {sunday + n * DAY for n in (-3, -2, 0, 1, 39, 49, 50)}
    fixed = {(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)}
    free = day in moving or (day.month, day.day) in fixed or day in closed
    return day.weekday() < 5 and not free


def onward(day: date, closed: Iterable[date] = ()) -> date:
    while not works(day, closed):
        day += DAY
    return day


def workdays(day: date, count: int, closed: Iterable[date] = ()) -> date:
    for _ in range(abs(count)):
        day += DAY if count > 0 else -DAY
        while not works(day, closed):
            day += DAY if count > 0 else -DAY
    return day


def a_month_after(day: date) -> date:
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def at(day: date, hour: time = time(23, 59)) -> datetime:
    return datetime.combine(day, hour, tzinfo=OSLO).astimezone(UTC)


def day_of(instant: datetime) -> date:
    return instant.astimezone(OSLO).date()


class Kind(NamedTuple):
    """A line of the table: length, whether it is the law's, its ladder, whether a pause stops it."""

    length: str
    ladder: str
    law: bool = False
    stops: bool = True


REVIEW = "-7d coordinator, +1d coordinator, +7d leader, +28d leader_2"
TABLE: Mapping[str, Kind] = {
    "T1": Kind("5wd", "0d unit", stops=False),
    "T2.decide": Kind("28d", "-7d decider, +1d leader", stops=False),
    "T2.reply": Kind("1m", "-7d decider, -2d leader", law=True, stops=False),
    "T4.appoint": Kind("14d", "-3d coordinating, +1d leader", stops=False),
    "T5": Kind("30d", "-7d coordinator, +1d coordinator, +14d leader"),
    "T7": Kind("14d", "0d coordinating, +1d municipal_leader", stops=False),
    "T8.review": Kind("0d", f"-21d coordinator, {REVIEW}"),
    "T8.conclude": Kind("14d", REVIEW),
    "T11": Kind("0d", "-3d accountable, +1d accountable, +7d coordinator, +14d accountable_leader"),
    "T12": Kind("14d", "0d coordinator"),
    "T14": Kind("90d", "0d coordinator quiet, +30d coordinating quiet, +31d - look"),
    "T15.prepare": Kind("-7d", "-10wd chair, -5wd chair, -2wd leader"),
    "T15.minutes": Kind("5wd", "+1wd minute_taker, +5wd coordinator"),
}


@dataclass
class Rung:
    n: int
    at: datetime
    role: str
    kind: str = ""
    done: bool = False
    only: str = ""  # one party alone: who put a notice off


@dataclass
class Deadline:
    code: str
    subject: str
    started: datetime
    due: datetime
    version: int = 1
    state: str = "open"
    paused_on: date | None = None
    base: date | None = None
    then: Kind | None = None
    rungs: list[Rung] = field(default_factory=list)


class Told(NamedTuple):
    """One notice: who, of which deadline and version, which rung, in whose place."""

    who: str
    code: str
    subject: str
    started: datetime
    version: int
    rung: int
    instead_of: str | None


@dataclass
class Model:
    """One plan. roles: (name, role, unit); above: unit -> the unit over it."""

    person: str
    roles: list[tuple[str, str, str]]
    above: dict[str, str | None]
    unit: str
    soft: set[str]
    coordinator: str | None = None
    contact: str | None = None
    acting: str | None = None
    service: str | None = None
    lived: datetime | None = None
    paused_until: date | None = None
    closed: frozenset[date] = frozenset()
    gone: set[str] = field(default_factory=set)
    away: list[tuple[str, datetime, datetime, str]] = field(default_factory=list)
    accountable: dict[str, str] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    meeting: dict[str, tuple[date, str]] = field(default_factory=dict)
    deadlines: list[Deadline] = field(default_factory=list)
    told: set[Told] = field(default_factory=set)
    versions: list[tuple[date, int, dict[str, Kind]]] = field(default_factory=list)
    applied: dict[str, Kind] = field(default_factory=lambda: dict(TABLE))
    clock: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    answered: dict[tuple[int, int, str, str], datetime | None] = field(default_factory=dict)

    # --- time

    def in_force(self) -> Mapping[str, Kind]:
        """What the municipality chose last for a day that has come, laid over the table."""
        come = [v for v in self.versions if v[0] <= day_of(self.clock)]
        return {**TABLE, **max(come, key=lambda v: v[:2])[2]} if come else TABLE

    def due(self, code: str, base: date, hour: time = time(23, 59)) -> datetime:
        return self.count(self.in_force()[code], base, hour)

    def count(self, kind: Kind, base: date, hour: time) -> datetime:
        """The base day and the length; a local date on a day off waits for the next working day."""
        if kind.length.endswith("m"):
            base = a_month_after(base)
        elif kind.length.endswith("wd"):
            base = workdays(base, int(kind.length[:-2]), self.closed)
        else:
            base += int(kind.length[:-1]) * DAY
        return at(base if kind.law else onward(base, self.closed), hour)

    def next_day(self, now: datetime) -> date:
        return workdays(day_of(now), 1, self.closed)

    def prepared(self, meeting: date, now: datetime) -> datetime:
        """Seven days before; what is set for sooner by the next working day, at most its own day."""
        return max(self.due("T15.prepare", meeting), at(min(self.next_day(now), meeting)))

    def ladder(self, deadline: Deadline, kind: Kind, now: datetime) -> list[Rung]:
        """Every rung, those that have been too."""
        found = []
        for n, words in enumerate(kind.ladder.split(", ")):
            far, role, *what = words.split()
            base = day_of(deadline.due)
            if deadline.code == "T15.prepare":
                base = self.meeting[deadline.subject][0]
            if far.endswith("wd"):
                base = workdays(base, int(far[:-2]), self.closed)
            else:
                base += int(far[:-1]) * DAY
            instant = at(base, time(0))
            if deadline.code == "T15.prepare":  # set a moment ago is no alarm
                instant = max(instant, at(self.next_day(now), time(0)))
            found.append(Rung(n, instant, role, *what))
        if deadline.code == "T11":
            if self.accountable[deadline.subject] in self.soft:
                found = [r for r in found if r.role in ("accountable", "coordinator")]
            self._halved(deadline, found)
        return found

    def rungs(self, deadline: Deadline, now: datetime) -> list[Rung]:
        """Those that have been are left out, but for the current one."""
        found = self.ladder(deadline, self.in_force()[deadline.code], now)
        told = [rung.at for rung in found if rung.at <= now and rung.kind != "look"]
        current = max(told, default=now)
        return [r for r in found if r.at > now or r.at == current or r.kind == "look"]

    def _halved(self, deadline: Deadline, rungs: list[Rung]) -> None:
        """No wait is longer than half the measure's own length."""
        half = max((deadline.due - deadline.started) / 2, timedelta(0))
        before = deadline.due
        for rung in rungs:
            if rung.at < deadline.due:
                rung.at = max(rung.at, deadline.due - half)
            else:
                before = rung.at = min(rung.at, before + half)

    # --- what steps do

    def standing(self, *codes: str, subject: str | None = None) -> list[Deadline]:
        return [
            d for d in self.deadlines
            if d.state in ("open", "paused") and d.code in codes and subject in (None, d.subject)
        ]  # fmt: skip

    def start(
        self, code: str, subject: str, due: datetime, now: datetime, base: date | None = None
    ) -> None:
        """A new deadline with its ladder; one that stands is moved: next version, new ladder."""
        before = self.standing(code, subject=subject)
        deadline = before[0] if before else Deadline(code, subject, now, due)
        if before:
            deadline.due, deadline.state = due, "open"
            deadline.version += 1
        else:
            self.deadlines.append(deadline)
        deadline.base, deadline.rungs = base, self.rungs(deadline, now)

    def meet(self, *codes: str, subject: str | None = None) -> None:
        for found in self.standing(*codes, subject=subject):
            found.state = "met"

    def close(self) -> None:
        self.meet(*TABLE)

    def pause(self, until: date, now: datetime) -> None:
        self.paused_until = until
        for found in self.standing(*TABLE):
            if found.state == "open" and TABLE[found.code].stops:
                found.state, found.paused_on = "paused", day_of(now)
                found.then = self.applied[found.code]

    def resume(self, now: datetime) -> None:
        """Later by the days the pause took, on a working day; a meeting's day stays."""
        self.paused_until = None
        for found in self.standing(*TABLE):
            if found.state == "paused" and found.paused_on is not None:
                day, took = day_of(found.due), day_of(now) - found.paused_on
                shift = onward(day + took, self.closed) - day if took else took
                shift = timedelta(0) if found.code == "T15.prepare" else shift
                found.due, found.state = self._later(found.due, shift), "open"
                found.version += 1
                for rung in found.rungs:
                    rung.at = self._later(rung.at, shift)
                if found.base and found.code != "T15.prepare":
                    found.base += took
                if found.then:
                    self._recount(found, found.then, self.applied[found.code], now)

    def _later(self, instant: datetime, shift: timedelta) -> datetime:
        local = instant.astimezone(OSLO)
        return at(local.date() + shift, local.time())

    # --- what the municipality chooses

    def choose(self, first: date, kinds: dict[str, Kind], now: datetime) -> None:
        """A version from a day on; where that has come it holds at once, else from a sweep on."""
        self.versions.append((first, len(self.versions), kinds))
        if first <= day_of(now):
            self.turn()

    def turn(self) -> None:
        """What runs is counted anew where the two sides count differently; what rests, later."""
        before, self.applied = self.applied, {**self.in_force()}
        for found in self.standing(*TABLE):
            if found.state == "open":
                self._recount(found, before[found.code], self.applied[found.code], self.clock)

    def _recount(self, found: Deadline, before: Kind, after: Kind, now: datetime) -> None:
        """A role that was told is not told again; one that was not hears its latest rung once."""
        if before == after:
            return
        hour = found.due.astimezone(OSLO).time()
        was, will = (
            self.count(kind, found.base, hour) if found.base else found.due
            for kind in (before, after)
        )
        old, due = self.ladder(found, before, now), will if will != was else found.due
        moved = Deadline(**{**vars(found), "due": min(due, found.due) if after.law else due})
        new = self.ladder(moved, after, now)
        if moved.due == found.due and new == old:
            return
        done = [r for r in found.rungs if r.done]
        heard = {r.role for r in done if not r.only}
        latest = {r.role: r.n for r in new if r.at <= now}
        stand = [r for r in new if r.at > now or (r.role not in heard and latest[r.role] == r.n)]
        if moved.due == found.due and stand == [
            r for r in found.rungs if not r.done and not r.only
        ]:
            return
        found.due, found.version = moved.due, found.version + 1
        found.rungs = [*done, *stand, *(r for r in found.rungs if r.only and not r.done)]

    # --- who holds a role

    def staff(self, role: str, *units: str | None) -> list[str]:
        return [n for n, held, unit in self.roles if held == role and (not units or unit in units)]

    def holders(self, role: str, deadline: Deadline) -> list[str]:
        own = self.coordinator if self.coordinator != self.person else None
        coordinator = own or self.contact or self.acting
        unit = self.service or self.unit
        office = next(u for _, held, u in self.roles if held == "coordinating")
        who = self.accountable.get(deadline.subject, "")
        if role == "coordinator":
            return [c for c in (coordinator,) if c and not (deadline.code == "T11" and c == who)]
        if role in ("chair", "minute_taker"):
            named = self.meeting[deadline.subject][1]
            return [named] if named != self.person else [coordinator] if coordinator else []
        if role == "accountable_leader":
            return [n for n in self.staff("leader", *self.works_in(who)) if n != who]
        return {
            "accountable": lambda: [who],
            "leader": lambda: self.staff("leader", unit),
            "leader_2": lambda: self.staff("leader", self.above[unit]),
            "municipal_leader": lambda: self.staff("leader", self.above[office] or office),
            "coordinating": lambda: self.staff("coordinating"),
            "decider": lambda: self.staff("decider", self.unit),
            "unit": lambda: self.staff("decider", self.unit),
        }[role]()

    def works_in(self, name: str) -> list[str]:
        return [unit for n, _, unit in self.roles if n == name] or [""]

    def leave(self, name: str, since: datetime, until: datetime, substitute: str) -> None:
        """The newest word counts for its days."""
        self.away.insert(0, (name, since, until, substitute))

    def instead(self, name: str, now: datetime) -> tuple[str, str | None]:
        """The substitute of whoever is away now."""
        for away, since, until, substitute in self.away:
            if away == name and since <= now < until:
                return (name, None) if substitute in self.gone else (substitute, name)
        return name, None

    def reached(
        self, rung: Rung, deadline: Deadline, now: datetime
    ) -> list[tuple[str, str | None]]:
        """Holders who are here; where nobody holds the role, the next step up."""
        found = [n for n in self.holders(rung.role, deadline) if n not in self.gone]
        if rung.role == "accountable" and rung.n == 0:
            found = [n for n in found if n != self.person]  # a reminder is opt-in for the person
        if not found and rung.role != "accountable":
            found = self.next_up(rung.role, deadline)
        return [self.instead(name, now) for name in found]

    def next_up(self, role: str, deadline: Deadline) -> list[str]:
        unit, leads = self.service or self.unit, ("leader", "leader_2", "municipal_leader")
        levels = [
            [] if role in leads else self.staff("leader", unit),
            [] if role == "leader_2" else self.staff("leader", self.above[unit]),
            self.staff("coordinating"),
            self.staff("administrator"),
        ]
        who = self.accountable.get(deadline.subject) if deadline.code == "T11" else None
        here = ([n for n in level if n not in self.gone and n != who] for level in levels)
        return next((level for level in here if level), [])

    # --- the sweep

    def sweep(self, now: datetime) -> None:
        self.clock = now
        if {**self.in_force()} != self.applied:
            self.turn()
        for deadline in self.standing(*TABLE):
            if deadline.state == "open":
                self._look(deadline, now)
                self._tell(deadline, now)
        if self.paused_until is not None and at(self.paused_until) <= now:
            self.resume(now)

    def _look(self, deadline: Deadline, now: datetime) -> None:
        """A plan that has lived within ninety days is not quiet: it gets a new date instead."""
        due = [r for r in deadline.rungs if r.at <= now and not r.done]
        if deadline.code != "T14" or not due or self.lived is None:
            return
        if day_of(now) - day_of(self.lived) < 90 * DAY:
            lived = day_of(self.lived)
            self.start("T14", deadline.subject, self.due("T14", lived), now, lived)
        for rung in deadline.rungs:
            if rung.kind == "look" and rung.at <= now:
                rung.at = at(day_of(now) + DAY, time(0))

    def _tell(self, deadline: Deadline, now: datetime) -> None:
        best: dict[str, tuple[int, bool, str | None]] = {}
        for rung in deadline.rungs:
            if rung.at > now or rung.done or rung.kind == "look":
                continue
            rung.done = True
            for who, instead in self.reached(rung, deadline, now):
                mine = (rung.n, instead is None, instead)
                best[who] = max(best.get(who, mine), mine, key=lambda found: found[:2])
        for who, (n, _, instead) in best.items():
            key = (deadline.code, deadline.subject, deadline.started, deadline.version)
            self.told.add(Told(who, *key, n, instead))
