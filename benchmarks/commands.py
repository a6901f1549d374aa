"""The group `planlop bench`, which a checkout has and an installed wheel has not."""

from __future__ import annotations

from typing import Any

import click

from workflow.cli.base.answer import json_option, print_answer


# What a benchmark needs is imported when it runs: `planlop` lists its commands without loading it.
@click.group()
def bench() -> None:
    """Measures our work against a floor that does the same by hand, and prints the ratio."""


def register(group: click.Group) -> None:
    """Adds the group to `planlop`."""
    group.add_command(bench)


def report(result: Any) -> None:
    """Prints a result: name, database, ours, floor, ratio, rounds."""
    print_answer(result.as_dict())


@bench.command()
@click.option("--rounds", default=7, show_default=True)
@json_option
def engine(rounds: int) -> None:
    """The rules in process, nothing stored; µs a step, the floor is `transitions` alone."""
    from benchmarks.engine_and_step import measure_engine as measured

    report(measured(rounds=rounds))


@bench.command()
@click.option("--database", default="", help="A database of its own for this; default SQLite.")
@click.option("--rounds", default=7, show_default=True)
@json_option
def step(database: str, rounds: int) -> None:
    """One durable step, steps a second; the floor is the same work as hand-written SQL."""
    from benchmarks.engine_and_step import measure_step as measured

    report(measured(url=database, rounds=rounds))


@bench.command("sweep")
@click.option("--size", default=100_000, show_default=True, help="Open deadlines in the database.")
@click.option("--due", default=0, help="How many steps are due; one in fifty without it.")
@click.option("--rounds", default=5, show_default=True, help="Rounds, ours and the floor in turn.")
@click.option(
    "--database", "url", default="", help="An empty database to fill; a new SQLite file without it."
)
@json_option
def bench_sweep(size: int, due: int, rounds: int, url: str) -> None:
    """Measures the sweep against a raw INSERT … SELECT and UPDATE of the same steps."""
    from benchmarks.sweep import measure_sweep

    print_answer(measure_sweep(size, rounds, url, due))


@bench.command("mails")
@click.option("--size", default=10_000, show_default=True, help="Notices due in the same minute.")
@click.option("--rounds", default=5, show_default=True, help="Rounds, the floor and ours in turn.")
@click.option(
    "--database", "url", default="", help="An empty database to fill; a new SQLite file without it."
)
@json_option
def bench_mails(size: int, rounds: int, url: str) -> None:
    """Measures two workers' deliveries against a bare loop that sends the same mails."""
    from benchmarks.mails import measure_mails

    print_answer(measure_mails(size, rounds, url))


@bench.command("page")
@click.option("--size", default=20_000, show_default=True, help="Plans in the municipality.")
@click.option("--rounds", default=5, show_default=True, help="Rounds, ours and the floor in turn.")
@click.option("--database", "url", default="", help="An empty database to fill; a new SQLite file.")
@json_option
def bench_page(size: int, rounds: int, url: str) -> None:
    """Measures the worklist and the plan page, requests a second, against a bare Flask app."""
    from benchmarks.pages import measure_pages

    print_answer({"pages": measure_pages(size, rounds, url)})
