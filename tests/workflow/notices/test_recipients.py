"""Who hears of a step that takes away what they had: fixed before it does, and still told afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.servers.mail import mail_server, post_to
from tests.workflow.proofs import rows, told
from tests.world import AGREED, World, make_world
from workflow.acts.base.context import StepResult
from workflow.acts.delivery.send_batch import deliver
from workflow.acts.notices import inbox
from workflow.record.models import Delivery, Measure
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS

# Told because of a part in the plan, which the end of it takes away.
BY_THEIR_PART = {"coordinator", "participants", "called", "accountable", "chair"}


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def in_use(world: World) -> str:
    """A plan in use in which Ali takes part."""
    plan = world.active()
    world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], **AGREED)
    return plan


def close(world: World, plan: str) -> StepResult:
    world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    return world.take("mona", PlanStep.CLOSE, plan, reason="Målet er nådd", **AGREED)


def end_after_decision(world: World, plan: str) -> StepResult:
    world.take("oda", PlanStep.END_BY_DECISION, plan, reasons="Klarer seg selv")
    world.later(days=60)
    return world.take("clock", PlanStep.END_WHEN_LAPSED, plan)


def move_outside(world: World, plan: str) -> StepResult:
    world.take("mona", PlanStep.OFFER_TRANSFER, plan, to_name="Klinikken", **AGREED)
    receipt = {"receipt_on": world.today, "receipt_from": "Kari"}
    return world.take("mona", PlanStep.ACCEPTED_OUTSIDE, plan, **receipt)


ENDS: dict[str, tuple[Callable[[World, str], StepResult], set[str]]] = {
    PlanStep.CLOSE: (close, {"kim", "ali"}),
    PlanStep.END_WHEN_LAPSED: (end_after_decision, {"kim", "mona", "ali"}),
    PlanStep.ACCEPTED_OUTSIDE: (move_outside, {"kim", "ali"}),
}


@pytest.mark.parametrize("name", ENDS)
def test_who_took_part_until_the_end_hears_of_it(world: World, name: str) -> None:
    end, hear = ENDS[name]
    plan = in_use(world)
    assert told(world, end(world, plan)) == hear
    with Session(world.engine) as session:
        ali = world.party["ali"]
        farewell = [
            line
            for line in inbox.list_notices(session, ali, world.now)
            if line.code == name and line.has_left
        ]
        assert len(farewell) == 1
        assert inbox.unread(session, ali, world.now) == len(
            inbox.list_notices(session, ali, world.now)
        )
    world.later(days=4)  # on a working day
    with mail_server() as (mails, port), post_to(port) as post:
        deliver(world.engine, post, world.now, address="http://localhost")
        assert "ali@example.test" in mails.to()
    with Session(world.engine) as session:
        sent = select(Delivery.state).where(Delivery.notice_id == farewell[0].id)
        assert session.execute(sent).scalars().all() == ["sent"]


def test_every_step_that_ends_a_plan_fixes_first_who_hears() -> None:
    ends = [row for row in TRANSITIONS.values() if row.deadline_clock == "close"]
    assert {row.name for row in ends if row.farewell} >= set(ENDS)
    for row in ends:
        assert row.farewell or not BY_THEIR_PART & set(row.notifies), row.name


def ask_coordinator(world: World, plan: str) -> str | None:
    world.take("liv", PlanStep.OFFER_COORDINATOR, plan, to_party_id=world.party["per"])
    return None


def ask_measure(world: World, plan: str) -> str:
    world.measured(plan, "ali")
    (measure,) = rows(world, Measure, plan)
    to = {"to_party_id": world.party["per"]}
    world.take("mona", MeasureStep.OFFER, plan, measure.id, **to)
    return measure.id


def ask_transfer(world: World, plan: str) -> str | None:
    unit = {"to_unit_id": world.unit["service"]}
    world.take("mona", PlanStep.OFFER_TRANSFER, plan, **unit, **AGREED)
    return None


QUESTIONS: dict[str, tuple[Callable[[World, str], str | None], set[str]]] = {
    PlanStep.EXPIRE_COORDINATOR: (ask_coordinator, {"kim", "per", "liv", "leif"}),
    MeasureStep.EXPIRE: (ask_measure, {"kim", "per", "mona", "ali"}),
    PlanStep.EXPIRE_TRANSFER: (ask_transfer, {"kim", "per", "mona", "liv", "leif"}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_that_got_no_answer_is_told_to_all_three(world: World, name: str) -> None:
    """Who asked, who was asked, and the person."""
    ask, hear = QUESTIONS[name]
    plan = in_use(world)
    subject = ask(world, plan)
    world.later(days=16)
    done = world.take("clock", name, plan, subject)
    assert hear <= told(world, done)


@pytest.mark.parametrize(
    "name", [name for name in TRANSITIONS if ".expire" in name or ".decline" in name]
)
def test_an_unanswered_or_refused_question_reaches_who_asked(name: str) -> None:
    row = TRANSITIONS[name]
    assert "sender" in row.notifies
    if "confirm" not in name:
        assert "person" in row.notifies
    if ".expire" in name:
        assert "receiver" in row.notifies


def planned_meeting(world: World, plan: str) -> str:
    """A meeting with Ali, to which nobody has been called."""
    when = {"starts_on": world.days(20), "party_ids": [world.party["ali"]]}
    return world.take("mona", MeetingStep.PLAN, plan, **when, **AGREED).subject_id


def test_a_meeting_to_which_nobody_was_called_is_called_off_in_silence(world: World) -> None:
    plan = in_use(world)
    off = world.take(
        "mona", MeetingStep.CANCEL, plan, planned_meeting(world, plan), reason="Syk", **AGREED
    )
    assert told(world, off) == {"kim"}  # she heard of its being planned


def test_who_was_called_hears_that_it_is_off_though_it_was_moved_between(world: World) -> None:
    plan = in_use(world)
    meeting = planned_meeting(world, plan)
    world.take("mona", MeetingStep.CALL, plan, meeting, **AGREED)
    moved = {"starts_on": world.days(25), "reason": "Syk"}
    world.take("mona", MeetingStep.MOVE, plan, meeting, **moved, **AGREED)
    off = world.take("mona", MeetingStep.CANCEL, plan, meeting, reason="Syk", **AGREED)
    assert told(world, off) == {"kim", "ali"}


def denied(world: World) -> str:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Nei")
    return plan


@pytest.mark.parametrize("start", [World.requested, denied], ids=["requested", "denied"])
@pytest.mark.parametrize("name", [PlanStep.WRITE, PlanStep.ASK_FOR_STEP])
def test_what_the_person_writes_reaches_the_office_where_nobody_coordinates(
    world: World, start: Callable[[World], str], name: PlanStep
) -> None:
    plan = start(world)
    done = world.take("kim", name, plan, words="Ring meg")
    assert told(world, done) == {"oda", "ove"}
    with Session(world.engine) as session:
        listed = inbox.list_notices(session, world.party["oda"], world.now)
        assert name in {line.code for line in listed}


def test_what_the_person_writes_to_her_coordinator_is_not_the_offices(world: World) -> None:
    plan = in_use(world)
    assert told(world, world.take("kim", PlanStep.WRITE, plan, words="Ring meg")) == {"mona"}
