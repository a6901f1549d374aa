"""A municipality's database with a row in every table, and what a role is let do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, IntegrityError, RaiseException
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, LargeBinary, Time

from tests.servers.databases import Database, PostgresBackend
from tests.servers.roles import owned, plain
from tests.world import make_world
from workflow.record.models import Base, new_id
from workflow.record.models.base import UtcDateTime

AT = datetime(2026, 3, 9, 9, tzinfo=UTC)
PLAIN: tuple[tuple[Any, Any], ...] = (
    (Boolean, False),
    (Integer, 99),
    (Date, AT.date()),
    (Time, time(9)),
    (LargeBinary, b"-"),
    ((DateTime, UtcDateTime), AT),
)


@contextmanager
def in_use(backend: PostgresBackend, code: str) -> Iterator[Database]:
    """A database of a municipality's own with a plan, and one row more in every table."""
    with owned(backend, code) as database:
        plan = make_world(database.engine, number=code).active()
        with psycopg.connect(plain(database.url)) as connection:
            # In this mode neither triggers nor foreign keys are asked.
            connection.execute("SET session_replication_role = replica")
            for name, table in Base.metadata.tables.items():
                if name != "municipality":  # which has one row alone
                    values = {column.name: value_of(column, plan) for column in table.c}
                    connection.execute(insertion(name, values), list(values.values()))
        yield database


def insertion(table: str, values: dict[str, Any]) -> sql.Composed:
    """An INSERT of these columns."""
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() for _ in values),
    )


def value_of(column: Column[Any], plan: str) -> Any:
    """A value that the column takes: the plan, else something fresh."""
    if column.name == "plan_id":
        return plan
    for kind, value in PLAIN:
        if isinstance(column.type, kind):
            return value
    length = getattr(column.type, "length", None) or 40
    return new_id() if length >= 36 else new_id()[-min(length, 12) :]


def is_let(connection: psycopg.Connection[Any], words: str) -> bool:
    """Whether the role may; a table's own rules, asked after its grants, count as let. Nothing is kept."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(words.encode())
    except InsufficientPrivilege:
        return False
    except (IntegrityError, RaiseException):
        pass
    return True
