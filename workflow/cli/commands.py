"""The commands that workflow adds to `planlop`; each command's own module imports little until run."""

from __future__ import annotations

import click


def register(group: click.Group) -> None:
    """Adds workflow's commands to the group `planlop`."""
    group.add_command(migrate)


@click.command()
def migrate() -> None:
    """Brings the database to the newest form."""
    from workflow.cli.answer import say
    from workflow.record.migrate import upgrade
    from workflow.settings import load_settings

    say({"head": upgrade(load_settings().database_url)})
