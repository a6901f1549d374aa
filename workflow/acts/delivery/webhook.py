"""Carries notices to a municipality's own system as signed calls; only ids and codes go there, at least once."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Table, select

from workflow.acts.delivery.channel import NotAccepted, Outgoing, PendingDelivery, Unknown
from workflow.acts.delivery.http import AddressRules, post_once
from workflow.record.models import Webhook

WEBHOOK = cast(Table, Webhook.__table__)
VERSION = "1"
TAKEN = range(200, 300)
TEST = "test"


class System(Protocol):
    """What the settings say of calls to municipalities' systems; seconds for the time-out."""

    @property
    def webhook_timeout(self) -> float: ...
    @property
    def webhook_private(self) -> bool: ...
    @property
    def production(self) -> bool: ...


class Calls:
    """Calls to the webhooks that stand in the record, one for each notice.

    At least once: the receiver knows a second copy by the delivery id.
    """

    channel = "webhook"
    together = False
    repeats = True
    wakes = False

    def __init__(self, system: System) -> None:
        self.timeout = system.webhook_timeout
        self.door = door_of(system)
        self.standing: tuple[str, str] | None = None
        self.silent = ""

    def ready(self, conn: Connection) -> None:
        """Reads whether the municipality has a webhook now, its address and its secret."""
        query = select(WEBHOOK.c.url, WEBHOOK.c.secret)
        row = conn.execute(query.where(WEBHOOK.c.ended_at.is_(None))).first()
        self.standing = (row.url, row.secret) if row else None

    def why_not(self, row: PendingDelivery) -> str:
        """The webhook has been ended."""
        return "" if self.standing else "ended"

    def send(self, message: Outgoing) -> str:
        """One signed call. Raises NotAccepted, or Unknown where no answer came.

        A system that did not answer is not called again before the next batch.
        """
        row = message.rows[0]
        if self.silent or self.standing is None:
            raise NotAccepted(self.silent)
        url, secret = self.standing
        try:
            call_system(url, secret, body_of(row), row.id, message.now, self.timeout, self.door)
        except NotAccepted as problem:
            if problem.away:
                self.silent = str(problem)
            raise NotAccepted(str(problem)) from problem
        except Unknown as problem:
            self.silent = str(problem)
            raise
        return ""


def door_of(system: System) -> AddressRules:
    """The whole net by https; private addresses where the settings say so, this machine for trials only.

    Addresses of the local link, which machines in a cloud tell their secrets at, never.
    """
    trial = system.webhook_private and not system.production
    return AddressRules(private=system.webhook_private, this_machine=trial, plain=trial)


def call_system(
    url: str,
    secret: str,
    body: bytes,
    delivery_id: str,
    now: datetime,
    timeout: float,
    door: AddressRules,
) -> int:
    """One signed call; the status of the answer where that is a yes.

    Raises NotAccepted for any other answer and where there was no connection, Unknown for none.
    """
    answer = post_once(url, body, headers(secret, body, delivery_id, now), timeout, door)
    if answer.status not in TAKEN:
        raise NotAccepted(f"http {answer.status}")
    return answer.status


def headers(secret: str, body: bytes, delivery_id: str, now: datetime) -> dict[str, str]:
    """The headers of a call: version, delivery id, seconds since 1970 and the signature."""
    stamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "Planlop-Version": VERSION,
        "Planlop-Delivery": delivery_id,
        "Planlop-Timestamp": stamp,
        "Planlop-Signature": f"v{VERSION}={signature(secret, stamp, body)}",
    }


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body` with the secret, in hexadecimal digits."""
    # The timestamp is signed too, so that nobody can play an old call again.
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def body_of(row: PendingDelivery) -> bytes:
    """What is told of one notice: ids, codes and moments, never words or names."""
    told: dict[str, Any] = {
        "delivery": row.id,
        "notice": row.notice_id,
        "code": row.code,
        "role": row.role,
        "recipient": row.recipient_id,
        "plan": row.plan_id,
        "subject": row.subject_id,
        "deadline": row.deadline_id,
        "due_version": row.due_version,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "at": row.told_at.isoformat(),
    }
    return json.dumps(told, separators=(",", ":")).encode()


def trial_body(delivery_id: str, now: datetime) -> bytes:
    """What `planlop webhook test` tells."""
    return json.dumps({"delivery": delivery_id, "code": TEST, "at": now.isoformat()}).encode()
