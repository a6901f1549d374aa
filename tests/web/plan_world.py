"""The test persons signed in on the pages, with a clock that a test moves; their plans are made in tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import NOW
from tests.world import AGREED, World, make_world
from web.request.database import db
from web.request.reader import COOKIE
from workflow.acts.accounts.sessions import open_session
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Event, Party
from workflow.rules.names.steps import PlanStep

# What a page draws anew each time it is asked for.
FRESH = re.compile(r'nonce="[^"]*"|name="(csrf_token|_press)"[^>]*value="[^"]*"')


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
            token = open_session(
                session, party, self.world.now - timedelta(minutes=1), method="demo"
            )
        browser = self.app.test_client()
        browser.set_cookie(COOKIE, token)
        return browser


def used(world: World) -> str:
    """Kim's plan in use, with a goal, two measures, people around and limits."""
    plan = world.active()
    world.take(
        "mona",
        PlanStep.SET_WHAT_MATTERS,
        plan,
        most_important="Beholde leiligheten",
        limits="Ikke før 11",
        **AGREED,
    )
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Betale husleia", **AGREED)
    world.take(
        "mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], role="Nav", **AGREED
    )
    world.measured(plan, "kim", helper_ids=[world.party["mona"]])
    world.measured(plan, "ali")
    return plan


def text_of(enter: Callable[[str], FlaskClient], name: str, address: str, status: int = 200) -> str:
    """The page that somebody gets, without its chance letters, which may spell a short name."""
    answer = enter(name).get(address)
    assert answer.status_code == status, (name, address)
    return FRESH.sub("", answer.get_data(as_text=True))


def found_by(enter: Callable[[str], FlaskClient], name: str, text: str) -> str:
    """The page that somebody gets who searches for a text."""
    browser = enter(name)
    assert browser.post("/sok", data={"q": text}).headers["Location"] == "/sok"
    return FRESH.sub("", browser.get("/sok").get_data(as_text=True))


def rows(world: World, model: type, plan: str) -> list[Any]:
    """What is stored under a plan."""
    with Session(world.engine) as session:
        return list(session.execute(select(model).where(model.plan_id == plan)).scalars())  # type: ignore[attr-defined]


def last_events(world: World, plan: str, count: int) -> list[str]:
    """The steps of the last events, oldest first."""
    with Session(world.engine) as session:
        row_ids = session.execute(
            select(Event.step_name)
            .where(Event.plan_id == plan)
            .order_by(Event.seq.desc())
            .limit(count)
        ).scalars()
        return list(row_ids)[::-1]
