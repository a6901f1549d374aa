"""What people write disappears nowhere, and stands before nobody else: a word of its own in every text."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.samples import WHOLE
from tests.web.everywhere.canary_walk import ROUNDS, Text, Walked, carried_out, leaks, texts, walked
from workflow.words.steps.catalogue import WORDS
from workflow.words.steps.reading_places import Internal
from workflow.words.steps.text_places import place_of

# Enough to find a lost word and a word before the wrong eyes; all readers of all rounds by `make soak`.
FEW = ("kim", "mona", "ali", "oda", "per", "sara", "nosy")
# Texts that are read on pages of meetings.
EVERYWHERE = ("refused by a service",)


def test_every_text_has_its_place() -> None:
    declared = {(row, name) for row, names in WORDS.items() for name in names.shows}
    assert sorted(set(texts()) ^ declared) == []


def test_every_text_is_written_in_one_of_the_rounds() -> None:
    taken = {row for _, rows in ROUNDS.values() for row in rows}
    assert sorted({row for row, _ in texts()} - taken) == []


@pytest.mark.sampled
@pytest.mark.parametrize("name", ROUNDS)
def test_what_is_written_is_read_by_those_it_is_for(app: Flask, name: str) -> None:
    whole = WHOLE or name == "in use"
    walk = walked(app, name) if whole else walked(app, name, FEW, everywhere=name in EVERYWHERE)
    assert walk.untaken == {}
    assert lost(walk) == []
    assert leaks(walk) == {}
    assert carried_out(walk) == []


def lost(walk: Walked) -> list[Text]:
    """The texts that nobody reads anywhere, but for those that are internal."""
    shown = (text for text in walk.written if not isinstance(place_of(*text), Internal))
    return sorted(text for text in shown if not walk.seen.get(text))
