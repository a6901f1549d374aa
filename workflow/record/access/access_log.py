"""Who has looked at a plan, as the person and the privacy officer read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.record.models import Access, Party, Plan, Unit
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.calendar.workdays import add_months


def _when() -> ColumnElement[datetime]:
    """When somebody looked; `at` is when we were told, for those of another municipality."""
    return func.coalesce(Access.seen_at, Access.at)


def _about(plan: Plan) -> tuple[ColumnElement[bool], ...]:
    """Looks at the plan itself, and lists in which it stood."""
    listed = Access.plan_id.is_(None) & Access.plan_ids.like(f"%{plan.id}%")
    return (or_(Access.plan_id == plan.id, listed),)


def read_access_log(
    session: Session,
    plan: Plan,
    since: datetime | None = None,
    until: datetime | None = None,
    but: frozenset[str] = frozenset(),
) -> Sequence[Any]:
    """Everybody who has looked in a half-open period, the newest first.

    at, name, title, unit, act, ground, reason, refused, stood in for and their name. The name is
    the human's as it stands in the register, however long ago they left. but: those whom the
    reader is not to hear of.
    """
    away, when = aliased(Party), _when()
    query = (
        select(
            when.label("at"),
            func.coalesce(Party.name, func.nullif(Access.elsewhere, "")).label("name"),
            Party.title,
            Unit.name.label("unit"),
            Access.act,
            Access.ground,
            Access.reason,
            Access.refused,
            Access.substitute_for,
            away.name.label("away"),
        )
        .select_from(Access)
        .outerjoin(Party, Party.id == Access.party_id)
        .outerjoin(away, away.id == Access.substitute_for)
        .outerjoin(Unit, Unit.id == Access.unit_id)
        .where(*_about(plan))
    )
    if but:
        for named in (Access.party_id, Access.substitute_for):
            query = query.where(or_(named.is_(None), named.not_in(sorted(but))))
    if since is not None:
        query = query.where(when >= since)
    if until is not None:
        query = query.where(when < until)
    return session.execute(query.order_by(when.desc(), Access.id.desc())).all()


def months_of(session: Session, plan: Plan) -> list[str]:
    """The months (YYYY-MM, Norwegian time) from the first look to the last, the newest first."""
    ends = select(func.min(_when()), func.max(_when())).where(*_about(plan))
    first, last = (cast("datetime | None", one) for one in session.execute(ends).one())
    if first is None or last is None:
        return []
    months, month, end = [], oslo_date(first).replace(day=1), oslo_date(last)
    while month <= end:
        months.append(f"{month:%Y-%m}")
        month = add_months(month, 1)
    return months[::-1]
