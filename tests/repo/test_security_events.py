"""Every event of the security log is written somewhere, and nothing is written that is not one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.repo.tree import PACKAGES, modules
from workflow.security_log import EVENTS, NAMES


def notes() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `note` on the security log in the product, with the module it stands in."""
    for path in modules(*PACKAGES):
        text = path.read_text(encoding="utf-8")
        if "security_log" not in text or path.name == "security_log.py":
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "security_log.note":
                yield path.name, node


def said(call: ast.Call) -> set[str]:
    """The events a call may write: a constant, or each branch of a choice."""
    return {
        node.value
        for node in ast.walk(call.args[0])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_event_of_the_list_is_written_somewhere() -> None:
    written = set().union(*(said(call) for _, call in notes()))
    assert written == set(EVENTS)


def test_calls_use_the_names_of_the_list() -> None:
    for where, call in notes():
        assert {word.arg for word in call.keywords if word.arg} <= NAMES, (where, call.lineno)
