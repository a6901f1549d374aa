"""Rings the workers after a commit; the only module of web that knows the queue. The tables are the truth."""

from __future__ import annotations

import logging

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from web.texts import settings

log = logging.getLogger(__name__)
QUEUE = "planlop"
SWEEP = "jobs.tasks.sweep_job"
DELIVER = "jobs.tasks.deliver_job"
PATIENCE = 0.5


def ring(task: str = DELIVER) -> bool:
    """Asks for a job by its dotted name; a lost ring costs at most one tick and never the request.

    Call it after the unit has committed. Returns whether the ring was heard.
    """
    try:
        with Redis.from_url(
            settings().redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ) as broker:
            queue = Queue(QUEUE, connection=broker, serializer=JSONSerializer)
            queue.enqueue(task, result_ttl=0, failure_ttl=3600)
    except (RedisError, OSError) as unheard:
        log.warning("doorbell not heard: %s", type(unheard).__name__)
        return False
    return True


def depth() -> int | None:
    """How many jobs wait for a worker; None while the broker does not answer."""
    try:
        with Redis.from_url(
            settings().redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ) as broker:
            return len(Queue(QUEUE, connection=broker, serializer=JSONSerializer))
    except (RedisError, OSError) as unheard:
        log.warning("the queue was not heard: %s", type(unheard).__name__)
        return None
