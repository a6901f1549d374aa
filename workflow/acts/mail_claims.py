"""The states of a delivery in the record: waiting, sending, sent, failed, unknown, dropped; no mail is sent here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from workflow.acts.mail_queue import DELIVERY, NOTICE, PARTY, PLAN
from workflow.record.models import Deadline, Message, new_id
from workflow.rules.clock import at_oslo, oslo_date
from workflow.rules.notice_budget import next_digest

DEADLINE = cast(Table, Deadline.__table__)
MESSAGE = cast(Table, Message.__table__)
DIGEST, AT_ONCE = "digest", "at_once"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery with all that must still hold when it is sent."""

    id: str
    municipality_id: str
    recipient_id: str
    attempts: int
    code: str
    role: str
    plan_id: str | None
    plan_number: str
    stopped: bool
    for_person: bool
    read: bool
    due_version: int
    current_version: int
    deadline_state: str
    email: str
    language: str
    channel: str
    gone: bool


WAITING = (
    select(
        DELIVERY.c.id, DELIVERY.c.municipality_id, DELIVERY.c.recipient_id,
        DELIVERY.c.attempts, NOTICE.c.code, NOTICE.c.role, NOTICE.c.plan_id,
        PLAN.c.number, PLAN.c.person_id, PLAN.c.resting, NOTICE.c.read_at, NOTICE.c.due_version,
        DEADLINE.c.due_version.label("current_version"), DEADLINE.c.state,
        PARTY.c.email, PARTY.c.language, PARTY.c.channel, PARTY.c.deactivated_at,
    )
    .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
    .join(PARTY, PARTY.c.id == DELIVERY.c.recipient_id)
    .outerjoin(PLAN, PLAN.c.id == NOTICE.c.plan_id)
    .outerjoin(DEADLINE, DEADLINE.c.id == NOTICE.c.deadline_id)
    .where(
        DELIVERY.c.id.in_(bindparam("b_ids", expanding=True)),
        DELIVERY.c.claimed_by == bindparam("b_token"),
        DELIVERY.c.state == "waiting",
    )
    .order_by(NOTICE.c.created_at, NOTICE.c.id)
)  # fmt: skip
OF_IDS = DELIVERY.c.id.in_(bindparam("b_ids", expanding=True))
BEGIN = (
    update(DELIVERY)
    .where(OF_IDS, DELIVERY.c.claimed_by == bindparam("b_token"), DELIVERY.c.state == "waiting")
    .values(
        state="sending", message_id=bindparam("b_message"), claimed_at=bindparam("b_now"),
        attempts=DELIVERY.c.attempts + 1,
    )
)  # fmt: skip
END = (
    update(DELIVERY)
    .where(OF_IDS, DELIVERY.c.state == "sending")
    .values(state=bindparam("b_state"), reason=bindparam("b_reason"), ended_at=bindparam("b_now"))
)
ADD_MESSAGE = insert(MESSAGE)
MESSAGE_SENT = (
    update(MESSAGE).where(MESSAGE.c.id == bindparam("b_id")).values(sent_at=bindparam("b_now"))
)


def _free(now: datetime, lease_over: datetime) -> ColumnElement[bool]:
    """Rows that anybody may claim: due, and not held by a worker whose lease still runs."""
    return and_(
        DELIVERY.c.state == "waiting",
        DELIVERY.c.next_try_at <= now,
        or_(DELIVERY.c.claimed_at.is_(None), DELIVERY.c.claimed_at < lease_over),
    )


def claim(
    conn: Connection, token: str, now: datetime, lease_over: datetime, batch: int
) -> dict[str, list[str]]:
    """Takes every due row of at most `batch` people, longest waiting first; their ids by person.

    A person's rows are taken all or none, so that two workers never make two digests.
    """
    free = _free(now, lease_over)
    oldest = func.min(DELIVERY.c.next_try_at)
    chosen = select(DELIVERY.c.recipient_id).where(free).group_by(DELIVERY.c.recipient_id)
    people = conn.execute(chosen.order_by(oldest, DELIVERY.c.recipient_id).limit(batch)).scalars()
    asked: dict[str, list[str]] = {key: [] for key in people}
    if not asked:
        return asked
    mine = update(DELIVERY).where(free, DELIVERY.c.recipient_id.in_(list(asked)))
    conn.execute(mine.values(claimed_by=token, claimed_at=now))
    held = select(DELIVERY.c.recipient_id, DELIVERY.c.id).where(
        DELIVERY.c.claimed_by == token, DELIVERY.c.state == "waiting", DELIVERY.c.next_try_at <= now
    )
    for recipient, key in conn.execute(held):
        asked[recipient].append(key)
    return {recipient: ids for recipient, ids in asked.items() if ids}


def waiting(conn: Connection, token: str, ids: Sequence[str]) -> list[Waiting]:
    """Those of the rows that are still ours, oldest first, with what they rest on read now."""
    binds = {"b_ids": ids, "b_token": token}
    return [_waiting(row) for row in conn.execute(WAITING, binds).mappings()]


def _waiting(row: Any) -> Waiting:
    version = row["current_version"]
    return Waiting(
        row["id"], row["municipality_id"], row["recipient_id"], row["attempts"], row["code"],
        row["role"], row["plan_id"], row["number"] or "", row["resting"] == "stopped",
        row["person_id"] == row["recipient_id"],
        row["read_at"] is not None, row["due_version"],
        row["due_version"] if version is None else version, row["state"] or "", row["email"],
        row["language"], row["channel"], row["deactivated_at"] is not None,
    )  # fmt: skip


