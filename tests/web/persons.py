"""What the tests of the person's pages share: a world on the application's database, and a plan like Narvik's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import NOW, SignedIn
from tests.world import World, make_world
from web.request.database import db
from workflow.rules.names.steps import MeetingStep, PlanStep
from workflow.words.steps.catalogue import URLS


@dataclass
class Home:
    """Kim's plan in use: a goal, a measure with Kim and Mona, a mother who sees it, a meeting."""

    world: World
    plan: str
    measure: str
    meeting: str
    enter: SignedIn

    def browser(self, name: str) -> FlaskClient:
        """A client of the test person."""
        return self.enter(self.world.party[name])

    def at(self, rest: str = "") -> str:
        """An address below Kim's plan."""
        return f"/min/{self.plan}{rest}"

    def press(self, browser: FlaskClient, row: str, of: str = "", **fields: str) -> int:
        """Take a step by one press; the status of the answer."""
        where = self.at(f"/steg/{URLS[row]}" + (f"/{of}" if of else ""))
        return browser.post(where, data=fields).status_code


def new_world(app: Flask) -> World:
    """A municipality of its own, at the application's hour."""
    with app.app_context():
        world = make_world(db.engine)
    world.now = NOW - timedelta(minutes=5)
    return world


def settled(app: Flask, enter: SignedIn) -> Home:
    """Kim's plan with something of everything."""
    world = new_world(app)
    plan = world.active()
    goal = world.take("kim", PlanStep.ADD_GOAL, plan, own_words="Betale husleia").subject_id
    assert goal
    world.take(
        "kim",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["mor"],
        kind="relative",
        role="mor",
    )
    world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["ali"],
        role="Nav",
        agreed_how="spoken",
    )
    measure = world.measured(plan, helper_ids=[world.party["kim"]])
    meeting = world.take(
        "mona",
        MeetingStep.PLAN,
        plan,
        starts_on=world.days(8),
        starts_time=time(10, 0),
        place="Rådhuset",
        party_ids=[world.party["ali"]],
    ).subject_id
    world.take("mona", MeetingStep.CALL, plan, meeting, agenda="Husleie", agreed_how="spoken")
    return Home(world, plan, measure, meeting, enter)
