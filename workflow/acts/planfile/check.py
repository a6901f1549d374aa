"""What cannot be in a plan that is brought in: days that contradict each other, states without their ground.

Everything is found at once, each with its place in the file, what is wrong and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from workflow.acts.planfile import schema
from workflow.rules.calendar.clock import oslo_date

Place = tuple[str | int, ...]
# Days of what is meant to happen; every other day of the file is of something that has happened.
AHEAD = frozenset(
    {
        "born_on",
        "due_on",
        "original_due_on",
        "look_again_on",
        "not_before",
        "next_review_on",
        "until_on",
        "until",
        "discharge_on",
        "starts_at",
        "review_on",
        "effective_from",
    }
)
PLANNED = (("plan", "transition", "on"),)


class PlanAsItStood(Protocol):
    """A plan as it stood: a file, or the form made of one."""

    stood_on: date | None
    plan: Any
    goals: list[schema.FileGoal]
    participants: list[schema.FileParticipant]
    measures: list[schema.FileMeasure]
    meetings: list[schema.FileMeeting]
    sub_plans: list[schema.FileSubPlan]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing that cannot be: where it stands, a code, and what to do."""

    place: Place
    code: str
    text: str


def find_contradictions(brought: PlanAsItStood, today: date) -> list[Contradiction]:
    """Everything that cannot be, in the order of the file."""
    return [
        *_ahead_of_time(brought, today),
        *_state_without_ground(brought.plan),
        *_plan_order(brought.plan),
        *_sharing(brought.plan),
        *_goes_on(brought),
        *(odd for n, one in enumerate(brought.participants) for odd in _participant(n, one)),
        *(odd for n, one in enumerate(brought.measures) for odd in _measure(n, one, brought)),
        *(odd for n, one in enumerate(brought.meetings) for odd in _meeting(n, one)),
    ]


def past_days(brought: PlanAsItStood) -> Iterator[tuple[Place, date]]:
    """Every day on which something has happened, with its place."""
    for name in ("plan", "goals", "participants", "measures", "meetings", "sub_plans"):
        value = getattr(brought, name)
        dumped = (
            [one.model_dump() for one in value] if isinstance(value, list) else value.model_dump()
        )
        yield from _days((name,), dumped)


