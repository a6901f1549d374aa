"""Writes a whole municipality as plain files, for another installation or an archive.

A back-up is PostgreSQL's own matter; this is what a municipality takes along when it moves: rows as
JSON that any database can take, documents as the files they are, and digests that say it is whole.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, select

from workflow.record.database.header import HEADER
from workflow.record.database.portable_sql import one_snapshot
from workflow.record.models import Base

FORMAT = 1
MANIFEST = "manifest.json"
DOCUMENT = ("document", "content")  # the one column that is written as a file of its own
AT_A_TIME = 1000
# What is of the installation and not of the municipality, or opens nothing elsewhere.
LEFT_BEHIND = frozenset({"heartbeat", "failed_try", "spent_token", "sign_in"})


class FolderTaken(ValueError):
    """The folder to write into is not empty."""


class NothingToTake(ValueError):
    """The database holds no municipality yet."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the record was written with; only their check values leave the installation."""

    identity_key: str
    secret_key: str
    public_key: str = ""

    def check_values(self) -> dict[str, str]:
        """Tells whether a key is the same one, and nothing of it."""
        return {
            name: hashlib.sha256(f"planlop {name}:{key}".encode()).hexdigest()
            for name, key in (("identity_key", self.identity_key), ("secret_key", self.secret_key))
        }


@dataclass
class TakeOutResult:
    """What was written: digests by file, rows by table."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def write(self, name: str, parts: Iterator[bytes]) -> None:
        """One file, with its digest; nobody but its owner reads it."""
        path = self.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        self.files[name] = digest.hexdigest()


def take_out(
    engine: Engine,
    folder: Path,
    keys: Keys,
    form: str,
    now: datetime,
    progress: Callable[[str], None],
) -> Mapping[str, Any]:
    """Writes everything into an empty folder, from one snapshot; returns the manifest.

    1. Each table's rows. 2. Each document's bytes. 3. The manifest, last of all: a folder without
    one was cut off and is not taken in. Raises FolderTaken, NothingToTake.
    """
    with engine.connect() as conn:
        own = _header(conn)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderTaken(str(folder))
    folder.chmod(0o700)  # one that was there already may have been open to others
    taken = TakeOutResult(folder)
    # A reader on SQLite as well: people go on working while everything is written.
    snapshot = one_snapshot(engine).execution_options(reading=True)
    with snapshot.connect() as conn:
        for table in moved_tables():
            taken.write(f"tables/{table.name}.jsonl", _lines(conn, table, taken))
            progress(f"{table.name}: {taken.rows[table.name]} rows")
    whole = {
        "format": FORMAT,
        **own,
        "form": form,
        "taken_at": now.isoformat(),
        "keys": keys.check_values(),
        "public_key": keys.public_key,
        "rows": taken.rows,
        "files": dict(taken.files),
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)
    taken.write(MANIFEST, iter((text.encode(),)))
    return whole


def moved_tables() -> list[Table]:
    """The tables that move, what is pointed at before what points."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_BEHIND]


def _header(conn: Connection) -> dict[str, str]:
    """Whose record it is. Raises NothingToTake."""
    row = conn.execute(select(HEADER.c.number, HEADER.c.name)).first()
    if row is None:
        raise NothingToTake("The database holds no municipality.")
    return {"number": row.number, "name": row.name}


def _lines(conn: Connection, table: Table, taken: TakeOutResult) -> Iterator[bytes]:
    """A table as one JSON object a line; documents are written beside it on the way."""
    taken.rows[table.name] = 0
    query = select(table).order_by(*table.primary_key.columns)
    for row in conn.execute(query.execution_options(yield_per=AT_A_TIME)).mappings():
        taken.rows[table.name] += 1
        yield (json.dumps(_plain_row(table, row, taken), ensure_ascii=False) + "\n").encode()


def _plain_row(table: Table, row: RowMapping, taken: TakeOutResult) -> dict[str, Any]:
    values = dict(row)
    if table.name == DOCUMENT[0]:
        content = values.pop(DOCUMENT[1])
        taken.write(f"documents/{row['id']}", iter((bytes(content),)))
    return {name: plain(value) for name, value in values.items()}


def plain(value: object) -> object:
    """A value as JSON holds it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value
