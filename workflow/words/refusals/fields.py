"""What is told of one field that cannot be accepted: by pydantic's codes and our own."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.language import translate
from workflow.words.labels.deadline_policies import POLICY_REFUSALS, refusal_text
from workflow.words.text.translatable import N_

UNKNOWN = N_("Her er det noe som ikke stemmer. Se på svaret en gang til.")

SENTENCES: dict[str, str] = {
    "missing": N_("Fyll ut dette feltet."),
    "choice_missing": N_("Velg ett av svarene."),
    "string_too_short": N_("Skriv litt mer."),
    "string_too_long": N_("Skriv litt kortere. Det er plass til %(max_length)s tegn."),
    "too_short": N_("Velg minst %(min_length)s."),
    "too_long": N_("Velg høyst %(max_length)s."),
    "date_parsing": N_("Skriv datoen slik: 9.3.2026."),
    "time_parsing": N_("Skriv klokkeslettet slik: 10.30."),
    "datetime_parsing": N_("Skriv dato og klokkeslett slik: 9.3.2026 kl. 10.30."),
    "int_parsing": N_("Skriv et helt tall."),
    "greater_than_equal": N_("Tallet kan ikke være mindre enn %(ge)s."),
    "less_than_equal": N_("Tallet kan ikke være større enn %(le)s."),
    "greater_than": N_("Tallet må være større enn %(gt)s."),
    "less_than": N_("Tallet må være mindre enn %(lt)s."),
    "literal_error": N_("Velg ett av svarene."),
    "bool_parsing": N_("Svar ja eller nei."),
    "string_pattern_mismatch": N_(
        "Se på svaret en gang til. Det er skrevet på en annen måte enn vi venter."
    ),
    "extra_forbidden": N_("Skjemaet hadde et felt som ikke hører til her. Last siden på nytt."),
    "control_character": N_(  # a page takes it out and asks; a command refuses it
        "Teksten hadde et tegn som ikke kan lagres. Vi tok det bort. Se om den er riktig nå."
    ),
    "control_characters": N_("Teksten har et tegn som ikke kan lagres. Skriv den på nytt."),
    "naive_time": N_("Klokkeslettet må ha en tidssone."),
    "unknown_party": N_("Vi fant ikke denne personen her. Velg en fra lista."),
    "own_interest": N_(
        "Du kan ikke velge deg selv her. Velg en annen, eller be en annen gjøre det."
    ),
    "cannot_be_asked": N_("Dette kan ikke gjøres nå. Åpne planen, og se hva som mangler."),
    "cannot_confirm": N_(
        "Den du valgte, kan ikke bekrefte dette. Velg en leder eller en på kontoret som avgjør."
    ),
    "decides_alone": N_(
        "Personen er fylt 16 år og bestemmer selv. En forelder kan ikke handle for personen da."
    ),
    "not_on_this_plan": N_("Det du valgte, hører ikke til denne planen. Velg fra lista."),
    "masked_words": N_(
        "[…] står der noe er skjult. La feltet stå som det er, eller skriv det på nytt uten […]."
    ),
    "not_offered": N_("Velg ett av svarene."),
    "date_out_of_range": N_("Se på årstallet. Det er for langt unna."),
    "unknown_neighbour": N_(
        "Vi når ikke denne kommunen herfra. Velg en fra lista, eller skriv stedet."
    ),
    "one_receiver": N_("Velg bare én: et kontor her, en annen kommune, eller et sted utenfor."),
    "own_place": N_("Planen er her fra før. Velg et kontor, eller skriv et annet sted."),
    "known_place": N_("Den kommunen kan spørres direkte. Velg den i lista over kommuner."),
    "other_birthday": N_(
        "Nummeret hører til en annen fødselsdag enn den som står i sammendraget. "
        "Skriv det på nytt, eller ring kommunen som spør."
    ),
    "problem_stays": N_("En plan om en problemstilling blir i kommunen. Velg et kontor her."),
    "coordinator_not_asked": N_("Spør den dere nevner først. Kryss av når svaret er ja."),
    "unknown_unit": N_("Vi fant ikke dette kontoret. Velg et fra lista."),
    "national_id_wrong": N_("Nummeret stemmer ikke. Se om alle elleve sifrene er riktige."),
    "national_id_real": N_("Her brukes bare oppdiktede nummer, der måneden er 80 for høy."),
    "born_on_wrong": N_("Se om datoen er riktig."),
    "phone_wrong": N_("Skriv ett telefonnummer, uten andre tegn. Fra utlandet: +46 70 123 45 67."),
    "email_wrong": N_("Skriv hele e-postadressen, slik: navn@example.no."),
    "nothing_new": N_("Fyll ut det som skal rettes. Det du skrev, står her fra før."),
    "cannot_confirm_correction": N_(
        "Velg en annen i koordinerende enhet, eller en administrator. Det kan ikke være deg selv, "
        "eller den det gjelder."
    ),
    "email_in_use": N_("Denne e-posten brukes av en annen som logger inn her."),
    "national_id_taken": N_("En annen står med dette fødselsnummeret her. Se om det er den samme."),
    "not_the_same": N_("Det er ikke det samme som den andre skrev. Se på kilden en gang til."),
    "not_sure_who": N_(
        "Noen her har samme navn eller e-post. Skriv fødselsdato, e-post eller fødselsnummer, "
        "så vi vet om det er den samme. Står det feil her, må det rettes først."
    ),
    "back_before_away": N_("Velg en dag som kommer etter den første, og ikke er forbi."),
    "away_too_long": N_("Velg høyst et år om gangen."),
    "substitute_self": N_("Velg en annen enn den som er borte."),
    "substitute_away": N_("Hun eller han er også borte da. Velg en annen."),
    "not_coordinating": N_("Velg en som arbeider i koordinerende enhet."),
    "is_substitute": N_("Andre regner med denne personen da. Finn en annen til dem først."),
    "years_out_of_range": N_("Skriv et antall år fra 1 til 100."),
    "dry_run_first": N_("Se på lista først. Den som er godkjent, er ikke lik den som gjelder nå."),
    "works_here": N_("Den som arbeider her, kan ikke slettes slik."),
    "findings_left": N_("Svar på alle funnene først."),
    "snooze_over": N_("Dette venter ikke lenger."),
    "snooze_once": N_("Dette er utsatt én gang. Det kan ikke utsettes igjen."),
    "snooze_seen": N_("Du har sett dette og får ikke flere påminnelser om det."),
    "snooze_law": N_("Fristen står i loven. Den kan ikke utsettes forbi dagen."),
    "snooze_days": N_("Velg en dag fra i morgen og høyst to uker fram."),
    "not_a_paper": N_("Velg en fil som er PDF, JPEG eller PNG, og høyst 10 MB."),
    "no_identity_key": N_(
        "Fødselsnummer kan ikke leses inn her: installasjonen har ingen nøkkel for dem."
    ),
    "more_than_one": N_(
        "Flere har dette navnet her. Skriv e-post eller fødselsdato, så vi vet hvem det er."
    ),
    "four_digits": N_("Kommunenummeret er fire siffer."),
    "taken": N_("Databasen har en kommune fra før. Hver kommune har sin egen database."),
    "again_days": N_("Velg en dag fra i morgen og høyst to uker fram."),
}

SAME: dict[str, str] = {
    "enum": "literal_error",
    "date_type": "date_parsing",
    "date_from_datetime_parsing": "date_parsing",
    "date_from_datetime_inexact": "date_parsing",
    "time_type": "time_parsing",
    "datetime_type": "datetime_parsing",
    "datetime_from_date_parsing": "datetime_parsing",
    "timezone_aware": "naive_time",
    "int_type": "int_parsing",
    "int_from_float": "int_parsing",
    "bool_type": "bool_parsing",
    "string_type": "missing",
    "list_type": "choice_missing",
    "none_required": "missing",
}


def field_error_words(code: str, message: str, params: Mapping[str, object]) -> str:
    """The bokmål msgid of one error.

    A code that the table does not know is one of a model's own: its message is the sentence
    (`PydanticCustomError(code, sentence)`, or `ValueError(sentence)`).
    """
    known = SENTENCES.get(SAME.get(code, code))
    if known:
        return known
    own = str(params["error"]) if code == "value_error" and "error" in params else message
    return own or UNKNOWN


def field_error(code: str, params: Mapping[str, object], language: str, message: str = "") -> str:
    """What the reader is told of one error, in the reader's language."""
    if code in POLICY_REFUSALS:
        return refusal_text(code, params, language)
    return translate(field_error_words(code, message, params), params, language)
