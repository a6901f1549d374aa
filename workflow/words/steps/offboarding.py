"""The words of letting go when somebody leaves."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.sharing.scopes import MESSAGES
from workflow.words.steps.reading_places import in_history
from workflow.words.steps.step_words import StepWords
from workflow.words.text.translatable import N_

OFFBOARDING: Mapping[str, StepWords] = {
    PlanStep.CHANGE_ACTING: StepWords(
        url="bytt-hvem-som-passer-pa",
        button=N_("Bytt hvem som passer på planen"),
        history=(
            N_("%(name)s passer på planen nå."),
            N_("En annen i kommunen passer på planen nå."),
        ),
        notice=N_("En annen passer på planen nå"),
        notice_person=N_("En annen her passer på planen nå. Du kan ringe oss."),
        news=(N_("%(name)s passer på planen nå. Ring når du vil."),),
        shows={
            "reason": in_history(MESSAGES),
        },
    ),
    PlanStep.STAFF_LEAVES: StepWords(
        url="ansatt-slutter",
        button=N_("Ansatt slutter"),
        history=(
            N_("%(name)s har sluttet her og er ikke med i planen lenger."),
            N_("En ansatt har sluttet her og er ikke med i planen lenger."),
        ),
        notice=N_("En ansatt har sluttet"),
        notice_person=N_("En av dem rundt deg har sluttet her."),
        news=(N_("%(name)s har sluttet her. Du kan ringe oss som før."),),
    ),
    MeasureStep.ACCOUNTABLE_LEAVES: StepWords(
        url="ny-ansvarlig",
        button=N_("Ny ansvarlig, den andre slutter"),
        history=(
            N_("%(name)s har ansvaret for «%(text)s» nå. Den som hadde det, slutter."),
            N_("%(name)s har ansvaret for et tiltak nå. Den som hadde det, slutter."),
            N_("Et tiltak fikk ny ansvarlig. Den som hadde det, slutter."),
        ),
        notice=N_("Et tiltak har ny ansvarlig, fordi noen slutter"),
        notice_person=N_("En annen gjør noe av det som var avtalt."),
        news=(N_("%(name)s har ansvaret for «%(text)s» nå."),),
    ),
    MeetingStep.HAND_ON: StepWords(
        url="ny-moteleder",
        button=N_("Ny leder av møtet, den andre slutter"),
        history=(
            N_("%(name)s leder møtet nå, eller skriver referatet."),
            N_("Møtet fikk ny leder."),
        ),
        notice=N_("Et møte har ny leder, fordi noen slutter"),
        notice_person=N_("En annen leder møtet nå."),
        news=(N_("%(name)s leder møtet nå."),),
    ),
}
