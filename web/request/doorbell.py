"""Rings the workers after a commit; the only module of web that knows the queue. The tables are the truth."""

from __future__ import annotations

import logging
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from web.request.municipality import require_municipality
from web.request.template_globals import current_settings

log = logging.getLogger(__name__)
# By dotted name: web imports nothing of jobs.
SWEEP = "jobs.tasks.sweep_job"
DELIVER = "jobs.tasks.deliver_job"
CROSS = "jobs.tasks.cross_job"
PATIENCE = 0.5  # seconds: the reader waits for her page, and a lost ring costs one tick only


def ring_workers(task: str = DELIVER) -> bool:
    """Asks for a job by its dotted name; a lost ring costs at most one tick and never the request.

    Call it after the unit has committed. Returns whether the ring was heard.
    """
    try:
        with Redis.from_url(
            current_settings().redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ) as broker:
            queue = Queue(queue_name(), connection=broker, serializer=JSONSerializer)
            # No result is kept: the tables are the truth, and nobody reads it here.
            queue.enqueue(task, *args(), job_id=job_id(), result_ttl=0, failure_ttl=3600)
    except (RedisError, OSError) as unheard:
        log.warning("doorbell not heard: %s", type(unheard).__name__)
        return False
    return True


def queue_name() -> str:
    """The municipality's own queue: the workers take them in turn."""
    code = require_municipality().code
    return f"planlop-{code}" if code else "planlop"


def job_id() -> str:
    """A key in the broker that bears the municipality's code."""
    code = require_municipality().code
    return f"{code}-{uuid4()}" if code else str(uuid4())


def args() -> tuple[str, ...]:
    """What travels: the code, where there are several."""
    code = require_municipality().code
    return (code,) if code else ()


def count_waiting() -> int | None:
    """How many jobs wait for a worker; None while the broker does not answer."""
    try:
        with Redis.from_url(
            current_settings().redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ) as broker:
            return len(Queue(queue_name(), connection=broker, serializer=JSONSerializer))
    except (RedisError, OSError) as unheard:
        log.warning("the queue was not heard: %s", type(unheard).__name__)
        return None
