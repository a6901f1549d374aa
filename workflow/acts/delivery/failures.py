"""Tells the coordinator that a message did not reach the plan's person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, func, insert, select

from workflow.acts.delivery.enqueue import DELIVERY, NOTICE, PLAN, queue_of_event
from workflow.record.access.role_holders import IN_CHARGE, TENURE, is_here, on_plan, people_in
from workflow.record.in_force import is_away
from workflow.record.models import Absence, new_id

ABSENCE = cast(Table, Absence.__table__)
CODE = "D.failed"

UNREACHED = (
    select(
        DELIVERY.c.id,
        NOTICE.c.plan_id,
        PLAN.c.person_id,
    )
    .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
    .join(PLAN, PLAN.c.id == NOTICE.c.plan_id)
    .where(PLAN.c.person_id == DELIVERY.c.recipient_id, NOTICE.c.code != CODE)
)


def notify_coordinator(conn: Connection, delivery_ids: Sequence[str], now: datetime) -> int:
    """One notice for each failed delivery to a plan's person, once; returns how many.

    In the caller's transaction. It goes to whoever coordinates now, the substitute of one who is
    away, never the person herself; to the coordinating unit where nobody does.
    """
    told = 0
    for row in conn.execute(UNREACHED.where(DELIVERY.c.id.in_(delivery_ids))).all():
        cause = f"x:{row.id}"
        known = select(NOTICE.c.id).where(NOTICE.c.cause == cause)
        if conn.execute(known.limit(1)).first() is not None:
            continue
        parties = _who_rings(conn, row.plan_id, row.person_id, now)
        for party_id, role in parties:
            conn.execute(insert(NOTICE), _notice(row, cause, party_id, role, now))
        if parties:
            queue_of_event(conn, CODE, cause, now)
            told += 1
    return told


def _notice(row: object, cause: str, party_id: str, role: str, now: datetime) -> dict[str, object]:
    delivery = cast(dict[str, str], row._mapping)  # type: ignore[attr-defined]
    return {
        "id": new_id(),
        "plan_id": delivery["plan_id"],
        "recipient_id": party_id,
        "cause": cause,
        "code": CODE,
        "subject_id": delivery["id"],
        "due_version": 0,
        "role": role,
        "params": "",
        "created_at": now,
    }


def _who_rings(
    conn: Connection, plan_id: str, person_id: str, now: datetime
) -> list[tuple[str, str]]:
    """The coordinator, the unit's contact or whoever acts; else everybody of the coordinating unit."""
    held = select(TENURE.c.role, TENURE.c.party_id).where(
        on_plan(TENURE, plan_id, *IN_CHARGE),
        is_here(TENURE.c.party_id),
        TENURE.c.party_id != person_id,
    )
    holders = sorted(conn.execute(held).all(), key=lambda row: IN_CHARGE.index(row.role))
    if holders:
        present = _in_place_of(conn, holders[0].party_id, now)
        return [(present, "coordinator")]
    office = people_in(now, "coordinating").distinct()
    return [(key, "coordinating") for key in conn.execute(office).scalars()]


def _in_place_of(conn: Connection, party_id: str, now: datetime) -> str:
    """The party, or the substitute of one who is away now (half-open period)."""
    away = select(func.min(ABSENCE.c.substitute_id)).where(
        ABSENCE.c.party_id == party_id,
        is_here(ABSENCE.c.substitute_id),
        is_away(ABSENCE, now),
    )
    return conn.execute(away).scalar() or party_id
