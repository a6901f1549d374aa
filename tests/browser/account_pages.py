"""The pages of local accounts and guests, with somebody who has each to see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from tests.browser.town import People
from workflow.acts.accounts import passwords, recovery_codes, totp
from workflow.acts.accounts.sessions import digest_token
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Authenticator, Invitation, Party
from workflow.rules.calendar.clock import utc_now
from workflow.settings import DEVELOPMENT_SECRET

OWNER, GUEST, OF_PLAN, TOKEN = "Per Fagerheim", "Solveig Hagtun", "Bodil Storvik", "til-aa-se-paa"


def pages(people: People) -> Iterator[tuple[str, str, str]]:
    """(endpoint, address, who) of each."""
    prepare(people)
    yield "links.forgot", "/glemt-passord", ""
    yield "links.guest", "/gjest", ""
    yield "links.guest_door", f"/gjest/lenke/{TOKEN}", ""
    yield "second_step.ask", "/logg-inn/kode", ""
    yield "authenticators.mine", "/min-konto/innlogging", OWNER
    yield "authenticators.mine", "/min-konto/innlogging", "Kim Nordnes"
    yield "authenticators.password", "/min-konto/innlogging/passord", OWNER
    yield "authenticators.app", "/min-konto/innlogging/app", OWNER


def prepare(people: People) -> None:
    """Somebody with a password, an app in use, another begun, and codes; and a guest's link."""
    now = utc_now()
    with unit_of_work(people.engine) as session:
        key = people.key(OWNER)
        if session.scalars(select(Authenticator).where(Authenticator.party_id == key)).first():
            return
        owner, guest = session.get_one(Party, key), session.get_one(Party, people.key(GUEST))
        passwords.store(session, owner, passwords.hash_password("fire blaa hester gaar"), now)
        row = totp.begin(session, owner, "Jobbtelefonen", DEVELOPMENT_SECRET, now)
        session.get_one(Authenticator, row.id).confirmed_at = now
        session.flush()
        totp.begin(session, owner, "Den nye telefonen", DEVELOPMENT_SECRET, now)
        recovery_codes.renew(session, owner, now)
        session.add(
            Invitation(
                party_id=guest.id,
                purpose="guest",
                token_hash=digest_token(TOKEN),
                created_at=now,
                expires_at=now + timedelta(days=7),
                plan_id=people.plan(OF_PLAN),
            )
        )
