"""Tells the administrators when nobody looks at what falls due, since no other notice comes then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, exists, literal, null, select

from workflow.acts.delivery.enqueue import NOTICE, PARTY, queue_of_event
from workflow.record.access.role_holders import STAFF
from workflow.record.database.portable_sql import (
    fresh_id,
    id_prefix,
    insert_and_count,
    insert_ignoring,
)
from workflow.record.deadlines.recipients import NOW, staff_now
from workflow.record.in_force import has_account
from workflow.record.models.base import KEY, UtcDateTime
from workflow.record.operations import heartbeats

SWEEP, CODE = "sweep", "O.sweep"
TOO_OLD = timedelta(minutes=5)
AGAIN_AFTER = timedelta(hours=1)  # a clock that is wrong makes an outage at each of its looks
COLUMNS = [
    "id",
    "plan_id",
    "recipient_id",
    "cause",
    "code",
    "subject_id",
    "deadline_id",
    "due_version",
    "role",
    "substitute_for",
    "params",
    "created_at",
]

ADMINISTRATORS = (
    select(STAFF.c.party_id)
    .join(PARTY, PARTY.c.id == STAFF.c.party_id)
    .where(staff_now("administrator"), has_account(PARTY))
    .distinct()
    .subquery("administrators")
)
TOLD_LATELY = exists().where(
    NOTICE.c.recipient_id == ADMINISTRATORS.c.party_id,
    NOTICE.c.code == CODE,
    NOTICE.c.created_at > bindparam("b_lately", type_=UtcDateTime()),
)


def is_late(last: datetime | None, now: datetime) -> bool:
    """Whether the last sweep was more than five minutes from `now`; one that never was is not late.

    A sweep that far ahead of now has been made with a wrong clock, which is an outage as well.
    """
    return last is not None and abs(now - last) > TOO_OLD


def watch_sweeps(conn: Connection, now: datetime) -> int:
    """Writes a notice, and its mail at once, to each administrator while nobody sweeps at `now` (UTC).

    Once per outage and administrator, and at most once an hour; returns how many were written.
    Several may call it at the same time.
    """
    last = heartbeats.last(conn, SWEEP)
    if last is None or not is_late(last, now):
        return 0
    cause = f"o:{SWEEP}:{last.isoformat()}"
    binds = {
        "b_now": now,
        "b_prefix": id_prefix(now),
        "b_cause": cause,
        "b_lately": now - AGAIN_AFTER,
    }
    written = insert_and_count(
        conn, insert_ignoring(conn.dialect.name, NOTICE, COLUMNS, _rows()), binds
    )
    if written:
        queue_of_event(conn, CODE, cause, now)
    return written


def _rows() -> Any:
    nothing = cast(null(), KEY)
    columns = ADMINISTRATORS.c
    return select(
        fresh_id(bindparam("b_prefix", type_=String)),
        nothing,
        columns.party_id,
        bindparam("b_cause", type_=String),
        literal(CODE),
        nothing,
        nothing,
        literal(0),
        literal("administrator"),
        nothing,
        literal(""),
        NOW,
    ).where(~TOLD_LATELY)
