"""A database made as empty as after its migration, so that one serves the tests of a module in turn."""

from __future__ import annotations

import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from workflow.record.database.migrate import upgrade
from workflow.record.models import Base, MunicipalityRow


def empty(engine: Engine) -> None:
    """Takes every row out, what is append-only as well; nobody may be in a transaction on it."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _copy_over(connection.connection.driver_connection)
            return
    with engine.begin() as connection:
        # In this mode neither triggers nor foreign keys are asked.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        tables = (table.name for table in Base.metadata.sorted_tables)
        connection.exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in tables))


def empty_used(engine: Engine) -> None:
    """Takes every row out where a municipality stands in it already."""
    with engine.connect() as connection:
        used = connection.execute(select(func.count()).select_from(MunicipalityRow)).scalar()
    if used:
        empty(engine)


def _copy_over(connection: Any) -> None:
    """SQLite's own back-up: every page of a migrated file that nobody has used."""
    _unused().backup(connection)


@cache
def _unused() -> sqlite3.Connection:
    """A migrated database in memory, made once a process."""
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with tempfile.TemporaryDirectory(prefix="plem-") as folder:
        path = Path(folder) / "unused.sqlite"
        upgrade(f"sqlite:///{path}")
        source = sqlite3.connect(path)
        source.backup(kept)
        source.close()
    return kept
