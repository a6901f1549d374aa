"""Tests of the set-up step that builds a language's catalogue."""

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
    place = tmp_path / "en" / "LC_MESSAGES"
    place.mkdir(parents=True)
    return place


def write(folder: Path, *lines: str) -> None:
    text = HEAD + "\n" + "\n".join(lines) + "\n"
    (folder / "messages.po").write_text(text, encoding="utf-8")


def test_a_catalogue_is_built(folder: Path) -> None:
    write(
        folder,
        *('msgid "Plan på vei"', 'msgstr "A plan on its way"', ""),
        *('msgid "%(n)s dag"', 'msgid_plural "%(n)s dager"'),
        *('msgstr[0] "%(n)s day"', 'msgstr[1] "%(n)s days"'),
    )
    assert build.languages() == ["en"]
    with build.build("en").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Plan på vei") == "A plan on its way"
    assert words.ngettext("%(n)s dag", "%(n)s dager", 2) == "%(n)s days"


def test_what_is_not_finished_is_left_out(folder: Path) -> None:
    write(folder, "#, fuzzy", 'msgid "Ja"', 'msgstr "Yes"', "", 'msgid "Nei"', 'msgstr ""')
    with build.build("en").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert (words.gettext("Ja"), words.gettext("Nei")) == ("Ja", "Nei")


@pytest.mark.parametrize("again", ["Yes", "Yeah"])
def test_a_sentence_that_stands_twice_is_refused(folder: Path, again: str) -> None:
    write(folder, 'msgid "Ja"', 'msgstr "Yes"', "", 'msgid "Ja"', f'msgstr "{again}"')
    with pytest.raises(CatalogueBroken, match=r"messages\.po: 'Ja' stands there twice"):
        build.build("en")
    assert not (folder / "messages.mo").exists()


def test_a_broken_file_is_named(folder: Path) -> None:
    write(folder, 'msgid "Ja')
    with pytest.raises(CatalogueBroken, match=r"messages\.po"):
        build.build("en")
