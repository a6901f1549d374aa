"""Tests of the steps that people take in one go, and of the five questions."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.world import AGREED, World, make_world
from workflow.acts.base.context import StepResult
from workflow.acts.entry.composites import (
    composite_form,
    form_of,
    part_of_form,
    perform_any,
    why_not_any,
)
from workflow.record.models import Event, Goal, Measure
from workflow.rules.engine.denials import BadInput, Refused, Stale, UnknownStep
from workflow.rules.names.steps import CompositeStep, MeasureStep, PlanStep
from workflow.rules.tables import COMPOSITES


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def go(
    world: World,
    who: str,
    step: str,
    plan: str | None = None,
    subject: str | None = None,
    version: int | None = None,
    **fields: object,
) -> list[StepResult]:
    form = form_of(step).model_validate(fields)
    return perform_any(
        world.engine,
        world.actor(who),
        step,
        plan_id=plan,
        subject_id=subject,
        form=form,
        version=version,
        now=world.now,
    )


def events(world: World, plan: str) -> list[str]:
    with Session(world.engine) as session:
        query = select(Event.step_name).where(Event.plan_id == plan).order_by(Event.seq)
        return list(session.execute(query).scalars())


@pytest.mark.parametrize("composite", [one.name for one in COMPOSITES])
def test_a_form_asks_every_question_once(composite: str) -> None:
    form = composite_form(composite)
    assert form is composite_form(composite)
    assert all(field.title for field in form.model_fields.values())
    with pytest.raises(ValueError, match="extra_forbidden"):
        form.model_validate({"nothing_like_this": 1})


def test_a_part_gets_only_what_it_asks() -> None:
    filled = composite_form(CompositeStep.DONE_AND_EVALUATED).model_validate(
        {"outcome": "partly", **AGREED}
    )
    assert part_of_form(MeasureStep.EVALUATE, filled).model_fields_set == {"outcome", "agreed_how"}
    assert part_of_form(MeasureStep.DONE, filled).model_fields_set == {"agreed_how"}


def test_do_it_now_is_three_events(world: World) -> None:
    plan = world.active()
    done = go(
        world,
        "mona",
        CompositeStep.DO_IT_NOW,
        plan,
        text="Ringe Nav",
        accountable_id=world.party["mona"],
        accountable_said_yes=True,
        due_on=world.today,
        **AGREED,
    )
    assert [one.step_name for one in done] == [
        MeasureStep.PROPOSE,
        MeasureStep.AGREE,
        MeasureStep.BEGIN,
    ]
    assert events(world, plan)[-3:] == [MeasureStep.PROPOSE, MeasureStep.AGREE, MeasureStep.BEGIN]
    assert world.measure(done[-1].subject_id).state == "active"


def test_done_and_evaluated_closes(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    go(
        world,
        "mona",
        CompositeStep.DONE_AND_EVALUATED,
        plan,
        key,
        outcome="achieved",
        rating="good",
        **AGREED,
    )
    measure = world.measure(key)
    assert (measure.state, measure.completed_on, measure.evaluated_on) == (
        "closed",
        world.today,
        world.today,
    )


def test_one_refused_row_takes_none(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    before = events(world, plan)
    with pytest.raises(Refused):
        go(
            world, "mona", CompositeStep.DONE_AND_EVALUATED, plan, key, outcome="achieved"
        )  # the person did not agree
    assert world.measure(key).state == "decided"
    assert events(world, plan) == before


def test_a_stale_version_is_refused(world: World) -> None:
    plan = world.active()
    key = world.measured(plan)
    with pytest.raises(Stale):
        go(
            world,
            "mona",
            CompositeStep.DONE_AND_EVALUATED,
            plan,
            key,
            version=1,
            outcome="achieved",
            **AGREED,
        )


def test_accept_and_start(world: World) -> None:
    plan = world.granted()
    with Session(world.engine) as session:
        mona = world.actor("mona")
        assert (
            why_not_any(session, mona, CompositeStep.ACCEPT_AND_START, plan_id=plan, now=world.now)
            == []
        )
    go(world, "mona", CompositeStep.ACCEPT_AND_START, plan, next_review_on=world.days(60))
    assert world.plan(plan).state == "active"


def test_review_and_continue(world: World) -> None:
    plan = world.active()
    go(
        world,
        "mona",
        CompositeStep.REVIEW_AND_CONTINUE,
        plan,
        rating="good",
        person_words="Bra",
        next_review_on=world.days(90),
        **AGREED,
    )
    assert events(world, plan)[-2:] == [PlanStep.REVIEW, PlanStep.CONTINUE]


def test_start_now_papers_later(world: World) -> None:
    done = go(
        world,
        "mona",
        CompositeStep.REPORT_AND_START,
        person_id=world.party["kim"],
        why="Leiligheten",
        coordinator_id=world.party["mona"],
        confirmer_id=world.party["lars"],
        most_important="Leiligheten",
        **AGREED,
    )
    assert world.plan(done[-1].plan_id).state == "requested"  # a leader is asked first
    world.take("lars", PlanStep.CONFIRM, done[-1].plan_id)
    plan = world.plan(done[-1].plan_id)
    assert (plan.state, plan.informal) == ("active", True)


def test_why_not_says_what_a_later_row_would(world: World) -> None:
    plan = world.active()
    key = world.measured(plan, accountable="per")
    with Session(world.engine) as session:
        here = {"plan_id": plan, "subject_id": key, "now": world.now}
        denials = why_not_any(session, world.actor("per"), CompositeStep.DONE_AND_EVALUATED, **here)  # type: ignore[arg-type]
        assert [one.code for one in denials] == ["not_yours_to_decide"]
        form = composite_form(CompositeStep.DONE_AND_EVALUATED).model_validate(
            {"outcome": "achieved", **AGREED}
        )
        mona = world.actor("mona")
        assert why_not_any(session, mona, CompositeStep.DONE_AND_EVALUATED, form=form, **here) == []  # type: ignore[arg-type]
        assert session.get_one(Measure, key).state == "decided"


def test_five_questions_in_own_words(world: World) -> None:
    plan = world.active()
    done = go(
        world,
        "mona",
        CompositeStep.FIVE_QUESTIONS,
        plan,
        most_important="Beholde leiligheten",
        condition="At husleia trekkes",
        own_words="Betale i rett tid",
        text="Bestille time",
        accountable_id=world.party["kim"],
        helper_ids=[world.party["mona"]],
        due_on=world.today,
        **AGREED,
    )
    assert [one.step_name for one in done] == [
        PlanStep.SET_WHAT_MATTERS,
        PlanStep.ADD_GOAL,
        MeasureStep.PROPOSE,
    ]
    with Session(world.engine) as session:
        goal = session.execute(select(Goal).where(Goal.plan_id == plan)).scalar_one()
        assert (goal.own_words, goal.condition) == ("Betale i rett tid", "At husleia trekkes")
    assert world.measure(done[-1].subject_id).goal_id == goal.id
    assert world.plan(plan).most_important == "Beholde leiligheten"


def test_no_answer_is_no_talk(world: World) -> None:
    plan = world.active()
    with pytest.raises(BadInput):
        go(world, "mona", CompositeStep.FIVE_QUESTIONS, plan, **AGREED)
    with Session(world.engine) as session:
        count = select(func.count()).where(Goal.plan_id == plan)
        assert session.execute(count).scalar() == 0


def test_an_unknown_step_is_named(world: World) -> None:
    with pytest.raises(UnknownStep):
        perform_any(world.engine, world.actor("mona"), "plan.unknown", now=world.now)
