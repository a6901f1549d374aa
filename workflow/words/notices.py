"""What a notice says, by code: one neutral line for staff, one kind one for the person; no names, no content."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.account_mail import NOTICES as ACCOUNT
from workflow.words.marking import N_
from workflow.words.steps import WORDS

SUBJECT = N_("Du har en ny beskjed i Planløp")
PERSON_MAIL = N_("Du har noe nytt i planen din.")
STAFF_MAIL = N_("Dette venter på deg i Planløp:")
OPEN_HERE = N_("Se her: %(address)s")
SMS = N_("Du har en ny beskjed. Se her: %(address)s")
AND_MORE = N_("og %(count)s til")
UNPREPARED_MEETINGS = N_("%(count)s møter er ikke forberedt")

DEADLINES: Mapping[str, str] = {
    "T1": N_("En melding om behov venter på kvittering"),
    "T2.decide": N_("En melding om behov venter på svar"),
    "T2.reply": N_("Et foreløpig svar skal sendes (lov)"),
    "T3": N_("En plan fra et annet sted venter på svar"),
    "T4.appoint": N_("Planen trenger en koordinator"),
    "T4.accept": N_("Spørsmålet om å være koordinator venter på svar"),
    "T5": N_("Den første samtalen om mål"),
    "T6": N_("Planen er i bruk uten vedtak"),
    "T7": N_("Planen er uten koordinator"),
    "T8.review": N_("Evaluering av planen"),
    "T8.conclude": N_("Planen er evaluert, men ikke ført videre"),
    "T9.first": N_("Det er ingen avtale etter at personen kommer hjem"),
    "T9": N_("Spørsmålet om å ta over planen venter på svar"),
    "T10.appeal": N_("Klagefristen er ute"),
    "T10.assess": N_("En klage venter på egen vurdering"),
    "T10.forward": N_("En klage skal sendes videre til statsforvalteren"),
    "T11": N_("Datoen for et tiltak"),
    "T12": N_("Et tiltak er gjort og kan evalueres"),
    "T13.expiry": N_("En deling tar snart slutt"),
    "T13.relatives": N_("Det er tid for å snakke om hva pårørende får se"),
    "T14": N_("Stille plan: ingen kontakt på en stund"),
    "T15.prepare": N_("Et møte er ikke forberedt"),
    "T15.minutes": N_("Et referat venter"),
    "T16": N_("Et ønske om å bytte koordinator venter på svar"),
    "T17": N_("En planlagt overgang bør forberedes"),
    "T17.16": N_("En planlagt overgang bør forberedes"),
    "T17.18": N_("En planlagt overgang bør forberedes"),
    "T18": N_("Noen venter på svar om egne opplysninger (lov)"),
    "T19": N_("Personen venter på svar"),
    "T20": N_("Et nødinnsyn skal følges opp"),
    "overview": N_("Ukens oversikt over frister"),
}

# What is told of no step of a plan.
STAFF: Mapping[str, str] = {
    **DEADLINES,
    **ACCOUNT,
    "D.failed": N_("Meldingen til personen kom ikke fram. Ring heller."),
    "E.nothing": N_("Noen har prøvd nødinnsyn, men fant ingen plan"),
    "E.often": N_("Den samme har brukt nødinnsyn tre ganger på et døgn"),
    "L.review": N_("Loggen for forrige måned er klar til kontroll"),
    "O.sweep": N_("Ingen har sett etter frister på mer enn fem minutter. Se siden Drift."),
    "X.offer": N_("En annen kommune spør om dere tar over en plan"),
    "X.waits": N_("En annen kommune venter på svar om en plan"),
    "X.lapsed": N_("Planen fra en annen kommune kommer ikke hit"),
    "X.begun": N_("En plan fra en annen kommune er deres nå"),
    "A.away": N_("En koordinator er borte lenge, og har ingen stedfortreder"),
}

PERSON: Mapping[str, str] = {
    "T11": N_("Noe i planen din var avtalt til nå. Går det bra?"),
}


class NoSentence(LookupError):
    """A notice has a code that nobody wrote a sentence for."""


def sentence(code: str, for_person: bool) -> str:
    """The bokmål sentence of a notice, to be translated. Raises NoSentence."""
    said = WORDS.get(code)
    hers = (said.notice_person if said else PERSON.get(code)) if for_person else ""
    found = hers or (said.notice if said else STAFF.get(code))
    if not found:
        raise NoSentence(code)
    return found
