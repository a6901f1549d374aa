"""Set-up step: merges each language's .po files into the one messages.mo that pages and mails read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

LOCALE = Path(__file__).resolve().parent


class CatalogueBroken(Exception):
    """A catalogue cannot be merged; the message names the file and the sentence."""


def main() -> None:
    """Builds every language, or ends with status 1 and a sentence that says what to mend."""
    try:
        for language in languages():
            build(language)
    except CatalogueBroken as problem:
        sys.exit(f"planlop set-up: {problem}")


def languages() -> list[str]:
    """The languages that have at least one .po file."""
    return sorted({path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/*.po")})


def build(language: str) -> Path:
    """Writes messages.mo of one language and returns its path; raises CatalogueBroken."""
    target = LOCALE / language / "LC_MESSAGES" / "messages.mo"
    merged = merge(language, sorted(target.parent.glob("*.po")))
    draft = target.with_suffix(f".{os.getpid()}")  # two builds at once must not share it
    with draft.open("wb") as file:
        write_mo(file, merged)
    draft.replace(target)
    return target


def merge(language: str, parts: list[Path]) -> Catalog:
    """One catalogue of all parts; raises CatalogueBroken where two translate a sentence differently."""
    merged = Catalog(locale=language, domain="messages")
    origin: dict[tuple[str, str], Path] = {}
    for path in parts:
        for message in read_translations(read(path, language)):
            refuse_other_words(merged, message, origin.get(key_of(message)), path)
            origin[key_of(message)] = path
            merged.add(
                message.id, message.string, flags=message.flags, context=message.context or None
            )
    return merged


def read(path: Path, language: str) -> Catalog:
    """The catalogue in a file; raises CatalogueBroken with the line that is wrong."""
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except PoFileError as problem:
        raise CatalogueBroken(f"{path.name}: {problem}") from problem


def read_translations(catalogue: Catalog) -> list[Message]:
    """The sentences that have a translation; unfinished and fuzzy ones are left out."""
    return [message for message in catalogue if message.id and message.string and not message.fuzzy]


def key_of(message: Message) -> tuple[str, str]:
    """What makes a sentence the same in two files: its context and its words."""
    words = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", words


def refuse_other_words(merged: Catalog, message: Message, first: Path | None, path: Path) -> None:
    """Raises CatalogueBroken if an earlier file gave the same sentence another translation."""
    other = merged.get(message.id, message.context or None)
    if first and other and other.string != message.string:
        raise CatalogueBroken(
            f"{first.name} and {path.name} translate {key_of(message)[1]!r} differently: "
            f"{other.string!r} and {message.string!r}"
        )


if __name__ == "__main__":
    main()
