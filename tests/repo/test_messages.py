"""Every sentence is in English too, with the same places to fill, and the person's are easy to read."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.repo.tree import PACKAGES, ROOT, modules, tracked_files
from web.hints.catalogue import HINTS
from workflow import words
from workflow.settings import Settings
from workflow.words.steps.step_words import ButtonWords, StepWords
from workflow.words.text.sentence import PERSON, SentenceSet

KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)([sd])")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
STOP = re.compile(r"[.:!?]+(?:\s|$)")
LONG = 6
EASIEST_ALLOWED = 20.0

# What the person reads: templates, pages and tables of sentences in her voice.
PERSONS = (
    "web/templates/person/",
    "web/templates/frame/person_",
    "web/templates/signin/",
    "web/templates/errors/",
    "web/templates/print",
    "web/person/",
    "web/http/error_pages.py",
    "workflow/words/steps/person_sentences.py",
)
# Words of the field that people meet anyway (domain glossary): long, but not hard to them.
GLOSSARY = frozenset(
    "individuell individuelle koordinator koordinatoren koordinerende ansvarlig pårørende "
    "representant samtykke deltaker deltakere evaluert evaluering fullført fastlege "
    "tjeneste tjenester tjenesten vedtaket kommunen møteleder statsforvalteren "
    "statsforvalter brukerombudet plannummer overføring stedfortreder".split()
)


@dataclass(frozen=True)
class Said:
    """A bokmål sentence and where it stands."""

    where: str
    one: str
    many: str = ""


def sentences_in(path: Path) -> Iterator[Said]:
    """Every marked sentence of a module or template."""
    method = "jinja2" if path.suffix == ".html" else "python"
    for line, text, _, _ in extract_from_file(method, str(path), keywords=KEYWORDS):
        one, many = (text, "") if isinstance(text, str) else (text[0], text[1])
        yield Said(f"{path.relative_to(ROOT)}:{line}", one, many)


@cache
def said() -> tuple[Said, ...]:
    """Every marked sentence of the product."""
    templates = [path for path in tracked_files() if path.suffix == ".html"]
    files = [*modules(*PACKAGES), *templates]
    return tuple(one for path in files for one in sentences_in(path))


@cache
def translated(language: str) -> dict[str, Message]:
    """Every sentence that the language's catalogues hold."""
    messages: dict[str, Message] = {}
    for path in sorted((ROOT / "workflow" / "locale" / language).glob("LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    messages[message.id if isinstance(message.id, str) else message.id[0]] = message
    return messages


def languages() -> list[str]:
    """The languages switched on, without the source."""
    field = Settings.model_fields["languages"]
    return [code for code in field.get_default() if code != "nb"]


def marked_in(path: Path) -> Iterator[str]:
    """Every sentence that a module marks, wherever the call stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0]
            if node.func.id in KEYWORDS and isinstance(first, ast.Constant):
                yield str(first.value)


def test_no_sentence_hides_from_the_catalogue() -> None:
    """A call inside an f-string is not seen by what gathers the sentences."""
    gathered = {one.one for one in said()}
    hidden = {one for path in modules(*PACKAGES) for one in marked_in(path)} - gathered
    assert hidden == set()


@pytest.mark.parametrize("language", languages())
def test_every_sentence_is_translated(language: str) -> None:
    known = translated(language)
    missing = [
        f"{one.where}: {one.one}"
        for one in said()
        if one.one not in known or not known[one.one].string
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", languages())
def test_no_translation_is_a_guess_or_left_over(language: str) -> None:
    used = {one.one for one in said()}
    guesses = [key for key, message in translated(language).items() if message.fuzzy]
    left = sorted(set(translated(language)) - used)
    assert not guesses and not left, "\n".join([*guesses, *left])


@pytest.mark.parametrize("language", languages())
def test_translations_fill_the_same_places(language: str) -> None:
    for key, message in translated(language).items():
        forms = (message.string,) if isinstance(message.string, str) else message.string
        for form in forms or ():
            assert set(PLACE.findall(form)) == set(PLACE.findall(key)), key


def persons_sentences() -> list[str]:
    """What the person may read, each once: pages, and the tables of words in her voice."""
    mine = [one for one in said() if one.where.startswith(PERSONS)]
    paged = {text for one in mine for text in (one.one, one.many) if text}
    tabled = {text for module in word_tables() for text in voiced(vars(module))}
    return sorted(paged | tabled | set(of_pages()))


def word_tables() -> Iterator[ModuleType]:
    """The modules of workflow.words."""
    for module in pkgutil.iter_modules(words.__path__, f"{words.__name__}."):
        yield importlib.import_module(module.name)


def voiced(names: Mapping[str, object]) -> Iterator[str]:
    """The sentences of a module's tables that are in the person's voice."""
    for name, table in names.items():
        if name.isupper() and isinstance(table, Mapping):
            for entry in table.values():
                if isinstance(entry, StepWords):
                    yield from of_step(entry)
                elif isinstance(entry, ButtonWords) and entry.person:
                    yield entry.person
                elif isinstance(entry, SentenceSet):
                    yield from entry.to(PERSON)
                elif name.startswith("PERSON") and isinstance(entry, str):
                    yield entry


def of_pages() -> Iterator[str]:
    """What the pages of steps ask her."""
    for asked in filter(None, (hints.person for hints in HINTS.values())):
        yield from filter(None, (asked.lead, asked.button, asked.instead[1]))
        yield from asked.labels.values()


def of_step(said: StepWords) -> Iterator[str]:
    """What the person reads of one step."""
    first = said.button_first.person if said.button_first else ""
    own = (said.button_person, first, said.done, said.notice_person, *said.news, *said.news_own)
    yield from filter(None, own)
    for entry in said.every_history_line():
        yield from entry.to(PERSON)


def lix(texts: list[str]) -> float:
    """Words per sentence plus the share of long words (more than six letters) in per cent.

    A text of its own, such as a heading or a list item, ends a sentence; a place to fill counts as
    a short word, and so does a word of the glossary.
    """
    plain = [PLACE.sub("navn", text) for text in texts]
    words = [word.lower() for text in plain for word in WORD.findall(text)]
    sentences = sum(sum(1 for part in STOP.split(text) if WORD.search(part)) for text in plain)
    long = [word for word in words if len(word) > LONG and word not in GLOSSARY]
    return len(words) / sentences + 100 * len(long) / len(words)


def test_the_readability_index_is_the_known_one() -> None:
    assert lix(["Vi ser på planen. Du velger selv."]) == pytest.approx(3.5)
    assert lix(["Kommunikasjonen fungerer"]) == pytest.approx(2 + 100)


def test_the_persons_sentences_are_easy_to_read() -> None:
    score = lix(persons_sentences())
    worst = sorted(persons_sentences(), key=lambda text: -lix([text]) if WORD.search(text) else 0)
    print(f"\nLIX of {len(persons_sentences())} sentences: {score:.1f}")
    assert score < EASIEST_ALLOWED, "\n".join(worst[:15])
