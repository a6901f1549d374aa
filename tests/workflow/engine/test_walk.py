"""Proves against the database that why_not and fire agree, and that every act takes its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy.orm import Session

from tests.servers.databases import Database, SqliteBackend, copied
from tests.workflow.scenes import PERSONS, SCENES, Scene, good_form
from tests.world import make_world
from workflow.acts.base.registry import ACTS
from workflow.acts.engine.fire import fire, why_not
from workflow.record.access.open_plan import Actor
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import START
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS

# Acts, measures and meetings are walked where the plan lets them live, stops them, or is closed.
WITH_ACTS = ("requested", "in_use", "closed")
WITH_SUBJECTS = ("in_use", "closed")
# A sample: that explaining and taking ask the same is proven on bare facts, that a page says the same
# in test_page_facts. Here the acts run, with forms filled in, on both databases.
EVERY = 19
# The form points at what this scene has none of, or at somebody who may not: no rule's.
FORMS_OWN = {"not_on_this_plan", "cannot_confirm", "cannot_be_asked"}
SAMPLED = ("requested", "informal", "in_use", "offered", "closed")


def subjects(scene: Scene, name: str, row: Transition) -> Iterator[str | None]:
    """The keys on which a row is tried in a scene."""
    if row.ref.startswith("A") and name not in WITH_ACTS:
        return
    if row.machine == "plan" or row.sources == (START,):
        yield None
    elif name == "closed" and row.machine == "measure":
        yield scene.measures["decided"]  # all are closed there
    elif name in WITH_SUBJECTS:
        yield from (scene.measures if row.machine == "measure" else scene.meetings).values()


def filled(scene: Scene, row: Transition) -> BaseModel:
    """The row's form, filled in so that nothing in it stops the step."""
    fields = good_form(scene, row.name)
    form = ACTS[row.name].form
    if "agreed_how" in form.model_fields:
        fields["agreed_how"] = "spoken"
    return form(**fields)


def explained(session: Session, actor: Actor, row: Transition, **rest: Any) -> object:
    """What why_not says: the codes, or that there is no such plan for this reader."""
    try:
        return [denial.code for denial in why_not(session, actor, row.name, **rest)]
    except NotThere:
        return "not there"


def enforced(session: Session, actor: Actor, row: Transition, **rest: Any) -> object:
    """What fire does, in the same words; what it wrote is undone."""
    trial = session.begin_nested()
    try:
        fire(session, actor, row.name, **rest)
    except Refused as refused:
        return [denial.code for denial in refused.denials]
    except NotThere:
        return "not there"
    except BadInput as wrong:
        assert {code for _, code, _ in wrong.problems} <= FORMS_OWN
    finally:
        trial.rollback()
    return []


def tries(scene: Scene, name: str) -> Iterator[tuple[Transition, str | None, str]]:
    """Every row, subject and person."""
    for row in TRANSITIONS.values():
        for subject in subjects(scene, name, row):
            for person in PERSONS:
                yield row, subject, person


@pytest.mark.parametrize("name", SAMPLED)
def test_why_not_and_fire_agree(fresh_database: Database, name: str) -> None:
    scene = SCENES[name](make_world(fresh_database.engine))
    forms = {row.name: filled(scene, row) for row in TRANSITIONS.values()}
    taken = set()
    with fresh_database.engine.connect() as connection, connection.begin() as outer:
        session = Session(connection, join_transaction_mode="create_savepoint")
        for count, (row, subject, person) in enumerate(tries(scene, name)):
            if count % EVERY:
                continue
            plan = scene.plan_of(row.name)
            here = {"plan_id": plan, "subject_id": subject, "form": forms[row.name]}
            actor = scene.world.actor(person)
            said = explained(session, actor, row, now=scene.world.now, **here)
            did = enforced(session, actor, row, now=scene.world.now, **here)
            assert said == did, (row.name, person)
            if person == "nosy" and row.name not in (
                PlanStep.REPORT_NEED,
                PlanStep.REGISTER_INCOMING,
            ):
                assert said == "not there", row.name
            if not did:
                taken.add(row.name)
        session.close()
        outer.rollback()
    assert taken


@pytest.fixture(scope="module")
def begun(sqlite_backend: SqliteBackend) -> Iterator[Scene]:
    """A plan in use that nothing is kept of; forms do not depend on the database."""
    with copied(sqlite_backend) as database:
        world = make_world(database.engine)
        yield Scene(world, world.active())


@pytest.mark.parametrize("step_name", TRANSITIONS)
def test_an_empty_form_is_refused_or_named(begun: Scene, step_name: str) -> None:
    """Where nothing but the form is missing, the error names fields of that form."""
    form = ACTS[step_name].form
    if any(field.is_required() for field in form.model_fields.values()):
        return
    scene, world = begun, begun.world
    with Session(world.engine) as session:
        for person in ("kim", "mona", "operator"):
            actor = world.actor(person)
            here = {"plan_id": scene.plan_of(step_name), "form": form()}
            try:
                fire(session, actor, step_name, now=world.now, **here)  # type: ignore[arg-type]
            except BadInput as wrong:
                assert {name for name, _, _ in wrong.problems} <= {*form.model_fields, "complaint"}
            except (Refused, NotThere):
                pass
            session.rollback()
