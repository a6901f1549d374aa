"""The words of every step, gathered from the records of each area, and what stands on their buttons."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.language import translate
from workflow.words.marking import N_
from workflow.words.measure_words import MEASURE
from workflow.words.meeting_words import MEETING
from workflow.words.offboarding_words import OFFBOARDING
from workflow.words.plan_appeal_words import APPEAL
from workflow.words.plan_end_words import END
from workflow.words.plan_in_use_words import IN_USE
from workflow.words.plan_internal_words import INTERNAL
from workflow.words.plan_oversight_words import OVERSIGHT
from workflow.words.plan_request_words import REQUEST
from workflow.words.plan_transfer_words import TRANSFER
from workflow.words.sharing_words import SHARING
from workflow.words.step_words import ButtonWords, StepWords

WORDS: Mapping[str, StepWords] = {
    **REQUEST,
    **IN_USE,
    **TRANSFER,
    **END,
    **APPEAL,
    **INTERNAL,
    **OVERSIGHT,
    **SHARING,
    **MEASURE,
    **MEETING,
    **OFFBOARDING,
}
# Several steps in one go have a button; what is told afterwards is told by each of the steps.
COMPOSITE_BUTTONS: Mapping[str, ButtonWords] = {
    "C1": ButtonWords(N_("Start nå, vedtak etterpå")),
    "C2": ButtonWords(N_("Avtalt i møtet")),
    "C3": ButtonWords(N_("Gjør det nå")),
    "C4": ButtonWords(N_("Ferdig og evaluert"), N_("Gjort, og slik gikk det")),
    "C5": ButtonWords(N_("Ta imot og start")),
    "C6": ButtonWords(N_("Evaluer og fortsett")),
}


def step_words(step_id: str, voice: str = "staff", *, first: bool = False) -> str:
    """The bokmål msgid of a row's or composite's button; KeyError for a row that is not there.

    first: the words for the first time, where they differ (P13 of a plan without a coordinator).
    """
    if step_id in COMPOSITE_BUTTONS:
        return COMPOSITE_BUTTONS[step_id].to(voice)
    return WORDS[step_id].button_to(voice, first)


def button(step_id: str, language: str, voice: str = "staff") -> str:
    """What stands on the button, in the reader's language."""
    return translate(step_words(step_id, voice), {}, language)
