"""Counts when a deadline is due and when each rung of its ladder stands, from dates alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from workflow.rules.calendar.clock import END_OF_DAY, at_oslo, oslo_date
from workflow.rules.calendar.workdays import (
    NO_CLOSING_DAYS,
    add_months,
    add_workdays,
    birthday_on,
    next_workday,
    previous_workday,
)
from workflow.rules.deadlines.kinds import (
    AT_DUE,
    AT_EXPIRY,
    BIRTHDAY_IN_SIGHT,
    BIRTHDAYS,
    DAYS,
    FIRE,
    FROM_EVENT,
    FROM_START,
    LATER,
    MONTHS,
    TELLS,
    DeadlineKind,
    Rung,
)
from workflow.rules.names.deadlines import DeadlineCode

DAY_BEGINS = time(0, 0)
SOFT_TOP = "coordinator"
EXTENSION = 2  # calendar months (GDPR art. 12 no. 3)
SOFT_KINDS = ("relative", "volunteer", "user_organisation")  # of participants: no manager is told


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a deadline may be counted from: plan and subject columns after the change, and now (UTC).

    discussed: for each relative who shares, when that was last discussed and when it was agreed
    to take it up again.
    """

    now: datetime
    plan: Mapping[str, Any]
    values: Mapping[str, Any]
    offer: Mapping[str, Any] | None = None
    appeal_until: date | None = None
    born_on: date | None = None
    appointed: bool = False  # there is a first appointment on or after the discharge
    discussed: tuple[tuple[date | None, date | None], ...] = ()
    closing_days: Set[date] = NO_CLOSING_DAYS


@dataclass(frozen=True, slots=True)
class DueDate:
    """When a deadline falls due (UTC), with the event day and the expiry that some rungs count from.

    event_day: the meeting's day; for a transition the day on which its preparing opens.
    not_before: nobody is told before it, so that what was set a moment ago is no alarm.
    """

    at: datetime
    event_day: date | None = None
    expires_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class CountedRung:
    """One rung with its instant (UTC): what is stored as a ladder step."""

    n: int
    at: datetime
    role: str
    kind: str


