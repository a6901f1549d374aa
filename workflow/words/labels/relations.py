"""What relations, roles, deadlines, looks and other short codes are called; no rule lives here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow.language import translate
from workflow.rules.names.deadlines import DeadlineCode
from workflow.words.text.translatable import N_

RELATIONS: Mapping[str, str] = {
    "person": N_("Personen selv"),
    "representative": N_("Handler for personen"),
    "relative": N_("Pårørende"),
    "coordinator": N_("Koordinator"),
    "acting_coordinator": N_("Passer på planen nå"),
    "accountable": N_("Ansvarlig"),
    "helper": N_("Hjelper"),
    "participant": N_("Deltaker"),
    "emergency": N_("Nødinnsyn"),
    "receiver": N_("Spurt om å ta over"),
    "deciding_unit": N_("Kontoret som svarer"),
    "leader": N_("Leder"),
    "coordinating_unit": N_("Koordinerende enhet"),
    "administrator": N_("Administrator"),
    "privacy_officer": N_("Personvernombud"),
    "clock": N_("Av seg selv"),
    "operator": N_("Drift"),
}

# In a sentence: «Det er … som avgjør dette.»
_DECIDERS: Mapping[str, str] = {
    "person": N_("personen selv"),
    "representative": N_("den som handler for personen"),
    "relative": N_("en pårørende"),
    "coordinator": N_("koordinatoren"),
    "acting_coordinator": N_("den som passer på planen"),
    "accountable": N_("den ansvarlige"),
    "helper": N_("en hjelper"),
    "participant": N_("en deltaker"),
    "emergency": N_("den som har nødinnsyn"),
    "receiver": N_("den som er spurt"),
    "deciding_unit": N_("kontoret som svarer"),
    "leader": N_("lederen"),
    "coordinating_unit": N_("koordinerende enhet"),
    "administrator": N_("administratoren"),
    "privacy_officer": N_("personvernombudet"),
    "clock": N_("datoen"),
    "operator": N_("driften"),
}
_AROUND = N_("de som er med i planen")
_OR = N_("eller")
_OTHERS = N_("noen andre")
_SAME_AS = {"acting_coordinator": "coordinator", "representative": "person"}
_TEAM = frozenset({"participant", "relative", "accountable", "helper"})

ROLES: Mapping[str, str] = {
    "decider": N_("Svarer på meldinger"),
    "coordinator": N_("Koordinator"),
    "worker": N_("Ansatt"),
    "leader": N_("Leder"),
    "coordinating": N_("Koordinerende enhet"),
    "administrator": N_("Administrator"),
    "privacy_officer": N_("Personvernombud"),
}

TENURES: Mapping[str, str] = {
    "responsible": N_("Har ansvaret"),
    "coordinator": N_("Koordinator"),
    "acting": N_("Passer på planen nå"),
    "contact": N_("Kontakt i kommunen"),
}

PARTICIPANTS: Mapping[str, str] = {
    "professional": N_("Fagperson"),
    "relative": N_("Pårørende"),
    "volunteer": N_("Frivillig"),
    "user_organisation": N_("Brukerorganisasjon"),
}

DEADLINES: Mapping[str, str] = {
    DeadlineCode.ACKNOWLEDGE_REPORT: N_("Kvittering til den som meldte"),
    DeadlineCode.DECIDE_REQUEST: N_("Vedtak"),
    DeadlineCode.PROVISIONAL_REPLY: N_("Svar"),
    DeadlineCode.DECIDE_INCOMING: N_("Svar på plan fra et annet sted"),
    DeadlineCode.APPOINT_COORDINATOR: N_("Koordinator på plass"),
    DeadlineCode.COORDINATOR_ANSWERS: N_("Ja eller nei fra koordinator"),
    DeadlineCode.START_PLAN: N_("Start av planen"),
    DeadlineCode.FIRST_GOAL: N_("Første samtale om mål"),
    DeadlineCode.DECIDE_INFORMAL_START: N_("Vedtak for det som er i gang"),
    DeadlineCode.VACANCY: N_("Ny koordinator"),
    DeadlineCode.REVIEW: N_("Evaluering"),
    DeadlineCode.CONCLUDE_REVIEW: N_("Veien videre etter evaluering"),
    DeadlineCode.TRANSFER_ANSWER: N_("Svar på overføring"),
    DeadlineCode.FIRST_APPOINTMENT: N_("Første avtale hjemme"),
    DeadlineCode.APPEAL_WINDOW: N_("Klagefrist"),
    DeadlineCode.ASSESS_COMPLAINT: N_("Ny vurdering av klagen"),
    DeadlineCode.FORWARD_COMPLAINT: N_("Klagen videre til statsforvalteren"),
    DeadlineCode.GOVERNOR_ANSWERS: N_("Svar fra statsforvalteren"),
    DeadlineCode.MEASURE_DUE: N_("Tiltak"),
    DeadlineCode.MEASURE_EVALUATION: N_("Evaluering av tiltak"),
    DeadlineCode.DISCUSS_WITH_RELATIVES: N_("Deling med pårørende"),
    DeadlineCode.CONSENT_ENDS: N_("Delingen varer til"),
    DeadlineCode.QUIET_PLAN: N_("Stille plan"),
    DeadlineCode.RESTING_PLAN: N_("Plan som hviler"),
    DeadlineCode.SETTLE_DUPLICATE: N_("Meldt to ganger"),
    DeadlineCode.MEETING_PREPARED: N_("Forberede møte"),
    DeadlineCode.MINUTES_DUE: N_("Referat"),
    DeadlineCode.WISH_FOR_COORDINATOR: N_("Svar på ønske om ny koordinator"),
    DeadlineCode.TRANSITION: N_("Planlagt overgang"),
    DeadlineCode.TURNS_16: N_("Fyller 16 år"),
    DeadlineCode.TURNS_18: N_("Fyller 18 år"),
    DeadlineCode.DATA_REQUEST: N_("Svar om egne opplysninger"),
    DeadlineCode.ANSWER_PERSON: N_("Svar til personen"),
    DeadlineCode.EMERGENCY_FOLLOW_UP: N_("Oppfølging av nødinnsyn"),
    DeadlineCode.PAUSE_ENDS: N_("Pausen er over"),
    DeadlineCode.COORDINATOR_OFFER_ENDS: N_("Svarfrist for koordinator"),
    DeadlineCode.CONFIRMATION_ENDS: N_("Svarfrist for bekreftelse"),
    DeadlineCode.MEASURE_OFFER_ENDS: N_("Svarfrist for tiltak"),
    DeadlineCode.MEASURE_STARTS: N_("Tiltaket starter"),
    DeadlineCode.ENDS_BY_DECISION: N_("Planen avsluttes"),
}

BASES: Mapping[str, tuple[str, str]] = {
    "law": ("●", N_("lov")),
    "local": ("○", N_("egen regel")),
}

LOOKS: Mapping[str, str] = {
    "read": N_("åpnet planen"),
    "read_overview": N_("så planen i en liste"),
    "read_history": N_("leste historien"),
    "read_summary": N_("leste sammendraget"),
    "read_letters": N_("leste brev"),
    "print": N_("skrev ut planen"),
    "beside": N_("så planen sammen med personen"),
    "own_pages": N_("åpnet personens egne sider"),
    "export": N_("tok ut en kopi av planen"),
    "why": N_("spurte hva som kan gjøres i planen"),
    "step": N_("prøvde å gjøre noe i planen"),
    "see_who_looked": N_("så hvem som har sett i planen"),
    "take_who_looked": N_("tok ut listen over hvem som har sett i planen"),
    "emergency": N_("brukte nødinnsyn"),
    "log_review": N_("gikk gjennom hvem som har sett i planer"),
    "list": N_("så planen i en liste"),
    "search": N_("fant planen i et søk"),
    "address": N_("leste adressen"),
    "protect": N_("endret om adressen er beskyttet"),
    "correct": N_("rettet opplysninger om personen"),
    "write_address": N_("skrev inn adressen"),
    "own_data": N_("tok ut alt som er lagret om personen"),
    "send_again": N_("sendte en beskjed om planen på nytt"),
    "guest_link": N_("sendte en lenke til planen"),
}
_REFUSED = N_("prøvde å åpne planen, men fikk ikke")
_LOOKED = N_("så i planen")

GROUNDS: Mapping[str, str] = {
    **RELATIONS,
    "list": N_("Egne lister"),
    "none": N_("Ingen tilgang"),
}

REPRESENTATION: Mapping[str, str] = {
    "parent": N_("Forelder"),
    "guardian": N_("Verge"),
    "power": N_("Fullmakt"),
}

WISHES: Mapping[str, str] = {
    "message": N_("Melding"),
    "question": N_("Spørsmål"),
    "step": N_("Ønske"),
    "change_coordinator": N_("Ønsker en annen koordinator"),
    "meeting": N_("Ønsker et møte"),
    "proposal": N_("Forslag"),
}

REPLIES: Mapping[str, str] = {
    "": N_("Har ikke svart"),
    "coming": N_("Kommer"),
    "other_time": N_("Vil endre tid eller sted"),
    "cannot_come": N_("Kan ikke komme"),
}

GOALS: Mapping[str, str] = {
    "open": N_("Vi jobber med det"),
    "met": N_("Nådd"),
    "dropped": N_("Ikke ønsket lenger"),
}

DOCUMENTS: Mapping[str, str] = {
    "letter": N_("Brev"),
    "minutes": N_("Referat"),
    "call": N_("Innkalling"),
    "incoming": N_("Plan fra et annet sted"),
    "snapshot": N_("Planen slik den var"),
    "complaint": N_("Klage"),
    "consent": N_("Signert samtykke"),
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "relation": RELATIONS,
    "role": ROLES,
    "tenure": TENURES,
    "participant": PARTICIPANTS,
    "deadline": DEADLINES,
    "look": LOOKS,
    "ground": GROUNDS,
    "representation": REPRESENTATION,
    "wish": WISHES,
    "reply": REPLIES,
    "goal": GOALS,
    "document": DOCUMENTS,
}


def label_of(table: str, code: str, language: str) -> str:
    """What a code of one of TABLES is called. KeyError for a code without words."""
    return translate(TABLES[table][code], {}, language)


def look_words(act: str, refused: bool, language: str) -> str:
    """What somebody did who looked: «åpnet planen»."""
    return translate(_REFUSED if refused else LOOKS.get(act, _LOOKED), {}, language)


def basis_words(basis: str, language: str) -> tuple[str, str]:
    """The mark and the word of a deadline's basis: ● lov, ○ egen regel."""
    mark, word = BASES[basis]
    return mark, translate(word, {}, language)


def who_decides(relations: Sequence[str], language: str) -> str:
    """Who may take a step, as words in a sentence: «koordinatoren eller lederen»."""
    wanted = dict.fromkeys(_SAME_AS.get(name, name) for name in relations)
    words = [_DECIDERS[name] for name in wanted if name not in _TEAM]
    if len(_TEAM & set(wanted)) > 1:
        words.append(_AROUND)
    else:
        words += [_DECIDERS[name] for name in wanted if name in _TEAM]
    shown = [translate(word, {}, language) for word in words[:4]]
    return _joined(shown or [translate(_OTHERS, {}, language)], language)


def _joined(words: list[str], language: str) -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {translate(_OR, {}, language)} {words[-1]}"
