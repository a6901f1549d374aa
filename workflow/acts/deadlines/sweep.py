"""The sweep: what is due now reaches the people it should, once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Connection,
    Engine,
    String,
    Table,
    bindparam,
    func,
    literal,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import DBAPIError

from workflow.acts.deadlines import automatic_steps, policy_versions
from workflow.acts.delivery.enqueue import NOTICE, queue_of_moment
from workflow.acts.management import overdue
from workflow.record.database.engine import unit_of_work
from workflow.record.database.portable_sql import (
    fresh_id,
    give_way,
    id_prefix,
    insert_and_count,
    insert_ignoring,
    is_lost_race,
    one_snapshot,
    upsert,
)
from workflow.record.deadlines import quiet_plans, snoozed, undeliverable
from workflow.record.deadlines.recipients import (
    NOW,
    PERSONAL,
    SOUGHT,
    STEP,
    due_rungs,
    recipients_of_due,
)
from workflow.record.models import Heartbeat
from workflow.record.models.base import UtcDateTime
from workflow.rules.deadlines.kinds import LOOK, QUIET, TELLS

HEARTBEAT = cast(Table, Heartbeat.__table__)
NAME = "sweep"
# A lost turn means that another sweep went on. Each holds the turn up to three times, so of several at
# once one may lose many times and must not give up before the others are done.
TRIES = 25
Found = TypeVar("Found")
NOTICE_COLUMNS = [
    "id",
    "plan_id",
    "recipient_id",
    "cause",
    "code",
    "subject_id",
    "deadline_id",
    "due_version",
    "role",
    "substitute_for",
    "params",
    "created_at",
]


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What one sweep did: steps due, notices written, steps the clock took, seconds it lasted."""

    at: datetime
    due: int
    notices: int
    fired: int
    seconds: float


class _DryRun(Exception):
    """Ends the transaction of a dry run so that nothing is kept."""


DUE_BY_ROLE = (
    select(SOUGHT.label("role"), STEP.c.kind, func.count().label("due"))
    .where(STEP.c.done_at.is_(None), STEP.c.at <= NOW)
    .group_by(STEP.c.role, STEP.c.party_id.is_not(None), STEP.c.kind)
)
HOLD_TURN = update(HEARTBEAT).where(HEARTBEAT.c.name == NAME).values(at=NOW)


def sweep(engine: Engine, now: datetime, dry_run: bool = False) -> SweepResult:
    """Writes the notices of every step due at `now` (aware UTC) and lets the clock take its steps.

    Policies whose day has come are put into force first, in a transaction of their own. Safe to run
    twice, from two machines, after a week's outage, after a crash at any line: the notices, the mails
    to send and the marks on the steps are one transaction, and each step of the clock is one of its
    own. Each recipient gets at most one notice per deadline, the highest step due, never none.
    dry_run counts and keeps nothing.
    """
    began = time.perf_counter()
    with unit_of_work(engine) as session:
        conn = session.connection()
        if not dry_run:
            conn.execute(_first_heartbeat(conn.dialect.name, now))
        waits = not dry_run and policy_versions.is_waiting(conn, now)
    # Before anybody is told: what is due today is due by the policy of today.
    if waits:
        _patiently(partial(policy_versions.put_into_force, engine, now))
    due, notices = _patiently(partial(_notify, engine, now, dry_run))
    fired = automatic_steps.due_count(engine, now) if dry_run else automatic_steps.take(engine, now)
    result = SweepResult(now, due, notices, fired, round(time.perf_counter() - began, 3))
    if not dry_run:
        _beat(engine, result)
    return result


def _first_heartbeat(dialect: str, now: datetime) -> Any:
    """The row whose lock is a sweep's turn; written once in the life of an installation."""
    row = select(literal(NAME), literal(now, UtcDateTime()), literal("")).where(
        ~select(HEARTBEAT.c.name).where(HEARTBEAT.c.name == NAME).exists()
    )
    return insert_ignoring(dialect, HEARTBEAT, ["name", "at", "figures"], row)


