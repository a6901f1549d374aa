"""Sends the mails that wait, each exactly once as far as anybody can know; the connection lives in post."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from workflow.acts import mail_claims as claims
from workflow.acts.mail_claims import Waiting
from workflow.acts.mail_text import Line, mail, sendable
from workflow.acts.post import NotAccepted, Unknown
from workflow.record.access import may_hear
from workflow.record.database import unit_of_work
from workflow.record.set_based import lost_race
from workflow.rules.deadline_kinds import OFFICE_ROLES
from workflow.rules.notice_budget import AT_ONCE, retry_at

MayHear = Callable[[Connection, str, str, datetime], bool]
LONGEST_BATCH = 10.0
TRIES = 5


class Sender(Protocol):
    """What delivery needs of the connection to the mail server."""

    @property
    def sender(self) -> str: ...

    def send(self, recipient: str, content: bytes) -> None:
        """Sends one mail; raises NotAccepted or Unknown."""


@dataclass(slots=True)
class DeliveryResult:
    """How many notices went which way in one batch; a digest carries several."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    unknown: int = 0
    dropped: int = 0
    mails: int = 0


@dataclass(slots=True)
class _Round:
    """One batch: the wall clock of its start plus what has passed since, and what it has done."""

    engine: Engine
    sender: Sender
    address: str
    began_at: datetime
    hear: MayHear
    token: str = field(default_factory=lambda: uuid4().hex)
    began: float = field(default_factory=time.monotonic)
    done: DeliveryResult = field(default_factory=DeliveryResult)
    unsettled: tuple[str, list[Waiting], tuple[str, str]] | None = None

    @property
    def now(self) -> datetime:
        """The moment (aware UTC), as far as this batch has come."""
        return self.began_at + timedelta(seconds=self.passed)

    @property
    def passed(self) -> float:
        """Seconds since the batch began."""
        return time.monotonic() - self.began


def deliver(
    engine: Engine,
    sender: Sender,
    now: datetime,
    *,
    address: str,
    batch: int = 200,
    lease_seconds: float = 120.0,
    hear: MayHear = may_hear,
) -> DeliveryResult:
    """Sends what is due at `now` (aware UTC) to at most `batch` people, for at most ten seconds.

    What a crash leaves: after the claim, rows still waiting, taken up again when the lease is
    over; after `sending` is committed, one mail that becomes `unknown`, shown and never sent
    again by itself; after the server's answer the same, for the answer was not kept. Two
    workers never hold the same row. Tried again by itself only where the server provably did
    not take the mail, up to a written limit, then failed.
    """
    run = _Round(engine, sender, address, now, hear)
    claimed = _claimed(run, batch, lease_seconds)
    left = dict(claimed)
    for recipient, ids in claimed.items():
        if run.passed > LONGEST_BATCH:
            break
        while _turn(run, recipient, ids):
            pass
        del left[recipient]
    _finish(run, [key for rows in left.values() for key in rows])
    return run.done


def _finish(run: _Round, left: Sequence[str]) -> None:
    """Keeps what became of the last mail and gives back what the batch did not come to."""
    with unit_of_work(run.engine) as session:
        conn = session.connection()
        _settle(run, conn)
        if left:
            claims.release(conn, run.token, left)


def _claimed(run: _Round, batch: int, lease_seconds: float) -> dict[str, list[str]]:
    """The people whose waiting rows are ours now; a lost race is tried again, then left to the next."""
    for _ in range(TRIES):
        try:
            with unit_of_work(run.engine) as session:
                lease_over = run.now - timedelta(seconds=lease_seconds)
                return claims.claim(session.connection(), run.token, run.now, lease_over, batch)
        except DBAPIError as error:
            if not lost_race(error):
                raise
    return {}


