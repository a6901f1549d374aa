"""Tests with raw SQL of what each role may do: what somebody could do who speaks to PostgreSQL as the web."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RaiseException

from tests.servers.databases import Database, PostgresBackend
from tests.servers.roles import as_role, owned, plain, raw
from tests.workflow.database.granted import in_use, is_let
from workflow.database_roles import roles_of
from workflow.record.database.append_only import APPEND_ONLY
from workflow.record.database.grants import GRANTS
from workflow.record.database.migrate import upgrade
from workflow.record.models import Base

HERE, THERE = roles_of("9000"), roles_of("9001")
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
ALL_VERBS = frozenset((*VERBS, "REFERENCES", "TRIGGER", "MAINTAIN"))
OF_COLUMNS = {"SELECT": 'SELECT "{1}" FROM "{0}"', "UPDATE": 'UPDATE "{0}" SET "{1}" = DEFAULT'}
OF_ROWS = {
    "INSERT": 'INSERT INTO "{0}" DEFAULT VALUES',
    "DELETE": 'DELETE FROM "{0}"',
    "TRUNCATE": 'TRUNCATE "{0}"',
}

Line = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def home(postgresql_backend: PostgresBackend) -> Iterator[Database]:
    """Municipality 9000's database, which its owner migrated, with a row in every table."""
    with in_use(postgresql_backend, "9000") as database:
        yield database


@pytest.fixture(scope="module")
def neighbour(postgresql_backend: PostgresBackend) -> Iterator[Database]:
    """Municipality 9001's, on the same server."""
    with owned(postgresql_backend, "9001") as database:
        yield database


@pytest.fixture(scope="module")
def lines(home: Database) -> Iterator[Mapping[str, Line]]:
    """A connection as each of the roles that work."""
    with ExitStack() as stack:
        yield {
            role: stack.enter_context(psycopg.connect(plain(as_role(home, role))))
            for role in (HERE.web, HERE.jobs)
        }


def parts_of(grant: str) -> dict[str, frozenset[str]]:
    """What a grant says, by verb: its columns, none for the whole table."""
    matches = re.findall(r"([A-Z]+)(?: \(([^)]*)\))?", grant)
    return {verb: frozenset(columns.split(", ") if columns else ()) for verb, columns in matches}


def granted(table: str, role: str) -> dict[str, frozenset[str]]:
    """What the map gives a role."""
    return parts_of(GRANTS[table].web if role == HERE.web else GRANTS[table].jobs)


# Table by table, verb by verb


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", sorted(GRANTS))
def test_each_role_may_do_exactly_this(lines: Mapping[str, Line], table: str, verb: str) -> None:
    for role, line in lines.items():
        given = granted(table, role)
        if verb in OF_ROWS:
            assert is_let(line, OF_ROWS[verb].format(table)) == (verb in given), role
            continue
        columns = {column.name for column in Base.metadata.tables[table].c}
        expected = (given[verb] or columns) if verb in given else set()
        words = OF_COLUMNS[verb]
        assert {one for one in columns if is_let(line, words.format(table, one))} == expected, role
        if verb == "SELECT":
            assert is_let(line, f'SELECT * FROM "{table}"') == (expected == columns), role


def test_the_server_s_own_book_says_the_same(home: Database) -> None:
    """No right of another kind, to anybody else, on anything else, and none that can be handed on."""
    with psycopg.connect(plain(home.url)) as connection:
        whole = connection.execute(
            "SELECT relname, coalesce(rolname, 'PUBLIC'), privilege_type, is_grantable"
            " FROM pg_class, aclexplode(relacl) LEFT JOIN pg_roles r ON r.oid = grantee"
            " WHERE relnamespace = 'public'::regnamespace"
        ).fetchall()
        columns = connection.execute(
            "SELECT relname, coalesce(rolname, 'PUBLIC'), privilege_type || ' ' || attname,"
            " is_grantable FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid,"
            " aclexplode(attacl) LEFT JOIN pg_roles r ON r.oid = grantee"
            " WHERE relnamespace = 'public'::regnamespace"
        ).fetchall()
    grants = {row[:3] for row in (*whole, *columns) if row[1] != HERE.owner}
    expected = {("alembic_version", role, "SELECT") for role in (HERE.web, HERE.jobs)}
    for table in GRANTS:
        for role in (HERE.web, HERE.jobs):
            for verb, named in granted(table, role).items():
                rights = {f"{verb} {column}" for column in named} or {verb}
                expected |= {(table, role, right) for right in rights}
    assert grants == expected
    assert not [row for row in (*whole, *columns) if row[1] != HERE.owner and row[3]]
    assert {row[2] for row in whole} <= ALL_VERBS


