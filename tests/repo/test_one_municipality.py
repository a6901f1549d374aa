"""A database holds one municipality: no table, key or statement says which, so none can say the wrong one."""

from __future__ import annotations

from tests.repo.tree import ROOT, modules
from workflow.record.models import Base

KEY = "municipality" + "_id"


def test_no_table_carries_a_municipality() -> None:
    named = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.c
        if "municipality" in column.name
        or any(key.column.table.name == "municipality" for key in column.foreign_keys)
    ]
    assert named == []


def test_the_record_has_one_header() -> None:
    table = Base.metadata.tables["municipality"]
    assert [column.name for column in table.primary_key] == ["sole"]
    assert {str(one.sqltext) for one in table.constraints if hasattr(one, "sqltext")} == {
        "sole = 1"
    }


def test_no_code_asks_for_a_municipalitys_rows() -> None:
    paths = [
        str(path.relative_to(ROOT))
        for path in modules("workflow", "web", "jobs", "tests")
        if KEY in path.read_text(encoding="utf-8")
    ]
    assert paths == []


def test_no_row_is_hidden_by_a_second_wall() -> None:
    """What isolates is PostgreSQL's own: no policies, no functions, no settings of a session's."""
    words = ("ROW LEVEL " + "SECURITY", "set_" + "config", "SECURITY " + "DEFINER")
    paths = [
        str(path.relative_to(ROOT))
        for path in modules("workflow", "web", "jobs")
        if any(word in path.read_text(encoding="utf-8") for word in words)
    ]
    assert paths == []
