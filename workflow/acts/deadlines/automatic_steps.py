"""Steps that the clock takes when their time has come, one by one through the engine."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from pydantic import BaseModel
from sqlalchemy import Engine, Table, bindparam, func, select, update

from workflow.acts.base.registry import ACTS
from workflow.acts.engine.fire import fire
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Deadline, DeadlineRung
from workflow.record.models.base import UtcDateTime
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.deadlines.kinds import FIRE, KINDS
from workflow.rules.deadlines.ladders import DAY_BEGINS
from workflow.rules.engine.denials import BadInput, NotThere, PlanMoved, Refused, Stale
from workflow.rules.tables import find_transition

STEP = cast(Table, DeadlineRung.__table__)
DEADLINE = cast(Table, Deadline.__table__)
NOW = bindparam("b_now", type_=UtcDateTime())
AT_A_TIME = 200
RETRIES = 5

DUE = (STEP.c.done_at.is_(None), STEP.c.at <= NOW, STEP.c.kind == FIRE)
FOUND = (
    select(
        STEP.c.id,
        STEP.c.at,
        STEP.c.plan_id,
        DEADLINE.c.code,
        DEADLINE.c.subject_id,
    )
    .join(DEADLINE, DEADLINE.c.id == STEP.c.deadline_id)
    .where(*DUE, DEADLINE.c.state == "open")
    .order_by(STEP.c.at, STEP.c.id)
    .limit(AT_A_TIME)
)
COUNT = select(func.count()).select_from(STEP).where(*DUE)
# Not done still: of two sweeps that read the same step one takes it.
CLAIM = (
    update(STEP)
    .where(STEP.c.id == bindparam("b_id"), STEP.c.done_at.is_(None), STEP.c.at <= NOW)
    .values(done_at=NOW)
)
LATER = (
    update(STEP)
    .where(STEP.c.id == bindparam("b_id"), STEP.c.done_at.is_(None))
    .values(at=bindparam("b_at", type_=UtcDateTime()))
)


def due_count(engine: Engine, now: datetime) -> int:
    """How many steps the clock would take at `now`."""
    with unit_of_work(engine) as session:
        return int(session.execute(COUNT, {"b_now": now}).scalar_one())


def take(engine: Engine, now: datetime) -> int:
    """Lets the clock take every step due at `now` (aware UTC); returns how many were taken.

    Each is one transaction with the mark on its ladder step, so a crash repeats it whole or not
    at all. A step that a guard refuses (a complaint freezes the end) is asked again tomorrow.
    """
    taken, seen = 0, set[str]()
    while True:
        with unit_of_work(engine) as session:
            rows = session.execute(FOUND, {"b_now": now}).mappings().all()
        # A step that lost its races stays due: without `seen` this would ask for it for ever.
        fresh = [row for row in rows if row["id"] not in seen]
        if not fresh:
            return taken
        for row in fresh:
            seen.add(row["id"])
            taken += _take(engine, row, now)


def _take(engine: Engine, step: Any, now: datetime) -> bool:
    """One step; whether it was taken. What lost five races waits for the next sweep."""
    for _ in range(RETRIES):
        try:
            return _fire(engine, step, now)
        except (PlanMoved, Stale):
            continue
        except Refused:
            _ask_tomorrow(engine, step, now)
            return False
        # What it was about is gone for good: asked again it would come up at every sweep.
        except (NotThere, BadInput):
            _mark(engine, step, now)
            return False
    return False


def _fire(engine: Engine, step: Any, now: datetime) -> bool:
    row = find_transition(KINDS[step["code"]].fires)
    subject = step["plan_id"] if row.machine == "plan" else step["subject_id"]
    with unit_of_work(engine) as session:
        if session.connection().execute(CLAIM, {"b_id": step["id"], "b_now": now}).rowcount != 1:
            return False
        actor = Actor.clock()
        form = _form(row.name, step["subject_id"])
        fire(
            session,
            actor,
            row.name,
            plan_id=step["plan_id"],
            subject_id=subject,
            form=form,
            now=now,
        )
    return True


def _form(step_name: str, subject_id: str) -> BaseModel | None:
    """What the clock fills in: which consent it is whose period is over."""
    form = ACTS[step_name].form
    known = "consent_id" in form.model_fields
    return form.model_validate({"consent_id": subject_id}) if known else None


def _ask_tomorrow(engine: Engine, step: Any, now: datetime) -> None:
    tomorrow = at_oslo(oslo_date(now) + timedelta(days=1), DAY_BEGINS)
    with unit_of_work(engine) as session:
        session.connection().execute(LATER, {"b_id": step["id"], "b_at": tomorrow})


def _mark(engine: Engine, step: Any, now: datetime) -> None:
    with unit_of_work(engine) as session:
        session.connection().execute(CLAIM, {"b_id": step["id"], "b_now": now})
