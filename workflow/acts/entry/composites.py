"""Several rows that people do in one go: one form, one transaction, each row with its own event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, create_model
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from workflow.acts.base.context import StepResult
from workflow.acts.base.form_fields import Form
from workflow.acts.base.registry import ACTS
from workflow.acts.engine import fire
from workflow.acts.engine.fire import retry_races
from workflow.acts.engine.load import load_step
from workflow.acts.entry import five_questions
from workflow.record.access.open_plan import Actor
from workflow.rules.engine.denials import Denial, Refused, UnknownStep
from workflow.rules.engine.policy import policy_denial
from workflow.rules.engine.transition import Transition
from workflow.rules.names.steps import CompositeStep, verb_of
from workflow.rules.tables import COMPOSITE_BY_NAME, find_transition

ONLY_OUTSIDE = frozenset({"person", "relative"})


def form_of(step_name: str) -> type[Form]:
    """The form of a row, a composite or the five questions. Raises UnknownStep."""
    if step_name == CompositeStep.FIVE_QUESTIONS:
        return five_questions.FiveQuestions
    if step_name in COMPOSITE_BY_NAME:
        return composite_form(step_name)
    return ACTS[find_transition(step_name).name].form


@lru_cache(maxsize=32)
def composite_form(composite_name: str) -> type[Form]:
    """One form with the fields of all rows; where two rows ask the same, the first one's question.

    Raises UnknownStep.
    """
    if composite_name not in COMPOSITE_BY_NAME:
        raise UnknownStep(composite_name)
    fields: dict[str, Any] = {}
    for step_name in COMPOSITE_BY_NAME[composite_name].rows:
        for name, info in ACTS[step_name].form.model_fields.items():
            fields.setdefault(name, (info.annotation, info))
    return create_model(f"Form_{verb_of(composite_name)}", __base__=Form, **fields)


def part_of_form(step_name: str, form: BaseModel) -> Form:
    """What the composite's form says to one of its rows; only what was filled in."""
    wanted = ACTS[step_name].form
    said = form.model_dump(include=form.model_fields_set & set(wanted.model_fields))
    return wanted(**said)


def take_all(
    session: Session,
    actor: Actor,
    composite_name: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel,
    version: int | None = None,
    now: datetime,
) -> list[StepResult]:
    """Take the rows one by one in the caller's transaction; what one makes, the next acts on."""
    taken: list[StepResult] = []
    for step_name in COMPOSITE_BY_NAME[composite_name].rows:
        done = fire.fire(
            session,
            actor,
            step_name,
            plan_id=plan_id,
            subject_id=subject_id,
            form=part_of_form(step_name, form),
            version=version,
            now=now,
        )
        # The form's version is of what it showed; the next row finds what this one has made of it.
        plan_id, subject_id, version = done.plan_id, done.subject_id, None
        taken.append(done)
        if done.step_name != step_name:
            break  # a second human is asked first: what comes after waits for the answer
    return taken


def composite_why_not(
    session: Session,
    actor: Actor,
    composite_name: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    now: datetime,
) -> list[Denial]:
    """Why the composite may not be taken now: the denials of the first row that would be refused.

    With a form the rows are tried and undone. Without one, later rows are asked only who may take
    them: state and guards are judged on what the rows before will have made true.
    """
    if form is not None:
        return _tried(session, actor, composite_name, plan_id, subject_id, form, now)
    rows = [find_transition(step_name) for step_name in COMPOSITE_BY_NAME[composite_name].rows]
    here = {"plan_id": plan_id, "subject_id": subject_id, "now": now}
    denials = fire.why_not(session, actor, rows[0].name, **here)  # type: ignore[arg-type]
    return denials or _not_theirs(session, actor, rows, plan_id, subject_id, now)


def _tried(
    session: Session,
    actor: Actor,
    composite_name: str,
    plan_id: str | None,
    subject_id: str | None,
    form: BaseModel,
    now: datetime,
) -> list[Denial]:
    trial = session.begin_nested()
    here = {"plan_id": plan_id, "subject_id": subject_id}
    try:
        take_all(session, actor, composite_name, form=form, now=now, **here)  # type: ignore[arg-type]
    except Refused as refused:
        return list(refused.denials)
    finally:
        trial.rollback()
    return []


def _not_theirs(
    session: Session,
    actor: Actor,
    rows: Sequence[Transition],
    plan_id: str | None,
    subject_id: str | None,
    now: datetime,
) -> list[Denial]:
    """The first later row that the actor may not take, whatever the state."""
    conn = session.connection()
    step = load_step(conn, actor, rows[0], plan_id, subject_id, None, now)
    for before, row in pairwise(rows):
        if not (before.creates and step.facts.relations <= ONLY_OUTSIDE):
            step.facts.relations |= frozenset(before.gains)
        denial = policy_denial(row, step.facts)
        if denial is not None:
            return [denial]
    return []


def rows_of(step_name: str) -> tuple[str, ...]:
    """The rows that a step takes: itself, or those of the composite or of the five questions."""
    if step_name == CompositeStep.FIVE_QUESTIONS:
        return five_questions.ROWS
    composite = COMPOSITE_BY_NAME.get(step_name)
    return composite.rows if composite else (step_name,)


def take_any(
    session: Session,
    actor: Actor,
    step_name: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    version: int | None = None,
    now: datetime,
) -> list[StepResult]:
    """Take a row, a composite or the five questions in the caller's transaction.

    Raises UnknownStep, Refused, Stale, PlanMoved, NotThere, BadInput.
    """
    filled = form_of(step_name)() if form is None else form
    if isinstance(filled, five_questions.FiveQuestions):
        return five_questions.talk(session, actor, plan_id or "", filled, now)
    rest: dict[str, Any] = {"plan_id": plan_id, "subject_id": subject_id, "version": version}
    if step_name in COMPOSITE_BY_NAME:
        return take_all(session, actor, step_name, form=filled, now=now, **rest)
    return [fire.fire(session, actor, step_name, form=filled, now=now, **rest)]


def perform_any(database: Engine, actor: Actor, step_name: str, **rest: Any) -> list[StepResult]:
    """Take a row, a composite or the five questions, in a transaction of its own.

    Raises UnknownStep, Refused, Stale, NotThere, BadInput, SecondOpenPlan.
    """
    return retry_races(
        database,
        lambda session: take_any(session, actor, step_name, **rest),
        step_name,
    )


def why_not_any(
    session: Session,
    actor: Actor,
    step_name: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    now: datetime,
) -> list[Denial]:
    """Why a row, a composite or the five questions may not be taken now; empty means it may."""
    here: dict[str, Any] = {"plan_id": plan_id, "now": now}
    if step_name == CompositeStep.FIVE_QUESTIONS:
        return five_questions.why_not(session, actor, **here)
    here |= {"subject_id": subject_id, "form": form}
    if step_name in COMPOSITE_BY_NAME:
        return composite_why_not(session, actor, step_name, **here)
    return fire.why_not(session, actor, step_name, **here)
