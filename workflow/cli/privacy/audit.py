"""The commands `verify` and `erase`: proving the record, and the one way words leave it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import json_option, print_answer
from workflow.cli.base.municipalities import all_option, refuse_failed, walk_municipalities

if TYPE_CHECKING:
    from workflow.settings import Settings


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(verify)
    group.add_command(erase)


@click.command()
@click.argument("plan", required=False)
@all_option
@json_option
def verify(plan: str | None, every: bool) -> None:
    """Proves chain, words and columns of every plan, or of PLAN; exit code 1 where something is broken."""
    if plan and every:
        raise click.UsageError("PLAN stands in one municipality: take --all away")
    answer = walk_municipalities(every, "jobs", lambda code, settings: find_faults(settings, plan))
    print_answer(answer, "\n".join(in_words(answer)))
    refuse_failed(answer)


def find_faults(settings: Settings, plan: str | None) -> dict[str, Any]:
    """What is broken in one municipality, or in one plan of it."""
    from sqlalchemy.orm import Session

    from workflow.cli.base.target import find_plan, open_database
    from workflow.record.history.verify import verify as proven

    with open_database(settings) as engine:
        with Session(engine) as session:
            key = find_plan(session, plan).id if plan else None
        report = proven(engine, key)
    return report.as_dict()


def in_words(answer: dict[str, Any]) -> Iterator[str]:
    """The report as lines; of several municipalities each begins with its code."""
    if "municipalities" in answer:
        for code, one in answer["municipalities"].items():
            yield from (f"{code}: {line}" for line in in_words(one))
        return
    if "error" in answer:
        yield answer["text"]
        return
    yield f"{answer['plans']} plans, {answer['events']} events"
    broken = answer.get("broken", ())
    yield from (f"{b['plan']} {b['seq']} {b['what']} {b['about']}".rstrip() for b in broken)
    if answer.get("ok"):
        yield "ok"


@click.command()
@click.argument("plan")
@click.option("--reason", required=True, help="Why the words must go; kept for ever.")
@click.option("--basis", required=True, help="The rule it rests on, as a short code.")
@click.option("--asked-by", required=True, metavar="PARTY", help="Who asks for it.")
@click.option("--confirmed-by", required=True, metavar="PARTY", help="Another one who has seen it.")
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@json_option
def erase(
    plan: str, reason: str, basis: str, asked_by: str, confirmed_by: str, dry_run: bool
) -> None:
    """Erases what people wrote in PLAN, entered on the wrong person; codes, dates and chain stay."""
    from sqlalchemy.orm import Session

    from workflow.acts.privacy.erasure import count_words, erase_words
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_party, find_plan, open_database
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors():
        with Session(engine) as session:
            plan_row = find_plan(session, plan)
            asks = find_party(session, asked_by).id
            confirms = find_party(session, confirmed_by).id
            bodies = count_words(session, plan_row.id)
        if dry_run:
            print_answer({"plan": plan_row.number, "bodies": bodies, "erased": False})
            return
        receipt = erase_words(engine, plan_row.id, reason, basis, asks, confirms, utc_now())
    print_answer({"plan": plan_row.number, "bodies": bodies, "erased": True, "receipt": receipt})
