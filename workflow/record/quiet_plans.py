"""T14 in the sweep: a plan that has lived since gets a new date instead of a notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from workflow.record.deadlines import (
    ADD_STEP,
    DEADLINE,
    STEP,
    closing_days,
    move,
    steps_of,
)
from workflow.record.holders import NOW, PLAN
from workflow.record.models.base import UtcDateTime
from workflow.rules.clock import at_oslo, oslo_date
from workflow.rules.deadline_kinds import KINDS, LOOK, QUIET
from workflow.rules.ladders import DAY_BEGINS, Anchors, due, rungs

CODE = "T14"
AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class _Place:
    municipality_id: str
    plan_id: str


LIVED_SINCE = (
    select(
        DEADLINE.c.id, DEADLINE.c.municipality_id, DEADLINE.c.plan_id,
        DEADLINE.c.due_version, PLAN.c.last_activity_at,
    )
    .join(PLAN, PLAN.c.id == DEADLINE.c.plan_id)
    .where(
        DEADLINE.c.code == CODE,
        DEADLINE.c.state == "open",
        DEADLINE.c.id.in_(
            select(STEP.c.deadline_id).where(
                STEP.c.done_at.is_(None),
                STEP.c.at <= NOW,
                STEP.c.kind.in_((QUIET, LOOK)),
            )
        ),
        PLAN.c.last_activity_at >= bindparam("b_since", type_=UtcDateTime()),
    )
    .limit(AT_A_TIME)
)  # fmt: skip
LOOK_AGAIN = (
    update(STEP)
    .where(STEP.c.done_at.is_(None), STEP.c.at <= NOW, STEP.c.kind == LOOK)
    .values(at=bindparam("b_tomorrow", type_=UtcDateTime()))
)


def reschedule(conn: Connection, now: datetime) -> int:
    """Gives every due T14 of a plan that has lived since a new date; returns how many.

    90 calendar days from the plan's last sign of life. A plan still quiet is looked at again
    tomorrow. Events do not touch T14, so that a step costs nothing for it.
    """
    today = oslo_date(now)
    since = at_oslo(today - timedelta(days=KINDS[CODE].length - 1), DAY_BEGINS)
    moved, closing = 0, dict[str, frozenset[date]]()
    while found := conn.execute(LIVED_SINCE, {"b_now": now, "b_since": since}).mappings().all():
        _move(conn, found, closing, now)
        moved += len(found)
    tomorrow = at_oslo(today + timedelta(days=1), DAY_BEGINS)
    conn.execute(LOOK_AGAIN, {"b_now": now, "b_tomorrow": tomorrow})
    return moved


def _move(
    conn: Connection,
    found: Sequence[RowMapping],
    closing: dict[str, frozenset[date]],
    now: datetime,
) -> None:
    steps: list[dict[str, Any]] = []
    for row in found:
        place = _Place(row["municipality_id"], row["plan_id"])
        days = closing.setdefault(place.municipality_id, closing_days(conn, place.municipality_id))
        lived = row["last_activity_at"]
        falls = due(KINDS[CODE], Anchors(now, {"last_activity_at": lived}, {}, closing_days=days))
        assert falls is not None
        version = row["due_version"] + 1
        move(conn, place.municipality_id, [(row["id"], falls.at, version)], now)
        ladder = rungs(KINDS[CODE], falls, now, started_at=lived, closing=days)
        steps += steps_of(place, row["id"], version, ladder)
    conn.execute(ADD_STEP, steps)
