"""Tests of pages with the web role on PostgreSQL: a day of work, and a plan that goes to another municipality."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, PostgresBackend
from tests.web.conftest import NOW, SignedIn, world_of
from tests.web.town import Town
from tests.world import AGREED, World
from web.database import db
from workflow.acts import passwords
from workflow.record.database import unit_of_work
from workflow.record.models import Access, Event, Party, Plan


@pytest.fixture(scope="module")
def backend(postgresql_backend: PostgresBackend) -> Backend:
    """PostgreSQL, in place of what the other page tests run on."""
    return postgresql_backend


@pytest.fixture(scope="module")
def towns(app: Flask, town: Town) -> tuple[World, World]:
    """Two municipalities with the same people, by name and by e-mail."""
    here, there = world_of(app), world_of(app)
    with unit_of_work(here.engine) as session:
        for world in (here, there):
            for name in ("kim", "mona", "liv"):
                party = session.get_one(Party, world.party[name])
                word = f"{name} og havet i nord {world.municipality_id[-4:]}"
                passwords.store(session, party, passwords.hashed(word), NOW - timedelta(days=1))
    return here, there


def word_of(world: World, name: str) -> str:
    """The password that the fixture chose."""
    return f"{name} og havet i nord {world.municipality_id[-4:]}"


def counted(world: World, plan: str) -> int:
    """How many events the plan has."""
    with Session(world.engine) as session:
        return session.execute(select(func.count()).where(Event.plan_id == plan)).scalar_one()


def test_the_request_is_the_webs_role_and_the_test_is_not(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        asked = select(func.current_user())
        assert connection.execute(asked).scalar() != "planlop_web"
        with app.test_request_context("/planer"):
            assert db.session.execute(asked).scalar() == "planlop_web"
            assert db.session.execute(select(func.count()).select_from(Plan)).scalar() == 0


def test_a_days_work(towns: tuple[World, World], signed_in: SignedIn) -> None:
    world, other = towns
    plan, elsewhere = plan_of(world), plan_of(other)
    world.take("mona", "A2", plan, own_words="Bo trygt i båten", **AGREED)
    mona = signed_in(world.party["mona"])
    number = world.plan(plan).number
    listed = mona.get("/planer").text
    assert number in listed and other.plan(elsewhere).number not in listed
    assert "Bo trygt i båten" in mona.get(f"/plan/{plan}").text
    before = counted(world, plan)
    talked = mona.post(f"/plan/{plan}/steg/A4", data={"words": "Vi snakket", "how": "spoken"})
    assert talked.status_code in (303, 422)
    assert counted(world, plan) == before + (talked.status_code == 303)
    assert mona.get(f"/plan/{plan}/utskrift").status_code in (200, 404)
    assert number in mona.get(f"/planer?sok={number}").text
    assert mona.get(f"/plan/{elsewhere}").status_code == 404
    assert mona.get("/venter").status_code == 200
    kim = signed_in(world.party["kim"])
    assert kim.get("/min").status_code in (200, 302, 303)


def test_the_same_address_in_two_municipalities(app: Flask, towns: tuple[World, World]) -> None:
    """Each account by its own municipality and password; the page is the same for a stranger."""
    for world, other in (towns, towns[::-1]):
        browser = app.test_client()
        given = {"email": "Mona@example.test", "municipality": world.municipality_id}
        crossed = {**given, "password": word_of(other, "mona")}
        unknown = {**crossed, "email": "nobody@example.test"}
        answers = [browser.post("/logg-inn", data=data) for data in (crossed, unknown)]
        assert [answer.status_code for answer in answers] == [422, 422]
        pages = [bare(answer.get_data(as_text=True)) for answer in answers]
        assert pages[0] == pages[1].replace("nobody@", "Mona@")
        answer = browser.post("/logg-inn", data={**given, "password": word_of(world, "mona")})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        with Session(world.engine) as session:
            mine = session.get_one(Plan, plan_of(world)).number
            theirs = session.get_one(Plan, plan_of(other)).number
        listed = browser.get("/planer").get_data(as_text=True)
        assert mine in listed and theirs not in listed


def plan_of(world: World) -> str:
    """Kim's plan, made where there is none yet."""
    with Session(world.engine) as session:
        asked = select(Plan.id).where(Plan.person_id == world.party["kim"], Plan.state != "closed")
        found = session.execute(asked).scalars().first()
    return found or world.active()


def bare(html: str) -> str:
    """The page without what is fresh in every answer."""
    return re.sub(r'(nonce|value)="[\w.-]{20,}"', "", html)


def test_a_wrong_password_opens_nothing(app: Flask, towns: tuple[World, World]) -> None:
    given = {"email": "mona@example.test", "password": "noe helt annet enn det"}
    assert app.test_client().post("/logg-inn", data=given).status_code == 422


def test_a_plan_goes_to_another_municipality(
    towns: tuple[World, World], signed_in: SignedIn
) -> None:
    world, there = towns
    plan, theirs = plan_of(world), plan_of(there)
    with unit_of_work(there.engine) as session:
        session.execute(update(Plan).where(Plan.id == theirs).values(state="closed"))
    number = world.plan(plan).number
    mona, liv = signed_in(world.party["mona"]), signed_in(there.party["liv"])
    assert liv.get(f"/plan/{plan}").status_code == 404
    form = mona.get(f"/plan/{plan}/steg/P15").text
    assert (
        there.unit["coordinating"] in form
    )  # the other municipality's coordinating unit is offered
    sent = mona.post(
        f"/plan/{plan}/steg/P15",
        data={
            **fields(form),
            "to_unit_id": there.unit["coordinating"],
            "reason": "Flytter",
            "scopes": ["goals", "measures"],
            **AGREED,
        },
    )
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert number in liv.get("/venter").text
    asking = liv.get(f"/plan/{plan}/steg/P17")
    assert asking.status_code == 200
    taken = liv.post(f"/plan/{plan}/steg/P17", data={**fields(asking.text), "rests_on_old": "on"})
    assert taken.status_code == 303, taken.get_data(as_text=True)
    assert (world.plan(plan).state, world.plan(plan).close_reason) == ("closed", "transferred_out")
    with Session(there.engine) as session:
        asked_new = select(Plan).where(Plan.predecessor_id == plan)
        new = session.execute(asked_new).scalar_one()
    assert new.municipality_id == there.municipality_id
    assert new.source_name == number
    assert liv.get(f"/plan/{plan}").status_code == 404  # the border is closed again
    looked = signed_in(world.party["kim"]).get(f"/min/{plan}/hvem-har-sett").text
    assert "Liv" in looked  # the person sees who looked from the other municipality
    with Session(world.engine) as session:
        traced = select(Access.municipality_id).where(
            Access.party_id == there.party["liv"], ~Access.refused
        )
        assert set(session.execute(traced).scalars()) == {world.municipality_id}
    assert number not in liv.get("/venter").text


def fields(html: str) -> dict[str, str]:
    """The hidden fields of the page's forms."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: value for name, value in found if name not in ("csrf_token", "next")}
