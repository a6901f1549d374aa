"""The commands `worker`, `scheduler`, `sweep` and `broker-users`."""

from __future__ import annotations

import signal
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer
from workflow.cli.base.municipalities import (
    all_option,
    in_lines,
    refuse_failed,
    walk_municipalities,
)

if TYPE_CHECKING:
    from workflow.settings import Settings


# What a command needs is imported when it runs: `planlop` lists its commands without loading RQ.
def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    for command in (worker, scheduler, sweep, broker_users):
        group.add_command(command)


@click.command()
def worker() -> None:
    """Takes jobs from the queue, and sweeps by itself, until it is asked to stop."""
    from jobs.worker import work_until_stopped
    from workflow import logs
    from workflow.settings import load_settings

    logs.speak(load_settings().log_level)
    work_until_stopped()


@click.command()
def scheduler() -> None:
    """Asks for sweeps and deliveries on time; any number of them have one effect."""
    from jobs.scheduler import Scheduler
    from workflow import logs
    from workflow.settings import load_settings

    settings = load_settings()
    logs.speak(settings.log_level)
    running = Scheduler(settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: running.stop.set())
    running.run()


@click.command()
@click.option(
    "--at", "moment", default="", help="The moment, ISO 8601 with its zone; now without it."
)
@click.option("--dry-run", is_flag=True, help="Count what is due and keep nothing.")
@all_option
@json_option
def sweep(moment: str, dry_run: bool, every: bool) -> None:
    """Writes the notices of everything due and lets the clock take its steps; safe to run twice."""
    from workflow.rules.calendar.clock import utc_now

    now = aware(moment) if moment else utc_now()
    answer = walk_municipalities(
        every, "jobs", lambda code, settings: sweep_one(code, settings, now, dry_run)
    )
    print_answer(answer, in_lines(answer))
    refuse_failed(answer)


@click.command("broker-users")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--address", default="redis:6379", show_default=True, help="Host and port of the broker."
)
@json_option
def broker_users(folder: Path, address: str) -> None:
    """Writes the broker's list of users and the addresses with their passwords into FOLDER."""
    from jobs.broker.users import UsersThere, write_users

    try:
        written = write_users(folder, address)
    except UsersThere as problem:
        words = f"{problem} is there already. Take it away first: everything must start anew then."
        raise CommandError("there_already", words) from problem
    except OSError as problem:
        words = f"{folder} cannot be written to: {problem.strerror}."
        raise CommandError("folder", words) from problem
    print_answer({"written": [str(path) for path in written]}, "\n".join(map(str, written)))


def sweep_one(code: str, settings: Settings, now: datetime, dry_run: bool) -> dict[str, Any]:
    """What one municipality's sweep did. Raises CommandError where its database is down."""
    from workflow.acts.deadlines.sweep import sweep as run
    from workflow.cli.base.target import open_database

    with open_database(settings, code) as engine:
        result = run(engine, now, dry_run)
    return {**asdict(result), "at": result.at.isoformat()}


def aware(moment: str) -> datetime:
    """A moment from ISO 8601 text. Raises CommandError naive_time or bad_time."""
    try:
        instant = datetime.fromisoformat(moment)
    except ValueError as problem:
        raise CommandError("bad_time", f"«{moment}» is not an ISO 8601 time.") from problem
    if instant.tzinfo is None:
        raise CommandError("naive_time", f"«{moment}» has no zone: add Z or +01:00.")
    return instant
