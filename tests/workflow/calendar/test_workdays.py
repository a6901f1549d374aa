"""Tests of working days and calendar months."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.rules.calendar.workdays import (
    add_months,
    add_workdays,
    is_workday,
    next_workday,
    previous_workday,
)


def test_easter_2026_moves_maundy_thursday_to_tuesday_after() -> None:
    assert next_workday(date(2026, 4, 2)) == date(2026, 4, 7)


def test_the_wednesday_before_easter_is_a_working_day_unless_the_municipality_closes() -> None:
    wednesday = date(2026, 4, 1)
    assert is_workday(wednesday)
    assert not is_workday(wednesday, frozenset({wednesday}))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 17), False),
        (date(2027, 5, 17), False),
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2026, 4, 4), False),
        (date(2028, 2, 29), True),
    ],
)
def test_days(day: date, works: bool) -> None:
    assert is_workday(day) is works


def test_working_days_are_counted_over_easter_both_ways() -> None:
    assert add_workdays(date(2026, 3, 30), 3) == date(2026, 4, 7)
    assert add_workdays(date(2026, 4, 7), -3) == date(2026, 3, 30)
    assert previous_workday(date(2026, 4, 6)) == date(2026, 4, 1)


def test_no_working_days_is_the_same_day_even_on_a_holiday() -> None:
    assert add_workdays(date(2026, 4, 3), 0) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 9), date(2027, 1, 9)),
        (date(2026, 3, 2), date(2026, 4, 2)),
    ],
)
def test_one_calendar_month(day: date, later: date) -> None:
    assert add_months(day, 1) == later
