"""The command `deadlines`: every kind with basis, length and ladder as they hold in a municipality or unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer

if TYPE_CHECKING:
    from datetime import date, datetime

    from workflow.rules.deadlines.kinds import DeadlineKind
    from workflow.rules.deadlines.policy import Policy

HOURS = "%H:%M"


def register(group: click.Group) -> None:
    """Adds the command to the group `planlop`."""
    group.add_command(deadlines)


@click.command()
@click.option("--standard", is_flag=True, help="What holds where nothing was chosen.")
@click.option("--unit", metavar="NAME", help="A unit with rules of its own.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today without it.")
@json_option
def deadlines(standard: bool, unit: str | None, on: datetime | None) -> None:
    """Prints every kind of deadline with its basis, length and whom it tells."""
    from workflow.rules.calendar.clock import oslo_date, utc_now
    from workflow.rules.deadlines.policy import STANDARD

    day = on.date() if on else oslo_date(utc_now())
    if unit and standard:
        raise click.UsageError("--unit has rules of its own; take --standard away")
    policy = STANDARD if standard else _in_force(unit, day)
    data = {"on": day, "standard": standard, "unit": unit or "", **as_data(policy)}
    print_answer(data, "\n".join(in_words(data["deadlines"])))


def _in_force(unit: str | None, day: date) -> Policy:
    """What holds there on a day. Raises CommandError for a place that is not there."""
    from sqlalchemy.orm import Session

    from workflow.cli.base.target import open_database
    from workflow.record.deadlines.policies import policy_on
    from workflow.record.same_party import units_named

    with open_database() as engine, Session(engine) as session:
        unit_id = next(iter(units_named(session, unit)), None) if unit else None
        if unit and unit_id is None:
            raise CommandError("unit", f"There is no unit {unit}.")
        return policy_on(session.connection(), unit_id, day)


def as_data(policy: Policy) -> dict[str, Any]:
    """A policy as plain data: kinds with their ladders, hours, channels and limits."""
    from workflow.rules.deadlines.policy import as_choice

    quiet = [hour.strftime(HOURS) for hour in (policy.quiet_from, policy.quiet_until) if hour]
    return {
        "deadlines": [_line(kind, as_choice(kind)) for kind in policy.kinds.values()],
        "longest_between_reviews": policy.review_days,
        "channels": list(policy.channels),
        "digest_at": policy.digest_at.strftime(HOURS),
        "quiet": quiet,
        "most_plans": policy.most_plans,
        "most_due_a_week": policy.most_due_a_week,
    }


def _line(kind: DeadlineKind, ladder: list[Any]) -> dict[str, Any]:
    from workflow.rules.deadlines.policy import STANDARD

    return {
        "code": kind.code,
        "basis": kind.basis,
        "source": kind.source,
        "counted_from": kind.anchor,
        "length": kind.length,
        "unit": kind.unit,
        "stops_in_a_pause": kind.pauses,
        "ladder": ladder,
        "chosen": kind != STANDARD.kinds[kind.code],
    }


def in_words(lines: list[dict[str, Any]]) -> list[str]:
    """The table for a terminal; * marks what was chosen here, law what the law sets."""
    shown = []
    for one in lines:
        mark = "*" if one["chosen"] else " "
        length = f"{one['length']} {one['unit']}" if one["length"] else "own date"
        rungs = ", ".join(" ".join([f"{r[2]} {r[0]:+d} {r[1]}", *r[3:]]) for r in one["ladder"])
        shown.append(f"{mark} {one['code']:24} {one['basis']:6} {length:9} {rungs}".rstrip())
    return [*shown, "* chosen here; the others are the standard"]
