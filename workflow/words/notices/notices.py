"""What a notice says, by code: one neutral line for staff, one kind one for the person; no names, no content."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.deadlines import DeadlineCode
from workflow.words.letters.account_mail import NOTICES as ACCOUNT
from workflow.words.steps.catalogue import WORDS
from workflow.words.text.translatable import N_

SUBJECT = N_("Du har en ny beskjed i Planløp")
PERSON_MAIL = N_("Du har noe nytt i planen din.")
STAFF_MAIL = N_("Dette venter på deg i Planløp:")
OPEN_HERE = N_("Se her: %(address)s")
SMS = N_("Du har en ny beskjed. Se her: %(address)s")
AND_MORE = N_("og %(count)s til")
UNPREPARED_MEETINGS = N_("%(count)s møter er ikke forberedt")

OVERVIEW = "overview"

DEADLINES: Mapping[str, str] = {
    DeadlineCode.ACKNOWLEDGE_REPORT: N_("En melding om behov venter på kvittering"),
    DeadlineCode.DECIDE_REQUEST: N_("En melding om behov venter på svar"),
    DeadlineCode.PROVISIONAL_REPLY: N_("Et foreløpig svar skal sendes"),
    DeadlineCode.DECIDE_INCOMING: N_("En plan fra et annet sted venter på svar"),
    DeadlineCode.APPOINT_COORDINATOR: N_("Planen trenger en koordinator"),
    DeadlineCode.COORDINATOR_ANSWERS: N_("Spørsmålet om å være koordinator venter på svar"),
    DeadlineCode.START_PLAN: N_("Planen har koordinator, men er ikke startet"),
    DeadlineCode.FIRST_GOAL: N_("Den første samtalen om mål"),
    DeadlineCode.DECIDE_INFORMAL_START: N_("Planen er i bruk uten vedtak"),
    DeadlineCode.VACANCY: N_("Planen er uten koordinator"),
    DeadlineCode.REVIEW: N_("Evaluering av planen"),
    DeadlineCode.CONCLUDE_REVIEW: N_("Planen er evaluert, men ikke ført videre"),
    DeadlineCode.FIRST_APPOINTMENT: N_("Det er ingen avtale etter at personen kommer hjem"),
    DeadlineCode.TRANSFER_ANSWER: N_("Spørsmålet om å ta over planen venter på svar"),
    DeadlineCode.APPEAL_WINDOW: N_("Klagefristen er ute"),
    DeadlineCode.ASSESS_COMPLAINT: N_("En klage venter på egen vurdering"),
    DeadlineCode.FORWARD_COMPLAINT: N_("En klage skal sendes videre til statsforvalteren"),
    DeadlineCode.GOVERNOR_ANSWERS: N_(
        "En klage har ligget lenge hos statsforvalteren. Spør hvor den er."
    ),
    DeadlineCode.MEASURE_DUE: N_("Datoen for et tiltak"),
    DeadlineCode.MEASURE_EVALUATION: N_("Et tiltak er gjort og kan evalueres"),
    DeadlineCode.CONSENT_ENDS: N_("En deling tar snart slutt"),
    DeadlineCode.DISCUSS_WITH_RELATIVES: N_("Det er tid for å snakke om hva pårørende får se"),
    DeadlineCode.QUIET_PLAN: N_("Stille plan: ingen kontakt på en stund"),
    DeadlineCode.RESTING_PLAN: N_("En plan har hvilt lenge. Finn ut hva som skal skje."),
    DeadlineCode.SETTLE_DUPLICATE: N_("Samme person er meldt to ganger"),
    DeadlineCode.MEETING_PREPARED: N_("Et møte er ikke forberedt"),
    DeadlineCode.MINUTES_DUE: N_("Et referat venter"),
    DeadlineCode.WISH_FOR_COORDINATOR: N_("Et ønske om å bytte koordinator venter på svar"),
    DeadlineCode.TRANSITION: N_("En planlagt overgang bør forberedes"),
    DeadlineCode.TURNS_16: N_("En planlagt overgang bør forberedes"),
    DeadlineCode.TURNS_18: N_("En planlagt overgang bør forberedes"),
    DeadlineCode.DATA_REQUEST: N_("Noen venter på svar om egne opplysninger"),
    DeadlineCode.ANSWER_PERSON: N_("Personen venter på svar"),
    DeadlineCode.EMERGENCY_FOLLOW_UP: N_("Et nødinnsyn skal følges opp"),
    OVERVIEW: N_("Ukens oversikt"),
}

# What is told of no step of a plan.
STAFF: Mapping[str, str] = {
    **DEADLINES,
    **ACCOUNT,
    "D.failed": N_("Meldingen til personen kom ikke fram. Ring heller."),
    "emergency_without_plan": N_("Noen har prøvd nødinnsyn, men fant ingen plan"),
    "emergency_often": N_("Den samme har brukt nødinnsyn tre ganger på et døgn"),
    "log_review": N_("Loggen for forrige måned er klar til kontroll"),
    "O.sweep": N_("Ingen har sett etter frister på mer enn fem minutter. Se siden Drift."),
    "X.offer": N_("En annen kommune spør om dere tar over en plan"),
    "X.waits": N_("En annen kommune venter på svar om en plan"),
    "X.lapsed": N_("Planen fra en annen kommune kommer ikke hit"),
    "X.begun": N_("En plan fra en annen kommune er deres nå"),
    "A.correction": N_("En rettelse venter på at du bekrefter"),
    "A.away": N_("En koordinator er borte lenge, og har ingen stedfortreder"),
    "A.substitute": N_("En stedfortreder er registrert, for deg eller hos deg"),
}

PERSON: Mapping[str, str] = {
    DeadlineCode.MEASURE_DUE: N_("Noe i planen din var avtalt til nå. Går det bra?"),
}


# Those whom a step asks for something.
ASKED = frozenset({"receiver", "addressee"})


class NoSentence(LookupError):
    """A notice has a code that nobody wrote a sentence for."""


def notice_sentence(code: str, for_person: bool, role: str = "") -> str:
    """The bokmål sentence of a notice, to be translated; who is asked by it reads that they are.

    Raises NoSentence.
    """
    said = WORDS.get(code)
    if said and said.asked and role in ASKED:
        return said.asked
    hers = (said.notice_person if said else PERSON.get(code)) if for_person else ""
    text = hers or (said.notice if said else STAFF.get(code))
    if not text:
        raise NoSentence(code)
    return text
