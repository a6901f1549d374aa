"""When a notice may go out by mail and how much one mail holds; the sending itself lives in acts."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from workflow.rules.clock import at_oslo, oslo_time

DIGEST_HOUR = time(8, 0)
OVERVIEW_HOUR = time(7, 30)
MOST_LINES = 5
RETRY_AFTER_MINUTES = (1, 5, 15, 60, 240)

OFFERS = frozenset({"P5", "P13", "P15", "P27o", "M12"})
CALLS = frozenset({"V2", "V4", "V7"})
LETTERS = frozenset({"P3", "P4", "P9", "P9d", "P20b", "P24a", "P24b", "A15"})
AT_ONCE = OFFERS | CALLS | LETTERS


def next_digest(now: datetime) -> datetime:
    """The next 08:00 Europe/Oslo at or after now (UTC): one digest a day per person."""
    today = at_oslo(oslo_time(now).date(), DIGEST_HOUR)
    if now <= today:
        return today
    return at_oslo(oslo_time(now).date() + timedelta(days=1), DIGEST_HOUR)


def first_try(code: str, now: datetime) -> datetime:
    """When a notice may first be sent: offers, calls and letters at once, the rest in the digest."""
    return now if code in AT_ONCE else next_digest(now)


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many refused attempts; None when it has failed for good."""
    if attempts > len(RETRY_AFTER_MINUTES):
        return None
    return now + timedelta(minutes=RETRY_AFTER_MINUTES[attempts - 1])


def iso_week(now: datetime) -> str:
    """The ISO week of a moment in Norway, as 2026-W11."""
    year, week, _ = oslo_time(now).isocalendar()
    return f"{year}-W{week:02d}"


def overview_opens(now: datetime) -> datetime:
    """Monday 07:30 Europe/Oslo of the week of a moment: the managers' overview is written from then."""
    local = oslo_time(now)
    return at_oslo(local.date() - timedelta(days=local.weekday()), OVERVIEW_HOUR)