def test_what_is_given_beside_the_map_is_taken_at_the_next_migration(
    postgresql_backend: PostgresBackend,
) -> None:
    asked = {
        "DELETE FROM plan": f"GRANT DELETE ON plan TO {HERE.web}",
        "UPDATE break_glass SET reason = 'x'": f"GRANT UPDATE (reason) ON break_glass TO {HERE.web}",
        "CREATE TABLE public.mine (a int)": f"GRANT CREATE ON SCHEMA public TO {HERE.web}",
        "SELECT * FROM access_seal": "GRANT SELECT ON access_seal TO PUBLIC",
        "CREATE TEMPORARY TABLE mine (a int)": "GRANT TEMPORARY ON DATABASE {} TO PUBLIC",
        "CREATE SCHEMA mine": f"GRANT CREATE ON DATABASE {{}} TO {HERE.web}",
    }
    with owned(postgresql_backend, "9000") as database:
        with psycopg.connect(plain(database.url)) as connection:
            for words in asked.values():
                connection.execute(words.format(connection.info.dbname).encode())
        with raw(database, HERE.web) as line:
            assert all(is_let(line, words) for words in asked)
        upgrade(as_role(database, HERE.owner), HERE)
        with raw(database, HERE.web) as line:
            assert not any(is_let(line, words) for words in asked)


# What is written once


@pytest.mark.parametrize("role", HERE)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_written_once_stays(home: Database, table: str, role: str) -> None:
    """The web and the background have no right to; the owner meets the table's own guard."""
    refusal = RaiseException if role == HERE.owner else InsufficientPrivilege
    column = next(iter(Base.metadata.tables[table].c)).name
    for words in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        if role == HERE.jobs and is_the_erasers(table, words):
            continue
        with raw(home, role) as line, pytest.raises(refusal):
            line.execute(words.encode())


def is_the_erasers(table: str, words: str) -> bool:
    """What a job may ask for, since it erases; the table's guard wants an erasure that is open."""
    return (table, words.partition(" ")[0]) in {("event_body", "DELETE"), ("erasure", "UPDATE")}


def test_a_job_takes_no_words_out_without_an_erasure(home: Database) -> None:
    for words in ("DELETE FROM event_body", "UPDATE erasure SET reason = 'another'"):
        with raw(home, HERE.jobs) as line, pytest.raises(RaiseException, match="append-only"):
            line.execute(words.encode())


@pytest.mark.parametrize(
    "column", ["party_id", "plan_id", "reason", "opened_at", "until_at", "sign_in_id"]
)
def test_who_opened_in_an_emergency_why_and_when_stays(home: Database, column: str) -> None:
    words = sql.SQL("UPDATE break_glass SET {0} = {0}").format(sql.Identifier(column))
    with raw(home, HERE.web) as line, pytest.raises(InsufficientPrivilege):
        line.execute(words)


def test_the_end_of_an_emergency_and_its_answer_are_added(home: Database) -> None:
    words = "UPDATE break_glass SET ended_at = now(), outcome = 'justified', answer = 'Ja'"
    with raw(home, HERE.web) as line:
        assert line.execute(words.encode()).rowcount == 1


# Ways out


