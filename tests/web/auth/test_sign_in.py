"""Signing in and out: one click in the demo, local accounts, one-time links, sessions that end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.auth.accounts import first_link
from tests.web.conftest import NOW, SignedIn
from tests.web.town import Town
from web import create_app
from web.request.database import db
from web.request.reader import COOKIE
from workflow.acts.accounts import sessions
from workflow.record.models import SignIn
from workflow.settings import Settings

PASSWORD = "fire blaa hester gaar"


def test_one_click_on_a_name_signs_in(client: FlaskClient, town: Town) -> None:
    page = client.get("/logg-inn")
    assert "Kim Olsen" in page.text and "Mona Lie" in page.text
    answer = client.post("/logg-inn/demo", data={"party": town.coordinator})
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Mona Lie" in client.get("/finnes-ikke").text


def test_the_cookie_token_is_stored_as_a_digest_only(
    app: Flask, client: FlaskClient, town: Town
) -> None:
    client.post("/logg-inn/demo", data={"party": town.coordinator})
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    with app.app_context():
        stored = db.session.scalars(select(SignIn.token_hash)).all()
    assert cookie.value not in stored and sessions.digest_token(cookie.value) in stored


def test_demo_click_is_refused_outside_the_demo(settings: Settings, town: Town) -> None:
    strict = create_app(settings.model_copy(update={"demo": False}))
    strict.config["WTF_CSRF_ENABLED"] = False
    browser = strict.test_client()
    assert browser.post("/logg-inn/demo", data={"party": town.coordinator}).status_code == 404
    assert "Mona Lie" not in browser.get("/logg-inn").text
    with strict.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("given", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_HOST": "ond.example"}])
def test_demo_answers_this_machine_only(
    client: FlaskClient, town: Town, given: dict[str, str]
) -> None:
    answer = client.post(
        "/logg-inn/demo", data={"party": town.coordinator}, environ_overrides=given
    )
    assert answer.status_code == 403


def test_signing_out_ends_the_session_at_once(app: Flask, signed_in: SignedIn, town: Town) -> None:
    browser = signed_in(town.coordinator)
    kept = browser.get_cookie(COOKIE)
    assert kept is not None and "Mona Lie" in browser.get("/logg-inn").text
    assert browser.post("/logg-ut").status_code == 303
    browser.set_cookie(COOKIE, kept.value)
    assert browser.post("/logg-ut").headers["Location"].startswith("/logg-inn")


@pytest.mark.parametrize("later", [timedelta(hours=2, minutes=1), timedelta(hours=11)])
def test_idle_and_old_sessions_end(
    app: Flask, signed_in: SignedIn, town: Town, later: timedelta
) -> None:
    browser = signed_in(town.coordinator)
    app.extensions["planlop_clock"] = lambda: NOW + later
    try:
        assert browser.post("/logg-ut").headers["Location"].startswith("/logg-inn")
    finally:
        app.extensions["planlop_clock"] = lambda: NOW


def test_a_session_in_use_lives_on(app: Flask, signed_in: SignedIn, town: Town) -> None:
    browser = signed_in(town.coordinator)
    try:
        for hours in (1.5, 3, 4.5):
            app.extensions["planlop_clock"] = lambda hours=hours: NOW + timedelta(hours=hours)
            assert "Logg ut" in browser.get("/finnes-ikke").text
    finally:
        app.extensions["planlop_clock"] = lambda: NOW


def test_one_time_link_sets_a_password_once(app: Flask, client: FlaskClient, town: Town) -> None:
    token = first_link(app, town.leader)
    assert "Inger Bakke" in client.get(f"/invitasjon/{token}").text
    short = client.post(f"/invitasjon/{token}", data={"password": "kort", "again": "kort"})
    assert short.status_code == 422 and 'value="kort"' not in short.text
    other = client.post(
        f"/invitasjon/{token}", data={"password": PASSWORD, "again": "noe annet her"}
    )
    assert other.status_code == 422 and "ikke like" in other.text
    done = client.post(f"/invitasjon/{token}", data={"password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 303
    assert client.get(f"/invitasjon/{token}").status_code == 404
    again = client.post(f"/invitasjon/{token}", data={"password": PASSWORD, "again": PASSWORD})
    assert again.status_code == 404


def test_a_newer_link_ends_the_older(app: Flask, client: FlaskClient, town: Town) -> None:
    older, newer = first_link(app, town.decider), first_link(app, town.decider)
    assert client.get(f"/invitasjon/{older}").status_code == 404
    assert client.get(f"/invitasjon/{newer}").status_code == 200


def test_local_account(app: Flask, client: FlaskClient, town: Town) -> None:
    token = first_link(app, town.leader)
    client.post(f"/invitasjon/{token}", data={"password": PASSWORD, "again": PASSWORD})
    client.post("/logg-ut")
    wrong = client.post("/logg-inn", data={"email": "inger@example.invalid", "password": "feil"})
    unknown = client.post("/logg-inn", data={"email": "ingen@example.invalid", "password": "feil"})
    assert wrong.status_code == unknown.status_code == 422
    assert "stemmer ikke" in wrong.text and "stemmer ikke" in unknown.text
    right = client.post("/logg-inn", data={"email": "Inger@example.invalid", "password": PASSWORD})
    assert right.status_code == 303


def test_guessing_is_slowed(client: FlaskClient) -> None:
    tries = [
        client.post("/logg-inn", data={"email": "gjett@example.invalid", "password": str(n)})
        for n in range(7)
    ]
    assert [answer.status_code for answer in tries] == [422] * 5 + [429] * 2
    assert tries[-1].headers["Retry-After"] == "16" and "Vent" in tries[-1].text


@pytest.mark.parametrize("where", ["https://ond.example/", "//ond.example", "/\\ond.example"])
def test_no_way_out_after_sign_in(client: FlaskClient, town: Town, where: str) -> None:
    answer = client.post("/logg-inn/demo", data={"party": town.coordinator, "next": where})
    assert "ond.example" not in answer.headers["Location"]
