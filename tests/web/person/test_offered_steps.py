"""What the person's pages and the relative's page offer is what the engine would take, in every situation."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.web.plan_world import Enter, make
from tests.workflow.scenes import SCENES, Scene
from tests.world import World
from workflow.acts.entry.composites import form_of, why_not_any
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Measure
from workflow.rules.names.steps import CompositeStep, MeasureStep, PlanStep
from workflow.rules.sharing.scopes import GOALS
from workflow.words.steps.catalogue import URLS

PAGES = (
    "",
    "/planen",
    "/gjort",
    "/meldinger",
    "/folk",
    "/mote",
    "/deler",
    "/papir",
    "/brev",
    "/rettigheter",
)
READERS = ("kim", "mor", "frida", "ali", "sara", "hege", "per")
BY_URL = {verb: name for name, verb in URLS.items()}
FORM = re.compile(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


def narrowed(world: World) -> Scene:
    """Everybody that the plan is shared with sees its goals and nothing more."""
    scene = SCENES["in_use"](world)
    with unit_of_work(world.engine) as session:
        session.execute(
            update(Consent)
            .where(Consent.plan_id == scene.plan, Consent.receiver_id.is_not(None))
            .values(scopes=GOALS)
        )
    return scene


def all_paused(world: World) -> Scene:
    """A plan with measures and meetings in every state, and a pause."""
    scene = SCENES["in_use"](world)
    world.take("kim", PlanStep.PAUSE, scene.plan, until_on=world.days(30), reason="Ferie")
    return scene


def all_stopped(world: World) -> Scene:
    """The same, shared with nobody any more."""
    scene = SCENES["in_use"](world)
    world.take("kim", PlanStep.STOP_SHARING, scene.plan)
    return scene


def all_done_today(world: World) -> Scene:
    """The person does the measures herself, and has finished one and evaluated another today."""
    scene = SCENES["in_use"](world)
    with unit_of_work(world.engine) as session:
        keys = [scene.measures[name] for name in ("decided", "active")]
        mine = update(Measure).where(Measure.id.in_(keys))
        session.execute(mine.values(accountable_id=world.party["kim"]))
    world.take("kim", MeasureStep.DONE, scene.plan, scene.measures["active"])
    return scene


SITUATIONS = {
    **SCENES,
    **{made.__name__: made for made in (narrowed, all_paused, all_stopped, all_done_today)},
}


@pytest.fixture
def world(app: Flask) -> World:
    """The test persons, at the application's own hour."""
    return make(app)


@pytest.fixture
def enter(app: Flask, world: World) -> Enter:
    """A function: the client of a test person."""
    return Enter(app, world)


def offered(page: str, plan: str) -> Iterator[tuple[str, str | None, dict[str, str] | None]]:
    """Every step that a page leads to: its name, its subject, and its answers where one press takes it."""
    text = page.partition("<main")[2]
    for address in re.findall(rf'href="(/min/{plan}/steg/[^"]*)"', text):
        parts = urlsplit(html.unescape(address))
        verb, _, of = parts.path.removeprefix(f"/min/{plan}/steg/").partition("/")
        yield BY_URL[verb], of or None, None
    for address, inside in FORM.findall(text):
        path = urlsplit(html.unescape(address)).path
        given = {name: html.unescape(said) for name, said in HIDDEN.findall(inside)}
        if path.startswith(f"/min/{plan}/steg/"):
            verb, _, of = path.removeprefix(f"/min/{plan}/steg/").partition("/")
            # A form with words to write is asked as a link is: what it holds is not known yet.
            yield BY_URL[verb], of or None, None if "<textarea" in inside else given
        if path.startswith(f"/min/{plan}/gjort/"):
            yield CompositeStep.DONE_AND_EVALUATED, path.rpartition("/")[2], None


def filled(step_name: str, given: Mapping[str, str] | None) -> Any:
    """The form of one press; none where more is asked first."""
    if given is None:
        return None
    model = form_of(step_name)
    try:
        return model(**{name: said for name, said in given.items() if name in model.model_fields})
    except ValidationError:
        raise AssertionError((step_name, given)) from None


def refusals(world: World, scene: Scene, reader: str, page: str) -> Iterator[tuple[object, ...]]:
    """What is offered and would be refused."""
    with Session(world.engine) as session:
        for step_name, of, given in offered(page, scene.plan):
            if (
                step_name == CompositeStep.DONE_AND_EVALUATED
                and world.measure(of or "").completed_on
            ):
                step_name = MeasureStep.EVALUATE
            denials = why_not_any(
                session,
                world.actor(reader),
                step_name,
                plan_id=scene.plan,
                subject_id=of,
                form=filled(step_name, given),
                now=world.now,
            )
            session.rollback()
            if denials:
                yield step_name, of, [one.code for one in denials]


@pytest.mark.parametrize("name", SITUATIONS)
def test_no_page_offers_what_would_be_refused(world: World, enter: Enter, name: str) -> None:
    scene = SITUATIONS[name](world)
    odd, seen = [], 0
    for reader in READERS:
        browser = enter(reader)
        for rest in PAGES:
            answer = browser.get(f"/min/{scene.plan}{rest}")
            if answer.status_code == 200:
                page = answer.get_data(as_text=True)
                seen += len(list(offered(page, scene.plan)))
                odd += [(reader, rest, *one) for one in refusals(world, scene, reader, page)]
    assert odd == []
    assert seen


@pytest.mark.parametrize("name", ["in_use", "narrowed", "all_paused", "closed"])
def test_every_page_that_a_link_leads_to_takes_an_answer(
    world: World, enter: Enter, name: str
) -> None:
    scene = SITUATIONS[name](world)
    for reader in READERS:
        browser = enter(reader)
        links = set[str]()
        for rest in PAGES:
            page = browser.get(f"/min/{scene.plan}{rest}").get_data(as_text=True)
            links |= set(re.findall(rf'href="(/min/{scene.plan}/steg/[^"]*)"', page))
        for link in links:
            answer = browser.get(html.unescape(link))
            assert answer.status_code == 200, (reader, link)
            assert '<form class="form" method="post"' in answer.get_data(as_text=True), link


@pytest.mark.parametrize("name", ["all_paused", "all_stopped", "closed"])
def test_an_address_typed_by_hand_says_why_not_before_anything_is_written(
    world: World, enter: Enter, name: str
) -> None:
    scene = SITUATIONS[name](world)
    answer = enter("kim").get(f"/min/{scene.plan}/steg/{URLS[PlanStep.ADD_GOAL]}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Ikke ennå" in page
    assert "<textarea" not in page and "Tilbake" in page
