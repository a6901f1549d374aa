"""The words of a plan's steps towards its end, and of sharing that stops."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS, MESSAGES
from workflow.words.steps.reading_places import TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.translatable import N_

END: Mapping[str, StepWords] = {
    PlanStep.CLOSE: StepWords(
        url="avslutt-planen",
        button=N_("Avslutt"),
        history=(N_("Planen ble avsluttet, slik det var avtalt."),),
        notice=N_("Planen er avsluttet"),
        notice_person=N_("Planen er avsluttet, slik vi ble enige om."),
        outside=N_("Planen er avsluttet"),
        news=(N_("Planen er avsluttet, slik vi ble enige om. Du kan alltid lese den."),),
        shows={
            "reason": in_history(MESSAGES),
        },
    ),
    PlanStep.END_BY_DECISION: StepWords(
        url="vedta-avslutning",
        button=N_("Vedta avslutning"),
        history=(
            N_("Det ble vedtatt å avslutte planen. Den gjelder til %(date)s."),
            N_("Det ble vedtatt å avslutte planen."),
        ),
        notice=N_("Det er vedtatt å avslutte planen"),
        notice_person=N_("Kommunen vil avslutte planen. Du kan klage."),
        news=(
            N_("Kommunen vil avslutte planen. Du kan klage innen %(date)s. Den gjelder så lenge."),
        ),
        day=("ends_on",),
        shows={
            "reasons": place_text(TextPlace.LETTER, DOCUMENTS),
            "archive_case": place_text(TextPlace.CASE, DOCUMENTS),
        },
    ),
    PlanStep.END_WHEN_LAPSED: StepWords(
        url="avslutt-etter-vedtak",
        button=N_("Avslutt etter vedtak"),
        history=(N_("Planen ble avsluttet etter vedtak."),),
        notice=N_("Planen er avsluttet etter vedtak"),
        notice_person=N_("Planen er avsluttet. Du kan alltid lese den."),
        outside=N_("Planen er avsluttet"),
    ),
    PlanStep.STOP_SHARING_WITH: StepWords(
        url="slutt-a-dele-med",
        button=N_("Slutt å dele med en"),
        button_person=N_("Slutt å dele med en"),
        done=N_("Nå deler du ikke lenger."),
        history=(
            N_("Delingen med %(name)s ble avsluttet."),
            N_("Delingen med en deltaker ble avsluttet."),
        ),
        history_person=(N_("Du sluttet å dele med %(name)s."), N_("Du sluttet å dele med en.")),
        notice=N_("Personen deler ikke lenger planen"),
        notice_person=N_("Du deler ikke lenger planen med en av dem."),
    ),
    PlanStep.STOP_SHARING: StepWords(
        url="slutt-a-dele",
        button=N_("Slutt å dele med alle"),
        button_person=N_("Slutt å dele"),
        done=N_("Nå ser ingen andre planen."),
        history=(N_("Planen hviler. Den er ikke delt nå."),),
        history_person=(N_("Du sluttet å dele planen."),),
        notice=N_("Personen deler ikke planen nå"),
        notice_person=N_("Nå ser ingen andre planen."),
        news=(N_("Nå ser ingen andre planen. Du kan åpne den selv til %(date)s."),),
    ),
    PlanStep.SHARE_AGAIN: StepWords(
        url="del-igjen",
        button=N_("Åpne planen igjen"),
        button_person=N_("Åpne planen igjen"),
        done=N_("Planen er åpen igjen."),
        history=(N_("Planen ble åpnet og delt igjen."),),
        history_person=(N_("Du åpnet planen igjen."),),
        notice=N_("Personen deler planen igjen"),
        notice_person=N_("Du deler planen igjen."),
    ),
    PlanStep.WITHDRAW_CONSENT: StepWords(
        url="trekk-samtykke",
        button=N_("Personen vil ikke ha planen lenger"),
        button_person=N_("Jeg vil ikke ha planen lenger"),
        done=N_("Planen er avsluttet. Du kan angre."),
        history=(N_("Ønsket ikke planen lenger. Planen ble avsluttet."),),
        history_person=(N_("Du ville ikke ha planen lenger."),),
        notice=N_("Personen deler ikke lenger planen"),
        notice_person=N_("Du har sluttet å dele. Du kan angre."),
    ),
    PlanStep.UNDO_WITHDRAWAL: StepWords(
        url="vil-ha-planen-likevel",
        button=N_("Personen vil ha planen likevel"),
        button_person=N_("Jeg vil ha planen likevel"),
        done=N_("Planen din er åpen igjen."),
        history=(N_("Planen ble tatt i bruk igjen."),),
        history_person=(N_("Du ville ha planen likevel."),),
        notice=N_("Personen vil ha planen igjen"),
        notice_person=N_("Planen din er åpen igjen."),
    ),
    PlanStep.END_DEATH_OR_MOVED: StepWords(
        url="dod-eller-flyttet",
        button=N_("Personen er død eller har flyttet ut av landet"),
        history=(N_("Planen ble avsluttet."),),
        notice="",
        notice_person="",
        shows={
            "reason": in_history(DOCUMENTS),
        },
    ),
    PlanStep.LET_REST: StepWords(
        url="la-hvile",
        button=N_("La planen hvile"),
        history=(N_("Planen hviler. Kontakt kan tas igjen når som helst."),),
        notice=N_("Planen hviler"),
        notice_person=N_("Planen hviler. Kom når det passer."),
        news=(N_("Vi har ikke fått tak i deg. Planen hviler. Kom når det passer."),),
    ),
}
