"""Where a free text that a step asks for is shown, asked of the words of the step: nothing people write disappears."""

from __future__ import annotations

from workflow.words.steps.catalogue import WORDS
from workflow.words.steps.reading_places import ShownText, Where


def place_of(step_name: str, field: str) -> Where | None:
    """What is declared of a step's text; nothing for a field that holds no text of its own."""
    return WORDS[step_name].shows.get(field) if step_name in WORDS else None


def scopes_of_text(step_name: str, key: str) -> frozenset[str]:
    """The scopes that an event's words need by their step, beside those that their name gives."""
    place = place_of(step_name, key.rpartition(".")[2])
    return place.scopes if isinstance(place, ShownText) else frozenset()
