"""What a press costs: a step that succeeds reads what it rests on, never the page that it stood on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.everywhere.effort import Effort, effort
from tests.web.filling import form_of, standing
from tests.web.plan_world import Enter, make, used
from tests.world import World
from workflow.record.models import Wish
from workflow.rules.names.steps import MeasureStep, PlanStep

Fields = Mapping[str, Any]


@dataclass
class Scene:
    """Kim's plan in use, and what a case has made in it."""

    world: World
    enter: Enter
    plan: str

    def filled(self, name: str, page: str, form: str = "", **fields: Any) -> Fields:
        """The form as the reader's page holds it, with more answers."""
        html = self.enter(name).get(page).get_data(as_text=True)
        return standing(form_of(html, form)) | fields


@dataclass(frozen=True)
class Press:
    """One press of a button: whose, where, with what; `address` may need the scene to be known."""

    who: str
    prepare: Callable[[Scene], tuple[str, Fields]]


def done(scene: Scene) -> tuple[str, Fields]:
    """`measure.done`, «Ferdig», from the table on the plan page."""
    measure = scene.world.measured(scene.plan)
    where = f"/plan/{scene.plan}/steg/ferdig?subject={measure}"
    return where, scene.filled("mona", where, agreed_how="spoken")


def reviewed(scene: Scene) -> tuple[str, Fields]:
    """`plan.review` and `plan.continue` on the review's page."""
    where = f"/plan/{scene.plan}/evaluering"
    return where, scene.filled("mona", where, rating="good", agreed_how="spoken")


def answered(scene: Scene) -> tuple[str, Fields]:
    """`plan.answer`, the answer to a message."""
    scene.world.take("kim", PlanStep.WRITE, scene.plan, words="Kan du ringe?")
    with Session(scene.world.engine) as session:
        wish = session.execute(select(Wish.id).where(Wish.plan_id == scene.plan)).scalar_one()
    where = f"/plan/{scene.plan}/steg/svar"
    return where, scene.filled("mona", where, wish_id=wish, answer="Ja, i dag")


def written(scene: Scene) -> tuple[str, Fields]:
    """`plan.write`, the person writes."""
    where = f"/min/{scene.plan}/steg/skriv-melding"
    return where, scene.filled("kim", where, words="Kan du ringe?")


PRESSES: dict[str, Press] = {
    MeasureStep.DONE: Press("mona", done),
    PlanStep.REVIEW: Press("mona", reviewed),
    PlanStep.ANSWER: Press("mona", answered),
    PlanStep.WRITE: Press("kim", written),
}


def scene_of(app: Flask) -> Scene:
    """A municipality with one plan in use."""
    world = make(app)
    return Scene(world, Enter(app, world), used(world))


def spent_on(app: Flask, press: Press) -> Effort:
    """What the second of two alike costs: the first fills what a process reads once."""
    for _ in range(2):
        scene = scene_of(app)
        where, fields = press.prepare(scene)
        browser = scene.enter(press.who)
        with effort(scene.world.engine) as spent:
            answer = browser.post(where, data=fields)
        assert answer.status_code == 303, answer.get_data(as_text=True)
    return spent


# What each cost when it was last counted: files, transactions, statements. More is a reason to look.
MOST: dict[str, tuple[int, int, int]] = {
    MeasureStep.DONE: (80, 3, 24),
    PlanStep.REVIEW: (82, 4, 56),
    PlanStep.ANSWER: (74, 4, 23),
    PlanStep.WRITE: (72, 3, 20),
}
PLAN_PAGE = (104, 2, 9)
# What only a page asks: the parts of a plan, and which of its steps are open.
OF_A_PAGE = {"workflow/record/plan/view.py", "workflow/acts/engine/availability.py"}


def sizes(spent: Effort) -> tuple[int, int, int]:
    """Files, transactions, statements."""
    return len(spent.files), spent.transactions, len(spent.statements)


@pytest.mark.parametrize("step", PRESSES)
def test_a_press_reads_little(app: Flask, step: str) -> None:
    spent = spent_on(app, PRESSES[step])
    print(f"\nPOST {step}: {spent}")
    assert all(size <= most for size, most in zip(sizes(spent), MOST[step], strict=True)), spent
    assert not spent.files & OF_A_PAGE


def test_the_plan_page(app: Flask) -> None:
    scene = scene_of(app)
    browser = scene.enter("mona")
    for _ in range(2):
        with effort(scene.world.engine) as spent:
            assert browser.get(f"/plan/{scene.plan}").status_code == 200
    print(f"\nGET plan page: {spent}")
    assert all(size <= most for size, most in zip(sizes(spent), PLAN_PAGE, strict=True)), spent
