"""Whom a child of 14 keeps from the mother stands nowhere that she reads, and no answer tells her that somebody does.

The helper has a name of their own, works in no unit, and has done something of everything; the name is looked for on
every page, form, paper and file of the mother, and in what she is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.samples import WHOLE, place
from tests.web.crawling import crawled
from tests.web.everywhere.everything import address, new_party
from tests.web.plan_world import Enter, make
from tests.workflow.sharing.sharing_world import born, parent, years
from tests.world import AGREED, World
from workflow.acts.base.form_fields import Form
from workflow.acts.base.registry import ACTS
from workflow.record.access.open_plan import open_plan
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Consent,
    Delivery,
    Event,
    Measure,
    Meeting,
    Notice,
    Participant,
    Wish,
    new_id,
)
from workflow.record.plan.view import read_opened_view
from workflow.rules.engine.denials import PlanlopError
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.sharing.scopes import SCOPES
from workflow.rules.tables import TRANSITIONS
from workflow.words.steps.catalogue import URLS

KEPT, OPEN = "Rypevinge", "Skarvedal"
# One's own account, and the made-up sign-in that lists everybody.
NOT_READ = re.compile(r"^/min-konto|/bevis|^/logg-")


@dataclass
class Home:
    """Kim's plan, whom Kim keeps to himself, and what they made together."""

    world: World
    plan: str
    kept: str

    def keys(self) -> dict[str, str]:
        """What an address may name: always what the kept helper has to do with."""
        with Session(self.world.engine) as session:

            def first(model: Any, *where: Any) -> str:
                wanted = select(model.id).where(model.plan_id == self.plan, *where)
                return str(session.scalars(wanted.order_by(model.id.desc())).first() or new_id())

            return {
                "plan_id": self.plan,
                "party_id": self.kept,
                "participant_id": first(Participant, Participant.party_id == self.kept),
                "consent_id": first(Consent, Consent.receiver_id == self.kept),
                "measure_id": first(Measure, Measure.accountable_id == self.kept),
                "meeting_id": first(Meeting),
                "wish_id": first(Wish, Wish.from_party_id == self.kept),
                "event_id": first(Event, Event.actor_id == self.kept),
                "of": first(Measure, Measure.accountable_id == self.kept),
            }


@pytest.fixture
def home(app: Flask) -> Home:
    world = make(app)
    plan = world.active()
    born(world, years(world, 14))
    parent(world, plan)
    for name, words in (("rype", KEPT), ("skarv", OPEN)):
        world.party[name] = new_party(world, words)
    every = list(SCOPES)
    for name, kept in (("rype", True), ("skarv", False)):
        who = {"party_id": world.party[name], "kind": "user_organisation"}
        giver, heard = (
            ("kim", {"kept_from_parents": True}) if kept else ("mor", {"child_said": "Ja"})
        )
        world.take(giver, PlanStep.ADD_PARTICIPANT, plan, **who, kept_from_parents=kept)
        given = {"party_id": world.party[name], "scopes": every}
        world.take(giver, PlanStep.GIVE_CONSENT, plan, **given, **heard)
        world.later(hours=1)
        measure = world.take(
            "kim", MeasureStep.PROPOSE, plan, text="Gå på klubben", accountable_id=world.party[name]
        ).subject_id
        world.take(name, PlanStep.WRITE, plan, words="Hei", to_party_id=world.party["mona"])
        world.take("kim", PlanStep.WRITE, plan, words="Hei", to_party_id=world.party[name])
        called = [world.party[name], world.party["mona"]]
        world.take(
            "mona", MeetingStep.PLAN, plan, starts_on=world.days(20), party_ids=called, **AGREED
        )
        world.take(
            "mona",
            MeasureStep.AGREE,
            plan,
            measure,
            accountable_said_yes=True,
            due_on=world.days(30),
            **AGREED,
        )
        world.later(hours=1)
    return Home(world, plan, world.party["rype"])


