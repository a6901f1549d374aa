"""The commands that workflow adds to `planlop`; each command's own module imports little until run."""

from __future__ import annotations

import click

from workflow.cli import (
    account,
    audit,
    bounce,
    crossing,
    deadlines,
    doctor,
    files,
    leaving,
    moving,
    oversight,
    own_data,
    protect,
    retention,
    setup,
    steps,
    tables,
    webhook,
)
from workflow.cli.bench import bench

MODULES = (
    account,
    own_data,
    protect,
    retention,
    setup,
    doctor,
    steps,
    leaving,
    moving,
    tables,
    deadlines,
    audit,
    files,
    webhook,
    bounce,
    crossing,
    oversight,
)


def register(group: click.Group) -> None:
    """Adds workflow's commands to the group `planlop`."""
    for module in MODULES:
        module.register(group)
    group.add_command(bench)
