"""Tests that no table is without its wall, or without the reason why it has none."""

from __future__ import annotations

import pytest

from workflow.record.models import Base
from workflow.record.wall_statements import BEYOND, walled
from workflow.record.walls import NONE, WALLS

TABLES = Base.metadata.tables


def test_every_table_is_in_the_map_and_nothing_else() -> None:
    assert set(WALLS) == set(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_has_a_wall_or_a_reason(name: str) -> None:
    has_rows_of_its_own = "municipality_id" in TABLES[name].c
    assert has_rows_of_its_own == (WALLS[name].open == "")
    assert has_rows_of_its_own or len(WALLS[name].open.split()) > 4


def test_round_all_that_have_rows_of_their_own_stands_a_policy() -> None:
    own = {name for name, table in TABLES.items() if "municipality_id" in table.c}
    assert set(walled()) == own | {"municipality"}


@pytest.mark.parametrize("name", walled())
def test_each_door_is_one_that_the_table_has(name: str) -> None:
    assert WALLS[name].beyond in (NONE, *BEYOND)
    needed = {"plan": "plan_id", "door": "party_id", "told": "notice_id"}.get(WALLS[name].beyond)
    assert needed is None or needed in TABLES[name].c


@pytest.mark.parametrize("name", ["event", "event_body", "access", "access_seal", "erasure"])
def test_what_is_written_once_is_never_changed_by_the_web(name: str) -> None:
    assert not {"UPDATE", "DELETE", "TRUNCATE"} & set(WALLS[name].web.split(", "))
    assert not {"UPDATE", "DELETE"} & set(WALLS[name].through.split(", "))


def test_only_an_erasure_in_the_background_takes_words_out_of_the_record() -> None:
    removable = {name for name in ("event", "event_body", "access") if "DELETE" in WALLS[name].jobs}
    assert removable == {"event_body"}
