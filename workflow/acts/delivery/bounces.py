"""Reads what a mail server sends back about a mail (RFC 3464) and marks it; fetching it is the mail server's work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message as Mail
from typing import cast

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from workflow.acts.delivery.enqueue import DELIVERY, NOTICE
from workflow.acts.delivery.failures import notify_coordinator
from workflow.acts.delivery.outbox import MESSAGE

LARGEST = 1_000_000  # bytes; our own mails have two thousand
# Anybody can write to the address: what is nested without end must not cost more than a report.
MOST_PARTS = 50
OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
FAILED, DELAYED = "failed", "delayed"


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says of one of our mails: action failed or delayed, and the status (5.1.1)."""

    message_id: str
    action: str
    status: str


def read(content: bytes) -> Bounce | None:
    """The report in a mail, or None where it is none about a mail of ours; never raises.

    What is too large, too deep or no report at all is left alone: anybody can write to the
    address that reports come to. Only the mail's own id, which nobody else knows, says which.
    """
    if len(content) > LARGEST:
        return None
    try:
        parts = list(_parts(message_from_bytes(content)))
    except (RecursionError, ValueError, LookupError, TypeError):
        return None
    said = [block for part in parts for block in _blocks(part)]
    actions = [_said(block, "Action").lower() for block in said]
    action = next((one for one in (FAILED, DELAYED) if one in actions), "")
    mail_id = next(filter(None, map(_our_id, parts)), "")
    if not action or not mail_id:
        return None
    statuses = [
        _said(block, "Status") for block in said if _said(block, "Action").lower() == action
    ]
    status = next((one[0] for text in statuses if (one := STATUS.search(text))), "")
    return Bounce(mail_id, action, status)


def _parts(mail: Mail) -> Iterator[Mail]:
    """The mail's parts, so many and no more."""
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _blocks(part: Mail) -> list[Mail]:
    """The groups of fields of the part that says what became of a mail."""
    if part.get_content_type() != "message/delivery-status":
        return []
    blocks = part.get_payload()
    return (
        [block for block in blocks if isinstance(block, Mail)] if isinstance(blocks, list) else []
    )


def _said(block: Mail, name: str) -> str:
    return str(block.get(name, "")).strip()


def _our_id(part: Mail) -> str:
    """The id of the mail that was sent, from its headers as they came back."""
    kind = part.get_content_type()
    if kind == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        words = payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
        part = message_from_bytes(words.encode("ascii", "replace"))
    elif kind != "message/rfc822":
        return ""
    inside = part.get_payload()
    original = inside[0] if isinstance(inside, list) and inside else part
    match = OURS.search(_said(cast(Mail, original), "Message-ID"))
    return match[1] if match else ""


def mark(session: Session, bounce: Bounce, now: datetime) -> int:
    """Marks the deliveries of the mail; how many changed. The same report twice changes nothing.

    1. A mail that failed for good: its deliveries have failed, whatever was thought of them.
    2. What the plan's person was to hear is told to the coordinator, in this transaction.
    3. A mail that is only late stays sent; the reason is noted.
    """
    conn = session.connection()
    ids = _carried(conn, bounce.message_id)
    if bounce.action == DELAYED:
        late = update(DELIVERY).where(DELIVERY.c.id.in_(ids), DELIVERY.c.reason == "")
        return conn.execute(late.values(reason=f"delayed {bounce.status}".strip())).rowcount
    failed = update(DELIVERY).where(DELIVERY.c.id.in_(ids))
    values = {"state": "failed", "reason": f"bounced {bounce.status}".strip(), "ended_at": now}
    changed = conn.execute(failed.values(**values)).rowcount
    notify_coordinator(conn, ids, now)
    return changed


def _carried(conn: Connection, message_id: str) -> list[str]:
    """The deliveries that a mail carried and that have not failed yet."""
    query = (
        select(DELIVERY.c.id)
        .select_from(MESSAGE)
        .join(
            NOTICE,
            (NOTICE.c.recipient_id == MESSAGE.c.recipient_id),
        )
        .join(
            DELIVERY,
            (DELIVERY.c.notice_id == NOTICE.c.id) & (DELIVERY.c.message_id == MESSAGE.c.id),
        )
        .where(
            MESSAGE.c.id == message_id,
            DELIVERY.c.channel == "email",
            DELIVERY.c.state.in_(("sending", "sent", "unknown")),
        )
    )
    return list(conn.execute(query).scalars())
