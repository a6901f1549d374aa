"""The test persons signed in on the pages, with a clock that a test moves; their plans are made in tests."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import NOW
from tests.world import World, make_world
from web.database import db
from web.sessions import COOKIE
from workflow.acts.signin import sign_in
from workflow.record.database import unit_of_work
from workflow.record.models import Party


def make(app: Flask) -> World:
    """A municipality of its own; the application's hour is the world's."""
    with app.app_context():
        world = make_world(db.engine)
    world.now = NOW
    app.extensions["planlop_clock"] = lambda: world.now
    return world


class Enter:
    """Signs a test person in and gives the browser."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world

    def __call__(self, name: str, language: str = "nb") -> FlaskClient:
        with self.app.app_context(), unit_of_work(db.engine) as session:
            party = session.get(Party, self.world.party[name])
            assert party is not None
            party.language = language
            token = sign_in(session, party, self.world.now - timedelta(minutes=1))
        browser = self.app.test_client()
        browser.set_cookie(COOKIE, token)
        return browser
