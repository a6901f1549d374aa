"""Rungs that nobody could be told of, because nobody is left to hear: kept until somebody is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, select, update

from workflow.record.access.role_holders import STAFF
from workflow.record.deadlines.recipients import (
    DEADLINE,
    NO_FALLBACK,
    NOW,
    PARTY,
    PLAN,
    STEP,
    due_rungs,
    recipients_of_due,
    staff_now,
)
from workflow.record.in_force import has_account
from workflow.record.models import Heartbeat
from workflow.rules.deadlines.kinds import TELLS

LAST_RUNGS = ("coordinating", "administrator")

# The last steps up are the whole municipality's: where one of them is here, somebody hears.
WITHOUT_EARS = ~exists().where(
    staff_now(*LAST_RUNGS),
    PARTY.c.id == STAFF.c.party_id,
    has_account(PARTY),
)
DUE = and_(STEP.c.done_at.is_(None), STEP.c.at <= NOW, STEP.c.kind.in_(TELLS))
MARK = update(STEP).where(DUE).values(done_at=NOW)
SWEPT = select(Heartbeat.at).where(Heartbeat.name == "sweep").scalar_subquery()
STANDING = (
    select(
        STEP.c.plan_id,
        PLAN.c.number,
        DEADLINE.c.code,
        STEP.c.role,
        STEP.c.at,
    )
    .join(DEADLINE, DEADLINE.c.id == STEP.c.deadline_id)
    .join(PLAN, PLAN.c.id == STEP.c.plan_id)
    .where(
        DUE,
        STEP.c.at <= SWEPT,
        DEADLINE.c.state == "open",
        WITHOUT_EARS,  # elsewhere it came up since the last sweep
    )
    .order_by(STEP.c.at, STEP.c.id)
)


@dataclass(frozen=True, slots=True)
class UndeliverableRung:
    """A step that a sweep has passed and nobody could be told of: ids and codes only; `at` in UTC."""

    plan_id: str
    number: str
    code: str
    role: str
    at: datetime


def mark(conn: Connection, roles: Sequence[str], now: datetime) -> None:
    """Marks the telling steps due at `now` as done, but for those that nobody could be told of.

    Those stand until somebody holds one of the roles; the next sweep tells them. Only a
    municipality with neither coordinating unit nor administrator is looked at step by step.
    """
    sought = [role for role in roles if role not in NO_FALLBACK]
    deaf = sought and conn.execute(select(WITHOUT_EARS), {"b_now": now}).scalar()
    kept = MARK.where(STEP.c.id.not_in(_nobody(sought))) if deaf else MARK
    conn.execute(kept, {"b_now": now})


def _nobody(roles: Sequence[str]) -> Any:
    """The due steps that have no recipient, though somebody should hear."""
    due = due_rungs()
    people = recipients_of_due(due, roles)
    heard = select(people.subquery("heard").c.step_id)
    return select(due.c.id).where(
        due.c.role.not_in(NO_FALLBACK),
        due.c.id.not_in(heard),
    )


def list_undeliverable(conn: Connection, now: datetime) -> list[UndeliverableRung]:
    """The steps that the last sweep passed and nobody could be told of; empty when all is well."""
    return [UndeliverableRung(*row) for row in conn.execute(STANDING, {"b_now": now})]
