"""The plans that one coordinator carries, by number and next date, for whoever shares them out: no content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.acts.management.overdue import within_units
from workflow.record.access.role_holders import on_plan, serving_unit
from workflow.record.lists.plans import PAGE
from workflow.record.lists.visible_deadlines import next_deadline
from workflow.record.models import Deadline, Plan, Tenure, Unit
from workflow.rules.engine.vocabulary import CLOSED


@dataclass(frozen=True, slots=True)
class CaseloadPlan:
    """One plan: its number, its unit, when it was last alive and what falls due next."""

    plan_id: str
    number: str
    unit: str
    last_activity_at: datetime
    code: str
    basis: str
    due_at: datetime | None


def caseload_of(
    session: Session,
    party_id: str,
    unit_ids: Sequence[str] | None,
    page: int = 1,
) -> tuple[list[CaseloadPlan], bool]:
    """Plans that are not closed and that the party coordinates, next date first; one statement.

    A plan whose person coordinates it herself is not hers to hand on, and never stands here.
    The caller has asked whether the reader leads the units, or may see all (None).
    """
    held = (
        on_plan(Tenure, Plan.id, "coordinator"),
        Tenure.party_id == party_id,
        Tenure.party_id.is_distinct_from(Plan.person_id),
    )
    unit_id = serving_unit(Plan)
    query = (
        select(
            Plan.id,
            Plan.number,
            Unit.name,
            Plan.last_activity_at,
            func.coalesce(Deadline.code, ""),
            func.coalesce(Deadline.basis, ""),
            Deadline.due_at,
        )
        .join(Unit, Unit.id == unit_id)
        .outerjoin(Deadline, Deadline.id == next_deadline())
        .where(
            within_units(unit_ids),
            Plan.state != CLOSED,
            select(Tenure.id).where(*held).correlate(Plan).exists(),
        )
        .order_by(Deadline.due_at.is_(None), Deadline.due_at, Plan.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    plans = [CaseloadPlan(*row) for row in session.execute(query)]
    return plans[:PAGE], len(plans) > PAGE
