"""The sign-in cookie, «Mine innlogginger», one-plan guests and proving again, as browsers meet them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.conftest import NOW, SignedIn, tried_at
from tests.web.persons import Home, settled
from tests.web.town import Town
from web import create_app
from web.request import access_guards
from web.request.database import db
from web.request.device_name import device_of
from web.request.reader import COOKIE, HOST_COOKIE
from workflow.acts.accounts import sessions, staff_roles
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party, SignIn
from workflow.rules.names.steps import PlanStep
from workflow.settings import Settings

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
MINE = "/min-konto/innlogginger"


def row(app: Flask, browser: FlaskClient) -> SignIn:
    """What is stored of the browser's session."""
    kept = browser.get_cookie(COOKIE)
    assert kept is not None
    with app.app_context(), unit_of_work(db.engine) as session:
        mine = select(SignIn).where(SignIn.token_hash == sessions.digest_token(kept.value))
        return session.execute(mine).scalar_one()


def by_click(app: Flask, party_id: str, said: str = FIREFOX) -> FlaskClient:
    """Signs in with one click, as a browser would."""
    browser = app.test_client()
    browser.post("/logg-inn/demo", data={"party": party_id}, headers={"User-Agent": said})
    return browser


def test_the_list_shows_each_device_and_marks_this_one(
    app: Flask, town: Town, signed_in: SignedIn
) -> None:
    signed_in(town.coordinator)
    browser = by_click(app, town.coordinator)
    page = browser.get(MINE).text
    assert "Firefox, Linux" in page and "Ukjent enhet" in page
    assert page.count(">Denne<") == 1 and "Med ett trykk i prøven" in page


@pytest.mark.parametrize("who", ["coordinator", "person"])
def test_both_voices_have_the_page(app: Flask, town: Town, who: str) -> None:
    page = by_click(app, getattr(town, who)).get(MINE)
    voice = "staff" if who == "coordinator" else "person"
    assert page.status_code == 200 and f'<body class="{voice}">' in page.text


def test_one_session_ends(app: Flask, town: Town, signed_in: SignedIn) -> None:
    here, there = signed_in(town.coordinator), signed_in(town.coordinator)
    answer = here.post(f"{MINE}/avslutt", data={"session": row(app, there).id})
    assert answer.status_code == 303
    assert there.get(MINE).status_code == 303 and here.get(MINE).status_code == 200
    assert row(app, there).ended_because == "revoked"


def test_the_second_device_is_out_when_the_first_ends_all(
    app: Flask, town: Town, signed_in: SignedIn
) -> None:
    here, there, other = (signed_in(town.coordinator) for _ in range(3))
    page = here.post(f"{MINE}/avslutt-andre", follow_redirects=True)
    assert page.status_code == 200 and page.text.count(">Denne<") == 1
    for browser in (there, other):
        assert browser.get("/planer").headers["Location"].startswith("/logg-inn")
        assert browser.post("/logg-ut").headers["Location"].startswith("/logg-inn")


def test_nobody_ends_anothers_session(app: Flask, town: Town, signed_in: SignedIn) -> None:
    mine, other = signed_in(town.coordinator), signed_in(town.leader)
    for key in (row(app, other).id, "no such", "", "\x00"):
        assert mine.post(f"{MINE}/avslutt", data={"session": key}).status_code in (404, 422)
    assert other.get(MINE).status_code == 200


def test_a_new_role_ends_an_open_page(app: Flask, town: Town, signed_in: SignedIn) -> None:
    browser = signed_in(town.decider)
    assert browser.get("/innkomne").status_code == 200
    with app.app_context(), unit_of_work(db.engine) as session:
        staff_roles.give_role(session, town.decider, town.ordering, "leader", NOW)
    assert browser.get("/innkomne").headers["Location"].startswith("/logg-inn")


@pytest.mark.parametrize("token", ["", "x", "ø", "a" * 3000, "'; drop table sign_in; --"])
def test_a_strange_cookie_is_the_sign_in_page(app: Flask, town: Town, token: str) -> None:
    browser = app.test_client()
    browser.set_cookie(COOKIE, token)
    answer = browser.get("/planer")
    assert answer.status_code in (303, 431)
    assert browser.get("/logg-inn").status_code in (200, 431)


def test_signing_in_again_kills_the_older_cookie(app: Flask, town: Town) -> None:
    browser = by_click(app, town.coordinator)
    older = browser.get_cookie(COOKIE)
    assert older is not None
    browser.post("/logg-inn/demo", data={"party": town.leader})
    thief = app.test_client()
    thief.set_cookie(COOKIE, older.value)
    assert thief.get(MINE).headers["Location"].startswith("/logg-inn")


