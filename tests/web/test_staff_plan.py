"""The plan's pages for staff: what stands on them, every step from its page, the Narvik case by clicks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import NOW
from tests.world import AGREED, World, make_world
from web.database import db
from web.sessions import COOKIE
from workflow.acts.signin import sign_in
from workflow.record.database import unit_of_work
from workflow.record.models import Party

Enter = Callable[[str], FlaskClient]


@pytest.fixture
def world(app: Flask) -> World:
    """The test persons, at the application's own hour."""
    with app.app_context():
        made = make_world(db.engine)
    made.now = NOW
    return made


@pytest.fixture
def enter(app: Flask, world: World) -> Enter:
    """A function: the client of a test person."""

    def of(name: str) -> FlaskClient:
        with app.app_context(), unit_of_work(db.engine) as session:
            party = session.get(Party, world.party[name])
            assert party is not None
            token = sign_in(session, party, NOW - timedelta(minutes=1))
        browser = app.test_client()
        browser.set_cookie(COOKIE, token)
        return browser

    return of


def test_plan_page(world: World, enter: Enter) -> None:
    plan = world.active()
    world.measured(plan)
    page = enter("mona").get(f"/plan/{plan}").get_data(as_text=True)
    assert "Tiltak" in page
    assert AGREED
