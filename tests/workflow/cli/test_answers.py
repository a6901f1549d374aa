"""Tests of how commands answer: words or one JSON object, and the exit codes."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from workflow.cli.base.answer import (
    CommandError,
    LostRace,
    json_option,
    print_answer,
    show_progress,
)


@click.command()
@click.option("--outcome", default="done")
@json_option
def attempt(outcome: str) -> None:
    show_progress("working …")
    if outcome == "refused":
        raise CommandError("no_consent", "Personen har ikke sagt ja.", {"plan": "p"})
    if outcome == "late":
        raise LostRace("stale", "Noen var før deg.")
    print_answer({"notices": 2, "name": "Åse"}, "2 varsler")


def test_words_without_json() -> None:
    run = CliRunner().invoke(attempt)
    assert (run.exit_code, run.stdout, run.stderr) == (0, "2 varsler\n", "working …\n")


def test_one_object_with_json() -> None:
    run = CliRunner().invoke(attempt, ["--json"])
    assert json.loads(run.stdout) == {"notices": 2, "name": "Åse"}


@pytest.mark.parametrize(("outcome", "code"), [("refused", 1), ("late", 3)])
def test_errors_have_a_code_and_a_sentence(outcome: str, code: int) -> None:
    run = CliRunner().invoke(attempt, ["--json", "--outcome", outcome])
    assert run.exit_code == code
    assert set(json.loads(run.stdout)) >= {"error", "text"}


def test_without_json_an_error_prints_nothing_on_stdout() -> None:
    run = CliRunner().invoke(attempt, ["--outcome", "refused"])
    assert run.stdout == ""
    assert "Personen har ikke sagt ja." in run.stderr


def test_wrong_use_is_two() -> None:
    assert CliRunner().invoke(attempt, ["--no-such-flag"]).exit_code == 2
