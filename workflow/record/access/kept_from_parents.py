"""What a child of 12 to 15 keeps from the parents (pbrl § 3-4), taken out of what a parent reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from workflow.record.access.representatives import Open, givers
from workflow.record.models import Consent, Plan
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import Around, Due, EventView, Sharing, WishView


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
    sharing, around = view.parts[Sharing], view.parts[Around]
    gone = {
        *hidden,
        *(one.id for one in sharing if one.receiver_id in hidden),
        *(one.id for one in around if one.party_id in hidden),
    }
    kept: dict[type[Any], Iterable[Any]] = {
        Sharing: (one for one in sharing if one.receiver_id not in hidden),
        Around: (one for one in around if one.party_id not in hidden),
        Due: (one for one in view.parts[Due] if one.subject_id not in gone),
        WishView: (one for one in view.parts[WishView] if not _between(one) & hidden),
        EventView: (one for one in view.parts[EventView] if not _told_of(one.text) & gone),
    }
    return replace(view, parts=view.parts.replaced(kept))


def _between(wish: WishView) -> set[str | None]:
    return {wish.from_party_id, wish.to_party_id}


def _told_of(event: Mapping[str, Any]) -> set[str]:
    """Every key that an event names: who took it, whom it is about, what it made."""
    codes = {value for value in event["codes"].values() if isinstance(value, str)}
    made = {key for _, key in (*event["made"], *event["codes"].get("touched", ()))}
    return {str(event["actor"]), *codes, *made}
