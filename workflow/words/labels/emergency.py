"""Why somebody may need a plan at once, and what was found when it was looked into; no rule lives here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.language import translate
from workflow.words.text.translatable import N_

REASONS: Mapping[str, str] = {
    "life": N_("Liv eller helse er i fare nå"),
    "child": N_("Et barn kan være i fare"),
    "missing": N_("Personen er savnet"),
    "discharge": N_("Akutt innleggelse eller utskriving"),
    "nobody_there": N_("Noe må gjøres nå, og ingen rundt personen svarer"),
    "duty": N_("Politi eller domstol har krav på opplysninger"),
}
OUTCOMES: Mapping[str, str] = {
    "justified": N_("Det var grunn til å åpne planen"),
    "unjustified": N_("Det var ikke grunn til å åpne planen"),
}


# Why an address was read (domain 2.3), or how it is known that it is protected.
ADDRESS: Mapping[str, str] = {
    "visit": N_("Besøk"),
    "transport": N_("Skyss"),
    "emergency": N_("Fare for liv eller helse"),
    "letter": N_("Brev som skal sendes"),
    "register": N_("Folkeregisteret sier det"),
    "asked": N_("Personen har bedt om det"),
    "threat": N_("Politiet eller barnevernet har sagt fra"),
    "ended": N_("Det er slutt"),
}


def reason_words(code: str, language: str) -> str:
    """The reason in everyday words; nothing for a code that is not a reason."""
    words = {**ADDRESS, **REASONS}.get(code, "")
    return translate(words, {}, language) if words else ""


def outcome_words(code: str, language: str) -> str:
    """What the follow-up found; nothing while there is none."""
    return translate(OUTCOMES[code], {}, language) if code in OUTCOMES else ""
