"""A step that nobody can be told of stands and is seen, and is told once somebody is there; both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from tests.workflow.deadlines.test_sweep import NOW, REVIEW, change, day
from workflow.acts.deadlines.sweep import sweep
from workflow.record.database.engine import unit_of_work
from workflow.record.deadlines.undeliverable import UndeliverableRung, list_undeliverable
from workflow.record.models import Party
from workflow.rules.names.deadlines import DeadlineCode


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def unheard(world: World, at: date) -> list[UndeliverableRung]:
    with unit_of_work(world.engine) as session:
        now = day(at.year, at.month, at.day)
        return list_undeliverable(
            session.connection(),
            now,
        )


def everybody_leaves(world: World) -> None:
    """Only Wes, who has no such role, is still here."""
    with unit_of_work(world.engine) as session:
        gone = update(Party).where(Party.id.not_in([world.party["wes"], world.party["kim"]]))
        session.execute(gone.values(deactivated_at=NOW))


def test_a_step_that_nobody_hears_stands_and_is_told_once_somebody_is_there(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    everybody_leaves(world)
    for _ in range(2):
        assert sweep(world.engine, day(2026, 5, 14)).notices == 0
    (seen,) = unheard(world, date(2026, 5, 14))
    assert (seen.plan_id, seen.code, seen.role) == (plan, DeadlineCode.REVIEW, "coordinator")
    change(world, Party, world.party["ada"], deactivated_at=None)
    for _ in range(2):
        sweep(world.engine, day(2026, 5, 16))
    assert world.told() == [("ada", DeadlineCode.REVIEW, "coordinator")]
    assert unheard(world, date(2026, 5, 16)) == []


def test_what_somebody_hears_is_marked_there_too(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    measure = world.measure(plan, "wes", date(2026, 5, 17))
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    everybody_leaves(world)
    for _ in range(2):
        sweep(world.engine, day(2026, 5, 16))
    assert world.told() == [("wes", DeadlineCode.MEASURE_DUE, "accountable")]
    assert [step.code for step in unheard(world, date(2026, 5, 16))] == [DeadlineCode.REVIEW]


def test_the_persons_unwanted_reminder_is_nobodys_worry(world: World) -> None:
    plan = world.plan()
    measure = world.measure(plan, "kim", date(2026, 5, 17))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    everybody_leaves(world)
    sweep(world.engine, day(2026, 5, 16))
    assert (world.told(), unheard(world, date(2026, 5, 16))) == ([], [])


def test_where_somebody_is_left_nothing_stands(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    sweep(world.engine, day(2026, 7, 5))
    assert unheard(world, date(2026, 7, 5)) == [] and world.standing() == 0
