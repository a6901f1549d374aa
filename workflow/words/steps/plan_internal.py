"""The words of what people do in a plan without moving it: goals, people, contact."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS, GOALS, HEALTH, MESSAGES
from workflow.words.steps.reading_places import TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.sentence import sentence_set
from workflow.words.text.translatable import N_

INTERNAL: Mapping[str, StepWords] = {
    PlanStep.SET_WHAT_MATTERS: StepWords(
        url="skriv-det-viktigste",
        button=N_("Skriv det viktigste"),
        button_person=N_("Det viktigste for meg"),
        history=(N_("Det viktigste ble skrevet: «%(quote)s»"), N_("Det viktigste ble skrevet.")),
        notice="",
        notice_person=N_("Det viktigste for deg er skrevet ned."),
        quotes=("plan.most_important",),
        comes_along=True,
        shows={
            "most_important": place_text(TextPlace.PLAN, GOALS),
            "limits": place_text(TextPlace.PLAN, HEALTH),
        },
    ),
    PlanStep.ADD_GOAL: StepWords(
        url="nytt-mal",
        button=N_("Nytt mål"),
        button_person=N_("Jeg har et mål"),
        history=(N_("Nytt mål: «%(quote)s»"), N_("Et nytt mål kom til.")),
        notice="",
        notice_person=N_("Du har fått et nytt mål i planen."),
        quotes=("goal.own_words", "goal.clarified"),
        comes_along=True,
        shows={
            "own_words": place_text(TextPlace.PLAN, GOALS),
            "clarified": place_text(TextPlace.PLAN, GOALS),
            "condition": place_text(TextPlace.PLAN, GOALS),
        },
    ),
    PlanStep.CHANGE_GOAL: StepWords(
        url="endre-mal",
        button=N_("Endre mål"),
        button_person=N_("Endre målet mitt"),
        history=(N_("Et mål ble endret: «%(quote)s»"), N_("Et mål ble endret.")),
        notice="",
        notice_person=N_("Et mål i planen din er endret."),
        quotes=("goal.own_words", "goal.clarified"),
        shows={
            "own_words": place_text(TextPlace.PLAN, GOALS),
            "clarified": place_text(TextPlace.PLAN, GOALS),
        },
    ),
    PlanStep.END_GOAL: StepWords(
        url="avslutt-mal",
        button=N_("Avslutt mål"),
        button_person=N_("Jeg er ferdig med målet"),
        history=(N_("Et mål ble avsluttet."),),
        code="status",
        by_code={
            "met": sentence_set(N_("Et mål ble nådd.")),
            "dropped": sentence_set(N_("Et mål er ikke ønsket lenger.")),
        },
        notice="",
        notice_person=N_("Et mål i planen din er avsluttet."),
    ),
    PlanStep.ADD_PARTICIPANT: StepWords(
        url="ta-med-noen",
        button=N_("Ta med noen i planen"),
        button_person=N_("Ta med noen jeg kjenner"),
        done=N_("Nå er det skrevet i planen."),
        history=(N_("%(name)s er med i planen."), N_("En deltaker er med i planen.")),
        notice=N_("En ny deltaker er med"),
        notice_person=N_("En ny person er med rundt deg."),
        news=(N_("%(name)s er med rundt deg nå."),),
        shows={
            "name": place_text(TextPlace.PEOPLE),
            "role": place_text(TextPlace.PEOPLE),
            "organisation": place_text(TextPlace.PEOPLE),
            "phone": place_text(TextPlace.PEOPLE),
            "can_do": place_text(TextPlace.PEOPLE),
        },
    ),
    PlanStep.PARTICIPANT_LEAVES: StepWords(
        url="gar-ut-av-planen",
        button=N_("Noen går ut av planen"),
        button_person=N_("Noen skal ikke være med lenger"),
        done=N_("Nå er det rettet."),
        history=(N_("En deltaker gikk ut av planen."),),
        notice=N_("En deltaker har sluttet"),
        notice_person=N_("En av dem rundt deg har sluttet."),
        shows={
            "reason": in_history(MESSAGES),
        },
    ),
    PlanStep.PHASE_OUT: StepWords(
        url="trengs-ikke-lenger",
        button=N_("Trengs ikke lenger"),
        button_person=N_("Jeg trenger ikke denne hjelpen lenger"),
        done=N_("Så fint. Det er skrevet i planen."),
        history=(N_("En hjelper trengs ikke lenger. Det går bra."),),
        notice=N_("En deltaker er ferdig i planen"),
        notice_person=N_("En av dem rundt deg er ferdig nå."),
        shows={
            "reason": in_history(MESSAGES),
        },
    ),
    PlanStep.TALKED: StepWords(
        url="vi-snakket-sammen",
        button=N_("Vi snakket sammen"),
        done=N_("Fint. Det er skrevet ned."),
        history=(N_("Samtale: %(quote)s"), N_("Samtale.")),
        history_person=(N_("Vi snakket sammen."),),
        notice="",
        notice_person=N_("Vi snakket sammen. Det står i planen."),
        quotes=("words",),
        shows={
            "words": in_history(MESSAGES),
        },
    ),
    PlanStep.TRIED_TO_REACH: StepWords(
        url="provde-a-fa-kontakt",
        button=N_("Prøvde å få kontakt"),
        history=(N_("Forsøk på kontakt."),),
        code="how",
        by_code={
            "phone": sentence_set(N_("Ringte for å få kontakt."), person=N_("Vi ringte deg.")),
            "message": sentence_set(
                N_("Sendte melding for å få kontakt."), person=N_("Vi sendte deg melding.")
            ),
            "visit": sentence_set(
                N_("Var innom for å få kontakt."), person=N_("Vi var innom deg.")
            ),
            "letter": sentence_set(
                N_("Sendte brev for å få kontakt."), person=N_("Vi sendte deg brev.")
            ),
        },
        notice="",
        notice_person="",
        shows={
            "words": in_history(MESSAGES),
        },
    ),
    PlanStep.WRITE: StepWords(
        url="skriv-melding",
        button=N_("Skriv melding"),
        button_person=N_("Skriv"),
        done=N_("Meldingen er sendt."),
        history=(N_("Melding til %(name)s."), N_("En melding ble sendt.")),
        notice=N_("Du har fått en melding"),
        notice_person=N_("Du har fått en melding."),
        outside=N_("Du har fått en melding"),
        news=(N_("%(name)s har skrevet til deg."),),
        news_of_actor=True,
        shows={
            "words": in_history(MESSAGES, also=[TextPlace.MESSAGES]),
        },
    ),
    PlanStep.ANSWER: StepWords(
        url="svar",
        button=N_("Svar"),
        history=(N_("Et svar ble gitt."),),
        history_person=(N_("Du fikk svar."),),
        notice=N_("Du har fått svar"),
        notice_person=N_("Du har fått svar."),
        outside=N_("Du har fått svar"),
        shows={
            "answer": in_history(MESSAGES, also=[TextPlace.MESSAGES]),
        },
    ),
    PlanStep.ASK_FOR_STEP: StepWords(
        url="noter-onske",
        button=N_("Noter et ønske"),
        button_person=N_("Jeg ønsker noe"),
        done=N_("Ønsket ditt er sendt. Du får svar."),
        history=(N_("Ønske: «%(quote)s»"), N_("Et ønske ble notert.")),
        notice=N_("Personen ønsker et steg"),
        notice_person=N_("Ønsket ditt er skrevet ned."),
        quotes=("wish.words",),
        shows={
            "step": in_history(MESSAGES, label=N_("Ba om"), also=[TextPlace.MESSAGES]),
            "words": in_history(MESSAGES, label=N_("Med egne ord"), also=[TextPlace.MESSAGES]),
        },
    ),
    PlanStep.WISH_COORDINATOR: StepWords(
        url="onsk-koordinator",
        button=N_("Ønsker en annen koordinator"),
        button_person=N_("Jeg vil bytte koordinator"),
        done=N_("Ønsket ditt er sendt. Du får svar."),
        history=(N_("Ønsker %(quote)s som koordinator."), N_("Ønsker en annen koordinator.")),
        history_person=(
            N_("Du ba om %(quote)s som koordinator."),
            N_("Du ba om en annen koordinator."),
        ),
        notice=N_("Personen ønsker å bytte koordinator"),
        notice_person=N_("Du vil bytte koordinator. Det er skrevet ned."),
        quotes=("wish.words",),
        shows={
            "wish_coordinator": in_history(MESSAGES, also=[TextPlace.CASE, TextPlace.MESSAGES]),
        },
    ),
    PlanStep.COPY_GIVEN: StepWords(
        url="ga-planen-pa-papir",
        button=N_("Ga planen på papir"),
        button_person=N_("Få planen på papir"),
        done=N_("Fint. Det er skrevet ned."),
        history=(N_("%(person)s fikk planen på papir."), N_("Planen ble gitt på papir.")),
        history_person=(N_("Du fikk planen på papir."),),
        notice="",
        notice_person=N_("Du har fått planen på papir."),
    ),
    PlanStep.PROVISIONAL_REPLY: StepWords(
        url="forelopig-svar",
        button=N_("Foreløpig svar"),
        history=(
            N_("Foreløpig svar ble sendt. Svaret ventes %(date)s."),
            N_("Foreløpig svar ble sendt."),
        ),
        notice=N_("Et foreløpig svar er sendt"),
        notice_person=N_("Du har fått et foreløpig svar."),
        news=(N_("Svaret tar litt tid. Du får det innen %(date)s."),),
        day=("expected_on",),
        shows={
            "reason": in_history(DOCUMENTS),
        },
    ),
    PlanStep.CONFIRM_RECEIPT: StepWords(
        url="bekreft-melding",
        button=N_("Bekreft at meldingen er kommet"),
        history=(N_("Kvittering ble sendt til den som meldte."),),
        notice=N_("Meldingen din er tatt imot"),
        notice_person="",
    ),
    PlanStep.ADD_SUB_PLAN: StepWords(
        url="ny-delplan",
        button=N_("Ny delplan"),
        history=(N_("Delplan lagt til: %(quote)s."), N_("En delplan ble lagt til.")),
        notice="",
        notice_person=N_("Planen din har fått en delplan."),
        quotes=("sub_plan.title",),
        shows={
            "title": place_text(TextPlace.PLAN, GOALS),
            "owner_system": place_text(TextPlace.PLAN, GOALS),
            "link": place_text(TextPlace.PLAN, GOALS),
            "responsible": place_text(TextPlace.PLAN, GOALS),
        },
    ),
    PlanStep.OBJECT: StepWords(
        url="si-deg-uenig",
        button=N_("Personen er uenig i noe"),
        button_person=N_("Det stemmer ikke"),
        done=N_("Takk. Det står nå i planen."),
        history=(N_("Innvending: «%(quote)s»"), N_("En innvending ble notert.")),
        notice=N_("Personen er ikke enig i det som er ført"),
        notice_person=N_("Vi har skrevet ned at du er uenig."),
        quotes=("words",),
        shows={
            "words": in_history(MESSAGES),
        },
    ),
    PlanStep.ADD_REPRESENTATION: StepWords(
        url="handle-for-personen",
        button=N_("Noen kan handle for personen"),
        history=(N_("%(name)s kan handle for planeieren."), N_("En representant kom til.")),
        notice=N_("Personen har fått en representant"),
        notice_person=N_("Du har fått en som kan hjelpe deg med planen."),
        news=(N_("%(name)s kan nå hjelpe deg med planen."),),
        comes_along=True,
    ),
    PlanStep.END_REPRESENTATION: StepWords(
        url="handler-ikke-lenger",
        button=N_("Noen handler ikke lenger for personen"),
        button_person=N_("Handler ikke lenger for meg"),
        done=N_("Nå er det slutt. Begge får beskjed."),
        history=(
            N_("%(name)s handler ikke lenger for planeieren."),
            N_("En representant handler ikke lenger for planeieren."),
        ),
        notice=N_("En representasjon er slutt"),
        notice_person=N_("En som handlet for deg, gjør det ikke lenger."),
        news=(N_("%(name)s handler ikke lenger for deg."),),
        shows={"paper": in_history(DOCUMENTS)},
    ),
    PlanStep.ASSESS_COMPLAINT: StepWords(
        url="vurder-klagen",
        button=N_("Vurder klagen"),
        history=(N_("Klagen ble vurdert på nytt."),),
        notice=N_("En klage er vurdert"),
        notice_person=N_("Vi har sett på klagen din."),
        shows={
            "words": in_history(DOCUMENTS, also=[TextPlace.PAPER]),
        },
    ),
    PlanStep.TOLD_PERSON: StepWords(
        url="ring-og-noter",
        button=N_("Ring og noter"),
        history=(N_("Samtale om meldingen. Svaret ble notert."),),
        history_person=(N_("Vi snakket om en plan."),),
        code="said",
        by_code={
            "yes": sentence_set(
                N_("Samtale om meldingen. Svaret var ja til en plan."),
                person=N_("Vi snakket om en plan. Du sa ja."),
            ),
            "think": sentence_set(
                N_("Samtale om meldingen. Trenger tid til å tenke."),
                person=N_("Vi snakket om en plan. Du vil tenke på det."),
            ),
        },
        notice=N_("Personen vet om meldingen"),
        notice_person=N_("Vi har snakket med deg om planen."),
        shows={
            "words": in_history(MESSAGES),
        },
    ),
    PlanStep.SET_FRAME: StepWords(
        url="slik-jobber-vi",
        button=N_("Slik jobber vi sammen"),
        history=(N_("Rammene for samarbeidet ble endret."),),
        notice="",
        notice_person=N_("Vi har skrevet ned hvordan vi jobber sammen."),
        comes_along=True,
        shows={
            "ground_rules": place_text(TextPlace.PLAN, GOALS),
            "service_aim": place_text(TextPlace.PLAN, GOALS),
        },
    ),
    PlanStep.VOLUNTEER_WITH_COMPANION: StepWords(
        url="frivillig-med-folge",
        button=N_("Frivillig, med følge"),
        history=(N_("%(name)s er med som frivillig."), N_("En frivillig er med.")),
        notice=N_("En frivillig er med"),
        notice_person=N_("En frivillig vil være med deg."),
        news=(N_("%(name)s vil være med deg."),),
        shows={
            "name": place_text(TextPlace.PEOPLE),
            "role": place_text(TextPlace.PEOPLE),
            "organisation": place_text(TextPlace.PEOPLE),
            "phone": place_text(TextPlace.PEOPLE),
            "can_do": place_text(TextPlace.PEOPLE),
        },
    ),
    PlanStep.PLANNED_TRANSITION: StepWords(
        url="planlegg-overgang",
        button=N_("Planlagt overgang"),
        history=(N_("En overgang er planlagt til %(date)s."), N_("En overgang er planlagt.")),
        notice="",
        notice_person=N_("Vi har skrevet ned noe som skal skje senere."),
        day=("transition_on",),
    ),
}
