"""What a child of 12 to 15 keeps from the parents (pbrl § 3-4), taken out of what a parent reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from workflow.record.access.representatives import Open, list_representatives
from workflow.record.models import Consent, Plan


def kept_receivers(conn: Open, plan_id: str) -> frozenset[str]:
    """Those a child shares with while the parents are not told (pbrl § 3-4), now or before.

    Somebody who is shared with openly too is no secret.
    """
    rows = conn.execute(
        select(Consent.receiver_id, Consent.kept_from_parents).where(
            Consent.plan_id == plan_id, Consent.receiver_id.is_not(None)
        )
    ).all()
    openly = {receiver for receiver, kept in rows if not kept}
    kept_ = {receiver for receiver, kept in rows if kept and receiver}
    return frozenset(kept_ - openly)


def hides_from(conn: Open, plan: Plan, reader_id: str, now: datetime) -> frozenset[str]:
    """Whom the reader is not to hear of: what the child keeps from the parents, to a parent."""
    mine = [
        one.ground
        for one in list_representatives(conn, plan.person_id, now)
        if one.party_id == reader_id
    ]
    return kept_receivers(conn, plan.id) if "parent" in mine else frozenset()
