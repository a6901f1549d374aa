"""Which version of a policy holds for a unit on a day, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.servers.databases import Database
from tests.workflow.deadline_world import World
from workflow.record.database.engine import unit_of_work
from workflow.record.deadlines.policies import policy_on, read_calendar, versions
from workflow.record.models import ClosingDay, DeadlinePolicy, new_id
from workflow.rules.deadlines.policy import STANDARD, Choices
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def world(fresh_database: Database) -> World:
    return World(fresh_database.engine).build()


def add(world: World, begins: date, unit: str | None = None, **more: Any) -> str:
    """A stored version of the municipality or one of its units."""
    key, made = new_id(), more.pop("made_at", NOW)
    withdrawn = more.pop("withdrawn_at", None)
    world.add(
        DeadlinePolicy(
            id=key,
            unit_id=world.unit[unit] if unit else None,
            valid_from=begins,
            made_at=made,
            choices=Choices.model_validate(more).text(),
            withdrawn_at=withdrawn,
        )
    )
    return key


def test_versions_are_laid_over_each_other_by_day_and_unit(world: World) -> None:
    with unit_of_work(world.engine) as session:
        assert policy_on(session.connection(), None, DAY) is STANDARD
    add(world, DAY, lengths={DeadlineCode.FIRST_GOAL: 20, DeadlineCode.VACANCY: 10}, most_plans=30)
    add(world, DAY + timedelta(days=10), lengths={DeadlineCode.FIRST_GOAL: 25})
    add(world, DAY + timedelta(days=1), lengths={DeadlineCode.FIRST_GOAL: 1}, withdrawn_at=NOW)
    add(world, DAY, "service", lengths={DeadlineCode.FIRST_GOAL: 15})
    world.add(ClosingDay(day=date(2026, 5, 15)))
    with unit_of_work(world.engine) as session:
        conn = session.connection()

        def length(code: str, unit: str | None, days: int) -> int:
            unit_id = world.unit[unit] if unit else None
            day = DAY + timedelta(days=days)
            return policy_on(conn, unit_id, day).kinds[code].length

        assert [length(DeadlineCode.FIRST_GOAL, None, days) for days in (-1, 0, 9, 10)] == [
            30,
            20,
            20,
            25,
        ]
        assert [length(DeadlineCode.VACANCY, None, days) for days in (-1, 0, 9, 10)] == [
            14,
            10,
            10,
            14,
        ]
        assert [length(DeadlineCode.FIRST_GOAL, "service", days) for days in (-1, 0, 10)] == [
            30,
            15,
            15,
        ]
        assert [length(DeadlineCode.VACANCY, "service", days) for days in (0, 10)] == [10, 14]
        assert length(DeadlineCode.FIRST_GOAL, "ordering", 0) == 20
        assert policy_on(conn, world.unit["service"], DAY).most_plans == 30
        assert (
            len(
                versions(
                    conn,
                )
            )
            == 3
        )
        assert read_calendar(
            conn,
        ).closing == {date(2026, 5, 15)}
        assert all(
            v.applied_at is None and v.made_at == NOW
            for v in versions(
                conn,
            )
        )
