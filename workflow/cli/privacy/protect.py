"""The commands `protect` and `address`: who has a protected address, and where somebody lives."""

from __future__ import annotations

import click

from workflow.cli.base.answer import json_option, print_answer
from workflow.cli.plan.steps import as_option


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(protect)
    group.add_command(address)


@click.command()
@click.argument("party")
@click.option(
    "--level",
    required=True,
    type=click.Choice(["strict", "confidential", "none"]),
    help="strict: code 6, confidential: code 7.",
)
@click.option(
    "--reason",
    required=True,
    type=click.Choice(["register", "asked", "threat", "ended"]),
    help="How it is known.",
)
@as_option
@json_option
def protect(party: str, level: str, reason: str, name: str | None) -> None:
    """Marks PARTY's address as protected, or ends that; traced, and visible to the person."""
    from workflow.acts.privacy.protected_addresses import Protect
    from workflow.acts.privacy.protected_addresses import protect as marked
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, find_party, open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    form = Protect(protection=level, reason=reason)
    with open_database() as engine, explain_errors(), unit_of_work(engine) as session:
        person = find_party(session, party)
        actor = find_actor(session, name)
        marked(session, actor, person.id, form, utc_now())
        print_answer({"party_id": person.id, "protection": level})


@click.command()
@click.argument("party")
@click.option("--street", required=True)
@click.option("--postcode", default="")
@click.option("--place", default="")
@as_option
@json_option
def address(party: str, street: str, postcode: str, place: str, name: str | None) -> None:
    """Notes where PARTY lives; traced. No command shows an address: that is a page with a reason."""
    from workflow.acts.privacy.protected_addresses import AddressForm, write_address
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, find_party, open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    form = AddressForm(street=street, postcode=postcode, place=place)
    with open_database() as engine, explain_errors(), unit_of_work(engine) as session:
        person = find_party(session, party)
        actor = find_actor(session, name)
        write_address(session, actor, person.id, form, utc_now())
        print_answer({"party_id": person.id, "written": True})
