"""Where what people write in a step is read, and what a reader must see of the plan to read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
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
class Shown:
    """A text's places, the scopes it needs beside the step's own, and what it is called among several."""

    places: frozenset[Place]
    scopes: frozenset[str]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Internal:
    """A text that no page shows, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A text that no page shows although somebody wrote it to be read: a fault, counted by a test."""


Where = Shown | Internal | Nowhere


def shown_at(place: Place, *scopes: str, also: Iterable[Place] = ()) -> Shown:
    """A text that has a place of its own."""
    return Shown(frozenset({place, *also}), frozenset(scopes))


def in_history(*scopes: str, label: str = "", also: Iterable[Place] = ()) -> Shown:
    """A text that stands with its line in the history."""
    return Shown(frozenset({Place.HISTORY, *also}), frozenset(scopes), label)
