"""Tests that the columns which parts of a plan share are known to the one module that allots them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.repo.tree import PACKAGES, ROOT, modules
from workflow.record.plan.parts_query import PARTS

ALLOTS = ROOT / "workflow" / "record" / "plan" / "part_columns.py"
# Columns without a meaning of their own, as the same statement once called them; `c` is SQLAlchemy's.
LETTERS = re.compile(r"[abdefg]|t\d|at\d|day\d")


def names_read(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that is read of something, as an attribute, by getattr or in brackets, or is given."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.value.lineno, node.arg


def test_allotted_columns_are_named_nowhere_else() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in modules(*PACKAGES)
        for line, name in names_read(path)
        if name in PARTS.slots and path != ALLOTS
    ]
    assert places == []


def test_nothing_read_is_called_by_a_letter() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.attr}"
        for path in modules("workflow", "web")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and LETTERS.fullmatch(node.attr) and path != ALLOTS
    ]
    assert places == []
