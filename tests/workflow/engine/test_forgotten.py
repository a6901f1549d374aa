"""Nobody is forgotten: from wherever a walk leads, a named human has a date to keep, or all is over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import select

from tests.samples import WHOLE
from tests.servers.databases import Database
from tests.workflow.engine.test_stateful import Walk
from tests.workflow.proofs import rows
from tests.workflow.scenes import SCENES
from tests.world import AGREED, World, make_world
from workflow.acts.deadlines.sweep import sweep
from workflow.record.database.engine import unit_of_work
from workflow.record.deadlines.recipients import DEADLINE, HOLDERS, recipients_of_due, telling_rungs
from workflow.record.models import Complaint, DataRequest, Deadline, Notice, Plan, Wish
from workflow.rules.engine.vocabulary import COMPLAINT_WAITS
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep

WAITS = (
    (Complaint, Complaint.outcome.in_(COMPLAINT_WAITS)),
    (DataRequest, DataRequest.answered_at.is_(None)),
    (Wish, (Wish.kind == "access") & Wish.answered_at.is_(None)),
)
WALKS, STEPS = (300, 100) if WHOLE else (6, 20)


def kept_by_somebody(world: World, plan: str) -> set[str]:
    """The kinds of deadlines that run under the plan and that a human who is here is told of."""
    due = telling_rungs(DEADLINE.c.plan_id == plan)
    told = recipients_of_due(due, sorted(HOLDERS)).subquery("told")
    codes = select(due.c.code).join(told, told.c.step_id == due.c.id)
    with unit_of_work(world.engine) as session:
        return set(session.execute(codes, {"b_now": world.now}).scalars())


def runs(world: World, plan: str, state: str = "open") -> set[str]:
    """The deadlines of the plan in that state."""
    here = select(Deadline.code).where(Deadline.plan_id == plan, Deadline.state == state)
    with unit_of_work(world.engine) as session:
        return set(session.execute(here).scalars())


def somebody_waits(world: World, plan: str) -> bool:
    """Whether an answer is owed on the plan whatever state it is in."""
    with unit_of_work(world.engine) as session:
        return any(
            session.execute(select(model.id).where(model.plan_id == plan, waits).limit(1)).first()
            for model, waits in WAITS
        )


def is_forgotten(world: World, plan: Plan) -> bool:
    """Nobody has a date to keep, and it is not over. A pause has an end, after which all runs on."""
    if kept_by_somebody(world, plan.id):
        return False
    if plan.paused_until and not plan.resting:
        return DeadlineCode.PAUSE_ENDS not in runs(world, plan.id) or not runs(
            world, plan.id, "paused"
        )
    return plan.state != "closed" or somebody_waits(world, plan.id)


class Forgotten(Walk):
    """The same walk, asked after each step who has the next date."""

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Of every plan in the town, a second report of somebody too."""
        with unit_of_work(self.world.engine) as session:
            plans = session.execute(select(Plan)).scalars().all()
        for plan in plans:
            assert not is_forgotten(self.world, plan), (plan.state, plan.outcome, plan.shadow)


@pytest.mark.sampled
def test_nobody_is_forgotten_wherever_a_walk_leads(fresh_database: Database) -> None:
    machine: Any = type("ForgottenHere", (Forgotten,), {"database": fresh_database})
    walks = WALKS if WHOLE or not fresh_database.is_postgresql else 1
    run_state_machine_as_test(
        machine, settings=settings(max_examples=walks, stateful_step_count=STEPS)
    )


@pytest.mark.parametrize("name", sorted(SCENES))
def test_nobody_is_forgotten_in_any_situation(fresh_database: Database, name: str) -> None:
    scene = SCENES[name](make_world(fresh_database.engine))
    assert not is_forgotten(scene.world, scene.world.plan(scene.plan))


@pytest.fixture
def world(fresh_database: Database) -> Iterator[World]:
    yield make_world(fresh_database.engine)


def test_a_no_that_became_a_yes_is_to_be_started(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Nei")
    world.later(days=60)
    world.take("liv", PlanStep.LAPSE, plan)
    assert runs(world, plan) == set()
    world.take("ove", PlanStep.REVERSE, plan, reason="Ja")
    assert DeadlineCode.APPOINT_COORDINATOR in kept_by_somebody(world, plan)
    mona = world.party["mona"]
    world.take(
        "liv", PlanStep.OFFER_COORDINATOR, plan, to_party_id=mona, wish_coordinator="x", **AGREED
    )
    world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
    assert {DeadlineCode.START_PLAN, DeadlineCode.QUIET_PLAN} <= kept_by_somebody(world, plan)


def test_a_plan_that_was_granted_and_never_started_is_asked_after(world: World) -> None:
    plan = world.granted()
    world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
    world.later(days=40)
    sweep(world.engine, world.now)
    heard = {(one.recipient_id, one.code) for one in rows(world, Notice, plan)}
    for name in ("mona", "lars", "liv"):
        assert (world.party[name], DeadlineCode.START_PLAN) in heard, name
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Betale husleia", **AGREED)
    world.take("mona", PlanStep.START, plan, next_review_on=world.days(90))
    assert DeadlineCode.START_PLAN not in runs(world, plan)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("requested", DeadlineCode.DECIDE_REQUEST),
        ("denied", DeadlineCode.APPEAL_WINDOW),
        ("granted", DeadlineCode.VACANCY),
        ("informal", DeadlineCode.DECIDE_INFORMAL_START),
        ("in_use", DeadlineCode.REVIEW),
        ("reviewed", DeadlineCode.CONCLUDE_REVIEW),
    ],
)
def test_a_plan_that_comes_back_as_it_was_waits_for_what_it_waited_for(
    world: World, name: str, expected: str
) -> None:
    plan = SCENES[name](world).plan
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    assert runs(world, plan) - {DeadlineCode.EMERGENCY_FOLLOW_UP} == set()
    world.take("kim", PlanStep.UNDO_WITHDRAWAL, plan)
    assert {expected, DeadlineCode.QUIET_PLAN} <= kept_by_somebody(world, plan)


def test_a_plan_that_rests_is_looked_at_again(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.STOP_SHARING, plan)
    assert kept_by_somebody(world, plan) == {DeadlineCode.RESTING_PLAN}
    world.take("kim", PlanStep.SHARE_AGAIN, plan)
    assert DeadlineCode.RESTING_PLAN not in runs(world, plan)


def test_a_second_report_is_to_be_settled_by_the_coordinating_unit(world: World) -> None:
    world.active()
    second = world.requested()
    assert world.plan(second).shadow
    assert runs(world, second) == {DeadlineCode.SETTLE_DUPLICATE}
    world.later(days=30)
    sweep(world.engine, world.now)
    assert world.party["liv"] in {one.recipient_id for one in rows(world, Notice, second)}
    world.by_two("liv", "leif", PlanStep.ENTERED_IN_ERROR, second, reason="Meldt to ganger")
    assert runs(world, second) == set()
