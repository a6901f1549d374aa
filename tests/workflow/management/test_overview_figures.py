"""The Monday overview tells each of its readers how much, how much of it by law, and how long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import LONG_AGO, World, row
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.management.overdue import read_figures
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Notice
from workflow.rules.names.deadlines import DeadlineCode

MONDAY = datetime(2026, 5, 11, 6, 0, tzinfo=UTC)
STARTED = LONG_AGO + timedelta(days=60)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def figures(world: World) -> dict[str, dict[str, int]]:
    """What each reader of the overview is told."""
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        told = select(Notice.recipient_id, Notice.params).where(Notice.code == "overview")
        told_each = {names[key]: json.loads(params) for key, params in session.execute(told)}
    for one in told_each.values():
        assert one.pop("week") == "2026-W20"
    return told_each


def test_each_reader_is_told_what_the_page_will_show(world: World) -> None:
    for days in (41, 3):
        due = date(2026, 5, 11) - timedelta(days=days)
        plan = world.plan(next_review_on=due, person_id=None)
        world.act(row(DeadlineCode.REVIEW), plan, STARTED)
    measure = world.measure(plan, "wes", date(2026, 5, 1))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, STARTED, "measure", measure)
    sweep(world.engine, MONDAY)
    told = figures(world)
    with unit_of_work(world.engine) as session:
        page = read_figures(session, [world.unit["service"]], MONDAY)
    oldest = max(one.days_over for one in page.rows)
    assert told["lea"] == {"over": len(page.rows), "law": 0, "oldest": oldest}
    assert told["kea"]["over"] == sum(
        one.code != DeadlineCode.MEASURE_DUE for one in page.rows
    )  # of single measures the coordinating unit is not told


def test_a_substitute_reads_the_figures_of_whom_she_steps_in_for(world: World) -> None:
    plan = world.plan(next_review_on=date(2026, 5, 1))
    world.act(row(DeadlineCode.REVIEW), plan, STARTED)
    world.away("lea", MONDAY - timedelta(days=1), 10, "sub")
    sweep(world.engine, MONDAY)
    assert figures(world)["sub"]["over"] >= 1