def begin_sending(
    conn: Connection, token: str, rows: Sequence[Waiting], at_once: bool, now: datetime
) -> str:
    """Makes the message that carries these rows and marks them `sending`; returns its id.

    The caller commits before the socket opens.
    """
    key = new_id()
    new = {
        "id": key, "municipality_id": rows[0].municipality_id,
        "recipient_id": rows[0].recipient_id, "created_at": now,
        "channel": AT_ONCE if at_once else DIGEST,
    }  # fmt: skip
    conn.execute(ADD_MESSAGE, new)
    ids = [row.id for row in rows]
    conn.execute(BEGIN, {"b_ids": ids, "b_token": token, "b_message": key, "b_now": now})
    return key


def had_digest_today(conn: Connection, municipality_id: str, recipient: str, now: datetime) -> bool:
    """Whether a digest went out today, or may have: one a day per person. A refused one left no row."""
    today = at_oslo(oslo_date(now), time(0, 0))
    found = select(MESSAGE.c.id).where(
        MESSAGE.c.municipality_id == municipality_id,
        MESSAGE.c.recipient_id == recipient,
        MESSAGE.c.created_at >= today,
        MESSAGE.c.channel == DIGEST,
    )
    return conn.execute(found.limit(1)).first() is not None


def tomorrow(conn: Connection, ids: Sequence[str], now: datetime) -> None:
    """Leaves rows for the next digest hour."""
    change = update(DELIVERY).where(DELIVERY.c.id.in_(ids), DELIVERY.c.state == "waiting")
    conn.execute(change.values(next_try_at=next_digest(now), claimed_by="", claimed_at=None))


def drop(conn: Connection, delivery_id: str, reason: str, now: datetime) -> None:
    """Takes a row out of the queue before it is sent, with its reason."""
    change = update(DELIVERY).where(DELIVERY.c.id == delivery_id, DELIVERY.c.state == "waiting")
    conn.execute(change.values(state="dropped", reason=reason, ended_at=now))


def drop_of_event(conn: Connection, municipality_id: str, event_id: str, now: datetime) -> None:
    """Drops the unsent mails of an event that was taken back."""
    of_event = select(NOTICE.c.id).where(
        NOTICE.c.municipality_id == municipality_id, NOTICE.c.cause == f"e:{event_id}"
    )
    change = update(DELIVERY).where(
        DELIVERY.c.municipality_id == municipality_id,
        DELIVERY.c.notice_id.in_(of_event),
        DELIVERY.c.state == "waiting",
    )
    conn.execute(change.values(state="dropped", reason="taken_back", ended_at=now))


def sent(conn: Connection, message_id: str, ids: Sequence[str], now: datetime) -> None:
    """The server took the mail."""
    conn.execute(MESSAGE_SENT, {"b_id": message_id, "b_now": now})
    _end(conn, ids, "sent", "", now)


def unknown(conn: Connection, ids: Sequence[str], reason: str, now: datetime) -> None:
    """Nobody knows: shown, and sent again only by a person."""
    _end(conn, ids, "unknown", reason, now)


def _end(conn: Connection, ids: Sequence[str], state: str, reason: str, now: datetime) -> None:
    conn.execute(END, {"b_ids": ids, "b_state": state, "b_reason": reason, "b_now": now})


def forget(conn: Connection, message_id: str) -> None:
    """A mail that was not taken never was; it does not count as the day's digest."""
    conn.execute(delete(MESSAGE).where(MESSAGE.c.id == message_id))


def refused(
    conn: Connection, delivery_id: str, reason: str, again: datetime | None, now: datetime
) -> None:
    """The server provably did not take it: tried again at `again`, or failed for good with None."""
    change = update(DELIVERY).where(DELIVERY.c.id == delivery_id, DELIVERY.c.state == "sending")
    if again is None:
        conn.execute(change.values(state="failed", reason=reason, ended_at=now, message_id=None))
        return
    values = {"state": "waiting", "reason": reason, "next_try_at": again, "claimed_at": None}
    conn.execute(change.values(claimed_by="", message_id=None, **values))


def release(conn: Connection, token: str, ids: Sequence[str]) -> None:
    """Gives back what a batch claimed and did not come to."""
    change = update(DELIVERY).where(
        DELIVERY.c.id.in_(ids), DELIVERY.c.claimed_by == token, DELIVERY.c.state == "waiting"
    )
    conn.execute(change.values(claimed_by="", claimed_at=None))


def give_up_waiting(conn: Connection, before: datetime, now: datetime) -> int:
    """Rows left in `sending` since before `before` become `unknown`: their worker died."""
    change = update(DELIVERY).where(DELIVERY.c.state == "sending", DELIVERY.c.claimed_at < before)
    found = conn.execute(change.values(state="unknown", reason="worker_died", ended_at=now))
    return int(found.rowcount)


def send_again(conn: Connection, delivery_id: str, now: datetime) -> bool:
    """A person asks for a failed or unknown mail to be sent once more; whether there was one."""
    change = update(DELIVERY).where(
        DELIVERY.c.id == delivery_id, DELIVERY.c.state.in_(("failed", "unknown"))
    )
    values = {"state": "waiting", "next_try_at": now, "attempts": 0, "claimed_at": None}
    return conn.execute(change.values(claimed_by="", ended_at=None, **values)).rowcount == 1
