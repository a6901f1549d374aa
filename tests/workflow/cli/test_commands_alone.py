"""Tests that every command works in a process of its own, where no other module has loaded anything for it.

Tests that share a process hide what a command forgets to import. Here the parent imports the command
line and nothing behind it; each command runs in a child forked from there, which is as good as a
fresh process and costs a hundredth of one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repo.tree import ROOT
from tests.servers.databases import Database
from tests.workflow.planfile.plan_files import plan_file
from tests.world import make_world

# Reads commands as JSON from stdin, runs each in a child of its own, and says how each ended.
RUNNER = """
import io, json, os, sys
import click, sqlalchemy.orm, pydantic, yaml, transitions
from workflow.cli import gather, planlop

gather(planlop)
loaded = sorted(name for name in sys.modules if name.startswith("workflow.acts"))
assert not loaded, loaded


def paths(command, words):
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from paths(inner, [*words, name])


def run(words):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        sys.stdout = sys.stderr = out = io.StringIO()
        code = 0
        try:
            planlop.main(words, standalone_mode=True)
        except SystemExit as end:
            code = end.code or 0
        except BaseException as problem:
            code = f"{type(problem).__name__}: {problem}"
        with os.fdopen(write, "w") as answer:
            json.dump({"words": words, "code": code, "said": out.getvalue()}, answer)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        said = json.load(answer)
    os.waitpid(child, 0)
    return said


wanted = json.load(sys.stdin)
every = [[*words, "--help"] for words in paths(planlop, [])] if wanted == "help" else wanted
json.dump([run(words) for words in every], sys.stdout)
"""


def alone(wanted: Any, environment: dict[str, str]) -> list[dict[str, Any]]:
    """How each command ended: its words, its exit code or its error, and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes: list[dict[str, Any]] = json.loads(done.stdout)
    return outcomes


def environment(home: Path, url: str = "") -> dict[str, str]:
    return {"PLANLOP_HOME": str(home), "PLANLOP_DATABASE_URL": url, "PATH": "/usr/bin:/bin"}


def test_every_command_tells_how_it_is_used(tmp_path: Path) -> None:
    answers = alone("help", environment(tmp_path))
    assert len(answers) > 40
    assert [one for one in answers if one["code"] != 0 or "Usage" not in one["said"]] == []


# One real run of what is cheap to run; the plan's number and the file stand in its words.
REAL = (
    "plan-file-schema",
    "deadlines",
    "diagram plan",
    "policy",
    "policy-document",
    "neighbours",
    "show PLAN",
    "why PLAN plan.review",
    "export PLAN",
    "export PLAN --history",
    "export PLAN --history --json",
    "step PLAN talked --field words=Hei",
    "import FILE",
    "sweep",
    "verify",
    "report break-glass",
)


@pytest.fixture
def place(fresh_database: Database, tmp_path: Path) -> tuple[Database, dict[str, str], Path]:
    file = tmp_path / "plan.yaml"
    file.write_text(plan_file("active", {"person": "ane"}), encoding="utf-8")
    return fresh_database, environment(tmp_path, fresh_database.url), file


def test_commands_run_alone(place: tuple[Database, dict[str, str], Path]) -> None:
    database, env, file = place
    world = make_world(database.engine)
    number = world.plan(world.active()).number
    names = {"PLAN": number, "FILE": str(file)}
    wanted = [[names.get(word, word) for word in line.split()] for line in REAL]
    answers = alone(wanted, env)
    assert [one for one in answers if one["code"] != 0] == []
