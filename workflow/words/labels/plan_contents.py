"""The nine points a plan covers (a–i, domain 2.2), and which of them a plan has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.language import translate
from workflow.words.text.sentence import PERSON, STAFF, SentenceSet, sentence_set
from workflow.words.text.translatable import N_


@dataclass(frozen=True, slots=True)
class PlanContents:
    """What a plan holds, as plain counts and flags; whoever reads the plan fills it in."""

    goals: int = 0
    most_important: bool = False
    participants: int = 0
    coordinator: bool = False
    contributions: int = 0  # participants who have said what they can do
    measures: int = 0
    measures_with_accountable: int = 0
    measures_with_date: int = 0
    next_review: bool = False
    consent: bool = False
    outside_partners: int = 0  # participants from another level than the municipality


POINTS: Mapping[str, SentenceSet] = {
    "a": sentence_set(N_("Mål, ressurser og behov"), person=N_("Mine mål og det jeg trenger")),
    "b": sentence_set(N_("Hvem som er med"), person=N_("Hvem som er med")),
    "c": sentence_set(N_("Hvem som er koordinator"), person=N_("Hvem som er min koordinator")),
    "d": sentence_set(N_("Hva hver enkelt bidrar med"), person=N_("Hva hver og en gjør")),
    "e": sentence_set(
        N_("Tiltak, omfang og ansvarlig"), person=N_("Tiltak, og hvem som har ansvar")
    ),
    "f": sentence_set(N_("Hvordan tiltakene blir gjort, og når"), person=N_("Når vi gjør det")),
    "g": sentence_set(N_("Når planen evalueres"), person=N_("Når vi ser på planen igjen")),
    "h": sentence_set(N_("Samtykke til planen"), person=N_("Mitt ja til planen")),
    "i": sentence_set(N_("Samarbeid med andre steder"), person=N_("Andre som hjelper til")),
}


def make_checklist(
    held: PlanContents, language: str, voice: str = STAFF
) -> list[tuple[str, str, bool]]:
    """(letter, label, covered) for a–i, in order. Law: regulation on individual plan, contents."""
    covered = coverage(held)
    return [
        (letter, translate(entry.to(voice)[0], {}, language), covered[letter])
        for letter, entry in POINTS.items()
    ]


def coverage(held: PlanContents) -> dict[str, bool]:
    """Which of a–i a plan covers."""
    every_measure = held.measures > 0 and held.measures_with_accountable == held.measures
    return {
        "a": held.goals > 0 or held.most_important,
        "b": held.participants > 0,
        "c": held.coordinator,
        "d": held.contributions > 0 or held.measures_with_accountable > 0,
        "e": every_measure,
        "f": held.measures > 0 and held.measures_with_date == held.measures,
        "g": held.next_review,
        "h": held.consent,
        "i": held.outside_partners > 0,
    }


def checklist_lead(voice: str, language: str) -> str:
    """The line above the list: nothing here stops a step."""
    text = _PERSON_LEAD if voice == PERSON else _LEAD
    return translate(text, {}, language)


_LEAD = N_("Hva er ikke dekket? Ett mål er nok til å starte. Resten kan komme etter hvert.")
_PERSON_LEAD = N_("Dette kan stå i en plan. Ett mål er nok til å starte.")
