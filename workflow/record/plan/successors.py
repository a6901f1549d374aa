"""Who could take over on a plan: those who have it in hand, and those it is shared with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from workflow.record.access.role_holders import IN_CHARGE, holder_on, on_plan
from workflow.record.in_force import allows
from workflow.record.models import Consent, Plan, Tenure

Open = Connection | Session


def successors_of(conn: Open, plan_id: str) -> list[str]:
    """Coordinator, contact and who acts of a plan now, in that order, without its person."""
    tenures = conn.execute(
        select(Tenure.role, Tenure.party_id)
        .join(Plan, Plan.id == Tenure.plan_id)
        .where(
            on_plan(Tenure, plan_id, *IN_CHARGE),
            Tenure.party_id.is_not(None),
            Tenure.party_id.is_distinct_from(Plan.person_id),
        )
    )
    by_role = {row.role: row.party_id for row in tenures}
    return [key for role in IN_CHARGE if (key := by_role.get(role)) is not None]


def acts(conn: Open, plan_id: str) -> str | None:
    """Who acts in place of a coordinator, or is the contact of a person who coordinates herself."""
    return conn.execute(holder_on(plan_id, "acting", "contact")).scalar()


def is_shared_with(conn: Open, plan_id: str, party_id: str, now: datetime) -> bool:
    """Whether the person shares the plan with that party at `now`."""
    query = select(Consent.id).where(
        Consent.plan_id == plan_id,
        Consent.receiver_id == party_id,
        allows(Consent, now),
    )
    return conn.execute(query.limit(1)).first() is not None
