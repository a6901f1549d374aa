"""Tests of when deadlines fall due and when their rungs stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.deadlines.ladders import Anchors, CountedRung, DueDate, count_rungs, due_date
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def falls(code: str, now: datetime = NOW, **facts: Any) -> DueDate:
    plan = {"reported_at": now, "last_activity_at": now, **facts.pop("plan", {})}
    due = due_date(KINDS[code], Anchors(now, plan, facts.pop("values", {}), **facts))
    assert due is not None
    return due


def ladder(code: str, at: DueDate, now: datetime = NOW, **options: Any) -> list[CountedRung]:
    return count_rungs(KINDS[code], at, now, started_at=options.pop("started_at", now), **options)


def days(steps: list[CountedRung]) -> list[tuple[str, date]]:
    return [(step.role, oslo_date(step.at)) for step in steps]


def test_every_kind_has_a_basis_a_source_and_a_ladder() -> None:
    for kind in KINDS.values():
        assert kind.basis in ("law", "local")
        assert kind.source and kind.ladder
        assert not (kind.basis == "law" and kind.pauses)


def test_review_ladder_reaches_coordinator_manager_and_managers_leader() -> None:
    at = falls(DeadlineCode.REVIEW, plan={"next_review_on": date(2026, 6, 4)})
    assert at.at == at_oslo(date(2026, 6, 4))
    assert days(ladder(DeadlineCode.REVIEW, at)) == [
        ("coordinator", date(2026, 5, 14)),
        ("coordinator", date(2026, 5, 28)),
        ("coordinator", date(2026, 6, 5)),
        ("leader", date(2026, 6, 11)),
        ("leader_2", date(2026, 7, 2)),
    ]


def test_provisional_reply_is_a_calendar_month_and_never_moved() -> None:
    late_january = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
    assert oslo_date(falls(DeadlineCode.PROVISIONAL_REPLY, late_january).at) == date(
        2026, 2, 28
    )  # a Saturday


def test_local_deadline_on_a_holiday_counts_from_the_next_working_day() -> None:
    at = falls(DeadlineCode.MEASURE_DUE, values={"due_on": date(2026, 4, 2)})
    assert oslo_date(at.at) == date(2026, 4, 7)
    assert days(ladder(DeadlineCode.MEASURE_DUE, at)) == [
        ("accountable", date(2026, 4, 4)),
        ("accountable", date(2026, 4, 8)),
        ("coordinator", date(2026, 4, 14)),
        ("accountable_leader", date(2026, 4, 21)),
    ]


def test_the_persons_appeal_window_is_moved_in_the_persons_favour() -> None:
    assert oslo_date(falls(DeadlineCode.APPEAL_WINDOW, appeal_until=date(2026, 4, 3)).at) == date(
        2026, 4, 7
    )


def test_meeting_preparation_counts_working_days_back_from_the_meeting() -> None:
    starts = datetime(2026, 3, 26, 9, 0, tzinfo=UTC)
    at = falls(DeadlineCode.MEETING_PREPARED, values={"starts_at": starts})
    assert oslo_date(at.at) == date(2026, 3, 19)
    assert days(ladder(DeadlineCode.MEETING_PREPARED, at)) == [
        ("chair", date(2026, 3, 12)),
        ("chair", date(2026, 3, 19)),
        ("leader", date(2026, 3, 24)),
    ]


def test_levels_past_at_the_start_are_skipped_but_for_the_current_one() -> None:
    at = falls(DeadlineCode.REVIEW, plan={"next_review_on": date(2026, 3, 6)})
    assert days(ladder(DeadlineCode.REVIEW, at))[0] == ("coordinator", date(2026, 2, 27))
    assert len(ladder(DeadlineCode.REVIEW, at)) == 4


@pytest.mark.parametrize("hours", [4, 30, 72, 240])
def test_no_step_of_a_short_measure_is_longer_than_half_its_length(hours: int) -> None:
    at = DueDate(NOW + timedelta(hours=hours))
    steps = [step.at for step in ladder(DeadlineCode.MEASURE_DUE, at)]
    half = timedelta(hours=hours) / 2
    assert at.at - steps[0] <= half
    waits = [later - sooner for sooner, later in zip([at.at, *steps[1:]], steps[1:], strict=False)]
    assert all(timedelta(0) <= wait <= half for wait in waits)
    assert steps == sorted(steps)


def test_an_hour_is_kept() -> None:
    at = falls(
        DeadlineCode.MEASURE_DUE, values={"due_on": date(2026, 3, 10), "due_time": time(10, 0)}
    )
    assert at.at == at_oslo(date(2026, 3, 10), time(10, 0))


def test_a_measure_of_the_person_never_reaches_a_manager() -> None:
    at = falls(DeadlineCode.MEASURE_DUE, values={"due_on": date(2026, 4, 15)})
    assert {role for role, _ in days(ladder(DeadlineCode.MEASURE_DUE, at, soft=True))} == {
        "accountable",
        "coordinator",
    }


def test_informal_start_warns_on_day_30_and_60_whatever_the_weekday() -> None:
    started = at_oslo(date(2026, 3, 3), time(9))
    steps = days(
        ladder(
            DeadlineCode.DECIDE_INFORMAL_START,
            falls(DeadlineCode.DECIDE_INFORMAL_START, started),
            started,
        )
    )
    assert steps[0] == ("coordinator", date(2026, 4, 2))
    assert steps[1] == ("decider", date(2026, 5, 2))


def test_an_unplanned_discharge_reaches_all_at_once_and_expires_on_day_14() -> None:
    at = falls(
        DeadlineCode.TRANSFER_ANSWER, offer={"discharge_on": date(2026, 3, 2), "expires_at": None}
    )
    assert oslo_date(at.at) == date(2026, 3, 2)
    steps = ladder(DeadlineCode.TRANSFER_ANSWER, at)
    assert {s.role for s in steps if s.at <= NOW} == {
        "receiver",
        "receiver_leader",
        "coordinating",
    }
    assert [oslo_date(s.at) for s in steps if s.kind == "fire"] == [date(2026, 3, 16)]


def test_incoming_plan_is_decided_before_a_known_discharge() -> None:
    home = {"transition_on": date(2026, 3, 16), "transition_kind": "discharge"}
    assert oslo_date(falls(DeadlineCode.DECIDE_INCOMING, plan=home).at) == date(2026, 3, 13)


def test_due_is_a_minute_to_midnight_in_oslo_on_both_sides_of_summer_time() -> None:
    before = falls(DeadlineCode.REVIEW, plan={"next_review_on": date(2026, 3, 27)})
    after = falls(DeadlineCode.REVIEW, plan={"next_review_on": date(2026, 3, 30)})
    assert before.at == datetime(2026, 3, 27, 22, 59, tzinfo=UTC)
    assert after.at == datetime(2026, 3, 30, 21, 59, tzinfo=UTC)


def test_nothing_to_count_from_is_no_deadline() -> None:
    assert due_date(KINDS[DeadlineCode.MEASURE_DUE], Anchors(NOW, {}, {})) is None
