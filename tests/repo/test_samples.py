"""No sample runs nothing: each kind has its case on PostgreSQL every time, and `make soak` runs the rest."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import samples
from tests.conftest import COLLECTED, LONG
from tests.repo.tree import ROOT, modules
from tests.samples import chosen, few, kinds_of, place

NAMES = st.lists(st.text(max_size=12), min_size=1, max_size=40)


@given(NAMES, st.integers(1, 9))
def test_a_sample_is_never_empty_and_always_the_same(names: list[str], one_in: int) -> None:
    cases = chosen(names, one_in)
    assert cases and cases == chosen(names, one_in)
    assert set(cases) <= set(range(len(names)))
    if one_in == 1:
        assert cases == list(range(len(names)))
    assert set(few(names, one_in)) <= set(names)


def test_a_name_has_its_place_for_good() -> None:
    assert [place(name, 7) for name in ("kim", "mona", "nosy")] == [5, 6, 1]


def test_every_kind_has_a_case_on_postgresql_each_time(request: pytest.FixtureRequest) -> None:
    """Of what was collected for this run: the whole suite, or the part that was asked for."""
    items, left = request.config.stash[COLLECTED]
    others = [one for one in items if not any(map(one.get_closest_marker, ("soak", "chaos")))]
    everyday = [*others, *(one for one in items if one.nodeid in left)]
    kinds = kinds_of(everyday)
    for one_in, cases in kinds:
        kept = [item for item in cases if item.nodeid not in left]
        assert kept, cases[0].nodeid
        assert len(cases) < 40 or len(kept) > len(cases) / one_in / 3, cases[0].nodeid
    assert left <= {item.nodeid for _, cases in kinds for item in cases}
    if len(items) > 5_000:
        assert len(kinds) > 100 and sum(len(cases) for _, cases in kinds) > 1_000
        assert len({item.path for _, cases in kinds for item in cases}) > 80


def test_who_asks_whether_it_is_the_whole_runs_in_the_whole() -> None:
    """A test that has a small and a whole form is marked `sampled`, else `make soak` would not run it."""
    asking = set()
    for path in modules("tests"):
        text = path.read_text(encoding="utf-8")
        names = {
            alias.name
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom) and node.module == "tests.samples"
            for alias in node.names
        }
        if (
            names & {"WHOLE", "few"}
            and path.name.startswith("test_")
            and path.name != "test_samples.py"
        ):
            asking.add(path.name)
            assert "@pytest.mark.sampled" in text, path
        reads = "PLANLOP_SOAK" in text and path.name not in ("samples.py", "test_samples.py")
        assert not reads, f"{path}: ask tests.samples"
    assert len(asking) >= 5


def test_nothing_in_the_sample_returns_at_once() -> None:
    """What one of the databases has no answer to is not a case there, or the sample could be of such alone."""
    left = re.compile(
        r"if [^\n]*(?:is_postgresql|dialect\.name)[^\n]*:\n\s+(?:return(?: *#.*)?|pytest\.skip.*)\n"
    )
    cases = {
        path.name
        for path in modules("tests")
        if left.search(text := path.read_text(encoding="utf-8"))
        and "mark.every_database" not in text
    }
    assert cases == set()


def test_the_whole_runs_what_is_sampled_and_the_everyday_run_too() -> None:
    """Asked of pytest itself, as the Makefile asks."""
    file = next(path for path in modules("tests") if path.name == "test_not_yours.py")
    whole = collected(str(file), "soak", {"PLANLOP_SOAK": "1"})
    everyday = collected(str(file), "not chaos and not soak", {})
    assert {"test_an_address_of_hers_is_an_address_of_nothing"} <= whole & everyday
    assert "test_a_key_of_hers_in_a_form_is_a_key_of_nothing[liv]" in whole - everyday
    assert "test_a_key_of_hers_in_a_form_is_a_key_of_nothing[kim]" in everyday


def collected(file: str, marked: str, more: dict[str, str]) -> set[str]:
    """The tests of a file that run under such an expression."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", file, "-m", marked]
    kept = {name: value for name, value in os.environ.items() if "PLANLOP" not in name}
    told = subprocess.run(
        command, cwd=ROOT, env={**kept, **more}, capture_output=True, text=True, check=True
    ).stdout
    return {line.partition("::")[2] for line in told.splitlines() if "::" in line}


def test_the_long_files_are_there() -> None:
    places = {str(path.relative_to(ROOT / "tests")) for path in modules("tests")}
    assert set(LONG) <= places
    assert samples.ONE_CASE_IN > 1 and samples.ONE_FUNCTION_IN > 1
