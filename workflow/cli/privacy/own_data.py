"""The command `export-person`: everything that is held on one person, as one JSON object."""

from __future__ import annotations

import click

from workflow.cli.base.answer import json_option
from workflow.cli.plan.steps import as_option


def register(group: click.Group) -> None:
    """Adds the command to the group `planlop`."""
    group.add_command(export_person)


@click.command("export-person")
@click.argument("party")
@as_option
@json_option
def export_person(party: str, name: str | None) -> None:
    """Writes what is held on PARTY to stdout (GDPR articles 15 and 20); traced on her plans.

    Without --as it is the operator's; with --as only the person herself, whoever acts for her,
    or a privacy officer gets it.
    """
    from workflow.acts.privacy.data_export import as_text, export_data
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, find_party, open_database, record_language
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors(), unit_of_work(engine) as session:
        person = find_party(session, party)
        actor = find_actor(session, name)
        held = export_data(session, actor, person.id, utc_now(), record_language())
    click.echo(as_text(held), nl=False)
