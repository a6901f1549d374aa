"""What people wrote in a step, in their own words, as it stands under the step's line in the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.language import translate
from workflow.words.steps.catalogue import WORDS, step_words
from workflow.words.steps.event_values import clip_words
from workflow.words.steps.reading_places import ShownText

Said = tuple[str, str]  # what the words are called, empty where they stand alone; the words


def own_words(
    event_text: Mapping[str, Any], words: Mapping[str, str], sentence: str, language: str
) -> tuple[Said, ...]:
    """The texts of a step that its history line does not quote in full.

    words: the event's body as its reader sees it; what a scope hides is not there any more.
    """
    places = WORDS[str(event_text["step"])].shows
    told = [
        (place.label, _in_words(words.get(f"form.{name}", "").strip(), language))
        for name, place in places.items()
        if isinstance(place, ShownText) and place.in_history
    ]
    return tuple(
        (translate(label, {}, language) if label else "", text)
        for label, text in told
        if text and not _is_quoted(text, sentence)
    )


def _in_words(text: str, language: str) -> str:
    """A step that was asked for, by what stands on its button; every other text as it was written."""
    return translate(step_words(text), {}, language) if text in WORDS else text


def _is_quoted(text: str, sentence: str) -> bool:
    """Whether the whole text stands in the sentence already; a long one is cut there."""
    line = " ".join(text.split()).rstrip(".")
    return clip_words(text) == line and line in sentence
