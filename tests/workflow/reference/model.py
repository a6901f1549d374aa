"""Who ought to be told of what, in plain Python from the deadline table's text; nothing of the product is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from tests.workflow.calendar.reference_days import (
    DAY,
    OSLO,
    a_month_after,
    at,
    day_of,
    onward,
    workdays,
)
from tests.workflow.reference.table import TABLE, Kind
from workflow.rules.names.deadlines import DeadlineCode


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
    answered: dict[tuple[Any, ...], datetime | None] = field(default_factory=dict)

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
        return max(
            self.due(DeadlineCode.MEETING_PREPARED, meeting), at(min(self.next_day(now), meeting))
        )

    def ladder(self, deadline: Deadline, kind: Kind, now: datetime) -> list[Rung]:
        """Every rung, those that have been too."""
        rungs = []
        for n, words in enumerate(kind.ladder.split(", ")):
            far, role, what = (words + " ").split(" ")[:3]
            base = day_of(deadline.due)
            if deadline.code == DeadlineCode.MEETING_PREPARED:
                base = self.meeting[deadline.subject][0]
            if far.endswith("wd"):
                base = workdays(base, int(far[:-2]), self.closed)
            else:
                base += int(far[:-1]) * DAY
            instant = at(base, time(0))
            if deadline.code == DeadlineCode.MEETING_PREPARED:  # set a moment ago is no alarm
                instant = max(instant, at(self.next_day(now), time(0)))
            rungs.append(Rung(n, instant, role, what))
        if deadline.code == DeadlineCode.MEASURE_DUE:
            if self.accountable[deadline.subject] in self.soft:
                rungs = [r for r in rungs if r.role in ("accountable", "coordinator")]
            self._halved(deadline, rungs)
        return rungs

    def rungs(self, deadline: Deadline, now: datetime) -> list[Rung]:
        """Those that have been are left out, but for the current one."""
        rungs = self.ladder(deadline, self.in_force()[deadline.code], now)
        told = [rung.at for rung in rungs if rung.at <= now and rung.kind != "look"]
        current = max(told, default=now)
        return [r for r in rungs if r.at > now or r.at == current or r.kind == "look"]

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
            d
            for d in self.deadlines
            if d.state in ("open", "paused") and d.code in codes and subject in (None, d.subject)
        ]

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
        for deadline in self.standing(*codes, subject=subject):
            deadline.state = "met"

    def close(self) -> None:
        self.meet(*TABLE)

    def pause(self, until: date, now: datetime) -> None:
        self.paused_until = until
        for deadline in self.standing(*TABLE):
            if deadline.state == "open" and TABLE[deadline.code].stops:
                deadline.state, deadline.paused_on = "paused", day_of(now)
                deadline.then = self.applied[deadline.code]

    def resume(self, now: datetime) -> None:
        """Later by the days the pause took, on a working day; a meeting's day stays."""
        self.paused_until = None
        for deadline in self.standing(*TABLE):
            if deadline.state == "paused" and deadline.paused_on is not None:
                day, took = day_of(deadline.due), day_of(now) - deadline.paused_on
                shift = onward(day + took, self.closed) - day if took else took
                shift = timedelta(0) if deadline.code == DeadlineCode.MEETING_PREPARED else shift
                deadline.due, deadline.state = self._later(deadline.due, shift), "open"
                deadline.version += 1
                for rung in deadline.rungs:
                    rung.at = self._later(rung.at, shift)
                if deadline.base and deadline.code != DeadlineCode.MEETING_PREPARED:
                    deadline.base += took
                if deadline.then:
                    self._recount(deadline, deadline.then, self.applied[deadline.code], now)

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
        for deadline in self.standing(*TABLE):
            if deadline.state == "open":
                self._recount(
                    deadline, before[deadline.code], self.applied[deadline.code], self.clock
                )

    def _recount(self, deadline: Deadline, before: Kind, after: Kind, now: datetime) -> None:
        """A role that was told is not told again; one that was not hears its latest rung once."""
        if before == after:
            return
        hour = deadline.due.astimezone(OSLO).time()
        was, will = (
            self.count(kind, deadline.base, hour) if deadline.base else deadline.due
            for kind in (before, after)
        )
        old, due = self.ladder(deadline, before, now), will if will != was else deadline.due
        moved = Deadline(**{**vars(deadline), "due": min(due, deadline.due) if after.law else due})
        new = self.ladder(moved, after, now)
        if moved.due == deadline.due and new == old:
            return
        done = [r for r in deadline.rungs if r.done]
        heard = {r.role for r in done if not r.only}
        latest = {r.role: r.n for r in new if r.at <= now}
        stand = [r for r in new if r.at > now or (r.role not in heard and latest[r.role] == r.n)]
        if moved.due == deadline.due and stand == [
            r for r in deadline.rungs if not r.done and not r.only
        ]:
            return
        deadline.due, deadline.version = moved.due, deadline.version + 1
        deadline.rungs = [*done, *stand, *(r for r in deadline.rungs if r.only and not r.done)]

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
            return [
                c
                for c in (coordinator,)
                if c and not (deadline.code == DeadlineCode.MEASURE_DUE and c == who)
            ]
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
        if rung.only:
            there = rung.only not in self.gone and self.concerned(rung.only, deadline)
            return [self.instead(rung.only, now)] if there else []
        names = [n for n in self.holders(rung.role, deadline) if n not in self.gone]
        if rung.role == "accountable" and rung.n == 0:
            names = [n for n in names if n != self.person]  # a reminder is opt-in for the person
        if not names and rung.role != "accountable":
            names = self.next_up(rung.role, deadline)
        return [self.instead(name, now) for name in names]

    def next_up(self, role: str, deadline: Deadline) -> list[str]:
        unit, leads = self.service or self.unit, ("leader", "leader_2", "municipal_leader")
        levels = [
            [] if role in leads else self.staff("leader", unit),
            [] if role == "leader_2" else self.staff("leader", self.above[unit]),
            self.staff("coordinating"),
            self.staff("administrator"),
        ]
        who = (
            self.accountable.get(deadline.subject)
            if deadline.code == DeadlineCode.MEASURE_DUE
            else None
        )
        here = ([n for n in level if n not in self.gone and n != who] for level in levels)
        return next((level for level in here if level), [])

    # --- what readers answer

    def answer(self, told: Told, role: str, until: datetime | None) -> None:
        """Seen: no further rung of the role reaches the reader. Put off: none before the day."""
        key = (told.code, told.subject, told.started, told.version, role, told.who)
        if key not in self.answered or self.answered[key] is not None:
            self.answered[key] = until  # what was seen stays seen
        matches = [d for d in self.deadlines if (d.code, d.subject, d.started) == key[:3]]
        if until is not None:
            only = told.instead_of or told.who
            matches[0].rungs.append(Rung(1000 + told.rung, until, role, only=only))

    def silent(self, deadline: Deadline, role: str, who: str, now: datetime) -> bool:
        key = (deadline.code, deadline.subject, deadline.started, deadline.version, role, who)
        if key not in self.answered:
            return False
        until = self.answered[key]
        return until is None or now < until

    def concerned(self, name: str, deadline: Deadline) -> bool:
        """Whether somebody still has to do with it: a role on the plan, the thing, an office."""
        chair = self.meeting.get(deadline.subject, (None, ""))[1]
        here = (self.person, self.coordinator, self.contact, self.acting, chair)
        offices = {n for n, role, _ in self.roles if role not in ("coordinator", "worker")}
        return name in here or name in offices or name == self.accountable.get(deadline.subject)

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
        if deadline.code != DeadlineCode.QUIET_PLAN or not due or self.lived is None:
            return
        if day_of(now) - day_of(self.lived) < 90 * DAY:
            lived = day_of(self.lived)
            self.start(
                DeadlineCode.QUIET_PLAN,
                deadline.subject,
                self.due(DeadlineCode.QUIET_PLAN, lived),
                now,
                lived,
            )
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
                if self.silent(deadline, rung.role, who, now):
                    continue
                mine = (rung.n, instead is None, instead)
                best[who] = max(best.get(who, mine), mine, key=lambda mark: mark[:2])
        for who, (n, _, instead) in best.items():
            key = (deadline.code, deadline.subject, deadline.started, deadline.version)
            self.told.add(Told(who, *key, n, instead))
