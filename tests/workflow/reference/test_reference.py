"""The notices of any sequence of steps, leaves, outages and sweeps are those of the reference model."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, note, settings
from sqlalchemy import Engine

from tests.servers.databases import Database
from tests.workflow.reference.story import OPERATIONS, STEPS, both, granted, notices, started, swept

ONE = st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 40), st.integers(0, 40))
STORY = st.lists(ONE, min_size=10, max_size=40)
STARTS = st.sampled_from(
    [date(2026, 3, 9), date(2026, 3, 26), date(2025, 12, 15), date(2028, 2, 20), date(2026, 10, 20)]
)


def tell(engine: Engine, start: date, story: list[tuple[Any, int, int]]) -> int:
    """Plays a story on both and compares after the last sweep; returns how many notices."""
    two = both(engine, start)
    begin = [(granted, 1, 0), (started, story[0][1], 0)] if story[0][2] % 6 else []
    for operation, a, b in [*begin, *story]:
        note(f"{two.now:%a %d %b %Y %H:%M} {operation.__name__}({a}, {b})")
        operation(two, a, b)
    swept(two, 4, 2)
    swept(two, 7, 3)
    ours, wanted = {told for told, _ in notices(two).values()}, two.model.told
    assert ours == wanted, json.dumps(
        {
            "only the product": sorted(map(str, ours - wanted)),
            "only the model": sorted(map(str, wanted - ours)),
        },
        indent=1,
        ensure_ascii=False,
    )
    return len(ours)


def run(database: Database, examples: int, record: Any) -> None:
    counts = Counter[str]()
    before = STEPS.copy()

    @settings(max_examples=examples)
    @given(STARTS, STORY)
    def example(start: date, story: list[tuple[Any, int, int]]) -> None:
        counts["notices"] += tell(database.engine, start, story)
        counts["examples"] += 1

    example()
    taken = STEPS - before
    record(
        "measured",
        f"reference model, {database.engine.dialect.name}: {counts['examples']} examples, "
        f"{taken.total()} steps and sweeps of {len(taken)} kinds, {counts['notices']} notices equal",
    )


def test_the_notices_are_those_of_the_model(fresh_database: Database, record_property: Any) -> None:
    run(fresh_database, 8 if fresh_database.is_postgresql else 40, record_property)


@pytest.mark.soak
def test_the_notices_are_those_of_the_model_with_fresh_seeds(
    fresh_database: Database, record_property: Any
) -> None:
    default = 300 if fresh_database.is_postgresql else 3000
    run(fresh_database, int(os.environ.get("PLANLOP_EXAMPLES", default)), record_property)
