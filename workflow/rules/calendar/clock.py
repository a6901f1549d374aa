"""Norwegian civil time: the one place that knows Europe/Oslo; instants elsewhere are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
END_OF_DAY = time(23, 59)


def utc_now() -> datetime:
    """The wall clock as an aware UTC instant; only entry points call it."""
    return datetime.now(UTC)


def oslo_date(instant: datetime) -> date:
    """The Norwegian calendar day on which an aware instant falls."""
    return instant.astimezone(OSLO).date()


def oslo_time(instant: datetime) -> datetime:
    """The same instant on a Norwegian wall clock."""
    return instant.astimezone(OSLO)


def at_oslo(day: date, hour: time = END_OF_DAY) -> datetime:
    """The UTC instant of a Norwegian wall-clock hour; 23:59 where none is set, so that a day is whole."""
    return _instant(day, hour, hour.fold)


@lru_cache(maxsize=4096)  # counting many deadlines asks for few days
def _instant(day: date, hour: time, fold: int) -> datetime:
    # Two hours that differ in fold alone count as equal, so the fold is asked for by itself.
    return datetime.combine(day, hour.replace(fold=fold), tzinfo=OSLO).astimezone(UTC)
