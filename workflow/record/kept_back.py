"""What a child of 12 to 15 keeps from the parents (pbrl § 3-4), taken out of what a parent reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from workflow.record.giving import Open, givers
from workflow.record.models import Consent, Plan
from workflow.record.plan_view import PlanView


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
    mine = [one.ground for one in givers(conn, plan.person_id, now) if one.party_id == reader_id]
    return kept_receivers(conn, plan.id) if "parent" in mine else frozenset()


def without_kept(view: PlanView, hidden: frozenset[str]) -> PlanView:
    """The plan without those whom a child keeps from the parents: who they are, and what tells of them."""
    if not hidden:
        return view
    parts = dict(view.parts)
    gone = set(hidden)
    for kind in ("consent", "participant"):
        gone |= {row.id for row in parts[kind] if row.a in hidden}
        parts[kind] = [row for row in parts[kind] if row.a not in hidden]
    parts["deadline"] = [row for row in parts["deadline"] if row.d not in gone]
    parts["wish"] = [row for row in parts["wish"] if not {row.d, row.e} & hidden]
    parts["event"] = [row for row in parts["event"] if not _told_of(json.loads(row.t1)) & gone]
    return replace(view, parts=parts)


def _told_of(event: Mapping[str, Any]) -> set[str]:
    """Every key that an event names: who took it, whom it is about, what it made."""
    codes = {value for value in event["codes"].values() if isinstance(value, str)}
    made = {key for _, key in (*event["made"], *event["codes"].get("touched", ()))}
    return {str(event["actor"]), *codes, *made}
