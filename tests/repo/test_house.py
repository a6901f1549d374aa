"""What the house rests on: a step is known by its name, a variable says what it holds, no table is laid by hand."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.tree import PACKAGES, ROOT, modules, tracked_files
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import (
    CompositeStep,
    MeasureStep,
    MeetingStep,
    PlanStep,
    machine_of,
    verb_of,
)
from workflow.rules.tables import COMPOSITES, STEP_NAMES, TRANSITIONS

REFS = {
    *(row.ref for row in TRANSITIONS.values()),
    *(one.ref for one in COMPOSITES),
    *(kind.ref for kind in KINDS.values()),
}
# A ref as a word of its own; «promise P8» is one of README's, and A4 a size of paper.
WORD = re.compile(
    r"(?<!promise )(?<!SUM\()(?<![\w#§/@.-])([PMVAC]\d+[a-z]?|T\d+(?:\.\w+)?)(?![\w-])"
)
NO_REF = frozenset({"A4"})
NAMERS = ("PlanStep", "MeasureStep", "MeetingStep", "CompositeStep", "DeadlineCode")
OTHERS = (".html", ".js", ".css", ".po", ".yaml")


def refs_in(text: str) -> set[str]:
    """The steps and deadlines that a text names by their number in the domain."""
    return {ref for ref in WORD.findall(text) if ref in REFS} - NO_REF


def refs_of_rows(tree: ast.AST) -> set[ast.expr]:
    """Where a row says its ref: second, after its name."""
    return {
        node.args[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and len(node.args) > 1
        and ast.unparse(node.args[0]).split(".")[0] in NAMERS
    }


def texts_of(path: Path) -> Iterator[str]:
    """Every text and comment of a module, but for the refs of the rows."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    refs = refs_of_rows(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in refs:
            yield node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


@pytest.mark.parametrize("folder", [*PACKAGES, "tests"])
def test_no_module_knows_a_step_by_its_number(folder: str) -> None:
    named = {
        str(path.relative_to(ROOT)): refs
        for path in modules(folder)
        if path != Path(__file__) and (refs := set().union(*map(refs_in, texts_of(path))))
    }
    assert named == {}


def test_no_page_file_or_catalogue_knows_a_step_by_its_number() -> None:
    shipped = [
        path
        for path in tracked_files()
        if path.suffix in OTHERS and path.relative_to(ROOT).parts[0] in PACKAGES
    ]
    assert {path for path in shipped if refs_in(path.read_text(encoding="utf-8"))} == set()
    assert len(shipped) > 50


def test_a_number_would_be_seen() -> None:
    assert refs_in("taken by P10, then M6 (T8.review)") == {"P10", "M6", "T8.review"}
    assert refs_in("promise P8, A4, steg/P10, @SUM(A1), A02-2") == set()


def test_a_name_is_machine_and_verb_and_stands_once() -> None:
    every = [*PlanStep, *MeasureStep, *MeetingStep, *CompositeStep]
    assert len(every) == len(set(every)) and set(every) == set(STEP_NAMES)
    assert {machine_of(name) for name in every} == {"plan", "measure", "meeting"}
    assert all(re.fullmatch(r"[a-z][a-z_]+", verb_of(name)) for name in every)
    for kind, machine in ((PlanStep, "plan"), (MeasureStep, "measure"), (MeetingStep, "meeting")):
        assert {machine_of(name) for name in kind} == {machine}
    assert all(member.name == verb_of(member).upper() for member in every)
    assert set(KINDS) == set(DeadlineCode)
    assert not set(DeadlineCode) & set(STEP_NAMES)


QUOTED = re.compile(r"""["']((?:plan|measure|meeting)\.(?!css)[a-z_]+)["']""")


def test_a_template_names_steps_that_there_are() -> None:
    """A template compares with the name itself; one that is no step would be untrue in silence."""
    named = {
        name
        for path in tracked_files()
        if path.suffix == ".html"
        for name in QUOTED.findall(path.read_text(encoding="utf-8"))
    }
    assert named and named <= set(STEP_NAMES), named - set(STEP_NAMES)


@pytest.mark.parametrize("folder", PACKAGES)
def test_no_module_spells_a_step_by_hand(folder: str) -> None:
    """A member of the enum is found by whoever looks for its uses, and by the type checker when it is misspelt.

    `web/staff/__init__.py` lists modules, two of which are called as steps are.
    """
    names = ROOT / "workflow" / "rules" / "names"
    spelled = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(folder)
        if names not in path.parents and path != ROOT / "web" / "staff" / "__init__.py"
        for name in spelled_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert spelled == set()


def spelled_in(tree: ast.AST) -> Iterator[str]:
    """Names of steps written as text, but for the basis of a row, which may rest on another step."""
    bases = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "basis"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in STEP_NAMES and node not in bases:
            yield str(node.value)


def test_nothing_is_kept_from_the_formatter() -> None:
    kept = re.compile(r"#\s*fmt:\s*(?:skip|off)")
    assert [path for path in modules() if kept.search(path.read_text(encoding="utf-8"))] == []


def bound_names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives to something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def test_no_variable_is_called_found() -> None:
    named = [path for path in modules() if "found" in bound_names(ast.parse(path.read_text()))]
    assert named == []
