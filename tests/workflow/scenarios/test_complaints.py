"""What a complaint stops, who is asked about it, and what comes of each answer (domain 5.1, fvl § 31)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.servers.databases import Database
from tests.workflow.proofs import last, only, proves
from tests.world import World, make_world
from workflow.acts.deadlines.sweep import sweep
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Complaint, Deadline, Decision, Document
from workflow.rules.calendar.workdays import add_workdays, next_workday
from workflow.rules.engine.denials import Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def runs(world: World, plan: str) -> set[str]:
    """The deadlines that run under the plan."""
    open_ = select(Deadline.code).where(Deadline.plan_id == plan, Deadline.state == "open")
    with unit_of_work(world.engine) as session:
        return set(session.execute(open_).scalars())


def ended_and_complained(world: World, about: str = "ending") -> str:
    """It is decided to end the plan; the person complains, and the office stands by it."""
    plan = world.active()
    world.take("oda", PlanStep.END_BY_DECISION, plan, reasons="Behovet er borte")
    world.take("kim", PlanStep.COMPLAIN, plan, about=about, words="Jeg trenger den")
    world.take("ove", PlanStep.ASSESS_COMPLAINT, plan, outcome="forwarded", words="Vi står ved det")
    return plan


@proves(PlanStep.GOVERNOR_ANSWERED)
def test_the_clock_ends_no_plan_whose_complaint_is_with_the_county_governor(world: World) -> None:
    plan = ended_and_complained(world)
    assert world.plan(plan).frozen
    world.later(days=200)
    sweep(world.engine, world.now)
    assert world.plan(plan).state == "active"
    with pytest.raises(Refused, match="complaint_open"):
        world.take("clock", PlanStep.END_WHEN_LAPSED, plan)
    world.take("ove", PlanStep.GOVERNOR_ANSWERED, plan, outcome="rejected", words="Svaret står")
    assert only(world, Complaint, plan).answer == "Vi står ved det\n\nSvaret står"
    assert not world.plan(plan).frozen
    world.later(days=1)
    sweep(world.engine, world.now)
    assert world.plan(plan).close_reason == "ended_by_decision"


@pytest.mark.parametrize("outcome", ["reversed", "upheld"])
def test_an_ending_that_is_taken_back_never_comes(world: World, outcome: str) -> None:
    if outcome == "reversed":
        plan = world.active()
        world.take("oda", PlanStep.END_BY_DECISION, plan, reasons="Behovet er borte")
        world.take("kim", PlanStep.COMPLAIN, plan, about="ending", words="Jeg trenger den")
        world.take("ove", PlanStep.ASSESS_COMPLAINT, plan, outcome=outcome)
    else:
        plan = ended_and_complained(world)
        world.take(
            "liv", PlanStep.GOVERNOR_ANSWERED, plan, outcome=outcome, document_text="Medhold"
        )
        assert last(world, Document, plan).kind == "complaint"
    assert world.plan(plan).ends_on is None
    assert DeadlineCode.ENDS_BY_DECISION not in runs(world, plan)
    world.later(days=100)
    sweep(world.engine, world.now)
    assert world.plan(plan).state == "active"


def test_a_complaint_that_waits_freezes_whatever_another_came_to(world: World) -> None:
    plan = ended_and_complained(world)
    world.take("kim", PlanStep.COMPLAIN, plan, about="delay", words="Det tar tid")
    world.take("ove", PlanStep.GOVERNOR_ANSWERED, plan, outcome="rejected")
    assert world.plan(plan).frozen
    world.later(days=100)
    sweep(world.engine, world.now)
    assert world.plan(plan).state == "active"
    world.take("ove", PlanStep.ASSESS_COMPLAINT, plan, outcome="withdrawn")
    assert not world.plan(plan).frozen


def test_somebody_asks_the_county_governor_when_it_takes_long(world: World) -> None:
    plan = ended_and_complained(world)
    assert DeadlineCode.GOVERNOR_ANSWERS in runs(world, plan)
    world.by_two("liv", "lars", PlanStep.END_DEATH_OR_MOVED, plan, reason="Død")
    assert runs(world, plan) == {DeadlineCode.GOVERNOR_ANSWERS}  # answered all the same
    world.take("liv", PlanStep.GOVERNOR_ANSWERED, plan, outcome="rejected")
    assert runs(world, plan) == set()


def test_a_no_lapses_only_when_the_county_governor_has_answered(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Nei")
    world.take("kim", PlanStep.COMPLAIN, plan, words="Uenig")
    with pytest.raises(Refused, match="reverse_instead"):
        world.take("ove", PlanStep.ASSESS_COMPLAINT, plan, outcome="reversed")
    world.take("ove", PlanStep.ASSESS_COMPLAINT, plan, outcome="forwarded")
    world.later(days=60)
    with pytest.raises(Refused, match="complaint_open"):
        world.take("liv", PlanStep.LAPSE, plan)
    with pytest.raises(Refused, match="uphold_instead"):
        world.take("liv", PlanStep.GOVERNOR_ANSWERED, plan, outcome="upheld")
    world.take("liv", PlanStep.GOVERNOR_ANSWERED, plan, outcome="rejected")
    with pytest.raises(Refused, match="complaint_not_forwarded"):
        world.take("liv", PlanStep.GOVERNOR_ANSWERED, plan, outcome="rejected")
    world.take("liv", PlanStep.LAPSE, plan)
    assert world.plan(plan).close_reason == "denied"


@pytest.mark.parametrize(
    ("who", "step", "state"),
    [("ove", PlanStep.REVERSE, "decided"), ("liv", PlanStep.APPEAL_UPHELD, "requested")],
)
def test_an_end_that_was_wrong_is_undone_whenever_the_answer_comes(
    world: World, who: str, step: str, state: str
) -> None:
    plan = world.active()
    world.take("oda", PlanStep.END_BY_DECISION, plan, reasons="Behovet er borte")
    world.later(days=60)
    sweep(world.engine, world.now)
    assert world.plan(plan).close_reason == "ended_by_decision"
    world.take("kim", PlanStep.COMPLAIN, plan, about="ending", words="Jeg så ikke brevet")
    world.take("ove", PlanStep.ASSESS_COMPLAINT, plan, outcome="forwarded")
    world.later(days=100)
    done = world.take(who, step, plan, reason="Medhold")
    assert (done.state, world.plan(plan).ends_on) == (state, None)
    assert not world.plan(plan).frozen


@pytest.mark.parametrize(("regime", "days"), [("health", 28), ("social", 21)])
@pytest.mark.parametrize("how", ["letter", "handed_over", "digital", "read_aloud"])
@pytest.mark.parametrize("step", [PlanStep.DENY, PlanStep.END_BY_DECISION])
def test_the_window_counts_from_when_the_letter_has_come(
    world: World, step: str, regime: str, days: int, how: str
) -> None:
    plan = world.requested() if step == PlanStep.DENY else world.active()
    world.take("oda", step, plan, reasons="Nei", regime=regime, notified_how=how)
    decision = last(world, Decision, plan)
    came = add_workdays(world.today, 5) if how == "letter" else world.today
    assert decision.notified_on == came
    assert decision.appeal_until == next_workday(came + timedelta(days=days))
