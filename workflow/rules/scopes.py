"""What of a plan a consent opens: six scopes, and what each kind of receiver is offered first; no SQL here."""

from __future__ import annotations

from collections.abc import Iterable

GOALS = "goals"
MEASURES = "measures"
CALENDAR = "calendar"
MESSAGES = "messages"
DOCUMENTS = "documents"
HEALTH = "health"
SCOPES = (GOALS, MEASURES, CALENDAR, MESSAGES, DOCUMENTS, HEALTH)
EVERYTHING = frozenset(SCOPES)
NOTHING: frozenset[str] = frozenset()

# What is ticked before the person has chosen (need 2.3): helpers do the plan's work, relatives and
# volunteers come along in it. Health notes are shared with nobody but the coordinator unasked.
FIRST_SHARED = {
    "coordinator": EVERYTHING,
    "professional": EVERYTHING - {HEALTH},
    "user_organisation": EVERYTHING - {HEALTH, DOCUMENTS},
    "relative": EVERYTHING - {HEALTH, DOCUMENTS},
    "volunteer": EVERYTHING - {HEALTH, DOCUMENTS},
}


class UnknownScope(ValueError):
    """A scope that is not one of the six."""


class NothingShared(ValueError):
    """A choice without a scope; who shares nothing with somebody stops sharing (P21a)."""


def scopes_of(stored: str) -> frozenset[str]:
    """The scopes a stored consent opens; empty is everything. Raises UnknownScope."""
    found = frozenset(stored.split())
    if unknown := found - EVERYTHING:
        raise UnknownScope(" ".join(sorted(unknown)))
    return found or EVERYTHING


def stored(scopes: Iterable[str]) -> str:
    """How a choice of scopes is stored, in the fixed order; raises UnknownScope, NothingShared."""
    chosen = frozenset(scopes)
    if not chosen:
        raise NothingShared
    if unknown := chosen - EVERYTHING:
        raise UnknownScope(" ".join(sorted(unknown)))
    return " ".join(code for code in SCOPES if code in chosen)
