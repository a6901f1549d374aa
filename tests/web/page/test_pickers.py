"""A step that is open has an answer to give: no form asks to choose among nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.web.plan_world import make
from tests.workflow.scenes import SCENES, Scene
from tests.world import World
from web.forms import pickers
from web.forms.widgets import picker_of
from workflow.acts.engine.availability import Steps, open_steps
from workflow.acts.entry.composites import form_of
from workflow.record.models import Plan
from workflow.rules.names.steps import PlanStep

# What the act itself cannot do without.
NEEDED: Mapping[str, tuple[str, ...]] = {
    PlanStep.END_HEALTH: ("note_id",),
    PlanStep.STOP_SHARING_WITH: ("party_id",),
}
READERS = ("kim", "mor", "mona", "vik", "ali", "oda", "liv", "lars", "pia", "sara")


def bare(world: World) -> Scene:
    """In use, with nobody around, no goal, nothing of health and shared with nobody but by role."""
    plan = world.active()
    return Scene(world, plan)


SITUATIONS = {**SCENES, "bare": bare}


def open_with_subjects(asked: Steps) -> Iterator[tuple[str, str | None]]:
    """Every open step with what it is about."""
    yield from ((name, None) for name in asked.of_plan().open)
    for measure in asked.view.measures:
        yield from ((name, measure.id) for name in asked.of_measure(measure).open)
    for meeting in asked.view.meetings:
        yield from ((name, meeting.id) for name in asked.of_meeting(meeting).open)


@pytest.mark.parametrize("name", SITUATIONS)
def test_no_open_step_asks_to_choose_among_nothing(app: Flask, name: str) -> None:
    world = make(app)
    scene = SITUATIONS[name](world)
    odd = set()
    for reader in READERS:
        with app.app_context(), Session(world.engine) as session:
            plan = session.get_one(Plan, scene.plan)
            asked = open_steps(session, world.actor(reader), plan, world.now)
            for step_name, key in open_with_subjects(asked):
                model = form_of(step_name)
                needed = [n for n, info in model.model_fields.items() if info.is_required()]
                needed += NEEDED.get(step_name, ())
                here = pickers.Where(session, world.now, plan.id, key, asked.access.visibility())
                choices = pickers.choices_of(model, here, needed)
                odd |= {
                    (step_name, field, picker_of(model.model_fields[field]), reader)
                    for field, listed in choices.items()
                    if not listed
                }
    assert odd == set()
