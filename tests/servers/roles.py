"""Connections to a test database as one of the product's own roles, which the tests' server trusts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, make_url

from tests.servers.databases import Database, PostgresBackend
from workflow.database_roles import roles_of
from workflow.record.database.engine import make_engine
from workflow.record.database.migrate import upgrade


def as_role(database: Database, role: str) -> str:
    """The database's address for one of the roles, which may log in here without a password."""
    server = make_url(database.url).set(database="postgres")
    let_in(server.render_as_string(hide_password=False), role)
    return make_url(database.url).set(username=role).render_as_string(hide_password=False)


@cache
def let_in(server: str, role: str) -> None:
    """Gives a role its log-in, once a process; several may do so at the same time."""
    with taking_turns(server) as connection:
        can = "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s"
        if connection.execute(can, (role,)).fetchone() == (False,):
            connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(role)))


def make_roles(server: str, names: Iterable[str]) -> None:
    """Makes roles that may log in where they are not there, as an operator does at the beginning."""
    with taking_turns(server) as connection:
        for role in names:
            there = "SELECT 1 FROM pg_roles WHERE rolname = %s"
            if connection.execute(there, (role,)).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


def drop_roles(server: str, names: Iterable[str]) -> None:
    """Takes roles away again, once nothing is left that they may do."""
    with taking_turns(server) as connection:
        for role in names:
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


@contextmanager
def taking_turns(server: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection for changing roles, which belong to the whole server: one process at a time."""
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7160422)")
        yield connection


@contextmanager
def owned(backend: PostgresBackend, code: str) -> Iterator[Database]:
    """A municipality's own database, which belongs to its owner's role and is migrated by it."""
    names = roles_of(code)
    make_roles(backend.server, names)
    with unmigrated(backend, names.owner) as database:
        upgrade(as_role(database, names.owner), names)
        yield database


@contextmanager
def unmigrated(backend: PostgresBackend, owner: str) -> Iterator[Database]:
    """A database without any table that belongs to a role; it is gone after the block."""
    name = f"{backend.template}_{uuid.uuid4().hex[:12]}"
    with backend.maintenance() as connection:
        words = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(words.format(sql.Identifier(name), sql.Identifier(owner)))
    url = backend.address(name)
    engine = make_engine(url)
    try:
        yield Database(url, engine)
    finally:
        engine.dispose()
        backend.drop(url)


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
def raw(database: Database, role: str) -> Iterator[psycopg.Connection[Any]]:
    """A bare connection as the role, in one transaction that is rolled back."""
    with psycopg.connect(plain(as_role(database, role))) as connection:
        yield connection
        connection.rollback()
