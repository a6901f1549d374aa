"""The click group `planlop`: gathers the commands that each package registers."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import click

from workflow import security_log
from workflow.cli.base.surroundings import SpokenGroup

GROUP = "planlop.commands"
# Beside the package in a checkout; the wheel leaves it out, and another's folder of that name is not ours.
BENCHMARKS = Path(__file__).parents[2] / "benchmarks" / "commands.py"


@click.group(
    name="planlop", cls=SpokenGroup, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="planlop")
@click.option(
    "--municipality", metavar="CODE", help="Which one, where an installation has several."
)
def planlop(municipality: str | None) -> None:
    """Planløp carries the individuell plan through its life.

    Exit codes: 0 done, 1 refused or broken, 2 wrong use, 3 lost the race against another change.
    """
    from workflow.registry import choose_municipality

    choose_municipality(municipality or "")


def gather(group: click.Group) -> click.Group:
    """Adds the commands that the packages offer, and a checkout's benchmarks; all import little until run."""
    for entry in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        entry.load()(group)
    if BENCHMARKS.is_file():
        import_module("benchmarks.commands").register(group)
    return group


def main() -> None:
    """Runs the command line and ends the process with one of the exit codes above."""
    security_log.install()
    gather(planlop)()
