"""A month of emergency access by unit: how often, why, for how long, and what waits for follow-up; no case content."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from workflow.record.access import emergencies
from workflow.record.access.emergencies import Emergency
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.calendar.workdays import add_months
from workflow.rules.text.name_order import sort_by_name

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
EARLIEST, LATEST = 1900, 2200
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's month; minutes are those that plans were open."""

    unit: str
    opened: int
    nothing_found: int
    minutes: int
    looks: int
    waiting: int
    unjustified: int


@dataclass(frozen=True, slots=True)
class MonthReport:
    """What the privacy officer reads, and `planlop report break-glass` prints."""

    month: str
    units: Sequence[UnitLine]
    reasons: Sequence[tuple[str, int]]
    rows: Sequence[Emergency]

    @property
    def before(self) -> str:
        """The month before, as YYYY-MM."""
        return _moved(self.month, -1)

    @property
    def after(self) -> str:
        """The month after."""
        return _moved(self.month, 1)

    def as_dict(self) -> dict[str, Any]:
        """Figures only: no names."""
        return {
            "month": self.month,
            "units": [asdict(line) for line in self.units],
            "reasons": dict(self.reasons),
        }


def is_month(text: str) -> bool:
    """Whether a text names a calendar month as YYYY-MM."""
    return bool(MONTH.fullmatch(text)) and EARLIEST <= int(text[:4]) < LATEST


def first_day(month: str) -> date:
    """The first day of a month. Raises ValueError for what is none."""
    if not is_month(month):
        raise ValueError(month)
    return date(int(month[:4]), int(month[5:]), 1)


def _moved(month: str, by: int) -> str:
    return f"{add_months(first_day(month), by):%Y-%m}"


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The month as instants, half-open, counted by the Norwegian clock."""
    first = first_day(month)
    return at_oslo(first, MIDNIGHT), at_oslo(add_months(first, 1), MIDNIGHT)


def month_report(session: Session, month: str) -> MonthReport:
    """The report of a month; a unit without any is not listed. Raises ValueError."""
    rows = emergencies.between(session, *month_bounds(month))
    units = sort_by_name({row.unit for row in rows}, str)
    return MonthReport(
        month,
        [_line(unit, [row for row in rows if row.unit == unit]) for unit in units],
        Counter(row.reason for row in rows).most_common(),
        rows,
    )


def _line(unit: str, rows: Sequence[Emergency]) -> UnitLine:
    accesses = [row for row in rows if row.plan_id]
    return UnitLine(
        unit,
        len(accesses),
        len(rows) - len(accesses),
        sum(row.minutes for row in accesses),
        sum(row.looks for row in accesses),
        sum(row.reviewed_at is None for row in rows),
        sum(row.outcome == "unjustified" for row in rows),
    )