def _turn(run: _Round, recipient: str, ids: Sequence[str]) -> bool:
    """At most one mail to one person; whether there may be another one for them.

    What became of the mail before is kept in the same transaction that marks this one `sending`.
    """
    with unit_of_work(run.engine) as session:
        conn = session.connection()
        _settle(run, conn)
        kept, more = _still_true(run, conn, ids)
        message_id = _marked(run, conn, recipient, kept)
    if message_id:
        run.unsettled = message_id, kept, _send(run, message_id, kept)
    return more


def _still_true(run: _Round, conn: Connection, ids: Sequence[str]) -> tuple[list[Waiting], bool]:
    """Reads recipient, access and date again and drops what no longer holds.

    Gives what must be heard now, with True if a digest is left, else the digest.
    """
    rows = claims.waiting(conn, run.token, ids)
    urgent = [row for row in rows if row.code in AT_ONCE]
    chosen = urgent or rows
    reasons = {row.id: _reason_to_drop(run, conn, row) for row in chosen}
    for key, reason in reasons.items():
        if reason:
            claims.drop(conn, key, reason, run.now)
            run.done.dropped += 1
    return [row for row in chosen if not reasons[row.id]], len(chosen) < len(rows)


def _marked(run: _Round, conn: Connection, recipient: str, kept: Sequence[Waiting]) -> str:
    """Marks rows `sending` and gives their message's id; nothing where the day has had its digest."""
    if not kept:
        return ""
    at_once = kept[0].code in AT_ONCE
    home = kept[0].municipality_id
    if not at_once and claims.had_digest_today(conn, home, recipient, run.now):
        claims.tomorrow(conn, [row.id for row in kept], run.now)
        run.done.later += len(kept)
        return ""
    return claims.begin_sending(conn, run.token, kept, at_once, run.now)


def _reason_to_drop(run: _Round, conn: Connection, row: Waiting) -> str:
    """Why a mail must not go out after all, or nothing."""
    if row.gone:
        return "left"
    if not sendable(row.email) or row.channel != "email":
        return "no_address"
    if row.deadline_state and row.deadline_state != "open":
        return "met"
    if row.due_version != row.current_version:
        return "moved"
    if row.read and row.code not in AT_ONCE:
        return "read"
    return "" if _may_hear(run, conn, row) else "not_shared"


def _may_hear(run: _Round, conn: Connection, row: Waiting) -> bool:
    """Whether the person still shares with this recipient; an office is told of its deadlines only."""
    if row.plan_id is None or row.for_person:
        return True
    if row.deadline_state and row.role in OFFICE_ROLES:
        return not row.stopped
    return run.hear(conn, row.recipient_id, row.plan_id, run.now)


def _line(row: Waiting) -> Line:
    return Line(row.code, row.plan_number, row.for_person, row.role)


def _send(run: _Round, message_id: str, rows: Sequence[Waiting]) -> tuple[str, str]:
    """The state that the mail is in afterwards, and why."""
    lines = [_line(row) for row in rows]
    to = rows[0]
    content = mail(
        run.sender.sender, to.email, message_id, lines, to.language, run.address, run.now
    )
    try:
        run.sender.send(to.email, content)
    except NotAccepted as refused:
        return "later", str(refused)
    except Unknown as silence:
        return "unknown", str(silence)
    return "sent", ""


def _settle(run: _Round, conn: Connection) -> None:
    """Keeps what became of the mail before."""
    if run.unsettled is None:
        return
    (message_id, rows, (state, reason)), run.unsettled = run.unsettled, None
    ids = [row.id for row in rows]
    if state == "sent":
        claims.sent(conn, message_id, ids, run.now)
        run.done.mails += 1
        run.done.sent += len(ids)
    elif state == "unknown":
        claims.unknown(conn, ids, reason, run.now)
        run.done.unknown += len(ids)
    else:
        claims.forget(conn, message_id)
        _try_later(run, conn, rows, reason)


def _try_later(run: _Round, conn: Connection, rows: Sequence[Waiting], reason: str) -> None:
    for row in rows:
        again = retry_at(row.attempts + 1, run.now)
        claims.refused(conn, row.id, reason, again, run.now)
        run.done.later += again is not None
        run.done.failed += again is None
