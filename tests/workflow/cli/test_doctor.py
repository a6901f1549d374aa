"""Tests of `planlop doctor` and `planlop send-again`: what is wrong is said, and the exit code tells."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Backend, Database, copied
from tests.workflow.commands import Line, line_on
from tests.workflow.deadline_world import World
from workflow.acts.deadlines.sweep import sweep
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Delivery, StaffRole
from workflow.record.operations import heartbeats
from workflow.rules.calendar.clock import utc_now
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def place(backend: Backend) -> Iterator[Database]:
    with copied(backend) as database:
        yield database


@pytest.fixture
def world(place: Database) -> World:
    return World(place.engine).build()


@pytest.fixture
def line(
    place: Database, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Line]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("PLANLOP_SMTP_PORT", str(listening.getsockname()[1]))
        monkeypatch.setattr("workflow.cli.operations.doctor.entry_points", lambda group: [])
        yield line_on(place.url, str(tmp_path), monkeypatch)


def running(world: World, minutes: int = 0) -> None:
    then = utc_now() - timedelta(minutes=minutes)
    sweep(world.engine, then)
    with unit_of_work(world.engine) as session:
        for name in ("delivery", "janitor", "seal_access", "worker:a-1", "scheduler:a-2"):
            heartbeats.beat(session.connection(), name, then, {})


def wrong(line: Line, code: int = 1) -> set[str]:
    return {one["check"] for one in line.json("doctor", code=code)["checks"] if not one["ok"]}


def test_before_the_first_start_nothing_is_wrong(line: Line) -> None:
    assert wrong(line, 0) == set()


def test_all_is_well(line: Line, world: World) -> None:
    running(world)
    assert wrong(line, 0) == set()
    assert "a-1 heard" in line.run("doctor").output


def test_an_outage_is_told_part_by_part(line: Line, world: World) -> None:
    running(world, minutes=10)
    assert wrong(line) == {"sweep", "delivery", "janitor", "workers", "schedulers"}


def test_a_mail_server_that_is_away_is_wrong(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANLOP_SMTP_PORT", "1")
    assert wrong(line) == {"mail server"}


def test_a_file_of_leaked_passwords_must_be_there_and_be_one(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "leaked.txt"
    monkeypatch.setenv("PLANLOP_BREACHED_PASSWORDS", str(path))
    assert wrong(line) == {"leaked passwords"}
    path.write_text("not a hash\n")
    assert wrong(line) == {"leaked passwords"}
    path.write_text(f"{'0' * 40}:3\n")
    assert wrong(line, 0) == set()


def test_what_did_not_arrive_is_wrong_until_it_is_sent_again(line: Line, world: World) -> None:
    from workflow.acts.notices import inbox
    from workflow.record.models import new_id
    from workflow.rules.tables import TRANSITIONS

    running(world)
    plan = world.plan()
    with unit_of_work(world.engine) as session:
        inbox.notify(
            session.connection(),
            TRANSITIONS[PlanStep.OFFER_TRANSFER],
            new_id(),
            [(world.party["kea"], "receiver")],
            plan,
            plan,
            utc_now(),
        )
        session.execute(update(Delivery).values(state="unknown", reason="worker_died"))
        key = session.execute(select(Delivery.id)).scalar_one()
    assert wrong(line) == {"unknown messages"}
    assert line.json("send-again", key)["state"] == "waiting"
    assert wrong(line, 0) == set()
    assert line.json("send-again", key, code=1)["error"] == "not_stuck"
    assert line.json("send-again", "x", code=1)["error"] == "not_there"
    with unit_of_work(world.engine) as session:
        (traced,) = session.execute(select(Access.ground).where(Access.act == "send_again"))
    assert traced.ground == "operator"


def test_a_municipality_without_an_administrator_is_wrong(line: Line, world: World) -> None:
    with unit_of_work(world.engine) as session:
        administers = StaffRole.role == "administrator"
        session.execute(update(StaffRole).where(administers).values(until_at=utc_now()))
    assert wrong(line) == {"people"}
