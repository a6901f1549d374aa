"""The words on buttons: every row and composite, for staff and for the person; no rule lives here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.language import translate
from workflow.words.marking import N_
from workflow.words.sentence import PERSON

PLAN_STEPS: Mapping[str, str] = {
    "P1": N_("Meld behov"),
    "P2": N_("Ta imot plan fra et annet sted"),
    "P3": N_("Innvilg"),
    "P4": N_("Avslå"),
    "P5": N_("Send til rett kontor"),
    "P5a": N_("De har tatt imot saken"),
    "P6": N_("Personen vil ikke ha plan nå"),
    "P7": N_("Start planen"),
    "P8": N_("Start nå, vedtak etterpå"),
    "P9": N_("Fatt vedtak for det som er i gang"),
    "P9d": N_("Avslå, samarbeidet fortsetter"),
    "P10": N_("Bare evaluer"),
    "P11": N_("Fortsett planen"),
    "P12a": N_("Ta pause"),
    "P12b": N_("Sett i gang igjen"),
    "P13": N_("Bytt koordinator"),
    "P13.first": N_("Spør om å være koordinator"),
    "P13y": N_("Ja, jeg blir koordinator"),
    "P13n": N_("Nei, jeg kan ikke"),
    "P13e": N_("Svarfristen er ute"),
    "P13u": N_("Trekk spørsmålet"),
    "P13w": N_("Jeg vil ikke være koordinator lenger"),
    "P14": N_("Uten koordinator"),
    "P14b": N_("Bytt hvem som passer på planen"),
    "P15": N_("Tilby overføring"),
    "P16": N_("Ta over planen"),
    "P17": N_("Den andre kommunen har tatt over"),
    "P18a": N_("Si nei, med grunn"),
    "P18b": N_("Svarfristen er ute"),
    "P18c": N_("Trekk tilbudet"),
    "P18d": N_("Personen er ikke enig lenger"),
    "P19": N_("Bekreft mottatt"),
    "P20": N_("Avslutt"),
    "P20b": N_("Vedta avslutning"),
    "P20c": N_("Avslutt etter vedtak"),
    "P21a": N_("Slutt å dele med en"),
    "P21b": N_("Slutt å dele med alle"),
    "P21u": N_("Åpne planen igjen"),
    "P21c": N_("Personen vil ikke ha planen lenger"),
    "P21v": N_("Personen vil ha planen likevel"),
    "P22a": N_("Personen er død eller har flyttet ut av landet"),
    "P22b": N_("La planen hvile"),
    "P23": N_("Registrer klage"),
    "P24a": N_("Gjør om vedtaket"),
    "P24b": N_("Klagen førte fram"),
    "P25": N_("Klagefristen er ute"),
    "P26a": N_("Gjenåpne"),
    "P26b": N_("Gjenåpne som nytt behov"),
    "P27o": N_("Be en annen se om det er ført feil"),
    "P27": N_("Ført feil"),
}

ACT_STEPS: Mapping[str, str] = {
    "A1": N_("Skriv det viktigste"),
    "A2": N_("Nytt mål"),
    "A3": N_("Endre mål"),
    "A4": N_("Avslutt mål"),
    "A5": N_("Ta med noen i planen"),
    "A6": N_("Noen går ut av planen"),
    "A7": N_("Trengs ikke lenger"),
    "A8": N_("Noter hva personen deler"),
    "A9": N_("Vi snakket sammen"),
    "A10": N_("Prøvde å få kontakt"),
    "A11": N_("Skriv melding"),
    "A12": N_("Svar"),
    "A13": N_("Noter et ønske"),
    "A13c": N_("Ønsker en annen koordinator"),
    "A14": N_("Ga planen på papir"),
    "A15": N_("Foreløpig svar"),
    "A16": N_("Bekreft at meldingen er kommet"),
    "A17": N_("Ny delplan"),
    "A18": N_("Personen er uenig i noe"),
    "A19": N_("Noen kan handle for personen"),
    "A20": N_("Vurder klagen"),
    "A21": N_("Ring og noter"),
    "A22": N_("Slik jobber vi sammen"),
    "A23": N_("Frivillig, med følge"),
    "A24": N_("Planlagt overgang"),
    "A25": N_("Spør koordinatoren"),
    "A26": N_("Godta ny dato"),
    "A27": N_("Foreslå koordinator"),
    "A28": N_("Ta saken"),
    "A29": N_("Delingen tok slutt"),
    "A30": N_("Overgangen er forberedt"),
    "A31": N_("Be om innsyn"),
    "A32": N_("Svar på innsyn"),
    "A33": N_("Nødinnsyn"),
    "A34": N_("Følg opp nødinnsyn"),
    "A37": N_("Be om retting"),
    "A38": N_("Svar om retting eller sletting"),
    "A39": N_("Be om sletting"),
    "A41": N_("Trenger lengre tid"),
    "A35": N_("Skriv om helse"),
    "A36": N_("Ta bort noe om helse"),
    "A40": N_("Ansatt slutter"),
    "A42": N_("Snakk om deling"),
    "A43": N_("Legg ved signert papir"),
}

MEASURE_STEPS: Mapping[str, str] = {
    "M1": N_("Foreslå tiltak"),
    "M2": N_("Avtal tiltaket"),
    "M4a": N_("Personen sier nei takk"),
    "M4b": N_("Tjenesten sier nei"),
    "M5": N_("Sett i gang"),
    "M6": N_("Ferdig"),
    "M7": N_("Evaluer"),
    "M8": N_("Fortsett"),
    "M9": N_("Avslutt tiltaket"),
    "M10": N_("Ble ikke noe av"),
    "M11": N_("Flytt dato"),
    "M12": N_("Spør en annen"),
    "M13a": N_("Ta over"),
    "M13b": N_("Kan ikke ta over"),
    "M13c": N_("Svarfristen er ute"),
    "M13d": N_("Trekk spørsmålet"),
    "M14": N_("Legg bort"),
    "M15": N_("Ta opp igjen"),
    "M16": N_("Ta tilbake siste steg"),
    "M17": N_("Vilkår fra en annen"),
    "M18": N_("Endre tiltaket"),
    "M19": N_("Ny ansvarlig, den andre slutter"),
}

MEETING_STEPS: Mapping[str, str] = {
    "V1": N_("Planlegg møte"),
    "V2": N_("Send innkalling"),
    "V3": N_("Kan ikke komme"),
    "V4": N_("Flytt møtet"),
    "V5": N_("Møtet er holdt"),
    "V6": N_("Send referat"),
    "V7": N_("Avlys møtet"),
    "V8": N_("Ta tilbake siste steg"),
    "V9": N_("Svar på innkallingen"),
    "V10": N_("Forbered møtet"),
    "V11": N_("Ny leder av møtet, den andre slutter"),
}

COMPOSITE_STEPS: Mapping[str, str] = {
    "C1": N_("Start nå, vedtak etterpå"),
    "C2": N_("Avtalt i møtet"),
    "C3": N_("Gjør det nå"),
    "C4": N_("Ferdig og evaluert"),
    "C5": N_("Ta imot og start"),
    "C6": N_("Evaluer og fortsett"),
}

STEPS: Mapping[str, str] = {
    **PLAN_STEPS,
    **ACT_STEPS,
    **MEASURE_STEPS,
    **MEETING_STEPS,
    **COMPOSITE_STEPS,
}

PERSON_STEPS: Mapping[str, str] = {
    "P18c": N_("Jeg vil at planen blir her"),
    "P1": N_("Be om en plan"),
    "P6": N_("Jeg vil ikke ha plan nå"),
    "P12a": N_("Jeg vil ha en pause"),
    "P12b": N_("Jeg vil i gang igjen"),
    "P13": N_("Jeg vil bytte"),
    "P13.first": N_("Jeg vil ha en koordinator"),
    "P21a": N_("Slutt å dele med en"),
    "P21b": N_("Slutt å dele"),
    "P21u": N_("Åpne planen igjen"),
    "P21c": N_("Jeg vil ikke ha planen lenger"),
    "P21v": N_("Jeg vil ha planen likevel"),
    "P23": N_("Jeg vil klage"),
    "A1": N_("Det viktigste for meg"),
    "A2": N_("Jeg har et mål"),
    "A3": N_("Endre målet mitt"),
    "A4": N_("Jeg er ferdig med målet"),
    "A5": N_("Ta med noen jeg kjenner"),
    "A6": N_("Noen skal ikke være med lenger"),
    "A7": N_("Jeg trenger ikke denne hjelpen lenger"),
    "A8": N_("Velg hva du deler"),
    "A35": N_("Skriv om helsen min"),
    "A36": N_("Ta bort noe om helsen"),
    "A11": N_("Skriv"),
    "A13": N_("Jeg ønsker noe"),
    "A13c": N_("Jeg vil bytte koordinator"),
    "A14": N_("Få planen på papir"),
    "A18": N_("Det stemmer ikke"),
    "M1": N_("Jeg har et forslag"),
    "M4a": N_("Nei takk"),
    "M5": N_("Jeg er i gang"),
    "M6": N_("Gjort!"),
    "M7": N_("Si hvordan det gikk"),
    "M9": N_("Jeg er ferdig med dette"),
    "M10": N_("Det ble ikke noe av"),
    "M16": N_("Angre"),
    "V1": N_("Be om møte"),
    "V3": N_("Jeg kan ikke komme"),
    "V8": N_("Angre"),
    "V9": N_("Svar om møtet"),
    "V10": N_("Det jeg vil si i møtet"),
    "C4": N_("Gjort, og slik gikk det"),
}


def step_words(row_id: str, voice: str = "staff") -> str:
    """The bokmål msgid of a row's or composite's button; KeyError for a row that is not there.

    "P13.first" is P13 where the plan has no coordinator yet.
    """
    own = PERSON_STEPS.get(row_id) if voice == PERSON else None
    return own or STEPS[row_id]


def button(row_id: str, language: str, voice: str = "staff") -> str:
    """What stands on the button, in the reader's language."""
    return translate(step_words(row_id, voice), {}, language)
