"""Tests of the command that lists what a leaver holds, hands it on and ends the account."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.commands import Line, line_on
from tests.world import World, make_world
from workflow.record.models import Party
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@pytest.fixture
def line(
    world: World, fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Line:
    return line_on(fresh_database.url, str(tmp_path), monkeypatch)


def test_a_leaver_by_command(world: World, line: Line) -> None:
    plan = world.active()
    mona, liv, leif = (world.party[name] for name in ("mona", "liv", "leif"))
    report = line.json("leave", mona, "--as", liv)
    assert [(one["kind"], one["clears"]) for one in report["held"]] == [
        ("coordinator", PlanStep.VACATE)
    ]
    assert report["held"][0]["plan"] == world.plan(plan).number
    refused = line.json("leave", mona, "--as", liv, "--end", code=1)
    assert refused["reasons"][0]["code"] == "still_holds"
    done = line.json("leave", mona, "--as", liv, "--acting", leif, "--end")
    assert done["moved"] == {"coordinator": 1} and done["ended"]
    with Session(world.engine) as session:
        assert session.get_one(Party, mona).deactivated_at is not None
    assert world.plan(plan).responsible_party_id == leif


def test_the_last_administrator_is_followed_by_command(world: World, line: Line) -> None:
    """Without --as it is the operator, who is the only one left to name another."""
    adam, pia = world.party["adam"], world.party["pia"]
    assert line.json("leave", adam)["held"][0]["detail"] == "administrator"
    done = line.json("leave", adam, "--duty", pia, "--end")
    assert done["moved"] == {"duty": 1}
