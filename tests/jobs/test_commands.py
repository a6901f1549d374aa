"""Tests of the commands of jobs: what they print and how they refuse."""

from __future__ import annotations

import json
from datetime import date

from click.testing import CliRunner

from benchmarks.sweep import measure_sweep
from jobs.commands import sweep
from tests.jobs.yard import Yard
from tests.workflow.deadline_world import LONG_AGO, row
from workflow.rules.names.deadlines import DeadlineCode


def test_sweep_prints_what_it_did_and_the_second_writes_nothing(here: Yard) -> None:
    plan = here.world.plan(next_review_on=date(2026, 6, 4))
    here.world.act(row(DeadlineCode.REVIEW), plan, LONG_AGO)
    words = ["--at", "2026-06-05T08:00:00+02:00", "--json"]
    dry = json.loads(CliRunner().invoke(sweep, [*words, "--dry-run"]).stdout)
    first, second = (json.loads(CliRunner().invoke(sweep, words).stdout) for _ in range(2))
    assert set(first) == {"at", "due", "notices", "fired", "seconds"}
    assert first["at"] == "2026-06-05T08:00:00+02:00"
    assert (dry["due"], dry["notices"]) == (first["due"], first["notices"])
    assert first["notices"] > 0 and (second["due"], second["notices"], second["fired"]) == (0, 0, 0)


def test_a_naive_time_is_refused_by_name(here: Yard) -> None:
    for moment, code in (("2026-06-05T08:00:00", "naive_time"), ("tomorrow", "bad_time")):
        answer = CliRunner().invoke(sweep, ["--at", moment, "--json"])
        assert answer.exit_code == 1
        assert json.loads(answer.stdout)["error"] == code


def test_the_benchmark_prints_a_ratio() -> None:
    figures = measure_sweep(500, 5)
    assert figures["due"] == 10 and figures["rounds"] == 5
    assert set(figures) >= {"name", "database", "ours", "floor", "ratio", "rounds"}
