"""A person asks for a message to be sent once more: one that failed, or one of which nobody knows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.delivery import outbox
from workflow.acts.delivery.enqueue import DELIVERY, NOTICE
from workflow.record.access.open_plan import Actor, write_trace
from workflow.record.access.role_holders import holds_any
from workflow.rules.engine.denials import NotThere

ADMINISTRATOR = "administrator"
FAILED, UNKNOWN = "failed", "unknown"
ACT = "send_again"


def retry(session: Session, actor: Actor, delivery_id: str, now: datetime) -> bool:
    """Puts a failed message back in the queue; whether it was failed still.

    By an administrator of its municipality, or the operator. Who did it is traced, on the plan
    where there is one. Raises NotThere for everybody else and for a message that there is not.
    """
    return _again(session, actor, delivery_id, FAILED, now)


def send_again(session: Session, actor: Actor, delivery_id: str, now: datetime) -> bool:
    """Puts a message of which nobody knows back in the queue, so that it may arrive twice.

    Whether it was unknown still; who may, the trace and what is raised are those of `retry`.
    """
    return _again(session, actor, delivery_id, UNKNOWN, now)


def _again(session: Session, actor: Actor, delivery_id: str, expected: str, now: datetime) -> bool:
    if not _may(session, actor, now):
        raise NotThere(delivery_id)
    query = (
        select(DELIVERY.c.state, NOTICE.c.plan_id)
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .where(DELIVERY.c.id == delivery_id)
    )
    delivery = session.execute(query).first()
    if delivery is None:
        raise NotThere(delivery_id)
    if delivery.state != expected:
        return False
    conn = session.connection()
    if not outbox.send_again(conn, delivery_id, now):
        return False
    ground = "" if actor.party_id is None else ADMINISTRATOR
    write_trace(conn, actor, ACT, ground, now, plan_id=delivery.plan_id)
    return True


def _may(session: Session, actor: Actor, now: datetime) -> bool:
    if actor.party_id is None:
        return actor.kind == "operator"
    return holds_any(session, actor.party_id, now, ADMINISTRATOR)
