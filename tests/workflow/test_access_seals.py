"""Tests of the seals over access rows: closed hours only, chained, and a changed row is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World
from workflow.record.access_seals import broken, seal
from workflow.record.audit import verify
from workflow.record.database import unit_of_work
from workflow.record.models import Access, new_id

HOUR = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def look(world: World, at: datetime) -> None:
    world.add(Access(id=new_id(), act="read", ground="coordinator", at=at, **world.home))


def sealed(world: World, now: datetime) -> int:
    with unit_of_work(world.engine) as session:
        return seal(session.connection(), now)


def test_closed_hours_are_sealed_once_and_hold(world: World) -> None:
    for minutes in (5, 40, 70, 200):
        look(world, HOUR + timedelta(minutes=minutes))
    assert sealed(world, HOUR + timedelta(minutes=62)) == 0
    assert sealed(world, HOUR + timedelta(minutes=130)) == 2
    assert sealed(world, HOUR + timedelta(minutes=130)) == 0
    assert sealed(world, HOUR + timedelta(minutes=300)) == 1
    with unit_of_work(world.engine) as session:
        assert broken(session.connection()) == []


def test_a_row_slipped_in_beside_the_program_is_found(world: World) -> None:
    look(world, HOUR + timedelta(minutes=5))
    sealed(world, HOUR + timedelta(minutes=70))
    look(world, HOUR + timedelta(minutes=6))
    with unit_of_work(world.engine) as session:
        assert [found.hour for found in broken(session.connection())] == [HOUR]


def test_an_access_row_cannot_be_changed(world: World) -> None:
    look(world, HOUR)
    with pytest.raises(Exception, match="append-only"), unit_of_work(world.engine) as session:
        session.execute(text("UPDATE access SET ground = 'person'"))


def test_verify_finds_a_look_taken_out_of_a_sealed_hour(world: World) -> None:
    for minutes in (5, 40):
        look(world, HOUR + timedelta(minutes=minutes))
    sealed(world, HOUR + timedelta(minutes=130))
    seals = [fault for fault in verify(world.engine).broken if fault.what == "access_seal"]
    assert seals == []
    with unit_of_work(world.engine) as session:
        session.execute(text(untied(world)))
        session.execute(text("DELETE FROM access"))
    seals = [fault for fault in verify(world.engine).broken if fault.what == "access_seal"]
    assert [fault.about for fault in seals] == [HOUR.isoformat()]


def untied(world: World) -> str:
    """What lets a test take away what nobody may take away."""
    if world.engine.dialect.name == "sqlite":
        return "DROP TRIGGER access_no_delete"
    return "ALTER TABLE access DISABLE TRIGGER USER"
