"""Tests of the command that prints the deadlines in force."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.servers.databases import Database
from tests.workflow.commands import Line, line_on
from tests.workflow.deadline_world import World
from workflow.acts.deadlines.policy_versions import set_policy
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.deadlines.policy import Choices
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def line(fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    return line_on(fresh_database.url, str(tmp_path), monkeypatch)


def test_the_standard_and_what_a_unit_chose(line: Line, fresh_database: Database) -> None:
    plain = line.json("deadlines", "--standard")
    assert [one["code"] for one in plain["deadlines"]] == list(KINDS)
    assert not any(one["chosen"] for one in plain["deadlines"])
    world = World(fresh_database.engine).build()
    with unit_of_work(world.engine) as session:
        actor = Actor.operator()
        chosen = Choices(
            lengths={DeadlineCode.FIRST_GOAL: 20, DeadlineCode.REVIEW: 120}, most_plans=25
        )
        set_policy(session, actor, None, date(2026, 3, 2), chosen, None, NOW)
        own = Choices(
            ladders={DeadlineCode.FIRST_GOAL: [(-9, "d", "coordinator"), (3, "wd", "leader")]}
        )
        set_policy(session, actor, world.unit["service"], date(2026, 3, 5), own, None, NOW)
    place = ("deadlines", "--unit", "service")
    on_day = {day: line.json(*place, "--on", day) for day in ("2026-03-04", "2026-03-05")}
    before, after = (
        {one["code"]: one for one in on_day[day]["deadlines"]} for day in sorted(on_day)
    )
    assert (
        before[DeadlineCode.FIRST_GOAL]["length"],
        len(before[DeadlineCode.FIRST_GOAL]["ladder"]),
    ) == (20, 3)
    assert (after[DeadlineCode.FIRST_GOAL]["length"], after[DeadlineCode.FIRST_GOAL]["ladder"]) == (
        20,
        [[-9, "d", "coordinator"], [3, "wd", "leader"]],
    )
    assert on_day["2026-03-05"]["longest_between_reviews"] == 120
    assert on_day["2026-03-05"]["most_plans"] == 25
    assert "* first_goal               local  20 d      coordinator -9 d" in line.run(*place).output
    assert line.json("deadlines", "--unit", "nowhere", code=1)
    assert line.run("deadlines", "--standard", "--unit", "service").exit_code == 2
