"""The worker: takes jobs from the queue, and sweeps by itself when it starts and when nothing comes."""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta
from typing import Any

from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from jobs import tasks  # imported before any fork: 26 ms a job instead of 488
from jobs.queue import connect, open_queue
from workflow.rules.clock import utc_now
from workflow.settings import Settings, load_settings

WORKER_TTL = 30
MAINTENANCE = 15
MONITORING = 5
LOST_BROKER_SECONDS = 2.0
log = logging.getLogger(__name__)


class PlanlopWorker(Worker):
    """RQ's worker with short times, so that a killed one is noticed soon; design §14.

    Emptying or losing the broker stops nothing: between jobs, and while the broker does not
    answer, it looks whether anybody swept and does it itself if nobody did.
    """

    max_connection_wait_time = 5.0
    settings: Settings
    looked_at: float | None = None

    @property
    def dequeue_timeout(self) -> int:
        """Seconds to wait for a job before looking around; never longer than a tick."""
        waited: int = super().dequeue_timeout
        return max(1, min(waited, int(self.settings.sweep_seconds)))

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """RQ's sign of life; the bare one, sent between jobs, is where the worker looks around."""
        if timeout is None and pipeline is None and not self.is_horse:
            self.look_around()
        super().heartbeat(timeout, pipeline)

    def look_around(self) -> None:
        """Sweeps at the start, later only when no sweep has run for two ticks."""
        tick = self.settings.sweep_seconds
        first = self.looked_at is None
        if self.looked_at is not None and time.monotonic() - self.looked_at < tick:
            return
        self.looked_at = time.monotonic()
        try:
            tasks.look_after(None if first else utc_now() - timedelta(seconds=2 * tick))
        except SQLAlchemyError as problem:
            log.error("the worker could not sweep: %s", type(problem).__name__)


def make_worker(settings: Settings) -> PlanlopWorker:
    """A worker on the one queue. Raises RedisError when the broker does not answer."""
    broker = connect(settings.redis_url)
    worker = PlanlopWorker(
        [open_queue(broker)],
        connection=broker,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE,
        job_monitoring_interval=MONITORING,
        serializer=JSONSerializer,
        log_job_description=False,
    )
    worker.settings = settings
    return worker


def work() -> None:
    """Works until asked to stop; while the broker is away it sweeps alone and tries again."""
    settings = load_settings()
    alone_since: float | None = None
    while True:
        try:
            worker = make_worker(settings)
            worker.work(logging_level="WARNING")
            if worker._stop_requested or worker._shutdown_requested_date:
                return
        except (RedisError, OSError) as problem:
            log.warning("no broker: %s", type(problem).__name__)
        alone_since = sweep_alone(settings, alone_since)
        time.sleep(LOST_BROKER_SECONDS)


def sweep_alone(settings: Settings, before: float | None) -> float:
    """Without a broker: one look at each tick; returns when the last one was."""
    now = time.monotonic()
    if before is not None and now - before < settings.sweep_seconds:
        return before
    try:
        tasks.look_after(None)
    except SQLAlchemyError as problem:
        log.error("the worker %s could not sweep: %s", os.getpid(), type(problem).__name__)
    return now
