"""The words of complaint, reopening and error."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS
from workflow.words.steps.reading_places import TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.translatable import N_

APPEAL: Mapping[str, StepWords] = {
    PlanStep.COMPLAIN: StepWords(
        url="klag",
        button=N_("Registrer klage"),
        button_person=N_("Jeg vil klage"),
        done=N_("Vi har fått klagen din."),
        history=(N_("En klage kom inn."),),
        history_person=(N_("Vi fikk klagen din."),),
        notice=N_("En klage er kommet inn"),
        notice_person=N_("Vi har fått klagen din."),
        news=(N_("Vi fikk klagen din %(date)s. Vi ser på saken på nytt."),),
        shows={
            "words": in_history(DOCUMENTS, also=[TextPlace.PAPER]),
        },
    ),
    PlanStep.REVERSE: StepWords(
        url="gjor-om-vedtaket",
        button=N_("Gjør om vedtaket"),
        history=(N_("Vedtaket ble gjort om. Svaret er ja."),),
        notice=N_("Vedtaket er gjort om"),
        notice_person=N_("Vi så på saken igjen. Svaret er nå ja."),
        shows={
            "reason": place_text(TextPlace.LETTER, DOCUMENTS),
        },
    ),
    PlanStep.APPEAL_UPHELD: StepWords(
        url="klagen-forte-fram",
        button=N_("Klagen førte fram"),
        history=(N_("Klagen førte fram. Saken vurderes på nytt."),),
        notice=N_("Klagen førte fram"),
        notice_person=N_("Klagen din førte fram. Vi ser på saken igjen."),
        shows={
            "reason": in_history(DOCUMENTS),
            "document_text": place_text(TextPlace.LETTER, DOCUMENTS),
        },
    ),
    PlanStep.LAPSE: StepWords(
        url="klagefristen-er-ute",
        button=N_("Klagefristen er ute"),
        history=(N_("Klagefristen gikk ut. Saken ble avsluttet."),),
        notice=N_("Saken er avsluttet etter klagefristen"),
        notice_person=N_("Du kan spørre om plan igjen når du vil."),
    ),
    PlanStep.REOPEN: StepWords(
        url="gjenapne-planen",
        button=N_("Gjenåpne"),
        history=(N_("Planen ble åpnet igjen."),),
        notice=N_("Planen er åpnet igjen"),
        notice_person=N_("Planen er åpnet igjen."),
        shows={
            "reason": in_history(DOCUMENTS),
        },
    ),
    PlanStep.REOPEN_AS_NEED: StepWords(
        url="gjenapne-som-behov",
        button=N_("Gjenåpne som nytt behov"),
        history=(N_("Planen ble åpnet igjen som et nytt behov."),),
        notice=N_("Planen er meldt på nytt"),
        notice_person=N_("Vi har fått meldingen om at du vil ha plan igjen."),
        shows={
            "reason": in_history(DOCUMENTS),
        },
    ),
    PlanStep.ASK_ERROR_CONFIRMED: StepWords(
        url="be-om-bekreftet-feil",
        button=N_("Be en annen se om det er ført feil"),
        history=(N_("En kollega ble bedt om å se på en mulig feilføring."),),
        notice=N_("Noe er ført feil og skal bekreftes av deg"),
        notice_person="",
        shows={
            "reason": in_history(DOCUMENTS, also=[TextPlace.OFFER]),
        },
    ),
    PlanStep.ENTERED_IN_ERROR: StepWords(
        url="fort-feil",
        button=N_("Ført feil"),
        history=(N_("Planen var ført feil og ble tatt ut."),),
        notice="",
        notice_person="",
        shows={
            "reason": in_history(DOCUMENTS),
        },
    ),
}
