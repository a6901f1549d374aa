"""What whoever runs the program must see: signs of life, lag, depth, what did not arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from workflow.acts.delivery.enqueue import DELIVERY, NOTICE, PARTY, PLAN
from workflow.acts.neighbours.stuck import Border, look_at_border
from workflow.acts.operations.refused_jobs import count_lately
from workflow.record.access.role_holders import STAFF, works_here
from workflow.record.deadlines.recipients import DEADLINE, STEP
from workflow.record.deadlines.undeliverable import UndeliverableRung, list_undeliverable
from workflow.record.operations import heartbeats
from workflow.record.operations.heartbeats import SCHEDULER, WORKER, Beat
from workflow.rules.deadlines.kinds import FIRE, TELLS
from workflow.rules.notices.timing import overview_opens

LATE = timedelta(minutes=5)
LATE_TO_SEND = timedelta(minutes=15)  # ten thousand in the same minute take some of them
SILENT = timedelta(minutes=3)  # three signs of life left out
LONGEST_LIST = 100
SWEEP, DELIVERY_PART, JANITOR = "sweep", "delivery", "janitor"
SEAL, OVERVIEW = "seal_access", "overview"
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
FAILED, UNKNOWN = "failed", "unknown"


@dataclass(frozen=True, slots=True)
class RegularWork:
    """A regular piece of work: when it was last done, when it comes next, whether it is late."""

    name: str
    last: datetime | None
    next: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Process:
    """A worker or scheduler: its name, its last sign of life, whether that is too long ago."""

    name: str
    at: datetime
    silent: bool


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits: steps due and untold, messages due by channel, messages on their way.

    oldest_step, oldest_message: since when the oldest of them has been due (UTC), or None.
    """

    steps: int
    oldest_step: datetime | None
    waiting: Mapping[str, int]
    oldest_message: datetime | None
    sending: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message that failed or of which nobody knows; no name but a colleague's."""

    id: str
    state: str
    code: str
    channel: str
    at: datetime | None
    reason: str
    attempts: int
    plan_number: str
    staff_name: str


@dataclass(frozen=True, slots=True)
class OperationsProblem:
    """Something that is wrong, as a code with its number: minutes of an outage, or how many."""

    code: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class OperationsState:
    """Everything the operations page shows, and what is wrong, the worst first."""

    now: datetime
    parts: Sequence[RegularWork]
    workers: Sequence[Process]
    schedulers: Sequence[Process]
    depth: Depth
    failed: int
    unknown: int
    untold: Sequence[UndeliverableRung] = ()
    border: Border = field(default_factory=Border)
    refused_jobs: int = 0
    problems: Sequence[OperationsProblem] = ()


def read_state(
    session: Session,
    now: datetime,
    *,
    sweep_seconds: float = 30.0,
    janitor_seconds: float = 60.0,
) -> OperationsState:
    """How the machinery does at `now` (aware UTC); lag, depth and failures of one municipality or all."""
    beats = heartbeats.beats(session)
    snapshot = OperationsState(
        now,
        _parts(beats, now, timedelta(seconds=sweep_seconds), timedelta(seconds=janitor_seconds)),
        _processes(beats, WORKER, now),
        _processes(beats, SCHEDULER, now),
        depth(session, now),
        *_stuck_counts(session),
        list_undeliverable(session.connection(), now),
        look_at_border(session),
        count_lately(beats, now),
    )
    return replace(snapshot, problems=_problems(snapshot))


def _parts(
    beats: Mapping[str, Beat], now: datetime, tick: timedelta, cleaning: timedelta
) -> list[RegularWork]:
    return [
        _part(beats, SWEEP, now, tick),
        _part(beats, DELIVERY_PART, now, tick),
        _part(beats, JANITOR, now, cleaning),
        _part(beats, SEAL, now, HOUR),
        _overview(beats, now),
    ]


def _part(beats: Mapping[str, Beat], name: str, now: datetime, every: timedelta) -> RegularWork:
    """Late where two of its turns and five minutes have gone by, or a clock was far ahead."""
    beat = beats.get(name)
    slot = every.total_seconds()
    following = now + timedelta(seconds=slot - now.timestamp() % slot)
    late = beat is not None and abs(now - beat.at) > LATE + (every * 2 if every >= HOUR else every)
    return RegularWork(name, beat.at if beat else None, following, late)


def _overview(beats: Mapping[str, Beat], now: datetime) -> RegularWork:
    """The Monday overview is written by the sweep; it is late when this week's is not there."""
    beat, opens = beats.get(OVERVIEW), overview_opens(now)
    due = opens if now < opens else opens + WEEK
    late = beat is not None and now - opens > LATE and beat.at < opens
    return RegularWork(OVERVIEW, beat.at if beat else None, due, late)


def _processes(beats: Mapping[str, Beat], kind: str, now: datetime) -> list[Process]:
    return [
        Process(name.removeprefix(kind), beat.at, abs(now - beat.at) > SILENT)
        for name, beat in sorted(beats.items())
        if name.startswith(kind)
    ]


