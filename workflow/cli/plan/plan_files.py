"""The commands `import`, `export` and `plan-file-schema`: a plan as a YAML file, in and out."""

from __future__ import annotations

from typing import IO

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer
from workflow.cli.base.municipalities import settings_here
from workflow.cli.plan.steps import as_option


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(import_file)
    group.add_command(export)
    group.add_command(plan_file_schema)


@click.command("import")
@click.argument("file", type=click.File("rb"))
@as_option
@json_option
def import_file(file: IO[bytes], name: str | None) -> None:
    """Brings in the plan in FILE as it stands there; bad files give every error and import nothing."""
    from sqlalchemy.orm import Session

    from workflow.acts.planfile.importer import import_plan
    from workflow.acts.planfile.yaml_text import LARGEST, PlanFileRefused
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, open_database, record_language
    from workflow.rules.calendar.clock import utc_now

    text = file.read(LARGEST + 1)
    key = settings_here().identity_key.get_secret_value()
    with open_database() as engine, explain_errors():
        with Session(engine) as session:
            actor = find_actor(session, name)
        try:
            made = import_plan(engine, actor, text, utc_now(), key, record_language())
        except PlanFileRefused as refused:
            raise bad_file(refused) from refused
    print_answer(
        {"plan": made.number, "plan_id": made.plan_id, "state": made.state, "steps": made.steps}
    )


def bad_file(refused: object) -> CommandError:
    """Every problem with its line and field."""
    problems = [
        {"line": one.line, "field": one.field, "code": one.code, "text": one.text}
        for one in getattr(refused, "problems", ())
    ]
    return CommandError("bad_file", str(refused), {"problems": problems})


@click.command("plan-file-schema")
def plan_file_schema() -> None:
    """Writes the JSON Schema of a plan file on stdout, for editors and other systems."""
    from workflow.acts.planfile.schema import schema_text

    click.echo(schema_text(), nl=False)


@click.command()
@click.argument("plan")
@click.option("--history", is_flag=True, help="Also every step, so that it can be told again.")
@as_option
@json_option
def export(plan: str, history: bool, name: str | None) -> None:
    """Writes PLAN as a plan file on stdout; the reading is traced."""
    from workflow import security_log
    from workflow.acts.planfile.exporter import export_plan
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, find_plan, open_database
    from workflow.record.access.open_plan import open_for_reading
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    now = utc_now()
    with open_database() as engine, explain_errors():
        with unit_of_work(engine) as session:
            plan_row = find_plan(session, plan)
            actor = find_actor(session, name)
        opened = open_for_reading(engine, actor, plan_row.id, "export", now)
        with unit_of_work(engine) as session:
            text = export_plan(session, opened.stored, now, history, sees=opened.visibility)
    security_log.note("export", kind="plan_file", plan=plan_row.id, party=actor.party_id)
    print_answer({"plan": plan_row.number, "file": text}, text.rstrip("\n"))
