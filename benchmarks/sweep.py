"""The sweep's benchmark: ours in turn with a raw INSERT … SELECT and UPDATE of the same steps."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, text, update

from benchmarks.peak_memory import measure_peak
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.delivery.enqueue import DELIVERY, NOTICE, PARTY, PLAN
from workflow.record.access.role_holders import MUNICIPALITY, STAFF, TENURE, UNIT
from workflow.record.database.engine import make_engine, unit_of_work
from workflow.record.database.migrate import upgrade
from workflow.record.deadlines.rungs import DEADLINE, STEP
from workflow.record.models import new_id
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)  # a Thursday: the overview is not part of the work
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
AT_A_TIME = 5000
ONE_IN = 50
PLANS_EACH = 40
DEADLINES_EACH = 10
LADDER = (
    ("coordinator", -21),
    ("coordinator", -7),
    ("coordinator", 1),
    ("leader", 7),
    ("leader_2", 28),
)

FLOOR_NOTICES = """
INSERT INTO notice (id, plan_id, recipient_id, cause, code, subject_id, deadline_id,
  due_version, role, substitute_for, params, created_at, snooze_reason)
SELECT s.id, s.plan_id, t.party_id,
  'd:' || d.id || ':' || d.due_version || ':' || s.n, d.code, d.subject_id, d.id,
  d.due_version, s.role, NULL, '', s.at, ''
FROM ladder_step s
JOIN deadline d ON d.id = s.deadline_id
JOIN plan p ON p.id = s.plan_id
JOIN tenure t ON t.plan_id = s.plan_id
  AND t.role = 'coordinator' AND t.until_at IS NULL
WHERE s.done_at IS NULL AND s.at <= :now AND d.state = 'open'
"""
FLOOR_MAILS = """
INSERT INTO delivery (id, notice_id, recipient_id, channel, state, reason, attempts,
  next_try_at, claimed_by)
