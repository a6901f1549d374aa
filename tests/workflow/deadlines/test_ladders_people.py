"""Tests of the ladders about people: consents that end, transitions and birthdays, access, short calls."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.calendar.workdays import birthday_on
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.deadlines.ladders import Anchors, CountedRung, DueDate, count_rungs, due_date
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def falls(code: str, now: datetime = NOW, **facts: Any) -> DueDate | None:
    return due_date(
        KINDS[code], Anchors(now, facts.pop("plan", {}), facts.pop("values", {}), **facts)
    )


def ladder(code: str, at: DueDate | None, now: datetime = NOW) -> list[tuple[str, date]]:
    assert at is not None
    steps: list[CountedRung] = count_rungs(KINDS[code], at, now, started_at=now)
    return [(step.role, oslo_date(step.at)) for step in steps]


def test_a_consent_that_ends_is_told_a_month_before_and_lapses_on_its_day() -> None:
    ends = at_oslo(date(2026, 6, 30))
    at = falls(DeadlineCode.CONSENT_ENDS, values={"until_at": ends})
    assert at == DueDate(ends)
    assert ladder(DeadlineCode.CONSENT_ENDS, at) == [
        ("coordinator", date(2026, 5, 31)),
        ("clock", date(2026, 6, 30)),
    ]
    assert falls(DeadlineCode.CONSENT_ENDS, values={"until_at": None}) is None


def test_relatives_consent_is_discussed_within_180_days_or_on_the_day_agreed() -> None:
    said = date(2026, 1, 5)
    at = falls(DeadlineCode.DISCUSS_WITH_RELATIVES, discussed=((said, None), (NOW.date(), None)))
    assert at is not None and oslo_date(at.at) == date(2026, 7, 6)  # 4 July is a Saturday
    assert ladder(DeadlineCode.DISCUSS_WITH_RELATIVES, at) == [("coordinator", date(2026, 7, 6))]
    put_off = falls(DeadlineCode.DISCUSS_WITH_RELATIVES, discussed=((said, date(2026, 4, 2)),))
    assert put_off is not None and oslo_date(put_off.at) == date(2026, 4, 7)  # Easter between
    assert falls(DeadlineCode.DISCUSS_WITH_RELATIVES, discussed=()) is None


@pytest.mark.parametrize(
    ("code", "born", "turns", "opens"),
    [
        (DeadlineCode.TURNS_18, date(2008, 12, 10), date(2026, 12, 10), date(2026, 6, 13)),
        (DeadlineCode.TURNS_16, date(2010, 12, 10), date(2026, 12, 10), date(2026, 9, 11)),
        (DeadlineCode.TURNS_18, date(2008, 12, 9), date(2026, 12, 9), date(2026, 6, 12)),
        (DeadlineCode.TURNS_16, date(2012, 2, 29), date(2028, 2, 29), date(2027, 12, 1)),
    ],
)
def test_birthdays_open_180_and_90_days_before(
    code: str, born: date, turns: date, opens: date
) -> None:
    at = falls(code, born_on=born)
    assert at is not None and oslo_date(at.at) == turns
    assert ladder(code, at) == [
        ("coordinator", opens),
        ("coordinating", opens + timedelta(days=14)),
    ]


def test_who_was_born_on_29_february_has_a_birthday_every_year() -> None:
    leap = date(2008, 2, 29)
    assert [birthday_on(leap, age) for age in (12, 16, 18)] == [
        date(2020, 2, 29),
        date(2024, 2, 29),
        date(2026, 2, 28),
    ]


def test_a_birthday_far_away_has_no_clock_yet() -> None:
    assert falls(DeadlineCode.TURNS_16, born_on=date(2018, 5, 1)) is None
    assert falls(DeadlineCode.TURNS_16, born_on=None) is None


def test_a_planned_birthday_without_a_known_birth_opens_as_the_eighteenth() -> None:
    plan = {"transition_on": date(2026, 12, 10), "transition_kind": "age"}
    at = falls(DeadlineCode.TURNS_18, plan=plan)
    assert at is not None and at.event_day == date(2026, 6, 13)
    assert falls(DeadlineCode.TURNS_16, plan=plan) is None


def test_a_transition_soon_opens_now_and_is_told_before_its_day() -> None:
    move = falls(
        DeadlineCode.TRANSITION,
        plan={"transition_on": date(2026, 3, 10), "transition_kind": "move"},
    )
    assert ladder(DeadlineCode.TRANSITION, move) == [
        ("coordinator", date(2026, 3, 2)),
        ("coordinating", date(2026, 3, 10)),
    ]


@pytest.mark.parametrize(
    ("asked", "answered_by"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 10), date(2027, 1, 10)),
        (date(2026, 3, 3), date(2026, 4, 3)),  # Good Friday: a duty of ours is never moved later
    ],
)
def test_access_is_answered_within_a_calendar_month(asked: date, answered_by: date) -> None:
    now = at_oslo(asked) - timedelta(hours=10)
    at = falls(DeadlineCode.DATA_REQUEST, now)
    assert at is not None and oslo_date(at.at) == answered_by
    assert ladder(DeadlineCode.DATA_REQUEST, at, now) == [
        ("privacy_officer", answered_by - timedelta(days=7))
    ]
    assert (
        KINDS[DeadlineCode.DATA_REQUEST].basis == "law"
        and not KINDS[DeadlineCode.DATA_REQUEST].pauses
    )


@pytest.mark.parametrize(
    ("called", "meets", "alarm"),
    [
        (date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 3)),
        (date(2026, 3, 6), date(2026, 3, 10), date(2026, 3, 9)),  # over a weekend
        (date(2026, 4, 1), date(2026, 4, 8), date(2026, 4, 7)),  # over Easter
        (date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 3)),
    ],
)
def test_a_meeting_set_for_soon_alarms_nobody_before_the_next_working_day(
    called: date, meets: date, alarm: date
) -> None:
    now = at_oslo(called) - timedelta(hours=14)
    at = falls(DeadlineCode.MEETING_PREPARED, now, values={"starts_at": at_oslo(meets)})
    assert at is not None and oslo_date(at.at) == min(alarm, meets)
    steps = ladder(DeadlineCode.MEETING_PREPARED, at, now)
    assert {role for role, _ in steps} == {"chair", "leader"}
    assert min(day for _, day in steps) == alarm


def test_an_answer_before_a_discharge_has_five_working_days_over_easter_too() -> None:
    asked = at_oslo(date(2026, 4, 1)) - timedelta(hours=14)
    ends = asked + timedelta(days=14)
    offer = {"discharge_on": date(2026, 4, 22), "expires_at": ends}
    at = falls(DeadlineCode.TRANSFER_ANSWER, asked, offer=offer)
    assert at is not None and oslo_date(at.at) == date(2026, 4, 13)
    assert at.expires_at == ends
