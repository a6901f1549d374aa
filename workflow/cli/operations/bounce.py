"""The command `bounce`: the mail server pipes reports of mails that did not arrive into it."""

from __future__ import annotations

import sys

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer

TRY_AGAIN = 75  # what mail servers understand as «later», from sysexits.h


def register(group: click.Group) -> None:
    """Adds the command to the group `planlop`."""
    group.add_command(bounce)


class TryLater(CommandError):
    """The database is away: the mail server keeps the report and tries again."""

    exit_code = TRY_AGAIN


@click.command()
@json_option
def bounce() -> None:
    """Reads one report (RFC 3464) from standard input and marks the mail it is about.

    Whatever is no report about one of our mails changes nothing and is no error.
    """
    from workflow.acts.delivery import bounces
    from workflow.cli.base.target import open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    report = bounces.read(sys.stdin.buffer.read(bounces.LARGEST + 1))
    marked = 0
    if report is not None:
        try:
            with open_database() as engine, unit_of_work(engine) as session:
                marked = bounces.mark(session, report, utc_now())
        except CommandError as down:
            raise TryLater("database", down.format_message()) from down
    print_answer({"report": report is not None, "marked": marked})
