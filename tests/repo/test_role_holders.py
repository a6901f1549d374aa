"""Tests that one module turns the name of a role into people (record/role_holders)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.repo.tree import PACKAGES, ROOT, modules

HOME = "workflow/record/access/role_holders.py"
COMPARING = {"in_", "not_in", "is_", "is_not", "is_distinct_from"}
# Tables whose column `role` is not held by anybody: it says as what somebody was, or is to be, told.
TOLD_AS = {"STEP", "NOTICE", "TOLD", "NEWEST", "due", "n"}
PREDICATES = {"holds_role", "is_held"}
# What asks whether a role holds without turning its name into people, each with its reason.
OTHER = {
    "workflow/acts/accounts/sessions.py": "a reader's session shows and bears all roles of its party",
    "workflow/record/plan/parts_query.py": "a plan's page shows all tenures, whatever they are",
    "workflow/record/deadlines/snoozed.py": "any tenure on the plan: whether somebody still has to do with it",
    "workflow/rules/guards/plan.py": "model C lets a service begin by itself: a rule, not people",
    "web/forms/pickers.py": "everybody around a plan who can be asked; who works here",
}


def _source(node: ast.AST) -> str:
    return ast.unparse(node)


def _is_held_role(node: ast.AST) -> bool:
    """`StaffRole.role`, `held.c.role`: the column of a table of roles that somebody holds."""
    if not isinstance(node, ast.Attribute) or node.attr != "role":
        return False
    base = _source(node.value).removesuffix(".c")
    columns = _source(node.value).endswith(".c") or base in ("StaffRole", "Tenure", "ROLE")
    return columns and base not in TOLD_AS


def _is_model(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "decision_model"


def _compared(node: ast.AST) -> Iterator[ast.AST]:
    """What a node compares, by an operator, a column's method or `one_of`."""
    if isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from [node.func.value] if node.func.attr in COMPARING else []
    elif isinstance(node, ast.Call) and _source(node.func).endswith("one_of"):
        yield from node.args[:1]
    elif isinstance(node, ast.Subscript):  # DECIDERS[town.decision_model]
        yield node.slice


def _turns_roles_into_people(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and {a.name for a in node.names} & PREDICATES:
            return True
        if any(_is_held_role(one) or _is_model(one) for one in _compared(node)):
            return True
    return False


def test_one_module_turns_roles_into_people() -> None:
    paths = {
        str(path.relative_to(ROOT)) for path in modules(*PACKAGES) if _turns_roles_into_people(path)
    }
    assert paths == {HOME, *OTHER}
