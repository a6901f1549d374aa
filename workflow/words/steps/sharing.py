"""The words of sharing and of health notes."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import HEALTH
from workflow.words.steps.reading_places import SPOKEN_ALONE, TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.translatable import N_

SHARING: Mapping[str, StepWords] = {
    PlanStep.GIVE_CONSENT: StepWords(
        url="del-planen",
        button=N_("Noter hva personen deler"),
        button_person=N_("Velg hva du deler"),
        done=N_("Nå er det slik du ville."),
        history=(N_("Planen ble delt med %(name)s."), N_("Deling av planen ble avtalt.")),
        history_person=(N_("Du delte planen med %(name)s."), N_("Du sa ja til planen.")),
        notice=N_("Personen har valgt hva som deles"),
        notice_person=N_("Du har valgt hva du deler."),
        news=(N_("Du deler planen med %(name)s."),),
        shows={
            "child_said": in_history(SPOKEN_ALONE),
        },
    ),
    PlanStep.SHARING_LAPSED: StepWords(
        url="delingen-tok-slutt",
        button=N_("Delingen tok slutt"),
        history=(
            N_("Delingen med %(name)s tok slutt, slik det var avtalt."),
            N_("En deling tok slutt, slik det var avtalt."),
        ),
        history_person=(
            N_("Du deler ikke lenger med %(name)s. Det varte til nå."),
            N_("En deling varte til nå."),
        ),
        notice=N_("En deling tok slutt, slik det var avtalt"),
        notice_person=N_("Du deler ikke lenger med en av dem. Det varte til nå."),
    ),
    PlanStep.WRITE_HEALTH: StepWords(
        url="skriv-om-helse",
        button=N_("Skriv om helse"),
        button_person=N_("Skriv om helsen min"),
        history=(N_("Noe om helse ble skrevet."),),
        history_person=(N_("Noe om helsen din ble skrevet."),),
        notice=N_("Noe om helse er skrevet"),
        notice_person=N_("Noe om helsen din er skrevet ned."),
        comes_along=True,
        shows={
            "words": place_text(TextPlace.PLAN, HEALTH),
        },
    ),
    PlanStep.END_HEALTH: StepWords(
        url="ta-bort-om-helse",
        button=N_("Ta bort noe om helse"),
        button_person=N_("Ta bort noe om helsen"),
        done=N_("Nå er det tatt bort."),
        history=(N_("Noe om helse ble tatt bort."),),
        history_person=(N_("Noe om helsen din ble tatt bort."),),
        notice=N_("Noe om helse er tatt bort"),
        notice_person=N_("Noe om helsen din er tatt bort."),
        shows={
            "reason": in_history(HEALTH),
        },
    ),
    PlanStep.TALK_ABOUT_SHARING: StepWords(
        url="snakk-om-deling",
        button=N_("Snakk om deling"),
        history=(N_("Samtale om deling med %(name)s."), N_("Samtale om hva som deles.")),
        history_person=(
            N_("Vi snakket om det du deler med %(name)s."),
            N_("Vi snakket om hva du deler."),
        ),
        notice=N_("Det er snakket om hva som deles"),
        notice_person=N_("Vi har snakket om hva du deler."),
        shows={
            "words": in_history(SPOKEN_ALONE),
        },
    ),
    PlanStep.KEEP_SIGNED_COPY: StepWords(
        url="legg-ved-signert-papir",
        button=N_("Legg ved signert papir"),
        history=(
            N_("Et signert papir om deling med %(name)s er lagt ved."),
            N_("Et signert papir om deling er lagt ved."),
        ),
        notice=N_("Et signert papir er lagt ved"),
        notice_person=N_("Papiret du signerte, er lagt ved planen."),
    ),
}
