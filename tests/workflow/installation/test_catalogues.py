"""Tests of the set-up step that merges a language's catalogues into one."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from workflow.locale import build
from workflow.locale.build import CatalogueBroken

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build, "LOCALE", tmp_path)
    path = tmp_path / "en" / "LC_MESSAGES"
    path.mkdir(parents=True)
    return path


def part(folder: Path, name: str, *lines: str) -> None:
    (folder / f"{name}.po").write_text(HEAD + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


def test_parts_become_one_catalogue(folder: Path) -> None:
    part(folder, "plan", 'msgid "Plan på vei"', 'msgstr "A plan on its way"')
    part(folder, "web", 'msgid "%(n)s dag"', 'msgid_plural "%(n)s dager"')
    with (folder / "web.po").open("a") as file:
        file.write('msgstr[0] "%(n)s day"\nmsgstr[1] "%(n)s days"\n')
    with build.build("en").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Plan på vei") == "A plan on its way"
    assert words.ngettext("%(n)s dag", "%(n)s dager", 2) == "%(n)s days"


def test_the_same_words_twice_are_accepted(folder: Path) -> None:
    for name in ("a", "b"):
        part(folder, name, 'msgid "Ja"', 'msgstr "Yes"')
    assert build.build("en").exists()


def test_two_translations_of_one_sentence_are_refused(folder: Path) -> None:
    part(folder, "a", 'msgid "Ja"', 'msgstr "Yes"')
    part(folder, "b", 'msgid "Ja"', 'msgstr "Yeah"')
    with pytest.raises(CatalogueBroken, match=r"a\.po and b\.po translate 'Ja' differently"):
        build.build("en")
    assert not (folder / "messages.mo").exists()


def test_a_broken_file_is_named(folder: Path) -> None:
    part(folder, "a", 'msgid "Ja')
    with pytest.raises(CatalogueBroken, match=r"a\.po"):
        build.build("en")
