"""The documents name only what there is: a path that was moved or removed stops the suite until they say so too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.repo.tree import PACKAGES, ROOT, tracked_files
from workflow.rules.tables import TRANSITIONS

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TOPS = (*PACKAGES, "tests", "docs", ".ci")
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.S | re.M)
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(rf"(?<![\w./-])((?:{'|'.join(map(re.escape, TOPS))})/[\w./-]*)")
FILE = re.compile(r"[\w.-]+\.(?:py|html|css|js|po|yaml|toml|lock|md)")
DOTTED = re.compile(rf"(?:{'|'.join(PACKAGES)}|tests)(?:\.\w+)+")
# In a drawing: `web/app/app.py: build, other`, to the end of its line there.
WITHIN = re.compile(r"([\w./-]+\.py): (\w+(?:, \w+)*)(?=<br>|\"\])")


def code_of(page: Path) -> Iterator[str]:
    """What a page writes as code: the fenced blocks, drawings too, and the spans between backticks."""
    text = page.read_text(encoding="utf-8")
    yield from FENCE.findall(text)
    yield from SPAN.findall(FENCE.sub("", text))


def paths_of(code: str) -> Iterator[str]:
    """The paths below our own folders that a piece of code names, without a sentence's full stop."""
    yield from (path.rstrip(".") for path in PATH.findall(code))


def is_module(name: str) -> bool:
    """Whether a dotted name begins with one of our modules and ends with something that stands in it."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        base = ROOT.joinpath(*parts[:length])
        file = next(
            (one for one in (base.with_suffix(".py"), base / "__init__.py") if one.is_file()), None
        )
        if file is not None:
            rest = parts[length:]
            return (
                not rest
                or re.search(rf"\b{rest[0]}\b", file.read_text(encoding="utf-8")) is not None
            )
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_in_a_document_is_there(page: Path) -> None:
    named = {path for code in code_of(page) for path in paths_of(code)}
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_file_named_without_its_folder_is_there(page: Path) -> None:
    """`relations.py` beside another, where the sentence says which folder is meant."""
    known = {path.name for path in tracked_files()}
    spans = SPAN.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    assert sorted({one for one in spans if FILE.fullmatch(one)} - known) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_module_named_with_dots_is_there(page: Path) -> None:
    named = {code for code in code_of(page) if DOTTED.fullmatch(code)}
    assert sorted(name for name in named if not is_module(name)) == []


def test_a_function_in_a_drawing_stands_in_the_module_it_is_drawn_in() -> None:
    drawings = FENCE.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    drawn = [
        (path, name)
        for code in drawings
        for path, names in WITHIN.findall(code)
        for name in names.split(", ")
    ]
    assert len(drawn) > 20
    missing = [
        f"{path}: {name}"
        for path, name in drawn
        if not re.search(rf"^ *def {name}\b", (ROOT / path).read_text(encoding="utf-8"), re.M)
    ]
    assert missing == []


REF = re.compile(r"(?<![\w.])[PAMCX]\d+[a-z]?(?![\w.-])")


def test_a_steps_number_stands_beside_its_name() -> None:
    """The numbers in the README are its promises'; the policy is made from the tables."""
    names = {row.ref: row.name for row in TRANSITIONS.values()}
    bare = [
        (page.name, number, ref)
        for page in PAGES
        if page.name not in ("README.md", "policy.md")
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1)
        for ref in REF.findall(line)
        if ref in names and names[ref] not in line
    ]
    assert bare == []


IMPORT = re.compile(r"^ +from ((?:workflow|web|jobs)[\w.]*) import ([\w, ]+)$", re.M)


def is_there(module: str, name: str) -> bool:
    """Whether a module has a name, or a package a module of that name."""
    return hasattr(import_module(module), name) or find_spec(f"{module}.{name}") is not None


def test_imports_that_a_docstring_shows_are_there() -> None:
    shown = 0
    for path in tracked_files():
        if path.suffix != ".py":
            continue
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")), clean=False) or ""
        for module, names in IMPORT.findall(told):
            for name in names.split(","):
                shown += 1
                assert is_there(module, name.strip()), (path.name, module, name)
    assert shown
