"""Tests of the second wall with raw SQL: what somebody could do who speaks to PostgreSQL as the web's role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from tests.servers.databases import PostgresBackend, copied
from tests.servers.walls import as_role, plain, raw
from tests.workflow.walled import SAME, Two, insertion, two_towns
from workflow.record.models import Base
from workflow.record.wall_functions import FUNCTIONS
from workflow.record.wall_statements import raise_walls, walled
from workflow.record.walls import JOBS, WALLS, WEB

TABLES = [name for name in walled() if name != "municipality"]  # whose names are public
SEEN_BY_ALL = ("unit",)  # an office's name and telephone, see walls.OFFICES
NAMED = {"webhook": sql.SQL("id, municipality_id")}  # what may be read where not all may


@pytest.fixture(scope="module")
def two(postgresql_backend: PostgresBackend) -> Iterator[Two]:
    """Two municipalities with a row in every table; the walls are raised a second time."""
    with copied(postgresql_backend) as database:
        with database.engine.begin() as connection:
            assert raise_walls(connection)
        yield two_towns(database)


def count(connection: psycopg.Connection[Any], table: str, municipality: str) -> int:
    """How many rows of the municipality are seen; none where reading is refused."""
    words = sql.SQL("SELECT {} FROM {} WHERE municipality_id = %s").format(
        NAMED.get(table, sql.SQL("*")), sql.Identifier(table)
    )
    try:
        return len(connection.execute(words, (municipality,)).fetchall())
    except InsufficientPrivilege:
        connection.rollback()
        return 0


def touched(connection: psycopg.Connection[Any], words: sql.Composed, *values: Any) -> int:
    """How many rows the statement changes; none where it is refused."""
    try:
        with connection.transaction():
            return connection.execute(words, values).rowcount
    except InsufficientPrivilege:
        return 0


def stored(two: Two, table: str) -> list[Any]:
    """The other municipality's rows as whoever sees all reads them."""
    words = sql.SQL("SELECT * FROM {} WHERE municipality_id = %s ORDER BY 1, 2")
    with psycopg.connect(plain(two.database.url)) as connection:
        named = words.format(sql.Identifier(table))
        return connection.execute(named, (two.there.municipality_id,)).fetchall()


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_each_table_is_there_to_be_seen(two: Two, table: str) -> None:
    assert stored(two, table)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_of_the_other_municipality_is_read(two: Two, table: str) -> None:
    with raw(two.database, WEB, session=two.token) as connection:
        if WALLS[table].web:
            assert count(connection, table, two.here.municipality_id) > 0
        seen = count(connection, table, two.there.municipality_id)
    assert (seen > 0) == (table in SEEN_BY_ALL)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_at_all_is_read_without_a_session(two: Two, table: str) -> None:
    for shown in ({}, {"session": "made-up"}, {"municipality": two.there.municipality_id}):
        with raw(two.database, WEB, **shown) as connection:
            for world in (two.here, two.there):
                assert count(connection, table, world.municipality_id) == 0


