"""The words of every step, gathered from the records of each area, and what stands on their buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.language import translate
from workflow.rules.names.steps import CompositeStep
from workflow.words.steps.measure import MEASURE
from workflow.words.steps.meeting import MEETING
from workflow.words.steps.offboarding import OFFBOARDING
from workflow.words.steps.plan_appeal import APPEAL
from workflow.words.steps.plan_end import END
from workflow.words.steps.plan_in_use import IN_USE
from workflow.words.steps.plan_internal import INTERNAL
from workflow.words.steps.plan_oversight import OVERSIGHT
from workflow.words.steps.plan_request import REQUEST
from workflow.words.steps.plan_transfer import TRANSFER
from workflow.words.steps.sharing import SHARING
from workflow.words.steps.step_words import ButtonWords, StepWords
from workflow.words.text.translatable import N_

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


@dataclass(frozen=True, slots=True)
class CompositeWords(ButtonWords):
    """The words of several steps in one go; what is told afterwards is told by each of the steps."""

    url: str = field(kw_only=True)


COMPOSITES: Mapping[str, CompositeWords] = {
    CompositeStep.REPORT_AND_START: CompositeWords(
        N_("Start nå, vedtak etterpå"), url="meld-og-start"
    ),
    CompositeStep.AGREE_IN_MEETING: CompositeWords(N_("Avtalt i møtet"), url="avtalt-i-motet"),
    CompositeStep.DO_IT_NOW: CompositeWords(N_("Gjør det nå"), url="gjor-det-na"),
    CompositeStep.DONE_AND_EVALUATED: CompositeWords(
        N_("Ferdig og evaluert"), N_("Gjort, og slik gikk det"), url="ferdig-og-evaluert"
    ),
    CompositeStep.ACCEPT_AND_START: CompositeWords(N_("Ta imot og start"), url="ta-imot-og-start"),
    CompositeStep.REVIEW_AND_CONTINUE: CompositeWords(
        N_("Evaluer og fortsett"), url="evaluer-og-fortsett"
    ),
    CompositeStep.FIVE_QUESTIONS: CompositeWords(N_("Fem spørsmål"), url="fem-sporsmal"),
}
# Each step's verb in addresses, and the step that a verb means.
URLS: Mapping[str, str] = {name: said.url for name, said in WORDS.items()} | {
    name: said.url for name, said in COMPOSITES.items()
}
STEP_OF_URL: Mapping[str, str] = {url: name for name, url in URLS.items()}


def step_words(step_name: str, voice: str = "staff", *, first: bool = False) -> str:
    """The bokmål msgid of a row's or composite's button; KeyError for a row that is not there.

    first: the words for the first time, where they differ (`plan.offer_coordinator` of a plan without a coordinator).
    """
    if step_name in COMPOSITES:
        return COMPOSITES[step_name].to(voice)
    return WORDS[step_name].button_to(voice, first)


def button(step_name: str, language: str, voice: str = "staff") -> str:
    """What stands on the button, in the reader's language."""
    return translate(step_words(step_name, voice), {}, language)