def depth(session: Session, now: datetime) -> Depth:
    """How much is due at `now` and not done, and since when."""
    steps = session.execute(
        select(func.count(), func.min(STEP.c.at))
        .join(DEADLINE, DEADLINE.c.id == STEP.c.deadline_id)
        .where(
            STEP.c.done_at.is_(None),
            STEP.c.at <= now,
            STEP.c.kind.in_((*TELLS, FIRE)),
            DEADLINE.c.state == "open",
        )
    ).one()
    of_channel = session.execute(
        select(DELIVERY.c.channel, func.count(), func.min(DELIVERY.c.next_try_at))
        .where(
            DELIVERY.c.state == "waiting",
            DELIVERY.c.next_try_at <= now,
        )
        .group_by(DELIVERY.c.channel)
    ).all()
    # What a coordinator is to say waits for her and not for a worker.
    by_wire = [since for channel, _, since in of_channel if channel != "coordinator"]
    sending = select(func.count()).where(DELIVERY.c.state == "sending")
    return Depth(
        steps[0],
        steps[1],
        {channel: many for channel, many, _ in of_channel},
        min(by_wire, default=None),
        session.execute(sending).scalar_one(),
    )


def _stuck_counts(session: Session) -> tuple[int, int]:
    """How many failed, and of how many nobody knows."""
    rows = session.execute(
        select(DELIVERY.c.state, func.count())
        .where(DELIVERY.c.state.in_((FAILED, UNKNOWN)))
        .group_by(DELIVERY.c.state)
    )
    counts = {row[0]: row[1] for row in rows}
    return counts.get(FAILED, 0), counts.get(UNKNOWN, 0)


def stuck(session: Session, which: str, now: datetime) -> list[Stuck]:
    """The newest hundred messages that `failed` or are `unknown`.

    A colleague is named; of a message to the plan's person or to somebody around her only the
    plan's number is told.
    """
    works = exists().where(
        STAFF.c.party_id == DELIVERY.c.recipient_id,
        works_here(STAFF, now),
    )
    own = and_(PLAN.c.person_id.is_not(None), PLAN.c.person_id == DELIVERY.c.recipient_id)
    name = case((own, ""), (works, PARTY.c.name), else_="")
    query = (
        select(
            DELIVERY.c.id,
            DELIVERY.c.state,
            NOTICE.c.code,
            DELIVERY.c.channel,
            DELIVERY.c.ended_at,
            DELIVERY.c.reason,
            DELIVERY.c.attempts,
            func.coalesce(PLAN.c.number, "").label("number"),
            name.label("name"),
        )
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .join(PARTY, PARTY.c.id == DELIVERY.c.recipient_id)
        .outerjoin(PLAN, PLAN.c.id == NOTICE.c.plan_id)
        .where(DELIVERY.c.state == which)
        .order_by(DELIVERY.c.ended_at.desc(), DELIVERY.c.id)
        .limit(LONGEST_LIST)
    )
    return [Stuck(*row) for row in session.execute(query)]


def _problems(snapshot: OperationsState) -> list[OperationsProblem]:
    """What is wrong, the worst first; an installation that never began is told so alone."""
    parts = {part.name: part for part in snapshot.parts}
    swept, delivered = parts[SWEEP], parts[DELIVERY_PART]
    if swept.last is None:
        return [OperationsProblem("never")]
    lag = snapshot.depth
    candidates = (
        ("no_sweep", swept.late, _minutes(swept.last, snapshot.now)),
        ("no_delivery", delivered.late, _minutes(delivered.last, snapshot.now)),
        ("no_worker", not _living(snapshot.workers), 0),
        ("no_scheduler", not _living(snapshot.schedulers), 0),
        ("steps_wait", _steps_wait(snapshot), _minutes(lag.oldest_step, snapshot.now)),
        (
            "messages_wait",
            _since(lag.oldest_message, snapshot.now, LATE_TO_SEND),
            _minutes(lag.oldest_message, snapshot.now),
        ),
        ("janitor", parts[JANITOR].late, _minutes(parts[JANITOR].last, snapshot.now)),
        ("seal", parts[SEAL].late, _minutes(parts[SEAL].last, snapshot.now)),
        ("overview", parts[OVERVIEW].late, 0),
        ("refused_jobs", snapshot.refused_jobs > 0, snapshot.refused_jobs),
        ("untold", len(snapshot.untold) > 0, len(snapshot.untold)),
        ("failed", snapshot.failed > 0, snapshot.failed),
        ("unknown", snapshot.unknown > 0, snapshot.unknown),
        (
            "neighbour_waits",
            _since(snapshot.border.waiting_since, snapshot.now, HOUR),
            _minutes(snapshot.border.waiting_since, snapshot.now),
        ),
        (
            "between",
            _since(snapshot.border.between_since, snapshot.now, HOUR),
            _minutes(snapshot.border.between_since, snapshot.now),
        ),
        ("puzzling", snapshot.border.puzzling > 0, snapshot.border.puzzling),
    )
    return [OperationsProblem(code, count) for code, wrong, count in candidates if wrong]


def _steps_wait(snapshot: OperationsState) -> bool:
    """Steps that nobody could be told of stand as well; they are another trouble."""
    lag = snapshot.depth
    return lag.steps > len(snapshot.untold) and _since(lag.oldest_step, snapshot.now, LATE)


def _living(processes: Sequence[Process]) -> bool:
    return any(not process.silent for process in processes)


def _since(moment: datetime | None, now: datetime, limit: timedelta) -> bool:
    return moment is not None and now - moment > limit


def _minutes(moment: datetime | None, now: datetime) -> int:
    """Whole minutes between then and now."""
    return 0 if moment is None else int(abs(now - moment).total_seconds() // 60)
