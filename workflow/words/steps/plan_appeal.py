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
    PlanStep.GOVERNOR_ANSWERED: StepWords(
        url="svar-fra-statsforvalteren",
        button=N_("Svar fra statsforvalteren"),
        history=(N_("Statsforvalteren svarte på klagen."),),
        notice=N_("Statsforvalteren har svart på en klage"),
        notice_person=N_("Statsforvalteren har svart på klagen din."),
        shows={
            "words": in_history(DOCUMENTS, also=[TextPlace.PAPER]),
            "document_text": place_text(TextPlace.LETTER, DOCUMENTS),
        },
    ),
    PlanStep.REVERSE: StepWords(
        url="gjor-om-vedtaket",
        button=N_("Gjør om vedtaket"),
        history=(N_("Vedtaket ble gjort om. Svaret er ja."),),
        notice=N_("Vedtaket er gjort om"),
        notice_person=N_("Vi så på saken igjen. Svaret er nå ja."),
        asked=N_("Du er spurt om å være koordinator"),
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
    PlanStep.ENTERED_IN_ERROR: StepWords(
        url="fort-feil",
        button=N_("Ført feil"),
        history=(N_("Planen var ført feil og ble tatt ut."),),
        notice=N_("En plan var ført feil og er tatt ut"),
        notice_person=N_("Planen var ført feil og er tatt ut. Ring oss hvis du lurer på noe."),
        shows={
            "reason": in_history(DOCUMENTS),
        },
    ),
    PlanStep.ASK_CONFIRMATION: StepWords(
        url="be-om-bekreftelse",
        button=N_("Be om bekreftelse"),
        done=N_("Spørsmålet er sendt. Det skjer først når den andre har bekreftet."),
        history=(
            N_("%(name)s ble bedt om å bekrefte noe i planen."),
            N_("En til ble bedt om å bekrefte noe i planen."),
        ),
        notice=N_("Noe i en plan skal bekreftes av deg"),
        notice_person=N_("Noe i planen din skal bekreftes."),
        asked=N_("Noe skal bekreftes av deg"),
    ),
    PlanStep.CONFIRM: StepWords(
        url="bekreft",
        button=N_("Ja, jeg bekrefter"),
        done=N_("Takk. Nå er det gjort, og dere står bak det begge to."),
        history=(N_("Det ble bekreftet."),),
        notice=N_("Det du ba om å få bekreftet, er bekreftet og gjort"),
        notice_person=N_("Det du ba om, er bekreftet og gjort."),
    ),
    PlanStep.DECLINE_CONFIRMATION: StepWords(
        url="bekreft-ikke",
        button=N_("Nei, jeg bekrefter ikke"),
        done=N_("Takk for svaret. Ingenting er endret."),
        history=(N_("Det ble ikke bekreftet. Ingenting ble endret."),),
        notice=N_("Det du ba om å få bekreftet, ble ikke bekreftet"),
        notice_person=N_("Det du ba om, ble ikke bekreftet. Ingenting er endret."),
        shows={
            "reason": in_history(DOCUMENTS),
        },
    ),
    PlanStep.WITHDRAW_CONFIRMATION: StepWords(
        url="trekk-bekreftelse",
        button=N_("Trekk spørsmålet om bekreftelse"),
        done=N_("Spørsmålet er trukket. Ingenting er endret."),
        history=(N_("Spørsmålet om bekreftelse ble trukket."),),
        notice=N_("Du trenger ikke å bekrefte lenger"),
        notice_person=N_("Du trenger ikke å bekrefte lenger."),
    ),
    PlanStep.EXPIRE_CONFIRMATION: StepWords(
        url="svarfrist-bekreftelse",
        button=N_("Svarfristen er ute"),
        history=(N_("Ingen bekreftet i tide. Ingenting ble endret."),),
        notice=N_("Spørsmålet om bekreftelse gikk ut uten svar. Ingenting er endret"),
        notice_person=N_("Ingen bekreftet i tide. Ingenting er endret."),
    ),
}
