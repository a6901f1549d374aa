"""The chain of events: canonical text, salted digests of words and rows, hash.

A row's digest is made here and the tables stand in `row_digests`: a step makes some, and reads no list.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Protocol

# The columns of a table by name, in order, with what brings a value of theirs to one form.
Columns = tuple[tuple[str, Callable[[Any], Any] | None], ...]
SALT = "salt"


class StoredRow(Protocol):
    """A row by the names of its columns, as a step writes it or as the database gives it."""

    @property
    def get(self) -> Callable[..., Any]:
        """The value of a column, or the one given besides where it has none."""


def to_plain(value: object) -> object:
    """A value as JSON holds it: instants and days in ISO form, lists sorted by nobody."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def to_canonical(content: Mapping[str, Any]) -> str:
    """The one text of an event: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=to_plain
    )


def digest_words(salt: str, words: str) -> str:
    """The salted digest that ties erasable words to their event."""
    return hashlib.sha256((salt + words).encode()).hexdigest()


def link_hash(previous: str, text: str) -> str:
    """hash = SHA-256(previous hash + the stored UTF-8 text of the event)."""
    return hashlib.sha256((previous + text).encode()).hexdigest()


def to_whole(value: Any) -> Any:
    """A number; true and false as a step writes them into a column of numbers."""
    return int(value) if value.__class__ is bool else value


def to_flag(value: Any) -> Any:
    """True, false or unknown, whichever way the database holds it."""
    return None if value is None else bool(value)


def digest_bytes(value: Any) -> Any:
    """The digest of what is kept as bytes; None for nothing."""
    return hashlib.sha256(value).hexdigest() if value else None


def _in_utc(value: object) -> str:
    """A day or an instant as text; instants in UTC, as the database gives them back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    assert isinstance(value, date | time), type(value)
    return value.isoformat()


ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_in_utc).encode


def digest_row(table: str, columns: Columns, row: StoredRow) -> str:
    """The salted digest of a row as it stands, words too.

    What is empty is left out, so that a column added later does not change digests of older rows.
    """
    content = []
    for name, read in columns:
        value = row.get(name)
        if read is not None:
            value = read(value)
        if value is not None and value is not False and value != "":
            content.append((name, value))
    said = f"{row.get(SALT, '')}\n{table}\n{ENCODE(content)}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
