"""The states of a delivery in the record: waiting, sending, sent, failed, unknown, dropped; nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from workflow.acts.delivery.channel import PendingDelivery
from workflow.acts.delivery.enqueue import DELIVERY, NOTICE, PARTY, PLAN
from workflow.record.access.relations import stands_to
from workflow.record.access.role_holders import STAFF, works_here
from workflow.record.access.scope_sql import is_among, scope_to_notify
from workflow.record.database.portable_sql import one_at_a_time
from workflow.record.models import Deadline, Meeting, Message, new_id
from workflow.record.models.base import KEY, UtcDateTime
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.notices.timing import COORDINATOR, FAREWELLS

DEADLINE = cast(Table, Deadline.__table__)
MESSAGE = cast(Table, Message.__table__)
MEETING = cast(Table, Meeting.__table__)
DIGEST, AT_ONCE, WEBHOOK = "digest", "at_once", "webhook"
ONE_CLAIM = "delivery claim"

TOLD = NOTICE.alias("told")
ABOUT = PLAN.alias("about")
TOLD_SCOPE = scope_to_notify(TOLD.c.code, TOLD.c.role, TOLD.c.deadline_id.is_not(None))
HEARS = case(
    (ABOUT.c.id.is_(None), true()),
    (ABOUT.c.person_id == TOLD.c.recipient_id, true()),
    (is_among(TOLD.c.code, sorted(FAREWELLS)), true()),
    (and_(ABOUT.c.reporter_id == TOLD.c.recipient_id, TOLD_SCOPE == ""), true()),
    else_=stands_to("told.recipient_id", "about.id", "told"),
)
WORKS_HERE = exists(
    select(STAFF.c.id).where(
        STAFF.c.party_id == DELIVERY.c.recipient_id,
        works_here(STAFF, bindparam("now", type_=UtcDateTime())),
    )
)
HAD_DIGEST = exists(
    select(MESSAGE.c.id).where(
        MESSAGE.c.recipient_id == DELIVERY.c.recipient_id,
        MESSAGE.c.created_at >= bindparam("b_today", type_=UtcDateTime()),
        MESSAGE.c.channel == DIGEST,
    )
)
WAITING = (
    select(
        DELIVERY.c.id,
        DELIVERY.c.recipient_id,
        DELIVERY.c.attempts,
        TOLD.c.id.label("notice_id"),
        TOLD.c.code,
        TOLD.c.role,
        TOLD.c.plan_id,
        ABOUT.c.number,
        TOLD.c.subject_id,
        TOLD.c.created_at,
        ABOUT.c.resting,
        ABOUT.c.person_id,
        TOLD.c.read_at,
        HEARS.label("hears"),
        HAD_DIGEST.label("had_digest"),
        TOLD.c.due_version,
        DEADLINE.c.due_version.label("current_version"),
        TOLD.c.deadline_id,
        DEADLINE.c.state,
        DEADLINE.c.due_at,
        PARTY.c.email,
        PARTY.c.phone,
        PARTY.c.language,
        PARTY.c.channel.label("chosen_channel"),
        PARTY.c.digest_at,
        PARTY.c.quiet_from,
        PARTY.c.quiet_until,
        PARTY.c.deactivated_at,
        TOLD.c.params,
        DEADLINE.c.basis,
        MEETING.c.starts_at,
        WORKS_HERE.label("works_here"),
    )
    .select_from(DELIVERY)
    .join(TOLD, TOLD.c.id == DELIVERY.c.notice_id)
    .join(PARTY, PARTY.c.id == DELIVERY.c.recipient_id)
    .outerjoin(ABOUT, ABOUT.c.id == TOLD.c.plan_id)
    .outerjoin(DEADLINE, DEADLINE.c.id == TOLD.c.deadline_id)
    .outerjoin(MEETING, MEETING.c.id == TOLD.c.subject_id)
    .where(
        DELIVERY.c.id.in_(bindparam("b_ids", expanding=True)),
        DELIVERY.c.claimed_by == bindparam("b_token"),
        DELIVERY.c.state == "waiting",
    )
    .order_by(TOLD.c.created_at, TOLD.c.id)
    # Only the deliveries: a lock on plan or party would make somebody's step wait for the mails,
    # and PostgreSQL locks no row that an outer join may leave empty.
    .with_for_update(of=DELIVERY)
)
OF_IDS = DELIVERY.c.id.in_(bindparam("b_ids", expanding=True))
SENDING = {
    "state": "sending",
    "claimed_at": bindparam("b_now"),
    "attempts": DELIVERY.c.attempts + 1,
}
# Waiting still: what was dropped since it was read is not sent.
BEGIN = (
    update(DELIVERY)
    .where(DELIVERY.c.id == bindparam("b_id"), DELIVERY.c.state == "waiting")
    .values(message_id=bindparam("b_message"), **SENDING)
)
# One message a person, so the rows find theirs by the recipient: one statement for a chunk.
BEGIN_TOGETHER = (
    update(DELIVERY)
    .where(
        OF_IDS,
        DELIVERY.c.state == "waiting",
        MESSAGE.c.id.in_(bindparam("b_messages", expanding=True)),
        MESSAGE.c.recipient_id == DELIVERY.c.recipient_id,
    )
    .values(message_id=MESSAGE.c.id, **SENDING)
)
# On its way still: a bounce that came before our own mark is not written over.
END = (
    update(DELIVERY)
    .where(OF_IDS, DELIVERY.c.state == "sending")
    .values(state=bindparam("b_state"), reason=bindparam("b_reason"), ended_at=bindparam("b_now"))
)
DROP = (
    update(DELIVERY)
    .where(OF_IDS, DELIVERY.c.state == "waiting")
    .values(state="dropped", reason=bindparam("b_reason"), ended_at=bindparam("b_now"))
)
LATER = (
    update(DELIVERY)
    .where(DELIVERY.c.id == bindparam("b_id"), DELIVERY.c.state == "waiting")
    .values(next_try_at=bindparam("b_again"), claimed_by="", claimed_at=None)
)
UNTRIED = (
    update(DELIVERY)
    .where(
        OF_IDS,
        DELIVERY.c.state == "sending",
        DELIVERY.c.claimed_by == bindparam("b_token", type_=KEY),
    )
    .values(
        state="waiting",
        # Its turn never came, so it has not used up one of its tries.
        attempts=DELIVERY.c.attempts - 1,
        message_id=None,
        claimed_by="",
        claimed_at=None,
    )
)
ADD_MESSAGE = insert(MESSAGE)
MESSAGES_SENT = (
    update(MESSAGE)
    .where(MESSAGE.c.id.in_(bindparam("b_ids", expanding=True)))
    .values(sent_at=bindparam("b_now"))
)
NAMED_BY_GATEWAY = (
    update(MESSAGE).where(MESSAGE.c.id == bindparam("b_id")).values(gateway_id=bindparam("b_name"))
)


@dataclass(frozen=True, slots=True)
class ClaimedRows:
    """Whose waiting rows are ours now (their ids by person), out of how many people who wait."""

    people: Mapping[str, list[str]]
    waiting: int


@dataclass(frozen=True, slots=True)
class MarkedMessage:
    """A message that is about to go out, and what it is in the record: digest, at_once or webhook."""

    id: str
    kind: str
    rows: Sequence[PendingDelivery]


def _free(channel: str, now: datetime, lease_over: datetime) -> ColumnElement[bool]:
    """Rows that anybody may claim: due, and not held by a worker whose lease still runs."""
    return and_(
        DELIVERY.c.state == "waiting",
        DELIVERY.c.channel == channel,
        DELIVERY.c.next_try_at <= now,
        or_(DELIVERY.c.claimed_at.is_(None), DELIVERY.c.claimed_at < lease_over),
    )


def claim(
    conn: Connection, token: str, channel: str, now: datetime, lease_over: datetime, batch: int
) -> ClaimedRows:
    """Takes every due row of at most `batch` people, longest waiting first.

    A person's rows are taken all or none, and one worker claims at a time, so that two workers
    never make two digests.
    """
    one_at_a_time(conn, ONE_CLAIM)
    free = _free(channel, now, lease_over)
    oldest = func.min(DELIVERY.c.next_try_at)
    chosen = (
        select(DELIVERY.c.recipient_id, func.count().over())
        .where(free)
        .group_by(DELIVERY.c.recipient_id)
    )
    people = conn.execute(chosen.order_by(oldest, DELIVERY.c.recipient_id).limit(batch)).all()
    if not people:
        return ClaimedRows({}, 0)
    asked: dict[str, list[str]] = {key: [] for key, _ in people}
    mine = update(DELIVERY).where(free, DELIVERY.c.recipient_id.in_(list(asked)))
    held = mine.values(claimed_by=token, claimed_at=now)
    for recipient, key in conn.execute(held.returning(DELIVERY.c.recipient_id, DELIVERY.c.id)):
        asked[recipient].append(key)
    return ClaimedRows({key: ids for key, ids in asked.items() if ids}, people[0][1])


def waiting(
    conn: Connection, token: str, ids: Sequence[str], now: datetime
) -> list[PendingDelivery]:
    """Those of the rows that are still ours, oldest first, with what they rest on read now.

    They stay as they are until the transaction ends.
    """
    today = at_oslo(oslo_date(now), time(0, 0))
    binds = {"b_ids": _padded(ids), "b_token": token, "b_today": today, "now": now}
    return [_waiting(row) for row in conn.execute(WAITING, binds).mappings()]


def _waiting(row: Any) -> PendingDelivery:
    version = row["current_version"]
    return PendingDelivery(
        id=row["id"],
        recipient_id=row["recipient_id"],
        attempts=row["attempts"],
        notice_id=row["notice_id"],
        code=row["code"],
        role=row["role"],
        plan_id=row["plan_id"],
        plan_number=row["number"] or "",
        subject_id=row["subject_id"],
        told_at=row["created_at"],
        stopped=row["resting"] == "stopped",
        for_person=row["person_id"] == row["recipient_id"],
        read=row["read_at"] is not None,
        hears=bool(row["hears"]),
        had_digest=bool(row["had_digest"]),
        due_version=row["due_version"],
        current_version=row["due_version"] if version is None else version,
        deadline_id=row["deadline_id"],
        deadline_state=row["state"] or "",
        due_at=row["due_at"],
        email=row["email"],
        phone=row["phone"],
        language=row["language"],
        chosen_channel=row["chosen_channel"],
        hours=(row["digest_at"], row["quiet_from"], row["quiet_until"]),
        gone=row["deactivated_at"] is not None,
        works_here=bool(row["works_here"]),
        basis=row["basis"] or "",
        meeting_at=row["starts_at"],
        params=row["params"] or "",
    )


def begin_sending(conn: Connection, messages: Sequence[MarkedMessage], now: datetime) -> None:
    """Keeps messages and marks the rows that they carry `sending`.

    The caller commits before the first socket opens.
    """
    new = [
        {
            "id": one.id,
            "channel": one.kind,
            "recipient_id": one.rows[0].recipient_id,
            "created_at": now,
        }
        for one in messages
    ]
    conn.execute(ADD_MESSAGE, new)
    if len({one.rows[0].recipient_id for one in messages}) == len(messages):
        ids = [row.id for one in messages for row in one.rows]
        keys = _padded([one.id for one in messages])
        conn.execute(BEGIN_TOGETHER, {"b_ids": _padded(ids), "b_messages": keys, "b_now": now})
        return
    marked = [
        {"b_id": row.id, "b_message": one.id, "b_now": now} for one in messages for row in one.rows
    ]
    conn.execute(BEGIN, marked)


def _padded(ids: Sequence[str]) -> list[str]:
    """The ids, the last one repeated up to a power of two: a few lengths are a few statements.

    So the database keeps its plans instead of making one for every number of rows.
    """
    length = 1 << (len(ids) - 1).bit_length() if ids else 0
    return [*ids, *[ids[-1]] * (length - len(ids))]


def new_message(kind: str, rows: Sequence[PendingDelivery]) -> MarkedMessage:
    """A message with a fresh id."""
    return MarkedMessage(new_id(), kind, rows)


def later(conn: Connection, ids: Sequence[str], again: Sequence[datetime]) -> None:
    """Leaves rows that are ours for another hour."""
    conn.execute(LATER, [{"b_id": key, "b_again": at} for key, at in zip(ids, again, strict=True)])


def say_instead(conn: Connection, ids: Sequence[str], now: datetime) -> None:
    """Rows without an address wait for whoever has the plan in hand to say what is new."""
    told = {"channel": COORDINATOR, "next_try_at": now, "claimed_by": "", "claimed_at": None}
    mine = update(DELIVERY).where(DELIVERY.c.id.in_(ids), DELIVERY.c.state == "waiting")
    conn.execute(mine.values(**told))


def drop(conn: Connection, ids: Sequence[str], reason: str, now: datetime) -> None:
    """Takes rows out of the queue before they are sent, with the reason."""
    conn.execute(DROP, {"b_ids": ids, "b_reason": reason, "b_now": now})


def drop_of_event(conn: Connection, event_id: str, now: datetime) -> None:
    """Drops the unsent mails of an event that was taken back."""
    of_event = select(NOTICE.c.id).where(NOTICE.c.cause == f"e:{event_id}")
    change = update(DELIVERY).where(
        DELIVERY.c.notice_id.in_(of_event),
        DELIVERY.c.state == "waiting",
    )
    conn.execute(change.values(state="dropped", reason="taken_back", ended_at=now))


def note_sent(
    conn: Connection, messages: Mapping[str, str], ids: Sequence[str], now: datetime
) -> None:
    """The other side took the messages (id -> what a gateway calls it, or nothing)."""
    conn.execute(MESSAGES_SENT, {"b_ids": _padded(list(messages)), "b_now": now})
    named = [{"b_id": key, "b_name": name} for key, name in messages.items() if name]
    if named:
        conn.execute(NAMED_BY_GATEWAY, named)
    end(conn, ids, "sent", "", now)


def end(conn: Connection, ids: Sequence[str], state: str, reason: str, now: datetime) -> int:
    """Rows on their way have come to an end: sent, failed or unknown; how many still were."""
    binds = {"b_ids": _padded(ids), "b_state": state, "b_reason": reason, "b_now": now}
    return int(conn.execute(END, binds).rowcount)


def forget(conn: Connection, messages: Sequence[str]) -> None:
    """Messages that were not taken never were; they do not count as the day's digest."""
    conn.execute(delete(MESSAGE).where(MESSAGE.c.id.in_(messages)))


