"""Sends the mails that wait, each exactly once as far as anybody can know; the connection lives in post."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from workflow.acts import mail_claims as claims
from workflow.acts.mail_claims import Waiting
from workflow.acts.mail_text import Line, mail
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
        for at_once in (True, False):
            _deliver_to(run, recipient, ids, at_once)
        del left[recipient]
    _release(run, left)
    return run.done


def _release(run: _Round, left: Mapping[str, list[str]]) -> None:
    """Gives back the rows of the people whom the batch did not come to."""
    ids = [key for rows in left.values() for key in rows]
    if ids:
        with unit_of_work(run.engine) as session:
            claims.release(session.connection(), run.token, ids)


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


def _deliver_to(run: _Round, recipient: str, ids: Sequence[str], at_once: bool) -> None:
    """One mail to one person: what must be heard now, or the day's digest."""
    with unit_of_work(run.engine) as session:
        found = _prepared(run, session.connection(), recipient, ids, at_once)
    if found is None:
        return
    message_id, waiting = found
    content = mail(
        run.sender.sender, waiting[0].email, message_id, [_line(row) for row in waiting],
        waiting[0].language, run.address, run.now,
    )  # fmt: skip
    outcome = _send(run, waiting[0].email, content)
    with unit_of_work(run.engine) as session:
        _settle(run, session.connection(), message_id, waiting, outcome)


def _prepared(
    run: _Round, conn: Connection, recipient: str, ids: Sequence[str], at_once: bool
) -> tuple[str, list[Waiting]] | None:
    """Reads recipient, access and date again, drops what no longer holds, and marks the rest `sending`."""
    ours = claims.waiting(conn, run.token, ids)
    rows = [row for row in ours if (row.code in AT_ONCE) == at_once]
    reasons = {row.id: _reason_to_drop(run, conn, row) for row in rows}
    kept = [row for row in rows if not reasons[row.id]]
    for row in rows:
        if reasons[row.id]:
            claims.drop(conn, row.id, reasons[row.id], run.now)
            run.done.dropped += 1
    if not kept:
        return None
    if not at_once and claims.had_digest_today(conn, kept[0].municipality_id, recipient, run.now):
        claims.tomorrow(conn, [row.id for row in kept], run.now)
        run.done.later += len(kept)
        return None
    return claims.begin_sending(conn, run.token, kept, at_once, run.now), kept


def _reason_to_drop(run: _Round, conn: Connection, row: Waiting) -> str:
    """Why a mail must not go out after all, or nothing."""
    if row.gone:
        return "left"
    if not row.email or row.channel != "email":
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


def _send(run: _Round, email: str, content: bytes) -> tuple[str, str]:
    try:
        run.sender.send(email, content)
    except NotAccepted as refused:
        return "later", str(refused)
    except Unknown as silence:
        return "unknown", str(silence)
    return "sent", ""


def _settle(
    run: _Round,
    conn: Connection,
    message_id: str,
    waiting: Sequence[Waiting],
    outcome: tuple[str, str],
) -> None:
    """Keeps what became of a mail."""
    state, reason = outcome
    ids = [row.id for row in waiting]
    if state == "sent":
        claims.sent(conn, message_id, ids, run.now)
        run.done.mails += 1
        run.done.sent += len(ids)
    elif state == "unknown":
        claims.unknown(conn, ids, reason, run.now)
        run.done.unknown += len(ids)
    else:
        claims.forget(conn, message_id)
        for row in waiting:
            again = retry_at(row.attempts + 1, run.now)
            claims.refused(conn, row.id, reason, again, run.now)
            run.done.later += again is not None
            run.done.failed += again is None
