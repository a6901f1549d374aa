"""Plans without coordinator or without decision, by number and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select, true
from sqlalchemy.orm import Session

from workflow.record.access.open_plan import Actor
from workflow.record.access.role_holders import serving_unit
from workflow.record.database.portable_sql import materialize
from workflow.record.lists.plans import IN_USE, PAGE, list_parameters, list_vacant
from workflow.record.lists.visible_deadlines import next_deadline
from workflow.record.models import Deadline, Offer, Party, Plan, Unit
from workflow.rules.names.deadlines import DeadlineCode


@dataclass(frozen=True, slots=True)
class IncompletePlan:
    """A plan without coordinator or without decision: number and dates, never the person."""

    plan_id: str
    number: str
    since: datetime
    due_at: datetime | None
    basis: str
    contact: str
    phone: str
    asked: str
    asked_person: bool


def list_incomplete_plans(
    session: Session,
    actor: Actor,
    now: datetime,
    what: str,
    unit_ids: Sequence[str] | None,
    page: int = 1,
) -> tuple[list[IncompletePlan], bool]:
    """Plans «uten koordinator» (vacant) or «i bruk uten vedtak» (informal), oldest first.

    Numbers only. The caller has asked whether the reader leads the units, or may see all (None).
    """
    here: ColumnElement[bool] = true()
    if unit_ids is not None:
        here = serving_unit(Plan).in_(unit_ids)
    statement = _lacking(what, here).limit(PAGE + 1).offset((page - 1) * PAGE)
    rows = session.execute(statement, list_parameters(actor, now)).all()
    return [IncompletePlan(*row) for row in rows[:PAGE]], len(rows) > PAGE


def _lacking(what: str, here: ColumnElement[bool]) -> Select[Any]:
    codes = {
        "vacant": (DeadlineCode.VACANCY, DeadlineCode.APPOINT_COORDINATOR),
        "informal": (DeadlineCode.DECIDE_INFORMAL_START,),
    }[what]
    holds = list_vacant() if what == "vacant" else and_(Plan.informal, Plan.state.in_(IN_USE))
    lacks = materialize(select(Plan.id).where(holds, Plan.shadow == 0, here), "lacks")
    by_person = func.coalesce(_asked(Offer.to_party_id) == Plan.person_id, false())
    since = func.coalesce(Deadline.started_at, Plan.created_at)
    columns: tuple[Any, ...] = (
        Plan.id,
        Plan.number,
        since,
        Deadline.due_at,
        func.coalesce(Deadline.basis, ""),
        func.coalesce(Party.name, Unit.name),
        func.coalesce(Party.phone, Unit.phone),
        func.coalesce(case((by_person, ""), else_=_asked(Offer.to_name)), ""),
        by_person,
    )
    return (
        select(*columns)
        .select_from(Plan)
        .outerjoin(Deadline, Deadline.id == next_deadline(codes))
        .outerjoin(Party, _responsible())
        .join(Unit, Unit.id == Plan.responsible_unit_id)
        .where(Plan.id.in_(select(lacks.c.id)))
        .order_by(since, Plan.id)
    )


def _responsible() -> ColumnElement[bool]:
    """Who is responsible, never the person herself where she coordinates."""
    return and_(
        Party.id == Plan.responsible_party_id,
        Plan.responsible_party_id.is_distinct_from(Plan.person_id),
    )


def _asked(column: Any) -> Any:
    """A column of the open question about who coordinates."""
    return (
        select(column)
        .where(
            Offer.plan_id == Plan.id,
            Offer.kind == "coordinator",
            Offer.outcome == "",
        )
        .limit(1)
        .correlate(Plan)
        .scalar_subquery()
    )
