"""A guest opens one plan by a one-time link: sent, spent once, kept inside, closed at once when sharing ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.auth.accounts import Caught
from tests.web.conftest import NOW, SignedIn
from tests.web.persons import Home, settled
from web.request.reader import COOKIE
from workflow.acts.accounts import mail, passwords
from workflow.acts.accounts.mail import AccountMails
from workflow.acts.delivery.send_batch import deliver_by
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, FailedTry, Invitation, Participant, Party, SignIn
from workflow.rules.names.steps import PlanStep
from workflow.settings import Settings

EMAIL = "mor@example.invalid"


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """Kim's plan, shared with a mother who has an e-mail and no other way in."""
    home = settled(app, signed_in)
    with unit_of_work(home.world.engine) as session:
        session.execute(update(Party).values(email=""))
        session.execute(
            update(Party).where(Party.id == home.world.party["mor"]).values(email=EMAIL)
        )
        session.query(FailedTry).delete()
    return home


@pytest.fixture
def mails(kim: Home, settings: Settings) -> Callable[[], list[str]]:
    """A function: what a worker sends to the mother now, and nothing to anybody else."""

    def carried() -> list[str]:
        post = Caught()
        secret = settings.secret_key.get_secret_value()
        with unit_of_work(kim.world.engine) as session:
            mail.queue(session.connection(), NOW)
        deliver_by(kim.world.engine, AccountMails(post, "http://localhost", secret), NOW)
        return [text for _, text in post.mails]

    return carried


def sent_to(kim: Home) -> str:
    """The participant row of the mother."""
    with Session(kim.world.engine) as session:
        return session.execute(
            select(Participant.id).where(
                Participant.plan_id == kim.plan, Participant.party_id == kim.world.party["mor"]
            )
        ).scalar_one()


def link_in(text: str) -> str:
    """The address in an e-mail."""
    return str(re.findall(r"http://localhost(/gjest/lenke/\S+)", text)[0])


Mails = Callable[[], list[str]]


@pytest.fixture
def link(kim: Home, mails: Mails) -> str:
    """A link that the coordinator has sent."""
    answer = kim.browser("mona").post(f"/plan/{kim.plan}/lenke/{sent_to(kim)}")
    assert answer.status_code == 303
    (text,) = mails()
    return link_in(text)


def entered(client: FlaskClient, link: str) -> FlaskClient:
    """The guest inside."""
    assert client.post(link).status_code == 303
    return client


def test_the_coordinator_sends_it_and_the_person_sees_that(kim: Home, mails: Mails) -> None:
    mona = kim.browser("mona")
    assert "Send lenke til" in mona.get(f"/plan/{kim.plan}").text
    answer = mona.post(f"/plan/{kim.plan}/lenke/{sent_to(kim)}", follow_redirects=True)
    assert "Lenken er på vei" in answer.text
    (text,) = mails()
    head, _, body = text.partition("\r\n\r\n")
    assert f"To: {EMAIL}" in head and "Du har f" in body
    for word in ("Kim", "Mor", "Mona", "plan", "husleie"):
        assert word.lower() not in re.sub(r"https?://\S+|Planløp", "", body).lower()
    assert mails() == []
    with Session(kim.world.engine) as session:
        traced = session.scalars(select(Access.act).where(Access.plan_id == kim.plan)).all()
    assert "guest_link" in traced
    assert "sendte en lenke" in kim.browser("kim").get(kim.at("/hvem-har-sett")).text


def test_the_person_sends_it_herself(kim: Home, mails: Mails) -> None:
    own = kim.browser("kim")
    assert "Send lenke til" in own.get(kim.at("/folk")).text
    assert own.post(kim.at(f"/lenke/{sent_to(kim)}")).status_code == 303
    assert len(mails()) == 1


@pytest.mark.parametrize("name", ["mor", "ali", "liv"])
def test_nobody_else_sends_it(kim: Home, mails: Mails, name: str) -> None:
    browser = kim.browser(name)
    for address in (f"/plan/{kim.plan}/lenke/{sent_to(kim)}", kim.at(f"/lenke/{sent_to(kim)}")):
        assert browser.post(address).status_code == 404
    assert mails() == []


def test_staff_and_those_with_an_account_get_none(kim: Home, mails: Mails) -> None:
    mona, world = kim.browser("mona"), kim.world
    with unit_of_work(world.engine) as session:
        ali = session.execute(
            select(Participant.id).where(
                Participant.plan_id == kim.plan, Participant.party_id == world.party["ali"]
            )
        ).scalar_one()
        mother = session.get_one(Party, world.party["mor"])
        session.execute(
            update(Party).where(Party.id == world.party["ali"]).values(email="ali@example.invalid")
        )
    assert mona.post(f"/plan/{kim.plan}/lenke/{ali}").status_code == 404
    with unit_of_work(world.engine) as session:
        passwords.store(session, mother, passwords.hash_password("fire blaa hester gaar"), NOW)
    assert mona.post(f"/plan/{kim.plan}/lenke/{sent_to(kim)}").status_code == 404
    assert mails() == [] and "Send lenke" not in mona.get(f"/plan/{kim.plan}").text


