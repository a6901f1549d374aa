"""Sentences in the reader's language, from the catalogues all three packages share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "locale"
SOURCE = "nb"
LANGUAGES = ("nb", "en")
MONTHS = {
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "en": "January February March April May June July August September October November December",
}


@lru_cache(maxsize=8)
def load_catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; bokmål is the source and needs none.

    Raises FileNotFoundError where a language that is switched on has no catalogue.
    """
    if language == SOURCE:
        return NullTranslations()
    return translation("messages", str(LOCALE), [language])


def translate(text: str, params: Mapping[str, object], language: str) -> str:
    """A bokmål sentence in the reader's language, its places filled; a day is written out."""
    sentence = load_catalogue(language if language in LANGUAGES else SOURCE).gettext(text)
    shown = {
        key: format_date(value, language) if isinstance(value, date) else value
        for key, value in params.items()
    }
    return sentence % shown if shown else sentence


def format_date(day: date, language: str) -> str:
    """A Norwegian calendar day in words: 9. mars 2026."""
    language = language if language in MONTHS else SOURCE
    month = MONTHS[language].split()[day.month - 1]
    return (
        f"{day.day}. {month} {day.year}" if language == SOURCE else f"{day.day} {month} {day.year}"
    )
