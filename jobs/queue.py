"""The workers' queues, one a municipality: names, jobs and how they are asked for; only names and ids travel."""

from __future__ import annotations

import logging
from math import ceil
from typing import Any
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer

NAME = "planlop"
# Dotted names and JSON: a pickled job would run whatever code somebody put in the broker. Which names
# a worker runs stands in jobs.known_jobs.
SWEEP = "jobs.tasks.sweep_job"
DELIVER = "jobs.tasks.deliver_job"
JANITOR = "jobs.tasks.janitor_job"
SEAL = "jobs.tasks.seal_access_job"
REVIEW_LOG = "jobs.tasks.review_log_job"
NOTE_HEAD = "jobs.tasks.note_head_job"
CROSS = "jobs.tasks.cross_job"

LONGEST_JOB = 120
PATIENCE = 5.0
log = logging.getLogger(__name__)


def connect_broker(url: str) -> Redis:
    """A client of the Redis-protocol server at an address."""
    return Redis.from_url(url, socket_connect_timeout=PATIENCE)


def name_of(code: str) -> str:
    """The queue of the municipality with that code; where it is alone it has none."""
    return f"{NAME}-{code}" if code else NAME


def code_of(queue: Queue) -> str:
    """Whose queue it is."""
    name: str = queue.name
    return name.removeprefix(NAME).removeprefix("-")


def open_queue(broker: Redis, code: str = "", job_class: type[Job] = Job) -> Queue:
    """A municipality's queue; JSON only, never pickle. Who takes jobs from it names its own class."""
    return Queue(
        name_of(code),
        connection=broker,
        serializer=JSONSerializer,
        default_timeout=LONGEST_JOB,
        job_class=job_class,
    )


def _own(queue: Queue, job_id: str) -> dict[str, Any]:
    """What a job of the queue's municipality is told, under a key in the broker that bears its code."""
    code = code_of(queue)
    if not code:
        return {"args": (), "job_id": job_id}
    return {"args": (code,), "job_id": f"{code}-{job_id}"}


def ask(queue: Queue, task: str) -> None:
    """Asks for a job at once. Raises RedisError when the broker does not hear."""
    # No result is kept: what a job did stands in the tables.
    queue.enqueue(task, **_own(queue, str(uuid4())), result_ttl=0, failure_ttl=3600)


def ask_once(queue: Queue, task: str, slot: str, seconds: float) -> bool:
    """Asks for a job under the name of its slot; whether nobody else had asked for it.

    However many schedulers live, the slot's name lets one in: the job's key stays for twice
    the slot. Raises RedisError when the broker does not hear.
    """
    # RQ's `unique` holds only as long as the job or its result does: without both times a scheduler
    # that comes late in the slot would have it done again.
    keep = ceil(seconds) * 2
    try:
        queue.enqueue(
            task, **_own(queue, slot), unique=True, ttl=keep, result_ttl=keep, failure_ttl=keep
        )
    except DuplicateJobError:
        return False
    return True


def ring_workers(url: str, task: str, code: str = "") -> bool:
    """Asks for a municipality's job if the broker hears; a lost ring costs at most one tick."""
    try:
        with connect_broker(url) as broker:
            ask(open_queue(broker, code), task)
    except (RedisError, OSError) as unheard:
        log.warning("doorbell not heard: %s", type(unheard).__name__)
        return False
    return True
