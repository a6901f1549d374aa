"""The words of a plan's steps while it is in use, and of who coordinates it."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS, GOALS, MEASURES, MESSAGES
from workflow.words.steps.reading_places import SPOKEN_ALONE, TextPlace, in_history, place_text
from workflow.words.steps.step_words import ButtonWords, StepWords
from workflow.words.text.translatable import N_

IN_USE: Mapping[str, StepWords] = {
    PlanStep.START: StepWords(
        url="start-planen",
        button=N_("Start planen"),
        history=(N_("Planen startet. Evaluering %(date)s."), N_("Planen startet.")),
        notice=N_("Planen er i gang"),
        notice_person=N_("Planen er i gang."),
        outside=N_("Planen er i gang"),
        news=(
            N_("Planen er i gang. Det første vi gjør: %(text)s."),
            N_("Planen er i gang. Vi ser på den sammen %(date)s."),
        ),
        day=("next_review_on",),
        shows={
            "most_important": place_text(TextPlace.PLAN, GOALS),
        },
    ),
    PlanStep.START_INFORMALLY: StepWords(
        url="start-uten-vedtak",
        button=N_("Start nå, vedtak etterpå"),
        history=(N_("Planen startet. Vedtaket kommer etterpå."),),
        notice=N_("Planen er i gang, vedtaket kommer etterpå"),
        notice_person=N_("Vi er i gang. Papirene kommer etterpå."),
        news=(N_("Vi er i gang. Papirene kommer etterpå."),),
        shows={
            "most_important": place_text(TextPlace.PLAN, GOALS),
        },
    ),
    PlanStep.DECIDE_RETROACTIVELY: StepWords(
        url="fatt-vedtak-etterpa",
        button=N_("Fatt vedtak for det som er i gang"),
        history=(N_("Planen ble vedtatt, fra %(date)s."), N_("Planen ble vedtatt.")),
        notice=N_("Planen er vedtatt"),
        notice_person=N_("Nå er planen vedtatt."),
        news=(N_("Nå er planen vedtatt, fra %(date)s."),),
        day=("effective_from",),
        shows={
            "why_long": place_text(TextPlace.LETTER, DOCUMENTS),
            "why_coordinated": place_text(TextPlace.LETTER, DOCUMENTS),
            "archive_case": place_text(TextPlace.CASE, DOCUMENTS),
        },
    ),
    PlanStep.DENY_AFTER_INFORMAL_START: StepWords(
        url="avsla-etter-start",
        button=N_("Avslå, samarbeidet fortsetter"),
        history=(N_("Svaret ble nei. Samarbeidet fortsetter utenfor planen."),),
        notice=N_("Det er svart nei på planen som var i gang"),
        notice_person=N_("Du får ikke plan, men vi slutter ikke å hjelpe."),
        news=(N_("Du får ikke plan, men vi slutter ikke å hjelpe. Du kan klage innen %(date)s."),),
        shows={
            "reasons": place_text(TextPlace.LETTER, DOCUMENTS),
            "legal_basis": place_text(TextPlace.LETTER, DOCUMENTS),
            "archive_case": place_text(TextPlace.CASE, DOCUMENTS),
            "why_long": place_text(TextPlace.LETTER, DOCUMENTS),
            "why_coordinated": place_text(TextPlace.LETTER, DOCUMENTS),
        },
    ),
    PlanStep.REVIEW: StepWords(
        url="evaluer",
        button=N_("Bare evaluer"),
        history=(N_("Planen ble evaluert sammen."),),
        history_person=(N_("Vi så på planen sammen."),),
        notice=N_("Planen er evaluert"),
        notice_person=N_("Vi så på planen sammen."),
        news=(N_("Vi så på planen sammen. Du sa: «%(quote)s»"),),
        quotes=("form.person_words",),
        shows={
            "person_words": in_history(MEASURES, label=N_("Med egne ord"), also=[TextPlace.REVIEW]),
            "worker_words": in_history(MEASURES, label=N_("Oppsummering"), also=[TextPlace.REVIEW]),
            "wished": in_history(
                GOALS, MEASURES, label=N_("Ønsket og bestemt"), also=[TextPlace.REVIEW]
            ),
            "relatives_why_not": in_history(
                SPOKEN_ALONE, label=N_("Pårørende"), also=[TextPlace.REVIEW]
            ),
        },
    ),
    PlanStep.CONTINUE: StepWords(
        url="fortsett-planen",
        button=N_("Fortsett planen"),
        history=(N_("Planen fortsetter. Neste evaluering %(date)s."), N_("Planen fortsetter.")),
        history_person=(
            N_("Planen fortsetter. Vi ser på den igjen %(date)s."),
            N_("Planen fortsetter."),
        ),
        notice=N_("Planen er ført videre"),
        notice_person=N_("Planen fortsetter."),
        news=(N_("Planen fortsetter. Vi ser på den igjen %(date)s."),),
        day=("next_review_on",),
        shows={
            "changed": in_history(MEASURES, label=N_("Dette endrer vi"), also=[TextPlace.REVIEW]),
        },
    ),
    PlanStep.PAUSE: StepWords(
        url="ta-pause",
        button=N_("Ta pause"),
        button_person=N_("Jeg vil ha en pause"),
        done=N_("Nå har planen pause."),
        history=(N_("Planen fikk pause til %(date)s."), N_("Planen fikk pause.")),
        notice=N_("Planen har pause"),
        notice_person=N_("Planen har pause. Du får ingen påminnelser nå."),
        news=(N_("Planen har pause til %(date)s. Du får ingen påminnelser nå."),),
        day=("paused_until",),
        shows={
            "reason": in_history(MESSAGES),
        },
    ),
    PlanStep.RESUME: StepWords(
        url="sett-i-gang-igjen",
        button=N_("Sett i gang igjen"),
        button_person=N_("Jeg vil i gang igjen"),
        done=N_("Planen er i gang igjen."),
        history=(N_("Planen ble satt i gang igjen."),),
        notice=N_("Planen er i gang igjen"),
        notice_person=N_("Planen er i gang igjen."),
    ),
    PlanStep.OFFER_COORDINATOR: StepWords(
        url="bytt-koordinator",
        button=N_("Bytt koordinator"),
        button_person=N_("Jeg vil bytte"),
        button_first=ButtonWords(N_("Spør om å være koordinator"), N_("Jeg vil ha en koordinator")),
        done=N_("Nå er spørsmålet sendt."),
        history=(
            N_("%(name)s ble spurt om å være koordinator."),
            N_("En ny koordinator ble spurt."),
        ),
        notice=N_("Noen er spurt om å være koordinator"),
        notice_person=N_("Noen er spurt om å være din koordinator."),
        asked=N_("Du er spurt om å være koordinator"),
        news=(N_("Vi har spurt %(name)s om å være din koordinator."),),
        shows={
            "wish_coordinator": in_history(
                MESSAGES, label=N_("Ønsket koordinator"), also=[TextPlace.CASE]
            ),
            "reason": in_history(MESSAGES, label=N_("Hvorfor en annen")),
        },
    ),
    PlanStep.ACCEPT_COORDINATOR: StepWords(
        url="bli-koordinator",
        button=N_("Ja, jeg blir koordinator"),
        done=N_("Nå er du koordinator."),
        history=(N_("%(name)s ble koordinator."), N_("Planen fikk koordinator.")),
        notice=N_("Planen har fått ny koordinator"),
        notice_person=N_("Du har fått en koordinator. Passer det ikke, så si fra."),
        news=(N_("%(name)s er din koordinator nå. Passer det ikke, så si fra."),),
        responsible="responsible_party_id",
        shows={
            "words": in_history(MESSAGES),
        },
    ),
    PlanStep.DECLINE_COORDINATOR: StepWords(
        url="nei-til-koordinator",
        button=N_("Nei, jeg kan ikke"),
        done=N_("Takk for svaret."),
        history=(N_("Svaret om å være koordinator ble nei. En annen kan spørres."),),
        notice=N_("Den som ble spurt, kan ikke være koordinator"),
        notice_person=N_("Den vi spurte, kan ikke være din koordinator. Vi finner en annen."),
        shows={
            "reason": in_history(MESSAGES),
        },
    ),
    PlanStep.EXPIRE_COORDINATOR: StepWords(
        url="svarfrist-koordinator",
        button=N_("Svarfristen er ute"),
        history=(N_("Spørsmålet om å være koordinator gikk ut uten svar."),),
        notice=N_("Spørsmålet om å være koordinator fikk ikke svar"),
        notice_person=N_("Den vi spurte om å være koordinator, har ikke svart. Vi spør en annen."),
    ),
    PlanStep.WITHDRAW_COORDINATOR_OFFER: StepWords(
        url="trekk-sporsmal-koordinator",
        button=N_("Trekk spørsmålet"),
        done=N_("Spørsmålet er trukket."),
        history=(N_("Spørsmålet om å være koordinator ble trukket."),),
        notice=N_("Spørsmålet om å være koordinator er trukket"),
        notice_person=N_("Vi har trukket spørsmålet om koordinator."),
    ),
    PlanStep.LAY_DOWN: StepWords(
        url="slutt-som-koordinator",
        button=N_("Jeg vil ikke være koordinator lenger"),
        done=N_("Nå passer kommunen på planen."),
        history=(
            N_("Planen er uten koordinator. %(name)s passer på den."),
            N_("Planen er uten koordinator."),
        ),
        notice=N_("Planen er uten koordinator"),
        notice_person=N_("Noen passer på planen nå. Hvem vil du ha som koordinator?"),
        news=(N_("%(name)s passer på planen nå. Hvem vil du helst ha som koordinator?"),),
        responsible="responsible_party_id",
        shows={
            "words": in_history(MESSAGES),
        },
    ),
    PlanStep.VACATE: StepWords(
        url="uten-koordinator",
        button=N_("Uten koordinator"),
        history=(
            N_("Planen er uten koordinator. %(name)s passer på den."),
            N_("Planen er uten koordinator."),
        ),
        notice=N_("Planen er uten koordinator"),
        notice_person=N_("Noen passer på planen nå. Hvem vil du ha som koordinator?"),
        news=(N_("%(name)s passer på planen nå. Hvem vil du helst ha som koordinator?"),),
        responsible="responsible_party_id",
        shows={
            "reason": in_history(MESSAGES),
        },
    ),
}
