"""Tests of how the modules lie: small folders, and no import in a circle; the order of folders is in pyproject.toml."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.repo.tree import PACKAGES, ROOT, modules

MOST_IN_A_FOLDER = 20
Graph = Mapping[str, set[str]]


def module_name(path: Path) -> str:
    """The name a module is imported by; a package goes by its folder's."""
    name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    return name.removesuffix(".__init__")


@cache
def modules_by_name() -> dict[str, Path]:
    return {module_name(path): path for path in modules(*PACKAGES)}


def imported_by(path: Path) -> Iterator[str]:
    """Our own modules that a module imports, at its head or in a function."""
    known = modules_by_name()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                if inner in known or node.module in known:
                    yield inner if inner in known else node.module


@cache
def imports() -> Graph:
    """Module -> the modules it imports."""
    return {
        name: {one for one in imported_by(path) if one != name}
        for name, path in modules_by_name().items()
    }


def folder_of(name: str) -> str:
    return ".".join(module_name(modules_by_name()[name].parent / "x.py").split(".")[:-1])


def folders() -> Graph:
    """Folder -> the folders that its modules import from."""
    imports_of_folder: dict[str, set[str]] = {}
    for name, used in imports().items():
        here = folder_of(name)
        imports_of_folder.setdefault(here, set()).update(folder_of(one) for one in used)
        imports_of_folder[here].discard(here)
    return imports_of_folder


def circle_in(graph: Graph) -> list[str]:
    """The nodes of a circle, the first one again at the end; nothing where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        circle: list[str] = problem.args[1]
        return circle
    return []


def test_no_folder_is_too_full_to_look_through() -> None:
    counted = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for path in modules(*PACKAGES)
        if path.name != "__init__.py"
    )
    assert {folder: many for folder, many in counted.items() if many > MOST_IN_A_FOLDER} == {}


def test_every_folder_is_a_package() -> None:
    """A folder without `__init__.py` is imported all the same, and forgotten by half of the tools."""
    missing = {
        path.parent.relative_to(ROOT).as_posix()
        for path in modules()
        if not (path.parent / "__init__.py").is_file()
    }
    assert missing == set()


def test_no_module_imports_in_a_circle() -> None:
    assert circle_in(imports()) == []


def test_no_folder_imports_in_a_circle() -> None:
    assert circle_in(folders()) == []


def test_a_circle_would_be_found() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}}) != []
    assert imports()["workflow.acts.engine.fire"] >= {"workflow.acts.engine.persist"}
    assert folders()["workflow.acts.engine"] >= {"workflow.acts.base", "workflow.rules"}
