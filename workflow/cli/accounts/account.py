"""The commands `account`: what is done to somebody's own sign-in by another."""

from __future__ import annotations

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer
from workflow.cli.plan.steps import as_option


def register(group: click.Group) -> None:
    """Adds the group to `planlop`."""
    group.add_command(account)


@click.group()
def account() -> None:
    """Local accounts."""


@account.command("reset-factors")
@click.argument("party")
@as_option
@json_option
def reset_factors(party: str, name: str | None) -> None:
    """Takes PARTY's apps, passkeys and codes away, so that new ones are set up; traced, and told by e-mail."""
    from workflow.acts.accounts import factor_reset
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, find_party, open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors(), unit_of_work(engine) as session:
        who = find_party(session, party)
        actor = find_actor(session, name)
        gone = factor_reset.reset(session, actor, who.id, utc_now())
        print_answer({"party": who.name, "taken_away": gone})


@account.command("correct")
@click.argument("party")
@click.option("--name", "new_name", default="", help="The right name.")
@click.option("--phone", default="")
@click.option("--email", default="")
@click.option("--born-on", default="", metavar="YYYY-MM-DD")
@click.option(
    "--national-id", is_flag=True, help="Asks for the number, which no list of commands keeps."
)
@click.option("--reason", required=True, help="How it is known that it stood wrong.")
@click.option(
    "--confirmer",
    default="",
    metavar="PARTY",
    help="Who confirms a national id or a sign-in's e-mail.",
)
@as_option
@json_option
def correct(
    party: str,
    new_name: str,
    phone: str,
    email: str,
    born_on: str,
    national_id: bool,
    reason: str,
    confirmer: str,
    name: str | None,
) -> None:
    """Puts right what stands of PARTY, and keeps what stood before; the second human confirms on the page."""
    from pydantic import ValidationError

    from workflow.acts.people import corrections
    from workflow.cli.base.fields import unreadable
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_actor, find_party, open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    number = click.prompt("National id", hide_input=True) if national_id else ""
    with open_database() as engine, explain_errors(), unit_of_work(engine) as session:
        second = find_party(session, confirmer).id if confirmer else None
        values = {"name": new_name, "phone": phone, "email": email, "born_on": born_on or None}
        try:
            form = corrections.CorrectParty(**values, reason=reason, confirmer_id=second)
        except ValidationError as wrong:
            raise unreadable(wrong, corrections.CorrectParty) from wrong
        person = find_party(session, party)
        actor = find_actor(session, name)
        digest = _digest_of(number)
        done = corrections.correct(session, actor, person.id, form, digest, utc_now())
        print_answer({"party_id": person.id, **done})


def _digest_of(national_id: str) -> str:
    """What is stored of a national id, or nothing. Raises BadInput, and CommandError without a key for it."""
    from workflow.acts.people.register import check_national_id, digest_national_id
    from workflow.cli.base.municipalities import settings_here

    settings = settings_here()
    number = check_national_id(national_id, synthetic_only=not settings.production)
    key = settings.identity_key.get_secret_value()
    if number and not key:
        raise CommandError("no_identity_key", "This process has no key for national ids.")
    return digest_national_id(key, number) if number else ""
