"""`planlop bench page`: the worklist and the plan page under load, against a bare Flask app."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from socket import socket
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from benchmarks.bulk_plans import BenchPlans, lay_plans
from workflow.acts.accounts import sessions
from workflow.cli.base.answer import CommandError
from workflow.record.database.engine import make_engine, unit_of_work
from workflow.record.database.migrate import upgrade
from workflow.record.models import Consent, Deadline, Party, Plan, StaffRole, Tenure, Unit, new_id
from workflow.rules.calendar.clock import utc_now
from workflow.rules.names.deadlines import DeadlineCode

MINE, CHUNK, SECONDS, CONNECTIONS = 60, 2000, 3, 8


@dataclass(frozen=True, slots=True)
class PageBenchResult:
    """Requests a second of ours and the floor (medians), and their ratio."""

    name: str
    database: str
    ours: float
    floor: float
    ratio: float
    rounds: int


def measure_pages(size: int, rounds: int, url: str = "") -> list[dict[str, Any]]:
    """Lay `size` plans, serve both, load each in turn. Raises CommandError without `wrk`."""
    if shutil.which("wrk") is None:
        raise CommandError("no_wrk", "The load generator «wrk» is not installed.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="planlop-bench-")))
        where = url or f"sqlite:///{folder / 'bench.sqlite'}"
        upgrade(where)
        engine = make_engine(where)
        laid, token = fill(engine, size, utc_now())
        kind = engine.dialect.name
        engine.dispose()
        ours = stack.enter_context(_served("web:create_app()", folder, where))
        call = f"benchmarks.page_floor:create_floor({where!r},{laid.coordinator_id!r})"
        floor = stack.enter_context(_served(call, folder, where))
        pages = {"page worklist": "/planer", "page plan": f"/plan/{laid.plans[0]}"}
        return [
            asdict(_compare(name, kind, (ours + path, floor + path), token, rounds))
            for name, path in pages.items()
        ]


def _compare(
    name: str, kind: str, pair: tuple[str, str], token: str, rounds: int
) -> PageBenchResult:
    """Load the two in turn; the first round only warms them."""
    turns = [(_load(pair[0], token), _load(pair[1], token)) for _ in range(rounds + 1)][1:]
    mine, theirs = (statistics.median(values) for values in zip(*turns, strict=True))
    ratio = statistics.median(a / b for a, b in turns)
    return PageBenchResult(name, kind, round(mine, 1), round(theirs, 1), round(ratio, 3), rounds)


def _load(address: str, token: str) -> float:
    """Requests a second at 8 connections. Raises CommandError where an answer is not 200."""
    done = subprocess.run(
        [
            "wrk",
            f"-c{CONNECTIONS}",
            "-t1",
            f"-d{SECONDS}s",
            "-H",
            f"Cookie: planlop={token}",
            address,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    match = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if match is None or "Non-2xx" in done.stdout:
        raise CommandError("bad_answer", f"{address}: {done.stdout}")
    return float(match[1])


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def _served(app: str, folder: Path, database: str) -> Iterator[str]:
    """An app behind gunicorn, one process and four threads, until the block ends."""
    port = _free_port()
    settings = {
        "PATH": "/usr/bin:/bin",
        "PORT": str(port),
        "PLANLOP_HOME": str(folder),
        "PLANLOP_DATABASE_URL": database,
        "PLANLOP_DEMO": "true",
        "PLANLOP_LIMIT_FACTOR": "100",  # one reader asks as fast as she can
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-w1",
        "--threads=4",
        "-kgthread",
        f"-b127.0.0.1:{port}",
        "--log-level=error",
        app,
    ]
    child = subprocess.Popen(command, env=settings)
    try:
        _until_up(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(timeout=20)


def _until_up(address: str) -> None:
    """Wait, at most 20 seconds, until somebody answers. Raises TimeoutError."""
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def fill(engine: Engine, size: int, now: datetime) -> tuple[BenchPlans, str]:
    """The coordinator's own plans in full, everybody else's as list rows; a signed-in session."""
    laid = lay_plans(engine, MINE, now)
    with unit_of_work(engine) as session:
        other = _other(session, laid, now)
        for start in range(0, size - MINE, CHUNK):
            _thin(session, laid, other, start, min(CHUNK, size - MINE - start), now)
        party = session.get_one(Party, laid.coordinator_id)
        return laid, sessions.open_session(session, party, now, method="demo")


def _other(session: Session, laid: BenchPlans, now: datetime) -> tuple[str, str]:
    """Another coordinator in another unit, who has all the other plans."""
    unit, party = new_id(), new_id()
    session.execute(insert(Unit), {"id": unit, "name": "B", "kind": "service"})
    session.execute(
        insert(Party), {"id": party, "name": "Other", "sort_key": "other", "created_at": now}
    )
    session.execute(
        insert(StaffRole),
        {"id": new_id(), "party_id": party, "unit_id": unit, "role": "coordinator", "from_at": now},
    )
    return unit, party


def _review(row: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The one deadline that such a plan has."""
    return {
        **row,
        "id": new_id(),
        "subject_kind": "plan",
        "subject_id": row["plan_id"],
        "code": DeadlineCode.REVIEW,
        "basis": "local",
        "started_at": now,
        "due_at": now + timedelta(days=30),
        "state": "open",
    }


def _thin(
    session: Session,
    laid: BenchPlans,
    other: tuple[str, str],
    start: int,
    count: int,
    now: datetime,
) -> None:
    """Plans as lists see them: the row, the coordinator, the consent and one deadline."""
    unit, party = other
    keys = [(new_id(), new_id(), start + n) for n in range(count)]
    base = [{"id": new_id(), "plan_id": key} for key, _, _ in keys]
    session.execute(
        insert(Party),
        [
            {"id": who, "name": f"P {n}", "sort_key": f"p {n:07}", "created_at": now}
            for _, who, n in keys
        ],
    )
    session.execute(
        insert(Plan),
        [
            {
                "id": key,
                "number": f"1-{n:07}",
                "state": "active",
                "person_id": who,
                "subject_kind": "person",
                "unit_id": unit,
                "service_unit_id": unit,
                "reported_at": now,
                "responsible_unit_id": unit,
                "responsible_party_id": party,
                "last_activity_at": now,
                "created_at": now,
            }
            for key, who, n in keys
        ],
    )
    session.execute(
        insert(Tenure),
        [
            {**row, "role": "coordinator", "party_id": party, "unit_id": unit, "from_at": now}
            for row in base
        ],
    )
    session.execute(
        insert(Consent),
        [
            {**row, "id": new_id(), "receiver_id": party, "scope": "plan", "from_at": now}
            for row in base
        ],
    )
    session.execute(insert(Deadline), [_review(row, now) for row in base])
