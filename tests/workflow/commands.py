"""Runs workflow's commands in a test's own database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from workflow.cli.commands import register


@dataclass
class Line:
    """A command line on one database."""

    environment: dict[str, str]

    def run(self, *words: str, stdin: bytes | None = None) -> Result:
        """Runs one command and returns its answer, whatever the exit code."""
        group = click.Group("planlop")
        register(group)
        result = CliRunner().invoke(group, list(words), env=self.environment, input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *words: str, code: int = 0) -> Any:
        """Runs one command with --json and returns the object; the exit code must be this one."""
        result = self.run(*words, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)


def line_on(url: str, home: str, monkeypatch: pytest.MonkeyPatch) -> Line:
    """A command line on a database, far from the machine's own settings."""
    for name, value in (("PLANLOP_DATABASE_URL", url), ("PLANLOP_HOME", home)):
        monkeypatch.setenv(name, value)
    return Line({"PLANLOP_DATABASE_URL": url, "PLANLOP_HOME": home})


def fields(given: Mapping[str, object]) -> Sequence[str]:
    """Form fields as words of a command line."""
    return [word for name, value in given.items() for word in ("--field", f"{name}={value}")]