def starts(app: Flask, home: Home) -> list[str]:
    """An address of every page that the mother may ask for, and of every step's form."""
    known, listed = home.keys(), ["/", "/meldinger", "/kalender"]
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= known.keys():
            listed.append(address(app, rule, known))
    for row in TRANSITIONS.values():
        subject = {"measure": known["measure_id"], "meeting": known["meeting_id"]}.get(row.machine)
        at = f"/min/{home.plan}/steg/{URLS[row.name]}"
        listed.append(f"{at}/{subject}" if subject and row.has_subject else at)
    return [one for one in listed if not NOT_READ.search(one)]


@pytest.mark.sampled
def test_the_name_stands_nowhere(app: Flask, home: Home) -> None:
    browser = Enter(app, home.world)("mor")
    browser.__class__ = FlaskClient
    first = starts(app, home)
    pages = crawled(browser, first, 400 if WHOLE else 60, NOT_READ)
    for page in first if WHOLE else [one for one in first if place(one, 3) == 0]:
        pages.setdefault(page, browser.get(page).get_data(as_text=True))
    assert sum(OPEN in text for text in pages.values()) > 5, "the walk sees those who are not kept"
    # A page may say again what its address was asked with.
    told = {where: text.replace(where, "") for where, text in pages.items()}
    assert [where for where, text in told.items() if KEPT in text or home.kept in text] == []


def test_the_child_reads_it_all_the_same(app: Flask, home: Home) -> None:
    page = Enter(app, home.world)("kim").get(f"/min/{home.plan}/deler").get_data(as_text=True)
    assert KEPT in page and OPEN in page


def test_nothing_told_names_them(home: Home) -> None:
    mine = (Notice.plan_id == home.plan, Notice.recipient_id == home.world.party["mor"])
    with Session(home.world.engine) as session:
        told = list(session.scalars(select(Notice).where(*mine)))
        sent = list(
            session.scalars(
                select(Delivery).join(Notice, Notice.id == Delivery.notice_id).where(*mine)
            )
        )
    values = [str(getattr(one, c.key)) for one in (*told, *sent) for c in one.__table__.columns]
    assert [value for value in values if KEPT in value or home.kept in value] == []


def test_the_parts_hold_nothing_of_them(home: Home) -> None:
    with unit_of_work(home.world.engine) as session:
        opened = open_plan(session, home.world.actor("mor"), home.plan, "read", now=home.world.now)
        assert opened is not None
        view = read_opened_view(session, opened, home.world.now, events=0)
    rows = [*view.measures, *(row for part in view.parts.rows.values() for row in part)]
    assert [row for row in rows if home.kept in repr(vars_of(row))] == []
    assert home.kept not in view.humans


def vars_of(row: Any) -> dict[str, Any]:
    names = getattr(row, "__slots__", None) or [c.key for c in row.__table__.columns]
    return {name: getattr(row, name, None) for name in names}


POINTS = ("participant_id", "consent_id", "wish_id")


def points() -> list[tuple[str, str]]:
    """Every field that names something under the plan which may be about a helper."""
    return [
        (step_name, name)
        for step_name, act in ACTS.items()
        for name in act.form.model_fields
        if name in POINTS
    ]


@pytest.mark.parametrize(("step_name", "field"), points())
def test_no_answer_tells_that_they_are_there(home: Home, step_name: str, field: str) -> None:
    """A key of theirs is answered as a key of nothing."""
    there, nowhere = home.keys()[field], new_id()
    assert answer(home, step_name, field, there) == answer(home, step_name, field, nowhere)


def answer(home: Home, step_name: str, field: str, key: str) -> str:
    form: type[Form] = ACTS[step_name].form
    said = {
        name: "Ord"
        for name, info in form.model_fields.items()
        if info.is_required() and name != field
    }
    try:
        done = home.world.take("mor", step_name, home.plan, None, **{**said, field: key})
    except PlanlopError as stopped:
        return repr(stopped)
    return f"done: {done.step_name}"
