"""Every look leaves its trace first, refused ones too; what is written in the log stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.scenes import SCENES
from tests.world import AGREED, World, make_world
from workflow.record.access.access_log import read_access_log
from workflow.record.access.open_plan import (
    may_be_notified,
    open_for_reading,
    open_plan,
    trace_list,
)
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Event, Plan, new_id
from workflow.rules.engine.denials import NotThere
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def traces(world: World) -> list[tuple[str | None, str, str, bool]]:
    """Who, which act, on what ground, refused."""
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        rows = session.execute(select(Access).order_by(Access.at, Access.id)).scalars()
        return [(names.get(a.party_id or ""), a.act, a.ground, a.refused) for a in rows]


def test_a_look_is_traced_allowed_or_refused(world: World) -> None:
    plan = world.active()
    open_for_reading(world.engine, world.actor("mona"), plan, "read", world.now)
    open_for_reading(world.engine, world.actor("lars"), plan, "read_overview", world.now)
    for name in ("lars", "nosy", "adam"):
        with pytest.raises(NotThere):
            open_for_reading(world.engine, world.actor(name), plan, "read", world.now)
    open_for_reading(world.engine, world.actor("operator"), plan, "read", world.now)
    assert traces(world) == [
        ("mona", "read", "coordinator", False),
        ("lars", "read_overview", "leader", False),
        ("lars", "read", "none", True),
        ("nosy", "read", "none", True),
        ("adam", "read", "none", True),
        (None, "read", "operator", False),
    ]


def test_ones_own_plan_leaves_no_trace(world: World) -> None:
    plan = world.active()
    open_for_reading(world.engine, world.actor("kim"), plan, "read", world.now)
    assert traces(world) == []


def test_a_try_at_what_is_not_there_is_kept_as_a_try_at_anothers(world: World) -> None:
    """The same work and the same kind of row, so that time does not tell the two apart."""
    with pytest.raises(NotThere):
        open_for_reading(world.engine, world.actor("mona"), "no-such-plan", "read", world.now)
    assert traces(world) == [("mona", "read", "none", True)]


def test_the_trace_stands_or_falls_with_the_reading(world: World) -> None:
    """Whoever reads inside a transaction that is undone has shown nothing, and traced nothing."""
    plan = world.active()
    with Session(world.engine) as session:
        assert open_plan(session, world.actor("mona"), plan, "read", world.now)
        session.rollback()
    assert traces(world) == []


def test_a_list_of_names_writes_one_row_with_its_plans(world: World) -> None:
    plan = world.active()
    with unit_of_work(world.engine) as session:
        trace_list(session, world.actor("mona"), "read_overview", [plan], world.now)
        trace_list(session, world.actor("mona"), "read_overview", [], world.now)
    assert traces(world) == [("mona", "read_overview", "list", False)]


def test_the_person_sees_who_looked_when_and_why(world: World) -> None:
    plan = world.active()
    open_for_reading(world.engine, world.actor("mona"), plan, "read", world.now)
    with pytest.raises(NotThere):
        open_for_reading(world.engine, world.actor("nosy"), plan, "read", world.now)
    with unit_of_work(world.engine) as session:
        trace_list(session, world.actor("lars"), "read_overview", [plan], world.now)
    with Session(world.engine) as session:
        seen = read_access_log(session, session.get_one(Plan, plan))
        told = {(row.name, row.ground, row.refused) for row in seen}
    assert told == {("Mona", "coordinator", False), ("Nosy", "none", True), ("Lars", "list", False)}


def test_a_substitutes_look_says_for_whom(world: World) -> None:
    scene = SCENES["in_use"](world)
    opened = open_for_reading(world.engine, world.actor("vik"), scene.plan, "read", world.now)
    assert opened.ground == "coordinator"
    with unit_of_work(world.engine) as session:
        row = session.execute(select(Access).where(Access.plan_id == scene.plan)).scalar_one()
        assert row.substitute_for == world.party["mona"]


def test_what_ends_for_one_ends_for_their_notices(world: World) -> None:
    plan = world.active()
    world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], **AGREED)
    with Session(world.engine) as session:
        assert may_be_notified(session, world.party["ali"], plan, world.now)
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["ali"])
    with Session(world.engine) as session:
        assert not may_be_notified(session, world.party["ali"], plan, world.now)
        assert not may_be_notified(session, world.party["nosy"], plan, world.now)


KEYS = {"event": "id", "event_body": "event_id", "access": "id", "access_seal": "id"}


@pytest.mark.parametrize("table", KEYS)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
def test_the_log_is_append_only(world: World, table: str, change: str) -> None:
    plan = world.active()
    open_for_reading(world.engine, world.actor("mona"), plan, "read", world.now)
    if table == "access_seal":
        seal: dict[str, Any] = {"id": new_id(), "at": world.now.isoformat()}
        with unit_of_work(world.engine) as session:
            session.execute(
                text(
                    "INSERT INTO access_seal (id, hour, rows, hash, sealed_at)"
                    " VALUES (:id, :at, 1, 'x', :at)"
                ),
                seal,
            )
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work(world.engine) as session:
        session.execute(text(change.format(table, KEYS[table])))


def test_a_step_leaves_no_access_row_but_its_event(world: World) -> None:
    """The event is its own trace: actor, ground, when."""
    plan = world.active()
    world.take("mona", PlanStep.TALKED, plan)
    assert traces(world) == []
    with unit_of_work(world.engine) as session:
        last = session.execute(
            select(Event).where(Event.plan_id == plan).order_by(Event.seq.desc()).limit(1)
        ).scalar_one()
    assert (last.step_name, last.actor_id) == (PlanStep.TALKED, world.party["mona"])
