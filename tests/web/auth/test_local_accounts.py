"""Local accounts in pages: password and second step, setting up, changing, and what staff must have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.auth.accounts import OTHER, PASSWORD, STEP, account, carried, sign_in
from tests.web.conftest import NOW, Clock
from tests.web.town import Town
from web import create_app
from web.request.database import db
from web.request.reader import COOKIE
from workflow.acts.accounts import recovery_codes, second_factors
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party, SignIn
from workflow.settings import Settings

pytestmark = pytest.mark.usefixtures("clean_accounts")


def test_a_code_comes_after_the_password(
    app: Flask, client: FlaskClient, town: Town, secret: str
) -> None:
    made = account(app, town.leader, secret)
    assert made is not None
    assert sign_in(client, "inger@example.invalid") == "/logg-inn/kode"
    assert client.get_cookie(COOKIE) is None
    assert client.get("/min-konto/innlogging").status_code in (302, 303)
    assert "Ett steg til" in client.get("/logg-inn/kode").text
    wrong = client.post("/logg-inn/kode", data={"code": "000000"})
    assert wrong.status_code == 422 and "stemmer ikke" in wrong.text
    right = client.post("/logg-inn/kode", data={"code": made.at(NOW)})
    assert right.status_code == 303 and client.get_cookie(COOKIE) is not None
    with app.app_context():
        assert (
            db.session.scalars(select(SignIn.method).order_by(SignIn.id.desc())).first() == "totp"
        )


def test_the_waiting_opens_nothing_after_five_minutes(
    app: Flask, client: FlaskClient, town: Town, secret: str, at: Clock
) -> None:
    made = account(app, town.leader, secret)
    assert made is not None
    sign_in(client, "inger@example.invalid")
    later = NOW + timedelta(minutes=5)
    at(later)
    assert client.get("/logg-inn/kode").headers["Location"] == "/logg-inn"
    answer = client.post("/logg-inn/kode", data={"code": made.at(later)})
    assert answer.headers["Location"] == "/logg-inn" and client.get_cookie(COOKIE) is None


def test_a_copied_waiting_and_a_new_password_open_nothing(
    app: Flask, client: FlaskClient, town: Town, secret: str
) -> None:
    made = account(app, town.leader, secret)
    assert made is not None
    sign_in(client, "inger@example.invalid")
    copy = client.get_cookie("planlop_form")
    assert copy is not None
    assert client.post("/logg-inn/kode", data={"code": made.at(NOW)}).status_code == 303
    thief = app.test_client()
    thief.set_cookie("planlop_form", copy.value)
    again = thief.post("/logg-inn/kode", data={"code": made.at(NOW + STEP)})
    assert again.headers["Location"] == "/logg-inn" and thief.get_cookie(COOKIE) is None
    thief.set_cookie("planlop_form", copy.value)
    account(app, town.leader, words=OTHER)
    gone = thief.post("/logg-inn/kode", data={"code": made.at(NOW + STEP)})
    assert gone.headers["Location"] == "/logg-inn"


def test_a_code_from_paper_does_once(
    app: Flask, client: FlaskClient, town: Town, secret: str
) -> None:
    account(app, town.leader, secret)
    with app.app_context(), unit_of_work(db.engine) as session:
        party = session.get(Party, town.leader)
        assert party is not None
        code = recovery_codes.renew(session, party, NOW)[0]
    for expected in (303, 422):
        sign_in(client, "inger@example.invalid")
        assert client.post("/logg-inn/kode", data={"code": code}).status_code == expected
        client.post("/logg-ut")


def test_known_and_unknown_get_the_same_answers(
    app: Flask, client: FlaskClient, town: Town
) -> None:
    account(app, town.leader)
    answers = {}
    for email in ("inger@example.invalid", "ingen@example.invalid"):
        told = [
            client.post("/logg-inn", data={"email": email, "password": "feil"}) for _ in range(6)
        ]
        asked = client.post("/glemt-passord", data={"email": email})
        answers[email] = [(one.status_code, without_own(one.text, email)) for one in (*told, asked)]
    first, second = answers.values()
    assert first == second and [code for code, _ in first] == [422] * 5 + [429, 200]


def without_own(page: str, email: str) -> str:
    """A page without what differs from answer to answer: the e-mail typed, tokens, the nonce."""
    page = page.replace(email, "")
    return re.sub(r'(nonce|value)="[^"]*"', "", page)


def test_success_forgets_the_failed_tries(app: Flask, client: FlaskClient, town: Town) -> None:
    account(app, town.leader)
    for _ in range(4):
        sign_in(client, "inger@example.invalid", "feil")
    assert sign_in(client, "inger@example.invalid").startswith("/")
    client.post("/logg-ut")
    for _ in range(4):
        sign_in(client, "inger@example.invalid", "feil")
    assert sign_in(client, "inger@example.invalid").startswith("/")


def test_setting_up_an_app(app: Flask, client: FlaskClient, town: Town, secret: str) -> None:
    account(app, town.leader)
    elsewhere = app.test_client()
    for browser in (elsewhere, client):
        sign_in(browser, "inger@example.invalid")
    first = client.get_cookie(COOKIE)
    page = client.get("/min-konto/innlogging")
    assert "Legg til en app" in page.text and "Koder på papir" not in page.text
    assert client.post("/min-konto/innlogging/app", data={"name": ""}).status_code == 422
    begun = client.post("/min-konto/innlogging/app", data={"name": "Jobbtelefonen"})
    shown = client.get(begun.headers["Location"])
    key = re.findall(r'<code class="key">([A-Z2-7 ]+)</code>', shown.text)[0].replace(" ", "")
    assert "<svg" in shown.text and len(key) == 32
    wrong = client.post("/min-konto/innlogging/app/bekreft", data={"code": "123"})
    assert wrong.status_code == 422 and key in wrong.text.replace(" ", "")
    done = client.post("/min-konto/innlogging/app/bekreft", data={"code": pyotp.TOTP(key).at(NOW)})
    codes = re.findall(r"<code>([a-z2-9-]{19})</code>", done.text)
    assert done.status_code == 200 and len(codes) == 10
    now_has = client.get_cookie(COOKIE)
    assert first is not None and now_has is not None and now_has.value != first.value
    assert elsewhere.get("/min-konto/innlogging").status_code in (302, 303)
    page = client.get("/min-konto/innlogging")
    assert "Jobbtelefonen" in page.text and "Koder igjen: 10" in page.text
    assert codes[0] not in page.text and key not in page.text
    told = carried(app, secret)
    assert [to for to, _ in told] == ["inger@example.invalid"]
    assert "Innloggingen din er endret" in told[0][1] and "app" not in told[0][1].lower()


def test_changing_anything_needs_a_fresh_proof(
    app: Flask, client: FlaskClient, town: Town, secret: str, at: Clock
) -> None:
    made = account(app, town.leader, secret)
    assert made is not None
    sign_in(client, "inger@example.invalid")
    client.post("/logg-inn/kode", data={"code": made.at(NOW)})
    later = NOW + timedelta(minutes=6)
    at(later)
    with app.app_context():
        factor = second_factors.of(db.session(), town.leader).held[0]
    taken = {"authenticator": factor.id}
    asked = client.post("/min-konto/innlogging/fjern", data=taken)
    assert "/bevis" in asked.headers["Location"]
    assert "Kode" in client.get("/bevis").text
    assert client.post("/bevis", data={"code": "000000"}).status_code == 422
    old = client.get_cookie(COOKIE)
    assert client.post("/bevis", data={"code": made.at(later)}).status_code == 303
    new = client.get_cookie(COOKIE)
    assert old is not None and new is not None and old.value != new.value
    assert client.post("/min-konto/innlogging/fjern", data=taken).status_code == 303
    assert sign_in(app.test_client(), "inger@example.invalid").startswith("/")
    assert client.post("/min-konto/innlogging/fjern", data=taken).status_code == 404


def test_changing_the_password_ends_the_other_sessions(
    app: Flask, client: FlaskClient, town: Town, secret: str
) -> None:
    account(app, town.leader)
    elsewhere = app.test_client()
    sign_in(client, "inger@example.invalid")
    sign_in(elsewhere, "inger@example.invalid")
    change = "/min-konto/innlogging/passord"
    new = {"password": OTHER, "again": OTHER}
    wrong = client.post(change, data={"current": "feil", **new})
    assert wrong.status_code == 422 and "stemmer ikke" in wrong.text
    weak = client.post(change, data={"current": PASSWORD, "password": "kort", "again": "kort"})
    assert weak.status_code == 422 and "for kort" in weak.text
    assert client.post(change, data={"current": PASSWORD, **new}).status_code == 303
    assert client.get("/min-konto/innlogging").status_code == 200
    assert elsewhere.get("/min-konto/innlogging").status_code in (302, 303)
    assert len(carried(app, secret)) == 1
    account(app, town.leader)


def test_somebody_elses_authenticator_is_not_there(
    app: Flask, client: FlaskClient, town: Town, secret: str
) -> None:
    account(app, town.leader, secret)
    account(app, town.decider)
    with app.app_context():
        factor = second_factors.of(db.session(), town.leader).held[0]
    sign_in(client, "ola@example.invalid")
    answer = client.post("/min-konto/innlogging/fjern", data={"authenticator": factor.id})
    assert answer.status_code == 404
    with app.app_context():
        assert second_factors.of(db.session(), town.leader).any


@pytest.fixture
def strict(settings: Settings, town: Town) -> Iterator[FlaskClient]:
    """A browser where staff must have a second factor."""
    built = create_app(settings.model_copy(update={"staff_second_factor": True}))
    built.config.update(WTF_CSRF_ENABLED=False)
    built.extensions["planlop_clock"] = lambda: NOW
    yield built.test_client()
    with built.app_context():
        db.engine.dispose()


def test_staff_are_led_to_set_one_up_before_anything_else(
    app: Flask, strict: FlaskClient, town: Town
) -> None:
    account(app, town.leader)
    sign_in(strict, "inger@example.invalid")
    for address in ("/", "/planer", "/meldinger", "/over-fristen"):
        assert strict.get(address).headers["Location"] == "/min-konto/innlogging"
    assert strict.post("/beskjeder", data={}).headers["Location"] == "/min-konto/innlogging"
    assert "alle ansatte" in strict.get("/min-konto/innlogging").text
    strict.post("/min-konto/innlogging/app", data={"name": "Telefonen"})
    shown = strict.get("/min-konto/innlogging/app").text
    key = re.findall(r'<code class="key">([A-Z2-7 ]+)</code>', shown)[0].replace(" ", "")
    strict.post("/min-konto/innlogging/app/bekreft", data={"code": pyotp.TOTP(key).at(NOW)})
    assert strict.get("/planer").status_code == 200


def test_people_without_a_role_may_go_on_with_a_password(
    app: Flask, strict: FlaskClient, town: Town
) -> None:
    account(app, town.person)
    sign_in(strict, "kim@example.invalid")
    assert strict.get(f"/min/{town.plan}").status_code == 200


def test_both_voices_see_the_page(app: Flask, client: FlaskClient, town: Town) -> None:
    account(app, town.person)
    sign_in(client, "kim@example.invalid")
    assert '<body class="person">' in client.get("/min-konto/innlogging").text
    assert '<body class="person">' in client.get("/min-konto/innlogging/passord").text


@pytest.mark.parametrize(
    "answer", ["", "nonsense", "[]", "{}", '{"id": 1, "response": {}}', "x" * 30_000]
)
def test_odd_answers_of_a_browser_open_nothing(
    app: Flask, client: FlaskClient, town: Town, answer: str
) -> None:
    account(app, town.leader)
    asked = client.post("/logg-inn/passkey/sporsmal")
    assert asked.json is not None and asked.json["userVerification"] == "required"
    assert client.post("/logg-inn/passkey", data={"answer": answer}).status_code == 422
    assert client.post("/logg-inn/passkey", data={"answer": answer}).status_code == 422
    assert client.get_cookie(COOKIE) is None
    sign_in(client, "inger@example.invalid")
    made = client.post("/min-konto/passkey/sporsmal")
    assert made.json is not None and made.json["rp"]["id"] == "localhost"
    assert made.json["authenticatorSelection"]["residentKey"] == "required"
    kept = client.post("/min-konto/passkey", data={"answer": answer, "name": "x"})
    assert kept.headers["Location"] == "/min-konto/innlogging"
    with app.app_context():
        assert not second_factors.of(db.session(), town.leader).any


def test_what_was_changed_stands_among_the_messages(
    app: Flask, client: FlaskClient, town: Town
) -> None:
    account(app, town.leader)
    sign_in(client, "inger@example.invalid")
    new = {"password": OTHER, "again": OTHER}
    client.post("/min-konto/innlogging/passord", data={"current": PASSWORD, **new})
    assert "Innloggingen din er endret" in client.get("/meldinger").text
