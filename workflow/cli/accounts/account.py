"""The commands `account`: what is done to somebody's own sign-in by another."""

from __future__ import annotations

import click

from workflow.cli.base.answer import json_option, print_answer
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
