"""Tests that plans in every situation, and after odd turns, go out and come in the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, copied
from tests.workflow.scenes import SCENES
from tests.world import AGREED, World, make_world
from workflow.acts.planfile.exporter import export_plan
from workflow.acts.planfile.importer import tell_file
from workflow.acts.planfile.yaml_text import read_file
from workflow.record.access.open_plan import Actor
from workflow.record.history.verify import verify
from workflow.record.models import Event, Plan
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.sharing.scopes import WHOLE


def thinks(world: World) -> str:
    """Reported without her knowing; told, and thinking about it."""
    plan = world.take(
        "ali",
        PlanStep.REPORT_NEED,
        person_id=world.party["kim"],
        why="Bosted",
        person_knows="no",
        reach_person="Kafeen",
    ).plan_id
    world.later(days=2)
    world.take("oda", PlanStep.TOLD_PERSON, plan, said="think", **AGREED)
    return plan


def reversed_denial(world: World) -> str:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Dekket i dag")
    world.later(days=5)
    world.take("kim", PlanStep.COMPLAIN, plan, words="Uenig")
    world.take("ove", PlanStep.REVERSE, plan, reason="Vi så feil")
    return plan


def undone_withdrawal(world: World) -> str:
    plan = world.active()
    world.measured(plan)
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    world.later(days=3)
    world.take("kim", PlanStep.UNDO_WITHDRAWAL, plan)
    return plan


def reopened(world: World) -> str:
    plan = world.active()
    world.later(days=40)
    world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    world.take("mona", PlanStep.CLOSE, plan, reason="Ferdig", **AGREED)
    world.later(days=10)
    world.take(
        "liv", PlanStep.REOPEN, plan, reason="Trengs igjen", next_review_on=world.days(80), **AGREED
    )
    return plan


def own_coordinator(world: World) -> str:
    plan = world.active()
    world.take(
        "mona",
        PlanStep.OFFER_COORDINATOR,
        plan,
        to_party_id=world.party["kim"],
        wish_coordinator="Meg selv",
    )
    world.later(days=1)
    world.take("kim", PlanStep.ACCEPT_COORDINATOR, plan)
    return plan


def without_coordinator(world: World) -> str:
    plan = world.active()
    world.later(days=12)
    world.take("mona", PlanStep.LAY_DOWN, plan)
    return plan


def measures_turned(world: World) -> str:
    """Moved, gone on with, reopened, refused, denied by the service, offered, by occasion."""
    plan = world.active()
    moved, again, back, no, denied, asked, now_and_then = (world.measured(plan) for _ in range(7))
    world.later(days=2)
    world.take("mona", MeasureStep.MOVE_DATE, plan, moved, due_on=world.days(30), reason="Ferie")
    for key in (again, back):
        world.take("mona", MeasureStep.DONE, plan, key)
        world.take(
            "mona", MeasureStep.EVALUATE, plan, key, outcome="partly", result_words="Bra", **AGREED
        )
    world.take("mona", MeasureStep.GO_ON, plan, again, due_on=world.days(9), **AGREED)
    world.take("mona", MeasureStep.CLOSE, plan, back, **AGREED)
    world.later(days=1)
    world.take("mona", MeasureStep.REOPEN, plan, back, due_on=world.days(4), **AGREED)
    world.take("kim", MeasureStep.REFUSE, plan, no)
    world.take(
        "mona", MeasureStep.SERVICE_DENIES, plan, denied, reason="Fullt", unmet_code="capacity"
    )
    world.take(
        "mona", MeasureStep.OFFER, plan, asked, to_party_id=world.party["per"], reason="Bytte"
    )
    world.take(
        "mona",
        MeasureStep.MOVE_DATE,
        plan,
        now_and_then,
        look_again_on=world.days(14),
        reason="Vent",
    )
    world.take("mona", MeasureStep.CANCEL, plan, world.measured(plan), reason="Ikke nå", **AGREED)
    return plan


def continued(world: World) -> str:
    """Reviewed, concluded a week later, and given a later date by the leader."""
    plan = world.active()
    key = world.measured(plan)
    world.later(days=60)
    world.take(
        "mona", PlanStep.REVIEW, plan, carried=[key], rating="so_so", person_words="Tja", **AGREED
    )
    world.later(days=7)
    world.take("mona", PlanStep.CONTINUE, plan, next_review_on=world.days(180), **AGREED)
    world.take(
        "lars",
        PlanStep.ACCEPT_NEW_REVIEW_DATE,
        plan,
        next_review_on=world.days(170),
        reason="Tidligere",
    )
    return plan


def shared_for_a_while(world: World) -> str:
    """A relative and somebody outside see the plan until a day."""
    plan = world.active()
    world.take(
        "kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["frida"], kind="relative"
    )
    world.later(days=3)
    for name in ("frida", "sara"):
        world.take(
            "kim", PlanStep.GIVE_CONSENT, plan, party_id=world.party[name], until_on=world.days(40)
        )
    return plan


def narrowed(world: World) -> str:
    """Parts chosen for some, everything for one, and two notes on health, one struck out."""
    plan = world.active()
    world.take(
        "kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["frida"], kind="relative"
    )
    world.take("kim", PlanStep.GIVE_CONSENT, plan, party_id=world.party["frida"], scopes=["goals"])
    world.take("kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"])
    every = ["goals", "measures", "calendar", "messages", "documents", "health"]
    until = world.days(90)
    world.take(
        "kim",
        PlanStep.GIVE_CONSENT,
        plan,
        party_id=world.party["ali"],
        scopes=every,
        until_on=until,
    )
    world.take(
        "mona", PlanStep.KEEP_SIGNED_COPY, plan, party_id=world.party["ali"], content=b"%PDF-1.7"
    )
    world.later(days=2)
    world.take("kim", PlanStep.WRITE_HEALTH, plan, words="Tåler ikke penicillin")
    gone = world.take("mona", PlanStep.WRITE_HEALTH, plan, words="Sover lite", **AGREED)
    world.later(days=1)
    world.take("kim", PlanStep.END_HEALTH, plan, note_id=made(world, gone.event_id, "health_note"))
    return plan


def made(world: World, event_id: str, table: str) -> str:
    """The key of what a step made."""
    with Session(world.engine) as session:
        text = json.loads(session.get_one(Event, event_id).text)
    return next(str(key) for name, key in text["made"] if name == table)


TURNS = (
    narrowed,
    thinks,
    reversed_denial,
    undone_withdrawal,
    reopened,
    own_coordinator,
    without_coordinator,
    measures_turned,
    continued,
    shared_for_a_while,
)


@pytest.fixture(scope="module")
def twin(backend: Backend) -> Iterator[World]:
    """A municipality with the same people and no plan."""
    with copied(backend) as database:
        yield make_world(database.engine)


def compare(world: World, plan_id: str, twin: World) -> None:
    """Out, in at the twin and out again, as it stands and with its history; nothing is kept."""
    assert verify(world.engine, plan_id).ok
    for history in (False, True):
        with Session(world.engine) as session:
            plan = session.get_one(Plan, plan_id)
            text = export_plan(session, plan, world.now, history, sees=WHOLE)
        with Session(twin.engine) as session:
            file, source = read_file(text)
            made = tell_file(session, Actor.operator(), file, source, world.now)
            again = session.get_one(Plan, made.plan_id)
            assert export_plan(session, again, world.now, history, sees=WHOLE) == text
            session.rollback()


@pytest.mark.parametrize("scene", SCENES)
def test_every_situation_goes_out_and_in(fresh_database: Database, twin: World, scene: str) -> None:
    world = make_world(fresh_database.engine)
    compare(world, SCENES[scene](world).plan, twin)


@pytest.mark.parametrize("turn", TURNS)
def test_odd_turns_go_out_and_in(
    fresh_database: Database, twin: World, turn: Callable[[World], str]
) -> None:
    world = make_world(fresh_database.engine)
    compare(world, turn(world), twin)