@pytest.mark.parametrize("table", TABLES)
def test_nothing_of_the_other_municipality_is_changed(two: Two, table: str) -> None:
    before = stored(two, table)
    name, there = sql.Identifier(table), two.there.municipality_id
    update = sql.SQL("UPDATE {} SET municipality_id = municipality_id WHERE municipality_id = %s")
    take = sql.SQL("UPDATE {} SET municipality_id = %s WHERE municipality_id = %s")
    delete = sql.SQL("DELETE FROM {} WHERE municipality_id = %s")
    with psycopg.connect(plain(as_role(two.database, WEB))) as connection:
        connection.execute("SELECT set_config('planlop.session', %s, false)", (two.token,))
        assert touched(connection, update.format(name), there) == 0
        assert touched(connection, take.format(name), two.here.municipality_id, there) == 0
        assert touched(connection, delete.format(name), there) == 0
        connection.commit()
    assert stored(two, table) == before


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_put_into_the_other_municipality(two: Two, table: str) -> None:
    columns = list(Base.metadata.tables[table].c)
    row = dict(zip((c.name for c in columns), ordered(two, table, columns), strict=True))
    key = columns[0].name
    with (
        raw(two.database, WEB, session=two.token) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(insertion(table, {**row, key: "new"}), [*({**row, key: "new"}).values()])


def ordered(two: Two, table: str, columns: list[Any]) -> Any:
    """One of the other municipality's rows, its columns in the model's order."""
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    words = sql.SQL("SELECT {} FROM {} WHERE municipality_id = %s LIMIT 1")
    with psycopg.connect(plain(two.database.url)) as connection:
        asked = words.format(names, sql.Identifier(table))
        return connection.execute(asked, (two.there.municipality_id,)).fetchone()


@pytest.mark.parametrize("table", ["event", "event_body", "access", "access_seal", "erasure"])
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET plan_id = plan_id", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_what_is_written_once_stays(two: Two, table: str, verb: str) -> None:
    asked = verb.replace("plan_id", "municipality_id")
    with (
        raw(two.database, WEB, session=two.token) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(sql.SQL(asked).format(sql.Identifier(table)))


REFUSED = (
    "SET ROLE planlop_owner",
    "SET ROLE planlop_jobs",
    "SET SESSION AUTHORIZATION planlop",
    "SET session_replication_role = replica",
    "ALTER ROLE planlop_web BYPASSRLS",
    "CREATE ROLE another SUPERUSER",
    "GRANT planlop_owner TO planlop_web",
    "ALTER TABLE plan DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE plan NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "DROP TRIGGER event_append_only ON event",
    "ALTER POLICY wall_own ON plan USING (true)",
    "DROP POLICY wall_own ON plan",
    "CREATE POLICY mine ON plan USING (true)",
    "CREATE OR REPLACE FUNCTION public.planlop_here() RETURNS varchar LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE VIEW public.all_plans AS SELECT * FROM plan",
    "TRUNCATE plan CASCADE",
    "DROP TABLE plan",
    "ALTER TABLE plan ADD COLUMN mine text",
    "CREATE INDEX mine ON plan (id)",
    "COPY plan TO '/tmp/plans'",
    "COPY plan FROM PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM pg_authid",
    "SELECT secret FROM webhook",
    "SELECT * FROM webhook",
    "SELECT * FROM access_seal",
    "DELETE FROM plan",
    "DELETE FROM consent",
    "INSERT INTO municipality (id, number, name, decision_model, phone, created_at)"
    " VALUES ('a', '0000', 'a', 'A', '', now())",
    "UPDATE municipality SET decision_model = 'C'",
)


@pytest.mark.parametrize("words", REFUSED)
def test_the_role_cannot_climb_out(two: Two, words: str) -> None:
    with (
        raw(two.database, WEB, session=two.token) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(words.encode())


def test_it_can_give_itself_no_right(two: Two) -> None:
    with raw(two.database, WEB, session=two.token) as connection:
        connection.execute("GRANT ALL ON event TO planlop_web")  # a warning: nothing was granted
        asked = "SELECT has_table_privilege('event', 'UPDATE') OR has_table_privilege('event', 'DELETE')"
        assert connection.execute(asked).fetchone() == (False,)


def test_turning_row_security_off_reads_nothing(two: Two) -> None:
    with raw(two.database, WEB, session=two.token) as connection:
        connection.execute("SET row_security = off")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("SELECT * FROM plan")


def test_resetting_the_role_changes_nothing(two: Two) -> None:
    with raw(two.database, WEB) as connection:
        connection.execute("RESET ROLE")
        connection.execute("RESET SESSION AUTHORIZATION")
        assert connection.execute("SELECT current_user, count(*) FROM plan").fetchone() == (WEB, 0)


def test_an_error_tells_nothing_of_a_row_that_is_not_seen(two: Two) -> None:
    with raw(two.database, WEB) as connection:
        asked = "SELECT count(*) FROM party WHERE name::int > 0 AND 1 / length(name) > 5"
        assert connection.execute(asked).fetchone() == (0,)


def test_an_offer_of_somebody_elses_plan_opens_nothing(two: Two) -> None:
    """A made-up offer of the other municipality's plan is ours, the plan is not."""
    with psycopg.connect(plain(two.database.url)) as connection:
        found = "SELECT id FROM plan WHERE municipality_id = %s ORDER BY created_at LIMIT 1"
        plan = connection.execute(found, (two.there.municipality_id,)).fetchone()
    columns = list(Base.metadata.tables["offer"].c)
    row = dict(zip((c.name for c in columns), ordered(two, "offer", columns), strict=True))
    assert plan is not None
    lie = {
        **row, "id": "lie", "municipality_id": two.here.municipality_id, "plan_id": plan[0], "outcome": "",
        "to_municipality_id": two.there.municipality_id, "to_party_id": None, "from_party_id": None,
        "to_unit_id": None, "answered_by": None,
    }  # fmt: skip
    with raw(two.database, WEB, session=two.token) as connection:
        connection.execute(insertion("offer", lie), list(lie.values()))
        assert count(connection, "plan", two.there.municipality_id) == 0
        assert count(connection, "goal", two.there.municipality_id) == 0
        assert count(connection, "staff_role", two.there.municipality_id) == 0


def test_the_door_opens_one_account_and_no_plan(two: Two) -> None:
    email = f"email:{'mona'}@example.test"
    with raw(two.database, WEB, door=email) as connection:
        for world in (two.here, two.there):
            assert count(connection, "party", world.municipality_id) == 1
        for table in set(TABLES) - {"party", "staff_role", "sign_in", "credential", "invitation", "identity",
                                    "authenticator"}:  # fmt: skip
            assert count(connection, table, two.here.municipality_id) == 0, table


def test_the_same_address_in_two_municipalities_is_two_accounts(two: Two) -> None:
    with raw(two.database, WEB, session=two.token) as connection:
        asked = "SELECT count(*), count(DISTINCT municipality_id) FROM party WHERE email = %s"
        assert connection.execute(asked, (SAME,)).fetchone() == (1, 1)


def test_a_session_that_has_ended_shows_nothing(two: Two) -> None:
    with psycopg.connect(plain(two.database.url)) as connection:
        ended = "UPDATE sign_in SET ended_at = now() WHERE token_hash = encode(sha256(%s), 'hex')"
        connection.execute(ended, (two.token.encode(),))
        connection.commit()
        with raw(two.database, WEB, session=two.token) as other:
            assert count(other, "plan", two.here.municipality_id) == 0
        back = ended.replace("now()", "NULL")
        connection.execute(back, (two.token.encode(),))


@pytest.mark.parametrize(
    "column",
    ["party_id", "plan_id", "reason", "opened_at", "until_at", "sign_in_id", "municipality_id"],
)
def test_who_opened_in_an_emergency_why_and_when_stays(two: Two, column: str) -> None:
    words = sql.SQL("UPDATE break_glass SET {0} = {0}").format(sql.Identifier(column))
    with (
        raw(two.database, WEB, session=two.token) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(words)


def test_the_background_sees_all_and_still_cannot_rewrite_the_record(two: Two) -> None:
    with raw(two.database, JOBS) as connection:
        for world in (two.here, two.there):
            assert count(connection, "plan", world.municipality_id) > 0
    for words in ("UPDATE event SET text = ''", "DELETE FROM event", "DELETE FROM access",
                  "UPDATE access SET ground = ''", "DROP TABLE plan", "TRUNCATE plan CASCADE",
                  "ALTER TABLE event DISABLE TRIGGER ALL", "CREATE TABLE public.mine (a int)"):  # fmt: skip
        with raw(two.database, JOBS) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(words.encode())


def test_every_function_of_the_walls_has_a_fixed_search_path(two: Two) -> None:
    with psycopg.connect(plain(two.database.url)) as connection:
        found = connection.execute(
            "SELECT proname, prosecdef, proconfig FROM pg_proc WHERE proname LIKE 'planlop%'"
        ).fetchall()
    assert {name for name, _, _ in found} == set(FUNCTIONS)
    assert all(
        definer and config == ["search_path=pg_catalog, pg_temp"] for _, definer, config in found
    )


def test_every_wall_is_forced_upon_the_owner_too(two: Two) -> None:
    with psycopg.connect(plain(two.database.url)) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity"
            " AND relforcerowsecurity ORDER BY 1"
        ).fetchall()
    assert [name for (name,) in found] == walled()


def test_of_the_other_municipality_only_the_name_is_read(two: Two) -> None:
    with raw(two.database, WEB, session=two.token) as connection:
        assert connection.execute("SELECT count(*) FROM municipality").fetchone() == (2,)
        touched = connection.execute("UPDATE municipality SET phone = '1' RETURNING id").fetchall()
        assert touched == [(two.here.municipality_id,)]
