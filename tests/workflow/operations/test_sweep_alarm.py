"""Tests of the watch: when nobody sweeps, each administrator hears of it once, in the app and by mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.operations.sweep_alarm import watch_sweeps
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, Notice, Party

NOW = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)  # in the middle of the night


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def watched(world: World, now: datetime) -> int:
    with unit_of_work(world.engine) as session:
        return watch_sweeps(session.connection(), now)


def told(world: World) -> list[Any]:
    with unit_of_work(world.engine) as session:
        query = select(Notice.recipient_id, Notice.cause, Delivery.state, Delivery.next_try_at)
        return list(
            session.execute(
                query.outerjoin(Delivery, Delivery.notice_id == Notice.id).where(
                    Notice.code == "O.sweep"
                )
            ).all()
        )


def test_nobody_hears_of_an_installation_that_has_not_begun(world: World) -> None:
    assert watched(world, NOW) == 0


def test_a_sweep_of_the_last_five_minutes_is_no_outage(world: World) -> None:
    sweep(world.engine, NOW)
    assert watched(world, NOW + timedelta(minutes=5)) == 0


def test_an_outage_is_told_once_in_the_app_and_by_mail_at_once(world: World) -> None:
    sweep(world.engine, NOW)
    later = NOW + timedelta(minutes=5, seconds=1)
    assert [watched(world, later + timedelta(minutes=n)) for n in (0, 1, 70)] == [1, 0, 0]
    (notice,) = told(world)
    assert notice.recipient_id == world.party["ada"]
    assert notice.cause == f"o:sweep:{NOW.isoformat()}"
    assert (notice.state, notice.next_try_at) == ("waiting", later)


def test_the_next_outage_is_told_again_but_not_within_the_hour(world: World) -> None:
    for minutes, written in ((0, 1), (30, 0), (120, 1)):
        began = NOW + timedelta(minutes=minutes)
        sweep(world.engine, began)
        assert watched(world, began + timedelta(minutes=6)) == written


def test_a_sweep_made_with_a_clock_far_ahead_is_an_outage(world: World) -> None:
    sweep(world.engine, NOW + timedelta(days=8))
    assert watched(world, NOW) == 1


def test_who_left_is_not_told(world: World) -> None:
    sweep(world.engine, NOW)
    with unit_of_work(world.engine) as session:
        session.get_one(Party, world.party["ada"]).deactivated_at = NOW
    assert watched(world, NOW + timedelta(minutes=6)) == 0
