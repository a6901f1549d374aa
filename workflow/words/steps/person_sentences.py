"""What the person is told of each step, with names where they are known; notices have the nameless ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.words.steps.catalogue import WORDS
from workflow.words.steps.event_values import values_of
from workflow.words.steps.step_words import StepWords
from workflow.words.text.sentence import PERSON, say_sentence


def person_sentence(
    step_name: str, known: Mapping[str, object], language: str, *, own: bool = False
) -> str:
    """What the person is told of a step.

    known: n who, s place, t measure, d day, k hour, q words, tlf; what is left out picks a
    plainer sentence. own: she took the step herself.
    """
    said = WORDS[step_name]
    named = said.news_own if own and said.news_own else said.news
    text = say_sentence((*named, _plain(said)), known, language)
    return text[:1].upper() + text[1:]


def person_event(
    event_text: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str], language: str
) -> str:
    """The sentence of an event; names as for the history."""
    step_name = str(event_text["step"])
    known = dict(values_of(event_text, words, names))
    if WORDS[step_name].news_of_actor:
        known["name"] = names.get(str(event_text["actor"]), "")
    own = event_text.get("ground") in ("person", "representative")
    return person_sentence(step_name, known, language, own=own)


def _plain(said: StepWords) -> str:
    """The sentence without names: the notice's, else the history's."""
    return said.notice_person or said.history_line().to(PERSON)[-1]
