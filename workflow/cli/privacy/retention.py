"""The commands `retention` and `erase-person`: what is over its time goes, after a dry run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer, show_progress

if TYPE_CHECKING:
    from sqlalchemy import Engine


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(retention)
    group.add_command(erase_person)


@click.command()
@click.option("--years", metavar="N", help="Keep closed plans so many years; `never` erases none.")
@click.option("--dry-run", is_flag=True, help="List what is past its time, with a token.")
@click.option("--token", default="", help="What the dry run printed; it covers exactly that set.")
@click.option("--asked-by", metavar="PARTY", help="Who asks for it.")
@click.option("--confirmed-by", metavar="PARTY", help="Another one who has seen the list.")
@json_option
def retention(
    years: str | None,
    dry_run: bool,
    token: str,
    asked_by: str | None,
    confirmed_by: str | None,
) -> None:
    """Erases closed plans past the municipality's time, by the token of a dry run; stops between plans."""
    from sqlalchemy.orm import Session

    from workflow.acts.privacy import retention as kept
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import open_database
    from workflow.record.database.engine import unit_of_work
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors():
        if years is not None:
            with unit_of_work(engine) as session:
                kept.set_years(session, None if years == "never" else whole(years))
            print_answer({"years": years})
            return
        if dry_run:
            with Session(engine) as session:
                print_answer(kept.past_time(session, utc_now()).as_dict())
            return
        asks, confirms = two(engine, asked_by, confirmed_by)
        done = kept.run(engine, token, asks, confirms, utc_now(), show_progress)
    print_answer({"erased": [one.__dict__ for one in done]})


@click.command("erase-person")
@click.argument("party")
@click.option("--reason", required=True, help="Why; kept for ever, so name nobody.")
@click.option("--basis", required=True, help="The rule it rests on, as a short code.")
@click.option("--asked-by", required=True, metavar="PARTY", help="Who asks for it.")
@click.option("--confirmed-by", required=True, metavar="PARTY", help="Another who has seen it.")
@click.option("--dry-run", is_flag=True, help="Only count what would go, and print the token.")
@click.option("--token", default="", help="What the dry run printed.")
@json_option
def erase_person(
    party: str, reason: str, basis: str, asked_by: str, confirmed_by: str, dry_run: bool, token: str
) -> None:
    """Erases a person entered by mistake with all her plans: words, documents, sign-in and name."""
    from sqlalchemy.orm import Session

    from workflow.acts.privacy import retention as kept
    from workflow.acts.privacy.erasure import ErasureReason
    from workflow.cli.base.refusals import explain_errors
    from workflow.cli.base.target import find_party, open_database
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine, explain_errors():
        with Session(engine) as session:
            person = find_party(session, party)
            lot = kept.of_person(session, person.id)
        if dry_run:
            print_answer(lot.as_dict())
            return
        asks, confirms = two(engine, asked_by, confirmed_by)
        why = ErasureReason(reason, basis, asks, confirms)
        done = kept.erase_person(engine, person.id, token, why, utc_now())
    print_answer({"erased": [one.__dict__ for one in done]})


def whole(text: str) -> int:
    """A number of years. Raises CommandError."""
    if not text.isdecimal():
        raise CommandError("years", "Write a number of years, or `never`.")
    return int(text)


def two(engine: Engine, asked_by: Any, confirmed_by: Any) -> tuple[str, str]:
    """The two people of the municipality who stand for it. Raises CommandError."""
    from sqlalchemy.orm import Session

    from workflow.cli.base.target import find_party

    if not asked_by or not confirmed_by:
        raise CommandError("two_people", "Name --asked-by and --confirmed-by, or use --dry-run.")
    with Session(engine) as session:
        return find_party(session, asked_by).id, find_party(session, confirmed_by).id
