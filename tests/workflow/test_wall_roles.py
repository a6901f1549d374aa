"""Tests of who connects as what: the owner migrates and is no superuser, doctor sees who stands inside."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import func, select

from tests.servers.databases import Database, PostgresBackend
from tests.servers.walls import as_role, engine_as, plain
from tests.world import make_world
from web import create_app
from web.database import InsideTheWalls, db
from workflow.acts.sessions import open_session
from workflow.record import doors
from workflow.record.database import make_engine, unit_of_work
from workflow.record.migrate import upgrade
from workflow.record.models import Party, Plan
from workflow.record.wall_statements import holes, raise_walls
from workflow.record.walls import JOBS, OWNER, WEB
from workflow.settings import Settings


@pytest.fixture(scope="module")
def owned(postgresql_backend: PostgresBackend) -> Iterator[Database]:
    """A database that belongs to the owner's role, who migrates it and is no superuser."""
    postgresql_backend.migrate_template()  # the roles are the server's, and made by the first who may
    name = f"{postgresql_backend.template}_{uuid.uuid4().hex[:12]}"
    with postgresql_backend.maintenance() as connection:
        words = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(words.format(sql.Identifier(name), sql.Identifier(OWNER)))
    url = postgresql_backend.address(name)
    engine = make_engine(url)
    database = Database(url, engine)
    upgrade(as_role(database, OWNER))
    try:
        yield database
    finally:
        engine.dispose()
        postgresql_backend.drop(url)


def seen(database: Database, token: str) -> int:
    """How many plans the web's role sees with a session."""
    with engine_as(database, WEB) as engine, engine.begin() as connection:
        connection.exec_driver_sql(doors.SHOWN, (token,))
        return int(connection.execute(select(func.count()).select_from(Plan)).scalar_one())


def test_the_owner_is_no_superuser_and_the_walls_hold(owned: Database) -> None:
    with engine_as(owned, JOBS) as engine:
        here, there = make_world(engine), make_world(engine)
        here.active()
        there.active()
        with unit_of_work(engine) as session:
            token = open_session(
                session, session.get_one(Party, here.party["mona"]), here.now, method="demo"
            )
    doors.stand_with("")
    assert (seen(owned, token), seen(owned, "made-up")) == (1, 0)
    with psycopg.connect(plain(as_role(owned, OWNER))) as connection:
        found = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(found).fetchone() == (False, False)
    with owned.engine.begin() as connection_of_another:
        assert raise_walls(connection_of_another)  # a superuser raises them anew
    assert (seen(owned, token), seen(owned, "made-up")) == (1, 0)
    upgrade(as_role(owned, OWNER))
    assert seen(owned, token) == 1


def test_doctor_names_who_stands_inside(owned: Database) -> None:
    with engine_as(owned, JOBS) as engine, engine.connect() as connection:
        assert holes(connection) == []
    with owned.engine.begin() as connection:
        (told,) = holes(connection)
        assert "is a superuser" in told
        connection.exec_driver_sql("ALTER TABLE goal NO FORCE ROW LEVEL SECURITY")
        assert "1 tables have no wall" in holes(connection)
        connection.rollback()


def settings_for(database: Database, role: str, home: Path) -> Settings:
    """Strict settings on that role's address."""
    return Settings(
        production=True, base_url="https://plan.example.invalid", home=home,
        database_url=as_role(database, role) if role else database.url,
        redis_url="redis://127.0.0.1:1/0", secret_key="k" * 20 + uuid.uuid4().hex,
        identity_key="i" * 20 + uuid.uuid4().hex, smtp_host="mail", smtp_sender="a@example.invalid",
        unit_telephone="22 00 00 00",
    )  # fmt: skip


@pytest.mark.parametrize("role", ["", OWNER, WEB])
def test_in_production_the_web_refuses_to_stand_inside(
    owned: Database, role: str, tmp_path: Path
) -> None:
    app = create_app(settings_for(owned, role, tmp_path))
    with app.app_context():
        try:
            if role == WEB:
                assert db.session.execute(select(func.count()).select_from(Plan)).scalar() == 0
            else:
                with pytest.raises(InsideTheWalls, match=r"superuser|owns the tables"):
                    db.session.execute(select(1))
            answer = app.test_client().get("/readyz", base_url="https://plan.example.invalid")
            assert answer.status_code == (200 if role == WEB else 503)
        finally:
            db.session.remove()
            db.engine.dispose()
