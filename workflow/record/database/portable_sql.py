"""What set-based statements need and each database says in its own way; both forms stand side by side."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Engine, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from workflow.record.models.base import KEY

LOST_RACE = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock not to be had
GIVE_WAY_MS = 500  # below PostgreSQL's own second, so that a person's step wins a deadlock


class FreshId(GenericFunction[str]):
    """A fresh UUIDv7 for each row of an INSERT … SELECT; its argument is `id_prefix`."""

    type = KEY
    inherit_cache = True
    name = "fresh_id"


@compiles(FreshId, "postgresql")
def _fresh_postgresql(element: FreshId, compiler: SQLCompiler, **options: Any) -> str:
    prefix = compiler.process(element.clauses, **options)
    return f"({prefix} || substr(gen_random_uuid()::text, 16))"


@compiles(FreshId, "sqlite")
def _fresh_sqlite(element: FreshId, compiler: SQLCompiler, **options: Any) -> str:
    prefix = compiler.process(element.clauses, **options)
    return (
        # The bits of 32768 mark the variant: without them it would be no UUID to whoever parses it.
        f"printf('%s%03x-%04x-%012x', {prefix}, random() & 4095, 32768 | (random() & 16383),"
        " random() & 281474976710655)"
    )


class OsloDay(GenericFunction[date]):
    """The Norwegian day of a stored instant; on SQLite by winter time, so an hour off in summer nights."""

    type = Date()
    inherit_cache = True
    name = "oslo_day"


@compiles(OsloDay, "postgresql")
def _day_postgresql(element: OsloDay, compiler: SQLCompiler, **options: Any) -> str:
    instant = compiler.process(element.clauses, **options)
    return f"(({instant}) AT TIME ZONE 'Europe/Oslo')::date"


@compiles(OsloDay, "sqlite")
def _day_sqlite(element: OsloDay, compiler: SQLCompiler, **options: Any) -> str:
    instant = compiler.process(element.clauses, **options)
    return f"date({instant}, '+1 hour')"


def id_prefix(now: datetime) -> str:
    """The first 15 characters of every UUIDv7 made in this millisecond, version digit included."""
    stamp = f"{int(now.timestamp() * 1000):012x}"
    return f"{stamp[:8]}-{stamp[8:]}-7"


def insert_ignoring(dialect: str, table: Table, columns: list[str], rows: Any) -> Any:
    """INSERT … SELECT that leaves out rows which a unique key already knows; count by `insert_and_count`."""
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(table).from_select(columns, rows).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)


def insert_and_count(conn: Connection, statement: Any, binds: dict[str, Any]) -> int:
    """Runs an INSERT … SELECT and tells how many rows came in."""
    cursor = conn.execute(statement, binds)
    if conn.dialect.name == "sqlite":  # its driver does not count an INSERT that begins with WITH
        return int(conn.execute(text("SELECT changes()")).scalar_one())
    return int(cursor.rowcount)


def upsert(dialect: str, table: Table, values: dict[str, Any], key: str) -> Any:
    """INSERT of one row that replaces what the same key had."""
    rest = {name: value for name, value in values.items() if name != key}
    if dialect == "postgresql":
        statement = postgresql.insert(table).values(values)
        return statement.on_conflict_do_update(index_elements=[key], set_=rest)
    other = sqlite.insert(table).values(values)
    return other.on_conflict_do_update(index_elements=[key], set_=rest)


def materialize(rows: Any, name: str) -> Any:
    """A named part of a statement that the database works out once."""
    return rows.cte(name).prefix_with("MATERIALIZED")


def one_snapshot(engine: Engine) -> Engine:
    """The engine whose transactions see one moment from first to last statement.

    SQLite's writing transactions do so by themselves.
    """
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def give_way(conn: Connection) -> None:
    """Lets this transaction lose, not another, when both wait for each other's rows.

    SQLite has one writer at a time, so nobody waits.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(text(f"SET LOCAL lock_timeout = {GIVE_WAY_MS}"))


def one_at_a_time(conn: Connection, name: str) -> None:
    """Lets one transaction at a time go on from here, whoever names the same; SQLite always does."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def is_lost_race(error: DBAPIError) -> bool:
    """Whether a transaction only has to be tried again from its start."""
    return getattr(error.orig, "sqlstate", None) in LOST_RACE


def fresh_id(prefix: ColumnElement[str]) -> FreshId:
    """A fresh id for each row; bind `id_prefix(now)`."""
    return FreshId(prefix)
