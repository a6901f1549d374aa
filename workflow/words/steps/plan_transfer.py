"""The words of a plan's steps to another office or municipality."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS, MESSAGES
from workflow.words.steps.reading_places import TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.translatable import N_

TRANSFER: Mapping[str, StepWords] = {
    PlanStep.OFFER_TRANSFER: StepWords(
        url="tilby-overforing",
        button=N_("Tilby overføring"),
        history=(N_("%(place)s ble spurt om å ta over planen."), N_("Overføring ble tilbudt.")),
        notice=N_("Noen er spurt om å ta over planen"),
        notice_person=N_("Vi har spurt noen om å ta over planen. Vi har ansvaret til de svarer."),
        asked=N_("Dere er spurt om å ta over planen"),
        news=(
            N_("Vi har spurt %(place)s om å ta over. %(name)s har ansvaret til de svarer."),
            N_("Vi har spurt %(place)s om å ta over. Vi har ansvaret til de svarer."),
        ),
        shows={
            "to_name": place_text(TextPlace.PLAN),
            "first_appointment": in_history(
                DOCUMENTS, label=N_("Første avtale etterpå"), also=[TextPlace.OFFER]
            ),
            "gaps": in_history(DOCUMENTS, label=N_("Ikke på plass ennå"), also=[TextPlace.OFFER]),
            "reason": in_history(DOCUMENTS, label=N_("Hvorfor"), also=[TextPlace.OFFER]),
        },
    ),
    PlanStep.ACCEPT_TRANSFER: StepWords(
        url="ta-over-planen",
        button=N_("Ta over planen"),
        history=(
            N_("Planen ble tatt over. %(name)s har ansvaret nå."),
            N_("Planen ble tatt over."),
        ),
        notice=N_("Planen er tatt over"),
        notice_person=N_("Planen din er tatt over. Noen der har ansvaret nå."),
        news=(
            N_("%(place)s har tatt over planen. %(name)s har ansvaret nå."),
            N_("%(name)s har ansvaret for planen nå."),
        ),
        responsible="responsible_party_id",
        shows={
            "words": in_history(MESSAGES),
        },
    ),
    PlanStep.RELEASE_ELSEWHERE: StepWords(
        url="gi-fra-seg-planen",
        button=N_("Den andre kommunen har tatt over"),
        history=(N_("En annen kommune tok over planen."),),
        notice=N_("Planen er tatt over av en annen kommune"),
        notice_person=N_("Planen din er tatt over av en annen kommune."),
        outside=N_("Planen har fått et nytt sted"),
        news=(
            N_("%(place)s har tatt over planen. %(name)s er din koordinator nå."),
            N_("%(place)s har tatt over planen."),
        ),
        neighbours=True,
    ),
    PlanStep.DECLINE_TRANSFER: StepWords(
        url="nei-til-overforing",
        button=N_("Si nei, med grunn"),
        history=(N_("Svaret om å ta over ble nei. Planen blir her."),),
        notice=N_("Den som ble spurt om å ta over planen, sa nei"),
        notice_person=N_("Planen blir her. Vi har fortsatt ansvaret."),
        news=(N_("Planen blir her. %(name)s har fortsatt ansvaret."),),
        neighbours=True,
        shows={
            "reason": in_history(DOCUMENTS),
        },
    ),
    PlanStep.EXPIRE_TRANSFER: StepWords(
        url="svarfrist-overforing",
        button=N_("Svarfristen er ute"),
        history=(N_("Spørsmålet om å ta over gikk ut. Planen blir her."),),
        notice=N_("Spørsmålet om å ta over planen fikk ikke svar"),
        notice_person=N_("Planen blir her. Vi har fortsatt ansvaret."),
        news=(N_("Planen blir her. %(name)s har fortsatt ansvaret."),),
    ),
    PlanStep.WITHDRAW_TRANSFER: StepWords(
        url="trekk-overforing",
        button=N_("Trekk tilbudet"),
        button_person=N_("Jeg vil at planen blir her"),
        done=N_("Planen blir her."),
        history=(N_("Spørsmålet om å ta over ble trukket. Planen blir her."),),
        notice=N_("Spørsmålet om å ta over planen er trukket"),
        notice_person=N_("Planen blir her. Vi har fortsatt ansvaret."),
        news=(N_("Planen blir her. %(name)s har fortsatt ansvaret."),),
    ),
    PlanStep.END_TRANSFER_UNAGREED: StepWords(
        url="uenig-i-overforing",
        button=N_("Personen er ikke enig lenger"),
        history=(N_("Personen ville ikke flytte planen likevel. Planen blir her."),),
        notice=N_("Personen vil ikke flytte planen likevel"),
        notice_person=N_("Planen blir her, slik du ville. Vi har fortsatt ansvaret."),
        news=(N_("Planen blir her, slik du ville. %(name)s har fortsatt ansvaret."),),
    ),
    PlanStep.ACCEPTED_OUTSIDE: StepWords(
        url="bekreft-mottatt",
        button=N_("Bekreft mottatt"),
        history=(
            N_("Planen ble tatt imot et annet sted, bekreftet %(date)s."),
            N_("Planen ble tatt imot et annet sted."),
        ),
        notice=N_("Planen er tatt imot et annet sted"),
        notice_person=N_("Planen din er tatt imot. Du har fått en kopi."),
        outside=N_("Planen har fått et nytt sted"),
        news=(N_("%(place)s har planen din nå. Du har fått en kopi."),),
        shows={
            "receipt_from": in_history(DOCUMENTS, label=N_("Bekreftet av")),
        },
    ),
}
