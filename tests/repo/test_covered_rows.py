"""Every row that a chain covers is written by the functions that tell the chain; else verify would blame us."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.repo.tree import ROOT, functions, modules
from workflow.record.history.row_digests import OF_MUNICIPALITY, UNDER_PLAN
from workflow.record.models import Base

COVERED = {
    mapper.class_.__name__
    for mapper in Base.registry.mappers
    if mapper.local_table in (*UNDER_PLAN, *OF_MUNICIPALITY)
}
WRITES = ("insert", "update", "delete")
# What moves only columns that no digest covers, or is the chain's own hand.
ALLOWED = {
    "workflow/acts/accounts/totp.py _spend": "the last code that was used",
    "workflow/acts/accounts/passkeys.py prove": "the last count that was used",
    "workflow/acts/accounts/oidc_identities.py note": "when it was last used",
}


def _writes_covered(node: ast.AST) -> bool:
    """Whether an expression holds an INSERT, UPDATE or DELETE of a covered table."""
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Name)
        and one.func.id in WRITES
        and one.args
        and isinstance(one.args[0], ast.Name)
        and (one.args[0].id in COVERED or one.args[0].id.capitalize() in COVERED)
        for one in ast.walk(node)
    )


def _executed_beside(function: ast.AST) -> bool:
    """Whether the function runs such a statement itself, instead of giving it to the chain's functions."""
    named = {
        target.id
        for one in ast.walk(function)
        if isinstance(one, ast.Assign) and _writes_covered(one.value)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == "execute"
        and one.args
        and (
            _writes_covered(one.args[0])
            or any(
                isinstance(part, ast.Name) and part.id in named for part in ast.walk(one.args[0])
            )
        )
        for one in ast.walk(function)
    )


def _found() -> Iterator[str]:
    for path in modules("workflow", "web", "jobs"):
        for function in functions(path):
            if _executed_beside(function):
                yield f"{path.relative_to(ROOT)} {function.name}"


def test_covered_rows_are_written_by_the_chains_own_functions() -> None:
    assert set(_found()) == set(ALLOWED)


def test_the_search_sees_a_statement_given_by_its_name() -> None:
    text = "def f():\n    gone = delete(Consent).where(x)\n    session.execute(gone.values(a=1))\n"
    (function,) = ast.parse(text).body
    assert _executed_beside(function)
