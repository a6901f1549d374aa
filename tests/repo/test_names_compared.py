"""Names, e-mails and telephones are compared and sorted in one place each; a query of its own drifts from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.tree import ROOT, modules

WEAK = {"name", "email", "phone", "sort_key", "national_id_hmac", "organisation"}
TABLES = {"Party", "PARTY", "Unit", "UNIT", "Participant", "PARTICIPANT", "NEIGHBOUR", "Neighbour"}
PLACES = {"workflow/record/same_party.py"}
OWN = re.compile(r"casefold|func\\.lower")


def named(node: ast.AST) -> str:
    """`Party.name` and `PARTY.c.name` as the table's name, where the column is one that people write."""
    if not isinstance(node, ast.Attribute) or node.attr not in WEAK:
        return ""
    table = node.value
    if isinstance(table, ast.Attribute) and table.attr == "c":
        table = table.value
    return table.id if isinstance(table, ast.Name) and table.id in TABLES else ""


def comparisons(path: Path) -> Iterator[int]:
    """Lines that ask whether such a column is a value; that it is not empty may be asked anywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Compare) or not any(map(named, (node.left, *node.comparators))):
            continue
        if any(isinstance(one, ast.Constant) and one.value == "" for one in node.comparators):
            continue
        yield node.lineno


def orders(path: Path) -> Iterator[int]:
    """Lines that let a database sort names by its own alphabet."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            sorts = node.func.attr == "order_by"
            if sorts and any(
                isinstance(one, ast.Attribute) and one.attr == "name" and named(one)
                for argument in node.args
                for one in ast.walk(argument)
            ):
                yield node.lineno


@pytest.mark.parametrize("look", [comparisons, orders], ids=["compared", "sorted"])
def test_names_are_compared_and_sorted_in_one_place(look: object) -> None:
    odd = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules("workflow", "web", "jobs")
        if str(path.relative_to(ROOT)) not in PLACES
        for line in look(path)  # type: ignore[operator]
    ]
    assert odd == []
