"""Where each free text that a step asks for is shown, and to whom: what people write must not disappear.

Every text has its place, or is declared internal with the reason. HISTORY means: under the step's
line in the history, in its own words. The scopes are those a reader must see, beside the step's
own; SPOKEN_ALONE is for what was said about others, which they do not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflow.rules.scopes import CALENDAR, DOCUMENTS, GOALS, HEALTH, MEASURES, MESSAGES
from workflow.words.marking import N_

SPOKEN_ALONE = "spoken_alone"


class Place(StrEnum):
    """A page or paper where a text is read."""

    HISTORY = "history"
    PLAN = "plan"
    PEOPLE = "people"
    CASE = "case"
    LETTER = "letter"
    PAPER = "paper"
    OFFER = "offer"
    REVIEW = "review"
    MEETING = "meeting"
    MESSAGES = "messages"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Shown:
    """A text's places, the scopes it needs, and what it is called where several stand together."""

    places: frozenset[Place]
    scopes: frozenset[str]
    label: str = ""

    @property
    def in_history(self) -> bool:
        """Whether the text stands under its line in the history."""
        return Place.HISTORY in self.places


@dataclass(frozen=True, slots=True)
class Internal:
    """A text that no page shows, and why."""

    reason: str


def _told(*scopes: str, label: str = "", also: Iterable[Place] = ()) -> Shown:
    """A text that stands under its line in the history."""
    return Shown(frozenset({Place.HISTORY, *also}), frozenset(scopes), label)


def _at(place: Place, *scopes: str) -> Shown:
    """A text that has a place of its own, which the history does not repeat."""
    return Shown(frozenset({place}), frozenset(scopes))


AROUND = {
    "name": _at(Place.PEOPLE),
    "role": _at(Place.PEOPLE),
    "organisation": _at(Place.PEOPLE),
    "phone": _at(Place.PEOPLE),
    "can_do": _at(Place.PEOPLE),
}
REASONS = {
    "why_long": _at(Place.LETTER, DOCUMENTS),
    "why_coordinated": _at(Place.LETTER, DOCUMENTS),
    "archive_case": _at(Place.CASE, DOCUMENTS),
}
NO = {
    **REASONS,
    "reasons": _at(Place.LETTER, DOCUMENTS),
    "legal_basis": _at(Place.LETTER, DOCUMENTS),
}
MEASURE = {
    "text": _at(Place.PLAN, MEASURES),
    "agreed_consequence": _at(Place.PLAN, HEALTH),
    "system_code": _at(Place.PLAN, MEASURES),
    "service_decision_ref": _at(Place.PLAN, MEASURES),
}
CONDITION = {
    "condition": _at(Place.PLAN, MEASURES),
    "condition_by": _at(Place.PLAN, MEASURES),
}
OF_MEASURE = {"reason": _told(MEASURES)}
SAID = {"words": _told(MESSAGES)}
WHY = {"reason": _told(MESSAGES)}
WHY_IN_CASE = {"reason": _told(DOCUMENTS)}
WHY_OF_MEETING = {"reason": _told(CALENDAR)}

