"""Norwegian days in plain Python, for the reference model: holidays, working days, hours; nothing of the product."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
DAY = timedelta(days=1)


def easter(year: int) -> date:
    """Easter Sunday, by the rule of 1876 for the Gregorian calendar."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    full = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - full - rest % 4) % 7
    month, day = divmod(full + week - 7 * ((golden + 11 * full + 22 * week) // 451) + 114, 31)
    return date(year, month, day + 1)


def works(day: date, closed: Iterable[date] = ()) -> bool:
    """A Norwegian working day: the twelve holidays are off, Christmas Eve is not among them."""
    sunday = easter(day.year)
    moving = {sunday + n * DAY for n in (-3, -2, 0, 1, 39, 49, 50)}
    fixed = {(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)}
    free = day in moving or (day.month, day.day) in fixed or day in closed
    return day.weekday() < 5 and not free


def onward(day: date, closed: Iterable[date] = ()) -> date:
    while not works(day, closed):
        day += DAY
    return day


def workdays(day: date, count: int, closed: Iterable[date] = ()) -> date:
    for _ in range(abs(count)):
        day += DAY if count > 0 else -DAY
        while not works(day, closed):
            day += DAY if count > 0 else -DAY
    return day


def a_month_after(day: date) -> date:
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def at(day: date, hour: time = time(23, 59)) -> datetime:
    return datetime.combine(day, hour, tzinfo=OSLO).astimezone(UTC)


def day_of(instant: datetime) -> date:
    return instant.astimezone(OSLO).date()
