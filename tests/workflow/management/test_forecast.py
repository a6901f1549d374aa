"""The forecast's statements on both databases: weeks, whom a date rests on, absences, what is shared out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from workflow.acts.management.caseload import caseload_of
from workflow.acts.management.forecast import Forecast, make_forecast, own_forecast
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Absence, new_id
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
REVIEW = date(2026, 3, 26)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


@pytest.fixture
def plan(world: World) -> str:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    return plan


def seen(world: World, days: int = 30) -> Forecast:
    with Session(world.engine) as session:
        return make_forecast(session, None, days, NOW)


def test_a_review_stands_in_its_week_on_the_coordinator(world: World, plan: str) -> None:
    outlook = seen(world)
    (cora,) = (load for load in outlook.coordinators if load.key == world.party["cora"])
    assert [week.number for week in outlook.weeks] == [10, 11, 12, 13, 14]
    assert cora.weeks == (0, 0, 0, 1, 0) == outlook.total.weeks and cora.plans == 1
    assert outlook.by_code == {DeadlineCode.REVIEW: 1} and outlook.others.due == 0
    assert [(unit.key, unit.due) for unit in outlook.units] == [(world.unit["service"], 1)]


def test_the_day_after_the_period_is_not_within(world: World, plan: str) -> None:
    assert seen(world, 24).total.due == 1 and seen(world, 23).total.due == 0


def test_what_is_late_is_counted_apart(world: World, plan: str) -> None:
    with Session(world.engine) as session:
        later = make_forecast(session, None, 30, NOW + timedelta(days=40))
    assert (later.total.late, later.total.due) == (1, 0)


def test_a_substitute_sees_what_comes_on_top(world: World, plan: str) -> None:
    start, end = (at_oslo(day, time(0)) for day in (date(2026, 3, 23), date(2026, 3, 30)))
    with unit_of_work(world.engine) as session:
        session.add(
            Absence(
                id=new_id(),
                party_id=world.party["cora"],
                substitute_id=world.party["sub"],
                from_at=start,
                until_at=end,
            )
        )
    with Session(world.engine) as session:
        own = own_forecast(session, world.party["sub"], 30, NOW)
    assert own.total.due == 0 and own.coordinators[0].extra == (0, 0, 0, 1, 0)
    assert own.coordinators[0].stands_in[0].due_meanwhile == 1


def test_a_coordinators_plans_stand_by_next_date(world: World, plan: str) -> None:
    with Session(world.engine) as session:
        lines, more = caseload_of(session, world.party["cora"], None)
        elsewhere, _ = caseload_of(session, world.party["cora"], [world.unit["ke"]])
    assert [(line.plan_id, line.code) for line in lines] == [
        (plan, DeadlineCode.REVIEW)
    ] and not more
    assert elsewhere == []