def test_looking_spends_nothing_and_pressing_spends_it(
    kim: Home, link: str, client: FlaskClient, app: Flask
) -> None:
    for _ in range(3):
        assert "Åpne planen" in app.test_client().get(link).text
    page = entered(client, link).get(kim.at())
    assert page.status_code == 200 and "Planen til Kim" in page.text
    thief = app.test_client()
    assert thief.get(link).status_code == 404 and thief.post(link).status_code == 404
    assert thief.get_cookie(COOKIE) is None
    with Session(kim.world.engine) as session:
        opened = session.scalars(select(SignIn).where(SignIn.plan_id == kim.plan)).one()
    assert opened.method == "guest" and opened.proved_at is None


def test_the_guest_stays_inside_the_one_plan(kim: Home, link: str, client: FlaskClient) -> None:
    mother = kim.world.party["mor"]
    other = kim.world.take(
        "mor", PlanStep.REPORT_NEED, person_id=mother, why="Hjelp hjemme"
    ).plan_id
    assert kim.browser("mor").get(f"/min/{other}").status_code == 200
    entered(client, link)
    for address in ("/planer", "/min-konto/innlogging", "/bevis", f"/min/{other}", "/beskjeder"):
        assert client.get(address).status_code == 404
    for rest in ("/planen", "/meldinger", "/deler", "/hvem-har-sett", "/brev", "/rettigheter"):
        assert client.get(kim.at(rest)).status_code == 404
    assert client.get("/").headers["Location"] == kim.at()


def test_it_ends_after_half_an_hour_without_use(
    app: Flask, kim: Home, link: str, client: FlaskClient
) -> None:
    entered(client, link)
    try:
        for minutes, status in ((29, 200), (58, 200), (89, 302)):
            app.extensions["planlop_clock"] = lambda m=minutes: NOW + timedelta(minutes=m)
            assert client.get(kim.at()).status_code in (status, status + 1)
    finally:
        app.extensions["planlop_clock"] = lambda: NOW


def test_seven_days_and_no_longer(app: Flask, kim: Home, link: str, client: FlaskClient) -> None:
    try:
        app.extensions["planlop_clock"] = lambda: NOW + timedelta(days=7)
        assert client.get(link).status_code == 404 and client.post(link).status_code == 404
    finally:
        app.extensions["planlop_clock"] = lambda: NOW


def test_when_sharing_ends_all_is_closed_at_once(
    kim: Home, link: str, client: FlaskClient, mails: Mails, app: Flask
) -> None:
    entered(client, link)
    kim.browser("mona").post(f"/plan/{kim.plan}/lenke/{sent_to(kim)}")
    newer = link_in(mails()[0])
    kim.browser("mona").post(f"/plan/{kim.plan}/lenke/{sent_to(kim)}")
    kim.world.take("kim", PlanStep.STOP_SHARING_WITH, kim.plan, party_id=kim.world.party["mor"])
    assert client.get(kim.at()).status_code == 404
    assert mails() == [], "a link on its way is not sent any more"
    assert app.test_client().post(newer).status_code == 404
    assert app.test_client().post("/gjest", data={"email": EMAIL}).status_code == 200
    assert mails() == []


def test_who_has_left_gets_no_further(kim: Home, link: str, client: FlaskClient) -> None:
    kim.world.take(
        "mona",
        PlanStep.PARTICIPANT_LEAVES,
        kim.plan,
        participant_id=sent_to(kim),
        agreed_how="spoken",
    )
    assert client.post(link).status_code == 404 and client.get_cookie(COOKIE) is None
    with Session(kim.world.engine) as session:
        assert session.scalars(select(SignIn).where(SignIn.plan_id == kim.plan)).all() == []


def test_a_new_link_is_asked_for_by_email_with_one_answer_for_all(
    kim: Home, link: str, client: FlaskClient, mails: Mails
) -> None:
    answers = [
        client.post("/gjest", data={"email": email}).text
        for email in (EMAIL, "ingen@example.invalid")
    ]
    plain = [re.sub(r'(nonce|value)="[^"]*"', "", page) for page in answers]
    assert plain[0] == plain[1]
    (text,) = mails()
    assert client.get(link).status_code == 404, "the newer link ends the older"
    assert client.get(link_in(text)).status_code == 200
    for _ in range(4):
        client.post("/gjest", data={"email": EMAIL})
    assert len(mails()) <= 1


def test_nobody_gets_a_link_by_asking_who_was_never_sent_one(
    kim: Home, client: FlaskClient, mails: Mails
) -> None:
    client.post("/gjest", data={"email": EMAIL})
    assert mails() == []
    with Session(kim.world.engine) as session:
        assert session.scalars(select(Invitation).where(Invitation.plan_id == kim.plan)).all() == []
