"""Connections to a test database as one of the product's own roles, which the tests' server trusts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Engine, make_url

from tests.servers.databases import Database
from workflow.database_roles import roles_of
from workflow.record.database import make_engine


def as_role(database: Database, role: str) -> str:
    """The database's address for one of the roles, which may log in here without a password."""
    let_in(make_url(database.url).set(database="postgres").render_as_string(hide_password=False))
    return make_url(database.url).set(username=role).render_as_string(hide_password=False)


@cache
def let_in(server: str) -> None:
    """Gives the roles their log-in, once a process; several may do so at the same time."""
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7160422)")
        for role in roles_of(""):
            can = "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s"
            if connection.execute(can, (role,)).fetchone() == (False,):
                connection.execute(f"ALTER ROLE {role} LOGIN".encode())


def plain(url: str) -> str:
    """The address as the driver takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def engine_as(database: Database, role: str) -> Iterator[Engine]:
    """An engine that connects as the role."""
    engine = make_engine(as_role(database, role))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def raw(database: Database, role: str, **settings: str) -> Iterator[psycopg.Connection[Any]]:
    """A bare connection as the role, in one transaction that is rolled back, with settings of ours."""
    with psycopg.connect(plain(as_role(database, role))) as connection:
        for name, value in settings.items():
            connection.execute("SELECT set_config(%s, %s, true)", (f"planlop.{name}", value))
        yield connection
        connection.rollback()
