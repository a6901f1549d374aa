"""The delivery's benchmark: two workers that deliver in turn with a bare loop that sends the same mails."""

from __future__ import annotations

import multiprocessing
import resource
import smtplib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Queue
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from jobs.carriers import deliver_on
from workflow.acts.delivery.email import Mailing
from workflow.acts.delivery.email_text import write_mail
from workflow.acts.delivery.enqueue import DELIVERY, NOTICE, PARTY, PLAN
from workflow.acts.delivery.outbox import MESSAGE
from workflow.acts.delivery.smtp import Post
from workflow.record.access.role_holders import MUNICIPALITY, TENURE, UNIT
from workflow.record.database.engine import make_engine, unit_of_work
from workflow.record.database.migrate import upgrade
from workflow.record.models import Consent, new_id
from workflow.rules.calendar.clock import utc_now
from workflow.rules.names.steps import MeasureStep
from workflow.settings import Settings
from workflow.words.notices.digest import DigestLine

WORKERS = 2
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
AT_A_TIME = 2000
SENDER = "planlop@example.invalid"
ADDRESS = "http://localhost:8000"
LONGEST = 600.0
Mails = Sequence[tuple[str, bytes]]


class Sink:
    """The handler of the benchmark's mail server: takes every mail and keeps none."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Says yes."""
        return "250 Taken"


def measure_mails(size: int, rounds: int, url: str = "") -> dict[str, Any]:
    """Seconds until `size` notices, each to somebody else and due in the same minute, are mailed.

    Ours: two processes that do what the delivery job does. The floor: two processes with one
    connection each that send the same mails, ready-made, and keep nothing. Medians of the rounds.
    """
    with _filled(size, url) as engine, _mail_server() as port:
        ours, floor, memory = [], [], []
        mails = _ready_made(engine)
        for _ in range(rounds):
            floor.append(_together(_bare, [(port, mails[n::WORKERS]) for n in range(WORKERS)])[0])
            _forget(engine)
            where = engine.url.render_as_string(hide_password=False)
            seconds, peaks = _together(_worker, [(where, port)] * WORKERS)
            ours.append(seconds)
            memory += peaks
            _check(engine, size)
        fast, slow = statistics.median(floor), statistics.median(ours)
        return {
            "name": "mails",
            "database": engine.dialect.name,
            "ours": round(slow, 3),
            "floor": round(fast, 3),
            "ratio": round(slow / fast, 2),
            "rounds": rounds,
            "size": size,
            "mails_a_second": round(size / slow),
            "peak_mib": round(max(memory), 1),
        }


def _together(
    work: Callable[..., None], given: Sequence[tuple[Any, ...]]
) -> tuple[float, list[float]]:
    """Seconds from the moment all processes are ready until the last is done, and their peaks (MiB)."""
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(len(given) + 1), context.Queue()
    children = [context.Process(target=work, args=(ready, done, *one)) for one in given]
    for child in children:
        child.start()
    ready.wait(LONGEST)
    began = time.perf_counter()
    peaks = [done.get(timeout=LONGEST) for _ in children]
    passed = time.perf_counter() - began
    for child in children:
        child.join()
    return passed, peaks


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bare(ready: Barrier, done: Queue[float], port: int, mails: Mails) -> None:
    """The floor: the library's own call in a loop."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        ready.wait(LONGEST)
        for recipient, content in mails:
            line.sendmail(SENDER, [recipient], content)
        done.put(_peak())


def _worker(ready: Barrier, done: Queue[float], url: str, port: int) -> None:
    """Ours: what the delivery job does, again and again until nothing waits."""
    settings = Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_sender=SENDER)
    engine = make_engine(url)
    with unit_of_work(engine) as session:
        # Connected before the clock starts: only deliveries are timed.
        session.execute(text("SELECT 1"))
    ready.wait(LONGEST)
    with Post(settings) as post:
        while deliver_on(engine, [Mailing(post, ADDRESS)], settings).mails:
            pass
        done.put(_peak())
    engine.dispose()


@contextmanager
def _mail_server() -> Iterator[int]:
    """A mail server in a process of its own; its port on loopback."""
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    server = context.Process(target=_serve, args=(told,), daemon=True)
    server.start()
    try:
        yield told.get(timeout=LONGEST)
    finally:
        server.terminate()
        server.join()


def _serve(told: Queue[int]) -> None:
    """Takes mails until the process is ended."""
    # Only here: the workers whose peak memory is measured must do without it.
    import asyncio

    from aiosmtpd.smtp import SMTP

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Sink(), hostname="bench"), "127.0.0.1", 0)
        told.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def _ready_made(engine: Engine) -> Mails:
    """The very mails that the workers will send."""
    told = select(PARTY.c.email, PLAN.c.number).select_from(NOTICE)
    query = told.join(PARTY, PARTY.c.id == NOTICE.c.recipient_id)
    with unit_of_work(engine) as session:
        rows = session.execute(query.join(PLAN, PLAN.c.id == NOTICE.c.plan_id)).all()
    return [
        (
            email,
            write_mail(
                SENDER,
                email,
                new_id(),
                [DigestLine(MeasureStep.DONE, number)],
                "nb",
                ADDRESS,
                utc_now(),
            ),
        )
        for email, number in rows
    ]


def _forget(engine: Engine) -> None:
    """Takes a round's work back, so that every round finds the same."""
    with unit_of_work(engine) as session:
        conn = session.connection()
        conn.execute(delete(MESSAGE))
        waiting = {"state": "waiting", "attempts": 0, "claimed_by": "", "claimed_at": None}
        conn.execute(update(DELIVERY).values(message_id=None, ended_at=None, **waiting))
    _settle(engine, "VACUUM ANALYZE delivery" if engine.dialect.name == "postgresql" else "ANALYZE")


