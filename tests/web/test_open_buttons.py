"""Buttons that a page once hid from those who may, or offered and then refused: each by its own input."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.plan_world import Enter, make, used
from tests.workflow.scenes import closed, closed_denied, withdrawn
from tests.world import World
from workflow.rules.denials import Refused


@pytest.fixture
def world(app: Flask) -> World:
    """The test persons, at the application's own hour."""
    return make(app)


@pytest.fixture
def enter(app: Flask, world: World) -> Enter:
    """A function: the client of a test person."""
    return Enter(app, world)


def offers(enter: Enter, name: str, plan: str, row_id: str) -> bool:
    """Whether the plan's page leads the reader to the step."""
    answer = enter(name).get(f"/plan/{plan}")
    assert answer.status_code == 200
    return f'/steg/{row_id}"' in answer.get_data(as_text=True)


def test_a_request_about_data_is_answered_from_the_plans_page(world: World, enter: Enter) -> None:
    plan = used(world)
    assert not offers(enter, "mona", plan, "A38") and not offers(enter, "pia", plan, "A38")
    assert not offers(enter, "pia", plan, "A41")
    world.take("kim", "A37", plan, words="Jeg er født i mai")
    assert offers(enter, "mona", plan, "A38") and offers(enter, "pia", plan, "A38")
    assert offers(enter, "pia", plan, "A41") and not offers(enter, "mona", plan, "A41")
    assert enter("pia").get(f"/plan/{plan}/steg/A41").status_code == 200
    world.take("pia", "A41", plan, reason="Det er mye å gå gjennom")
    assert offers(enter, "pia", plan, "A38") and not offers(enter, "pia", plan, "A41")
    world.take("mona", "A38", plan, outcome="corrected", answer="Det er rettet")
    assert not offers(enter, "mona", plan, "A38")


def test_more_time_for_access_is_taken_from_the_plans_page(world: World, enter: Enter) -> None:
    plan = used(world)
    world.take("kim", "A31", plan)
    assert offers(enter, "pia", plan, "A41") and not offers(enter, "pia", plan, "A38")


def test_a_closed_plan_is_not_offered_back_beside_an_open_one(world: World, enter: Enter) -> None:
    plan = closed(world).plan
    assert offers(enter, "liv", plan, "P26a") and offers(enter, "liv", plan, "P26b")
    world.requested()
    for row_id in ("P26a", "P26b"):
        assert not offers(enter, "liv", plan, row_id)
        with pytest.raises(Refused, match="second_open_plan"):
            world.take("liv", row_id, plan, reason="Ja", next_review_on=world.days(80))
    page = enter("liv").get(f"/plan/{plan}").get_data(as_text=True)
    assert "har en plan fra før" in page


@pytest.mark.parametrize(("name", "row_id"), [("oda", "P24a"), ("liv", "P24b")])
def test_a_denial_is_not_turned_beside_an_open_plan(
    world: World, enter: Enter, name: str, row_id: str
) -> None:
    plan = closed_denied(world).plan
    assert offers(enter, name, plan, row_id)
    world.requested()
    assert not offers(enter, name, plan, row_id)
    with pytest.raises(Refused, match="second_open_plan"):
        world.take(name, row_id, plan, reason="Ja")


@pytest.mark.parametrize("path", ["/min/{}", "/min/{}/deler"])
def test_the_person_changes_her_mind_unless_another_plan_is_open(
    world: World, enter: Enter, path: str
) -> None:
    plan = withdrawn(world).plan
    assert "P21v" in enter("kim").get(path.format(plan)).get_data(as_text=True)
    world.requested()
    assert "P21v" not in enter("kim").get(path.format(plan)).get_data(as_text=True)
    with pytest.raises(Refused, match="second_open_plan"):
        world.take("kim", "P21v", plan)


def test_an_old_last_step_is_still_taken_back_from_the_page(world: World, enter: Enter) -> None:
    """The page shows some of the history; what may be taken back does not hang on that."""
    plan = used(world)
    measure = world.measured(plan)
    world.take("mona", "M5", plan, measure)
    for _ in range(20):
        world.take("mona", "A9", plan)
    page = enter("mona").get(f"/plan/{plan}").get_data(as_text=True)
    assert f"/steg/M16?subject={measure}" in page
