"""How names are sorted and searched: the Norwegian alphabet as plain letters, alike in every database."""

from __future__ import annotations

import re
import unicodedata

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
    "ß": "ss",
    "đ": "d",
    "ŋ": "n",
    "ŧ": "t",
    "ł": "l",
}
BLANKS = re.compile(r"[\s\-']+")


def sort_key(name: str) -> str:
    """The stored key by which a name sorts the Norwegian way: æ, ø, å last, aa as å."""
    folded = unicodedata.normalize("NFC", name).lower().replace("aa", "å")
    return BLANKS.sub(" ", "".join(_letter(sign) for sign in folded)).strip()[:240]


def _letter(sign: str) -> str:
    if sign in LAST_LETTERS:
        return LAST_LETTERS[sign]
    return "".join(s for s in unicodedata.normalize("NFD", sign) if not unicodedata.combining(s))


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search as parts of sort keys; at most five count."""
    return tuple(word for word in sort_key(text).split(" ") if word)[:5]
