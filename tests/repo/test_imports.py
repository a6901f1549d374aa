"""Tests that the packages import only inwards, as the contracts of pyproject.toml say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.repo.tree import ROOT


def test_import_contracts_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run(
        [program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "default"},
    )
    assert run.returncode == 0, run.stdout


def test_the_command_line_imports_little_before_a_command_runs() -> None:
    heavy = ("flask", "rq", "alembic", "sqlalchemy", "pydantic", "babel")
    words = (
        "import sys, click, workflow.cli as c; c.gather(click.Group()); "
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
