"""Which passwords are refused, and why: length, everyday ones, one's own words; no rule asks for odd signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

SHORTEST, LONGEST = 12, 200  # signs, after normalising; ASVS 5.0 6.2.1 and 6.2.9
SHORTEST_WORD = 3
LEAST_LEFT = 6  # signs that must be left when everyday words and one's own are taken out
PRODUCT = ("planløp", "planlop")
EVERYDAY = frozenset(
    "passord passordet hemmelig hemmeligheten velkommen norge norsk sommer vinter høst vår "
    "sommeren vinteren januar februar mars april mai juni juli august september oktober "
    "november desember mandag tirsdag onsdag torsdag fredag lørdag søndag kommune kommunen "
    "jobb jobben logginn password qwerty qwertyui asdfgh zxcvbn".split()
)
ROWS = (
    "abcdefghijklmnopqrstuvwxyzæøå",
    "0123456789012345678901234567890",
    "qwertyuiopå",
    "asdfghjkløæ",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
)
LOOKALIKES = str.maketrans("013457@$!", "oleastasi")
WORDS = re.compile(r"[^\W\d_]+")


def normalise(password: str) -> str:
    """The same password however it was typed: NFKC, nothing cut off and nothing trimmed."""
    return unicodedata.normalize("NFKC", password)


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words in names and addresses that a password must not be made of, in small letters."""
    words = (word for text in texts for word in WORDS.findall(normalise(text).casefold()))
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD)


def find_weakness(password: str, own: Collection[str], common: Collection[str]) -> str:
    """Why a password is refused, as a code, or nothing.

    Codes: too_short, too_long, repeated, sequence, own_words, common. `own` are the words of
    `words_of` about whoever chooses; `common` the passwords that many use, in small letters.
    No rule asks for capitals, digits or signs.
    """
    text = normalise(password)
    if len(text) < SHORTEST:
        return "too_short"
    if len(text) > LONGEST:
        return "too_long"
    small = text.casefold()
    if is_repeated(small):
        return "repeated"
    if is_sequence(small):
        return "sequence"
    return "common" if small in common else _made_of_words(small, own, common)


def _made_of_words(small: str, own: Collection[str], common: Collection[str]) -> str:
    """What is left when words that anybody would guess are taken out of a password."""
    plain = small.translate(LOOKALIKES)
    if any(is_made_of(text, {*own, *PRODUCT}) for text in (small, plain)):
        return "own_words"
    core = "".join(WORDS.findall(small))
    guessed = core in common or any(
        is_made_of(text, {*EVERYDAY, *own, *PRODUCT}) for text in (small, plain)
    )
    return "common" if guessed else ""


def is_made_of(text: str, words: Collection[str]) -> bool:
    """Whether one of the words stands in the text and next to nothing else: digits do not count."""
    held = any(word in text for word in words)
    return held and len(without(text, words)) < LEAST_LEFT


def without(text: str, words: Iterable[str]) -> str:
    """The letters of a text when the words are taken out, the longest first."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    return "".join(WORDS.findall(text))


def is_repeated(text: str) -> bool:
    """Whether a text is one short piece again and again: «abcabcabcabc»."""
    doubled = (text + text).find(text, 1)
    return doubled < len(text) or len(set(text)) < LEAST_LEFT - 1


def is_sequence(text: str) -> bool:
    """Whether a text follows the alphabet, the digits or the keyboard, forwards or backwards."""
    runs = (*ROWS, *(row[::-1] for row in ROWS))
    return any(text in row for row in runs) or _joined_runs(text, runs)


def _joined_runs(text: str, runs: Iterable[str]) -> bool:
    """Whether a text is nothing but pieces of three or more signs in a row."""
    known = {row[at : at + 3] for row in runs for at in range(len(row) - 2)}
    at = 0
    while at < len(text):
        end = at
        while text[end : end + 3] in known and len(text[end : end + 3]) == 3:
            end += 1
        if end == at:
            return False
        at = end + 2
    return True