def _settle(engine: Engine, words: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text(words))


def _check(engine: Engine, size: int) -> None:
    """Every notice went out, each in a mail of its own."""
    with unit_of_work(engine) as session:
        sent = session.execute(
            select(func.count(), func.count(DELIVERY.c.message_id.distinct())).where(
                DELIVERY.c.state == "sent"
            )
        ).one()
    assert tuple(sent) == (size, size), sent


@contextmanager
def _filled(size: int, url: str) -> Iterator[Engine]:
    """A migrated database with that many waiting mails; a file that goes away without a URL."""
    with tempfile.TemporaryDirectory(prefix="plbench-") as folder:
        where = url or f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        upgrade(where)
        engine = make_engine(where)
        try:
            with unit_of_work(engine) as session:
                fill(session.connection(), size)
            _settle(engine, "ANALYZE")
            yield engine
        finally:
            engine.dispose()


def fill(conn: Connection, size: int, municipality: str = "9999") -> None:
    """One municipality; each plan has a coordinator of its own whom its person lets share."""
    header = {"number": municipality, "name": "B", "created_at": LONG_AGO}
    conn.execute(insert(MUNICIPALITY), header)
    unit = new_id()
    conn.execute(insert(UNIT), {"id": unit, "name": "B", "kind": "service"})
    for first in range(0, size, AT_A_TIME):
        rows = [_rows(number, unit) for number in range(first, min(size, first + AT_A_TIME))]
        for number, table in enumerate((PARTY, PLAN, TENURE, Consent.__table__, NOTICE, DELIVERY)):
            conn.execute(insert(table), [row[number] for row in rows])  # type: ignore[arg-type]


def _rows(number: int, unit: str) -> tuple[dict[str, Any], ...]:
    """A coordinator, a plan, who coordinates it, whom it is shared with, a notice and its mail."""
    party, plan, notice = new_id(), new_id(), new_id()
    due = utc_now() - timedelta(minutes=1)
    return (
        {
            "id": party,
            "name": "B",
            "sort_key": "b",
            "email": f"b{number}@example.invalid",
            "created_at": LONG_AGO,
        },
        {
            "id": plan,
            "number": f"9999-{number}",
            "state": "active",
            "subject_kind": "person",
            "unit_id": unit,
            "service_unit_id": unit,
            "responsible_unit_id": unit,
            "reported_at": LONG_AGO,
            "last_activity_at": LONG_AGO,
            "created_at": LONG_AGO,
        },
        {
            "id": new_id(),
            "plan_id": plan,
            "role": "coordinator",
            "party_id": party,
            "from_at": LONG_AGO,
        },
        {"id": new_id(), "plan_id": plan, "receiver_id": party, "from_at": LONG_AGO},
        {
            "id": notice,
            "plan_id": plan,
            "recipient_id": party,
            "cause": f"e:{notice}",
            "code": MeasureStep.DONE,
            "role": "coordinator",
            "params": "",
            "created_at": due,
        },
        {
            "id": new_id(),
            "notice_id": notice,
            "recipient_id": party,
            "channel": "email",
            "state": "waiting",
            "reason": "",
            "next_try_at": due,
            "claimed_by": "",
        },
    )
