"""Reading what a step rests on: plan, subject, relations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Table, bindparam, select

from workflow.acts.base.context import StepContext
from workflow.record.access.open_plan import Actor, PlanAccess, creating_relations, resolve_access
from workflow.record.database.prepared import PreparedStatement
from workflow.record.models import Measure, Meeting, NaiveTime, Plan
from workflow.record.plan.facts import facts_of_record
from workflow.rules.engine.denials import NotThere, WrongSubject
from workflow.rules.engine.policy import find_ground, on_behalf
from workflow.rules.engine.transition import Transition
from workflow.rules.sharing.scopes import EVERYTHING

SUBJECTS: Mapping[str, Table] = {
    "plan": Plan.__table__,  # type: ignore[dict-item]
    "measure": Measure.__table__,  # type: ignore[dict-item]
    "meeting": Meeting.__table__,  # type: ignore[dict-item]
}
PLAN = SUBJECTS["plan"]
BY_KEY = {
    table.name: PreparedStatement(select(table).where(table.c.id == bindparam("key")))
    for table in SUBJECTS.values()
}


def _load(conn: Connection, table: Table, key: str) -> dict[str, Any]:
    """One row as a mapping. Raises NotThere."""
    # PostgreSQL takes no NUL in a text and would fail, where there simply is no such row.
    if "\x00" in key:
        raise NotThere("")
    row = BY_KEY[table.name].first(conn, {"key": key})
    if row is None:
        raise NotThere(key)
    return row


def _subject(
    conn: Connection, row: Transition, plan_id: str | None, subject_id: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan's row and the subject's row; empty where the step creates them.

    Raises NotThere for a subject of another plan or without one: a plan's people are asked for by
    the plan, so whoever names none must reach nothing through a measure.
    """
    if row.machine == "plan":
        plan = {} if row.creates else _load(conn, PLAN, plan_id or subject_id or "")
        return plan, plan
    if row.creates:
        return _load(conn, PLAN, plan_id or ""), {}
    subject = _load(conn, SUBJECTS[row.machine], subject_id or "")
    if subject["plan_id"] != plan_id:
        raise NotThere(subject_id or "")
    # The plan is read first in every other path; here its version is read before the guards.
    return _load(conn, PLAN, subject["plan_id"]), subject


def _stand(
    conn: Connection, actor: Actor, plan: Mapping[str, Any], form: Any, now: datetime
) -> PlanAccess:
    """How the actor stands. Raises NotThere for somebody who stands in no relation at all."""
    if not plan:
        may = creating_relations(conn, actor, getattr(form, "person_id", None), now)
        return PlanAccess(may, frozenset(), scopes=EVERYTHING)
    access = resolve_access(conn, actor, plan["id"], now)
    if not access.relations:
        raise NotThere(plan["id"])
    return access


def load_step(
    conn: Connection,
    actor: Actor,
    row: Transition,
    plan_id: str | None,
    subject_id: str | None,
    form: BaseModel | None,
    now: datetime,
) -> StepContext:
    """Read what the step rests on.

    Raises NotThere, NaiveTime for a `now` without a zone, and WrongSubject for a measure, meeting
    or plan given to a step that is about none: dropped in silence, the step would be taken on
    another thing than the one that was meant.
    """
    if now.tzinfo is None:
        raise NaiveTime(now.isoformat())
    if row.makes_plan and plan_id is not None:
        raise WrongSubject(row.name)
    plan, subject = _subject(conn, row, plan_id, subject_id)
    stands = _stand(conn, actor, plan, form, now)
    if subject_id not in (None, subject.get("id")):
        raise WrongSubject(row.name)
    facts = facts_of_record(conn, row, actor, stands, plan, subject, form, now)
    return StepContext(
        conn=conn,
        actor=actor,
        row=row,
        form=form,
        now=now,
        today=facts.today,
        facts=facts,
        access=stands,
        ground=find_ground(row, facts),
        on_behalf=on_behalf(row, facts),
        plan=plan,
        subject=subject,
        creates=row.creates,
        table=SUBJECTS[row.machine],
    )
