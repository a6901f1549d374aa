"""How names are sorted, searched and compared: the Norwegian alphabet as plain letters, alike in every database.

One form serves all three. Two names are one where their keys are one: composed or decomposed letters,
capitals, doubled blanks, hyphens and the several signs of an apostrophe part nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")

# The three last letters come after z in every collation; accents and old spellings are folded.
LAST_LETTERS = {
    "æ": "zza",
    "ä": "zza",
    "ø": "zzb",
    "ö": "zzb",
    "å": "zzc",
    "ü": "y",
    "ð": "d",
    "þ": "th",
    "đ": "d",
    "ŋ": "n",
    "ŧ": "t",
    "ł": "l",
}
APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛ʼʻ`´′＇", "'"))
HYPHENS = str.maketrans(dict.fromkeys("‐‑–−", "-"))
BLANKS = re.compile(r"[\s\-']+")


def tidy_name(name: str) -> str:
    """A name as it is stored: composed letters, one kind of apostrophe, single blanks."""
    composed = unicodedata.normalize("NFC", name)
    return " ".join(composed.translate(APOSTROPHES).split())


def sort_key(name: str) -> str:
    """The stored key by which a name sorts the Norwegian way (æ, ø, å last, aa as å) and is compared."""
    folded = tidy_name(name).translate(HYPHENS).casefold().replace("aa", "å")
    return BLANKS.sub(" ", "".join(_letter(sign) for sign in folded)).strip()[:240]


def sort_by_name(rows: Iterable[Row], name: Callable[[Row], str]) -> list[Row]:
    """Rows in the Norwegian order of their names; for tables that keep no key to sort by."""
    return sorted(rows, key=lambda row: sort_key(name(row)))


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are one; a name that is empty is nobody's."""
    key = sort_key(one)
    return bool(key) and key == sort_key(other)


def email_key(text: str) -> str:
    """An e-mail as it is compared: no blanks around it, and capitals as small letters."""
    return unicodedata.normalize("NFC", text).strip().lower()


def _letter(sign: str) -> str:
    if sign in LAST_LETTERS:
        return LAST_LETTERS[sign]
    return "".join(s for s in unicodedata.normalize("NFD", sign) if not unicodedata.combining(s))


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search as parts of sort keys; at most five count."""
    return tuple(word for word in sort_key(text).split(" ") if word)[:5]
