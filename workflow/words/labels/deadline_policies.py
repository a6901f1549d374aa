"""What the deadlines a municipality chooses are called, and what is told of a choice that cannot stand."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.language import translate
from workflow.rules.deadlines.kinds import DAYS, FROM_EVENT, FROM_START, MONTHS, WORKDAYS, Rung
from workflow.words.labels.relations import DEADLINES
from workflow.words.text.translatable import N_

LADDER_ROLES: Mapping[str, str] = {
    "coordinator": N_("Koordinator"),
    "leader": N_("Leder"),
    "leader_2": N_("Lederens leder"),
    "municipal_leader": N_("Leder over koordinerende enhet"),
    "coordinating": N_("Koordinerende enhet"),
    "decider": N_("Saksbehandler"),
    "unit": N_("Kontoret som svarer"),
    "accountable": N_("Ansvarlig"),
    "accountable_leader": N_("Den ansvarliges leder"),
    "chair": N_("Møteleder"),
    "minute_taker": N_("Referent"),
    "person": N_("Personen selv"),
    "privacy_officer": N_("Personvernombud"),
    "receiver": N_("Den som er spurt om å ta over"),
    "receiver_leader": N_("Leder der planen skal"),
    "clock": N_("Av seg selv"),
}

_LENGTHS: Mapping[str, tuple[str, str]] = {
    DAYS: (N_("1 dag"), N_("%(count)s dager")),
    WORKDAYS: (N_("1 virkedag"), N_("%(count)s virkedager")),
    MONTHS: (N_("1 måned"), N_("%(count)s måneder")),
}
_ON_THE_DAY: Mapping[str, str] = {
    "due": N_("på fristdagen"),
    FROM_START: N_("på første dag"),
    FROM_EVENT: N_("på selve dagen"),
}
_BEFORE: Mapping[str, str] = {
    "due": N_("%(count)s før fristen"),
    FROM_START: N_("%(count)s før start"),
    FROM_EVENT: N_("%(count)s før selve dagen"),
}
_AFTER: Mapping[str, str] = {
    "due": N_("%(count)s etter fristen"),
    FROM_START: N_("%(count)s etter start"),
    FROM_EVENT: N_("%(count)s etter selve dagen"),
}

# What, why, what now. `what` is the deadline's name, least and most are lengths with their unit.
POLICY_REFUSALS: Mapping[str, str] = {
    "policy_unknown": N_("Vi kjenner ikke denne fristen. Velg en av dem på siden."),
    "policy_own_date": N_(
        "«%(what)s» har sin egen dato i planen. Derfor er det ingen lengde å velge her."
    ),
    "policy_persons_window": N_(
        "«%(what)s» er personens egen frist etter loven. Kommunen kan ikke endre den. La den stå."
    ),
    "policy_law_longer": N_(
        "«%(what)s» kan ikke være %(given)s. Loven gir høyst %(most)s. Velg %(most)s eller kortere."
    ),
    "policy_window_shorter": N_(
        "«%(what)s» kan ikke være %(given)s. Den som er spurt, skal ha minst %(least)s til å svare. "
        "Velg %(least)s eller lengre."
    ),
    "policy_length": N_(
        "«%(what)s» kan ikke være %(given)s. Da ville noen vente for lenge, eller få beskjed med en "
        "gang. Velg fra %(least)s til %(most)s."
    ),
    "policy_many_rungs": N_(
        "«%(what)s» har for mange varsler, så ingen ville lese dem. Velg høyst %(most)s."
    ),
    "policy_nobody_near": N_(
        "Ingen som arbeider med saken, får beskjed om «%(what)s». Legg til et varsel til dem."
    ),
    "policy_last_role": N_(
        "Til slutt skal noen over saken vite om «%(what)s». Legg til et varsel til «%(role)s»."
    ),
    "policy_law_rung": N_(
        "«%(what)s» følger av loven. Varselet til «%(role)s» kan komme tidligere, men ikke senere og "
        "ikke bort. Behold det %(when)s, eller flytt det fram."
    ),
    "policy_unknown_role": N_("Vi vet ikke hvem som skal få beskjed. Velg en fra lista."),
    "policy_role": N_(
        "«%(role)s» får ikke beskjed om «%(what)s», for det angår dem ikke. Velg en annen fra lista."
    ),
    "policy_far_away": N_(
        "Et varsel ligger for langt fra fristen til å være til nytte. "
        "Velg høyst %(least)s før og %(most)s etter."
    ),
    "policy_rung_twice": N_(
        "«%(role)s» får det samme varselet to ganger. Ta bort det ene, eller flytt det."
    ),
    "policy_base": N_("«%(what)s» har ingen egen dag å telle fra. Tell fra fristen i stedet."),
    "policy_long_quiet": N_(
        "Så lange stille timer gjør at beskjeder kommer for sent. Velg høyst %(most)s timer."
    ),
    "policy_digest_quiet": N_(
        "Dagens samling kan ikke komme i de stille timene. Velg et klokkeslett utenfor dem."
    ),
    "policy_no_channel": N_(
        "Noen måte må folk få beskjed på. Velg e-post, SMS eller at koordinator sier det."
    ),
    "policy_number": N_("Tallet er utenfor det som gir mening. Velg fra %(least)s til %(most)s."),
    "policy_municipal": N_(
        "Dette gjelder hele kommunen og kan ikke velges for én enhet. Endre det for kommunen."
    ),
    "policy_in_past": N_(
        "Nye regler kan ikke gjelde fra en dag som er over. Velg i dag eller en senere dag."
    ),
    "policy_many_days": N_("Så mange dager kan ikke være stengt. Velg høyst %(most)s dager."),
}


def role_name(role: str, language: str) -> str:
    """What somebody on a ladder is called. KeyError for a role without words."""
    return translate(LADDER_ROLES[role], {}, language)


def length_text(number: int, unit: str, language: str) -> str:
    """A length with its unit: «14 dager», «1 måned», «5 virkedager»."""
    one, many = _LENGTHS[unit]
    return translate(
        one if number == 1 else many, {} if number == 1 else {"count": number}, language
    )


def rung_text(rung: Rung, language: str) -> str:
    """When a rung stands: «7 dager før fristen», «på fristdagen»."""
    base = rung.base if rung.base in _BEFORE else "due"
    if rung.offset == 0:
        return translate(_ON_THE_DAY[base], {}, language)
    side = _BEFORE if rung.offset < 0 else _AFTER
    length = length_text(abs(rung.offset), rung.unit, language)
    return translate(side[base], {"count": length}, language)


def refusal_text(code: str, params: Mapping[str, object], language: str) -> str:
    """What is told of one choice that cannot stand: its params are codes and numbers."""
    text = translate(POLICY_REFUSALS[code], _known(params, language), language)
    return text[:1].upper() + text[1:]


def _known(params: Mapping[str, object], language: str) -> dict[str, object]:
    known: dict[str, object] = dict(params)
    if "code" in params:
        code = str(params["code"])
        known["what"] = translate(DEADLINES[code], {}, language) if code in DEADLINES else code
    unit = str(params.get("unit", ""))
    if "role" in params:
        role = str(params["role"])
        known["role"] = role_name(role, language) if role in LADDER_ROLES else role
    if "offset" in params:
        rung = Rung(int(str(params["offset"])), unit, "")
        known["when"] = rung_text(rung, language)
    if unit:
        for name in ("given", "least", "most"):
            if name in params:
                known[name] = length_text(int(str(params[name])), unit, language)
    return known
