"""One press is one step, also for steps that edit no row and so carry no version."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.world import World, make_world
from workflow.acts.base.context import StepResult
from workflow.acts.base.registry import ACTS
from workflow.acts.engine.fire import perform
from workflow.record.models import Event, Goal, Measure, new_id
from workflow.rules.names.steps import MeasureStep, PlanStep


def press(world: World, plan: str, step_name: str, key: str, **fields: object) -> StepResult:
    actor = replace(world.actor("mona"), idempotency_key=key)
    form = ACTS[step_name].form.model_validate(fields)
    return perform(world.engine, actor, step_name, plan_id=plan, form=form, now=world.now)


def count(world: World, plan: str, model: type[Event] | type[Goal] | type[Measure]) -> int:
    with Session(world.engine) as session:
        return session.scalar(select(func.count()).where(model.plan_id == plan)) or 0


def test_the_same_press_twice_is_one_step_and_gives_the_same_answer(
    fresh_database: Database,
) -> None:
    world = make_world(fresh_database.engine)
    plan, key = world.active(), new_id()
    before = count(world, plan, Event)
    first = press(world, plan, MeasureStep.PROPOSE, key, text="Ringe Nav")
    again = press(world, plan, MeasureStep.PROPOSE, key, text="Ringe Nav")
    assert again == first
    assert count(world, plan, Event) == before + 1
    assert count(world, plan, Measure) == 1


def test_eight_at_once_are_one_step(fresh_database: Database) -> None:
    world = make_world(fresh_database.engine)
    plan, key = world.active(), new_id()
    goals = count(world, plan, Goal)
    with ThreadPoolExecutor(8) as threads:
        done = list(
            threads.map(
                lambda _: press(world, plan, PlanStep.ADD_GOAL, key, own_words="Bo trygt"), range(8)
            )
        )
    assert len({one.event_id for one in done}) == 1
    assert count(world, plan, Goal) == goals + 1


def test_other_words_or_another_press_is_another_step(fresh_database: Database) -> None:
    world = make_world(fresh_database.engine)
    plan, key = world.active(), new_id()
    for text, pressed in (("Ringe", key), ("Skrive", key), ("Ringe", new_id())):
        press(world, plan, MeasureStep.PROPOSE, pressed, text=text)
    assert count(world, plan, Measure) == 3


def test_nobody_takes_another_persons_press(fresh_database: Database) -> None:
    world = make_world(fresh_database.engine)
    plan, key = world.active(), new_id()
    mine = press(world, plan, PlanStep.TALKED, key)
    other = replace(world.actor("kim"), idempotency_key=key)
    theirs = perform(world.engine, other, PlanStep.TALKED, plan_id=plan, form=None, now=world.now)
    assert theirs.event_id != mine.event_id
