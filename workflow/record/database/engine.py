"""Database settings and the one transaction: engine, connection settings, unit of work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

BUSY_MS = 10_000
# A server that takes the call and never answers must not hold a thread for ever.
CONNECT_SECONDS = 5


class WrongDatabase(OperationalError):
    """The database holds another municipality's record: nothing of it is read or written."""

    def __init__(self, owner: str, code: str) -> None:
        words = f"the database holds the record of {owner}, not of {code}: see its address"
        super().__init__(words, None, ValueError(words))


def make_engine(url: str, **options: Any) -> Engine:
    """An engine with our settings: WAL and foreign keys on SQLite, UTC on PostgreSQL."""
    # A server that was restarted took its connections along: asked first, a page gets a new one.
    # SQLite is a file: there is nobody to ask.
    options.setdefault("pool_pre_ping", not url.startswith("sqlite"))
    options.setdefault("json_serializer", json.dumps)
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if url.startswith("postgresql") and "connect_timeout" not in url:
        options["connect_args"] = {
            "connect_timeout": CONNECT_SECONDS,
            **options.get("connect_args", {}),
        }
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        _settle_sqlite(engine)
    else:
        event.listen(engine, "connect", _settle_postgresql)
    return engine


def refuse_other(engine: Engine, code: str) -> None:
    """Lets no connection be used that leads to another municipality's record.

    An address or a back-up that was mixed up would show one municipality's people at another's. A
    database without a record yet, and an installation without a registry (code ""), are let be.
    """
    if not code:
        return

    @event.listens_for(engine, "connect")
    def ask(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        try:
            row = cursor.execute("SELECT number FROM municipality").fetchone()
        except engine.dialect.loaded_dbapi.Error:  # no table yet
            row = None
        finally:
            cursor.close()
            # Asking opened a transaction; a table that is not there leaves it broken.
            connection.rollback()
        if row and row[0] != code:
            connection.close()
            raise WrongDatabase(row[0], code)


def _settle_postgresql(connection: Any, record: Any) -> None:
    """Instants come back in UTC whatever the server's own zone is."""
    # Outside of a transaction: the first rollback would else take the zone back.
    before = connection.autocommit
    connection.autocommit = True
    connection.execute("SET TIME ZONE 'UTC'")
    connection.autocommit = before


def _settle_sqlite(engine: Engine) -> None:
    """SQLite settings: our own BEGIN IMMEDIATE, so that two writers queue instead of failing.

    A connection with the execution option `reading` never writes and waits for nobody.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        # FULL, for WAL's usual NORMAL may lose the last commits with the power: a step that a page
        # confirmed must not be lost.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back when it raises.

    The only place in the product that commits.
    """
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()
