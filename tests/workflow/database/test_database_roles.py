"""Tests of who connects to which database: nobody to another municipality's, and in production no role too wide."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import FeatureNotSupported, InsufficientPrivilege
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.servers.databases import Database, PostgresBackend
from tests.servers.roles import (
    as_role,
    drop_roles,
    engine_as,
    make_roles,
    owned,
    plain,
    raw,
    unmigrated,
)
from web import create_app
from web.request.database import db
from web.request.role_check import RoleTooWide
from workflow.database_roles import Roles, roles_of
from workflow.record.database.engine import make_engine
from workflow.record.database.grants import WHY, find_grant_faults, give_grants, why_too_wide
from workflow.record.database.migrate import upgrade
from workflow.record.models import Plan
from workflow.settings import Settings, SettingsRefused

HERE, THERE, LONE = roles_of("9000"), roles_of("9001"), roles_of("")
CLOSED = "permission denied for database"


@pytest.fixture(scope="module")
def home(postgresql_backend: PostgresBackend) -> Iterator[Database]:
    """Municipality 9000's database, which its owner migrated."""
    with owned(postgresql_backend, "9000") as database:
        yield database


@pytest.fixture(scope="module")
def neighbour(postgresql_backend: PostgresBackend) -> Iterator[Database]:
    """Municipality 9001's, on the same server."""
    with owned(postgresql_backend, "9001") as database:
        yield database


@pytest.fixture
def stranger(postgresql_backend: PostgresBackend) -> Iterator[str]:
    """A role of the server that has nothing to do with any municipality."""
    name = f"planlop_stranger_{uuid.uuid4().hex[:8]}"
    make_roles(postgresql_backend.server, [name])
    yield name
    drop_roles(postgresql_backend.server, [name])


# Nobody comes in from elsewhere


@pytest.mark.parametrize("kind", Roles._fields)
@pytest.mark.parametrize("roles", [HERE, THERE], ids=["9000", "9001"])
def test_no_role_of_one_municipality_connects_to_anothers_database(
    home: Database, neighbour: Database, roles: Roles, kind: str
) -> None:
    own, others = (home, neighbour) if roles == HERE else (neighbour, home)
    role = getattr(roles, kind)
    with raw(own, role) as line:
        assert line.execute("SELECT current_user").fetchone() == (role,)
    with pytest.raises(psycopg.OperationalError, match=CLOSED):
        psycopg.connect(plain(as_role(others, role)))


@pytest.mark.parametrize("role", LONE)
def test_no_role_of_an_installation_without_a_registry_does(
    postgresql_backend: PostgresBackend, home: Database, role: str
) -> None:
    postgresql_backend.migrate_template()  # which makes them
    with pytest.raises(psycopg.OperationalError, match=CLOSED):
        psycopg.connect(plain(as_role(home, role)))


def test_nobody_elses_role_does(home: Database, stranger: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=CLOSED):
        psycopg.connect(plain(as_role(home, stranger)))


def test_nobody_looks_into_the_schema_who_was_let_connect(home: Database, stranger: str) -> None:
    with psycopg.connect(plain(home.url)) as connection:
        name = connection.info.dbname
        connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO {stranger}'.encode())
        connection.commit()
        try:
            for words in (
                "SELECT * FROM public.plan",
                "CREATE TABLE public.mine (a int)",
                "CREATE TEMPORARY TABLE mine (a int)",
            ):
                with raw(home, stranger) as line, pytest.raises(InsufficientPrivilege):
                    line.execute(words.encode())
        finally:
            connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM {stranger}'.encode())


@pytest.mark.parametrize("kind", ["web", "jobs"])
def test_no_statement_reaches_another_database(
    home: Database, neighbour: Database, kind: str
) -> None:
    name = neighbour.engine.url.database
    with raw(home, getattr(HERE, kind)) as line, pytest.raises(FeatureNotSupported):
        line.execute(f'SELECT * FROM "{name}".public.plan'.encode())


def test_public_has_neither_connect_nor_schema(home: Database) -> None:
    with home.engine.connect() as connection:
        closed = (
            "SELECT has_database_privilege('public', current_database(), right_) FROM unnest("
            "ARRAY['CONNECT', 'TEMPORARY', 'CREATE']) right_ UNION ALL SELECT"
            " has_schema_privilege('public', 'public', right_) FROM unnest("
            "ARRAY['USAGE', 'CREATE']) right_"
        )
        assert connection.execute(text(closed)).scalars().all() == [False] * 5


# Who makes the roles


def test_whoever_may_make_roles_makes_those_that_are_missing(
    postgresql_backend: PostgresBackend,
) -> None:
    roles = roles_of("9002")
    url = postgresql_backend.copy()
    try:
        upgrade(url, roles)
        upgrade(url, roles)  # may run any number of times
        with psycopg.connect(plain(url)) as connection:
            made = "SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname LIKE %s"
            rows = connection.execute(made, ("planlop_9002_%",)).fetchall()
        assert sorted(rows) == sorted((role, False, False) for role in roles)
    finally:
        postgresql_backend.drop(url)
        drop_roles(postgresql_backend.server, roles)