SELECT n.id, n.id, n.recipient_id, 'email', 'waiting', '', 0, n.created_at, ''
FROM ladder_step s
JOIN notice n ON n.id = s.id
JOIN party r ON r.id = n.recipient_id AND r.email <> ''
WHERE s.done_at IS NULL AND s.at <= :now
"""
FLOOR_MARK = "UPDATE ladder_step SET done_at = :now WHERE done_at IS NULL AND at <= :now"


def measure_sweep(size: int, rounds: int, url: str = "", due: int = 0) -> dict[str, Any]:
    """Seconds of one sweep over `size` open deadlines with `due` steps due; medians of the rounds.

    One in fifty is due where `due` is 0. The floor makes the same reads and writes by hand: it
    knows that every due step is the coordinator's, looks for no substitute, leaver or vacancy
    and drops no second step. memory: how many MiB the sweeps added to this process at their
    peak (on SQLite the database's own work is among it); server: the same of PostgreSQL's.
    """
    due = due or size // ONE_IN
    with _filled(size, url, size // due) as engine:
        ours, floor, again, peaks = [], [], [], []
        # A median of fewer is moved by one round that another process disturbed.
        for _ in range(max(5, rounds)):
            _forget(engine)
            with measure_peak(engine) as added:
                ours.append(_ours(engine, due))
            peaks.append(added)
            again.append(_timed(lambda: sweep(engine, NOW)))
            _forget(engine)
            floor.append(_timed(lambda: _floor(engine)))
        fast, slow = statistics.median(floor), statistics.median(ours)
        memory = {name: max(added[name] for added in peaks) for name in peaks[0]}
        return {
            "name": "sweep",
            "database": engine.dialect.name,
            "ours": round(slow, 4),
            "floor": round(fast, 4),
            "ratio": round(slow / fast, 2),
            "rounds": len(ours),
            "second_run": round(statistics.median(again) / slow, 3),
            "size": size,
            "due": due,
            **memory,
        }


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _ours(engine: Engine, due: int) -> float:
    began = time.perf_counter()
    result = sweep(engine, NOW)
    passed = time.perf_counter() - began
    assert (result.due, result.notices) == (due, due), result
    return passed


def _floor(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        conn = session.connection()
        for words in (FLOOR_NOTICES, FLOOR_MAILS, FLOOR_MARK):
            conn.execute(text(words), {"now": _bound(conn, NOW)})


def _bound(conn: Connection, moment: datetime) -> Any:
    """A moment as the database's own driver stores it."""
    return moment if conn.dialect.name == "postgresql" else f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def _forget(engine: Engine) -> None:
    """Takes a round's work back, so that every round finds the same."""
    with unit_of_work(engine) as session:
        conn = session.connection()
        conn.execute(delete(DELIVERY))
        conn.execute(delete(NOTICE))
        conn.execute(update(STEP).where(STEP.c.done_at == NOW).values(done_at=None))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if conn.dialect.name == "postgresql":
            # A round's dead rows would make the next one slower.
            for table in ("notice", "delivery", "ladder_step"):
                conn.execute(text(f"VACUUM ANALYZE {table}"))


@contextmanager
def _filled(size: int, url: str, one_in: int) -> Iterator[Engine]:
    """A migrated database with that many open deadlines; a file that goes away without a URL."""
    with tempfile.TemporaryDirectory(prefix="plbench-") as folder:
        where = url or f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        upgrade(where)
        engine = make_engine(where)
        try:
            with unit_of_work(engine) as session:
                _fill(session.connection(), size, one_in)
            _learn(engine)
            yield engine
        finally:
            engine.dispose()


def _learn(engine: Engine) -> None:
    """Lets the database count its rows, and writes this week's overview before anything is timed."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("ANALYZE"))
    with unit_of_work(engine) as session:
        words = "INSERT INTO heartbeat (name, at, figures) VALUES ('overview', :now, '2026-W11')"
        conn = session.connection()
        conn.execute(text(words), {"now": _bound(conn, NOW)})


def _fill(conn: Connection, size: int, one_in: int) -> None:
    """One municipality: a coordinator for each forty plans, a plan for each ten deadlines."""
    top, unit = new_id(), new_id()
    header = {"number": "9999", "name": "B", "created_at": LONG_AGO}
    conn.execute(insert(MUNICIPALITY), header)
    for key, parent in ((top, None), (unit, top)):
        conn.execute(insert(UNIT), {"id": key, "name": "B", "kind": "service", "parent_id": parent})
    plans = max(1, size // DEADLINES_EACH)
    people = [new_id() for _ in range(max(1, plans // PLANS_EACH) + 3)]
    conn.execute(insert(PARTY), [_party(key) for key in people])
    offices = ((unit, "leader"), (top, "leader"), (top, "coordinating"))
    for key, (place, role) in zip(people, offices, strict=False):
        held = {"party_id": key, "unit_id": place, "role": role, "from_at": LONG_AGO}
        conn.execute(insert(STAFF), {"id": new_id(), **held})
    for first in range(0, plans, AT_A_TIME // DEADLINES_EACH):
        last = min(plans, first + AT_A_TIME // DEADLINES_EACH)
        _fill_plans(conn, unit, people[3:], range(first, last), one_in)


def _party(key: str) -> dict[str, Any]:
    return {
        "id": key,
        "name": "B",
        "sort_key": "b",
        "email": "b@example.invalid",
        "created_at": LONG_AGO,
    }


def _fill_plans(
    conn: Connection,
    unit: str,
    people: list[str],
    numbers: range,
    one_in: int,
) -> None:
    plans = [(new_id(), number) for number in numbers]
    conn.execute(insert(PLAN), [_plan(key, number, unit) for key, number in plans])
    conn.execute(
        insert(TENURE),
        [
            {
                "id": new_id(),
                "plan_id": key,
                "role": "coordinator",
                "party_id": people[number % len(people)],
                "from_at": LONG_AGO,
            }
            for key, number in plans
        ],
    )
    deadlines = [
        (new_id(), key, _due_at(number * DEADLINES_EACH + one, one_in))
        for key, number in plans
        for one in range(DEADLINES_EACH)
    ]
    conn.execute(insert(DEADLINE), [_deadline(*deadline) for deadline in deadlines])
    conn.execute(insert(STEP), [step for deadline in deadlines for step in _steps(*deadline)])


def _plan(key: str, number: int, unit: str) -> dict[str, Any]:
    return {
        "id": key,
        "number": f"9999-{number}",
        "state": "active",
        "subject_kind": "person",
        "unit_id": unit,
        "service_unit_id": unit,
        "responsible_unit_id": unit,
        "reported_at": LONG_AGO,
        "last_activity_at": NOW,
        "created_at": LONG_AGO,
    }


def _due_at(number: int, one_in: int) -> datetime:
    """One deadline in so many has its second rung due; the others lie ahead."""
    return NOW + timedelta(days=6 if number % one_in == 0 else 40 + number % 60)


def _deadline(key: str, plan: str, due: datetime) -> dict[str, Any]:
    return {
        "id": key,
        "plan_id": plan,
        "subject_kind": "plan",
        "subject_id": key,
        "code": DeadlineCode.REVIEW,
        "basis": "local",
        "started_at": LONG_AGO,
        "due_at": due,
        "state": "open",
    }


def _steps(key: str, plan: str, due: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "deadline_id": key,
            "plan_id": plan,
            "due_version": 1,
            "n": n,
            "at": due + timedelta(days=offset),
            "role": role,
            "kind": "notify",
            "done_at": LONG_AGO if due + timedelta(days=offset) < NOW - timedelta(days=7) else None,
        }
        for n, (role, offset) in enumerate(LADDER)
    ]
