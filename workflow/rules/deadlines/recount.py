"""Counts a running deadline anew under another policy or calendar; what is told already stays told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from workflow.rules.calendar.clock import at_oslo, oslo_date, oslo_time
from workflow.rules.deadlines.kinds import FROM_EVENT, LAW, TELLS, DeadlineKind
from workflow.rules.deadlines.ladders import (
    Anchors,
    CountedRung,
    DueDate,
    count_on,
    count_rungs,
    due_date,
    request_day,
)
from workflow.rules.deadlines.policy import PERSONS_WINDOWS, UNTOUCHED

NOON = time(12)
NOT_YET = datetime(1900, 1, 1, tzinfo=UTC)
ON_ITS_DAY = ("transition", "birthday")


def _today(anchors: Anchors) -> date:
    return oslo_date(anchors.now)


def _in_plan(column: str) -> Callable[[Anchors], date | None]:
    return lambda anchors: anchors.plan.get(column)


def _of_subject(column: str) -> Callable[[Anchors], date | None]:
    return lambda anchors: anchors.values.get(column) or _today(anchors)


def _moment(column: str) -> Callable[[Anchors], date | None]:
    return lambda anchors: oslo_date(anchors.plan[column])


def _unless_set(anchors: Anchors) -> date | None:
    """An offer that names its own end is not counted."""
    return None if (anchors.offer or {}).get("expires_at") else _today(anchors)


BASES: Mapping[str, Callable[[Anchors], date | None]] = {
    "now": _today,
    "incoming": _today,
    "asked": request_day,
    "reported": _moment("reported_at"),
    "activity": _moment("last_activity_at"),
    "review": _in_plan("next_review_on"),
    "end": _in_plan("ends_on"),
    "complaint": _of_subject("received_on"),
    "held": _of_subject("held_on"),
    "completed": lambda anchors: anchors.values.get("completed_on"),
    "measure": lambda anchors: anchors.values.get("due_on") or anchors.values.get("look_again_on"),
    "agenda": lambda anchors: oslo_date(anchors.values["starts_at"]),
    "expiry": _unless_set,
}


def base_day(kind: DeadlineKind, anchors: Anchors) -> date | None:
    """The Norwegian day that a deadline is counted from; None where its date is its own."""
    if kind.anchor == "birthday":
        at = due_date(kind, anchors)
        return None if at is None else oslo_date(at.at)
    find = BASES.get(kind.anchor)
    return find(anchors) if find is not None else None


@dataclass(frozen=True, slots=True)
class Running:
    """A stored deadline that runs; instants are UTC. before_home: what must be done before a discharge ends before
    this one."""

    base_on: date | None
    started_at: datetime
    due_at: datetime
    before_home: date | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a deadline is counted by: its kind as a policy has it, and the closing days."""

    kind: DeadlineKind
    closing: Set[date]


def falls_due(running: Running, rules: Rules) -> DueDate:
    """When a running deadline falls due by these rules; one with its own date keeps it."""
    kind = rules.kind
    if kind.anchor in ON_ITS_DAY:
        return _opening(running, rules)
    if running.base_on is None:
        return DueDate(running.due_at)
    if kind.anchor == "agenda":
        meeting = {"starts_at": at_oslo(running.base_on, NOON)}
        return _due(running, rules, running.started_at, {}, meeting)
    if kind.anchor == "incoming":
        home = {"transition_on": running.before_home, "transition_kind": "discharge"}
        return _due(running, rules, at_oslo(running.base_on, NOON), home, {})
    day = count_on(kind, running.base_on, rules.closing)
    return DueDate(at_oslo(day, oslo_time(running.due_at).time()))


def _opening(running: Running, rules: Rules) -> DueDate:
    """A transition or birthday: due on its own day; the length says when its ladder opens."""
    plan = {"transition_on": oslo_date(running.due_at)}
    kind = replace(rules.kind, anchor="transition")
    return _due(running, replace(rules, kind=kind), running.started_at, plan, {})


def _due(
    running: Running,
    rules: Rules,
    now: datetime,
    plan: Mapping[str, object],
    values: Mapping[str, object],
) -> DueDate:
    anchors = Anchors(now, plan, values, closing_days=rules.closing)
    return due_date(rules.kind, anchors) or DueDate(running.due_at)


def _ladder(running: Running, at: DueDate, rules: Rules, soft: bool) -> list[CountedRung]:
    """Every rung by these rules, the past ones too."""
    return count_rungs(
        rules.kind, at, NOT_YET, started_at=running.started_at, closing=rules.closing, soft=soft
    )


@dataclass(frozen=True, slots=True)
class RecountedDeadline:
    """What a running deadline becomes: its instant and its whole ladder, past rungs too (UTC)."""

    at: datetime
    steps: Sequence[CountedRung]


def count_anew(
    running: Running, before: Rules, after: Rules, soft: bool = False
) -> RecountedDeadline | None:
    """The deadline by the new rules; None where they leave it as it is.

    Only what the two sets of rules count differently changes: a date that a pause moved along
    stays moved. A legal duty is only ever moved earlier, a person's window only ever later.
    """
    was, will = falls_due(running, before), falls_due(running, after)
    if after.kind.code in UNTOUCHED or _lacks_its_day(after.kind, will):
        return None
    at = will.at if will.at != was.at else running.due_at
    if not _may_move(after.kind, running.due_at, at):
        at = running.due_at
    steps = _ladder(running, replace(will, at=at), after, soft)
    same = steps == _ladder(running, replace(was, at=running.due_at), before, soft)
    return None if same and at == running.due_at else RecountedDeadline(at, steps)


def _lacks_its_day(kind: DeadlineKind, will: DueDate) -> bool:
    """A ladder that counts from a meeting whose day was not stored with the deadline."""
    return will.event_day is None and any(rung.base == FROM_EVENT for rung in kind.ladder)


def _may_move(kind: DeadlineKind, was: datetime, at: datetime) -> bool:
    if kind.code in PERSONS_WINDOWS:
        return at >= was
    return at <= was or kind.basis != LAW


def standing_rungs(
    steps: Sequence[CountedRung], told: Set[str], now: datetime
) -> list[CountedRung]:
    """The rungs that stand at `now`, so that nobody is told twice and nobody is left out.

    A rung already past is left out for a role that has been told; a role not told yet keeps the
    latest of its past rungs and hears of it once. What the clock does is not looked at.
    """
    latest = {step.role: step.n for step in steps if step.kind in TELLS and step.at <= now}
    return [
        step
        for step in steps
        if step.kind not in TELLS
        or step.at > now
        or (step.role not in told and latest[step.role] == step.n)
    ]
