"""Buttons that a page once hid from those who may, or offered and then refused: each by its own input."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.plan_world import Enter, make, used
from tests.workflow.scenes import closed, closed_denied, withdrawn
from tests.world import World
from workflow.rules.engine.denials import Refused
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.words.steps.catalogue import URLS


@pytest.fixture
def world(app: Flask) -> World:
    """The test persons, at the application's own hour."""
    return make(app)


@pytest.fixture
def enter(app: Flask, world: World) -> Enter:
    """A function: the client of a test person."""
    return Enter(app, world)


def offers(enter: Enter, name: str, plan: str, step_name: str) -> bool:
    """Whether the plan's page leads the reader to the step."""
    answer = enter(name).get(f"/plan/{plan}")
    assert answer.status_code == 200
    return f'/steg/{URLS[step_name]}"' in answer.get_data(as_text=True)


def test_a_request_about_data_is_answered_from_the_plans_page(world: World, enter: Enter) -> None:
    plan = used(world)
    assert not offers(enter, "mona", plan, PlanStep.ANSWER_DATA_REQUEST) and not offers(
        enter, "pia", plan, PlanStep.ANSWER_DATA_REQUEST
    )
    assert not offers(enter, "pia", plan, PlanStep.TAKE_MORE_TIME)
    world.take("kim", PlanStep.ASK_FOR_CORRECTION, plan, words="Jeg er født i mai")
    assert offers(enter, "mona", plan, PlanStep.ANSWER_DATA_REQUEST) and offers(
        enter, "pia", plan, PlanStep.ANSWER_DATA_REQUEST
    )
    assert offers(enter, "pia", plan, PlanStep.TAKE_MORE_TIME) and not offers(
        enter, "mona", plan, PlanStep.TAKE_MORE_TIME
    )
    assert enter("pia").get(f"/plan/{plan}/steg/trenger-lengre-tid").status_code == 200
    world.take("pia", PlanStep.TAKE_MORE_TIME, plan, reason="Det er mye å gå gjennom")
    assert offers(enter, "pia", plan, PlanStep.ANSWER_DATA_REQUEST) and not offers(
        enter, "pia", plan, PlanStep.TAKE_MORE_TIME
    )
    world.take(
        "mona", PlanStep.ANSWER_DATA_REQUEST, plan, outcome="corrected", answer="Det er rettet"
    )
    assert not offers(enter, "mona", plan, PlanStep.ANSWER_DATA_REQUEST)


def test_more_time_for_access_is_taken_from_the_plans_page(world: World, enter: Enter) -> None:
    plan = used(world)
    world.take("kim", PlanStep.ASK_FOR_ACCESS, plan)
    assert offers(enter, "pia", plan, PlanStep.TAKE_MORE_TIME) and not offers(
        enter, "pia", plan, PlanStep.ANSWER_DATA_REQUEST
    )


def test_a_closed_plan_is_not_offered_back_beside_an_open_one(world: World, enter: Enter) -> None:
    plan = closed(world).plan
    assert offers(enter, "liv", plan, PlanStep.REOPEN) and offers(
        enter, "liv", plan, PlanStep.REOPEN_AS_NEED
    )
    world.requested()
    for step_name in (PlanStep.REOPEN, PlanStep.REOPEN_AS_NEED):
        assert not offers(enter, "liv", plan, step_name)
        with pytest.raises(Refused, match="second_open_plan"):
            world.take("liv", step_name, plan, reason="Ja", next_review_on=world.days(80))
    page = enter("liv").get(f"/plan/{plan}").get_data(as_text=True)
    assert "har en plan fra før" in page


@pytest.mark.parametrize(
    ("name", "step_name"), [("oda", PlanStep.REVERSE), ("liv", PlanStep.APPEAL_UPHELD)]
)
def test_a_denial_is_not_turned_beside_an_open_plan(
    world: World, enter: Enter, name: str, step_name: str
) -> None:
    plan = closed_denied(world).plan
    assert offers(enter, name, plan, step_name)
    world.requested()
    assert not offers(enter, name, plan, step_name)
    with pytest.raises(Refused, match="second_open_plan"):
        world.take(name, step_name, plan, reason="Ja")


@pytest.mark.parametrize("path", ["/min/{}", "/min/{}/deler"])
def test_the_person_changes_her_mind_unless_another_plan_is_open(
    world: World, enter: Enter, path: str
) -> None:
    plan = withdrawn(world).plan
    assert URLS[PlanStep.UNDO_WITHDRAWAL] in enter("kim").get(path.format(plan)).get_data(
        as_text=True
    )
    world.requested()
    assert URLS[PlanStep.UNDO_WITHDRAWAL] not in enter("kim").get(path.format(plan)).get_data(
        as_text=True
    )
    with pytest.raises(Refused, match="second_open_plan"):
        world.take("kim", PlanStep.UNDO_WITHDRAWAL, plan)


def test_an_old_last_step_is_still_taken_back_from_the_page(world: World, enter: Enter) -> None:
    """The page shows some of the history; what may be taken back does not hang on that."""
    plan = used(world)
    measure = world.measured(plan)
    world.take("mona", MeasureStep.BEGIN, plan, measure)
    for _ in range(20):
        world.take("mona", PlanStep.TALKED, plan)
    page = enter("mona").get(f"/plan/{plan}").get_data(as_text=True)
    assert f"/steg/angre-tiltak?subject={measure}" in page
