"""Proves that every emergency access that was traced or told of is still kept as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from workflow.record.models import Access, EmergencyAccess, Event
from workflow.rules.names.steps import PlanStep


def find_missing(session: Session, plan_id: str | None = None) -> Iterator[str]:
    """What no longer agrees: keys of traces without their row, and of steps whose row is changed or gone.

    The traces are append-only and sealed, the steps are chained; both name what must be there.
    """
    yield from _untraced(session, plan_id)
    yield from _untold(session, plan_id)


def _untraced(session: Session, plan_id: str | None) -> Iterator[str]:
    kept = and_(
        EmergencyAccess.party_id == Access.party_id,
        EmergencyAccess.opened_at == Access.at,
        EmergencyAccess.reason == Access.reason,
        EmergencyAccess.plan_id.is_not_distinct_from(Access.plan_id),
    )
    query = (
        select(Access.id)
        .outerjoin(EmergencyAccess, kept)
        .where(Access.act == "emergency", EmergencyAccess.id.is_(None))
    )
    yield from session.scalars(query.where(Access.plan_id == plan_id) if plan_id else query)


def _untold(session: Session, plan_id: str | None) -> Iterator[str]:
    query = select(Event.id, Event.plan_id, Event.actor_id, Event.text).where(
        Event.step_name == PlanStep.OPEN_IN_EMERGENCY
    )
    for event in session.execute(query.where(Event.plan_id == plan_id) if plan_id else query):
        try:
            codes = json.loads(event.text)["codes"]
        except ValueError:
            continue  # an event that cannot be read is found by the chain's own proof
        row = session.get(EmergencyAccess, codes.get("emergency", ""))
        told = (event.plan_id, event.actor_id, codes.get("reason"))
        if row is None or (row.plan_id, row.party_id, row.reason) != told:
            yield event.id
