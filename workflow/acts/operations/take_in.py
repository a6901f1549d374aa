"""Begins a municipality from what `take_out` wrote elsewhere: all of it, proved, or nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Date, Engine, LargeBinary, Table, Time, insert, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from workflow.acts.operations.take_out import (
    AT_A_TIME,
    DOCUMENT,
    FORMAT,
    MANIFEST,
    Keys,
    moved_tables,
)
from workflow.record.database.engine import unit_of_work
from workflow.record.database.header import HEADER
from workflow.record.history.verify import verify_within
from workflow.record.models.base import UtcDateTime

PLAIN_KEY = re.compile(r"[0-9a-zA-Z-]{1,36}")
UNFIT = (KeyError, TypeError, AttributeError, OSError, UnicodeError, StatementError, RecursionError)
READERS: Mapping[type, Callable[[Any], Any]] = {
    UtcDateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    Time: time.fromisoformat,
    LargeBinary: base64.b64decode,
}


class TakeInRefused(ValueError):
    """The folder cannot be taken in; the message says why and what to do."""


def take_in(
    engine: Engine,
    folder: Path,
    keys: Keys,
    form: str,
    number: str,
    progress: Callable[[str], None],
    digest: str = "",
) -> Mapping[str, Any]:
    """Fills an empty database from the folder; returns the manifest.

    1. Reads the manifest and proves every file against its digest. 2. Refuses another form, other
    keys, another municipality's number and a database that is in use. 3. Stores all rows and proves
    the record in one transaction: a crash or a fault leaves nothing. Raises TakeInRefused.
    """
    manifest = read_manifest(folder)
    if digest and digest != digest_of(folder):
        raise TakeInRefused(
            f"{MANIFEST} is not the one that was taken out: fetch the folder again."
        )
    _refuse_unfit(manifest, keys, form, number)
    prove_files(folder, manifest)
    try:
        _fill(engine, folder, manifest, progress)
    except UNFIT as problem:
        what = type(problem).__name__  # its own sentence may hold a row's words
        raise TakeInRefused(
            f"Something in the folder cannot be read ({what}): it was changed. Nothing was stored."
        ) from None
    except IntegrityError as problem:  # its own sentence holds the row's words
        raise TakeInRefused(
            "Somebody else has filled the database meanwhile, or rows contradict each other: nothing "
            "was stored. Give an empty, migrated database and fetch the folder again."
        ) from problem.orig
    return manifest


def _fill(
    engine: Engine, folder: Path, manifest: Mapping[str, Any], progress: Callable[[str], None]
) -> None:
    """All rows, proved, in one transaction. Raises TakeInRefused."""
    with unit_of_work(engine) as session:
        conn = session.connection()
        if conn.execute(select(HEADER.c.number)).first() is not None:
            raise TakeInRefused(
                "The database holds a municipality already: give an empty, migrated one."
            )
        for table in moved_tables():
            count = _store(conn, table, folder)
            progress(f"{table.name}: {count} rows")
            if count != manifest["rows"].get(table.name, 0):
                raise TakeInRefused(
                    f"{table.name} has {count} rows, not as many as were taken out."
                )
        stored = conn.execute(select(HEADER.c.number)).scalar()
        if stored != manifest["number"]:
            raise TakeInRefused(
                f"{MANIFEST} says {manifest['number']}, and the record is {stored}'s: it was changed."
            )
        _refuse_broken(session)


def digest_of(folder: Path) -> str:
    """What the manifest's own digest is: told when it is taken out, and compared when it is taken in.

    The manifest proves the files and nothing proves the manifest but this, which comes another way.
    """
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the folder says of itself. Raises TakeInRefused."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = manifest["format"] == FORMAT
        whole = {"form", "number", "keys", "rows", "files"} <= manifest.keys()
        whole = (
            whole
            and {f"tables/{one.name}.jsonl" for one in moved_tables()} <= manifest["files"].keys()
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise TakeInRefused(
            f"{folder} holds no readable {MANIFEST}: the taking out was cut off; do it again."
        ) from problem
    if known and not whole:
        raise TakeInRefused(
            f"{folder}/{MANIFEST} does not name everything: fetch the folder again."
        )
    if not known:
        raise TakeInRefused(f"{folder} is of another format: take it in with the version it names.")
    return dict(manifest)


def _refuse_unfit(manifest: Mapping[str, Any], keys: Keys, form: str, number: str) -> None:
    """Raises TakeInRefused for what would be taken in and then not work."""
    if manifest["form"] != form:
        raise TakeInRefused(
            f"It was taken out at form {manifest['form']}, here it is {form}: "
            "migrate the older of the two and take it out anew."
        )
    if number not in ("", manifest["number"]):
        raise TakeInRefused(f"It is {manifest['number']}'s, and this place is {number}'s.")
    for name, value in keys.check_values().items():
        if manifest["keys"].get(name) != value:
            raise TakeInRefused(
                f"The {name} here is another one: give this municipality the file it had before, "
                "or national ids and second factors match nobody any more."
            )


def prove_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Every file is there and as it was written, and none is beside. Raises TakeInRefused."""
    if any(path.is_symlink() for path in folder.rglob("*")):
        raise TakeInRefused(
            "There are links in the folder: fetch the folder again as it was written."
        )
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {
        MANIFEST
    }
    odd = there ^ manifest["files"].keys()
    if odd:
        raise TakeInRefused(f"Files are missing or too many: {', '.join(sorted(odd)[:5])}.")
    for name, digest in manifest["files"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise TakeInRefused(f"{name} is not as it was taken out: fetch the folder again.")


def _store(conn: Connection, table: Table, folder: Path) -> int:
    """All rows of a table; how many."""
    count = 0
    for batch in _batches(_rows(table, folder)):
        conn.execute(insert(table), batch)
        count += len(batch)
    return count


def _rows(table: Table, folder: Path) -> Iterable[dict[str, Any]]:
    # By the newline alone: people's words may hold other signs that end a line.
    text = (folder / "tables" / f"{table.name}.jsonl").read_text(encoding="utf-8")
    rows = [_typed(table, json.loads(line), folder) for line in text.split("\n") if line]
    pointing = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    return _parents_first(rows, pointing[0]) if pointing else rows


def _parents_first(rows: list[dict[str, Any]], pointing: str) -> Iterator[dict[str, Any]]:
    """Rows that point into their own table come after those they point at."""
    left, known = rows, {None}
    while left:
        ready = [row for row in left if row[pointing] in known]
        if not ready:
            raise TakeInRefused("Units stand below each other in a circle.")
        yield from ready
        known |= {row["id"] for row in ready}
        left = [row for row in left if row["id"] not in known]


def _typed(table: Table, row: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    values = {name: _value(table.c[name], value) for name, value in row.items()}
    if table.name == DOCUMENT[0]:
        if not PLAIN_KEY.fullmatch(row["id"]):
            raise TakeInRefused("A document has a key that is none: the folder was changed.")
        content = (folder / "documents" / row["id"]).read_bytes()
        if content and hashlib.sha256(content).hexdigest() != row["sha256"]:
            raise TakeInRefused(f"documents/{row['id']} is not as its row says: it was changed.")
        values[DOCUMENT[1]] = content
    return values


def _value(column: Column[Any], value: Any) -> Any:
    reader = READERS.get(type(column.type))
    return value if value is None or reader is None else reader(value)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch


def _refuse_broken(session: Session) -> None:
    """Raises TakeInRefused where the record does not prove."""
    report = verify_within(session)
    if not report.ok:
        raise TakeInRefused(
            f"The record does not prove: {len(report.broken)} faults. Nothing was stored; run "
            "planlop verify where it came from."
        )
