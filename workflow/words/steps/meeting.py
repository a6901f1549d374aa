"""The words of a meeting's steps."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import MeetingStep
from workflow.rules.sharing.scopes import CALENDAR, DOCUMENTS
from workflow.words.steps.reading_places import TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.sentence import sentence_set
from workflow.words.text.translatable import N_

MEETING: Mapping[str, StepWords] = {
    MeetingStep.PLAN: StepWords(
        url="planlegg-mote",
        button=N_("Planlegg møte"),
        button_person=N_("Be om møte"),
        done=N_("Vi har fått det. Du får en innkalling."),
        history=(N_("Møte planlagt %(date)s kl. %(hour)s."), N_("Et møte ble planlagt.")),
        notice=N_("Et møte er planlagt"),
        notice_person=N_("Et møte er planlagt. Du velger hvem som kommer."),
        outside=N_("Et møte er planlagt"),
        news=(N_("Møte %(date)s kl. %(hour)s. Du velger hvem som kommer."),),
        day=("starts_at",),
        shows={
            "place": place_text(TextPlace.MEETING, CALENDAR),
            "agenda": place_text(TextPlace.MEETING, CALENDAR),
        },
    ),
    MeetingStep.CALL: StepWords(
        url="innkall",
        button=N_("Send innkalling"),
        history=(N_("Innkalling til møte ble sendt."),),
        notice=N_("Du er kalt inn til et møte"),
        notice_person=N_("Du er spurt om å komme på et møte."),
        outside=N_("Du er spurt om å komme på et møte"),
        news=(N_("Møte %(date)s kl. %(hour)s. Kommer du?"),),
        shows={
            "agenda": place_text(TextPlace.MEETING, CALENDAR),
            "short_notice_reason": in_history(CALENDAR),
        },
    ),
    MeetingStep.REPORT_ABSENCE: StepWords(
        url="kan-ikke-komme",
        button=N_("Kan ikke komme"),
        button_person=N_("Jeg kan ikke komme"),
        done=N_("Takk for at du sa fra."),
        history=(N_("%(name)s kan ikke komme på møtet."), N_("En av de innkalte kan ikke komme.")),
        notice=N_("Noen kan ikke komme på et møte"),
        notice_person=N_("En av dem kan ikke komme på møtet."),
        shows={
            "reason": in_history(CALENDAR, also=[TextPlace.MEETING]),
            "stand_in": in_history(CALENDAR, label=N_("Kommer i stedet"), also=[TextPlace.MEETING]),
        },
    ),
    MeetingStep.MOVE: StepWords(
        url="flytt-mote",
        button=N_("Flytt møtet"),
        history=(N_("Møtet ble flyttet til %(date)s kl. %(hour)s."), N_("Møtet ble flyttet.")),
        notice=N_("Et møte er flyttet"),
        notice_person=N_("Et møte er flyttet."),
        outside=N_("Et møte har fått en ny dag"),
        news=(N_("Møtet er flyttet til %(date)s kl. %(hour)s."),),
        day=("starts_at",),
        shows={
            "reason": in_history(CALENDAR),
            "place": place_text(TextPlace.MEETING, CALENDAR),
        },
    ),
    MeetingStep.HELD: StepWords(
        url="motet-er-holdt",
        button=N_("Møtet er holdt"),
        history=(N_("Møtet ble holdt."),),
        notice="",
        notice_person=N_("Møtet er holdt."),
    ),
    MeetingStep.SEND_MINUTES: StepWords(
        url="send-referat",
        button=N_("Send referat"),
        history=(N_("Referat fra møtet ble sendt."),),
        notice=N_("Et referat er sendt ut"),
        notice_person=N_("Du har fått referat fra et møte."),
        outside=N_("Det er skrevet noe fra et møte"),
        shows={
            "minutes": place_text(TextPlace.LETTER, DOCUMENTS),
        },
    ),
    MeetingStep.CANCEL: StepWords(
        url="avlys-mote",
        button=N_("Avlys møtet"),
        done=N_("Møtet er avlyst."),
        history=(N_("Møtet ble avlyst."),),
        notice=N_("Et møte er avlyst"),
        notice_person=N_("Et møte er avlyst."),
        outside=N_("Et møte blir ikke noe av"),
        shows={
            "reason": in_history(CALENDAR),
        },
    ),
    MeetingStep.TAKE_BACK: StepWords(
        url="angre-mote",
        button=N_("Ta tilbake siste steg"),
        button_person=N_("Angre"),
        done=N_("Nå er det som før."),
        history=(N_("Siste steg i møtet ble tatt tilbake."),),
        notice=N_("Et steg i et møte er tatt tilbake"),
        notice_person=N_("Noe om møtet er tatt tilbake."),
        shows={
            "reason": in_history(CALENDAR),
        },
    ),
    MeetingStep.REPLY: StepWords(
        url="svar-pa-innkalling",
        button=N_("Svar på innkallingen"),
        button_person=N_("Svar om møtet"),
        done=N_("Takk for svaret."),
        history=(N_("Svar på innkallingen."),),
        code="reply",
        by_code={
            "coming": sentence_set(
                N_("%(name)s kommer på møtet."), N_("En av de innkalte kommer på møtet.")
            ),
            "other_time": sentence_set(
                N_("%(name)s ønsker en annen tid eller et annet sted."),
                N_("En av de innkalte ønsker en annen tid eller et annet sted."),
            ),
            "cannot_come": sentence_set(
                N_("%(name)s kan ikke komme på møtet."), N_("En av de innkalte kan ikke komme.")
            ),
        },
        notice=N_("Noen har svart på en innkalling"),
        notice_person=N_("Svaret ditt om møtet er skrevet ned."),
        shows={
            "reason": in_history(CALENDAR, also=[TextPlace.MEETING]),
        },
    ),
    MeetingStep.PREPARE: StepWords(
        url="forbered-mote",
        button=N_("Forbered møtet"),
        button_person=N_("Det jeg vil si i møtet"),
        history=(N_("Møtet ble forberedt."),),
        notice="",
        notice_person=N_("Møtet er forberedt."),
        shows={
            "agenda": place_text(TextPlace.MEETING, CALENDAR),
            "written_view": place_text(TextPlace.MEETING, CALENDAR),
            "support_person": place_text(TextPlace.MEETING, CALENDAR),
        },
    ),
}
