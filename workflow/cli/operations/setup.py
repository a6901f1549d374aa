"""The commands that make an installation ready: `migrate`, `setup`, `invite`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer
from workflow.cli.base.municipalities import (
    all_option,
    in_lines,
    refuse_failed,
    settings_here,
    walk_municipalities,
)
from workflow.cli.base.surroundings import of_database

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workflow.settings import Settings

IN_USE = (
    "That account is in use: its holder alone chooses how she comes in. A forgotten password is chosen anew by "
    "«Glemt passordet?» on the sign-in page; a lost telephone by planlop account reset-factors."
)
TAKEN = (
    "Somebody else signs in here with {} and a password, and two passwords for one e-mail would lock one of "
    "them out. Put the e-mail of one of them right first: planlop account correct."
)
FIRST_UNITS = (("Tildelingskontoret", "ordering"), ("Koordinerende enhet", "coordinating"))


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    for command in (migrate, setup, invite):
        group.add_command(command)


@click.command()
@all_option
@json_option
def migrate(every: bool) -> None:
    """Brings the database to the newest form and gives its roles their grants."""
    answer = walk_municipalities(every, "owner", bring_up)
    print_answer(answer, in_lines(answer))
    refuse_failed(answer)


def bring_up(code: str, settings: Settings) -> dict[str, Any]:
    """Migrates one municipality's database. Raises CommandError."""
    from sqlalchemy.exc import DBAPIError

    from workflow.database_roles import roles_of
    from workflow.record.database.migrate import UnknownForm, upgrade

    try:
        return {"head": upgrade(settings.database_url, roles_of(code))}
    except UnknownForm as problem:
        raise CommandError("unknown_form", str(problem)) from problem
    except DBAPIError as down:
        if told := of_database(down):
            raise told from down
        raise


@click.command()
@click.option("--name", default="", help="The municipality's name; the registry's without it.")
@click.option("--number", default="", help="Its four-digit number; the registry's without it.")
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
    from workflow.acts.accounts import staff_roles
    from workflow.cli.base.refusals import explain_errors, pairs_of
    from workflow.cli.base.target import open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    name, number = header_of(name, number)
    wanted = [(title, kind) for kind, title in pairs_of(units)] or list(FIRST_UNITS)
    refuse_unknown_kind({kind for _, kind in wanted})
    now = utc_now()
    with open_database() as engine, explain_errors(), unit_of_work(engine) as session:
        staff_roles.add_municipality(session, name, number, now, model=model, phone=phone)
        made = {
            kind: staff_roles.add_unit(session, title, kind, phone=phone) for title, kind in wanted
        }
        party = staff_roles.add_party(session, admin, now, email=email)
        home = made.get("coordinating") or next(iter(made.values()))
        for role in ("administrator", "coordinating"):
            staff_roles.give_role(session, party, home, role, now)
        link = one_time_link(session, party)
    print_answer({"municipality": name, "number": number, "admin": admin, "link": link})


@click.command()
@click.argument("party")
@json_option
def invite(party: str) -> None:
    """Prints a one-time link for PARTY, who has never come in; good for seven days, older links end."""
    from workflow.cli.base.target import find_party, open_database
    from workflow.record.database.engine import unit_of_work

    with open_database() as engine, unit_of_work(engine) as session:
        person = find_party(session, party)
        link = one_time_link(session, person.id)
        print_answer({"party": person.name, "link": link}, link)


def header_of(name: str, number: str) -> tuple[str, str]:
    """The municipality's name and number, as given or as its registry says. Raises CommandError."""
    from workflow.cli.base.municipalities import municipality_here
    from workflow.settings import load_settings

    here = municipality_here(load_settings())
    if here.code and number not in ("", here.code):
        raise CommandError("number", f"The registry says {here.code}, not {number}: give it none.")
    name, number = name or here.name, number or here.code
    if not name or not number:
        raise CommandError("header", "Give the municipality's --name and its --number.")
    return name, number


def one_time_link(session: Session, party_id: str) -> str:
    """The address where the party chooses a password; only its digest is stored. Raises CommandError."""
    from workflow.acts.accounts.invitations import AccountInUse, make_invitation
    from workflow.record.access.ways_in import is_email_taken
    from workflow.record.models import Party
    from workflow.rules.calendar.clock import utc_now

    party = session.get(Party, party_id)
    assert party is not None
    if is_email_taken(session, party.id, party.email):
        raise CommandError("email_taken", TAKEN.format(party.email))
    try:
        token = make_invitation(session, party, utc_now())
    except AccountInUse as problem:
        raise CommandError("account_in_use", IN_USE) from problem
    return f"{settings_here().base_url}/invitasjon/{token}"


def refuse_unknown_kind(kinds: set[str]) -> None:
    """Raises CommandError for a kind of unit that there is not."""
    odd = kinds - {"ordering", "coordinating", "service"}
    if odd:
        raise CommandError("unit_kind", f"A unit is ordering, coordinating or service, not {odd}.")
