"""The commands that make an installation ready: `migrate`, `setup`, `invite`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workflow.cli.answer import CommandError, json_option, say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FIRST_UNITS = (("Tildelingskontoret", "ordering"), ("Koordinerende enhet", "coordinating"))


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    for command in (migrate, setup, invite):
        group.add_command(command)


@click.command()
@json_option
def migrate() -> None:
    """Brings the database to the newest form."""
    from workflow.record.migrate import upgrade
    from workflow.settings import load_settings

    say({"head": upgrade(load_settings().database_url)})


@click.command()
@click.option("--name", required=True, help="The municipality's name.")
@click.option("--number", required=True, help="Its four-digit number.")
@click.option("--admin", required=True, metavar="NAME", help="The first administrator's name.")
@click.option("--email", required=True, help="The administrator's e-mail.")
@click.option("--model", type=click.Choice(["A", "B", "C"]), default="A", help="Who decides.")
@click.option("--phone", default="", help="The municipality's telephone.")
@click.option(
    "--unit", "units", multiple=True, metavar="KIND=NAME", help="ordering, coordinating, service."
)
@json_option
def setup(
    name: str,
    number: str,
    admin: str,
    email: str,
    model: str,
    phone: str,
    units: tuple[str, ...],
) -> None:
    """Makes a municipality with its units and first administrator, and prints her one-time link."""
    from workflow.acts import people
    from workflow.cli.refusals import explained, pairs_of
    from workflow.cli.target import database
    from workflow.record.database import unit_of_work
    from workflow.rules.clock import utc_now

    wanted = [(title, kind) for kind, title in pairs_of(units)] or list(FIRST_UNITS)
    refuse_unknown_kind({kind for _, kind in wanted})
    now = utc_now()
    with database() as engine, explained(), unit_of_work(engine) as session:
        people.add_municipality(session, name, number, now, model=model, phone=phone)
        made = {kind: people.add_unit(session, title, kind, phone=phone) for title, kind in wanted}
        party = people.add_party(session, admin, now, email=email)
        home = made.get("coordinating") or next(iter(made.values()))
        for role in ("administrator", "coordinating"):
            people.give_role(session, party, home, role, now)
        link = one_time_link(session, party)
    say({"municipality": name, "number": number, "admin": admin, "link": link})


@click.command()
@click.argument("party")
@json_option
def invite(party: str) -> None:
    """Prints a new one-time link for PARTY, good for seven days; older links end."""
    from workflow.cli.target import database, find_party
    from workflow.record.database import unit_of_work

    with database() as engine, unit_of_work(engine) as session:
        found = find_party(session, party)
        link = one_time_link(session, found.id)
        say({"party": found.name, "link": link}, link)


def one_time_link(session: Session, party_id: str) -> str:
    """The address where the party chooses a password; only its digest is stored."""
    from workflow.acts.signin import invite as make_invitation
    from workflow.record.models import Party
    from workflow.rules.clock import utc_now
    from workflow.settings import load_settings

    party = session.get(Party, party_id)
    assert party is not None
    token = make_invitation(session, party, utc_now())
    return f"{load_settings().base_url}/invitasjon/{token}"


def refuse_unknown_kind(kinds: set[str]) -> None:
    """Raises CommandError for a kind of unit that there is not."""
    odd = kinds - {"ordering", "coordinating", "service"}
    if odd:
        raise CommandError("unit_kind", f"A unit is ordering, coordinating or service, not {odd}.")
