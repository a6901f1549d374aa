"""The closed list of what a worker runs: our own functions, with the municipality's code and nothing else.

Whoever can write to the broker could else name any function of this machine, and a callback or a call
to some address along with it. So nothing of a job is looked up by its name: it is on the list or is not run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

from redis import Redis
from redis.exceptions import ResponseError
from rq import Queue
from rq.exceptions import DeserializationError, NoSuchJobError
from rq.job import Job
from sqlalchemy.exc import SQLAlchemyError

from jobs import tasks
from jobs.municipalities import settings_of
from jobs.queue import (
    CROSS,
    DELIVER,
    JANITOR,
    LONGEST_JOB,
    NOTE_HEAD,
    REVIEW_LOG,
    SEAL,
    SWEEP,
    code_of,
)
from workflow import security_log
from workflow.acts.operations import refused_jobs
from workflow.record.database.engine import unit_of_work
from workflow.rules.calendar.clock import utc_now

KNOWN: Mapping[str, Callable[..., Any]] = {
    SWEEP: tasks.sweep_job,
    DELIVER: tasks.deliver_job,
    JANITOR: tasks.janitor_job,
    SEAL: tasks.seal_access_job,
    REVIEW_LOG: tasks.review_log_job,
    NOTE_HEAD: tasks.note_head_job,
    CROSS: tasks.cross_job,
}
# What RQ would do beside the job itself; none of ours asks for it.
BESIDE = (
    b"success_callback_name",
    b"failure_callback_name",
    b"stopped_callback_name",
    b"webhooks",
    b"dependency_ids",
    b"dependency_id",
    b"group_id",
    b"retries_left",
    b"repeats_left",
    b"rate_limit_key",
)
NOTHING = (b"", b"[]", b"0")
log = logging.getLogger(__name__)


class JobRefused(Exception):
    """A job of the queue is none of ours; the message is the reason's code."""


class KnownJob(Job):
    """A job as the broker holds it, of which nothing is believed: it can only be one of the list."""

    trouble = ""  # the code of what is wrong with how it was written

    # The three that RQ would look up by their names; properties, as they are in RQ.
    success_callback = property(lambda self: None)
    failure_callback = property(lambda self: None)
    stopped_callback = property(lambda self: None)

    @classmethod
    def fetch(cls, id: str, *args: Any, **rest: Any) -> KnownJob:
        """The job of a key. Raises NoSuchJobError, also for what can be no key, which would end the worker."""
        try:
            job = super().fetch(id, *args, **rest)
        except (ValueError, ResponseError) as problem:
            security_log.note("job_refused", reason="key")
            raise NoSuchJobError("no job has such a key") from problem
        return cast(KnownJob, job)

    def restore(self, raw_data: Any) -> None:
        """Reads a job; one that RQ cannot read is marked, since its error would end the worker."""
        held = {bytes(name): value for name, value in raw_data.items()}
        beside = [name for name in BESIDE if held.pop(name, b"") not in NOTHING]
        try:
            super().restore(held)
        except Exception:  # noqa: BLE001 - a stranger wrote it: any error is possible
            self.trouble = "unreadable"
            return
        self.timeout = LONGEST_JOB
        if beside:
            self.trouble = "beside"

    @property
    def func(self) -> Callable[..., Any]:
        """The function of the list. Raises JobRefused, and imports nothing."""
        function = KNOWN.get(self.func_name or "")
        if function is None:
            raise JobRefused("function")
        return function


def reason_against(job: Job, code: str) -> str:
    """Why a job of the municipality's queue is not run, as a code; empty for one of ours."""
    if not isinstance(job, KnownJob):
        return "unreadable"
    if job.trouble:
        return job.trouble
    try:
        name, args, kwargs = job.func_name, job.args, job.kwargs
    except (DeserializationError, ValueError):
        return "unreadable"
    if not isinstance(name, str) or name not in KNOWN or job.instance is not None:
        return "function"
    ours = [code] if code else []
    return "" if args == ours and kwargs == {} else "arguments"


def refuse_job(broker: Redis, job: Job, queue: Queue, reason: str) -> None:
    """Takes a job away that is none of ours, and reports it: in the log, and on the operations page.

    Nothing of what stood in it is repeated. Raises RedisError.
    """
    broker.delete(job.key)
    broker.lrem(queue.intermediate_queue_key, 0, job.id)
    code = code_of(queue)
    security_log.note("job_refused", reason=reason, municipality=code or None)
    try:
        with (
            tasks.open_engine(settings_of(code), code) as engine,
            unit_of_work(engine) as session,
        ):
            refused_jobs.count_one(session.connection(), utc_now())
    except SQLAlchemyError as problem:
        log.error("a refused job could not be counted: %s", type(problem).__name__)
