"""Where what people write in a step is read, and what a reader must see of the plan to read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# What was said about others, which they do not read: for the person and her coordinator alone.
SPOKEN_ALONE = "spoken_alone"


class TextPlace(StrEnum):
    """A page or paper where a text is read."""

    HISTORY = "history"  # in the step's line, or under it
    PLAN = "plan"
    PEOPLE = "people"
    CASE = "case"
    LETTER = "letter"
    PAPER = "paper"
    OFFER = "offer"
    REVIEW = "review"
    MEETING = "meeting"
    MESSAGES = "messages"
    REQUEST = "request"
    LOOKS = "looks"  # who has looked, and why


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text's places, the scopes it needs beside the step's own, and what it is called among several."""

    places: frozenset[TextPlace]
    scopes: frozenset[str]
    label: str = ""

    @property
    def in_history(self) -> bool:
        """Whether the text stands under its line in the history."""
        return TextPlace.HISTORY in self.places


@dataclass(frozen=True, slots=True)
class Internal:
    """A text that no page shows, and why."""

    reason: str


Where = ShownText | Internal


def place_text(place: TextPlace, *scopes: str, also: Iterable[TextPlace] = ()) -> ShownText:
    """A text that has a place of its own."""
    return ShownText(frozenset({place, *also}), frozenset(scopes))


def in_history(*scopes: str, label: str = "", also: Iterable[TextPlace] = ()) -> ShownText:
    """A text that stands with its line in the history."""
    return ShownText(frozenset({TextPlace.HISTORY, *also}), frozenset(scopes), label)
