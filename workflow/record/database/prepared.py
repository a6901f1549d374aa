"""Core statements compiled once and run on the driver itself: for the few that every step takes.

The statement stays one Core statement for both databases; only its execution is short.
Lists that expand (IN over a list of unknown length) are not for this; nothing else lives here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, SelectBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Processor = Callable[[Any], Any] | None


class Ready:
    """A statement as one driver takes it: text, places with their conversions, column readers."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        self.text = str(compiled)
        names = compiled.positiontup if compiled.positional else None
        self.positional = names is not None
        binds = compiled.binds
        order: Iterable[str] = names if names is not None else compiled.bind_names.values()
        self.places: list[tuple[str, Processor, Any]] = [
            (name, _into(binds[name].type, dialect), binds[name].value) for name in order
        ]

    def values(self, given: Mapping[str, Any]) -> Any:
        """The parameters in the driver's own form. A place nobody fills has its fixed value."""
        if self.positional:
            return [
                into(given.get(name, fixed)) if into else given.get(name, fixed)
                for name, into, fixed in self.places
            ]
        return {
            name: into(given.get(name, fixed)) if into else given.get(name, fixed)
            for name, into, fixed in self.places
        }


def _into(kind: Any, dialect: Dialect) -> Processor:
    """How a value goes to the driver."""
    processor: Processor = kind.dialect_impl(dialect).bind_processor(dialect)
    return processor


def result_processor(kind: Any, dialect: Dialect) -> Processor:
    """How a value comes from the driver."""
    processor: Processor = kind.dialect_impl(dialect).result_processor(dialect, None)
    return processor


def _named(conn: Connection, text: str, error: Exception) -> Exception:
    """The driver's error as SQLAlchemy names it, so that callers catch one kind of error only.

    The values are left out: they may be what people wrote.
    """
    dbapi_error: Exception = DBAPIError.instance(
        text,
        None,
        error,
        conn.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        dialect=conn.dialect,
    )
    return dbapi_error


class PreparedStatement:
    """One Core statement, ready for each database and each set of columns it is run with."""

    def __init__(self, statement: Executable, changes: bool = False) -> None:
        self.statement: Any = statement
        self.changes = changes
        self._ready: dict[tuple[str, frozenset[str]], Ready] = {}
        self._readers: dict[str, list[tuple[str, Processor]]] = {}

    def _for(self, dialect: Dialect, keys: frozenset[str]) -> Ready:
        """The statement for this database; `keys` matter where columns are set."""
        wanted = (dialect.name, keys)
        statement = self._ready.get(wanted)
        if statement is None:
            columns = sorted(keys) if self.changes else None
            compiled = self.statement.compile(dialect=dialect, column_keys=columns)
            statement = self._ready[wanted] = Ready(compiled, dialect)
        return statement

    def run(self, conn: Connection, given: Mapping[str, Any]) -> Any:
        """Execute on the connection's own cursor and return the cursor."""
        keys = frozenset(given) if self.changes else frozenset()
        ready = self._for(conn.dialect, keys)
        # A transaction must be open before the driver is used directly.
        if not conn.in_transaction():
            conn.begin()
        cursor = conn.connection.cursor()
        try:
            cursor.execute(ready.text, ready.values(given))
        except conn.dialect.loaded_dbapi.Error as error:
            raise _named(conn, ready.text, error) from error
        return cursor

    def change(self, conn: Connection, given: Mapping[str, Any]) -> int:
        """Execute an INSERT or UPDATE; returns how many rows it touched."""
        cursor = self.run(conn, given)
        touched: int = cursor.rowcount
        cursor.close()
        return touched

    def rows(self, conn: Connection, given: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Execute a SELECT; all rows as the driver gives them."""
        cursor = self.run(conn, given)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return rows

    def first(self, conn: Connection, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """Execute a SELECT; the first row as column -> value, or None."""
        rows = self.all(conn, given)
        return rows[0] if rows else None

    def all(self, conn: Connection, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Execute a SELECT; every row as column -> value."""
        readers = self._read(conn.dialect)
        return [
            {
                name: value if out is None or value is None else out(value)
                for (name, out), value in zip(readers, row, strict=True)
            }
            for row in self.rows(conn, given)
        ]

    def add(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute an INSERT for each row, all with the same columns."""
        for row in rows:
            self.change(conn, row)

    def _read(self, dialect: Dialect) -> list[tuple[str, Processor]]:
        """How each selected column comes back."""
        readers = self._readers.get(dialect.name)
        if readers is None:
            assert isinstance(self.statement, SelectBase)
            columns = self.statement.selected_columns
            readers = [(str(c.key), result_processor(c.type, dialect)) for c in columns]
            self._readers[dialect.name] = readers
        return readers
