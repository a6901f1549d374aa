"""The words of a plan's steps from need to answer."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS, GOALS, MEASURES, MESSAGES
from workflow.words.steps.reading_places import TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.translatable import N_

REQUEST: Mapping[str, StepWords] = {
    PlanStep.REPORT_NEED: StepWords(
        url="meld-behov",
        button=N_("Meld behov"),
        button_person=N_("Be om en plan"),
        history=(N_("Behov for plan ble meldt."),),
        history_person=(N_("Det ble sagt fra om en plan."),),
        notice=N_("Ny melding om behov"),
        notice_person=N_("Det er sagt fra at du kan trenge en plan. Du velger selv."),
        news=(N_("%(name)s har sagt fra at du kan trenge en plan. Du velger selv."),),
        news_own=(
            N_("Du har bedt om en plan. Du får svar innen %(date)s."),
            N_("Du har bedt om en plan. Du hører fra oss."),
        ),
        news_of_actor=True,
        shows={
            "problem": place_text(TextPlace.PLAN),
            "why": place_text(TextPlace.PLAN, GOALS),
            "reach_person": place_text(TextPlace.CASE),
        },
    ),
    PlanStep.REGISTER_INCOMING: StepWords(
        url="ta-imot-plan",
        button=N_("Ta imot plan fra et annet sted"),
        history=(N_("En plan kom fra %(place)s."), N_("En plan kom fra et annet sted.")),
        notice=N_("En plan er kommet fra et annet sted"),
        notice_person=N_("Planen din er kommet hit. Du velger hva som blir med."),
        news=(N_("Planen du hadde fra %(place)s, er kommet hit. Du velger hva som blir med."),),
        shows={
            "source_name": place_text(TextPlace.PLAN),
            "first_appointment": in_history(DOCUMENTS, label=N_("Første avtale etterpå")),
            "document_title": in_history(DOCUMENTS, label=N_("Planen heter")),
            "document_text": place_text(TextPlace.LETTER, DOCUMENTS),
            "goals": place_text(TextPlace.PLAN, GOALS),
            "measures": place_text(TextPlace.PLAN, MEASURES),
            "unmapped": in_history(
                DOCUMENTS, MEASURES, label=N_("Overskrifter som ikke passet her")
            ),
        },
    ),
    PlanStep.BRING_IN: StepWords(
        url="hent-inn-plan",
        button=N_("Hent inn en plan"),
        history=(
            N_(
                "Planen ble hentet inn fra %(place)s, slik den sto %(date)s. Den hadde mål: "
                "%(goals_count)s, tiltak: %(measures_count)s, møter: %(meetings_count)s, "
                "deltakere: %(participants_count)s."
            ),
            N_(
                "Planen ble hentet inn fra en fil, slik den sto %(date)s. Den hadde mål: "
                "%(goals_count)s, tiltak: %(measures_count)s, møter: %(meetings_count)s, "
                "deltakere: %(participants_count)s."
            ),
            N_("Planen ble hentet inn."),
        ),
        history_person=(
            N_("Planen du hadde i %(place)s, er kommet hit, slik den sto %(date)s."),
            N_("Planen din er kommet hit, slik den sto %(date)s."),
            N_("Planen din er kommet hit."),
        ),
        notice=N_("En plan er hentet inn, slik den sto"),
        notice_person=N_("Planen din er kommet hit, slik den sto."),
        news=(
            N_("Planen du hadde i %(place)s, er kommet hit, slik den sto %(date)s."),
            N_("Planen din er kommet hit, slik den sto %(date)s."),
        ),
        day=("stood_on",),
    ),
    PlanStep.GRANT: StepWords(
        url="innvilg",
        button=N_("Innvilg"),
        history=(N_("Planen ble innvilget."),),
        history_person=(N_("Svaret ble ja. Du får plan."),),
        notice=N_("Planen er innvilget"),
        notice_person=N_("Ja, du får individuell plan."),
        asked=N_("Du er spurt om å være koordinator"),
        news=(
            N_("Ja, du får individuell plan. %(name)s er din koordinator. Ring %(phone)s."),
            N_("Ja, du får individuell plan. %(name)s er spurt om å være din koordinator."),
        ),
        shows={
            "why_long": place_text(TextPlace.LETTER, DOCUMENTS),
            "why_coordinated": place_text(TextPlace.LETTER, DOCUMENTS),
            "wish_coordinator": place_text(TextPlace.CASE),
            "archive_case": place_text(TextPlace.CASE, DOCUMENTS),
        },
    ),
    PlanStep.DENY: StepWords(
        url="avsla",
        button=N_("Avslå"),
        history=(N_("Svaret ble nei. Klagefrist %(date)s."), N_("Svaret ble nei.")),
        notice=N_("Det er svart nei på en melding om behov"),
        notice_person=N_("Du får ikke plan nå. Du kan klage. Vi hjelper deg."),
        news=(
            N_(
                "Du får ikke plan nå. I brevet står det hvorfor. Du kan klage innen %(date)s. Vi "
                "hjelper deg."
            ),
        ),
        day=("appeal_until",),
        shows={
            "reasons": place_text(TextPlace.LETTER, DOCUMENTS),
            "legal_basis": place_text(TextPlace.LETTER, DOCUMENTS),
            "archive_case": place_text(TextPlace.CASE, DOCUMENTS),
            "why_long": place_text(TextPlace.LETTER, DOCUMENTS),
            "why_coordinated": place_text(TextPlace.LETTER, DOCUMENTS),
        },
    ),
    PlanStep.FORWARD: StepWords(
        url="send-til-rett-kontor",
        button=N_("Send til rett kontor"),
        history=(N_("Saken ble sendt til %(place)s."), N_("Saken ble sendt til rett kontor.")),
        notice=N_("En sak er sendt til rett kontor"),
        notice_person=N_("Saken din er sendt til rett kontor. Vi har ansvaret til de svarer."),
        asked=N_("Dere er spurt om å ta saken"),
        news=(N_("Saken din er sendt til %(place)s. Vi har ansvaret til de svarer."),),
        shows={
            "to_name": place_text(TextPlace.PLAN),
            "reason": in_history(DOCUMENTS, also=[TextPlace.OFFER]),
        },
    ),
    PlanStep.RECEIPT_OUTSIDE: StepWords(
        url="mottatt-av-rett-kontor",
        button=N_("De har tatt imot saken"),
        history=(N_("Rett kontor bekreftet at saken er kommet fram."),),
        notice=N_("Saken er tatt imot et annet sted"),
        notice_person=N_("Saken din er tatt imot hos rett kontor."),
        shows={
            "receipt_from": in_history(DOCUMENTS, label=N_("Bekreftet av")),
        },
    ),
    PlanStep.WITHDRAW_REQUEST: StepWords(
        url="trekk-behov",
        button=N_("Personen vil ikke ha plan nå"),
        button_person=N_("Jeg vil ikke ha plan nå"),
        done=N_("Du vil ikke ha plan nå. Det er greit."),
        history=(N_("Ønsket ikke plan nå. Det er notert."),),
        history_person=(N_("Du ville ikke ha plan. Det er greit."),),
        notice=N_("Personen vil ikke ha plan nå"),
        notice_person=N_("Du vil ikke ha plan nå. Det er greit."),
        news=(N_("Du vil ikke ha plan nå. Det er greit. Du kan spørre igjen når du vil."),),
        shows={
            "words": in_history(MESSAGES),
        },
    ),
}
