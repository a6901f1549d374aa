"""Taking a step: read, ask the rules, compare-and-swap, event, deadlines, notices, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from workflow.acts.base.context import StepResult, check_version
from workflow.acts.base.references import party
from workflow.acts.base.registry import ACTS
from workflow.acts.engine import idempotency
from workflow.acts.engine.load import load_step
from workflow.acts.engine.persist import persist_step, prepare_new
from workflow.acts.notices import recipients
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.rules.engine.denials import Denial, PlanMoved, Refused, SecondOpenPlan, Stale
from workflow.rules.engine.own_interest import CLEARED
from workflow.rules.machine import denials, next_state
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import find_transition

Answer = TypeVar("Answer")
# A plan that moved five times meanwhile is told to whoever pressed: nobody waits without an end.
RETRIES = 5
# Unique indexes that two steps at once may both reach, as each database names them.
ONCE = (
    "uq_plan_open_person",
    "plan.person_id",
    "uq_offer_open",
    "offer.subject_id",
    "uq_tenure_open",
    "tenure.role",
    "uq_deadline_open",
    "deadline.code",
    "uq_event_plan_seq",
    "pk_event",
    "event.id",
)
WAITED = ("40001", "40P01")  # serialization failure, deadlock


def why_not(
    session: Session,
    actor: Actor,
    step_name: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    now: datetime,
) -> list[Denial]:
    """Every reason why the step may not be taken now, from the code that decides.

    Without a form only what the form cannot cure is asked. Where a second human's confirmation is
    all that lacks and the form names one, nothing stands in the way of asking. Raises NotThere,
    UnknownStep.
    """
    row = find_transition(step_name)
    step = load_step(session.connection(), actor, row, plan_id, subject_id, form, now)
    reasons = denials(row, step.facts)
    asks = form is not None and confirmation_of(row.name, subject_id, form, reasons)
    return [] if asks else reasons


def fire(
    session: Session,
    actor: Actor,
    step_name: str,
    *,
    plan_id: str | None = None,
    subject_id: str | None = None,
    form: BaseModel | None = None,
    version: int | None = None,
    now: datetime,
    recorded_at: datetime | None = None,
) -> StepResult:
    """Take one step inside the caller's transaction.

    A step of an imported plan is judged at the `now` its file tells of and recorded at the true
    `recorded_at`.

    0. A press that was taken already gives what it gave then. 1. Read plan, subject and
    relations. 2. Refuse with every reason, or ask the second human whom the form names, where that
    is all that lacks; else let `transitions` give the new state. 3. The act
    says what changes. 4. Swap the subject's and the plan's rows. 5. Write event, deadlines,
    notices. Raises Refused, Stale, PlanMoved, NotThere.
    """
    row = find_transition(step_name)
    act = ACTS[row.name]
    form = act.form() if form is None else form
    conn = session.connection()
    # Before anything is judged: the step has moved the plan, so a second press would be refused.
    event_id = idempotency.event_of(actor, row.name, subject_id or plan_id, form)
    before = idempotency.find_taken(conn, actor, event_id) if event_id else None
    if before is not None:
        return before
    step = load_step(conn, actor, row, plan_id, subject_id, form, now)
    step.recorded_at = recorded_at
    step.event_id = event_id or step.event_id
    check_version(step, version)
    reasons = denials(row, step.facts)
    if reasons and (asking := confirmation_of(row.name, subject_id, form, reasons)):
        at = {"plan_id": step.plan_id, "now": now, "recorded_at": recorded_at}
        return fire(session, actor, PlanStep.ASK_CONFIRMATION, form=asking, **at)  # type: ignore[arg-type]
    if reasons:
        raise Refused(reasons)
    if second := getattr(form, "confirmer_id", None):
        party(step, second, "confirmer_id")  # not needed, but never nobody
    step.state = next_state(row, step.facts)
    recipients.fix_parting(step)
    if step.creates:
        prepare_new(step)
    act.apply(step)
    done = persist_step(step, act)
    if act.then is not None:
        act.then(session, replace(actor, idempotency_key=""), done, form, now)
    return done


def confirmation_of(
    step_name: str, subject_id: str | None, form: BaseModel, reasons: Sequence[Denial]
) -> BaseModel | None:
    """The form that asks the named second human to confirm, where nothing else stands in the way."""
    second = getattr(form, "confirmer_id", None)
    if not second or any(denial.code not in CLEARED for denial in reasons):
        return None
    answers = form.model_dump_json(exclude={"confirmer_id"}, exclude_defaults=True)
    asked = {"step": step_name, "subject_id": subject_id, "answers": answers}
    wanted = ACTS[PlanStep.ASK_CONFIRMATION].form
    return wanted.model_validate({**asked, "confirmer_id": second})


def perform(engine: Engine, actor: Actor, step_name: str, **rest: Any) -> StepResult:
    """Take one step in a transaction of its own; retried unseen when only the head moved.

    Raises Refused, Stale, NotThere, BadInput, SecondOpenPlan.
    """
    return retry_races(engine, lambda session: fire(session, actor, step_name, **rest), step_name)


def retry_races(engine: Engine, work: Callable[[Session], Answer], step_name: str) -> Answer:
    """Runs work in a transaction of its own, again where another step came between, at most 5 times.

    Raises Stale, or SecondOpenPlan where two reports of one person raced, and what work raises.
    """
    reports = False
    for _ in range(RETRIES):
        try:
            with unit_of_work(engine) as session:
                return work(session)
        except PlanMoved:
            continue
        except DBAPIError as error:
            # What else the database refuses is a fault of ours: trying again would hide it.
            if not is_race(error):
                raise
            reports = "uq_plan_open_person" in str(error) or "plan.person_id" in str(error)
    raise SecondOpenPlan(step_name) if reports else Stale(step_name)


def is_race(error: DBAPIError) -> bool:
    """Another step came between: what may stand once stood already, or two waited for each other."""
    said = str(error.orig)
    if isinstance(error, IntegrityError):
        return any(name in said for name in ONCE)
    return getattr(error.orig, "sqlstate", None) in WAITED
