"""Proves against the database that why_not and fire agree: every row, situation, subject and person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.scenes import PERSONS, SCENES, Scene, good_form
from tests.world import make_world
from workflow.acts.engine import fire, why_not
from workflow.acts.open_steps import Possible, steps
from workflow.acts.registry import ACTS
from workflow.record.access import Actor, standing
from workflow.record.models import Measure, Plan
from workflow.record.plan_view import plan_view
from workflow.rules.denials import BadInput, NotThere, Refused
from workflow.rules.row import Row
from workflow.rules.tables import ROWS, TABLES
from workflow.rules.vocabulary import START

# Acts, measures and meetings are walked where the plan lets them live, stops them, or is closed.
WITH_ACTS = ("requested", "in_use", "paused", "closed")
WITH_SUBJECTS = ("in_use", "closed")
# These situations differ from others in few rows; they are walked with every third try.
LIKE_OTHERS = (
    "offered_outside", "complained", "lapsed", "closed_denied", "ending", "stopped", "done_with",
    "reviewed", "granted",
)  # fmt: skip
# The whole walk is SQLite's; PostgreSQL takes every so many tries in some of the situations.
EVERY_OF_POSTGRESQL = 23
SHOWN = ("requested", "denied", "reviewed", "asked", "paused", "closed", "withdrawn")
ON_POSTGRESQL = ("requested", "informal", "in_use", "offered", "closed")


def subjects(scene: Scene, name: str, row: Row) -> Iterator[str | None]:
    """The keys on which a row is tried in a scene."""
    if row.id.startswith("A") and name not in WITH_ACTS:
        return
    if row.machine == "plan" or row.sources == (START,):
        yield None
    elif name == "closed" and row.machine == "measure":
        yield scene.measures["decided"]  # all are closed there
    elif name in WITH_SUBJECTS:
        yield from (scene.measures if row.machine == "measure" else scene.meetings).values()


def filled(scene: Scene, row: Row) -> BaseModel:
    """The row's form, filled in so that nothing in it stops the step."""
    fields = good_form(scene, row.id)
    form = ACTS[row.id].form
    if "agreed_how" in form.model_fields:
        fields["agreed_how"] = "spoken"
    return form(**fields)


def explained(session: Session, actor: Actor, row: Row, **rest: Any) -> object:
    """What why_not says: the codes, or that there is no such plan for this reader."""
    try:
        return [denial.code for denial in why_not(session, actor, row.id, **rest)]
    except NotThere:
        return "not there"


def enforced(session: Session, actor: Actor, row: Row, **rest: Any) -> object:
    """What fire does, in the same words; what it wrote is undone."""
    trial = session.begin_nested()
    try:
        fire(session, actor, row.id, **rest)
    except Refused as refused:
        return [denial.code for denial in refused.denials]
    except NotThere:
        return "not there"
    except BadInput as wrong:
        # The form points at what this scene has none of: the form's error, no rule's.
        assert {code for _, code, _ in wrong.problems} == {"not_on_this_plan"}
    finally:
        trial.rollback()
    return []


def tries(scene: Scene, name: str) -> Iterator[tuple[Row, str | None, str]]:
    """Every row, subject and person."""
    for row in ROWS.values():
        for subject in subjects(scene, name, row):
            for person in PERSONS:
                yield row, subject, person


@pytest.mark.parametrize("name", SCENES)
def test_why_not_and_fire_agree(fresh_database: Database, name: str) -> None:
    if fresh_database.is_postgresql and name not in ON_POSTGRESQL:
        return
    scene = SCENES[name](make_world(fresh_database.engine))
    every = 3 if name in LIKE_OTHERS else 1
    if fresh_database.is_postgresql:
        every = EVERY_OF_POSTGRESQL
    forms = {row.id: filled(scene, row) for row in ROWS.values()}
    taken = set()
    with fresh_database.engine.connect() as connection, connection.begin() as outer:
        session = Session(connection, join_transaction_mode="create_savepoint")
        for count, (row, subject, person) in enumerate(tries(scene, name)):
            if count % every:
                continue
            here = {"plan_id": scene.plan, "subject_id": subject, "form": forms[row.id]}
            actor = scene.world.actor(person)
            said = explained(session, actor, row, now=scene.world.now, **here)
            did = enforced(session, actor, row, now=scene.world.now, **here)
            assert said == did, (row.id, person)
            if person == "nosy" and row.id not in ("P1", "P2"):
                assert said == "not there", row.id
            if not did:
                taken.add(row.id)
        session.close()
        outer.rollback()
    assert taken


@pytest.mark.parametrize("name", SHOWN)
def test_steps_shown_are_steps_taken(fresh_database: Database, name: str) -> None:
    """What the pages draw from a plan already read is what why_not says of each row."""
    if fresh_database.is_postgresql:
        return  # the same statements; proven once
    scene = SCENES[name](make_world(fresh_database.engine))
    with Session(fresh_database.engine) as session:
        plan = session.get_one(Plan, scene.plan)
        for person in PERSONS:
            actor = scene.world.actor(person)
            if not standing(session, actor, scene.plan, scene.world.now).relations:
                continue
            view = plan_view(
                session,
                plan,
                scene.world.now,
                events=500,
                sees=standing(session, actor, scene.plan, scene.world.now).sight(),
            )
            drawn = steps(view, actor, standing(session, actor, scene.plan, scene.world.now))
            compare(session, scene, actor, drawn.of_plan(), None, "plan")
            for key in scene.measures.values() if name in WITH_SUBJECTS else ():
                found = drawn.of_measure(session.get_one(Measure, key))
                compare(session, scene, actor, found, key, "measure")
            for meeting in view.meetings:
                compare(session, scene, actor, drawn.of_meeting(meeting), meeting.id, "meeting")


def compare(
    session: Session, scene: Scene, actor: Actor, drawn: Possible, key: str | None, machine: str
) -> None:
    """Each row of one subject, drawn and asked."""
    for row in TABLES[machine]:
        if row.sources == (START,):
            continue
        here = {"plan_id": scene.plan, "subject_id": key}
        asked = why_not(session, actor, row.id, now=scene.world.now, **here)  # type: ignore[arg-type]
        shown = [denial.code for denial in drawn.closed.get(row.id, ())]
        assert drawn.allows(row.id) == (not asked), (row.id, actor, shown, asked)
        if machine == "plan":
            assert shown == [denial.code for denial in asked], (row.id, actor)


@pytest.mark.parametrize("row_id", ROWS)
def test_an_empty_form_is_refused_or_named(fresh_database: Database, row_id: str) -> None:
    """Where nothing but the form is missing, the error names fields of that form."""
    if fresh_database.is_postgresql:
        return  # forms do not depend on the database
    form = ACTS[row_id].form
    if any(field.is_required() for field in form.model_fields.values()):
        return
    scene = Scene(world := make_world(fresh_database.engine), "")
    scene.plan = world.active()
    with Session(fresh_database.engine) as session:
        for person in ("kim", "mona", "operator"):
            actor, here = world.actor(person), {"plan_id": scene.plan, "form": form()}
            try:
                fire(session, actor, row_id, now=world.now, **here)  # type: ignore[arg-type]
            except BadInput as wrong:
                assert {name for name, _, _ in wrong.problems} <= {*form.model_fields, "complaint"}
            except (Refused, NotThere):
                pass
            session.rollback()
