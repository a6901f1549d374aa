"""What runs every time and what only `make soak` runs: stated samples, the same on every machine and every day.

A sample follows from the name of the case alone. Nothing is drawn by chance: whoever breaks a case that was in the
sample yesterday is told today.
"""

from __future__ import annotations

import os
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

WHOLE = bool(os.environ.get("PLANLOP_SOAK"))
# On SQLite every case runs every time. On PostgreSQL, of the cases of one test function one in so many; and of the
# functions of a module that have a single case, one in so many. Each such kind has a case there, whatever its names.
ONE_CASE_IN = 6
ONE_FUNCTION_IN = 3

Case = TypeVar("Case")


def place(name: str, places: int) -> int:
    """A place among so many that belongs to the name for good; Python's own hash is another in each process."""
    return zlib.crc32(name.encode()) % places


def few(cases: Iterable[Case], one_in: int) -> list[Case]:
    """One in so many of the cases by their names, never none; all of them in `make soak`."""
    every = list(cases)
    return every if WHOLE else [every[at] for at in chosen([str(one) for one in every], one_in)]


def chosen(names: Sequence[str], one_in: int) -> list[int]:
    """Which of the names are in the sample, by their place; the first by its number where none would be."""
    cases = [at for at, name in enumerate(names) if place(name, one_in) == 0]
    nearest = min(range(len(names)), key=lambda at: (zlib.crc32(names[at].encode()), at))
    return cases or [nearest]


def kinds_of(items: Sequence[pytest.Item]) -> list[tuple[int, list[pytest.Item]]]:
    """The cases that both databases run, on PostgreSQL, kind by kind; one in how many of each runs every time.

    A test that names PostgreSQL itself is no part of this, nor one marked `every_database`.
    """
    functions: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if on_postgresql(item) and not item.get_closest_marker("every_database"):
            functions[item.nodeid.partition("[")[0]].append(item)
    kinds = [(ONE_CASE_IN, cases) for cases in functions.values() if len(cases) > 1]
    modules: dict[str, list[pytest.Item]] = defaultdict(list)
    for cases in functions.values():
        if len(cases) == 1:
            modules[str(cases[0].path)] += cases
    return [*kinds, *((ONE_FUNCTION_IN, cases) for cases in modules.values())]


def left_for_soak(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The cases on PostgreSQL that need not run every time: all but the sample of each kind."""
    left = []
    everyday = [item for item in items if not any(map(item.get_closest_marker, ("soak", "chaos")))]
    for one_in, cases in kinds_of(everyday):
        # By the file's name, not its folder: a file that moves keeps its sample.
        kept = set(chosen([f"{item.path.name} {item.name}" for item in cases], one_in))
        left += [item for at, item in enumerate(cases) if at not in kept]
    return left


def on_postgresql(item: pytest.Item) -> bool:
    """Whether it is one of a pair that both kinds of database run."""
    spec = getattr(item, "callspec", None)
    return spec is not None and spec.params.get("backend") == "postgresql"
