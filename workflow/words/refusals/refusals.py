"""What a refused step is told: what, why and what now, by the code that decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow.language import translate
from workflow.rules.engine.denials import Denial, PlanlopError
from workflow.words.labels.relations import who_decides
from workflow.words.labels.states import LABELS, state_label
from workflow.words.refusals.measure_and_meeting import MEASURE_DENIALS, MEETING_DENIALS
from workflow.words.refusals.offboarding import OFFBOARDING_DENIALS
from workflow.words.refusals.plan import PLAN_DENIALS
from workflow.words.refusals.sharing import SHARING_DENIALS
from workflow.words.text.sentence import PERSON, STAFF, SentenceSet, say_sentence, sentence_set
from workflow.words.text.translatable import N_

SHARED_DENIALS: Mapping[str, SentenceSet] = {
    "person_not_agreed": sentence_set(
        N_(
            "%(person)s har ikke sagt ja til dette ennå. Ta det opp sammen. "
            "Har dere alt snakket, kan du skrive hva %(person)s sa."
        ),
        person=N_("Vi gjør ikke dette uten et ja fra deg."),
    ),
    "person_not_agreed.measure": sentence_set(
        N_(
            "%(person)s har ikke sagt ja til tiltaket ennå. Ta det opp sammen. "
            "Har dere alt snakket, kan du skrive hva %(person)s sa."
        ),
        person=N_("Vi gjør ikke dette uten et ja fra deg."),
    ),
    "agreement_in_future": sentence_set(
        N_("%(date)s er ikke kommet ennå. Skriv dagen dere ble enige."),
    ),
    "plan_closed": sentence_set(
        N_(
            "Planen er avsluttet. Den kan leses, men ikke endres. Koordinerende enhet kan gjenåpne den."
        ),
        person=N_("Planen er avsluttet. Du kan lese den. Vil du ta den opp igjen, så ring oss."),
    ),
    "plan_not_in_use": sentence_set(
        N_("Planen er ikke i bruk ennå. Start planen først, så går dette."),
        person=N_("Planen er ikke i gang ennå. Du kan gjøre dette når den starter."),
    ),
    "no_open_offer": sentence_set(
        N_("Det er ingen som venter på svar her. Noen kan ha svart, eller spørsmålet er trukket."),
        person=N_("Det er ingen som venter på svar her nå."),
    ),
    "offer_already_open": sentence_set(
        N_(
            "%(name)s er spurt og har ikke svart ennå. Trekk det spørsmålet først, eller vent på svar."
        ),
        N_("Noen er spurt og har ikke svart ennå. Trekk det spørsmålet først, eller vent på svar."),
        person=(
            N_("%(name)s er spurt og har ikke svart ennå."),
            N_("Noen er spurt og har ikke svart ennå."),
        ),
    ),
    "own_interest": sentence_set(
        N_(
            "Dette gjelder deg selv, og da er du ikke nok alene. Velg en leder eller et kontor som "
            "skal bekrefte, eller be en annen gjøre det."
        ),
        person=N_("Dette gjelder deg selv. Be koordinatoren eller kommunen om å gjøre det."),
    ),
    "second_human_missing": sentence_set(
        N_("To må stå bak dette. Velg hvem som skal bekrefte. Det skjer først når de har svart."),
        person=N_("To i kommunen må stå bak dette. Ring oss, så hjelper vi deg."),
    ),
    "own_question": sentence_set(
        N_("Du spurte om dette selv. Da må en annen svare."),
        person=N_("Du spurte om dette selv. Da må en annen svare."),
    ),
    "own_work": sentence_set(
        N_("Du har gjort dette selv. Da må en kollega se på det."),
        person=N_("Den som gjorde dette, ser ikke på det selv. En annen gjør det."),
    ),
    "at_lent_screen": sentence_set(
        N_("Dette gjelder den som låner bort skjermen. %(person)s gjør det på sin egen skjerm."),
        person=N_("Dette gjelder den som låner deg skjermen. Gjør det når du er logget inn selv."),
    ),
    "not_yours_to_confirm": sentence_set(
        N_("Dette må den som er spurt, bekrefte selv. Si fra til den som spurte."),
        person=N_("Dette må den som er spurt, bekrefte selv."),
    ),
    "asker_gone": sentence_set(
        N_("Den som spurte deg, har ikke planen lenger. Svar nei, så faller spørsmålet bort."),
        person=N_("Den som spurte, har ikke planen lenger."),
    ),
    "not_your_question": sentence_set(
        N_("Bare den som spurte, kan trekke spørsmålet."),
        person=N_("Bare den som spurte, kan trekke spørsmålet."),
    ),
    "offer_is_elsewhere": sentence_set(
        N_("Spørsmålet gikk til et annet sted. De svarer derfra."),
    ),
    "offer_is_here": sentence_set(
        N_("Spørsmålet gikk ikke til en annen kommune. Kontoret som ble spurt, svarer selv."),
        person=N_("Spørsmålet gikk ikke til en annen kommune."),
    ),
    "offer_is_inside": sentence_set(
        N_(
            "Kontoret som er spurt, svarer her i programmet. Vent på svaret, eller trekk spørsmålet."
        ),
        person=N_("Kontoret som er spurt, svarer her. Vi venter på svaret."),
    ),
    "discharge_stands": sentence_set(
        N_(
            "Kommunen har ansvaret når en innbygger kommer hjem. "
            "Bor personen ikke hos dere, så kryss av for det og skriv hvorfor."
        ),
    ),
    "offer_not_expired": sentence_set(
        N_("De som er spurt, har tid på seg ennå. Spørsmålet går ut av seg selv."),
        person=N_("De som er spurt, har tid på seg ennå."),
    ),
    "complaint_open": sentence_set(
        N_("En klage er til behandling. Planen blir ikke avsluttet før klagen har fått svar."),
        person=N_("Vi ser på klagen din. Ingenting blir avsluttet før du har fått svar."),
    ),
    "no_transition": sentence_set(
        N_(
            "Ingen overgang venter på å bli forberedt. Skriv inn den som kommer, så minner vi på den."
        ),
    ),
    "no_emergency": sentence_set(
        N_("Ingen nødinnsyn venter på oppfølging her."),
    ),
    "no_access_request": sentence_set(
        N_("Ingen har bedt om innsyn her, eller det er svart alt."),
    ),
    "no_data_request": sentence_set(
        N_("Ingen har bedt om retting eller sletting her, eller det er svart alt."),
    ),
    "no_more_time": sentence_set(
        N_("Ingenting venter på svar her, eller det er gitt lengre tid før. Det kan gis én gang."),
    ),
    "no_complaint": sentence_set(
        N_("Det er ingen klage som venter på svar her."),
    ),
    "complaint_not_forwarded": sentence_set(
        N_("Ingen klage ligger hos statsforvalteren. Vurder klagen og send den videre først."),
    ),
    "reverse_instead": sentence_set(
        N_("Skal et nei bli ja, så bruk «Gjør om vedtaket». Da får personen et nytt brev."),
    ),
    "uphold_instead": sentence_set(
        N_("Førte klagen på et nei fram, så bruk «Klagen førte fram». Da vurderes saken på nytt."),
    ),
    "no_way_back": sentence_set(
        N_("Det er ikke noe tidligere steg å gå tilbake til."),
        person=N_("Det er ikke noe å gå tilbake til her."),
    ),
    "paused": sentence_set(
        N_("Planen har pause. Sett den i gang igjen først. Meldinger og lesing går som før."),
        person=N_("Planen har pause. Sett den i gang igjen når du vil."),
    ),
    "not_yours_to_decide": sentence_set(
        N_("Det er %(who)s som avgjør dette. Spør gjerne. Ring %(phone)s hvis du lurer på noe."),
        N_("Det er %(who)s som avgjør dette. Spør gjerne."),
        person=N_("Det er %(who)s som avgjør dette. Du kan be om det, så får du svar."),
    ),
    "not_yours_to_decide.office": sentence_set(
        N_(
            "Det er %(office)s som avgjør dette. Du kan sende saken dit nå, med det du har skrevet. "
            "Ring %(phone)s hvis du lurer på noe."
        ),
        N_(
            "Det er %(office)s som avgjør dette. Du kan sende saken dit nå, med det du har skrevet."
        ),
        person=N_("Det er %(office)s som avgjør dette. Du kan be om det, så får du svar."),
    ),
    "not_yours_to_decide.person": sentence_set(
        N_("Dette velger %(person)s selv. Ta det opp sammen, og skriv hva %(person)s sa."),
        person=N_("Dette kan den som eier planen, velge selv."),
    ),
    "not_yours_to_decide.clock": sentence_set(
        N_("Dette skjer av seg selv når dagen er kommet."),
        person=N_("Dette skjer av seg selv når dagen er kommet."),
    ),
    "policy_in_effect": sentence_set(
        N_(
            "Disse reglene gjelder alt, og folk har rettet seg etter dem. "
            "Lag nye regler som gjelder fra i dag i stedet."
        ),
    ),
    "on_behalf_unrecorded": sentence_set(
        N_(
            "Dette er noe %(person)s selv gjør. Skriv hvordan %(person)s sa ja, så kan du føre det."
        ),
        person=N_("Dette gjør du selv, eller vi gjør det når du har sagt ja."),
    ),
    "not_shared": sentence_set(
        N_(
            "%(person)s har valgt hva som deles, og denne delen er ikke med. "
            "Trenger du noe herfra, så spør %(coordinator)s."
        ),
        person=N_("Denne delen er ikke delt med deg. Spør %(coordinator)s."),
    ),
    "goals_unread": sentence_set(
        N_(
            "Du leser ikke målene i denne planen, og kan derfor ikke velge et av dem. "
            "Spør %(coordinator)s."
        ),
        person=N_("Målene er ikke delt med deg. Spør %(coordinator)s."),
    ),
}

STATE_DENIALS: Mapping[str, SentenceSet] = {
    "wrong_state": sentence_set(
        N_("Dette passer ikke nå. Det står som «%(state)s»."),
        N_("Dette passer ikke nå. Noe annet kommer først."),
        person=N_("Dette går ikke akkurat nå."),
    ),
    "wrong_state.plan": sentence_set(
        N_("Dette passer ikke nå. Planen står som «%(state)s»."),
        person=N_("Dette går ikke akkurat nå. Planen står slik: %(state)s."),
    ),
    "wrong_state.plan.transferred": sentence_set(
        N_(
            "%(place)s er spurt og svarer innen %(date)s. Du har ansvaret til da. "
            "Arbeidet kan gå som før. Du kan også trekke tilbudet."
        ),
        N_(
            "Noen andre er spurt om å ta over. Ansvaret er her til de svarer. "
            "Arbeidet kan gå som før. Du kan også trekke tilbudet."
        ),
        person=N_("Noen andre er spurt om å ta over planen. Alt går som før til de svarer."),
    ),
    "wrong_state.measure": sentence_set(
        N_("Dette passer ikke nå. Tiltaket står som «%(state)s»."),
        person=N_("Dette går ikke akkurat nå. Tiltaket står slik: %(state)s."),
    ),
    "wrong_state.meeting": sentence_set(
        N_("Dette passer ikke nå. Møtet står som «%(state)s»."),
        person=N_("Dette går ikke akkurat nå. Møtet står slik: %(state)s."),
    ),
    "wrong_state_closed": sentence_set(
        N_("Dette er avsluttet. Det kan leses, men ikke endres."),
        person=N_("Dette er avsluttet. Du kan lese det."),
    ),
    "wrong_state_closed.plan": sentence_set(
        N_(
            "Planen er avsluttet. Den kan leses, men ikke endres. Koordinerende enhet kan gjenåpne den."
        ),
        person=(
            N_(
                "Planen er avsluttet. Du kan lese den, men ikke endre den. "
                "Vil du ta den opp igjen? Trykk her, så ringer %(coordinator)s deg."
            ),
        ),
    ),
    "wrong_state_closed.measure": sentence_set(
        N_("Tiltaket er ferdig eller lagt bort. Ta det opp igjen først hvis det skal brukes."),
        person=N_("Dette er ferdig. Si fra hvis du vil ta det opp igjen."),
    ),
}

ERRORS: Mapping[str, SentenceSet] = {
    "stale_version": sentence_set(
        N_(
            "%(name)s endret planen kl. %(hour)s, mens du skrev. Det du skrev, er tatt vare på. "
            "Se hva som er nytt, og lagre igjen."
        ),
        N_(
            "Noen andre endret planen mens du skrev. Det du skrev, er tatt vare på. "
            "Se hva som er nytt, og lagre igjen."
        ),
    ),
    "plan_moved": sentence_set(
        N_("Noen andre lagret i samme øyeblikk. Prøv en gang til."),
    ),
    "not_there": sentence_set(
        N_("Vi fant ikke dette. Adressen kan være feil, eller det er ikke delt med deg."),
    ),
    "bad_input": sentence_set(
        N_("Noe i skjemaet må rettes. Se på feltene som er merket."),
        person=N_("Se på svarene en gang til. Noe må rettes."),
    ),
    "read_only": sentence_set(
        N_("Vi får ikke lagret akkurat nå. Det du skrev, er ikke sendt. Prøv igjen om litt."),
    ),
    "unknown_step": sentence_set(
        N_("Dette steget finnes ikke. Gå tilbake, og velg på nytt."),
    ),
    "ambiguous_step": sentence_set(
        N_("Flere steg heter det samme. Gå tilbake, og velg på nytt."),
    ),
    "wrong_subject": sentence_set(
        N_("Dette steget gjelder noe annet. Gå tilbake, og velg på nytt."),
    ),
    "refused": sentence_set(
        N_("Dette går ikke akkurat nå. Grunnene står under."),
    ),
    "immovable": sentence_set(
        N_("Noe er galt hos oss, så dette gikk ikke. Ingenting er endret. Ring oss."),
    ),
    "error": sentence_set(
        N_("Noe gikk galt hos oss. Ingenting er endret. Prøv igjen, eller ring oss."),
    ),
}

DENIALS: Mapping[str, SentenceSet] = {
    **SHARED_DENIALS,
    **STATE_DENIALS,
    **PLAN_DENIALS,
    **MEASURE_DENIALS,
    **MEETING_DENIALS,
    **OFFBOARDING_DENIALS,
    **SHARING_DENIALS,
    **ERRORS,
}

# What every reader may be told without the guard: names the page knows, with an everyday stand-in.
STAND_INS: Mapping[str, str] = {
    "person": N_("personen"),
    "office": N_("kontoret"),
    "coordinator": N_("koordinatoren"),
}
NAMES = frozenset({*STAND_INS, "phone", "who", "state", "place", "date", "name", "hour"})


def denial_text(
    denial: Denial,
    language: str,
    voice: str = STAFF,
    names: Mapping[str, object] | None = None,
) -> str:
    """One reason in the reader's words: what, why, what now.

    names: person, office (the deciding one), phone, coordinator, place and date (who is asked
    to take over, until when), name and hour (who changed it, when); all may be left out.
    """
    known = _known(denial, language, voice, names or {})
    text = say_sentence(_entry(denial).to(voice), known, language)
    return text[:1].upper() + text[1:]


def denial_texts(
    denials: Sequence[Denial],
    language: str,
    voice: str = STAFF,
    names: Mapping[str, object] | None = None,
) -> list[str]:
    """The reasons of one step, each once, in the order of the rules."""
    return list(dict.fromkeys(denial_text(each, language, voice, names) for each in denials))


def error_text(
    error: PlanlopError,
    language: str,
    voice: str = STAFF,
    names: Mapping[str, object] | None = None,
) -> str:
    """The sentence of a named error that is not a refusal by the rules."""
    known = {**_stand_ins(language), **(names or {}), **error.params}
    text = say_sentence(DENIALS[error.code].to(voice), known, language)
    return text[:1].upper() + text[1:]


def _known(
    denial: Denial, language: str, voice: str, names: Mapping[str, object]
) -> dict[str, object]:
    """What the guard gave, over what the page knows, over the stand-ins."""
    given = {key: value for key, value in denial.params.items() if value not in (None, "")}
    known: dict[str, object] = {**_stand_ins(language), **_filled(names), **given}
    known["who"] = who_decides(denial.who_can, language)
    machine, state = str(given.get("machine", "")), str(given.get("state", ""))
    if machine in LABELS and state in LABELS[machine]:
        label = state_label(machine, state, language, voice, names=names)
        known["state"] = label[:1].lower() + label[1:] if voice == PERSON else label
    return known


def _filled(names: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in names.items() if value not in (None, "")}


def _stand_ins(language: str) -> dict[str, object]:
    return {key: translate(word, {}, language) for key, word in STAND_INS.items()}


def _entry(denial: Denial) -> SentenceSet:
    """The narrowest entry of a code: by machine and state, or by who decides."""
    machine, state = denial.params.get("machine"), denial.params.get("state")
    narrower = (
        f"{denial.code}.{machine}.{state}",
        f"{denial.code}.{machine}",
        f"{denial.code}.{_who_kind(denial.who_can)}",
    )
    return next((DENIALS[key] for key in narrower if key in DENIALS), DENIALS[denial.code])


def _who_kind(who_can: Sequence[str]) -> str:
    """The office, the person or the clock where one of them alone decides."""
    groups = {"deciding_unit": "office", "clock": "clock", "person": "person"}
    groups["representative"] = "person"
    kinds = {groups.get(relation, "others") for relation in who_can}
    return kinds.pop() if len(kinds) == 1 else "others"
