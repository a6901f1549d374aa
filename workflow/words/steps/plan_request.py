"""The words of a plan's steps from need to answer; the rows stand in rules."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS, GOALS, MEASURES, MESSAGES
from workflow.words.steps.reading_places import Place, in_history, shown_at
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
        news=(N_("%(n)s har sagt fra at du kan trenge en plan. Du velger selv."),),
        news_own=(
            N_("Du har bedt om en plan. Du får svar innen %(d)s."),
            N_("Du har bedt om en plan. Du hører fra oss."),
        ),
        news_of_actor=True,
        shows={
            "problem": shown_at(Place.PLAN),
            "why": shown_at(Place.PLAN, GOALS),
            "reach_person": shown_at(Place.CASE),
        },
    ),
    PlanStep.REGISTER_INCOMING: StepWords(
        url="ta-imot-plan",
        button=N_("Ta imot plan fra et annet sted"),
        history=(N_("En plan kom fra %(s)s."), N_("En plan kom fra et annet sted.")),
        notice=N_("En plan er kommet fra et annet sted"),
        notice_person=N_("Planen din er kommet hit. Du velger hva som blir med."),
        news=(N_("Planen du hadde fra %(s)s, er kommet hit. Du velger hva som blir med."),),
        shows={
            "source_name": shown_at(Place.PLAN),
            "first_appointment": in_history(DOCUMENTS, label=N_("Første avtale etterpå")),
            "document_title": in_history(DOCUMENTS, label=N_("Planen heter")),
            "document_text": shown_at(Place.LETTER, DOCUMENTS),
            "goals": shown_at(Place.PLAN, GOALS),
            "measures": shown_at(Place.PLAN, MEASURES),
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
                "Planen ble hentet inn fra %(s)s, slik den sto %(d)s. Den hadde mål: "
                "%(goals_count)s, tiltak: %(measures_count)s, møter: %(meetings_count)s, "
                "deltakere: %(participants_count)s."
            ),
            N_(
                "Planen ble hentet inn fra en fil, slik den sto %(d)s. Den hadde mål: "
                "%(goals_count)s, tiltak: %(measures_count)s, møter: %(meetings_count)s, "
                "deltakere: %(participants_count)s."
            ),
            N_("Planen ble hentet inn."),
        ),
        history_person=(
            N_("Planen du hadde i %(s)s, er kommet hit, slik den sto %(d)s."),
            N_("Planen din er kommet hit, slik den sto %(d)s."),
            N_("Planen din er kommet hit."),
        ),
        notice=N_("En plan er hentet inn, slik den sto"),
        notice_person=N_("Planen din er kommet hit, slik den sto."),
        news=(
            N_("Planen du hadde i %(s)s, er kommet hit, slik den sto %(d)s."),
            N_("Planen din er kommet hit, slik den sto %(d)s."),
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
        news=(
            N_("Ja, du får individuell plan. %(n)s er din koordinator. Ring %(tlf)s."),
            N_("Ja, du får individuell plan. %(n)s er spurt om å være din koordinator."),
        ),
        shows={
            "why_long": shown_at(Place.LETTER, DOCUMENTS),
            "why_coordinated": shown_at(Place.LETTER, DOCUMENTS),
            "wish_coordinator": shown_at(Place.CASE),
            "archive_case": shown_at(Place.CASE, DOCUMENTS),
        },
    ),
    PlanStep.DENY: StepWords(
        url="avsla",
        button=N_("Avslå"),
        history=(N_("Svaret ble nei. Klagefrist %(d)s."), N_("Svaret ble nei.")),
        notice=N_("Det er svart nei på en melding om behov"),
        notice_person=N_("Du får ikke plan nå. Du kan klage. Vi hjelper deg."),
        news=(
            N_(
                "Du får ikke plan nå. I brevet står det hvorfor. Du kan klage innen %(d)s. Vi "
                "hjelper deg."
            ),
        ),
        day=("appeal_until",),
        shows={
            "reasons": shown_at(Place.LETTER, DOCUMENTS),
            "legal_basis": shown_at(Place.LETTER, DOCUMENTS),
            "archive_case": shown_at(Place.CASE, DOCUMENTS),
            "why_long": shown_at(Place.LETTER, DOCUMENTS),
            "why_coordinated": shown_at(Place.LETTER, DOCUMENTS),
        },
    ),
    PlanStep.FORWARD: StepWords(
        url="send-til-rett-kontor",
        button=N_("Send til rett kontor"),
        history=(N_("Saken ble sendt til %(s)s."), N_("Saken ble sendt til rett kontor.")),
        notice=N_("En sak er sendt til rett kontor"),
        notice_person=N_("Saken din er sendt til rett kontor. Vi har ansvaret til de svarer."),
        news=(N_("Saken din er sendt til %(s)s. Vi har ansvaret til de svarer."),),
        shows={
            "to_name": shown_at(Place.PLAN),
            "reason": in_history(DOCUMENTS, also=[Place.OFFER]),
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
