"""Passkeys in a real browser with an authenticator of its own: made, used, copied, replayed; and codes from an app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import CDPSession
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.browser.conftest import OpenHand
from tests.browser.hand import Hand
from tests.browser.site import Site
from tests.browser.town import People
from workflow.acts.accounts import passwords
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Authenticator, Party, SignIn
from workflow.rules.calendar.clock import utc_now

pytestmark = pytest.mark.browser
PASSWORD = "fire blaa hester gaar"
EMAIL = "mona@example.invalid"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def mona(bare: Site, open_window: OpenHand) -> Iterator[Hand]:
    """Mona with a password and nothing else, signed in at the name that passkeys are tied to."""
    key = People(bare.engine).key("Mona Lillevik")
    People(bare.engine).give_address("Mona Lillevik", EMAIL)
    with unit_of_work(bare.engine) as session:
        session.query(Authenticator).delete()
        party = session.get_one(Party, key)
        passwords.store(session, party, passwords.hash_password(PASSWORD), utc_now())
    hand = open_window(bare.url.replace("127.0.0.1", "localhost"))
    hand.sign_in("Mona Lillevik")
    yield hand
    with unit_of_work(bare.engine) as session:
        session.query(Authenticator).delete()


@contextmanager
def authenticator(hand: Hand) -> Iterator[tuple[CDPSession, str]]:
    """A passkey holder built into the browser."""
    line = hand.page.context.new_cdp_session(hand.page)
    line.send("WebAuthn.enable")
    made = line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield line, made["authenticatorId"]
    line.detach()


def make_passkey(hand: Hand) -> None:
    """Makes one on the reader's own page."""
    hand.go("/min-konto/innlogging")
    hand.write("Hva vil du kalle passnøkkelen?", "Jobbmaskinen")
    hand.press("Lag en passnøkkel")
    hand.page.wait_for_selector("ol.codes li")


def newest(site: Site) -> tuple[str, int]:
    """How the newest session was opened, and the passkey's sign count."""
    with Session(site.engine) as session:
        method = session.scalars(select(SignIn.method).order_by(SignIn.id.desc())).first()
        counter = session.scalars(
            select(Authenticator.counter).where(Authenticator.kind == "passkey")
        ).one()
    return str(method), counter


def sign_out(hand: Hand) -> None:
    """Leaves by the menu."""
    hand.go("/min-konto/innlogging")
    hand.page.locator("details.menu > summary").first.click()
    hand.press("Logg ut")


def test_a_passkey_is_made_and_signs_in_without_a_password(bare: Site, mona: Hand) -> None:
    with authenticator(mona):
        make_passkey(mona)
        assert mona.page.locator("ol.codes li").count() == 10
        first = newest(bare)
        sign_out(mona)
        with mona.page.expect_request("**/logg-inn/passkey") as sent:
            mona.press("Logg inn med passnøkkel")
        mona.page.wait_for_url(re.compile("/planer"))
        method, counter = newest(bare)
        assert method == "passkey" and counter > first[1]
        again = mona.page.request.post(
            sent.value.url,
            data=sent.value.post_data or "",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            max_redirects=0,
        )
        assert again.status in (400, 422), "a proof that was used once is of no use"


def test_a_copied_passkey_is_found_out(bare: Site, mona: Hand) -> None:
    with authenticator(mona):
        make_passkey(mona)
        sign_out(mona)
        with unit_of_work(bare.engine) as session:
            session.execute(update(Authenticator).values(counter=1000))
        mona.press("Logg inn med passnøkkel")
        mona.sees("Det gikk ikke med passnøkkelen.")
        assert newest(bare)[1] == 1000
    assert [one for one in mona.troubles if not one.startswith("422 ")] == []
    mona.troubles.clear()


def test_whoever_holds_it_must_be_checked(mona: Hand) -> None:
    with authenticator(mona) as (line, device):
        make_passkey(mona)
        sign_out(mona)
        unknown = {"authenticatorId": device, "isUserVerified": False}
        line.send("WebAuthn.setUserVerified", unknown)
        mona.press("Logg inn med passnøkkel")
        mona.sees("Det gikk ikke med passnøkkelen.")
        assert "/logg-inn" in mona.page.url


def test_it_is_the_second_step_and_the_proof_too(bare: Site, mona: Hand) -> None:
    with authenticator(mona):
        make_passkey(mona)
        sign_out(mona)
        mona.write("E-post", EMAIL)
        mona.write("Passord", PASSWORD)
        mona.press("Logg inn")
        mona.press("Bruk passnøkkel")
        mona.page.wait_for_url(re.compile("/planer"))
        with unit_of_work(bare.engine) as session:
            session.execute(update(SignIn).values(proved_at=utc_now() - timedelta(minutes=9)))
        mona.go("/min-konto/innlogging")
        mona.press("Lag nye koder")
        mona.press("Bruk passnøkkel")
        mona.page.wait_for_url(re.compile("/min-konto/innlogging"))
        mona.press("Lag nye koder")
        mona.sees("De vises bare nå.")


def test_an_app_goes_without_scripts(bare: Site, mona: Hand, open_window: OpenHand) -> None:
    hand = open_window(bare.url, scripts=False)
    hand.sign_in("Mona Lillevik")
    hand.go("/min-konto/innlogging")
    assert not hand.page.get_by_role("button", name="Lag en passnøkkel").is_visible()
    hand.write("Hva vil du kalle den?", "Telefonen")
    hand.press("Legg til en app")
    app = pyotp.TOTP(hand.page.locator("code.key").inner_text().replace(" ", ""))
    assert hand.page.locator("svg.qr").is_visible()
    hand.write("Kode", app.now())
    hand.press("Ta appen i bruk")
    hand.sees("De vises bare nå.")
    sign_out(hand)
    assert not hand.page.get_by_role("button", name="Logg inn med passnøkkel").is_visible()
    hand.write("E-post", EMAIL)
    hand.write("Passord", PASSWORD)
    hand.press("Logg inn")
    # A code opens once. The next one counts already, and goes on counting if the minute turns.
    hand.write("Kode", app.at(utc_now() + timedelta(seconds=30)))
    hand.press("Logg inn")
    hand.page.wait_for_url(re.compile("/planer"))
