"""Tests of the seals over access rows: closed hours only, chained, and a changed row is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World
from workflow.record.database.engine import unit_of_work
from workflow.record.database.header import first_link
from workflow.record.history import access_seals
from workflow.record.history.access_seals import find_broken_seals, seal
from workflow.record.history.verify import verify
from workflow.record.models import Access, new_id

HOUR = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def look(world: World, at: datetime) -> None:
    world.add(Access(id=new_id(), act="read", ground="coordinator", at=at))


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
        assert find_broken_seals(session.connection()) == []


def test_a_row_slipped_in_beside_the_program_is_found(world: World) -> None:
    look(world, HOUR + timedelta(minutes=5))
    sealed(world, HOUR + timedelta(minutes=70))
    look(world, HOUR + timedelta(minutes=6))
    with unit_of_work(world.engine) as session:
        assert [gap.hour for gap in find_broken_seals(session.connection())] == [HOUR]


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


def untied(world: World, what: str = "DELETE") -> str:
    """What lets a test take away, or change, what nobody may."""
    if world.engine.dialect.name == "sqlite":
        return f"DROP TRIGGER access_no_{what.lower()}"
    return "ALTER TABLE access DISABLE TRIGGER USER"


def test_a_reason_is_sealed_and_looks_without_one_are_sealed_as_before(world: World) -> None:
    look(world, HOUR + timedelta(minutes=5))
    old = with_reason(world, "", HOUR + timedelta(minutes=6))
    sealed(world, HOUR + timedelta(minutes=70))
    # The digest of an hour without reasons, worked out as it was before there were any.
    with unit_of_work(world.engine) as session:
        rows = session.execute(text("SELECT hash FROM access_seal")).scalars().all()
        plain = access_seals.COLUMNS
        listed = access_seals._rows(session.connection(), HOUR, HOUR + timedelta(hours=1))
        digest = sha256(first_link(session).encode())
        for row in listed:
            content = [*(row[name] for name in plain), row["at"].isoformat()]
            digest.update(json.dumps(content, ensure_ascii=False).encode() + b"\n")
        assert rows == [digest.hexdigest()] and old
    with_reason(world, "life", HOUR + timedelta(minutes=65))
    sealed(world, HOUR + timedelta(minutes=130))
    assert not [one for one in verify(world.engine).broken if one.what == "access_seal"]
    with unit_of_work(world.engine) as session:
        session.execute(text(untied(world, "UPDATE")))
        session.execute(text("UPDATE access SET reason = 'child' WHERE reason = 'life'"))
    faults = [one for one in verify(world.engine).broken if one.what == "access_seal"]
    assert [one.about for one in faults] == [(HOUR + timedelta(hours=1)).isoformat()]


def with_reason(world: World, reason: str, at: datetime) -> str:
    key = new_id()
    world.add(Access(id=key, act="read", ground="emergency", reason=reason, at=at))
    return key
