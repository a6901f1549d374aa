"""The rows of a ladder and the instant of a deadline: written, closed, taken along to a new version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, insert, update

from workflow.record.database.prepared import PreparedStatement
from workflow.record.models import Deadline, DeadlineRung, new_id
from workflow.rules.deadlines.ladders import CountedRung

DEADLINE = cast(Table, Deadline.__table__)
STEP = cast(Table, DeadlineRung.__table__)

CLOSE_RUNGS = (
    update(STEP)
    .where(
        STEP.c.deadline_id.in_(bindparam("b_ids", expanding=True)),
        STEP.c.done_at.is_(None),
    )
    .values(done_at=bindparam("b_now"))
)
MOVE = (
    update(DEADLINE)
    .where(DEADLINE.c.id == bindparam("b_id"))
    .values(
        due_at=bindparam("b_due"),
        due_version=bindparam("b_version"),
        base_on=bindparam("b_base"),
        state="open",
        paused_at=None,
    )
)
ADD_RUNG = insert(STEP)
ADD_ONE_RUNG = PreparedStatement(ADD_RUNG, changes=True)
# What has been told goes along to a new version that is not a new beginning.
CARRY = (
    update(STEP)
    .where(
        STEP.c.deadline_id == bindparam("b_id"),
        STEP.c.due_version == bindparam("b_was"),
    )
    .values(due_version=bindparam("b_was") + 1)
)


def rungs_of(
    at: Any, deadline_id: str, version: int, ladder: Iterable[CountedRung]
) -> list[dict[str, Any]]:
    """The rows of a ladder; `at` gives plan_id."""
    return [
        {
            "id": new_id(),
            "deadline_id": deadline_id,
            "plan_id": at.plan_id,
            "due_version": version,
            "n": step.n,
            "at": step.at,
            "role": step.role,
            "kind": step.kind,
        }
        for step in ladder
    ]


def move_deadlines(
    conn: Connection,
    moved: Sequence[tuple[str, datetime, int, date | None]],
    now: datetime,
) -> None:
    """Gives deadlines (id, instant, version, day counted from) a new date; standing steps are closed.

    Notices of the old version that are not sent yet are dropped at sending.
    """
    if not moved:
        return
    close_rungs(conn, [deadline[0] for deadline in moved], now)
    values = [
        {"b_id": key, "b_due": at, "b_version": version, "b_base": base}
        for key, at, version, base in moved
    ]
    conn.execute(MOVE, values)


def close_rungs(conn: Connection, ids: Sequence[str], now: datetime) -> None:
    """Takes standing steps out of the sweep's way."""
    conn.execute(CLOSE_RUNGS, {"b_ids": ids, "b_now": now})


def carry_rungs(conn: Connection, versions: Sequence[tuple[str, int]]) -> None:
    """Takes the steps of deadlines (id, version) along to the next version."""
    if versions:
        rows = [{"b_id": k, "b_was": v} for k, v in versions]
        conn.execute(CARRY, rows)
