"""Tests that every table says what each role may do with it, and that nothing written once is ever rewritten."""

from __future__ import annotations

import re

import pytest

from workflow.record.database.append_only import APPEND_ONLY
from workflow.record.database.grants import GRANTS
from workflow.record.models import Base

TABLES = Base.metadata.tables
VERBS = {"SELECT", "INSERT", "UPDATE", "DELETE"}


def verbs_of(grant: str) -> list[str]:
    """The verbs of a grant, without the columns that one may be for."""
    return re.findall(r"[A-Z]+", grant)


def test_every_table_has_its_grants_and_nothing_else() -> None:
    assert set(GRANTS) == set(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_grant_names_verbs_and_columns_that_there_are(name: str) -> None:
    """Never all rights at once, and none to the table itself."""
    for grant in (GRANTS[name].web, GRANTS[name].jobs):
        assert set(verbs_of(grant)) <= VERBS
        for columns in re.findall(r"\(([^)]*)\)", grant):
            assert set(columns.split(", ")) <= {column.name for column in TABLES[name].c}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_background_may_whatever_the_web_may(name: str) -> None:
    """Workers and commands do the same work; a right of the web's alone would be a mistake."""
    assert set(verbs_of(GRANTS[name].web)) <= set(verbs_of(GRANTS[name].jobs))


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_what_is_written_once_is_never_changed_by_the_web(name: str) -> None:
    assert not {"UPDATE", "DELETE"} & set(verbs_of(GRANTS[name].web))


def test_only_an_erasure_in_the_background_takes_words_out_of_the_record() -> None:
    assert {name for name in APPEND_ONLY if "DELETE" in GRANTS[name].jobs} == {"event_body"}
    assert {name for name in APPEND_ONLY if "UPDATE" in GRANTS[name].jobs} == {"erasure"}


def test_the_web_neither_runs_the_background_s_affairs_nor_reads_its_secrets() -> None:
    for name in ("heartbeat", "erasure", "access_seal"):
        assert "INSERT" not in GRANTS[name].web, name
    assert "secret" not in GRANTS["webhook"].web and "INSERT" not in GRANTS["webhook"].web
    assert "INSERT" not in GRANTS["municipality"].web
