"""The commands `webhook set`, `rotate`, `end` and `test`, for whoever runs the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

REFUSALS = {
    "bad_url": "That is no address that can be called.",
    "plain_http": "The address must begin with https://.",
    "with_user": "The address may hold no user name and no password.",
    "private_address": "The address is of a private network; see PLANLOP_WEBHOOK_PRIVATE.",
}


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(webhook)


@click.group()
def webhook() -> None:
    """The municipality's own system, which is told of notices by ids and codes."""


@webhook.command("set")
@click.argument("url")
@json_option
def set_url(url: str) -> None:
    """Tells the system at URL from now on; prints the secret, which is shown this once."""
    from workflow.acts.delivery import webhook_settings
    from workflow.acts.delivery.webhook import door_of
    from workflow.rules.calendar.clock import utc_now
    from workflow.settings import load_settings

    with open_unit() as session:
        door = door_of(load_settings())
        secret = webhook_settings.set_address(session, url, door, utc_now())
    print_answer({"url": url, "secret": secret})


@webhook.command()
@json_option
def rotate() -> None:
    """Makes a new secret, shown this once; the old one signs nothing any more."""
    from workflow.acts.delivery import webhook_settings
    from workflow.acts.delivery.webhook import door_of
    from workflow.rules.calendar.clock import utc_now
    from workflow.settings import load_settings

    with open_unit() as session:
        door = door_of(load_settings())
        secret = webhook_settings.rotate(session, door, utc_now())
    print_answer({"secret": secret})


@webhook.command("end")
@json_option
def end_calls() -> None:
    """Ends the calls; what waits is dropped."""
    from workflow.acts.delivery import webhook_settings
    from workflow.rules.calendar.clock import utc_now

    with open_unit() as session:
        ended = webhook_settings.end(session, utc_now())
    print_answer({"ended": ended})


@webhook.command()
@json_option
def test() -> None:
    """Calls the system once with the code `test` and says what it answered."""
    from workflow.acts.delivery import webhook_settings
    from workflow.acts.delivery.channel import NotAccepted, Unknown
    from workflow.acts.delivery.webhook import call_system, door_of, trial_body
    from workflow.record.models import new_id
    from workflow.rules.calendar.clock import utc_now
    from workflow.settings import load_settings

    settings, now, key = load_settings(), utc_now(), new_id()
    with open_unit() as session:
        url, secret = webhook_settings.standing(session)
    try:
        status = call_system(
            url,
            secret,
            trial_body(key, now),
            key,
            now,
            settings.webhook_timeout,
            door_of(settings),
        )
    except (NotAccepted, Unknown) as problem:
        words = REFUSALS.get(str(problem), f"The system did not take the call: {problem}.")
        raise CommandError("not_taken", words) from problem
    print_answer({"status": status, "delivery": key})


@contextmanager
def open_unit() -> Iterator[Session]:
    """One transaction. Raises CommandError."""
    from workflow.acts.delivery.http import AddressRefused
    from workflow.acts.delivery.webhook_settings import NoWebhook
    from workflow.cli.base.target import open_database
    from workflow.record.database.engine import unit_of_work

    try:
        with open_database() as engine, unit_of_work(engine) as session:
            yield session
    except AddressRefused as refused:
        raise CommandError(str(refused), REFUSALS[str(refused)]) from refused
    except NoWebhook as none:
        raise CommandError("no_webhook", "There is no webhook: planlop webhook set URL.") from none
