"""The same form sent twice is answered the second time as it was the first, on every kind of page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.filling import form_of, standing
from tests.web.plan_world import Enter, make, used
from tests.world import World
from workflow.acts.operations import press_answers
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Event, Participant, PressAnswer
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.catalogue import URLS


@pytest.fixture
def world(app: Flask) -> World:
    """The test persons, at the application's own hour."""
    return make(app)


@pytest.fixture
def enter(app: Flask, world: World) -> Enter:
    """A function: the client of a test person."""
    return Enter(app, world)


@pytest.fixture
def plan(world: World) -> str:
    """Kim's plan in use, with one participant."""
    return used(world)


@dataclass(frozen=True)
class Press:
    """A form of a page: who sends it, where it stands, which it is, and what is chosen."""

    who: str
    page: str
    action: str
    chosen: Callable[[World, str], dict[str, str]] = lambda _world, _plan: {}


def participant(world: World, plan: str) -> dict[str, str]:
    """Ali's place in the plan."""
    with Session(world.engine) as session:
        wanted = select(Participant.id).where(
            Participant.plan_id == plan, Participant.party_id == world.party["ali"]
        )
        return {"participant_id": session.execute(wanted).scalar_one(), "reason": "Flyttet"}


def receiver(world: World, plan: str) -> dict[str, str]:
    """Ali, whom the plan is shared with."""
    return {"party_id": world.party["ali"], "agreed_how": "spoken"}


PRESSES = {
    "stop sharing, person": Press("kim", "/min/{}/deler", "/steg/slutt-a-dele-med"),
    "stop sharing, staff": Press(
        "mona", "/plan/{}/steg/slutt-a-dele-med", "/steg/slutt-a-dele-med", receiver
    ),
    "leaves the plan": Press(
        "mona", "/plan/{}/steg/gar-ut-av-planen", "/steg/gar-ut-av-planen", participant
    ),
    "not needed": Press(
        "mona", "/plan/{}/steg/trengs-ikke-lenger", "/steg/trengs-ikke-lenger", participant
    ),
    "ends coordinating": Press(
        "mona", "/plan/{}/steg/slutt-som-koordinator", "/steg/slutt-som-koordinator"
    ),
    "together": Press("mona", "/plan/{}", "/sammen"),
    "seen": Press("kim", "/min/{}", "/lest"),
}


@pytest.mark.parametrize("name", PRESSES)
def test_the_second_answer_is_the_first_ones(
    world: World, enter: Enter, plan: str, name: str
) -> None:
    press = PRESSES[name]
    browser = enter(press.who)
    shown = browser.get(press.page.format(plan))
    assert shown.status_code == 200
    form = form_of(shown.get_data(as_text=True), press.action)
    said = {**standing(form), **{k: [v] for k, v in press.chosen(world, plan).items()}}
    assert said["_press"]
    address = form.get("action") or press.page.format(plan)
    first = browser.post(address, data=said)
    assert first.status_code == 303, first.get_data(as_text=True)
    events = len(events_of(world, plan))
    second = browser.post(address, data=said)
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert len(events_of(world, plan)) == events


def test_a_lent_screen_is_given_back_once(world: World, enter: Enter, plan: str) -> None:
    browser = enter("mona")
    shown = browser.get(f"/plan/{plan}").get_data(as_text=True)
    lent = browser.post(f"/min/{plan}/sammen", data=standing(form_of(shown, "/sammen")))
    page = browser.get(lent.headers["Location"]).get_data(as_text=True)
    form = form_of(page, "/gi-tilbake")
    said = standing(form)
    first = browser.post(form.get("action") or "", data=said)
    second = browser.post(form.get("action") or "", data=said)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]


def events_of(world: World, plan: str) -> list[str]:
    """The plan's events."""
    with Session(world.engine) as session:
        return list(session.scalars(select(Event.id).where(Event.plan_id == plan)))


def test_other_words_another_reader_or_another_press_are_another_press(
    world: World, enter: Enter, plan: str
) -> None:
    kim, mona = enter("kim"), enter("mona")
    address = f"/min/{plan}/steg/{URLS[PlanStep.WRITE]}"
    sent = {"words": "Ring meg", "_press": "p1"}
    for browser, fields in (
        (kim, sent),
        (kim, {**sent, "words": "Ring meg i dag"}),
        (kim, {**sent, "_press": "p2"}),
        (mona, sent),
    ):
        browser.post(address, data=fields)
    with Session(world.engine) as session:
        kept = session.scalars(select(PressAnswer.id)).all()
    assert len(set(kept)) == len(kept) >= 3


def test_a_refused_press_is_judged_anew(world: World, enter: Enter, plan: str) -> None:
    browser = enter("mona")
    address = f"/plan/{plan}/steg/gar-ut-av-planen"
    said = {"participant_id": "", "reason": "Flyttet", "_press": "p1"}
    assert browser.post(address, data=said).status_code == 422
    with Session(world.engine) as session:
        assert session.scalars(select(PressAnswer.id)).all() == []
    assert browser.post(address, data={**said, **participant(world, plan)}).status_code == 303


def test_presses_are_forgotten_after_a_day(world: World, enter: Enter, plan: str) -> None:
    enter("kim").post(f"/min/{plan}/lest", data={"_press": "p1"})
    with unit_of_work(world.engine) as session:
        assert session.scalars(select(PressAnswer.id)).all()
        press_answers.forget_old(session.connection(), world.now)
        assert session.scalars(select(PressAnswer.id)).all()
        press_answers.forget_old(
            session.connection(), world.now + press_answers.KEPT + press_answers.KEPT
        )
        assert session.scalars(select(PressAnswer.id)).all() == []


def test_nobody_is_led_by_anothers_press(world: World, enter: Enter, plan: str) -> None:
    said = {"_press": "p1"}
    assert enter("kim").post(f"/min/{plan}/lest", data=said).status_code == 303
    assert enter("nosy").post(f"/min/{plan}/lest", data=said).status_code == 404
    with Session(world.engine) as session:
        assert session.scalars(select(Consent.id).where(Consent.plan_id == plan)).all()


def test_a_step_is_taken_once_all_the_same(world: World, enter: Enter, plan: str) -> None:
    """Where the answer was not kept, the engine knows the press again."""
    browser, address = enter("mona"), f"/plan/{plan}/steg/{URLS[PlanStep.TALKED]}"
    said = {"_press": "p1"}
    browser.post(address, data=said)
    with unit_of_work(world.engine) as session:
        for one in session.scalars(select(PressAnswer)).all():
            session.delete(one)
    events = len(events_of(world, plan))
    assert browser.post(address, data=said).status_code == 303
    assert len(events_of(world, plan)) == events
