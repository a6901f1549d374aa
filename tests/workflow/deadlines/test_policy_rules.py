"""What a municipality may choose, and what it may not: the pure side of policies."""

from __future__ import annotations

from datetime import time

import pytest

from workflow.record.deadlines.recipients import HOLDERS
from workflow.rules.deadlines.kinds import FROM_START, KINDS, LAW, LOOK
from workflow.rules.deadlines.policy import (
    ROLES,
    STANDARD,
    Choices,
    as_choice,
    find_refusals,
    ladder_may_change,
    length_bounds,
    merge_choices,
    roles_for,
    telling_rungs,
)
from workflow.rules.names.deadlines import DeadlineCode


def codes(**chosen: object) -> list[str]:
    return [code for _, code, _ in find_refusals(Choices.model_validate(chosen))]


def test_the_roles_are_those_somebody_can_hold() -> None:
    assert set(ROLES) == set(HOLDERS)
    assert all(set(roles_for(code)) <= set(ROLES) for code in KINDS)


def test_what_stands_today_may_be_chosen_again() -> None:
    for code, kind in KINDS.items():
        if ladder_may_change(code):
            chosen = Choices(ladders={code: as_choice(kind)})
            assert find_refusals(chosen) == [], code
            again = merge_choices(STANDARD, chosen).kinds[code]
            assert again == kind, code
        bounds = length_bounds(code)
        if bounds is not None and code != DeadlineCode.REVIEW:
            chosen = Choices(lengths={code: abs(kind.length)})
            assert find_refusals(chosen) == [], code
            assert merge_choices(STANDARD, chosen).kinds[code] == kind


def test_nothing_chosen_changes_nothing() -> None:
    assert merge_choices(STANDARD, Choices()) == STANDARD
    assert Choices().text() == "{}"
    assert Choices.model_validate_json(
        Choices(lengths={DeadlineCode.FIRST_GOAL: 20}).text()
    ).lengths == {DeadlineCode.FIRST_GOAL: 20}


def test_lengths_and_their_bounds() -> None:
    assert (
        merge_choices(STANDARD, Choices(lengths={DeadlineCode.MEETING_PREPARED: 10}))
        .kinds[DeadlineCode.MEETING_PREPARED]
        .length
        == -10
    )
    assert merge_choices(STANDARD, Choices(lengths={DeadlineCode.REVIEW: 90})).review_days == 90
    assert (
        merge_choices(STANDARD, Choices(lengths={DeadlineCode.REVIEW: 90}))
        .kinds[DeadlineCode.REVIEW]
        .length
        == 0
    )
    assert codes(lengths={DeadlineCode.FIRST_GOAL: 60}) == []
    assert codes(lengths={DeadlineCode.FIRST_GOAL: 61}) == ["policy_length"]
    assert codes(lengths={DeadlineCode.FIRST_GOAL: 0}) == ["policy_length"]
    assert codes(lengths={DeadlineCode.REVIEW: 181}) == ["policy_length"]
    assert codes(lengths={DeadlineCode.PROVISIONAL_REPLY: 2}) == ["policy_law_longer"]
    assert codes(lengths={DeadlineCode.APPEAL_WINDOW: 10}) == ["policy_persons_window"]
    assert codes(lengths={DeadlineCode.MEASURE_DUE: 3}) == ["policy_own_date"]
    assert codes(lengths={DeadlineCode.MEASURE_OFFER_ENDS: 13}) == ["policy_window_shorter"]
    assert codes(lengths={"unknown": 13}) == ["policy_unknown"]


def test_ladders_of_the_law_only_tighten() -> None:
    assert (
        codes(
            ladders={DeadlineCode.PROVISIONAL_REPLY: [[-10, "d", "decider"], [-2, "d", "leader"]]}
        )
        == []
    )
    assert codes(
        ladders={DeadlineCode.PROVISIONAL_REPLY: [[-6, "d", "decider"], [-2, "d", "leader"]]}
    ) == ["policy_law_rung"]
    assert codes(ladders={DeadlineCode.PROVISIONAL_REPLY: [[-7, "d", "decider"]]}) == [
        "policy_last_role",
        "policy_law_rung",
    ]
    assert codes(ladders={DeadlineCode.APPEAL_WINDOW: [[7, "d", "coordinating"]]}) == [
        "policy_persons_window"
    ]