# By step and field; a hidden field without a question is nobody's text and stands nowhere here.
TEXT_PLACES: Mapping[str, Mapping[str, Shown | Internal]] = {
    "P1": {
        "problem": _at(Place.PLAN),
        "why": _at(Place.PLAN, GOALS),
        "reach_person": _at(Place.CASE),
    },
    "P2": {
        "source_name": _at(Place.PLAN),
        "first_appointment": _told(DOCUMENTS, label=N_("Første avtale etterpå")),
        "document_title": _told(DOCUMENTS, label=N_("Planen heter")),
        "document_text": _at(Place.LETTER, DOCUMENTS),
        "goals": _at(Place.PLAN, GOALS),
        "measures": _at(Place.PLAN, MEASURES),
        "unmapped": _told(MEASURES, DOCUMENTS, label=N_("Overskrifter som ikke passet her")),
    },
    "P3": {**REASONS, "wish_coordinator": _at(Place.CASE)},
    "P4": NO,
    "P5": {"to_name": _at(Place.PLAN), "reason": _told(DOCUMENTS, also=[Place.OFFER])},
    "P5a": {"receipt_from": _told(DOCUMENTS, label=N_("Bekreftet av"))},
    "P6": SAID,
    "P7": {"most_important": _at(Place.PLAN, GOALS)},
    "P8": {"most_important": _at(Place.PLAN, GOALS)},
    "P9": REASONS,
    "P9d": NO,
    "P10": {
        "person_words": _told(MEASURES, label=N_("Med egne ord"), also=[Place.REVIEW]),
        "worker_words": _told(MEASURES, label=N_("Oppsummering"), also=[Place.REVIEW]),
        "wished": _told(MEASURES, GOALS, label=N_("Ønsket og bestemt"), also=[Place.REVIEW]),
        "relatives_why_not": _told(SPOKEN_ALONE, label=N_("Pårørende"), also=[Place.REVIEW]),
    },
    "P11": {"changed": _told(MEASURES, label=N_("Dette endrer vi"), also=[Place.REVIEW])},
    "P12a": WHY,
    "P13": {
        "wish_coordinator": _told(MESSAGES, label=N_("Ønsket koordinator"), also=[Place.CASE]),
        "reason": _told(MESSAGES, label=N_("Hvorfor en annen")),
    },
    "P13y": SAID,
    "P13n": WHY,
    "P13w": SAID,
    "P14": WHY,
    "P14b": WHY,
    "P15": {
        "to_name": _at(Place.PLAN),
        "first_appointment": _told(DOCUMENTS, label=N_("Første avtale etterpå"), also=[Place.OFFER]),
        "gaps": _told(DOCUMENTS, label=N_("Ikke på plass ennå"), also=[Place.OFFER]),
        "reason": _told(DOCUMENTS, label=N_("Hvorfor"), also=[Place.OFFER]),
    },
    "P16": SAID,
    "P18a": WHY_IN_CASE,
    "P19": {"receipt_from": _told(DOCUMENTS, label=N_("Bekreftet av"))},
    "P20": WHY,
    "P20b": {
        "reasons": _at(Place.LETTER, DOCUMENTS),
        "archive_case": _at(Place.CASE, DOCUMENTS),
    },
    "P22a": WHY_IN_CASE,
    "P23": {"words": _told(DOCUMENTS, also=[Place.PAPER])},
    "P24a": {"reason": _at(Place.LETTER, DOCUMENTS)},
    "P24b": {
        "reason": _told(DOCUMENTS),
        "document_text": _at(Place.LETTER, DOCUMENTS),
    },
    "P26a": WHY_IN_CASE,
    "P26b": WHY_IN_CASE,
    "P27o": {"reason": _told(DOCUMENTS, also=[Place.OFFER])},
    "P27": WHY_IN_CASE,
    "A1": {"most_important": _at(Place.PLAN, GOALS), "limits": _at(Place.PLAN, HEALTH)},
    "A2": {
        "own_words": _at(Place.PLAN, GOALS),
        "clarified": _at(Place.PLAN, GOALS),
        "condition": _at(Place.PLAN, GOALS),
    },
    "A3": {"own_words": _at(Place.PLAN, GOALS), "clarified": _at(Place.PLAN, GOALS)},
    "A5": AROUND,
    "A6": WHY,
    "A7": WHY,
    "A8": {"child_said": _told(SPOKEN_ALONE)},
    "A9": SAID,
    "A10": SAID,
    "A11": {"words": _told(MESSAGES, also=[Place.MESSAGES])},
    "A12": {"answer": _told(MESSAGES, also=[Place.MESSAGES])},
    "A13": {
        "step": _told(MESSAGES, label=N_("Ba om"), also=[Place.MESSAGES]),
        "words": _told(MESSAGES, label=N_("Med egne ord"), also=[Place.MESSAGES]),
    },
    "A13c": {"wish_coordinator": _told(MESSAGES, also=[Place.MESSAGES, Place.CASE])},
    "A15": WHY_IN_CASE,
    "A17": {
        "title": _at(Place.PLAN, GOALS),
        "owner_system": _at(Place.PLAN, GOALS),
        "link": _at(Place.PLAN, GOALS),
        "responsible": _at(Place.PLAN, GOALS),
    },
    "A18": SAID,
    "A20": {"words": _told(DOCUMENTS, also=[Place.PAPER])},
    "A21": SAID,
    "A22": {"ground_rules": _at(Place.PLAN, GOALS), "service_aim": _at(Place.PLAN, GOALS)},
    "A23": AROUND,
    "A25": {"words": _told(MESSAGES, also=[Place.MESSAGES])},
    "A26": WHY_OF_MEETING,
    "A30": {"words": _told(CALENDAR)},
    "A31": {"words": _told(MESSAGES, also=[Place.REQUEST])},
    "A32": {"answer": _told(MESSAGES, also=[Place.REQUEST])},
    "A34": {"answer": _told(MESSAGES)},
    "A35": {"words": _at(Place.PLAN, HEALTH)},
    "A36": {"reason": _told(HEALTH)},
    "A37": {"words": _told(MESSAGES, also=[Place.REQUEST])},
    "A38": {"answer": _told(MESSAGES, also=[Place.REQUEST])},
    "A39": {"words": _told(MESSAGES, also=[Place.REQUEST])},
    "A41": {"reason": _told(MESSAGES, also=[Place.REQUEST])},
    "A42": {"words": _told(SPOKEN_ALONE)},
    "M1": {**MEASURE, **CONDITION},
    "M4a": {"words": _told(MEASURES)},
    "M4b": {**OF_MEASURE, "service_decision_ref": _at(Place.PLAN, MEASURES)},
    "M7": {
        "result_words": _told(MEASURES, label=N_("Med egne ord"), also=[Place.REVIEW]),
        "way_of_working": _told(MEASURES, label=N_("Slik jobbet vi sammen"), also=[Place.REVIEW]),
        "why_not_done": _told(MEASURES, label=N_("Hvorfor det ikke er gjort"), also=[Place.REVIEW]),
    },
    "M10": {
        "who": _told(MEASURES, label=N_("Kom ikke")),
        "next_step": _told(MEASURES, label=N_("Nytt forsøk")),
    },
    "M11": OF_MEASURE,
    "M12": {"reason": _told(MEASURES, also=[Place.OFFER])},
    "M13b": OF_MEASURE,
    "M14": OF_MEASURE,
    "M16": OF_MEASURE,
    "M17": CONDITION,
    "M18": MEASURE,
    "V1": {"place": _at(Place.MEETING, CALENDAR), "agenda": _at(Place.MEETING, CALENDAR)},
    "V2": {
        "agenda": _at(Place.MEETING, CALENDAR),
        "short_notice_reason": _told(CALENDAR),
    },
    "V3": {"reason": _at(Place.MEETING, CALENDAR), "stand_in": _at(Place.MEETING, CALENDAR)},
    "V4": {"reason": _told(CALENDAR), "place": _at(Place.MEETING, CALENDAR)},
    "V6": {"minutes": _at(Place.LETTER, DOCUMENTS)},
    "V7": WHY_OF_MEETING,
    "V8": WHY_OF_MEETING,
    "V9": {"reason": _at(Place.MEETING, CALENDAR)},
    "V10": {
        "agenda": _at(Place.MEETING, CALENDAR),
        "written_view": _at(Place.MEETING, CALENDAR),
        "support_person": _at(Place.MEETING, CALENDAR),
    },
}  # fmt: skip


def place_of(row_id: str, field: str) -> Shown | Internal | None:
    """What is declared of a step's text; nothing for a field that holds no text of its own."""
    return TEXT_PLACES.get(row_id, {}).get(field)


def scopes_of_text(row_id: str, key: str) -> frozenset[str]:
    """The scopes that an event's words need by their step, beside those that their name gives."""
    found = place_of(row_id, key.rpartition(".")[2])
    return found.scopes if isinstance(found, Shown) else frozenset()
