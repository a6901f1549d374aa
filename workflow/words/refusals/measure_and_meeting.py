"""Why a step of a measure or a meeting is not open now, by its guards' codes."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.sentence import SentenceSet, sentence_set
from workflow.words.text.translatable import N_

MEASURE_DENIALS: Mapping[str, SentenceSet] = {
    "no_goal_link": sentence_set(
        N_("Hva skal tiltaket hjelpe med? Velg et mål, eller skriv det viktigste først."),
        person=N_("Hva skal dette hjelpe deg med? Velg et mål."),
    ),
    "accountable_was_absent": sentence_set(
        N_(
            "%(name)s var ikke der og kan ikke ha sagt ja. "
            "Send spørsmålet, så svarer %(name)s selv, eller velg en annen."
        ),
        N_("Den som skal gjøre det, var ikke der. Send spørsmålet, eller velg en annen."),
    ),
    "accountable_not_accepted": sentence_set(
        N_(
            "%(name)s har ikke svart ennå. Ansvaret gjelder først når %(name)s sier ja. "
            "Vil du sende spørsmålet nå, eller velge en annen?"
        ),
        N_("Hvem har ansvaret for tiltaket? Velg en som har sagt ja."),
        person=(
            N_("%(name)s har ikke svart ennå. Vi venter på et ja."),
            N_("Hvem skal gjøre dette? Velg et navn."),
        ),
    ),
    "due_missing": sentence_set(
        N_(
            "Når er det avtalt til? Sett en dato. Skal det skje når anledningen byr seg, "
            "så velg en dag dere ser på det igjen."
        ),
        person=N_("Når er det avtalt til? Velg en dag."),
    ),
    "due_in_past": sentence_set(
        N_("%(date)s har vært. Velg en dag i dag eller senere."),
        person=N_("%(date)s har vært. Velg en ny dag."),
    ),
    "done_in_future": sentence_set(
        N_("%(date)s er ikke kommet ennå. Skriv dagen det ble gjort."),
        person=N_("%(date)s er ikke kommet ennå. Hvilken dag ble det gjort?"),
    ),
    "already_done": sentence_set(
        N_("Tiltaket ble gjort %(date)s. Nå kan dere evaluere det."),
        person=N_("Dette ble gjort %(date)s. Si gjerne hvordan det gikk."),
    ),
    "why_not_done_missing": sentence_set(
        N_("Tiltaket er ikke krysset av som gjort. Skriv hvorfor, eller når det ble gjort."),
        person=N_("Ble det gjort? Hvis ikke, skriv litt om hvorfor."),
    ),
    "outcome_missing": sentence_set(
        N_("Hvordan gikk det? Velg ett av svarene."),
        person=N_("Hvordan gikk det? Velg ett av svarene."),
    ),
    "not_own_measure": sentence_set(
        N_("Den ansvarlige eller koordinatoren flytter datoen. Spør dem."),
        person=N_("Noen andre skal gjøre dette. Be dem om en ny dag."),
    ),
    "not_before_ahead": sentence_set(
        N_("Tiltaket starter %(date)s, slik dere avtalte."),
        N_("Tiltaket starter på dagen dere avtalte."),
        person=(N_("Dette starter %(date)s."), N_("Dette starter på dagen dere avtalte.")),
    ),
    "nothing_to_take_back": sentence_set(
        N_("Det siste steget kan ikke tas tilbake nå. Noe nytt bygger på det."),
        person=N_("Dette kan ikke gjøres om her. Ring oss, så retter vi det sammen."),
    ),
    "take_back_too_late": sentence_set(
        N_(
            "Det er mer enn et døgn siden, eller en annen gjorde det. Koordinatoren kan rette, med en grunn."
        ),
        person=N_("Det er en stund siden. Be koordinatoren om å rette det."),
    ),
}

MEETING_DENIALS: Mapping[str, SentenceSet] = {
    "not_chair": sentence_set(
        N_("Den som leder møtet, eller koordinatoren, gjør dette. Spør dem."),
        person=N_("Den som leder møtet, gjør dette. Spør gjerne."),
    ),
    "not_minute_taker": sentence_set(
        N_("Den som skriver referat, leder møtet eller er koordinator, gjør dette. Spør dem."),
        person=N_("Den som skriver referat, gjør dette. Spør gjerne."),
    ),
    "not_called": sentence_set(
        N_("Dette svaret er for dem som er innkalt. Vil du være med, så spør den som leder møtet."),
        person=N_("Du står ikke på lista for møtet. Ring oss hvis du vil være med."),
    ),
    "meeting_not_come": sentence_set(
        N_("Møtet er %(date)s. Kom tilbake hit når det er holdt."),
        person=N_("Møtet er %(date)s. Kom tilbake hit etterpå."),
    ),
    "short_notice": sentence_set(
        N_("Møtet er om %(count)s dager. Under en uke er kort varsel. Skriv hvorfor det haster."),
        person=N_("Møtet er om %(count)s dager. Skriv hvorfor det haster."),
    ),
    "meeting_in_past": sentence_set(
        N_("Når er møtet? Velg en dag i dag eller senere."),
        person=N_("Når er møtet? Velg en dag i dag eller senere."),
    ),
}
