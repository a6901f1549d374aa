"""Migrated databases for tests, copied from one template per kind: a copy is quicker than a migration."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Engine, make_url

from workflow.record.database.engine import make_engine
from workflow.record.database.migrate import upgrade

ONE_MIGRATES = 7160421  # any number: the key of the lock that lets one worker make the template


@dataclass(frozen=True)
class Database:
    """A database migrated to head: its address for child processes, and an engine on it."""

    url: str
    engine: Engine

    @property
    def is_postgresql(self) -> bool:
        """Whether this is PostgreSQL; else it is SQLite."""
        return self.engine.dialect.name == "postgresql"


class Backend(Protocol):
    """A kind of database that can copy its migrated template."""

    name: str

    def copy(self) -> str:
        """The address of a new copy."""

    def drop(self, url: str) -> None:
        """Takes a copy away again."""


@contextmanager
def copied(backend: Backend) -> Iterator[Database]:
    """A copy of the template that is gone after the block."""
    url = backend.copy()
    engine = make_engine(url)
    try:
        yield Database(url, engine)
    finally:
        engine.dispose()
        backend.drop(url)


class SqliteBackend:
    """Files in a folder; the template is migrated when first asked for."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite"

    def copy(self) -> str:
        """The address of a new copy of the template file."""
        if not self.template.exists():
            upgrade(f"sqlite:///{self.template}")
        path = self.folder / f"{uuid.uuid4().hex}.sqlite"
        # What was written last may stand in the -wal alone.
        for part in ("", "-wal"):
            source = Path(f"{self.template}{part}")
            if source.exists():
                shutil.copy(source, f"{path}{part}")
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Removes the file and what SQLite keeps beside it."""
        path = url.removeprefix("sqlite:///")
        for part in ("", "-wal", "-shm"):
            Path(f"{path}{part}").unlink(missing_ok=True)


class PostgresBackend:
    """Databases on one server; the workers of a run share the template."""

    name = "postgresql"

    def __init__(self, server: str, run: str) -> None:
        self.server = server
        self.template = f"planlop_{run}"

    def copy(self) -> str:
        """The address of a new database made from the template."""
        self.migrate_template()
        name = f"{self.template}_{uuid.uuid4().hex[:12]}"
        with self.maintenance() as connection:
            words = "CREATE DATABASE {} TEMPLATE {}"
            connection.execute(
                sql.SQL(words).format(sql.Identifier(name), sql.Identifier(self.template))
            )
        return self.address(name)

    def migrate_template(self) -> None:
        """Makes the template once, however many workers ask at the same time."""
        with self.maintenance() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (ONE_MIGRATES,))
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(query, (self.template,)).fetchone():
                words = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.template))
                connection.execute(words)
                upgrade(self.address(self.template))

    def drop(self, url: str) -> None:
        """Removes a database, with whoever is still connected to it."""
        name = make_url(url).database
        assert name is not None
        self.drop_named(name)

    def drop_named(self, name: str) -> None:
        """Removes a database by its name; harmless when there is none."""
        with self.maintenance() as connection:
            words = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
            connection.execute(sql.SQL(words).format(sql.Identifier(name)))

    def maintenance(self) -> psycopg.Connection:
        """A connection on which each statement stands for itself."""
        url = make_url(self.server).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    def address(self, name: str) -> str:
        """The address of a database on the server."""
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)
