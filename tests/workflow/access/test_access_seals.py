"""Tests of the seals over access rows: closed hours only, chained, and a changed row is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, text, update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World
from workflow.record.database.engine import unit_of_work
from workflow.record.history import access_seals
from workflow.record.history.access_seals import find_broken_seals, seal
from workflow.record.history.verify import verify
from workflow.record.models import Access, AccessSeal, new_id

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
    # 11 had no look, and has its seal all the same.
    assert sealed(world, HOUR + timedelta(minutes=300)) == 2
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


def test_a_false_look_in_an_hour_without_any_is_found(world: World) -> None:
    look(world, HOUR + timedelta(minutes=5))
    sealed(world, HOUR + timedelta(minutes=250))
    look(world, HOUR + timedelta(minutes=130))
    look(world, HOUR - timedelta(minutes=130))
    assert broken_hours(world) == {HOUR - timedelta(hours=3), HOUR + timedelta(hours=2)}


def test_a_seal_taken_away_with_its_looks_is_found(world: World) -> None:
    for minutes in (5, 70, 130):
        look(world, HOUR + timedelta(minutes=minutes))
    sealed(world, HOUR + timedelta(minutes=250))
    middle, last = HOUR + timedelta(hours=1), HOUR + timedelta(hours=3)
    with unit_of_work(world.engine) as session:
        for table in ("access", "access_seal"):
            session.execute(text(untied(world).replace("access", table, 1)))
        session.execute(delete(Access).where(Access.at >= middle, Access.at < last))
        session.execute(delete(AccessSeal).where(AccessSeal.hour == middle))
        session.execute(delete(AccessSeal).where(AccessSeal.hour == last))
    assert middle in broken_hours(world)
    gone = [one for one in verify(world.engine).broken if one.what == "row_gone"]
    assert len(gone) == 2, "the municipality's chain knows each seal, the last one too"


@pytest.mark.parametrize("column", [column.name for column in access_seals.ACCESS.c])
def test_every_column_of_a_look_is_sealed(world: World, column: str) -> None:
    look(world, HOUR + timedelta(minutes=5))
    sealed(world, HOUR + timedelta(minutes=70))
    value = {
        "at": HOUR + timedelta(minutes=6),
        "seen_at": HOUR,
        "refused": True,
    }.get(column, "another")
    with unit_of_work(world.engine) as session:
        session.execute(text(untied(world, "UPDATE")))
        session.execute(update(Access).values({column: value}))
    assert HOUR in broken_hours(world)


def broken_hours(world: World) -> set[datetime]:
    with unit_of_work(world.engine) as session:
        return {gap.hour for gap in find_broken_seals(session.connection())}
