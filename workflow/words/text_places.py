"""Where a free text that a step asks for is shown, asked of the words of the step: nothing people write disappears."""

from __future__ import annotations

from workflow.words.shown import Shown, Where
from workflow.words.steps import WORDS


def place_of(row_id: str, field: str) -> Where | None:
    """What is declared of a step's text; nothing for a field that holds no text of its own."""
    return WORDS[row_id].shows.get(field) if row_id in WORDS else None


def scopes_of_text(row_id: str, key: str) -> frozenset[str]:
    """The scopes that an event's words need by their step, beside those that their name gives."""
    place = place_of(row_id, key.rpartition(".")[2])
    return place.scopes if isinstance(place, Shown) else frozenset()
