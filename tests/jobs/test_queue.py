"""Tests of the queue and the schedule: one effect of many schedulers, only names travel."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from rq.job import Job

from jobs.queue import DELIVER, NAME, connect_broker, open_queue, ring_workers
from jobs.scheduler import Scheduler
from jobs.tasks import (
    deliver_job,
    janitor_job,
    look_after,
    note_head_job,
    review_log_job,
    seal_access_job,
    sweep_job,
)
from tests.jobs.yard import Yard
from workflow.rules.calendar.clock import utc_now
from workflow.settings import load_settings

NOW = datetime(2026, 3, 9, 9, 0, 0, 100, tzinfo=UTC)


def test_two_schedulers_have_one_effect(here: Yard) -> None:
    settings = load_settings()
    with connect_broker(settings.redis_url) as broker:
        queue = open_queue(broker)
        one, other = Scheduler(settings), Scheduler(settings)
        assert [s.tick(queue, NOW) for s in (one, other, one)] == [6, 0, 0]
        assert len(queue) == 6
        later = NOW + timedelta(seconds=settings.sweep_seconds)
        assert other.tick(queue, later) + one.tick(queue, later) == 2


def test_only_names_and_json_travel(here: Yard) -> None:
    settings = load_settings()
    assert ring_workers(settings.redis_url, DELIVER)
    with connect_broker(settings.redis_url) as broker:
        queue = open_queue(broker)
        job = queue.jobs[0]
        assert isinstance(job, Job)
        assert json.loads(job.data) == [DELIVER, None, [], {}]
        assert queue.name == NAME


def test_a_ring_that_is_not_heard_harms_nothing() -> None:
    assert not ring_workers("unix:///nonexistent/broker.sock", DELIVER)


def test_every_job_runs_twice_without_harm(here: Yard) -> None:
    everybody = here.tell_many(2)
    jobs = (sweep_job, deliver_job, janitor_job, seal_access_job, note_head_job, review_log_job)
    for job in jobs * 2:
        assert json.dumps(job())
    assert sorted(here.inbox.to()) == sorted(everybody)


def test_a_worker_looks_after_itself_only_when_nobody_swept(here: Yard) -> None:
    assert look_after(None)
    assert not look_after(utc_now() - timedelta(seconds=60))
    assert look_after(utc_now() + timedelta(seconds=60))
