"""The commands of those who oversee: figures of emergency access and of the log review."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.servers.databases import Database
from tests.workflow.commands import Line, line_on
from tests.world import make_world
from workflow.acts.privacy import emergency_access
from workflow.acts.privacy.emergency_access import SeekPlan
from workflow.record.access.open_plan import write_trace
from workflow.record.database.engine import unit_of_work
from workflow.rules.calendar.clock import utc_now


@pytest.fixture
def line(fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    return line_on(fresh_database.url, str(tmp_path), monkeypatch)


def test_figures_without_names(line: Line, fresh_database: Database) -> None:
    world = make_world(fresh_database.engine)
    plan = world.active()
    night = datetime(2026, 3, 10, 1, 30, tzinfo=UTC)
    form = SeekPlan.model_validate({"reason": "life", "name": "Ukjent", "born_on": "1980-05-17"})
    with unit_of_work(world.engine) as session:
        write_trace(session, world.actor("mona"), "read", "coordinator", night, plan_id=plan)
        emergency_access.open_in_emergency(session, world.actor("berit"), form, "k", night)
    here = ("--month", "2026-03")
    report = line.json("report", "break-glass", *here)
    assert report["reasons"] == {"life": 1} and report["units"][0]["nothing_found"] == 1
    assert "nav: opened 0, nothing_found 1" in line.run("report", "break-glass", *here).output
    review = line.json("log-review", *here)
    assert review["made_now"] and review["findings"] == {"odd_hours": 1, "break_glass": 1}
    assert not line.json("log-review", *here)["made_now"]
    for text in ("Mona", "Berit", "Kim"):
        assert text not in str(report) + str(review)
    this = f"{utc_now():%Y-%m}"
    assert line.json("log-review", "--month", this, code=1)
    assert line.json("report", "break-glass", "--month", "mars", code=1)
