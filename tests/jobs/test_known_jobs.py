"""Tests that a worker runs its own functions and nothing else, whatever stands in the queue."""

from __future__ import annotations

import inspect
import json
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from rq import Callback, Queue
from rq.serializers import JSONSerializer

from jobs import tasks
from jobs.known_jobs import KNOWN, KnownJob
from jobs.queue import SWEEP, connect_broker, open_queue
from jobs.worker import PlanlopWorker, make_worker
from tests.jobs.yard import Yard
from workflow.acts.operations.status import read_state
from workflow.record.database.engine import unit_of_work
from workflow.rules.calendar.clock import utc_now
from workflow.settings import load_settings

Writer = Callable[[Queue, Path], object]


def raw(queue: Queue, job_id: str, **fields: Any) -> None:
    """A job written by hand, as whoever reaches the broker can."""
    made: Any = {"data": zlib.compress(json.dumps([SWEEP, None, [], {}]).encode()), **fields}
    queue.connection.hset(f"rq:job:{job_id}", mapping=made)
    queue.connection.rpush(queue.key, job_id)


def bare(queue: Queue) -> None:
    queue.connection.hset("rq:job:x", "a", "b")
    queue.connection.rpush(queue.key, "x")


def written(name: str, *args: Any) -> dict[str, bytes]:
    return {"data": json.dumps([name, None, list(args), {}]).encode()}


# What somebody may put there: each would make a file, call an address, or end the worker.
STRANGE: dict[str, tuple[str, Writer]] = {
    "a shell": ("function", lambda q, f: q.enqueue("os.system", f"touch {f}")),
    "another function of ours": (
        "function",
        lambda q, f: raw(q, "x", **written("jobs.tasks.beat")),
    ),
    "a dotted path round the list": (
        "function",
        lambda q, f: raw(q, "x", **written("jobs.tasks.sweep_job.__globals__")),
    ),
    "an argument": ("arguments", lambda q, f: q.enqueue(SWEEP, str(f))),
    "another municipality": ("arguments", lambda q, f: q.enqueue(SWEEP, "9999")),
    "a named argument": ("arguments", lambda q, f: q.enqueue(SWEEP, code="9999")),
    "a callback": (
        "beside",
        lambda q, f: q.enqueue(SWEEP, on_success=Callback("pathlib.Path.touch")),
    ),
    "a callback of failure": (
        "beside",
        lambda q, f: q.enqueue(SWEEP, on_failure=Callback("pathlib.Path.touch")),
    ),
    "a call to an address": (
        "beside",
        lambda q, f: raw(q, "x", webhooks=b'[{"url": "http://127.0.0.1:1/"}]'),
    ),
    "a repetition": (
        "beside",
        lambda q, f: raw(q, "x", repeats_left=b"9", repeat_intervals=b"[0]"),
    ),
    "no JSON": ("unreadable", lambda q, f: raw(q, "x", data=b"\x80\x04.")),
    "no state that there is": ("unreadable", lambda q, f: raw(q, "x", status=b"dancing")),
    "no job's fields": ("unreadable", lambda q, f: bare(q)),
}


@pytest.fixture
def queue(here: Yard) -> Queue:
    broker = connect_broker(load_settings().redis_url)
    return Queue("planlop", connection=broker, serializer=JSONSerializer)


def worker_here() -> PlanlopWorker:
    """The worker, which does not look around by itself: what is swept was asked for."""
    worker = make_worker(load_settings())
    worker.looked_at = time.monotonic() + 3600
    return worker


def refused(here: Yard) -> int:
    with unit_of_work(here.world.engine) as session:
        return read_state(session, utc_now()).refused_jobs


def swept(here: Yard) -> bool:
    with unit_of_work(here.world.engine) as session:
        return read_state(session, utc_now()).parts[0].last is not None


@pytest.mark.parametrize("what", STRANGE)
def test_what_is_none_of_ours_is_refused_reported_and_not_run(
    here: Yard, queue: Queue, tmp_path: Path, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    reason, write = STRANGE[what]
    write(queue, tmp_path / "touched")
    worker_here().work(burst=True, logging_level="ERROR")
    assert not (tmp_path / "touched").exists()
    assert not swept(here) and refused(here) == 1
    said = [one.__dict__["ids"] for one in caplog.records if one.message == "job_refused"]
    assert said == [{"reason": reason}]
    assert not list(queue.connection.scan_iter("rq:job:*")) and len(queue) == 0


def test_those_behind_it_are_run_all_the_same(here: Yard, queue: Queue, tmp_path: Path) -> None:
    for _, write in STRANGE.values():
        write(queue, tmp_path / "touched")
    queue.connection.set("rq:job:text", "no job at all")
    queue.connection.rpush(queue.key, "text", "", "a b", "ø:1", "../x")  # and keys that no job has
    queue.enqueue(SWEEP)
    worker_here().work(burst=True, logging_level="ERROR")
    assert swept(here)


def test_a_job_changed_after_it_was_asked_for_is_refused(here: Yard, queue: Queue) -> None:
    job = queue.enqueue(SWEEP)
    queue.connection.hset(job.key, mapping=cast(Any, written("os.system", "true")))
    worker_here().work(burst=True, logging_level="ERROR")
    assert not swept(here) and refused(here) == 1


def test_the_list_is_every_job_of_ours_by_its_own_name() -> None:
    ours = {
        f"{tasks.__name__}.{name}": function
        for name, function in inspect.getmembers(tasks, inspect.isfunction)
        if name.endswith("_job")
    }
    assert dict(KNOWN) == ours


def test_whatever_rq_asks_of_a_job_imports_nothing(here: Yard, queue: Queue) -> None:
    raw(queue, "x", **written("os.system"), origin="planlop", failure_callback_name=b"os.system")
    job = open_queue(queue.connection, "", KnownJob).fetch_job("x")
    assert isinstance(job, KnownJob) and job.failure_callback is None
    with pytest.raises(Exception, match="function"):
        job.perform()


def test_a_stranger_is_seen_for_a_week_and_counted(here: Yard, queue: Queue) -> None:
    for _ in range(3):
        queue.enqueue("os.system", "true")
    worker_here().work(burst=True, logging_level="ERROR")
    assert refused(here) == 3
