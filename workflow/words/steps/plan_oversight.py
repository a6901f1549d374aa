"""The words of what leaders, the office and the privacy officer do on a plan."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import CALENDAR, MESSAGES
from workflow.words.steps.reading_places import TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.sentence import sentence_set
from workflow.words.text.translatable import N_

OVERSIGHT: Mapping[str, StepWords] = {
    PlanStep.ASK_COORDINATOR: StepWords(
        url="spor-koordinatoren",
        button=N_("Spør koordinatoren"),
        history=(N_("Koordinatoren ble spurt hvordan det går."),),
        code="asked_as",
        by_code={
            "leader": sentence_set(N_("Lederen spurte hvordan det går.")),
            "coordinating_unit": sentence_set(N_("Koordinerende enhet spurte hvordan det går.")),
        },
        notice=N_("Du har fått et spørsmål om planen"),
        notice_person="",
        shows={
            "words": in_history(MESSAGES, also=[TextPlace.MESSAGES]),
        },
    ),
    PlanStep.ACCEPT_NEW_REVIEW_DATE: StepWords(
        url="godta-ny-dato",
        button=N_("Godta ny dato"),
        history=(
            N_("Ny dato for evaluering: %(date)s."),
            N_("En ny dato for evaluering ble godtatt."),
        ),
        notice=N_("Lederen har godtatt ny dato for evaluering"),
        notice_person="",
        day=("next_review_on",),
        shows={
            "reason": in_history(CALENDAR),
        },
    ),
    PlanStep.PROPOSE_COORDINATOR: StepWords(
        url="foresla-koordinator",
        button=N_("Foreslå koordinator"),
        history=(
            N_("%(name)s ble foreslått som koordinator."),
            N_("En koordinator ble foreslått."),
        ),
        notice=N_("Lederen foreslår en koordinator"),
        notice_person="",
    ),
    PlanStep.TAKE_CASE: StepWords(
        url="ta-saken",
        button=N_("Ta saken"),
        history=(N_("%(name)s tok saken."), N_("En saksbehandler tok saken.")),
        history_person=(N_("%(name)s ser på saken din."), N_("En saksbehandler ser på saken din.")),
        notice="",
        notice_person="",
        responsible="responsible_party_id",
    ),
    PlanStep.TRANSITION_PREPARED: StepWords(
        url="overgangen-er-forberedt",
        button=N_("Overgangen er forberedt"),
        history=(N_("En overgang er forberedt: %(quote)s."), N_("En overgang er forberedt.")),
        history_person=(N_("Vi er klare for det nye: %(quote)s."), N_("Vi er klare for det nye.")),
        notice=N_("En overgang er forberedt"),
        notice_person=N_("Vi er klare for det nye som kommer."),
        quotes=("words",),
        shows={
            "words": in_history(CALENDAR),
        },
    ),
    PlanStep.ASK_FOR_ACCESS: StepWords(
        url="be-om-innsyn",
        button=N_("Be om innsyn"),
        done=N_("Du har bedt om innsyn. Du får svar innen en måned."),
        history=(N_("%(person)s ba om innsyn."), N_("Det ble bedt om innsyn.")),
        history_person=(N_("Du ba om innsyn."),),
        notice=N_("Noen har bedt om innsyn (lov)"),
        notice_person=N_("Du har bedt om innsyn. Du får svar innen en måned."),
        shows={
            "words": place_text(TextPlace.REQUEST, MESSAGES),
        },
    ),
    PlanStep.ANSWER_ACCESS: StepWords(
        url="svar-pa-innsyn",
        button=N_("Svar på innsyn"),
        history=(N_("Det ble svart på innsyn."),),
        history_person=(N_("Du fikk svar om innsyn."),),
        notice=N_("Spørsmålet om innsyn er besvart"),
        notice_person=N_("Du har fått svar om innsyn."),
        shows={
            "answer": place_text(TextPlace.REQUEST, MESSAGES),
        },
    ),
    PlanStep.OPEN_IN_EMERGENCY: StepWords(
        url="nodinnsyn",
        button=N_("Nødinnsyn"),
        history=(N_("Planen ble åpnet med nødinnsyn."),),
        history_person=(
            N_("%(name)s åpnet planen fordi det hastet."),
            N_("Noen åpnet planen fordi det hastet."),
        ),
        notice=N_("Noen har brukt nødinnsyn"),
        notice_person=N_("Noen åpnet planen din fordi det hastet. Du kan se hvem og hvorfor."),
    ),
    PlanStep.FOLLOW_UP_EMERGENCY: StepWords(
        url="folg-opp-nodinnsyn",
        button=N_("Følg opp nødinnsyn"),
        history=(N_("Et nødinnsyn ble fulgt opp."),),
        code="outcome",
        by_code={
            "justified": sentence_set(
                N_("Et nødinnsyn ble fulgt opp. Det var grunn til det."),
                person=N_("Vi så på hvorfor planen ble åpnet. Det var grunn til det."),
            ),
            "unjustified": sentence_set(
                N_("Et nødinnsyn ble fulgt opp. Det var ikke grunn til det."),
                person=N_("Vi så på hvorfor planen ble åpnet. Det skulle ikke vært gjort."),
            ),
        },
        notice=N_("Et nødinnsyn er fulgt opp"),
        notice_person=N_("Vi har sett på hvorfor planen din ble åpnet."),
        shows={
            "answer": in_history(MESSAGES),
        },
    ),
    PlanStep.ASK_FOR_CORRECTION: StepWords(
        url="be-om-retting",
        button=N_("Be om retting"),
        done=N_("Du har bedt om retting. Du får svar innen en måned."),
        history=(
            N_("%(person)s ba om retting: %(quote)s."),
            N_("%(person)s ba om retting."),
            N_("Det ble bedt om retting."),
        ),
        history_person=(N_("Du ba om retting: %(quote)s."), N_("Du ba om retting.")),
        notice=N_("Noen har bedt om retting (lov)"),
        notice_person=N_("Du har bedt om retting. Du får svar innen en måned."),
        quotes=("data_request.words",),
        shows={
            "words": in_history(MESSAGES, also=[TextPlace.REQUEST]),
        },
    ),
    PlanStep.ANSWER_DATA_REQUEST: StepWords(
        url="svar-om-opplysninger",
        button=N_("Svar om retting eller sletting"),
        history=(N_("Det ble svart på et spørsmål om opplysninger."),),
        history_person=(N_("Du fikk svar om opplysningene dine."),),
        code="outcome",
        by_code={
            "corrected": sentence_set(N_("Opplysninger ble rettet.")),
            "erased": sentence_set(N_("Opplysninger ble slettet.")),
            "refused": sentence_set(
                N_("Svaret ble nei. Det %(person)s skrev, står ved siden av."),
                N_("Svaret ble nei. Det som ble skrevet, står ved siden av."),
                person=N_("Svaret ble nei. Det du skrev, står ved siden av. Du kan klage."),
            ),
        },
        notice=N_("Et spørsmål om egne opplysninger er besvart"),
        notice_person=N_("Du har fått svar om opplysningene dine."),
        shows={
            "answer": in_history(MESSAGES, also=[TextPlace.REQUEST]),
        },
    ),
    PlanStep.ASK_FOR_ERASURE: StepWords(
        url="be-om-sletting",
        button=N_("Be om sletting"),
        done=N_("Du har bedt om sletting. Du får svar innen en måned."),
        history=(N_("%(person)s ba om sletting."), N_("Det ble bedt om sletting.")),
        history_person=(N_("Du ba om sletting."),),
        notice=N_("Noen har bedt om sletting (lov)"),
        notice_person=N_("Du har bedt om sletting. Du får svar innen en måned."),
        shows={
            "words": in_history(MESSAGES, also=[TextPlace.REQUEST]),
        },
    ),
    PlanStep.TAKE_MORE_TIME: StepWords(
        url="trenger-lengre-tid",
        button=N_("Trenger lengre tid"),
        history=(N_("Svaret trenger lengre tid: %(quote)s."), N_("Svaret trenger lengre tid.")),
        notice=N_("Svaret om egne opplysninger trenger lengre tid"),
        notice_person=N_("Svaret om opplysningene dine trenger lengre tid. Du kan lese hvorfor."),
        quotes=("form.reason",),
        shows={
            "reason": in_history(MESSAGES, also=[TextPlace.REQUEST]),
        },
    ),
}