def _patiently(work: Callable[[], Found]) -> Found:
    """Tries again when another transaction won a row; raises its error after TRIES."""
    for attempt in range(1, TRIES + 1):
        try:
            return work()
        except DBAPIError as error:
            if attempt == TRIES or not is_lost_race(error):
                raise
    raise AssertionError("unreachable")


def _notify(engine: Engine, now: datetime, dry_run: bool) -> tuple[int, int]:
    """One transaction: quiet plans, notices, mails to send, marks, Monday's overview."""
    counts = (0, 0)
    try:
        # Notices and marks speak of the same steps: one that is written between the two
        # statements would be marked as told and told to nobody.
        with unit_of_work(one_snapshot(engine)) as session:
            conn = session.connection()
            # The row's lock is the turn: another machine's sweep waits and finds all marked.
            conn.execute(HOLD_TURN, {"b_now": now})
            give_way(conn)
            if dry_run:
                policy_versions.apply_due(conn, now)
            counts = _write(conn, now)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return counts


def _write(conn: Connection, now: datetime) -> tuple[int, int]:
    written = overdue.write(conn, now)
    by_role = conn.execute(DUE_BY_ROLE, {"b_now": now}).all()
    if any(kind in (QUIET, LOOK) for _, kind, _ in by_role):
        # Before the roles are told: a plan that has lived since must not be called quiet.
        quiet_plans.reschedule(conn, now)
        by_role = conn.execute(DUE_BY_ROLE, {"b_now": now}).all()
    roles = tuple(sorted({role for role, kind, _ in by_role if kind in TELLS}))
    if roles:
        written += write_notices(conn, roles, now)
        undeliverable.mark(conn, roles, now)
    return sum(count for _, _, count in by_role), written


def write_notices(conn: Connection, roles: Sequence[str], now: datetime) -> int:
    """Notices for every due step of these roles, and the mails they want; returns how many notices."""
    binds = {"b_now": now, "b_prefix": id_prefix(now)}
    written = insert_and_count(conn, notices_statement(conn.dialect.name, tuple(roles)), binds)
    if written:
        queue_of_moment(conn, now)
    return written


@lru_cache(maxsize=64)
def notices_statement(dialect: str, roles: tuple[str, ...]) -> Any:
    """INSERT … SELECT of the highest due step for each recipient and deadline."""
    due = due_rungs()
    again = [snoozed.notify_again(due)] if PERSONAL in roles else []
    held = [role for role in roles if role != PERSONAL]
    people = recipients_of_due(due, held, *again).subquery("people")
    rank = func.row_number().over(
        partition_by=(due.c.deadline_id, people.c.recipient_id),
        # Who hears both for oneself and for somebody else is told as oneself.
        order_by=(due.c.n.desc(), people.c.substitute_for.is_not(None)),
    )
    ranked = (
        select(due, people.c.recipient_id, people.c.substitute_for, rank.label("rank"))
        .join(people, people.c.step_id == due.c.id)
        .where(~snoozed.has_answered(due, people))
        .subquery("ranked")
    )
    return insert_ignoring(dialect, NOTICE, NOTICE_COLUMNS, _notice_rows(ranked))


def _notice_rows(ranked: Any) -> Any:
    cause = literal("d:") + ranked.c.deadline_id
    for part in (ranked.c.due_version, ranked.c.n):
        cause = cause + literal(":") + sql_cast(part, String)
    return select(
        fresh_id(bindparam("b_prefix", type_=String)),
        ranked.c.plan_id,
        ranked.c.recipient_id,
        cause,
        ranked.c.code,
        ranked.c.subject_id,
        ranked.c.deadline_id,
        ranked.c.due_version,
        ranked.c.told_as,
        ranked.c.substitute_for,
        literal(""),
        NOW,
    ).where(ranked.c.rank == 1)


def _beat(engine: Engine, result: SweepResult) -> None:
    """Leaves word for `planlop doctor` of when and how the last sweep went."""
    figures = json.dumps({k: v for k, v in asdict(result).items() if k != "at"})
    values = {"name": NAME, "at": result.at, "figures": figures}
    with unit_of_work(engine) as session:
        session.execute(upsert(engine.dialect.name, HEARTBEAT, values, "name"))
