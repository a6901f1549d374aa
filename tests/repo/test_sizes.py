"""Tests that functions and files stay small, and what every module must say first."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.repo.tree import PACKAGES, ROOT, body_lines, functions, modules

LONGEST_FUNCTION = 60
LONGEST_FILE = 600
TYPICAL_FUNCTION = 8
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "util", "helper", "misc"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_functions_are_short(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = [
        (body_lines(function), f"{named(path)}:{function.name}")
        for path in modules(*PACKAGES)
        for function in functions(path)
    ]
    longest = sorted(sizes, reverse=True)[:5]
    with capsys.disabled():
        print(f"\nlongest functions: {longest}; median {median(size for size, _ in sizes)}")
    assert longest[0][0] <= LONGEST_FUNCTION
    assert median(size for size, _ in sizes) <= TYPICAL_FUNCTION


def test_files_are_short(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = [(len(path.read_text().splitlines()), named(path)) for path in modules()]
    longest = sorted(sizes, reverse=True)[:5]
    with capsys.disabled():
        print(f"\nlongest files: {longest}")
    assert longest[0][0] <= LONGEST_FILE


def test_every_module_says_what_lives_there() -> None:
    silent = [
        named(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_no_module_has_a_vague_name() -> None:
    assert [named(path) for path in modules() if VAGUE_NAMES & {path.stem, path.parent.name}] == []
