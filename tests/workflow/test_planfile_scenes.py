"""Tests that plans in every situation, and after odd turns, go out and come in the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, copied
from tests.workflow.scenes import SCENES
from tests.world import AGREED, World, make_world
from workflow.acts.planfile_export import export_plan
from workflow.acts.planfile_import import tell_file
from workflow.acts.planfile_text import read
from workflow.record.access import Actor
from workflow.record.audit import verify
from workflow.record.models import Event, Plan
from workflow.rules.scopes import WHOLE


def thinks(world: World) -> str:
    """Reported without her knowing; told, and thinking about it."""
    plan = world.take(
        "ali",
        "P1",
        person_id=world.party["kim"],
        why="Bosted",
        person_knows="no",
        reach_person="Kafeen",
    ).plan_id
    world.later(days=2)
    world.take("oda", "A21", plan, said="think", **AGREED)
    return plan


def reversed_denial(world: World) -> str:
    plan = world.requested()
    world.take("oda", "P4", plan, reasons="Dekket i dag")
    world.later(days=5)
    world.take("kim", "P23", plan, words="Uenig")
    world.take("ove", "P24a", plan, reason="Vi så feil", second_id=world.party["oda"])
    return plan


def undone_withdrawal(world: World) -> str:
    plan = world.active()
    world.measured(plan)
    world.take("kim", "P21c", plan)
    world.later(days=3)
    world.take("kim", "P21v", plan)
    return plan


def reopened(world: World) -> str:
    plan = world.active()
    world.later(days=40)
    world.take("mona", "P10", plan, rating="good", **AGREED)
    world.take("mona", "P20", plan, reason="Ferdig", **AGREED)
    world.later(days=10)
    world.take("liv", "P26a", plan, reason="Trengs igjen", next_review_on=world.days(80), **AGREED)
    return plan


def own_coordinator(world: World) -> str:
    plan = world.active()
    world.take("mona", "P13", plan, to_party_id=world.party["kim"], wish_coordinator="Meg selv")
    world.later(days=1)
    world.take("kim", "P13y", plan)
    return plan


def without_coordinator(world: World) -> str:
    plan = world.active()
    world.later(days=12)
    world.take("mona", "P13w", plan)
    return plan


def measures_turned(world: World) -> str:
    """Moved, gone on with, reopened, refused, denied by the service, offered, by occasion."""
    plan = world.active()
    moved, again, back, no, denied, asked, now_and_then = (world.measured(plan) for _ in range(7))
    world.later(days=2)
    world.take("mona", "M11", plan, moved, due_on=world.days(30), reason="Ferie")
    for key in (again, back):
        world.take("mona", "M6", plan, key)
        world.take("mona", "M7", plan, key, outcome="partly", result_words="Bra", **AGREED)
    world.take("mona", "M8", plan, again, due_on=world.days(9), **AGREED)
    world.take("mona", "M9", plan, back, **AGREED)
    world.later(days=1)
    world.take("mona", "M15", plan, back, due_on=world.days(4), **AGREED)
    world.take("kim", "M4a", plan, no)
    world.take("mona", "M4b", plan, denied, reason="Fullt", unmet_code="capacity")
    world.take("mona", "M12", plan, asked, to_party_id=world.party["per"], reason="Bytte")
    world.take("mona", "M11", plan, now_and_then, look_again_on=world.days(14), reason="Vent")
    world.take("mona", "M14", plan, world.measured(plan), reason="Ikke nå", **AGREED)
    return plan


def continued(world: World) -> str:
    """Reviewed, concluded a week later, and given a later date by the leader."""
    plan = world.active()
    key = world.measured(plan)
    world.later(days=60)
    world.take("mona", "P10", plan, carried=[key], rating="so_so", person_words="Tja", **AGREED)
    world.later(days=7)
    world.take("mona", "P11", plan, next_review_on=world.days(180), **AGREED)
    world.take("lars", "A26", plan, next_review_on=world.days(170), reason="Tidligere")
    return plan


def shared_for_a_while(world: World) -> str:
    """A relative and somebody outside see the plan until a day."""
    plan = world.active()
    world.take("kim", "A5", plan, party_id=world.party["frida"], kind="relative")
    world.later(days=3)
    for name in ("frida", "sara"):
        world.take("kim", "A8", plan, party_id=world.party[name], until_on=world.days(40))
    return plan


def narrowed(world: World) -> str:
    """Parts chosen for some, everything for one, and two notes on health, one struck out."""
    plan = world.active()
    world.take("kim", "A5", plan, party_id=world.party["frida"], kind="relative")
    world.take("kim", "A8", plan, party_id=world.party["frida"], scopes=["goals"])
    world.take("kim", "A5", plan, party_id=world.party["ali"])
    every = ["goals", "measures", "calendar", "messages", "documents", "health"]
    until = world.days(90)
    world.take("kim", "A8", plan, party_id=world.party["ali"], scopes=every, until_on=until)
    world.take("mona", "A43", plan, party_id=world.party["ali"], content=b"%PDF-1.7")
    world.later(days=2)
    world.take("kim", "A35", plan, words="Tåler ikke penicillin")
    gone = world.take("mona", "A35", plan, words="Sover lite", **AGREED)
    world.later(days=1)
    world.take("kim", "A36", plan, note_id=made(world, gone.event_id, "health_note"))
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
            file, source = read(text)
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