@pytest.mark.parametrize(
    ("ladder", "code"),
    [
        ([[1, "d", "leader"]], "policy_nobody_near"),
        ([[1, "d", "coordinator"]], "policy_last_role"),
        ([[1, "d", "coordinator"], [1, "d", "boss"], [2, "d", "leader"]], "policy_unknown_role"),
        ([[1, "d", "coordinator"], [1, "d", "person"], [2, "d", "leader"]], "policy_role"),
        ([[1, "d", "coordinator"], [91, "d", "leader"]], "policy_far_away"),
        (
            [[1, "d", "coordinator"], [1, "d", "coordinator"], [2, "d", "leader"]],
            "policy_rung_twice",
        ),
        ([[1, "d", "coordinator", "event"], [2, "d", "leader"]], "policy_base"),
    ],
)
def test_ladders_that_cannot_be_chosen(ladder: list[list[object]], code: str) -> None:
    assert codes(ladders={DeadlineCode.FIRST_GOAL: ladder}) == [code]


def test_a_measure_tells_no_manager_but_the_accountables() -> None:
    ladder = [[1, "d", "coordinator"], [3, "d", "coordinating"], [9, "d", "accountable_leader"]]
    assert codes(ladders={DeadlineCode.MEASURE_DUE: ladder}) == ["policy_role"]


def test_a_ladder_stands_in_order_of_time_and_the_clock_keeps_its_steps() -> None:
    t14 = merge_choices(
        STANDARD,
        Choices.model_validate(
            {
                "ladders": {
                    DeadlineCode.QUIET_PLAN: [[20, "d", "coordinating"], [2, "wd", "coordinator"]]
                }
            }
        ),
    ).kinds[DeadlineCode.QUIET_PLAN]
    assert [(r.offset, r.role, r.kind) for r in t14.ladder] == [
        (2, "coordinator", "quiet"),
        (20, "coordinating", "quiet"),
        (21, "clock", LOOK),
    ]
    t6 = merge_choices(
        STANDARD,
        Choices.model_validate(
            {
                "ladders": {
                    DeadlineCode.DECIDE_INFORMAL_START: [
                        [14, "d", "coordinating"],
                        [20, "d", "coordinator", "start"],
                    ]
                }
            }
        ),
    ).kinds[DeadlineCode.DECIDE_INFORMAL_START]
    assert [(r.offset, r.base) for r in telling_rungs(t6)] == [(20, FROM_START), (14, "due")]


def test_hours_channels_and_limits() -> None:
    assert codes(digest_at="06:30") == ["policy_digest_quiet"]
    assert codes(digest_at="06:30", quiet_until="06:00") == []
    assert codes(quiet_from="08:00", quiet_until="08:00") == []
    assert merge_choices(STANDARD, Choices(quiet_from=time(7))).quiet_from is None
    assert codes(quiet_from="16:00", digest_at="12:00") == ["policy_long_quiet"]
    assert codes(channels=[]) == ["policy_no_channel"]
    assert codes(channels=["pigeon"]) == ["not_offered"]
    assert codes(most_plans=0, most_due_a_week=500) == ["policy_number", "policy_number"]
    units = find_refusals(Choices(most_plans=20, lengths={DeadlineCode.FIRST_GOAL: 20}), unit=True)
    assert [(field, code) for field, code, _ in units] == [("most_plans", "policy_municipal")]


def test_every_law_kind_has_a_bound() -> None:
    law = [code for code, kind in KINDS.items() if kind.basis == LAW]
    assert law
    for code in law:
        bounds = length_bounds(code)
        assert bounds is None or bounds[1] <= KINDS[code].length
