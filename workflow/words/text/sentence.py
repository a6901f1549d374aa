"""A sentence that fits what is known: the first candidate whose places can all be filled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.language import translate

HOLE = re.compile(r"%\((\w+)\)s")
STAFF, PERSON = "staff", "person"


@dataclass(frozen=True, slots=True)
class SentenceSet:
    """What staff are told and what the person is told; the fullest sentence stands first."""

    staff: tuple[str, ...]
    person: tuple[str, ...] = ()

    def to(self, voice: str) -> tuple[str, ...]:
        """The candidates for a voice; the person gets the staff's words where they are the same."""
        return self.person if voice == PERSON and self.person else self.staff


def sentence_set(*staff: str, person: tuple[str, ...] | str = ()) -> SentenceSet:
    """A table's entry: candidates for staff, and for the person where they differ."""
    return SentenceSet(staff, (person,) if isinstance(person, str) else person)


def holes(sentence: str) -> frozenset[str]:
    """The names of the places that a sentence leaves open."""
    return frozenset(HOLE.findall(sentence))


def fitting(candidates: Sequence[str], known: Mapping[str, object]) -> str:
    """The first candidate that can be filled; the last one needs nothing."""
    filled = {name for name, value in known.items() if value not in (None, "")}
    return next((line for line in candidates if holes(line) <= filled), candidates[-1])


def say_sentence(candidates: Sequence[str], known: Mapping[str, object], language: str) -> str:
    """The fitting candidate in the reader's language, its places filled; a day is written out."""
    line = fitting(candidates, known)
    return translate(line, {name: known.get(name, "") for name in holes(line)}, language)
