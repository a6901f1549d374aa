"""The worker: takes jobs from the queue, and sweeps by itself when it starts and when nothing comes."""

from __future__ import annotations

import logging
import signal
import threading
import time
from datetime import datetime, timedelta
from typing import Any

from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import RoundRobinWorker
from rq.worker.base import WorkerStatus

from jobs import tasks  # imported before any fork: 26 ms a job instead of 488
from jobs.alive import SignOfLife
from jobs.known_jobs import KnownJob, reason_against, refuse_job
from jobs.municipalities import list_codes
from jobs.queue import code_of, connect_broker, open_queue
from workflow.rules.calendar.clock import utc_now
from workflow.settings import Settings, SettingsRefused, load_settings

# RQ's own times find a killed worker and take up its job after 13 minutes, these after one.
WORKER_TTL = 30
MAINTENANCE = 15
MONITORING = 5
LOST_BROKER_SECONDS = 2.0
log = logging.getLogger(__name__)


class PlanlopWorker(RoundRobinWorker):
    """RQ's worker with short times, so that a killed one is noticed soon.

    It takes a job of each municipality's queue in turn, so that a large one cannot starve a small.

    Emptying or losing the broker stops nothing: between jobs, and while the broker does not
    answer, it looks whether anybody swept and does it itself if nobody did.
    """

    # RQ's wait grows to a minute while the broker is away; nobody would look around meanwhile.
    max_connection_wait_time = 5.0
    tick = 15.0
    looked_at: float | None = None
    sign: SignOfLife | None = None

    @property
    def dequeue_timeout(self) -> int:
        """Seconds to wait for a job before looking around; never longer than a tick."""
        waited: int = super().dequeue_timeout
        return max(1, min(waited, int(self.tick)))

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """RQ's sign of life; the bare one, sent between jobs, is where the worker looks around."""
        if timeout is None and pipeline is None and not self.is_horse:
            self.look_around()
        super().heartbeat(timeout, pipeline)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Runs a job of the closed list in a child; anything else is refused, reported and not run."""
        reason = reason_against(job, code_of(queue))
        if reason:
            refuse_job(self.connection, job, queue, reason)
        else:
            super().execute_job(job, queue)

    def look_around(self) -> None:
        """Sweeps at the start, later only when no sweep has run for two ticks."""
        first = self.looked_at is None
        if self.looked_at is not None and time.monotonic() - self.looked_at < self.tick:
            return
        self.looked_at = time.monotonic()
        # RQ ends an idle worker in the middle of what it does, a busy one when its work is done.
        before, self._state = self._state, WorkerStatus.BUSY
        try:
            if self.sign is not None:  # before it sweeps: the outage that it ends is told of
                self.sign.show(load_settings(), utc_now())
            tasks.look_after(None if first else utc_now() - timedelta(seconds=2 * self.tick))
        except (tasks.NotAllDone, SettingsRefused) as problem:
            log.error("the worker could not sweep: %s", problem)
        finally:
            self._state = before
        if self._stop_requested:  # asked meanwhile: a mail under way was not cut off
            raise StopRequested

    @property
    def shutdown_requested_at(self) -> datetime | None:
        """When somebody asked this worker to stop, or None."""
        return self._shutdown_requested_date


def make_worker(settings: Settings, sign: SignOfLife | None = None) -> PlanlopWorker:
    """A worker on every municipality's queue. Raises RedisError when the broker does not answer."""
    broker = connect_broker(settings.redis_url)
    worker = PlanlopWorker(
        [open_queue(broker, code, KnownJob) for code in list_codes(settings)],
        connection=broker,
        job_class=KnownJob,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE,
        job_monitoring_interval=MONITORING,
        serializer=JSONSerializer,
        log_job_description=False,
    )
    worker.tick = settings.sweep_seconds
    worker.sign = sign
    return worker


def work_until_stopped() -> None:
    """Works until asked to stop; while the broker is away it sweeps alone and tries again."""
    settings, sign = load_settings(), SignOfLife("worker")
    stop = threading.Event()
    looked_at = float("-inf")
    while not stop.is_set():
        stop_by(stop)  # RQ's worker puts its own handlers in their place
        if work_with_broker(settings, sign):
            break
        if time.monotonic() - looked_at >= settings.sweep_seconds:
            looked_at = time.monotonic()
            sign.show(settings, utc_now())
            sweep_alone()
        stop.wait(min(LOST_BROKER_SECONDS, settings.sweep_seconds))
    sign.end(settings)


def stop_by(stop: threading.Event) -> None:
    """Lets a request to end set `stop`, so that no mail is cut off in the middle."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())


def work_with_broker(settings: Settings, sign: SignOfLife | None = None) -> bool:
    """Takes jobs until asked to stop, then True; False when the broker went away.

    Both at once is a stop: when the parent dies, the broker goes with the request to end.
    """
    worker = None
    try:
        worker = make_worker(settings, sign)
        worker.work(logging_level="WARNING")
    except (RedisError, OSError) as problem:
        log.warning("no broker: %s", type(problem).__name__)
    return worker is not None and worker.shutdown_requested_at is not None


def sweep_alone() -> None:
    """One look without a broker; a database that is away is tried again at the next one."""
    try:
        tasks.look_after(None)
    except (tasks.NotAllDone, SettingsRefused) as problem:
        log.error("the worker could not sweep: %s", problem)
