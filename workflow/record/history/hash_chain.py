"""The chain of events: canonical text, salted digest of the words, hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any


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
