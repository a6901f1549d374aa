"""Whoever came in by a door for persons meets nothing there that is hers as staff, at any address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from tests.samples import WHOLE, place
from tests.web.everywhere.everything import Whole, address, routes, whole
from tests.web.everywhere.sent import nothing_kept
from tests.world import STAFF
from web.request.database import db
from web.request.reader import COOKIE
from workflow.acts.accounts.sessions import open_session
from workflow.record.access.open_plan import Actor, creating_relations, resolve_access
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Participant, Party, Representation, new_id

OF_NOBODY = (404, 303)  # not there, or on to a page that is


@pytest.fixture(scope="module")
def town(app: Flask) -> Whole:
    return whole(app)


@pytest.fixture(scope="module")
def inside(app: Flask, town: Whole) -> Iterator[dict[str, FlaskClient]]:
    """The browsers of everybody who works here, let in by a provider that is for persons."""
    app.test_client_class = FlaskClient  # the pages themselves are checked elsewhere
    made = {name: privately(app, town, name) for name in STAFF}
    with nothing_kept(town.world.engine):
        yield made


def privately(app: Flask, town: Whole, name: str) -> FlaskClient:
    with app.app_context(), unit_of_work(db.engine) as session:
        party = session.get_one(Party, town.world.party[name])
        token = open_session(session, party, town.world.now, method="oidc", provider="persons")
    browser = app.test_client()
    browser.set_cookie(COOKIE, token)
    return browser


def some_of(route: str) -> list[str]:
    """Three of those who work here for a route, other ones for the next; all of them in `make soak`."""
    names = sorted(STAFF)
    return names if WHOLE else [names[place(f"{route} {n}", len(names))] for n in range(3)]


@pytest.mark.sampled
def test_no_address_of_a_plan_opens_to_who_stands_to_it_at_work(
    app: Flask, town: Whole, inside: dict[str, FlaskClient]
) -> None:
    under_a_plan = [(m, rule) for m, rule in routes(app) if "plan_id" in rule.arguments]
    assert len(under_a_plan) > 60
    opened = [
        (name, method, rule.rule)
        for method, rule in under_a_plan
        for name in some_of(rule.rule)
        if inside[name].open(address(app, rule, town.ids["kim"]), method=method).status_code != 404
    ]
    assert opened == []


@pytest.mark.sampled
def test_no_page_of_staff_opens(app: Flask, town: Whole, inside: dict[str, FlaskClient]) -> None:
    of_staff = [(m, rule) for m, rule in routes(app) if rule.endpoint.startswith("staff.")]
    opened = [
        (name, method, rule.rule)
        for method, rule in of_staff
        for name in some_of(rule.rule)
        if inside[name].open(address(app, rule, town.ids["kim"]), method=method).status_code
        not in OF_NOBODY
    ]
    assert opened == []


def test_a_choice_of_plans_names_no_client(inside: dict[str, FlaskClient]) -> None:
    for browser in inside.values():
        assert "Kim" not in browser.get("/min").get_data(as_text=True)


def test_what_is_hers_as_a_person_is_there_all_the_same(town: Whole) -> None:
    world, plan = town.world, town.ids["kim"]["plan_id"]
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Representation),
            {
                "id": new_id(),
                "person_id": world.party["kim"],
                "representative_id": world.party["oda"],
                "ground": "guardian",
                "from_at": world.now,
            },
        )
        before = creating_relations(session, Actor(world.party["liv"]), None, world.now)
        private = Actor(world.party["liv"], private=True)
        assert creating_relations(session, private, None, world.now) == {"relative"} != before
        held = resolve_access(session, Actor(world.party["oda"], private=True), plan, world.now)
        assert held.relations == {"representative"}


def test_who_takes_part_in_private_life_sees_what_she_took_on_there(town: Whole) -> None:
    world, plan = town.world, town.ids["kim"]["plan_id"]
    actor = Actor(world.party["ali"], private=True)
    with unit_of_work(world.engine) as session:
        assert not resolve_access(session, actor, plan, world.now).relations
        session.query(Participant).where(Participant.party_id == actor.party_id).update(
            {"kind": "volunteer"}
        )
        assert "participant" in resolve_access(session, actor, plan, world.now).relations
        session.rollback()
