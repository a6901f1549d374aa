"""Tests of the sign of life: who works is known, who ended well is gone, who was killed is missed and forgotten."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from jobs.alive import SignOfLife
from jobs.tasks import SILENT_TOO_LONG, janitor_job, look_after
from tests.jobs.yard import Yard, kill_hard, until
from workflow.acts.operations.status import read_state
from workflow.processes import stop_child
from workflow.record.database.engine import unit_of_work
from workflow.record.operations import heartbeats
from workflow.rules.calendar.clock import utc_now
from workflow.settings import load_settings


def signs(place: Yard) -> set[str]:
    with unit_of_work(place.world.engine) as session:
        beats = heartbeats.beats(session)
    return {name for name in beats if name.startswith(("worker:", "scheduler:"))}


def name_of(kind: str, pid: int) -> str:
    return f"{kind}:{socket.gethostname()[:40]}-{pid}"


def test_who_ends_takes_the_sign_along_and_who_is_killed_leaves_it(place: Yard) -> None:
    worker, scheduler = place.start("worker"), place.start("scheduler")
    both = {name_of("worker", worker.pid), name_of("scheduler", scheduler.pid)}
    until(lambda: signs(place) == both)
    stop_child(scheduler)
    kill_hard(worker)
    assert signs(place) == {name_of("worker", worker.pid)}


def test_who_has_been_silent_is_missed_and_then_forgotten(here: Yard) -> None:
    settings, now = load_settings(), utc_now()
    assert SignOfLife("worker").show(settings, now - timedelta(minutes=4))
    janitor_job()
    with unit_of_work(here.world.engine) as session:
        (worker,) = read_state(session, now).workers
    assert worker.silent
    assert SignOfLife("worker").show(settings, now - SILENT_TOO_LONG - timedelta(minutes=1))
    janitor_job()
    assert signs(here) == set()


def test_the_sign_is_renewed_once_a_minute(here: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    sign, settings = SignOfLife("scheduler"), load_settings()
    assert sign.show(settings, utc_now())
    assert not sign.show(settings, utc_now())
    monkeypatch.setattr("jobs.alive.EVERY_SECONDS", 0.0)
    assert sign.show(settings, utc_now())


def test_a_database_that_is_away_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANLOP_DATABASE_URL", "sqlite:////nonexistent/x.sqlite")
    assert not SignOfLife("worker").show(load_settings(), utc_now())


def test_a_worker_without_a_broker_seals_the_looks_too(here: Yard) -> None:
    assert look_after(None)
    with unit_of_work(here.world.engine) as session:
        sealed = heartbeats.last(session, "seal_access")
    assert sealed is not None and look_after(None)
    with unit_of_work(here.world.engine) as session:
        assert heartbeats.last(session, "seal_access") == sealed  # once an hour is enough
