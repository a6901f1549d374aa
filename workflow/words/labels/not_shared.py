"""The one plain line where a part of a plan is not shared with its reader; never why, never since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow.language import translate
from workflow.rules.sharing.scopes import SCOPES
from workflow.words.text.translatable import N_

NOT_SHARED: Mapping[str, str] = {
    "goals": N_("Mål er ikke delt med deg."),
    "measures": N_("Tiltak er ikke delt med deg."),
    "calendar": N_("Møter og datoer er ikke delt med deg."),
    "messages": N_("Meldinger er ikke delt med deg."),
    "documents": N_("Brev og papirer er ikke delt med deg."),
    "health": N_("Helse er ikke delt med deg."),
}


def not_shared_line(scope: str, language: str) -> str:
    """The line for one scope. KeyError for a scope that there is not."""
    return translate(NOT_SHARED[scope], {}, language)


def not_shared_lines(hidden: Iterable[str], language: str) -> list[str]:
    """The lines for every hidden scope, in the fixed order."""
    scopes = frozenset(hidden)
    return [not_shared_line(scope, language) for scope in SCOPES if scope in scopes]
