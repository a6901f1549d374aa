"""The commands that workflow adds to `planlop`; each command's own module imports little until run."""

from __future__ import annotations

import click

from workflow.cli.accounts import account, offboarding
from workflow.cli.operations import bounce, doctor, moving, setup, webhook
from workflow.cli.plan import crossing, deadlines, plan_files, steps
from workflow.cli.privacy import audit, oversight, own_data, protect, retention
from workflow.cli.tables import tables

MODULES = (
    account,
    own_data,
    protect,
    retention,
    setup,
    doctor,
    steps,
    offboarding,
    moving,
    tables,
    deadlines,
    audit,
    plan_files,
    webhook,
    bounce,
    crossing,
    oversight,
)


def register(group: click.Group) -> None:
    """Adds workflow's commands to the group `planlop`."""
    for module in MODULES:
        module.register(group)
