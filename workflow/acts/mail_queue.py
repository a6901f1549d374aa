"""Puts e-mails for new notices in the queue, one row each; the sending lives in delivery."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, String, Table, and_, bindparam, literal, or_, select

from workflow.record.models import Delivery, Notice, Party, Plan
from workflow.record.models.base import UtcDateTime
from workflow.record.set_based import fresh_id, id_prefix, insert_ignoring
from workflow.rules.notice_budget import first_try, next_digest

NOTICE = cast(Table, Notice.__table__)
DELIVERY = cast(Table, Delivery.__table__)
PARTY = cast(Table, Party.__table__)
PLAN = cast(Table, Plan.__table__)

EMAIL = "email"
COLUMNS = [
    "id", "municipality_id", "notice_id", "recipient_id", "channel", "state", "reason",
    "attempts", "next_try_at", "claimed_by",
]  # fmt: skip
PREFIX = bindparam("b_prefix", type_=String)
FIRST_TRY = bindparam("b_try", type_=UtcDateTime())

WANTS_MAIL = and_(
    PARTY.c.id == NOTICE.c.recipient_id,
    PARTY.c.email != "",
    PARTY.c.channel == EMAIL,
    PARTY.c.deactivated_at.is_(None),
)
ROWS = select(
    fresh_id(PREFIX), NOTICE.c.municipality_id, NOTICE.c.id, NOTICE.c.recipient_id,
    literal(EMAIL), literal("waiting"), literal(""), literal(0), FIRST_TRY, literal(""),
).join(PARTY, WANTS_MAIL)  # fmt: skip

OF_CAUSE = ROWS.where(
    NOTICE.c.municipality_id == bindparam("b_municipality"), NOTICE.c.cause == bindparam("b_cause")
)
ASKED_FOR_REMINDERS = or_(
    PARTY.c.reminders,
    PLAN.c.id.is_(None),
    PLAN.c.person_id.is_(None),
    PLAN.c.person_id != NOTICE.c.recipient_id,
)
OF_MOMENT = ROWS.outerjoin(PLAN, PLAN.c.id == NOTICE.c.plan_id).where(
    and_(NOTICE.c.id >= PREFIX, NOTICE.c.id < PREFIX + literal("g")),
    NOTICE.c.created_at == bindparam("b_now", type_=UtcDateTime()),
    ASKED_FOR_REMINDERS,
)


@lru_cache(maxsize=8)
def _statement(dialect: str, rows: Any) -> Any:
    return insert_ignoring(dialect, DELIVERY, COLUMNS, rows)


def queue_of_event(
    conn: Connection, code: str, cause: str, municipality_id: str, now: datetime
) -> None:
    """Mails for the notices of one event, the person's own too: no act without hearing of it (P10)."""
    binds = {
        "b_prefix": id_prefix(now), "b_try": first_try(code, now),
        "b_municipality": municipality_id, "b_cause": cause,
    }  # fmt: skip
    conn.execute(_statement(conn.dialect.name, OF_CAUSE), binds)


def queue_of_moment(conn: Connection, now: datetime) -> None:
    """Mails for the notices that a sweep wrote at `now`, first tried at the next digest hour.

    The plan's person gets them only with reminders on.
    """
    binds = {"b_now": now, "b_prefix": id_prefix(now), "b_try": next_digest(now)}
    conn.execute(_statement(conn.dialect.name, OF_MOMENT), binds)
