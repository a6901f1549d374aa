"""What a child of 12 to 15 keeps from the parents (pbrl § 3-4): whom a parent is not to hear of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, true
from sqlalchemy.orm import Session

from workflow.record.in_force import represents
from workflow.record.models import Consent, Plan, Representation

Open = Connection | Session


def is_heard(about: ColumnElement[Any], unheard: Collection[str]) -> ColumnElement[bool]:
    """Rows about nobody whom the reader is not to hear of; `about` holds whom a row is about, or nothing."""
    return or_(about.is_(None), about.not_in(unheard)) if unheard else true()


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


def unheard_by(conn: Open, plan_id: str, reader_id: str | None, now: datetime) -> frozenset[str]:
    """Whom the reader is not to hear of: what the child keeps, where the reader acts as a parent."""
    as_parent = (
        select(Representation.id)
        .join(Plan, Plan.person_id == Representation.person_id)
        .where(
            Plan.id == plan_id,
            Representation.representative_id == reader_id,
            Representation.ground == "parent",
            represents(Representation, now),
        )
        .limit(1)
    )
    if conn.execute(as_parent).first() is None:
        return frozenset()
    return kept_receivers(conn, plan_id)
