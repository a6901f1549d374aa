"""What of a plan a consent opens: six scopes, who sees which, and what is offered first; no SQL here."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

GOALS = "goals"
MEASURES = "measures"
CALENDAR = "calendar"
MESSAGES = "messages"
DOCUMENTS = "documents"
HEALTH = "health"
SCOPES = (GOALS, MEASURES, CALENDAR, MESSAGES, DOCUMENTS, HEALTH)
EVERYTHING = frozenset(SCOPES)
ANYBODYS = ""  # who is here, where the plan stands: whoever the plan is shared with at all sees it
UNPLACED = "unplaced"  # what nobody has put in a scope: only who sees everything by law sees it
NOTHING: frozenset[str] = frozenset()

# What a role needs for its duty, without anybody's yes. Whoever coordinates calls and writes within the
# person's limits, which stand with her health notes; who has agreed work in the plan does that work.
COORDINATORS_DUTY = EVERYTHING
DUTY = EVERYTHING - {HEALTH}
# How a row came that rests on no yes: whoever holds the role needs it, and it ends with the role.
BY_ROLE = "role"
# What is ticked before the person has chosen (need 2.3): helpers do the plan's work, relatives and
# volunteers come along in it. Health notes are shared with nobody but the coordinator unasked.
FIRST_SHARED = {
    "coordinator": COORDINATORS_DUTY,
    "professional": DUTY,
    "user_organisation": EVERYTHING - {HEALTH, DOCUMENTS},
    "relative": EVERYTHING - {HEALTH, DOCUMENTS},
    "volunteer": EVERYTHING - {HEALTH, DOCUMENTS},
}


class UnknownScope(ValueError):
    """A scope that is not one of the six."""


class NothingShared(ValueError):
    """A choice without a scope; who shares nothing with somebody stops sharing."""


def scopes_of(stored: str) -> frozenset[str]:
    """The scopes a stored consent opens; empty is everything. Raises UnknownScope."""
    scopes = frozenset(stored.split())
    if unknown := scopes - EVERYTHING:
        raise UnknownScope(" ".join(sorted(unknown)))
    return scopes or EVERYTHING


def to_stored(scopes: Iterable[str]) -> str:
    """How a choice of scopes is stored, in the fixed order; raises UnknownScope, NothingShared."""
    chosen = frozenset(scopes)
    if not chosen:
        raise NothingShared
    if unknown := chosen - EVERYTHING:
        raise UnknownScope(" ".join(sorted(unknown)))
    return " ".join(code for code in SCOPES if code in chosen)


# Relations whose scopes are those of the consent they rest on; all others stand on law (need 2.3).
CONSENTED = frozenset({"coordinator", "accountable", "helper", "participant", "relative"})
# What the law opens. The office decides without health notes and without what was said in
# confidence; who is asked to take over sees the summary: what matters most.
BY_LAW: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("person", "representative", "acting_coordinator", "emergency"), EVERYTHING),
    **dict.fromkeys(("leader", "coordinating_unit", "administrator"), EVERYTHING),
    **dict.fromkeys(("privacy_officer", "clock", "operator"), EVERYTHING),
    "deciding_unit": EVERYTHING - {HEALTH, MESSAGES},
    "receiver": frozenset({GOALS}),
}


@dataclass(frozen=True, slots=True)
class Visibility:
    """What one reader sees of one plan: scopes, and what is the reader's own whatever they are.

    own: measures the reader answers for or helps with, offers made to the reader. letters: the
    party whose letters the reader answers by law, so that none is lost; empty for all others.
    alone: whether the reader hears what the person says of others: she and her coordinator. me: the
    reader, whose own messages and those written to her are hers to read. sharing: whether the reader
    hears who was let in and who is out again. unheard: the parties that the reader is not to hear
    of, since a child keeps them from the parents (pbrl § 3-4).
    """

    scopes: frozenset[str] = NOTHING
    own: frozenset[str] = NOTHING
    letters: str = ""
    alone: bool = False
    me: str = ""
    sharing: bool = False
    unheard: frozenset[str] = NOTHING

    @property
    def hidden(self) -> frozenset[str]:
        """The scopes the reader does not see."""
        return EVERYTHING - self.scopes

    def can_see(self, scope: str, subject_id: str | None = None) -> bool:
        """Whether something of a scope, about a subject, is the reader's to see."""
        return not scope or scope in self.scopes or subject_id in self.own


WHOLE = Visibility(EVERYTHING, alone=True, sharing=True)


def scopes_of_relation(relation: str, consent: str | None) -> frozenset[str]:
    """What one relation opens; consent: the stored scopes it rests on, None for no consent."""
    if relation in CONSENTED:
        return NOTHING if consent is None else scopes_of(consent)
    return BY_LAW[relation]


def unite_scopes(held: Iterable[tuple[str, str | None]], within: Container[str]) -> frozenset[str]:
    """The union over the relations that are `within` (those that open an act)."""
    return NOTHING.union(
        *(scopes_of_relation(name, stored) for name, stored in held if name in within)
    )
