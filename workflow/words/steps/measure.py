"""The words of a measure's steps."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import MeasureStep
from workflow.rules.sharing.scopes import HEALTH, MEASURES
from workflow.words.steps.reading_places import TextPlace, in_history, place_text
from workflow.words.steps.step_words import StepWords
from workflow.words.text.translatable import N_

MEASURE: Mapping[str, StepWords] = {
    MeasureStep.PROPOSE: StepWords(
        url="foresla-tiltak",
        button=N_("Foreslå tiltak"),
        button_person=N_("Jeg har et forslag"),
        done=N_("Forslaget er sendt. Du får svar."),
        history=(N_("Forslag: %(text)s."), N_("Et tiltak ble foreslått.")),
        notice=N_("Nytt forslag til tiltak"),
        notice_person=N_("Noen har et forslag til deg. Hva synes du?"),
        news=(
            N_("%(name)s foreslår: %(text)s. Hva synes du?"),
            N_("Et forslag: %(text)s. Hva synes du?"),
        ),
        news_of_actor=True,
        comes_along=True,
        shows={
            "text": place_text(TextPlace.PLAN, MEASURES),
            "agreed_consequence": place_text(TextPlace.PLAN, HEALTH),
            "condition": place_text(TextPlace.PLAN, MEASURES),
            "condition_by": place_text(TextPlace.PLAN, MEASURES),
            "system_code": place_text(TextPlace.PLAN, MEASURES),
            "service_decision_ref": place_text(TextPlace.PLAN, MEASURES),
        },
    ),
    MeasureStep.AGREE: StepWords(
        url="avtal-tiltak",
        button=N_("Avtal tiltaket"),
        history=(
            N_("Avtalt til %(date)s: %(text)s."),
            N_("Avtalt: %(text)s."),
            N_("Et tiltak ble avtalt."),
        ),
        notice=N_("Et tiltak er avtalt"),
        notice_person=N_("Noe nytt er avtalt i planen din."),
        outside=N_("Noe du er med på, er avtalt"),
        news=(
            N_("Avtalt: %(text)s. %(name)s gjør det innen %(date)s."),
            N_("Avtalt til %(date)s: %(text)s."),
            N_("Avtalt: %(text)s."),
        ),
        day=("due_on", "look_again_on"),
    ),
    MeasureStep.REFUSE: StepWords(
        url="si-nei-takk",
        button=N_("Personen sier nei takk"),
        button_person=N_("Nei takk"),
        done=N_("Du sa nei takk. Vi tar det ikke opp igjen uten deg."),
        history=(N_("Nei takk til «%(text)s»."), N_("Nei takk til et tiltak.")),
        notice=N_("Personen sa nei takk til et tiltak"),
        notice_person=N_("Du sa nei takk til noe. Det er greit."),
        news=(N_("Du sa nei takk. Vi tar det ikke opp igjen uten deg."),),
        shows={
            "words": in_history(MEASURES),
        },
    ),
    MeasureStep.SERVICE_DENIES: StepWords(
        url="tjenesten-sier-nei",
        button=N_("Tjenesten sier nei"),
        history=(N_("Tjenesten sa nei til «%(text)s»."), N_("Tjenesten sa nei til et tiltak.")),
        notice=N_("Tjenesten sa nei til et tiltak"),
        notice_person=N_("En tjeneste sa nei til noe. Du kan klage på det."),
        news=(N_("Tjenesten sa nei til «%(text)s». Det kan du klage på."),),
        shows={
            "reason": in_history(MEASURES),
            "service_decision_ref": place_text(TextPlace.PLAN, MEASURES),
        },
    ),
    MeasureStep.BEGIN: StepWords(
        url="begynn-tiltak",
        button=N_("Sett i gang"),
        button_person=N_("Jeg er i gang"),
        done=N_("Så bra."),
        history=(N_("I gang: %(text)s."), N_("Et tiltak kom i gang.")),
        notice="",
        notice_person=N_("Noe i planen din er satt i gang."),
        news=(N_("%(name)s er i gang med «%(text)s»."), N_("Vi er i gang med «%(text)s».")),
        news_of_actor=True,
    ),
    MeasureStep.DONE: StepWords(
        url="ferdig",
        button=N_("Ferdig"),
        button_person=N_("Gjort!"),
        done=N_("Så bra. Det er skrevet i planen."),
        history=(N_("Gjort: %(text)s."), N_("Et tiltak ble gjort.")),
        notice=N_("Et tiltak er gjort"),
        notice_person=N_("Noe i planen din er gjort."),
        news=(N_("«%(text)s» er gjort."),),
    ),
    MeasureStep.EVALUATE: StepWords(
        url="evaluer-tiltak",
        button=N_("Evaluer"),
        button_person=N_("Si hvordan det gikk"),
        history=(N_("Evaluert: %(text)s."), N_("Et tiltak ble evaluert.")),
        notice=N_("Et tiltak er evaluert"),
        notice_person=N_("Noe i planen er gjort, og vi så på hvordan det gikk."),
        news=(N_("«%(text)s» er gjort, og vi så på hvordan det gikk."),),
        shows={
            "result_words": in_history(MEASURES, label=N_("Med egne ord"), also=[TextPlace.REVIEW]),
            "way_of_working": in_history(
                MEASURES, label=N_("Slik jobbet vi sammen"), also=[TextPlace.REVIEW]
            ),
            "why_not_done": in_history(
                MEASURES, label=N_("Hvorfor det ikke er gjort"), also=[TextPlace.REVIEW]
            ),
        },
    ),
    MeasureStep.GO_ON: StepWords(
        url="fortsett-tiltak",
        button=N_("Fortsett"),
        history=(N_("Fortsetter: %(text)s."), N_("Et tiltak fortsetter.")),
        notice=N_("Et tiltak fortsetter"),
        notice_person=N_("Vi fortsetter med noe i planen din."),
        news=(N_("Vi fortsetter med «%(text)s»."),),
    ),
    MeasureStep.CLOSE: StepWords(
        url="avslutt-tiltak",
        button=N_("Avslutt tiltaket"),
        button_person=N_("Jeg er ferdig med dette"),
        done=N_("Så bra. Det er skrevet i planen."),
        history=(N_("Ferdig: %(text)s."), N_("Et tiltak er ferdig.")),
        notice="",
        notice_person=N_("Noe i planen din er ferdig."),
        news=(N_("«%(text)s» er ferdig."),),
    ),
    MeasureStep.CAME_TO_NOTHING: StepWords(
        url="ble-ikke-noe-av",
        button=N_("Ble ikke noe av"),
        button_person=N_("Det ble ikke noe av"),
        done=N_("Takk for at du sa fra."),
        history=(
            N_("Ble ikke noe av denne gangen: %(text)s."),
            N_("Det ble ikke noe av et tiltak."),
        ),
        notice=N_("Det ble ikke noe av et tiltak"),
        notice_person=N_("Det ble ikke noe av det vi avtalte. Skal vi prøve igjen?"),
        news=(N_("Det ble ikke noe av «%(text)s». Skal vi prøve igjen?"),),
        shows={
            "who": in_history(MEASURES, label=N_("Kom ikke")),
            "next_step": in_history(MEASURES, label=N_("Nytt forsøk")),
        },
    ),
    MeasureStep.MOVE_DATE: StepWords(
        url="flytt-dato",
        button=N_("Flytt dato"),
        done=N_("Datoen er flyttet."),
        history=(
            N_("Ny dato for «%(text)s»: %(date)s."),
            N_("Ny dato: %(date)s."),
            N_("Et tiltak fikk ny dato."),
        ),
        notice=N_("Et tiltak har fått ny dato"),
        notice_person=N_("Noe i planen din har fått ny dato."),
        news=(N_("Ny dato for «%(text)s»: %(date)s."),),
        day=("due_on", "look_again_on"),
        shows={
            "reason": in_history(MEASURES),
        },
    ),
    MeasureStep.OFFER: StepWords(
        url="spor-en-annen",
        button=N_("Spør en annen"),
        done=N_("Nå er spørsmålet sendt."),
        history=(
            N_("%(name)s ble spurt om å ta over «%(text)s»."),
            N_("%(name)s ble spurt om å ta over et tiltak."),
            N_("En annen ble spurt om å ta over et tiltak."),
        ),
        notice=N_("Noen er spurt om å ta over et tiltak"),
        notice_person=N_("Vi har spurt noen om å ta over noe i planen din."),
        asked=N_("Du er spurt om å ta over et tiltak"),
        news=(N_("Vi har spurt %(name)s om å ta over «%(text)s»."),),
        shows={
            "reason": in_history(MEASURES, also=[TextPlace.OFFER]),
        },
    ),
    MeasureStep.ACCEPT: StepWords(
        url="ta-over-tiltak",
        button=N_("Ta over"),
        done=N_("Takk. Nå er det din oppgave."),
        history=(
            N_("%(name)s tok over «%(text)s»."),
            N_("%(name)s tok over et tiltak."),
            N_("Et tiltak ble tatt over."),
        ),
        notice=N_("Et tiltak er tatt over"),
        notice_person=N_("Noen har tatt over noe i planen din."),
        news=(N_("%(name)s tar over «%(text)s»."), N_("%(name)s tar over.")),
    ),
    MeasureStep.DECLINE: StepWords(
        url="kan-ikke-ta-over",
        button=N_("Kan ikke ta over"),
        done=N_("Takk for svaret."),
        history=(N_("Svaret om å ta over ble nei. Ansvaret er som før."),),
        notice=N_("Den som ble spurt, kan ikke ta over tiltaket"),
        notice_person=N_("Den vi spurte, kan ikke. Ansvaret er som før."),
        news=(N_("Den vi spurte, kan ikke. %(name)s har det fortsatt."),),
        shows={
            "reason": in_history(MEASURES),
        },
    ),
    MeasureStep.EXPIRE: StepWords(
        url="svarfrist-tiltak",
        button=N_("Svarfristen er ute"),
        history=(N_("Spørsmålet om å ta over gikk ut. Ansvaret er som før."),),
        notice=N_("Spørsmålet om å ta over et tiltak fikk ikke svar"),
        notice_person=N_("Den vi spurte, har ikke svart. Ansvaret er som før."),
        news=(N_("Den vi spurte, har ikke svart. %(name)s har det fortsatt."),),
    ),
    MeasureStep.WITHDRAW_OFFER: StepWords(
        url="trekk-sporsmal-tiltak",
        button=N_("Trekk spørsmålet"),
        history=(N_("Spørsmålet om å ta over ble trukket. Ansvaret er som før."),),
        notice=N_("Spørsmålet om å ta over et tiltak er trukket"),
        notice_person=N_("Vi spør ikke noen andre likevel. Ansvaret er som før."),
    ),
    MeasureStep.CANCEL: StepWords(
        url="legg-bort-tiltak",
        button=N_("Legg bort"),
        history=(N_("Lagt bort: %(text)s."), N_("Et tiltak ble lagt bort.")),
        notice=N_("Et tiltak er lagt bort"),
        notice_person=N_("Vi har lagt bort noe i planen din."),
        outside=N_("Noe du er med på, er lagt bort"),
        news=(N_("Vi har lagt bort «%(text)s»."),),
        shows={
            "reason": in_history(MEASURES),
        },
    ),
    MeasureStep.REOPEN: StepWords(
        url="ta-opp-igjen",
        button=N_("Ta opp igjen"),
        history=(N_("Tatt opp igjen: %(text)s."), N_("Et tiltak ble tatt opp igjen.")),
        notice=N_("Et tiltak er tatt opp igjen"),
        notice_person=N_("Vi tar opp igjen noe i planen din."),
        outside=N_("Noe du er med på, er tatt opp igjen"),
        news=(N_("Vi tar opp igjen «%(text)s»."),),
    ),
    MeasureStep.TAKE_BACK: StepWords(
        url="angre-tiltak",
        button=N_("Ta tilbake siste steg"),
        button_person=N_("Angre"),
        done=N_("Nå er det som før."),
        history=(N_("Siste steg ble tatt tilbake: %(text)s."), N_("Et steg ble tatt tilbake.")),
        notice=N_("Et steg i et tiltak er tatt tilbake"),
        notice_person=N_("Noe i planen din er tatt tilbake."),
        shows={
            "reason": in_history(MEASURES),
        },
    ),
    MeasureStep.SET_CONDITION: StepWords(
        url="vilkar-fra-en-annen",
        button=N_("Vilkår fra en annen"),
        history=(N_("Vilkår for «%(text)s»: %(quote)s."), N_("Et tiltak fikk et vilkår.")),
        notice=N_("Et tiltak har fått et vilkår"),
        notice_person=N_("Noe i planen din har fått et vilkår."),
        news=(N_("«%(text)s» har fått et vilkår: %(quote)s."),),
        quotes=("measure.condition",),
        shows={
            "condition": place_text(TextPlace.PLAN, MEASURES),
            "condition_by": place_text(TextPlace.PLAN, MEASURES),
        },
    ),
    MeasureStep.CHANGE_DETAILS: StepWords(
        url="endre-tiltak",
        button=N_("Endre tiltaket"),
        history=(N_("Endret: %(text)s."), N_("Et tiltak ble endret.")),
        notice=N_("Et tiltak er endret"),
        notice_person=N_("Noe i planen din er endret."),
        news=(N_("«%(text)s» er endret."),),
        shows={
            "text": place_text(TextPlace.PLAN, MEASURES),
            "agreed_consequence": place_text(TextPlace.PLAN, HEALTH),
            "system_code": place_text(TextPlace.PLAN, MEASURES),
            "service_decision_ref": place_text(TextPlace.PLAN, MEASURES),
        },
    ),
}
