"""The command `leave`: what somebody who leaves still holds, handing it on, and ending the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import json_option, print_answer
from workflow.cli.plan.steps import as_option

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workflow.acts.offboarding.handover import HandoverForm

FIELDS = {
    "acting": "Who of the coordinating unit looks after the plans.",
    "measures": "Who takes over the measures; else each plan's coordinator.",
    "meetings": "Who takes over the meetings; else each plan's coordinator.",
    "stand_in": "Who is the substitute instead.",
    "duty": "Who gets a duty that nobody else has.",
}


def register(group: click.Group) -> None:
    """Adds the command to the group `planlop`."""
    group.add_command(leave)


def names(command: Any) -> Any:
    """One option for each field of the form."""
    for field, told in reversed(FIELDS.items()):
        option = f"--{field.replace('_', '-')}"
        command = click.option(option, field, metavar="PARTY", help=told)(command)
    return command


@click.command()
@click.argument("party")
@names
@click.option("--end", is_flag=True, help="End the account; refused while anything is held.")
@as_option
@json_option
def leave(party: str, name: str | None, end: bool, **given: str | None) -> None:
    """Lists what PARTY holds; hands it on to those named; with --end the account ends too."""
    from workflow.acts.offboarding import account_end, handover
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, find_party, open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    moved: dict[str, int] = {}
    now = utc_now()
    with open_database() as engine, explain_errors(), unit_of_work(engine) as session:
        who = find_party(session, party)
        actor = find_actor(session, name)
        key = who.id
        account_end.require_reach(session, actor, key, now)
        if any(given.values()):
            form = read_filled_form(session, given)
            moved = dict(handover.hand_over(session, actor, who.id, form, now))
        held = [] if end else account_end.responsibilities_of(session, who.id, now)
        if end:
            account_end.deactivate(session, actor, who.id, now)
    print_answer(
        {"party": key, "moved": moved, "ended": end, "held": [as_data(one) for one in held]}
    )


def read_filled_form(session: Session, given: dict[str, str | None]) -> HandoverForm:
    """The form, with the parties that were named."""
    from workflow.acts.offboarding.handover import HandoverForm
    from workflow.cli.base.target import find_party

    ids = {f"{field}_id": find_party(session, text).id for field, text in given.items() if text}
    return HandoverForm(**ids)


def as_data(one: Any) -> dict[str, Any]:
    """One thing held, as a script reads it."""
    return {
        "kind": one.kind,
        "plan": one.number,
        "detail": one.detail,
        "clears": one.clears,
        "who_can": list(one.who_can),
    }
