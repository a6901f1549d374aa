"""E-mails about signing in go out by the worker: once, at any hour, by themselves, whatever the party chose."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobs.tasks import deliver_job, janitor_job
from tests.jobs.yard import Yard
from workflow.acts.accounts import invitations, mail, password_reset, passwords, throttle
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, FailedTry, Party
from workflow.rules.calendar.clock import utc_now
from workflow.settings import load_settings

PASSWORD = "fire blaa hester gaar"


def asked(here: Yard) -> str:
    """Somebody who wants no mail about plans asks for a new password; the e-mail."""
    key, now = here.world.party["cora"], utc_now() - timedelta(seconds=1)
    with unit_of_work(here.world.engine) as session:
        party = session.get_one(Party, key)
        party.email, party.channel = "cora@example.invalid", "none"
        passwords.store(session, party, passwords.hash_password(PASSWORD), now - timedelta(days=1))
        session.flush()
        secret = load_settings().secret_key.get_secret_value()
        password_reset.ask(session, party.email, secret, now)
        password_reset.ask(session, "unknown@example.invalid", secret, now)
    return "cora@example.invalid"


def states(here: Yard) -> list[tuple[str, str]]:
    """Channel and state of every delivery."""
    with Session(here.world.engine) as session:
        rows = session.execute(select(Delivery.channel, Delivery.state)).all()
    return [(row[0], row[1]) for row in rows]


def test_a_link_goes_out_once_and_works(here: Yard) -> None:
    email = asked(here)
    assert states(here) == [], "nothing is queued by whoever asks"
    assert deliver_job()["mails"] == 1 and deliver_job()["mails"] == 0
    assert states(here) == [("account", "sent")]
    assert here.inbox.to() == [email] and "Du har fått en lenke" in here.inbox.text()
    token = re.findall(r"/invitasjon/([\w-]{43})", here.inbox.text())[0]
    with unit_of_work(here.world.engine) as session:
        party = invitations.choose_password(session, token, "et helt annet ordtak", utc_now())
    assert party.email == email
    assert deliver_job()["mails"] == 1
    assert "er endret" in here.inbox.text(1)


def test_many_workers_queue_it_once(here: Yard) -> None:
    asked(here)

    def queue(_: int) -> int:
        with unit_of_work(here.world.engine) as session:
            return mail.queue(session.connection(), utc_now())

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(queue, range(6))) == 1
    assert states(here) == [("account", "waiting")]


def test_a_link_replaced_before_it_went_out_is_dropped(here: Yard) -> None:
    email = asked(here)
    with unit_of_work(here.world.engine) as session:
        mail.queue(session.connection(), utc_now())
        secret = load_settings().secret_key.get_secret_value()
        password_reset.ask(session, email, secret, utc_now())
    assert deliver_job()["mails"] == 1
    assert sorted(states(here)) == [("account", "dropped"), ("account", "sent")]


def test_failed_tries_are_forgotten_after_a_day(here: Yard) -> None:
    with unit_of_work(here.world.engine) as session:
        one = throttle.key("secret", "account", "cora@example.invalid", throttle.ACCOUNT)
        throttle.take(session, (one,), utc_now())
    janitor_job()
    with unit_of_work(here.world.engine) as session:
        assert session.scalars(select(FailedTry)).all() != []
        session.execute(update(FailedTry).values(at=utc_now() - timedelta(days=1, minutes=1)))
    janitor_job()
    with Session(here.world.engine) as session:
        assert session.scalars(select(FailedTry)).all() == []
