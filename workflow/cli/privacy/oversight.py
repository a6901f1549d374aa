"""The commands `report` and `log-review`: figures of emergency access and of the monthly log review, no names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer

if TYPE_CHECKING:
    from workflow.acts.privacy.emergency_report import MonthReport

COLUMNS = ("opened", "nothing_found", "minutes", "looks", "waiting", "unjustified")


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(report)
    group.add_command(log_review)


@click.group()
def report() -> None:
    """Reports for those who oversee."""


@report.command("break-glass")
@click.option("--month", metavar="YYYY-MM", help="The month; the last one without it.")
@json_option
def break_glass(month: str | None) -> None:
    """Prints emergency access of a month by unit: how often, why, minutes, follow-up that waits."""
    from sqlalchemy.orm import Session

    from workflow.acts.privacy.emergency_report import month_report
    from workflow.cli.base.target import open_database

    wanted = _month(month)
    with open_database() as engine, Session(engine) as session:
        summary = month_report(session, wanted)
    print_answer(summary.as_dict(), "\n".join(in_words(summary)))


def in_words(summary: MonthReport) -> list[str]:
    """The report as lines."""
    lines = [f"{summary.month}: {len(summary.rows)} emergency accesses"]
    for unit in summary.units:
        figures = ", ".join(f"{name} {getattr(unit, name)}" for name in COLUMNS)
        lines.append(f"{unit.unit or '-'}: {figures}")
    return lines + [f"reason {code}: {number}" for code, number in summary.reasons]


def _month(text: str | None) -> str:
    """The month asked for, or the last one. Raises CommandError."""
    from workflow.acts.privacy.access_log_review import last_month
    from workflow.acts.privacy.emergency_report import is_month
    from workflow.rules.calendar.clock import utc_now

    month = text or last_month(utc_now())
    if not is_month(month):
        raise CommandError("month", f"Write the month as YYYY-MM, not {month}.")
    return month


@click.command("log-review")
@click.option("--month", metavar="YYYY-MM", help="A month that is over; the last one without it.")
@json_option
def log_review(month: str | None) -> None:
    """Makes the log review of a month where it is not made, and prints how many findings of each kind."""
    from workflow.acts.privacy import access_log_review as reviews
    from workflow.cli.base.target import open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    wanted = _month(month)
    with open_database() as engine, unit_of_work(engine) as session:
        try:
            made = reviews.make(session, wanted, utc_now())
        except ValueError as early:
            raise CommandError("month", f"{wanted} is not over yet.") from early
        review = reviews.of_month(session, wanted)
        assert review is not None  # made here or before
        data: Mapping[str, Any] = {
            "month": wanted,
            "made_now": made is not None,
            "looks": review.looks,
            "finished": review.finished_at is not None,
            "findings": reviews.by_kind(session, review.id),
            "waiting": reviews.count_left(session, review.id),
        }
    print_answer(data)