def test_whoever_may_not_gives_nothing_and_doctor_says_so(
    postgresql_backend: PostgresBackend,
) -> None:
    roles = roles_of("9003")
    make_roles(postgresql_backend.server, [roles.owner])
    try:
        with unmigrated(postgresql_backend, roles.owner) as database:
            upgrade(as_role(database, roles.owner), roles)
            with database.engine.begin() as connection:
                told = find_grant_faults(connection, roles)
            with engine_as(database, roles.owner) as engine, engine.begin() as connection:
                assert give_grants(connection, roles) is False
    finally:
        drop_roles(postgresql_backend.server, roles)
    assert told[:2] == [
        f"{role} is not there: run planlop migrate as a role that may make roles"
        for role in (roles.web, roles.jobs)
    ]
    assert told[2:] == [
        "everybody may connect to the database",
        "everybody may look into the schema",
    ]


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'plan.sqlite'}"
    upgrade(url)
    with Session(make_engine(url)) as session:
        assert give_grants(session.connection(), LONE) is False


# What doctor says


WRONG = (
    (f"ALTER ROLE {HERE.web} SUPERUSER", f"{HERE.web} is a superuser"),
    (f"ALTER ROLE {HERE.jobs} SUPERUSER", f"{HERE.jobs} is a superuser"),
    (f"ALTER ROLE {HERE.web} CREATEROLE", f"{HERE.web} may make roles"),
    (f"GRANT {HERE.owner} TO {HERE.web}", f"{HERE.web} owns the tables"),
    (f"GRANT {HERE.owner} TO {HERE.jobs}", f"{HERE.jobs} owns the tables"),
    (f"ALTER TABLE plan OWNER TO {HERE.web}", f"{HERE.web} owns the tables"),
    (f"GRANT {HERE.jobs} TO {HERE.web}", f"{HERE.web} may do what only jobs may"),
    (f"GRANT INSERT ON access_seal TO {HERE.web}", f"{HERE.web} may do what only jobs may"),
    ("GRANT CONNECT ON DATABASE {} TO PUBLIC", "everybody may connect to the database"),
    ("GRANT USAGE ON SCHEMA public TO PUBLIC", "everybody may look into the schema"),
)


@pytest.mark.parametrize("role", ["", HERE.jobs])
def test_all_is_well(home: Database, role: str) -> None:
    """Asked as the server's own, and as the background, which is how an operator asks."""
    with (
        engine_as(home, role or home.engine.url.username or "") as engine,
        engine.connect() as connection,
    ):
        assert find_grant_faults(connection, HERE) == []


@pytest.mark.parametrize(("words", "told"), WRONG)
def test_doctor_names_what_is_wrong(home: Database, words: str, told: str) -> None:
    with home.engine.connect() as connection, connection.begin() as outer:
        connection.exec_driver_sql(words.format(f'"{home.engine.url.database}"'))
        mistakes = find_grant_faults(connection, HERE)
        outer.rollback()
    assert len(mistakes) == 1 and mistakes[0].startswith(told)


def test_the_reasons_stand_in_one_sentence() -> None:
    assert why_too_wide(("planlop_web", False, False, False, False)) == ""
    assert why_too_wide(("planlop_web", None, False, False, True)) == f"planlop_web {WHY[3]}"
    assert why_too_wide(("root", True, True, True, True)) == "root " + ", ".join(WHY)


# What production refuses


def settings_for(database: Database, role: str, home: Path) -> Settings:
    """Strict settings on that role's address."""
    return Settings(
        production=True,
        base_url="https://plan.example.invalid",
        home=home,
        database_url=as_role(database, role) if role else database.url,
        redis_url="redis://planlop_web:word@127.0.0.1:1/0",
        secret_key="k" * 20 + uuid.uuid4().hex,
        identity_key="i" * 20 + uuid.uuid4().hex,
        smtp_host="mail",
        smtp_sender="a@example.invalid",
        unit_telephone="22 00 00 00",
    )


def try_it(settings: Settings, too_wide: str) -> None:
    """Asks a question as the page does, and the address that says whether it can be served."""
    app = create_app(settings)
    with app.app_context():
        try:
            if too_wide:
                with pytest.raises(RoleTooWide, match=too_wide):
                    db.session.execute(select(1))
            else:
                assert db.session.execute(select(func.count()).select_from(Plan)).scalar() == 0
            answer = app.test_client().get("/readyz", base_url="https://plan.example.invalid")
            assert answer.status_code == (503 if too_wide else 200)
        finally:
            db.session.remove()
            db.engine.dispose()


def test_the_web_works_as_its_own_role(home: Database, tmp_path: Path) -> None:
    try_it(settings_for(home, HERE.web, tmp_path), "")


@pytest.mark.parametrize("role", [HERE.owner, HERE.jobs])
def test_it_does_not_start_as_a_wider_one(home: Database, role: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=role):
        create_app(settings_for(home, role, tmp_path))


WIDE = (
    ("ALTER ROLE {} SUPERUSER", "is a superuser"),
    ("ALTER ROLE {} CREATEROLE", "may make roles"),
    (f"GRANT {HERE.owner} TO {{}}", "owns the tables"),
    (f"GRANT {HERE.jobs} TO {{}}", "may do what only jobs may"),
)


@pytest.mark.parametrize(("words", "why"), WIDE)
def test_a_role_of_another_name_is_refused_for_what_it_may(
    home: Database, stranger: str, tmp_path: Path, words: str, why: str
) -> None:
    with psycopg.connect(plain(home.url)) as connection:
        connection.execute(f"GRANT {HERE.web} TO {stranger}".encode())
        connection.execute(words.format(stranger).encode())
    try_it(settings_for(home, stranger, tmp_path), why)


def test_a_superuser_is_refused(home: Database, tmp_path: Path) -> None:
    try_it(settings_for(home, "", tmp_path), "is a superuser")