def requeue_untried(conn: Connection, token: str, ids: Sequence[str]) -> None:
    """Rows that were marked and whose turn never came wait again, as if nothing had been."""
    conn.execute(UNTRIED, {"b_ids": ids, "b_token": token})


def note_refusal(conn: Connection, delivery_id: str, reason: str, again: datetime) -> bool:
    """The other side provably did not take it: tried again at `again`; whether it was on its way."""
    change = update(DELIVERY).where(DELIVERY.c.id == delivery_id, DELIVERY.c.state == "sending")
    values = {"state": "waiting", "reason": reason, "next_try_at": again, "claimed_at": None}
    return conn.execute(change.values(claimed_by="", message_id=None, **values)).rowcount == 1


def release(conn: Connection, token: str, ids: Sequence[str]) -> None:
    """Gives back what a batch claimed and did not come to."""
    change = update(DELIVERY).where(
        DELIVERY.c.id.in_(ids), DELIVERY.c.claimed_by == token, DELIVERY.c.state == "waiting"
    )
    conn.execute(change.values(claimed_by="", claimed_at=None))


def give_up_waiting(conn: Connection, before: datetime, now: datetime) -> int:
    """Rows left in `sending` since before `before` become `unknown`: their worker died.

    A webhook's wait again: its receiver knows a second copy by its id. Returns the unknown ones.
    """
    left = update(DELIVERY).where(DELIVERY.c.state == "sending", DELIVERY.c.claimed_at < before)
    again = left.where(DELIVERY.c.channel == WEBHOOK).values(state="waiting", claimed_at=None)
    conn.execute(again.values(claimed_by="", message_id=None, reason="worker_died"))
    others = left.where(DELIVERY.c.channel != WEBHOOK)
    cursor = conn.execute(others.values(state="unknown", reason="worker_died", ended_at=now))
    return int(cursor.rowcount)


def send_again(conn: Connection, delivery_id: str, now: datetime) -> bool:
    """A person asks for a failed or unknown mail to be sent once more; whether there was one."""
    change = update(DELIVERY).where(
        DELIVERY.c.id == delivery_id, DELIVERY.c.state.in_(("failed", "unknown"))
    )
    # All tries again: somebody has looked at why it failed.
    values = {"state": "waiting", "next_try_at": now, "attempts": 0, "claimed_at": None}
    return conn.execute(change.values(claimed_by="", ended_at=None, **values)).rowcount == 1
