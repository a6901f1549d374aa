"""The permission grid: every reading act and every row for every test person, against answers written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.access import grid
from tests.workflow.scenes import PERSONS, SCENES, Scene
from tests.world import AGREED, World, make_world
from workflow.acts.engine.fire import why_not
from workflow.record.access.open_plan import my_plans, open_for_reading, open_plan, resolve_access
from workflow.record.access.relations import relations_query
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Absence, Access, Plan, new_id
from workflow.rules.engine.denials import NotThere
from workflow.rules.engine.policy import READING
from workflow.rules.engine.vocabulary import START, TRANSFERRED
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS

PEOPLE = [name for name in PERSONS if name not in ("clock", "operator")]
SCENE_OF = {"asked": grid.READS, "stopped": grid.READS_STOPPED, "closed": grid.READS_CLOSED}


def offered(world: World) -> Scene:
    """The scene of the grid."""
    scene = SCENES["asked"](world)
    world.take(
        "mona", PlanStep.OFFER_TRANSFER, scene.plan, to_unit_id=world.unit["service"], **AGREED
    )
    return scene


@pytest.fixture(scope="module")
def scene(fresh_database: Database) -> Scene:
    return offered(make_world(fresh_database.engine))


def may(scene: Scene, session: Session, step_name: str, person: str) -> bool:
    """Whether policy lets the person take the row, whatever state and guards say."""
    row = TRANSITIONS[step_name]
    subject = None
    if row.sources != (START,) and row.machine == "measure":
        subject = scene.measures["transferred" if row.sources == (TRANSFERRED,) else "decided"]
    if row.sources != (START,) and row.machine == "meeting":
        subject = scene.meetings["called"]
    here = {"plan_id": scene.plan_of(step_name), "subject_id": subject}
    actor = scene.world.actor(person)
    try:
        denials = why_not(session, actor, step_name, now=scene.world.now, **here)  # type: ignore[arg-type]
    except NotThere:
        return False
    return "not_yours_to_decide" not in {denial.code for denial in denials}


@pytest.mark.parametrize("step_name", TRANSITIONS)
def test_every_row_for_every_person(scene: Scene, step_name: str) -> None:
    with Session(scene.world.engine) as session:
        people = [person for person in PERSONS if may(scene, session, step_name, person)]
    assert people == grid.MAY[step_name].split()


def test_the_grid_leaves_nothing_out() -> None:
    assert set(grid.MAY) == set(TRANSITIONS)
    for expected in SCENE_OF.values():
        assert set(expected) == set(READING)
    said = {name for line in (*grid.MAY.values(), *grid.READS.values()) for name in line.split()}
    assert said == set(PERSONS) - {"adam"}  # the administrator has no step and no look


def opens(scene: Scene, act: str) -> list[str]:
    """Those for whom the plan opens, each tried in a transaction that is rolled back."""
    people = []
    with Session(scene.world.engine) as session:
        for person in PERSONS:
            if open_plan(session, scene.world.actor(person), scene.plan, act, scene.world.now):
                people.append(person)
        session.rollback()
    return people


@pytest.mark.parametrize("name", SCENE_OF)
def test_every_reading_act_for_every_person(fresh_database: Database, name: str) -> None:
    made = offered if name == "asked" else SCENES[name]
    scene = made(make_world(fresh_database.engine))
    by_act = {act: " ".join(opens(scene, act)) for act in READING}
    assert by_act == SCENE_OF[name]


def test_nobody_is_nobody(scene: Scene) -> None:
    """A second inhabitant of the town sees nothing, and is told that there is nothing."""
    world = scene.world
    for act in READING:
        with pytest.raises(NotThere):
            open_for_reading(world.engine, world.actor("nosy"), scene.plan, act, world.now)
    for row in TRANSITIONS.values():
        if row.sources != (START,) or row.machine != "plan":
            with pytest.raises(NotThere), Session(world.engine) as session:
                why_not(
                    session,
                    world.actor("nosy"),
                    row.name,
                    plan_id=scene.plan,
                    now=world.now,
                    subject_id=scene.measures["decided"]
                    if row.machine == "measure"
                    else scene.meetings["called"],
                )


@pytest.mark.parametrize("name", ["asked", "stopped", "closed", "withdrawn", "requested"])
def test_lists_hold_what_opens(fresh_database: Database, name: str) -> None:
    """The list filter and open_plan give the same answer for everybody and every act."""
    scene = SCENES[name](make_world(fresh_database.engine))
    world = scene.world
    world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Gjeld", **AGREED
    )  # a duplicate
    plan = my_plans()
    with Session(world.engine) as session:
        everything = list(session.execute(select(Plan)).scalars())
        for person in PEOPLE:
            actor = world.actor(person)
            binds = {"me": actor.party_id, "now": world.now}
            listed = set(session.execute(select(plan.c.plan_id), binds).scalars())
            stands = {
                p.id
                for p in everything
                if resolve_access(session, actor, p.id, world.now).relations
            }
            assert listed == stands, person
            rows = session.execute(relations_query(), binds).all()
            for act, relations in READING.items():
                shown = {row[0] for row in rows if row[1] in relations}
                opened = {
                    p.id for p in everything if open_plan(session, actor, p.id, act, world.now)
                }
                assert shown == opened, (person, act)
        session.rollback()


def readers(world: World, plan: str, act: str = "read") -> Mapping[str, str]:
    """Who can open the plan, and on what ground."""
    grounds = {}
    with Session(world.engine) as session:
        for person in PEOPLE:
            opened = open_plan(session, world.actor(person), plan, act, world.now)
            if opened:
                grounds[person] = opened.ground
        session.rollback()
    return grounds


def test_stopping_cuts_at_once_and_leaders_see_no_content(fresh_database: Database) -> None:
    scene = SCENES["in_use"](make_world(fresh_database.engine))
    world, plan = scene.world, scene.plan
    assert readers(world, plan)["ali"] == "participant"
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["ali"])
    assert "ali" not in readers(world, plan)
    for person in ("lars", "lise", "liv"):
        assert person not in readers(world, plan)
        assert person in readers(world, plan, "read_overview")
    world.take("kim", PlanStep.STOP_SHARING, plan)
    assert set(readers(world, plan)) == {"kim", "mor", "berit"}  # who has opened it in an emergency


def test_a_substitute_has_the_relation_for_exactly_the_absence(fresh_database: Database) -> None:
    scene = SCENES["in_use"](make_world(fresh_database.engine))
    world, plan = scene.world, scene.plan
    begins, ends = world.now + timedelta(days=3), world.now + timedelta(days=10)
    with unit_of_work(world.engine) as session:
        session.execute(
            update(Absence).where(Absence.party_id == world.party["mona"]),
            {"from_at": begins, "until_at": ends},
        )
    moment = timedelta(microseconds=1)
    for now, stands in (
        (begins - moment, False),
        (begins, True),
        (ends - moment, True),
        (ends, False),
    ):
        world.now = now
        assert ("vik" in readers(world, plan)) is stands, now
    world.now = begins
    world.take("vik", PlanStep.TALKED, plan)
    open_for_reading(world.engine, world.actor("vik"), plan, "read", world.now)
    with Session(world.engine) as session:
        traced = session.execute(
            select(Access.ground, Access.substitute_for).where(
                Access.party_id == world.party["vik"], Access.plan_id == plan
            )
        ).one()
    assert tuple(traced) == ("coordinator", world.party["mona"])


def test_a_substitute_is_traced_only_where_they_stand_in(fresh_database: Database) -> None:
    """Ali takes part himself and stands in for Mona: his own look is his own."""
    scene = SCENES["in_use"](make_world(fresh_database.engine))
    world, plan = scene.world, scene.plan
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Absence),
            {
                "id": new_id(),
                "party_id": world.party["sara"],
                "substitute_id": world.party["ali"],
                "from_at": world.now,
                "until_at": world.now + timedelta(days=2),
            },
        )
        stands = resolve_access(session, world.actor("ali"), plan, world.now)
    assert stands.relations == {"participant", "accountable"}
    assert stands.stand_ins == {"accountable": world.party["sara"]}
