"""`quiet_plan` in the sweep: a plan that has lived since gets a new date instead of a notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from workflow.record.deadlines.policies import Calendar, read_calendar
from workflow.record.deadlines.recipients import NOW, PLAN
from workflow.record.deadlines.rungs import ADD_RUNG, DEADLINE, STEP, move_deadlines, rungs_of
from workflow.record.models.base import KEY, UtcDateTime
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.deadlines.kinds import KINDS, LOOK, QUIET
from workflow.rules.deadlines.ladders import DAY_BEGINS, Anchors, count_rungs, due_date
from workflow.rules.names.deadlines import DeadlineCode

CODE = DeadlineCode.QUIET_PLAN
# After an outage all plans may wake at once: memory stays flat.
AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class _QuietPlan:
    plan_id: str


DUE_NOW = (
    select(
        DEADLINE.c.id,
        DEADLINE.c.plan_id,
        DEADLINE.c.due_version,
        PLAN.c.last_activity_at,
        PLAN.c.service_unit_id,
        PLAN.c.unit_id,
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
        # By the key, not by a state: one that is left as it is must not be read again and again.
        DEADLINE.c.id > bindparam("b_after", type_=KEY),
        PLAN.c.last_activity_at >= bindparam("b_since", type_=UtcDateTime()),
    )
    .order_by(DEADLINE.c.id)
    .limit(AT_A_TIME)
)
LOOK_AGAIN = (
    update(STEP)
    .where(STEP.c.done_at.is_(None), STEP.c.at <= NOW, STEP.c.kind == LOOK)
    .values(at=bindparam("b_tomorrow", type_=UtcDateTime()))
)


def reschedule(conn: Connection, now: datetime) -> int:
    """Gives every due `quiet_plan` of a plan that has lived since a new date; returns how many.

    The kind's length in calendar days (90 where nobody chose another) from the plan's last sign
    of life. A plan still quiet is looked at again tomorrow. Events do not touch `quiet_plan`, so that a
    step costs nothing for it.
    """
    today = oslo_date(now)
    moved, after, own = 0, "", read_calendar(conn)
    # Nobody's length is longer than twice the standard: the plan's own is asked of each.
    binds = {"b_now": now, "b_since": _since(today, 2 * KINDS[CODE].length)}
    while rows := conn.execute(DUE_NOW, {**binds, "b_after": after}).mappings().all():
        moved += _move(conn, rows, own, now)
        after = rows[-1]["id"]
    tomorrow = at_oslo(today + timedelta(days=1), DAY_BEGINS)
    conn.execute(LOOK_AGAIN, {"b_now": now, "b_tomorrow": tomorrow})
    return moved


def _since(today: date, length: int) -> datetime:
    """The earliest sign of life with which a plan is not quiet yet."""
    return at_oslo(today - timedelta(days=length - 1), DAY_BEGINS)


def _move(
    conn: Connection,
    rows: Sequence[RowMapping],
    own: Calendar,
    now: datetime,
) -> int:
    steps: list[dict[str, Any]] = []
    moves: list[tuple[str, datetime, int, date | None]] = []
    for row in rows:
        place = _QuietPlan(row["plan_id"])
        kind = own.policy(row["service_unit_id"] or row["unit_id"], oslo_date(now)).kinds[CODE]
        lived = row["last_activity_at"]
        if lived < _since(oslo_date(now), kind.length):
            continue
        falls = due_date(
            kind, Anchors(now, {"last_activity_at": lived}, {}, closing_days=own.closing)
        )
        assert falls is not None
        version = row["due_version"] + 1
        moves.append((row["id"], falls.at, version, oslo_date(lived)))
        ladder = count_rungs(kind, falls, now, started_at=lived, closing=own.closing)
        steps += rungs_of(place, row["id"], version, ladder)
    if moves:
        move_deadlines(conn, moves, now)
    if steps:
        conn.execute(ADD_RUNG, steps)
    return len(moves)