def test_over_https_the_cookie_is_tied_to_the_host(settings: Settings, town: Town) -> None:
    strict = create_app(settings.model_copy(update={"base_url": "https://localhost", "demo": True}))
    strict.config["WTF_CSRF_ENABLED"] = False
    browser = strict.test_client()
    answer = browser.post("/logg-inn/demo", data={"party": town.coordinator})
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if HOST_COOKIE in one)
    assert cookie.startswith(f"{HOST_COOKIE}=")
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts and "Domain" not in cookie
    with strict.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Mobile Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537", "Chrome, Android"),
        ("curl/8", ""),
    ],
)
def test_a_device_has_a_short_name(said: str, device: str) -> None:
    assert device_of(said) == device


# Guests


@pytest.fixture
def guest(app: Flask) -> tuple[Home, FlaskClient]:
    """The mother of the person, as a guest of the one plan."""
    home = settled(app, lambda party: app.test_client())
    with app.app_context(), unit_of_work(db.engine) as session:
        party = session.get_one(Party, home.world.party["mor"])
        token = sessions.open_session(session, party, NOW, method="guest", plan_id=home.plan)
    browser = app.test_client()
    browser.set_cookie(COOKIE, token)
    return home, browser


def test_a_guest_sees_the_one_plan(guest: tuple[Home, FlaskClient]) -> None:
    home, browser = guest
    assert browser.get(home.at()).status_code == 200
    assert browser.get("/").headers["Location"] == home.at()


def test_every_other_address_is_no_page_for_a_guest(
    app: Flask, guest: tuple[Home, FlaskClient]
) -> None:
    """Each address of the product, with another plan's key where it takes one."""
    _, browser = guest
    tried = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        keys = {**dict.fromkeys(rule.arguments, "some-other"), "step_name": PlanStep.REVIEW}
        built = rule.build({name: keys[name] for name in rule.arguments}, append_unknown=False)
        assert built is not None
        path = built[1]
        door = access_guards.guard_of(app.view_functions[rule.endpoint])
        answer = browser.get(path)
        open_to_all = door is None or door.door == "public"
        assert answer.status_code == 404 or open_to_all, path
        tried += 1
    assert tried > 40
    assert browser.post(f"{MINE}/avslutt-andre").status_code == 404


# Proving again


@pytest.fixture(scope="module")
def asking(settings: Settings, app: Flask) -> Iterator[Flask]:
    """The application with one page more, that wants a fresh proof."""

    @access_guards.signed_in(kind="account")
    @access_guards.proved
    def secret() -> Response:
        return Response("open", mimetype="text/plain")

    asks = create_app(settings)
    asks.add_url_rule("/hemmelig", "secret", secret)
    with tried_at(NOW, asks) as built:
        yield built


def test_a_fresh_sign_in_is_proof_enough(asking: Flask, town: Town) -> None:
    assert by_click(asking, town.coordinator).get("/hemmelig").text == "open"


def test_an_older_one_is_asked_to_prove_and_comes_back(asking: Flask, town: Town) -> None:
    browser = by_click(asking, town.coordinator)
    old = browser.get_cookie(COOKIE)
    assert old is not None
    asking.extensions["planlop_clock"] = lambda: NOW + timedelta(minutes=6)
    try:
        sent = browser.get("/hemmelig?x=1")
        assert sent.status_code == 303 and sent.headers["Location"].startswith("/bevis?next=")
        page = browser.get(sent.headers["Location"])
        assert "Er det deg?" in page.text and "Ja, det er meg" in page.text
        address = re.search(r'action="(/bevis[^"]*)"', page.text)
        assert address
        back = browser.post(address.group(1).replace("&amp;", "&"))
        assert back.status_code == 303 and back.headers["Location"] == "/hemmelig?x=1"
        new = browser.get_cookie(COOKIE)
        assert new is not None and new.value != old.value
        assert browser.get("/hemmelig").text == "open"
        thief = asking.test_client()
        thief.set_cookie(COOKIE, old.value)
        assert thief.get(MINE).status_code == 303
    finally:
        asking.extensions["planlop_clock"] = lambda: NOW


def test_a_guest_has_nothing_to_prove(asking: Flask, guest: tuple[Home, FlaskClient]) -> None:
    kept = guest[1].get_cookie(COOKIE)
    assert kept is not None
    browser = asking.test_client()
    browser.set_cookie(COOKIE, kept.value)
    assert browser.get("/hemmelig").status_code == 404
    assert browser.get("/bevis").status_code == 404


def test_the_way_back_from_a_proof_stays_inside(asking: Flask, town: Town) -> None:
    browser = by_click(asking, town.coordinator)
    answer: Any = browser.post("/bevis?next=https://evil.example/")
    assert "evil" not in answer.headers["Location"]
