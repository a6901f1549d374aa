"""The queue of the workers: its name, its jobs and how they are asked for; only names and ids travel."""

from __future__ import annotations

import logging
from math import ceil

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

NAME = "planlop"
SWEEP = "jobs.tasks.sweep_job"
DELIVER = "jobs.tasks.deliver_job"
JANITOR = "jobs.tasks.janitor_job"
SEAL = "jobs.tasks.seal_access_job"
REVIEW_LOG = "jobs.tasks.review_log_job"

LONGEST_JOB = 120
PATIENCE = 5.0
log = logging.getLogger(__name__)


def connect(url: str) -> Redis:
    """A client of the Redis-protocol server at an address."""
    return Redis.from_url(url, socket_connect_timeout=PATIENCE)


def open_queue(broker: Redis) -> Queue:
    """The one queue; JSON only, never pickle."""
    return Queue(NAME, connection=broker, serializer=JSONSerializer, default_timeout=LONGEST_JOB)


def ask(queue: Queue, task: str) -> None:
    """Asks for a job at once. Raises RedisError when the broker does not hear."""
    queue.enqueue(task, result_ttl=0, failure_ttl=3600)


def ask_once(queue: Queue, task: str, slot: str, seconds: float) -> bool:
    """Asks for a job under the name of its slot; whether nobody else had asked for it.

    However many schedulers live, the slot's name lets one in: the job's key stays for twice
    the slot. Raises RedisError when the broker does not hear.
    """
    keep = ceil(seconds) * 2
    try:
        queue.enqueue(
            task, job_id=slot, unique=True, ttl=keep, result_ttl=keep, failure_ttl=keep
        )  # fmt: skip
    except DuplicateJobError:
        return False
    return True


def ring(url: str, task: str) -> bool:
    """Asks for a job if the broker hears; a lost ring costs at most one tick."""
    try:
        with connect(url) as broker:
            ask(open_queue(broker), task)
    except (RedisError, OSError) as unheard:
        log.warning("doorbell not heard: %s", type(unheard).__name__)
        return False
    return True
