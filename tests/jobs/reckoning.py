"""What must hold when a storm is over, each rule with everything that breaks it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, text

from tests.jobs.deeds import Deeds
from tests.jobs.storm import Storm
from workflow.record.database.engine import unit_of_work
from workflow.record.history.verify import verify
from workflow.record.models import Deadline, DeadlineRung, Delivery, Event, Notice, Party
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.notices.timing import COORDINATOR

ENDED = {"sent", "failed", "unknown", "dropped"}
HOLDS = {"leader": "lea", "leader_2": "lena"}
Broken = list[str]


def deliveries(engine: Engine) -> list[Any]:
    """Every delivery that goes by wire, with its notice and address; word of mouth waits for a human."""
    with unit_of_work(engine) as session:
        query = (
            select(
                Delivery.id,
                Delivery.state,
                Delivery.reason,
                Delivery.claimed_by,
                Delivery.ended_at,
                Notice.cause,
                Notice.code,
                Notice.recipient_id,
                Party.email,
            )
            .join(Notice, Notice.id == Delivery.notice_id)
            .join(Party, Party.id == Delivery.recipient_id)
            .where(Delivery.channel != COORDINATOR)
        )
        return list(session.execute(query).all())


def unended(rows: list[Any]) -> Broken:
    """Deliveries that did not end, or ended without a reason where one is owed."""
    faults = [f"{row.code} is {row.state}" for row in rows if row.state not in ENDED]
    bare = [row for row in rows if row.state in ENDED - {"sent"} and not row.reason]
    return faults + [f"{row.code} is {row.state} and nobody knows why" for row in bare]


def twice(rows: list[Any], storm: Storm) -> Broken:
    """Deliveries that the mail server has seen more often than their state says."""
    seen = Counter(key for _, _, carried in storm.took for key in carried)
    unasked = [message for message, _, carried in storm.took if not carried]
    ids = Counter(message for message, _, _ in storm.took)
    causes = Counter((row.cause, row.recipient_id) for row in rows for _ in range(seen[row.id]))
    allowed = {"sent": {1}, "unknown": {0, 1}, "dropped": {0}, "failed": {0}}
    return [
        *(
            f"{row.code} {row.state} was taken {seen[row.id]} times"
            for row in rows
            if row.state in ENDED and seen[row.id] not in allowed[row.state]
        ),
        *(f"one was told {count} times of {cause}" for cause, count in causes.items() if count > 1),
        *(f"message {key} was taken {count} times" for key, count in ids.items() if count > 1),
        *(f"message {key} carried nothing" for key in unasked),
    ]


def strangers(rows: list[Any], storm: Storm) -> Broken:
    """Mails that went to another address than the delivery's."""
    email = {row.id: row.email for row in rows}
    return [
        f"{key} went to {recipient}"
        for _, recipient, carried in storm.took
        for key in carried
        if email[key] != recipient
    ]


def untold(deeds: Deeds, now: datetime) -> Broken:
    """People whom the ledger says must have been told, and were not, or more than once of one thing."""
    with unit_of_work(deeds.world.engine) as session:
        notices = session.execute(
            select(Notice.cause, Notice.recipient_id, Notice.due_version)
        ).all()
        standing = select(Deadline.plan_id, Deadline.id).where(Deadline.code == DeadlineCode.REVIEW)
        plans = {row.plan_id: row.id for row in session.execute(standing)}
    count = Counter((cause, who) for cause, who, _ in notices)
    expected = {(cause, who): cause for cause, who in deeds.told}
    for review in deeds.reviews:
        for name, n in review.told(now).items():
            cause = f"d:{plans[review.plan]}:{review.version}:{n}"
            expected[cause, deeds.world.party[name]] = f"{name} of {review.day} rung {n}"
    return [
        *(f"never told: {what}" for pair, what in expected.items() if not count[pair]),
        *(f"told {times} times in the app: {pair}" for pair, times in count.items() if times > 1),
    ]


def unmarked(deeds: Deeds, now: datetime) -> Broken:
    """Steps due that still stand, and steps marked although nobody was told when they were."""
    names = {review.plan: review.coordinator for review in deeds.reviews}
    with unit_of_work(deeds.world.engine) as session:
        query = select(
            DeadlineRung.n,
            DeadlineRung.role,
            DeadlineRung.kind,
            DeadlineRung.at,
            DeadlineRung.done_at,
            DeadlineRung.due_version,
            DeadlineRung.deadline_id,
            Deadline.plan_id,
            Deadline.code,
            Deadline.state,
        ).join(Deadline, Deadline.id == DeadlineRung.deadline_id)
        steps = session.execute(query).all()
        told: Mapping[tuple[str | None, int, str, datetime], list[int]] = defaultdict(list)
        notices = select(
            Notice.deadline_id,
            Notice.due_version,
            Notice.recipient_id,
            Notice.created_at,
            Notice.cause,
        ).where(Notice.deadline_id.is_not(None))
        for deadline, version, who, at, cause in session.execute(notices):
            told[deadline, version, who, at].append(int(cause.rpartition(":")[2]))
    broken = []
    for step in steps:
        if step.done_at is None and step.at <= now and step.state == "open":
            broken.append(f"{step.code} rung {step.n} stands since {step.at}")
        if (
            step.code != DeadlineCode.REVIEW
            or step.done_at is None
            or step.done_at in deeds.changed
        ):
            continue
        who = deeds.world.party[HOLDS.get(step.role, names[step.plan_id])]
        rungs = told[step.deadline_id, step.due_version, who, step.done_at]
        if not any(n >= step.n for n in rungs):
            broken.append(f"{step.code} rung {step.n} was marked and {step.role} not told")
        if len(rungs) > 1:
            broken.append(f"{step.code} told {step.role} {len(rungs)} times in one sweep")
    return broken


def clock_steps(deeds: Deeds) -> Broken:
    """Offers that did not lapse, or lapsed twice, and chains that do not hold.

    A plan that was put there whole has no event of its beginning.
    """
    with unit_of_work(deeds.world.engine) as session:
        query = select(Event.plan_id).where(Event.step_name == PlanStep.EXPIRE_COORDINATOR)
        lapsed = Counter(session.execute(query).scalars())
    wrong = [f"an offer lapsed {lapsed[plan]} times" for plan in deeds.offers if lapsed[plan] != 1]
    faults = verify(deeds.world.engine).broken
    return wrong + [str(fault) for fault in faults if fault.what != "no_event"]


def locks(storm: Storm, rows: list[Any]) -> Broken:
    """Rows somebody still holds, and transactions that somebody left open."""
    held = [f"{row.code} is held" for row in rows if row.state == "waiting" and row.claimed_by]
    with storm.engine.connect() as conn:
        if storm.database.is_postgresql:
            left = conn.execute(text(LEFT_OPEN)).scalars().all()
            return held + [f"left open: {statement}" for statement in left]
        # The parts still live and write; a transaction that was left open is one of over five seconds.
        conn.execute(text("PRAGMA busy_timeout=5000"))
        conn.rollback()
        conn.execute(text("SELECT 1"))  # the transaction takes the writer's lock by then, or raises
    return held


LEFT_OPEN = """
SELECT state || ' ' || left(query, 60) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
  AND now() - xact_start > interval '5 seconds'
"""
