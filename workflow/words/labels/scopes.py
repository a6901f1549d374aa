"""What the parts of a plan are called where they are shared, and who gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow.language import translate
from workflow.rules.sharing.scopes import SCOPES
from workflow.words.text.translatable import N_

# On the check boxes.
PARTS: tuple[tuple[str, str], ...] = (
    ("goals", N_("Mål")),
    ("measures", N_("Tiltak")),
    ("calendar", N_("Møter og datoer")),
    ("messages", N_("Meldinger")),
    ("documents", N_("Brev og papirer")),
    ("health", N_("Helse")),
)
# In a sentence: «Ser: mål, tiltak, møter og datoer».
IN_A_ROW: Mapping[str, str] = {
    "goals": N_("mål"),
    "measures": N_("tiltak"),
    "calendar": N_("møter og datoer"),
    "messages": N_("meldinger"),
    "documents": N_("brev og papirer"),
    "health": N_("helse"),
}
WHOLE = N_("hele planen")
SEES = N_("Ser: %(what)s")

GIVEN_AS: tuple[tuple[str, str], ...] = (
    ("person", N_("Personen selv")),
    ("parent", N_("Forelder")),
    ("both_parents", N_("Begge foreldrene")),
    ("guardian", N_("Verge")),
    ("power", N_("Den som har fullmakt")),
)


def parts_in_a_row(scopes: Iterable[str], language: str) -> str:
    """The parts shared, as words in a row in the fixed order; everything is «hele planen»."""
    chosen = frozenset(scopes)
    if chosen >= frozenset(SCOPES):
        return translate(WHOLE, {}, language)
    return ", ".join(translate(IN_A_ROW[one], {}, language) for one in SCOPES if one in chosen)


def visible_parts(scopes: Iterable[str], language: str) -> str:
    """«Ser: mål, tiltak»."""
    return translate(SEES, {"what": parts_in_a_row(scopes, language)}, language)


def giver_words(code: str, language: str) -> str:
    """Who gave a consent; nothing where an older consent does not say."""
    words = dict(GIVEN_AS).get(code, "")
    return translate(words, {}, language) if words else ""
