"""The repository as the repo tests see it: its root, its tracked files and its modules."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workflow", "web", "jobs", "benchmarks")
MIGRATIONS = ROOT / "workflow" / "migrations"


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is in git or would be, without the ignored ones and those just deleted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return tuple(sorted({path for path in paths if path.is_file()}))


def modules(*folders: str) -> list[Path]:
    """The tracked Python files below the named top folders; migrations are records, not modules."""
    chosen = folders or (*PACKAGES, "tests")
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and MIGRATIONS not in path.parents
        and path.relative_to(ROOT).parts[0] in chosen
    ]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return 0 if not body else (body[-1].end_lineno or 0) - body[0].lineno + 1
