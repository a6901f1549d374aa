"""What the monthly log review calls its findings and how they ended; no rule lives here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.language import translate
from workflow.words.text.translatable import N_

KINDS: Mapping[str, str] = {
    "break_glass": N_("Nødinnsyn"),
    "same_address": N_("Bor på samme adresse som personen"),
    "same_surname": N_("Har samme etternavn som personen"),
    "colleague": N_("Så i planen til en som arbeider her"),
    "odd_hours": N_("Så i planer på uvanlige tider"),
    "many_plans": N_("Åpnet mange flere planer enn andre"),
}
OUTCOMES: Mapping[str, str] = {
    "explained": N_("Det har en god forklaring"),
    "followed_up": N_("Det er fulgt opp"),
}


def kind_words(kind: str, language: str) -> str:
    """What a finding is called."""
    return translate(KINDS[kind], {}, language)


def outcome_words(outcome: str, language: str) -> str:
    """How it ended; nothing while it waits."""
    return translate(OUTCOMES[outcome], {}, language) if outcome in OUTCOMES else ""
