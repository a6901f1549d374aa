"""The commands `worker`, `scheduler`, `sweep` and `bench sweep`; what they do lives beside them."""

from __future__ import annotations

import signal
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from benchmarks.commands import bench
from workflow.cli.base.answer import CommandError, json_option, say
from workflow.cli.base.municipalities import all_option, in_lines, refuse_failed, walk

if TYPE_CHECKING:
    from workflow.settings import Settings


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    for command in (worker, scheduler, sweep):
        group.add_command(command)
    bench.add_command(bench_sweep)
    bench.add_command(bench_mails)


@click.command()
def worker() -> None:
    """Takes jobs from the queue, and sweeps by itself, until it is asked to stop."""
    from jobs.worker import work
    from workflow import logs
    from workflow.settings import load_settings

    logs.speak(load_settings().log_level)
    work()


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
    answer = walk(every, "jobs", lambda code, settings: sweep_one(code, settings, now, dry_run))
    say(answer, in_lines(answer))
    refuse_failed(answer)


def sweep_one(code: str, settings: Settings, now: datetime, dry_run: bool) -> dict[str, Any]:
    """What one municipality's sweep did. Raises CommandError where its database is down."""
    from workflow.acts.deadlines.sweep import sweep as run
    from workflow.cli.base.target import database

    with database(settings, code) as engine:
        result = run(engine, now, dry_run)
    return {**asdict(result), "at": result.at.isoformat()}


def aware(moment: str) -> datetime:
    """A moment from ISO 8601 text. Raises CommandError naive_time or bad_time."""
    try:
        found = datetime.fromisoformat(moment)
    except ValueError as problem:
        raise CommandError("bad_time", f"«{moment}» is not an ISO 8601 time.") from problem
    if found.tzinfo is None:
        raise CommandError("naive_time", f"«{moment}» has no zone: add Z or +01:00.")
    return found


@click.command("sweep")
@click.option("--size", default=100_000, show_default=True, help="Open deadlines in the database.")
@click.option("--due", default=0, help="How many steps are due; one in fifty without it.")
@click.option("--rounds", default=5, show_default=True, help="Rounds, ours and the floor in turn.")
@click.option(
    "--database", "url", default="", help="An empty database to fill; a new SQLite file without it."
)
@json_option
def bench_sweep(size: int, due: int, rounds: int, url: str) -> None:
    """Measures the sweep against a raw INSERT … SELECT and UPDATE of the same steps."""
    from benchmarks.sweep import measure

    say(measure(size, rounds, url, due))


@click.command("mails")
@click.option("--size", default=10_000, show_default=True, help="Notices due in the same minute.")
@click.option("--rounds", default=5, show_default=True, help="Rounds, the floor and ours in turn.")
@click.option(
    "--database", "url", default="", help="An empty database to fill; a new SQLite file without it."
)
@json_option
def bench_mails(size: int, rounds: int, url: str) -> None:
    """Measures two workers' deliveries against a bare loop that sends the same mails."""
    from benchmarks.mails import measure

    say(measure(size, rounds, url))
