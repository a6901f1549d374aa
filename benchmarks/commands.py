"""The group `planlop bench`: each package adds the benchmarks of what it does."""

from __future__ import annotations

from typing import Any

import click

from workflow.cli.base.answer import json_option, say


@click.group()
def bench() -> None:
    """Measures our work against a floor that does the same by hand, and prints the ratio."""


def report(result: Any) -> None:
    """Prints a result: name, database, ours, floor, ratio, rounds."""
    say(result.as_dict())


@bench.command()
@click.option("--rounds", default=7, show_default=True)
@json_option
def engine(rounds: int) -> None:
    """The rules in process, nothing stored; µs a step, the floor is `transitions` alone."""
    from benchmarks.engine_and_step import engine as measured

    report(measured(rounds=rounds))


@bench.command()
@click.option("--database", default="", help="A database of its own for this; default SQLite.")
@click.option("--rounds", default=7, show_default=True)
@json_option
def step(database: str, rounds: int) -> None:
    """One durable step, steps a second; the floor is the same work as hand-written SQL."""
    from benchmarks.engine_and_step import step as measured

    report(measured(url=database, rounds=rounds))
