"""Set-up step: makes of each language's messages.po the messages.mo that pages and mails read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, PoFileParser

LOCALE = Path(__file__).resolve().parent


class CatalogueBroken(Exception):
    """A catalogue cannot be built; the message names the file and what is wrong in it."""


class OnceEach(Catalog):
    """A catalogue that refuses a sentence which stands in it already: one of the two would be lost."""

    def __setitem__(self, id: str | tuple[str, ...] | list[str], message: Message) -> None:
        """Keeps a sentence. Raises CatalogueBroken for one that is there."""
        if id and self.get(message.id, message.context) is not None:
            raise CatalogueBroken(f"{first_words(message)!r} stands there twice")
        super().__setitem__(id, message)


def main() -> None:
    """Builds every language, or ends with status 1 and a sentence that says what to mend."""
    try:
        for language in languages():
            build(language)
    except CatalogueBroken as problem:
        sys.exit(f"planlop set-up: {problem}")


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/messages.po"))


def build(language: str) -> Path:
    """Writes messages.mo of one language and returns its path; raises CatalogueBroken."""
    source = LOCALE / language / "LC_MESSAGES" / "messages.po"
    target = source.with_suffix(".mo")
    catalogue = keep_finished(read(source, language))
    draft = target.with_suffix(f".{os.getpid()}")  # two builds at once must not share it
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
    return target


def read(path: Path, language: str) -> Catalog:
    """The catalogue in a file; raises CatalogueBroken with the line or the sentence that is wrong."""
    catalogue = OnceEach(locale=language, domain="messages")
    try:
        with path.open("rb") as file:
            PoFileParser(catalogue, abort_invalid=True).parse(file)
    except (PoFileError, CatalogueBroken) as problem:
        raise CatalogueBroken(f"{path.name}: {problem}") from problem
    return catalogue


def keep_finished(catalogue: Catalog) -> Catalog:
    """The sentences that have a translation; those without, and fuzzy ones, are left out."""
    whole = Catalog(locale=catalogue.locale, domain="messages")
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            whole.add(
                message.id, message.string, flags=message.flags, context=message.context or None
            )
    return whole


def first_words(message: Message) -> str:
    """The sentence, in the singular where it has two forms."""
    return message.id if isinstance(message.id, str) else str(message.id[0])


if __name__ == "__main__":
    main()
