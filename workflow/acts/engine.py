"""Taking a step: read, ask the rules, compare-and-swap, event, deadlines, notices (design 2.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.acts.beginning import begin
from workflow.acts.registry import ACTS
from workflow.acts.settling import prepare_new, settle
from workflow.acts.step import Done, check_version
from workflow.record.access import Actor
from workflow.record.database import unit_of_work
from workflow.rules.denials import Denial, PlanMoved, Refused, SecondOpenPlan, Stale
from workflow.rules.machine import denials, move
from workflow.rules.tables import row as row_of
from workflow.rules.vocabulary import START

RETRIES = 5


def why_not(
    session: Session,
    actor: Actor,
    row_id: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    now: datetime,
) -> list[Denial]:
    """Every reason why the step may not be taken now, from the code that decides.

    Without a form only what the form cannot cure is asked. Raises NotThere, UnknownStep.
    """
    row = row_of(row_id)
    step = begin(session.connection(), actor, row, plan_id, subject_id, form, now)
    return denials(row, step.facts)


def fire(
    session: Session,
    actor: Actor,
    row_id: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    version: int | None = None,
    now: datetime,
    recorded_at: datetime | None = None,
) -> Done:
    """Take one step inside the caller's transaction.

    A step of an imported plan is judged at the `now` its file tells of and recorded at the true
    `recorded_at`.

    1. Read plan, subject and relations. 2. Refuse with every reason, or let `transitions`
    give the new state. 3. The act says what changes. 4. Swap the subject's and the plan's
    rows. 5. Write event, deadlines, notices. Raises Refused, Stale, PlanMoved, NotThere.
    """
    row = row_of(row_id)
    act = ACTS[row.id]
    form = act.form() if form is None else form
    step = begin(session.connection(), actor, row, plan_id, subject_id, form, now)
    step.recorded_at = recorded_at
    check_version(step, version)
    found = denials(row, step.facts)
    if found:
        raise Refused(found)
    step.state = move(row, step.facts)
    if step.creates:
        prepare_new(step)
    act.apply(step)
    done = settle(step, act)
    if act.then is not None:
        act.then(session, actor, done, form, now)
    return done


def perform(engine: Engine, actor: Actor, row_id: str, **rest: Any) -> Done:
    """Take one step in a transaction of its own; retried unseen when only the head moved.

    Raises Refused, Stale, NotThere, BadInput, SecondOpenPlan.
    """
    for _ in range(RETRIES):
        try:
            with unit_of_work(engine) as session:
                return fire(session, actor, row_id, **rest)
        except PlanMoved:
            continue
        except IntegrityError as error:
            # Two reports of the same person raced: the second try sees the first's plan.
            if "uq_plan_open_person" not in str(error) and "plan.person_id" not in str(error):
                raise
    if row_of(row_id).sources == (START,):
        raise SecondOpenPlan(row_id)
    raise Stale(row_id)