def _days(place: Place, value: Any) -> Iterator[tuple[Place, date]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in AHEAD and (*place, name) not in PLANNED:
                yield from _days((*place, name), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _days((*place, number), inner)
    elif isinstance(value, date) and not isinstance(value, datetime):
        yield place, value


def _ahead_of_time(brought: PlanAsItStood, today: date) -> Iterator[Contradiction]:
    """Nothing has happened after the day that the file shows, and that day has been."""
    last = brought.stood_on or today
    if last > today:
        yield Contradiction(
            ("stood_on",), "in_future", "lies in the future: give the day the file shows"
        )
        last = today
    for place, day in past_days(brought):
        if day > last:
            text = f"{day} lies after {last}, the day the file shows: correct one of them"
            yield Contradiction(place, "in_future", text)


def _state_without_ground(plan: schema.FileContent) -> Iterator[Contradiction]:
    """A plan in a state has what brings it there."""
    runs = (plan.answer is not None and plan.answer.granted) or plan.informal
    used = plan.state in ("active", "reviewed")
    needs = {
        "person": bool(plan.person) or bool(plan.problem),
        "answer": (plan.state != "decided" and not (used and not plan.informal))
        or plan.answer is not None,
        "started_on": not used or plan.started_on is not None,
        "review": plan.state != "reviewed" or plan.review is not None,
        "offer": plan.state != "transferred" or plan.offer is not None,
        "closed": plan.state != "closed" or plan.closed is not None,
        "coordinator": not used or bool(plan.coordinator or plan.acting),
        "contact": plan.coordinator is None
        or plan.coordinator != plan.person
        or not used
        or bool(plan.contact or plan.acting),
    }
    for name, there in needs.items():
        if not there:
            text = f"is missing: a plan that is {plan.state} has one; add it, or give another state"
            yield Contradiction(("plan", name), "missing", text)
    if used and plan.answer is not None and not runs:
        text = (
            "is no: a plan in use rests on a yes, or is informal; correct the answer or the state"
        )
        yield Contradiction(("plan", "answer", "granted"), "contradicts", text)
    yield from _too_much(plan)


def _too_much(plan: schema.FileContent) -> Iterator[Contradiction]:
    """What stands there and cannot, beside the rest."""
    if plan.person and plan.problem:
        text = "a plan is of a person or of a problem: leave one of them out"
        yield Contradiction(("plan", "problem"), "contradicts", text)
    if plan.closed and plan.state != "closed":
        text = f"the plan is {plan.state}: leave this out, or write `state: closed`"
        yield Contradiction(("plan", "closed"), "contradicts", text)
    if plan.pause and plan.resting:
        text = "a plan that rests has no pause: leave one of them out"
        yield Contradiction(("plan", "pause"), "contradicts", text)
    if plan.offer and plan.offer.kind != "coordinator" and plan.state != "transferred":
        text = (
            "somebody is asked to take the plan over: write `state: transferred`, or leave this out"
        )
        yield Contradiction(("plan", "offer", "kind"), "contradicts", text)
    if plan.offer and not (plan.offer.to or plan.offer.to_unit or plan.offer.to_name):
        text = "says nobody: name who was asked (to, to_unit or to_name)"
        yield Contradiction(("plan", "offer", "to"), "missing", text)


HOLDS_OPEN = ("offer", "pause", "resting", "contact", "acting")


def _goes_on(brought: PlanAsItStood) -> Iterator[Contradiction]:
    """Nothing is under way in a closed plan."""
    if brought.plan.state != "closed":
        return
    for name in HOLDS_OPEN:
        if getattr(brought.plan, name):
            text = "a closed plan has none: leave this out, or give another state"
            yield Contradiction(("plan", name), "contradicts", text)
    under_way: Mapping[str, list[bool]] = {
        "measures": [one.state != "closed" for one in brought.measures],
        "meetings": [one.state in ("planned", "called") for one in brought.meetings],
    }
    for name, open_ones in under_way.items():
        for number, is_open in enumerate(open_ones):
            if is_open:
                text = "the plan is closed, and so is what it held: give the state it ended in"
                yield Contradiction((name, number, "state"), "contradicts", text)


def _order(
    place: Place, before: date | None, after: date | None, names: str
) -> Iterator[Contradiction]:
    if before is not None and after is not None and after < before:
        first, second = names.split()
        text = f"{after} lies before {before} ({first}): correct {second} or {first}"
        yield Contradiction(place, "before_start", text)


def _plan_order(plan: schema.FileContent) -> Iterator[Contradiction]:
    """What follows comes after what it follows."""
    begun = plan.started_on
    review, closed, pause = plan.review, plan.closed, plan.pause
    if review:
        yield from _order(("plan", "review", "on"), begun, review.on, "started_on review.on")
        place = ("plan", "review", "continued_on")
        yield from _order(place, review.on, review.continued_on, "review.on continued_on")
    if pause:
        place = ("plan", "pause", "until_on")
        yield from _order(place, pause.from_on, pause.until_on, "from_on until_on")
        yield from _order(("plan", "pause", "from_on"), begun, pause.from_on, "started_on from_on")
    if closed:
        place = ("plan", "closed", "on")
        yield from _order(place, plan.reported_on, closed.on, "reported_on closed.on")
        yield from _order(place, begun, closed.on, "started_on closed.on")
    if plan.offer:
        place = ("plan", "offer", "on")
        yield from _order(place, plan.reported_on, plan.offer.on, "reported_on offer.on")
    if plan.rested_on:
        yield from _order(("plan", "rested_on"), begun, plan.rested_on, "started_on rested_on")


def _sharing(plan: schema.FileContent) -> Iterator[Contradiction]:
    """Periods and parts are of those the plan is shared with."""
    named = {
        "shares_until": [one.who for one in plan.shares_until],
        "shares_parts": [one.who for one in plan.shares_parts],
    }
    for name, listed in named.items():
        for number, who in enumerate(listed):
            if who not in plan.shares_with:
                text = f"{who} is not in shares_with: add them there if the person said yes"
                yield Contradiction(("plan", name, number, "who"), "contradicts", text)


def _participant(number: int, one: schema.FileParticipant) -> Iterator[Contradiction]:
    place = ("participants", number)
    if not (one.who or one.name):
        yield Contradiction((*place, "name"), "missing", "says nobody: give who or name")
    yield from _order((*place, "left_on"), one.on, one.left_on, "on left_on")


NEEDED_BY_MEASURE: Mapping[str, tuple[str, ...]] = {
    "decided": ("accountable", "agreed_on"),
    "active": ("accountable", "agreed_on"),
    "reviewed": ("evaluated_on",),
    "transferred": ("asked_to_take_over", "asked_on"),
    "closed": ("close_reason",),
}
NEEDED_BY_MEETING: Mapping[str, tuple[str, ...]] = {
    "called": ("called_on",),
    "held": ("held_on",),
    "minuted": ("held_on",),
}


def _lacking(
    place: Place, one: Any, needed: Mapping[str, tuple[str, ...]]
) -> Iterator[Contradiction]:
    for name in needed.get(one.state, ()):
        if not getattr(one, name):
            text = f"is missing: what is {one.state} has it; add it, or give another state"
            yield Contradiction((*place, name), "missing", text)


def _measure(
    number: int, one: schema.FileMeasure, brought: PlanAsItStood
) -> Iterator[Contradiction]:
    place = ("measures", number)
    if not one.text:
        yield Contradiction((*place, "text"), "missing", "is empty: say what is to be done")
    yield from _lacking(place, one, NEEDED_BY_MEASURE)
    for name, there in (("goal", len(brought.goals)), ("after", len(brought.measures))):
        points = getattr(one, name)
        if points is not None and points > there:
            text = f"{points} is not there: they are counted from 1, and there are {there}"
            yield Contradiction((*place, name), "not_there", text)
    if one.after == number + 1:
        text = "a measure cannot come after itself: name another, or none"
        yield Contradiction((*place, "after"), "contradicts", text)
    for name in ("closed_on", "evaluated_on", "asked_on"):
        yield from _order((*place, name), one.on, getattr(one, name), f"on {name}")


def _meeting(number: int, one: schema.FileMeeting) -> Iterator[Contradiction]:
    place = ("meetings", number)
    yield from _lacking(place, one, NEEDED_BY_MEETING)
    yield from _order((*place, "called_on"), one.on, one.called_on, "on called_on")
    yield from _order((*place, "held_on"), one.on, one.held_on, "on held_on")
    if one.held_on and one.held_on < oslo_date(one.starts_at):
        text = f"{one.held_on} lies before the meeting began: correct held_on or starts_at"
        yield Contradiction((*place, "held_on"), "before_start", text)