REFUSED_TO_BOTH = (
    f"SET ROLE {HERE.owner}",
    f"SET ROLE {THERE.web}",
    f"SET ROLE {THERE.jobs}",
    f"SET ROLE {THERE.owner}",
    "SET SESSION AUTHORIZATION planlop",
    "SET session_replication_role = replica",
    f"ALTER ROLE {HERE.web} SUPERUSER",
    f"ALTER ROLE {HERE.jobs} CREATEROLE",
    "CREATE ROLE another SUPERUSER",
    f"GRANT {HERE.owner} TO {HERE.web}",
    f"GRANT {HERE.owner} TO {HERE.jobs}",
    f"GRANT {HERE.web} TO {THERE.web}",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "DROP TRIGGER event_append_only ON event",
    "CREATE TRIGGER mine BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION event_guard()",
    "CREATE RULE mine AS ON INSERT TO event DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION public.event_guard() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN OLD; END'",
    "ALTER FUNCTION public.event_guard() RENAME TO other",
    "DROP FUNCTION public.event_guard() CASCADE",
    "CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE TEMPORARY VIEW mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE FOREIGN DATA WRAPPER mine",
    "CREATE VIEW public.all_plans AS SELECT * FROM plan",
    "CREATE PUBLICATION mine FOR ALL TABLES",
    "TRUNCATE plan CASCADE",
    "DROP TABLE plan",
    "ALTER TABLE plan ADD COLUMN mine text",
    "ALTER TABLE plan OWNER TO CURRENT_USER",
    "CREATE INDEX mine ON plan (id)",
    "LOCK TABLE event IN ACCESS EXCLUSIVE MODE",
    "COPY plan TO '/tmp/plans'",
    "COPY plan FROM '/tmp/plans'",
    "COPY plan TO PROGRAM 'id'",
    "COPY plan FROM PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_reload_conf()",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_hba_file_rules",
    "INSERT INTO alembic_version VALUES ('0002')",
    "UPDATE alembic_version SET version_num = ''",
)
REFUSED_TO_THE_WEB = (
    f"SET ROLE {HERE.jobs}",
    f"GRANT {HERE.jobs} TO {HERE.web}",
    "SELECT secret FROM webhook",
    "SELECT * FROM webhook",
    "COPY webhook TO STDOUT",
    "SELECT * FROM access_seal",
    "COPY access_seal TO STDOUT",
    "COPY access_seal FROM STDIN",
    "DELETE FROM plan",
    "DELETE FROM consent",
    "WITH gone AS (DELETE FROM plan RETURNING *) SELECT * FROM gone",
    "MERGE INTO event e USING plan p ON e.plan_id = p.id WHEN MATCHED THEN DELETE",
    "INSERT INTO heartbeat SELECT * FROM heartbeat ON CONFLICT DO NOTHING",
    "INSERT INTO municipality DEFAULT VALUES",
    "UPDATE municipality SET decision_model = 'C'",
    "UPDATE municipality SET number = '9001'",
    "DELETE FROM municipality",
)
REFUSED_TO_JOBS = (
    f"SET ROLE {HERE.web}",
    "UPDATE event SET text = ''",
    "DELETE FROM event",
    "UPDATE access SET ground = ''",
    "DELETE FROM access",
    "UPDATE access_seal SET hash = ''",
    "DELETE FROM access_seal",
    "DELETE FROM erasure",
)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        *((role, words) for words in REFUSED_TO_BOTH for role in (HERE.web, HERE.jobs)),
        *((HERE.web, words) for words in REFUSED_TO_THE_WEB),
        *((HERE.jobs, words) for words in REFUSED_TO_JOBS),
    ],
)
def test_the_role_cannot_climb_out(
    home: Database, neighbour: Database, role: str, words: str
) -> None:
    with raw(home, role) as line, pytest.raises(InsufficientPrivilege):
        line.execute(words.encode())


@pytest.mark.parametrize(
    "words", ["ALTER SYSTEM SET log_statement = 'all'", "CREATE DATABASE mine"]
)
@pytest.mark.parametrize("role", [HERE.web, HERE.jobs])
def test_nor_by_what_stands_outside_of_a_transaction(home: Database, role: str, words: str) -> None:
    with (
        psycopg.connect(plain(as_role(home, role)), autocommit=True) as line,
        pytest.raises(InsufficientPrivilege),
    ):
        line.execute(words.encode())


@pytest.mark.parametrize("role", [HERE.web, HERE.jobs])
def test_it_can_give_itself_no_right(home: Database, role: str) -> None:
    with raw(home, role) as line:
        line.execute(f"GRANT ALL ON event TO {role}".encode())  # a warning: nothing was granted
        asked = "SELECT has_table_privilege('event', 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
        assert line.execute(asked).fetchone() == (False,)


@pytest.mark.parametrize("role", [HERE.web, HERE.jobs])
def test_resetting_the_role_changes_nothing(home: Database, role: str) -> None:
    with raw(home, role) as line:
        line.execute("RESET ROLE")
        line.execute("RESET SESSION AUTHORIZATION")
        assert line.execute("SELECT current_user, session_user").fetchone() == (role, role)


@pytest.mark.parametrize("role", HERE)
def test_no_role_is_more_than_it_was_made(home: Database, role: str) -> None:
    with raw(home, role) as line:
        flags = line.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        member = "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole"
        assert flags == (False,) * 5 and line.execute(member).fetchone() == (0,)


def test_no_function_of_ours_runs_with_its_owners_rights(home: Database) -> None:
    """The guards of what is written once are all there is, and nobody calls a guard by hand."""
    with psycopg.connect(plain(home.url)) as connection:
        functions = connection.execute(
            "SELECT proname, prosecdef, prorettype::regtype::text FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace"
        ).fetchall()
    assert {name for name, _, _ in functions} == {f"{table}_guard" for table in APPEND_ONLY}
    assert {row[1:] for row in functions} == {(False, "trigger")}
