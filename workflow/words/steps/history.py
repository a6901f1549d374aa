"""The history of a plan in everyday sentences, one for each event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.language import translate
from workflow.words.steps.catalogue import WORDS
from workflow.words.steps.event_values import values_of
from workflow.words.text.sentence import STAFF, say_sentence
from workflow.words.text.translatable import N_

BY_ITSELF = N_("Av seg selv")
BY_OPERATOR = N_("Drift")
FROM_ELSEWHERE = N_("fra %(place)s")
# What `names` may hold beside ids: where the plan came from, and who was asked to take it over.
SOURCE, NEIGHBOUR = "source", "neighbour"
NEIGHBOURS_WORD = frozenset(step_name for step_name, said in WORDS.items() if said.neighbours)
FOR_SOMEBODY = N_("%(name)s for %(place)s")
IN_THE_NAME_OF = N_("Drift, i navnet til %(name)s")
BESIDE = N_("%(name)s, på skjermen til %(lender)s")
CONFIRMED = N_("%(name)s, bekreftet av %(second)s")


def event_sentence(
    event_text: Mapping[str, Any],
    words: Mapping[str, str],
    names: Mapping[str, str],
    language: str,
    voice: str = STAFF,
) -> str:
    """One everyday sentence for an event.

    event_text: the event's text, read as JSON. words: its body, empty once erased.
    names: what ids are called: parties, units, and measures by their text; also "person" for
    the person's name. Anything may be left out: then a plainer sentence is used. KeyError for a
    row that no table knows.
    """
    said = WORDS[str(event_text["step"])]
    entry = said.history_line(event_text["codes"].get(said.code, ""))
    text = say_sentence(entry.to(voice), values_of(event_text, words, names), language)
    return text[:1].upper() + text[1:]


def is_by_program(event_text: Mapping[str, Any]) -> bool:
    """Whether somebody here took the step in the program's hand, when a plan came from elsewhere."""
    return event_text["kind"] == "operator" and bool(event_text["actor"])


def event_actor(event_text: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    """Who took the step: a name, a name for the one who was away, another place, or «Av seg selv»."""
    came = event_text["kind"] == "operator" and WORDS[str(event_text["step"])].comes_along
    if came and event_text["actor"] and names.get(SOURCE):
        return translate(FROM_ELSEWHERE, {"place": names[SOURCE]}, language)
    if event_text["kind"] == "clock" and event_text["step"] in NEIGHBOURS_WORD:
        return names.get(NEIGHBOUR, "") or translate(BY_ITSELF, {}, language)
    if event_text["kind"] != "party" and not (is_by_program(event_text) and names.get(SOURCE)):
        return translate(BY_ITSELF if event_text["kind"] == "clock" else BY_OPERATOR, {}, language)
    name = names.get(str(event_text["actor"]), "")
    if event_text.get("by_operator"):
        return translate(IN_THE_NAME_OF if name else BY_OPERATOR, {"name": name}, language)
    return _with_others(event_text, name, names, language) if name else name


def _with_others(
    event_text: Mapping[str, Any], name: str, names: Mapping[str, str], language: str
) -> str:
    """The name with whom it was for, whose screen it was, and who confirmed it."""
    away, lender, second = (
        names.get(str(event_text.get(part) or ""), "")
        for part in ("substitute_for", "lender", "confirmed_by")
    )
    told = in_place_of(name, away, language)
    if lender:
        told = translate(BESIDE, {"name": told, "lender": lender}, language)
    return translate(CONFIRMED, {"name": told, "second": second}, language) if second else told


def in_place_of(name: str, away: str | None, language: str) -> str:
    """«Per for Mona» where somebody stepped in for another, else the name alone."""
    return (
        translate(FOR_SOMEBODY, {"name": name, "place": away}, language) if name and away else name
    )
