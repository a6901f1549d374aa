"""A running deadline counted anew by the rules it was set by is the same deadline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.rules.calendar.clock import at_oslo
from workflow.rules.deadlines.kinds import KINDS, LOOK, TELLS
from workflow.rules.deadlines.ladders import Anchors, CountedRung, count_rungs, due_date
from workflow.rules.deadlines.policy import STANDARD, Choices, merge_choices
from workflow.rules.deadlines.recount import (
    NOT_YET,
    Rules,
    Running,
    base_day,
    count_anew,
    falls_due,
    standing_rungs,
)
from workflow.rules.names.deadlines import DeadlineCode

DAY = date(2026, 3, 2)
CLOSING = st.frozensets(st.dates(DAY, date(2027, 6, 1)), max_size=4)


def ahead(least: int = -40, most: int = 300) -> st.SearchStrategy[date]:
    return st.integers(least, most).map(lambda days: DAY + timedelta(days=days))


def at_some_hour(days: st.SearchStrategy[date]) -> st.SearchStrategy[datetime]:
    hours = st.integers(0, 23).map(time)
    return st.tuples(days, hours).map(lambda pair: at_oslo(*pair))


PLANS = st.fixed_dictionaries(
    {
        "reported_at": at_some_hour(ahead(-40, 0)),
        "last_activity_at": at_some_hour(ahead(-40, 0)),
        "next_review_on": ahead(1, 180),
        "paused_until": ahead(1, 60),
        "ends_on": ahead(1, 60),
        "transition_on": st.none() | ahead(),
        "transition_kind": st.sampled_from(["", "discharge", "move", "age"]),
    }
)
VALUES = st.fixed_dictionaries(
    {
        "received_on": ahead(-20, 0),
        "held_on": ahead(-5, 0),
        "completed_on": st.none() | ahead(-5, 0),
        "due_on": st.none() | ahead(),
        "due_time": st.none() | st.just(time(14, 30)),
        "look_again_on": ahead(1, 90),
        "not_before": ahead(1, 90),
        "starts_at": at_some_hour(ahead(1, 90)),
        "until_at": at_some_hour(ahead(1, 300)),
    }
)
OFFERS = st.fixed_dictionaries(
    {
        "expires_at": st.none() | at_some_hour(ahead(1, 30)),
        "discharge_on": st.none() | ahead(0, 30),
    }
)


def home(plan: Mapping[str, Any]) -> date | None:
    return plan["transition_on"] if plan["transition_kind"] == "discharge" else None


@settings(max_examples=150, deadline=None)
@given(at_some_hour(st.just(DAY)), PLANS, VALUES, OFFERS, CLOSING, st.dates(date(2008, 1, 1)))
def test_the_same_rules_give_the_same_deadline(
    now: datetime,
    plan: Mapping[str, Any],
    values: Mapping[str, Any],
    offer: Mapping[str, Any],
    closing: frozenset[date],
    born_on: date,
) -> None:
    for kind in KINDS.values():
        anchors = Anchors(now, plan, values, offer, born_on=born_on, closing_days=closing)
        deadline = due_date(kind, anchors)
        if deadline is None:
            continue
        running = Running(base_day(kind, anchors), now, deadline.at, home(plan))
        again = falls_due(running, Rules(kind, closing))
        assert again.at == deadline.at, kind.code
        ours, theirs = (
            [
                s
                for s in count_rungs(kind, each, NOT_YET, started_at=now, closing=closing)
                if told(s)
            ]
            for each in (again, deadline)
        )
        assert ours == theirs, kind.code


def told(step: CountedRung) -> bool:
    return step.kind in (*TELLS, LOOK)


@pytest.mark.parametrize("code", sorted(KINDS))
def test_nothing_changes_between_the_same_rules(code: str) -> None:
    now = at_oslo(DAY, time(9))
    running = Running(DAY, now, now + timedelta(days=30))
    rules = Rules(KINDS[code], frozenset())
    assert count_anew(running, rules, rules) is None


def test_a_meeting_whose_day_is_not_known_is_left_alone() -> None:
    now = at_oslo(DAY, time(9))
    ladder = {
        "ladders": {DeadlineCode.MEETING_PREPARED: [[-9, "wd", "chair"], [-1, "wd", "leader"]]}
    }
    chosen = merge_choices(STANDARD, Choices.model_validate(ladder)).kinds[
        DeadlineCode.MEETING_PREPARED
    ]
    old, new = (Rules(kind, frozenset()) for kind in (KINDS[DeadlineCode.MEETING_PREPARED], chosen))
    assert count_anew(Running(None, now, now + timedelta(days=30)), old, new) is None
    assert count_anew(Running(DAY + timedelta(days=37), now, now), old, new) is not None


def test_each_role_not_told_keeps_its_latest_past_rung() -> None:
    def step(n: int, days: int, role: str, kind: str = "notify") -> CountedRung:
        return CountedRung(n, datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=days), role, kind)

    ladder = [
        step(0, -9, "coordinator"),
        step(1, -5, "leader"),
        step(2, -2, "coordinator"),
        step(3, 4, "coordinator"),
        step(4, -1, "clock", "fire"),
    ]
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert [s.n for s in standing_rungs(ladder, set(), now)] == [1, 2, 3, 4]
    assert [s.n for s in standing_rungs(ladder, {"coordinator"}, now)] == [1, 3, 4]
    assert [s.n for s in standing_rungs(ladder, {"coordinator", "leader"}, now)] == [3, 4]