def due_date(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """When a deadline of this kind falls due; None where there is nothing to count from.

    23:59 Europe/Oslo unless an hour is set: the whole day is there to keep it.
    """
    return ANCHORS[kind.anchor](kind, anchors)


def count_on(kind: DeadlineKind, day: date, closing: Set[date]) -> date:
    """The day plus the kind's length, moved off a non-working day where the kind moves."""
    if kind.unit == MONTHS:
        day = add_months(day, kind.length)
    elif kind.unit == DAYS:
        day += timedelta(days=kind.length)
    else:
        day = add_workdays(day, kind.length, closing)
    return next_workday(day, closing) if kind.moves == LATER else day


def _from_day(
    kind: DeadlineKind, anchors: Anchors, day: date | None, hour: time | None = None
) -> DueDate | None:
    if day is None:
        return None
    return DueDate(at_oslo(count_on(kind, day, anchors.closing_days), hour or END_OF_DAY))


def _now(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    return _from_day(kind, anchors, oslo_date(anchors.now))


def _asked(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """From the day it was asked, two calendar months later where more time was taken."""
    return _from_day(kind, anchors, request_day(anchors))


def request_day(anchors: Anchors) -> date:
    """The day that a request's answer is counted from: at most two months after it came."""
    day = anchors.values.get("asked_on") or oslo_date(anchors.now)
    return add_months(day, EXTENSION) if anchors.values.get("longer") else day


def _reported(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    return _from_day(kind, anchors, oslo_date(anchors.plan["reported_at"]))


def _activity(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    return _from_day(kind, anchors, oslo_date(anchors.plan["last_activity_at"]))


def _incoming(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """The kind's length, or the last working day before a known discharge.

    `appoint_coordinator` forgets a discharge that lies further back than its own length.
    """
    local, home = _now(kind, anchors), _home(anchors)
    if home is None or local is None:
        return local
    if kind.code != DeadlineCode.DECIDE_INCOMING and home + timedelta(days=kind.length) < oslo_date(
        anchors.now
    ):
        return local
    before = _day_before(home, anchors)
    if kind.code != DeadlineCode.DECIDE_INCOMING:
        before = max(before, oslo_date(anchors.now))
    return min(local, DueDate(at_oslo(before)), key=lambda deadline: deadline.at)


def _home(anchors: Anchors) -> date | None:
    """The day on which the person comes home from treatment, where it is known."""
    discharge = anchors.plan.get("transition_kind") == "discharge"
    return anchors.plan.get("transition_on") if discharge else None


def _first_appointment(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """The last working day before a discharge, today where that has been; nothing once there is one."""
    home, today = _home(anchors), oslo_date(anchors.now)
    if home is None or anchors.appointed:
        return None
    return DueDate(at_oslo(max(today, _day_before(home, anchors))))


def _day_before(home: date, anchors: Anchors) -> date:
    return previous_workday(home - timedelta(days=1), anchors.closing_days)


def _plan_date(column: str) -> Callable[[DeadlineKind, Anchors], DueDate | None]:
    def from_plan(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
        return _from_day(kind, anchors, anchors.plan.get(column))

    return from_plan


def _subject_date(column: str) -> Callable[[DeadlineKind, Anchors], DueDate | None]:
    def from_subject(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
        return _from_day(kind, anchors, anchors.values.get(column) or oslo_date(anchors.now))

    return from_subject


def _appeal(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    return _from_day(kind, anchors, anchors.appeal_until)


def _measure(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """A measure's date with its optional hour, else the day to look at it again."""
    day = anchors.values.get("due_on")
    if day is None:
        return _from_day(kind, anchors, anchors.values.get("look_again_on"))
    return _from_day(kind, anchors, day, anchors.values.get("due_time"))


def _completed(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """From the day it was done; a step taken back leaves no such day, and nothing to count from."""
    return _from_day(kind, anchors, anchors.values.get("completed_on"))


def _not_before(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    day = anchors.values.get("not_before")
    return None if day is None else DueDate(at_oslo(day, DAY_BEGINS))


def _agenda(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """Agenda and called persons: seven calendar days before the meeting.

    A meeting set for sooner is prepared by the next working day, at the latest on its own day.
    """
    meeting = oslo_date(anchors.values["starts_at"])
    soonest = add_workdays(oslo_date(anchors.now), kind.grace, anchors.closing_days)
    day = max(count_on(kind, meeting, anchors.closing_days), min(soonest, meeting))
    return DueDate(at_oslo(day), event_day=meeting, not_before=at_oslo(soonest, DAY_BEGINS))


def _expiry(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """The offer's own end, else the kind's length from now."""
    ends = (anchors.offer or {}).get("expires_at")
    return _now(kind, anchors) if ends is None else DueDate(ends)


def _transfer(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """The offer's end; 5 working days where a discharge is set, but before it; else at once."""
    offer = anchors.offer or {}
    today = oslo_date(anchors.now)
    ends = offer.get("expires_at") or at_oslo(today + timedelta(days=kind.length))
    home = offer.get("discharge_on")
    if home is None:
        return DueDate(ends, expires_at=ends)
    soon = add_workdays(today, 5, anchors.closing_days)
    last = max(today, min(soon, _day_before(home, anchors)))
    return DueDate(min(at_oslo(last), ends), expires_at=ends)


def _consent_end(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """The end that the person gave a consent; one without an end has nothing to count to."""
    ends = anchors.values.get("until_at")
    return None if ends is None else DueDate(ends)


def _discussed(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """The day agreed with the first relative, else the kind's length since it was last discussed."""
    days = [
        again or count_on(kind, last or oslo_date(anchors.now), anchors.closing_days)
        for last, again in anchors.discussed
    ]
    first = min(days, default=None)
    return None if first is None else DueDate(at_oslo(next_workday(first, anchors.closing_days)))


def _opening(kind: DeadlineKind, anchors: Anchors, day: date) -> DueDate:
    """A transition: due on its day, opened the kind's length before, or now where that has been."""
    today = oslo_date(anchors.now)
    return DueDate(at_oslo(day), event_day=max(day - timedelta(days=kind.length), today))


def _transition(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """The day that was planned; a birthday has a clock of its own (L6)."""
    day = anchors.plan.get("transition_on")
    own = kind.code == DeadlineCode.TRANSITION and anchors.plan.get("transition_kind") == "age"
    return None if day is None or own else _opening(kind, anchors, day)


def _birthday(kind: DeadlineKind, anchors: Anchors) -> DueDate | None:
    """The 16th or 18th birthday, once it is in sight.

    Where nobody knows when somebody was born, a birthday that was planned opens as the 18th.
    """
    if anchors.born_on is None:
        planned = (
            kind.code == DeadlineCode.TURNS_18 and anchors.plan.get("transition_kind") == "age"
        )
        return _transition(kind, anchors) if planned else None
    day = birthday_on(anchors.born_on, BIRTHDAYS[kind.code])
    far = oslo_date(anchors.now) + timedelta(days=BIRTHDAY_IN_SIGHT)
    return _opening(kind, anchors, day) if day <= far else None


ANCHORS: Mapping[str, Callable[[DeadlineKind, Anchors], DueDate | None]] = {
    "now": _now,
    "asked": _asked,
    "reported": _reported,
    "activity": _activity,
    "incoming": _incoming,
    "review": _plan_date("next_review_on"),
    "pause": _plan_date("paused_until"),
    "end": _plan_date("ends_on"),
    "appeal": _appeal,
    "complaint": _subject_date("received_on"),
    "measure": _measure,
    "completed": _completed,
    "not_before": _not_before,
    "agenda": _agenda,
    "held": _subject_date("held_on"),
    "expiry": _expiry,
    "transfer": _transfer,
    "first_appointment": _first_appointment,
    "consent_end": _consent_end,
    "discussed": _discussed,
    "transition": _transition,
    "birthday": _birthday,
}


def count_rungs(
    kind: DeadlineKind,
    falls: DueDate,
    now: datetime,
    *,
    started_at: datetime,
    closing: Set[date] = NO_CLOSING_DAYS,
    soft: bool = False,
    late: bool = False,
) -> list[CountedRung]:
    """The whole ladder of a deadline, each rung's instant counted (UTC).

    Rungs already past at `now` are left out but for the current one, so that a late start does
    not send a heap. soft: the accountable is the person, a relative or a volunteer, so the
    ladder ends at the coordinator (domain 5.3). `measure_due`: no wait is longer than half the measure's length.
    late: it began elsewhere, and nobody was told; whose work it is hears first, the next step up as
    long afterwards as the ladder says.
    """
    ladder = [
        CountedRung(n, _instant(rung, falls, started_at, closing), rung.role, rung.kind)
        for n, rung in enumerate(_for(kind, soft))
    ]
    if kind.code == DeadlineCode.MEASURE_DUE:
        ladder = _halved(ladder, falls.at, started_at)
    if kind.clamped:
        ladder = [_no_sooner(step, started_at) for step in ladder]
    if falls.not_before is not None:
        ladder = [_no_sooner(step, falls.not_before) for step in ladder]
    if kind.within:
        ladder = [_no_later(step, at_oslo(oslo_date(falls.at), DAY_BEGINS)) for step in ladder]
    return _from_the_first(ladder, now) if late else _without_past(ladder, now)


def tells_managers(kind: DeadlineKind) -> bool:
    """Whether a measure's ladder goes on above its coordinator: then it matters whose measure it is."""
    roles = {rung.role for rung in kind.ladder if rung.kind in TELLS}
    return kind.subject == "measure" and not roles <= {"accountable", SOFT_TOP}


def _for(kind: DeadlineKind, soft: bool) -> tuple[Rung, ...]:
    if not soft:
        return kind.ladder
    return tuple(rung for rung in kind.ladder if rung.role in ("accountable", SOFT_TOP))


def _instant(rung: Rung, falls: DueDate, started_at: datetime, closing: Set[date]) -> datetime:
    if rung.base == AT_DUE:
        return falls.at
    if rung.base == AT_EXPIRY:
        return falls.expires_at or falls.at
    day = _base_day(rung, falls, started_at)
    if rung.unit == DAYS:
        return at_oslo(day + timedelta(days=rung.offset), DAY_BEGINS)
    return at_oslo(add_workdays(day, rung.offset, closing), DAY_BEGINS)


def _base_day(rung: Rung, falls: DueDate, started_at: datetime) -> date:
    if rung.base == FROM_START:
        return oslo_date(started_at)
    if rung.base == FROM_EVENT and falls.event_day is not None:
        return falls.event_day
    return oslo_date(falls.at)


def _halved(ladder: list[CountedRung], due_at: datetime, started_at: datetime) -> list[CountedRung]:
    """No wait between two rungs longer than half the measure's own length: Narvik's last hours."""
    half = max((due_at - started_at) / 2, timedelta(0))
    shortened: list[CountedRung] = []
    latest = due_at
    for step in ladder:
        if step.at < due_at:
            shortened.append(CountedRung(step.n, max(step.at, due_at - half), step.role, step.kind))
            continue
        latest = min(step.at, latest + half)
        shortened.append(CountedRung(step.n, latest, step.role, step.kind))
    return shortened


def _no_sooner(step: CountedRung, instant: datetime) -> CountedRung:
    return CountedRung(step.n, max(step.at, instant), step.role, step.kind)


def _no_later(step: CountedRung, instant: datetime) -> CountedRung:
    return CountedRung(step.n, min(step.at, instant), step.role, step.kind)


def _from_the_first(ladder: list[CountedRung], now: datetime) -> list[CountedRung]:
    """A ladder with rungs in the past, moved so that the first role's latest one stands today."""
    past = [step for step in ladder if step.kind in TELLS and step.at <= now]
    own = [step for step in past if step.role == past[0].role]
    if not own or own[-1] is past[-1]:
        return _without_past(ladder, now)
    begins = own[-1]
    moved = oslo_date(now) - oslo_date(begins.at)
    later = [
        replace(step, at=at_oslo(oslo_date(step.at) + moved, DAY_BEGINS))
        for step in ladder
        if step.kind not in (FIRE, *TELLS) or (step.kind in TELLS and step.n >= begins.n)
    ]
    return sorted((*later, *(s for s in ladder if s.kind == FIRE)), key=lambda step: step.n)


def _without_past(ladder: list[CountedRung], now: datetime) -> list[CountedRung]:
    past = [step.at for step in ladder if step.at <= now and step.kind in TELLS]
    current = max(past, default=now)
    return [
        step for step in ladder if step.kind not in TELLS or step.at > now or step.at == current
    ]
