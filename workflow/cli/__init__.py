"""The click group `planlop`: loads each package's commands; the commands themselves live beside what they call."""

from __future__ import annotations

from importlib.metadata import entry_points

import click

GROUP = "planlop.commands"


@click.group(name="planlop", context_settings={"help_option_names": ["-h", "--help"]})
def planlop() -> None:
    """Planløp carries the individuell plan through its life."""


def main() -> None:
    """Runs the command line with every command that the installed packages offer."""
    for entry in sorted(entry_points(group=GROUP), key=lambda found: found.name):
        entry.load()(planlop)
    planlop()
