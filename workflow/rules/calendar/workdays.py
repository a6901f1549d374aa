"""Norwegian working days, calendar months and birthdays as pure functions; no clock and no table is read here."""

from __future__ import annotations

import calendar
from collections.abc import Set
from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5
ONE_DAY = timedelta(days=1)
NO_CLOSING_DAYS: frozenset[date] = frozenset()


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of a year by law 24 Feb 1995 no. 12; Easter is computed."""
    from holidays.countries.norway import (
        Norway,
    )  # 0.2 s to import, needed only where days are counted

    return frozenset(Norway(years=[year], language="no"))


def is_workday(day: date, closing: Set[date] = NO_CLOSING_DAYS) -> bool:
    """Whether offices work on this day: no Saturday, Sunday, public holiday or closing day."""
    return day.weekday() < SATURDAY and day not in closing and day not in public_holidays(day.year)


def next_workday(day: date, closing: Set[date] = NO_CLOSING_DAYS) -> date:
    """The day itself if it is a working day, else the first one after it."""
    while not is_workday(day, closing):
        day += ONE_DAY
    return day


def previous_workday(day: date, closing: Set[date] = NO_CLOSING_DAYS) -> date:
    """The day itself if it is a working day, else the last one before it."""
    while not is_workday(day, closing):
        day -= ONE_DAY
    return day


def add_workdays(day: date, count: int, closing: Set[date] = NO_CLOSING_DAYS) -> date:
    """The day that lies `count` working days after `day` (before it when negative)."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_workday(day, closing):
            day += step
    return day


def add_months(day: date, count: int) -> date:
    """The same day of a later calendar month, or that month's last day: 31 Jan + 1 = 28 Feb."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def birthday_on(born_on: date, age: int) -> date:
    """The day somebody turns so many years; who was born on 29 February does so on the 28th."""
    leap_day = (born_on.month, born_on.day) == (2, 29)
    if leap_day and not calendar.isleap(born_on.year + age):
        return date(born_on.year + age, 2, 28)
    return date(born_on.year + age, born_on.month, born_on.day)
