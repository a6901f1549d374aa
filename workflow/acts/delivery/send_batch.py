"""Sends what waits, each message exactly once as far as anybody can know."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from workflow.acts.delivery import outbox as claims
from workflow.acts.delivery.channel import (
    Channel,
    NotAccepted,
    Outgoing,
    PendingDelivery,
    RefusedForGood,
    Unknown,
)
from workflow.acts.delivery.drop_reasons import reason_to_drop
from workflow.acts.delivery.email import Mailing, MailSender
from workflow.acts.delivery.failures import notify_coordinator
from workflow.acts.delivery.outbox import ClaimedRows, MarkedMessage
from workflow.record.database.engine import unit_of_work
from workflow.record.database.portable_sql import is_lost_race
from workflow.record.deadlines.policies import policy_on
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.calendar.workdays import is_workday
from workflow.rules.notices.timing import (
    ALARMS,
    AT_ONCE,
    NONE,
    Hours,
    next_digest,
    next_hour,
    retry_at,
)
from workflow.rules.tables import TRANSITIONS

MayNotify = Callable[[Connection, str, str, datetime], bool]
Kept = TypeVar("Kept")
LONGEST_BATCH = 10.0
PAUSES = (0.0, 0.05, 0.2, 0.5, 1.0)  # seconds before each try of a transaction that was cut off
# Marking costs a commit, and what is marked when a worker dies nobody knows of: one at a time in
# a short queue, several together only where many wait.
MOST_MARKED = 50
ONE_MARKED_OF = 25
LONGEST_UNSURE = 1.0  # seconds of sending that a crash may leave in doubt
# One silence may be that mail's own; three in a row are the server's, and each leaves one unknown.
MOST_SILENCES = 3
# What is told of a meeting's coming to be and of its end: the newest alone holds.
OF_MEETING = frozenset(
    row.name
    for row in TRANSITIONS.values()
    if row.machine == "meeting" and (row.creates or row.urgency)
)
SUPERSEDED, NO_ADDRESS = "superseded", "no_address"


@dataclass(slots=True)
class DeliveryResult:
    """How many notices went which way in one batch; a digest carries several."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    unknown: int = 0
    dropped: int = 0
    mails: int = 0

    def add(self, other: DeliveryResult) -> None:
        """Counts another batch in."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class _Turn:
    """One marked message and what became of it; `untried` until its turn has come."""

    message: MarkedMessage
    state: str = "untried"
    reason: str = ""
    named: str = ""

    @property
    def ids(self) -> list[str]:
        """The deliveries that it carries."""
        return [row.id for row in self.message.rows]


@dataclass(slots=True)
class _Round:
    """One batch: the wall clock of its start plus what has passed since, and what it has done."""

    engine: Engine
    carrier: Channel
    began_at: datetime
    lease_seconds: float
    longest: float
    hear: MayNotify | None
    token: str = field(default_factory=lambda: uuid4().hex)
    began: float = field(default_factory=time.monotonic)
    done: DeliveryResult = field(default_factory=DeliveryResult)
    unsettled: list[_Turn] = field(default_factory=list)
    hours: Hours | None = None
    seconds_each: float = 0.0
    silences: int = 0
    away: bool = False

    @property
    def now(self) -> datetime:
        """The moment (aware UTC), as far as this batch has come."""
        return self.began_at + timedelta(seconds=self.passed)

    @property
    def passed(self) -> float:
        """Seconds since the batch began."""
        return time.monotonic() - self.began

    @property
    def over(self) -> bool:
        """Whether the time is up, or nobody answers at the other side."""
        return self.away or self.passed > self.longest

    def run_kept(self, work: Callable[[Connection], Kept]) -> Kept:
        """Does work in a transaction of its own; one that was cut off is tried again.

        The outcomes that are not kept yet are kept in it too, so that a cut line loses none.
        """
        for number, pause in enumerate(PAUSES, 1):
            if pause:
                time.sleep(pause)
            done = DeliveryResult()
            try:
                with unit_of_work(self.engine) as session:
                    conn = session.connection()
                    _settle(self, conn, done)
                    outcome = work(conn)
                break
            except DBAPIError as error:
                if number == len(PAUSES) or not (
                    is_lost_race(error) or error.connection_invalidated
                ):
                    raise
        # Only now: a try that was cut off must find them again and keep them with the next.
        self.unsettled = []
        self.done.add(done)
        return outcome


def deliver(
    engine: Engine,
    sender: MailSender,
    now: datetime,
    *,
    address: str,
    batch: int = 200,
    lease_seconds: float = 120.0,
    hear: MayNotify | None = None,
) -> DeliveryResult:
    """Sends the mails that are due at `now` (aware UTC) to at most `batch` people; see `deliver_by`."""
    mailing = Mailing(sender, address)
    return deliver_by(engine, mailing, now, batch=batch, lease_seconds=lease_seconds, hear=hear)


def deliver_by(
    engine: Engine,
    carrier: Channel,
    now: datetime,
    *,
    batch: int = 200,
    lease_seconds: float = 120.0,
    longest: float = LONGEST_BATCH,
    hear: MayNotify | None = None,
) -> DeliveryResult:
    """Sends what is due at `now` (aware UTC) on the carrier's channel to at most `batch` people.

    For at most `longest` seconds. Messages are marked `sending` and committed before their
    sockets open, one at a time where fewer than fifty people wait, else up to fifty together,
    never more than what went out in the last second (`count_marked`).

    What a crash leaves: after the claim, rows still waiting, taken up again when the lease is
    over; after `sending` is committed, the messages marked together, which become `unknown`:
    shown, and never sent again by themselves (a webhook's wait again). One in a small
    installation, fifty at most where thousands wait. Two workers never hold the same row.
    What was marked and not begun when the time is up waits again as if nothing had been.
    Tried again by itself only where the other side provably did not take the message, up to
    a written limit, then failed. Nobody's error stops the others; a server that does not
    answer ends the batch.
    """
    run = _Round(engine, carrier, now, lease_seconds, longest, hear)
    claimed = _claimed(run, batch)
    queue = deque(claimed.people.items())
    while queue and not run.over:
        size = count_marked(claimed.waiting, run.seconds_each)
        chunk = dict(queue.popleft() for _ in range(min(size, len(queue))))
        turns, more = run.run_kept(lambda conn, chunk=chunk: _marked(run, conn, chunk))  # type: ignore[misc]
        queue.extendleft((key, chunk[key]) for key in reversed(more))
        run.unsettled = turns
        _send_all(run, turns)
    _finish(run, [key for ids in dict(queue).values() for key in ids])
    return run.done


def count_marked(waiting: int, seconds_each: float) -> int:
    """How many people's messages are marked `sending` before the first of them goes out."""
    quick = int(LONGEST_UNSURE / seconds_each) if seconds_each else 1
    return max(1, min(waiting // ONE_MARKED_OF, MOST_MARKED, quick))


def _finish(run: _Round, left: Sequence[str]) -> None:
    """Keeps what became of the last messages and gives back what the batch did not come to."""
    if left or run.unsettled:
        run.run_kept(lambda conn: claims.release(conn, run.token, left) if left else None)


def _claimed(run: _Round, batch: int) -> ClaimedRows:
    """The people whose waiting rows are ours now."""
    lease_over = run.now - timedelta(seconds=run.lease_seconds)
    return run.run_kept(
        lambda conn: claims.claim(conn, run.token, run.carrier.channel, run.now, lease_over, batch)
    )


def _marked(
    run: _Round, conn: Connection, chunk: Mapping[str, Sequence[str]]
) -> tuple[list[_Turn], list[str]]:
    """Messages marked `sending`, and the people for whom there may be another one.

    Recipient, access and date are read again here, and what no longer holds is dropped.
    """
    run.carrier.ready(conn)
    ids = [key for rows in chunk.values() for key in rows]
    recipients: dict[str, list[PendingDelivery]] = {}
    for row in claims.waiting(conn, run.token, ids, run.now):
        recipients.setdefault(row.recipient_id, []).append(row)
    kept: list[PendingDelivery] = []
    more = []
    for recipient, rows in recipients.items():
        chosen = _now_or_digest(run, rows)
        kept += chosen
        if len(chosen) < len(rows):
            more.append(recipient)
    true = _without_superseded(run, conn, _still_true(run, conn, kept))
    messages = _messages(run, _postponed(run, conn, true))
    if messages:
        claims.begin_sending(conn, messages, run.now)
    return [_Turn(message) for message in messages], more


def _now_or_digest(run: _Round, rows: list[PendingDelivery]) -> list[PendingDelivery]:
    """What one person must hear of at once, else the digest; a webhook hears all."""
    if not run.carrier.together:
        return rows
    return [row for row in rows if row.code in AT_ONCE] or rows


def _still_true(
    run: _Round, conn: Connection, rows: Sequence[PendingDelivery]
) -> list[PendingDelivery]:
    """Drops what no longer holds."""
    reasons: dict[str, list[PendingDelivery]] = {}
    for row in rows:
        reasons.setdefault(_reason(run, conn, row), []).append(row)
    kept = reasons.pop("", [])
    _hand_over(run, conn, reasons)
    for reason, dropped in reasons.items():
        if dropped:
            claims.drop(conn, [row.id for row in dropped], reason, run.now)
        run.done.dropped += len(dropped)
    return kept


def _hand_over(run: _Round, conn: Connection, reasons: dict[str, list[PendingDelivery]]) -> None:
    """What has nowhere to go is said to the plan's person by whoever has the plan in hand."""
    nowhere = reasons.get(NO_ADDRESS, [])
    hers = [row for row in nowhere if row.for_person and row.chosen_channel != NONE]
    if not hers or not run.carrier.together:
        return
    claims.say_instead(conn, [row.id for row in hers], run.now)
    reasons[NO_ADDRESS] = [row for row in nowhere if row not in hers]
    run.done.later += len(hers)


def _without_superseded(
    run: _Round, conn: Connection, rows: list[PendingDelivery]
) -> list[PendingDelivery]:
    """Of several steps of one meeting the newest alone is told: called, moved and off is off."""
    if not run.carrier.together:
        return rows
    newest: dict[tuple[str, str | None], PendingDelivery] = {}
    for row in rows:
        if row.code in OF_MEETING:
            newest[row.recipient_id, row.subject_id] = row  # the rows come oldest first
    older = [
        row
        for row in rows
        if row.code in OF_MEETING and newest[row.recipient_id, row.subject_id] is not row
    ]
    if older:
        claims.drop(conn, [row.id for row in older], SUPERSEDED, run.now)
        run.done.dropped += len(older)
    return [row for row in rows if row not in older]


def _postponed(
    run: _Round, conn: Connection, rows: Sequence[PendingDelivery]
) -> list[PendingDelivery]:
    """Leaves for another hour what would be a second digest today, or fall in quiet hours."""
    if not run.carrier.together:
        return list(rows)
    hours = {row.id: _another_hour(run, conn, row) for row in rows}
    later = {key: when for key, when in hours.items() if when is not None}
    if later:
        claims.later(conn, list(later), list(later.values()))
        run.done.later += len(later)
    return [row for row in rows if row.id not in later]


def _another_hour(run: _Round, conn: Connection, row: PendingDelivery) -> datetime | None:
    """When the row may go out instead of now."""
    now, hours = run.now, hours_of(run, conn, row)
    day_off = row.code not in ALARMS and hours.workdays and not is_workday(oslo_date(now))
    if row.code not in AT_ONCE and (row.had_digest or day_off):
        return next_digest(now, hours)
    quiet = run.carrier.wakes and hours.is_quiet(now)
    return next_hour(now, hours) if quiet or day_off else None


def hours_of(run: _Round, conn: Connection, row: PendingDelivery) -> Hours:
    """The recipient's own hours, else the municipality's; at work, on working days."""
    if run.hours is None:
        policy = policy_on(conn, None, oslo_date(run.now))
        run.hours = Hours(policy.digest_at, policy.quiet_from, policy.quiet_until)
    chosen = run.hours.with_choice(*row.hours)
    return replace(chosen, workdays=row.works_here and not row.for_person)


def _messages(run: _Round, rows: Sequence[PendingDelivery]) -> list[MarkedMessage]:
    """One message a person, or one a row for a carrier that does not gather."""
    if not run.carrier.together:
        kind = claims.WEBHOOK if run.carrier.channel == claims.WEBHOOK else claims.AT_ONCE
        return [claims.new_message(kind, [row]) for row in rows]
    people: dict[str, list[PendingDelivery]] = {}
    for row in rows:
        people.setdefault(row.recipient_id, []).append(row)
    return [
        claims.new_message(claims.AT_ONCE if mine[0].code in AT_ONCE else claims.DIGEST, mine)
        for mine in people.values()
    ]


def _reason(run: _Round, conn: Connection, row: PendingDelivery) -> str:
    """Why a message must not go out after all, or nothing."""
    if run.hear is not None and row.plan_id is not None:
        row = replace(row, hears=run.hear(conn, row.recipient_id, row.plan_id, run.now))
    return reason_to_drop(run.carrier, row)


def _send_all(run: _Round, turns: Sequence[_Turn]) -> None:
    """Sends marked messages one after the other, as long as there is time and an answer."""
    began = time.monotonic()
    tried = 0
    for turn in turns:
        # Long before the lease is over: what lies marked then counts as left by a worker that died.
        if run.over or time.monotonic() - began > run.lease_seconds / 4:
            break
        _send(run, turn)
        tried += 1
    if tried:
        run.seconds_each = (time.monotonic() - began) / tried


def _send(run: _Round, turn: _Turn) -> None:
    """One message, and what became of it."""
    silences, run.silences = run.silences, 0
    try:
        turn.named = run.carrier.send(Outgoing(turn.message.id, turn.message.rows, run.now))
        turn.state = "sent"
    except NotAccepted as refused:
        turn.state, turn.reason = "later", str(refused)
        run.away = refused.away
    except RefusedForGood as refused:
        turn.state, turn.reason = "failed", str(refused)
    except Unknown as silence:
        turn.state = "later" if run.carrier.repeats else "unknown"
        turn.reason = str(silence)
        run.silences = silences + 1
        run.away = run.silences >= MOST_SILENCES


def _settle(run: _Round, conn: Connection, done: DeliveryResult) -> None:
    """Keeps what became of the messages that were marked before."""
    ended: dict[tuple[str, str], list[_Turn]] = {}
    for turn in run.unsettled:
        ended.setdefault((turn.state, turn.reason), []).append(turn)
    for (state, reason), turns in ended.items():
        ids = [key for turn in turns for key in turn.ids]
        if state == "sent":
            claims.note_sent(conn, {turn.message.id: turn.named for turn in turns}, ids, run.now)
            done.mails += len(turns)
            done.sent += len(ids)
        elif state == "unknown":
            claims.end(conn, ids, "unknown", reason, run.now)
            done.unknown += len(ids)
        else:
            _not_taken(run, conn, turns, done)


def _not_taken(run: _Round, conn: Connection, turns: Sequence[_Turn], done: DeliveryResult) -> None:
    """The messages never were: their rows wait again, or have failed for good."""
    # Else one that was never taken would pass for the day's digest, and the next wait a day.
    claims.forget(conn, [turn.message.id for turn in turns])
    for turn in turns:
        if turn.state == "untried":
            claims.requeue_untried(conn, run.token, turn.ids)
            continue
        for row in turn.message.rows:
            again = _again(run, conn, turn, row)
            if again is None:
                _fail(run, conn, row, turn.reason)
            else:
                claims.note_refusal(conn, row.id, turn.reason, again)
            done.later += again is not None
            done.failed += again is None


def _again(run: _Round, conn: Connection, turn: _Turn, row: PendingDelivery) -> datetime | None:
    """When a row that was not taken is tried again; None where that has come to its end."""
    if turn.state == "failed":
        return None
    again = retry_at(row.attempts + 1, run.now)
    if again is None or not run.carrier.wakes:
        return again
    return next_hour(again, hours_of(run, conn, row))


def _fail(run: _Round, conn: Connection, row: PendingDelivery, reason: str) -> None:
    """Ends a row for good; what the plan's person was to hear is told to the coordinator."""
    if claims.end(conn, [row.id], "failed", reason, run.now) and run.carrier.together:
        notify_coordinator(conn, [row.id], run.now)
