"""Why a step of the plan is not open now, by the plan guards' codes."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.sentence import SentenceSet, sentence_set
from workflow.words.text.translatable import N_

REQUEST_DENIALS: Mapping[str, SentenceSet] = {
    "second_open_plan": sentence_set(
        N_("%(person)s har en plan fra før. Åpne den, og skriv det nye der."),
        person=N_("Du har en plan fra før. Skriv det nye der, eller ring oss."),
    ),
    "is_duplicate": sentence_set(
        N_(
            "%(person)s har en plan fra før. Koordinerende enhet ser på denne meldingen, "
            "og skriver det nye i planen som finnes."
        ),
        person=N_("Du har en plan fra før. Vi ser på meldingen, og skriver det nye der."),
    ),
    "reporter_needs_consent": sentence_set(
        N_(
            "Har %(person)s sagt ja til at dere melder behov? Skriv hvordan. "
            "Vet %(person)s ikke om det ennå, så kryss av for det."
        ),
        person=N_("Vi trenger et ja fra deg først. Du velger selv."),
    ),
    "undo_too_late": sentence_set(
        N_(
            "Det er over 30 dager siden. Koordinerende enhet kan gjenåpne planen som et nytt behov."
        ),
        person=N_("Det er over 30 dager siden. Be om en plan på nytt, så hjelper vi deg."),
    ),
    "complaint_in_future": sentence_set(
        N_("%(date)s er ikke kommet ennå. Skriv dagen klagen kom."),
        person=N_("Den dagen er ikke kommet ennå. Skriv dagen du klaget."),
    ),
    "date_in_past": sentence_set(
        N_("%(date)s har vært. Skriv en dag som kommer."),
        person=N_("Den dagen har vært. Skriv en dag som kommer."),
    ),
    "reach_person_missing": sentence_set(
        N_("%(person)s vet ikke om dette ennå. Skriv hvordan vi kan ringe eller møtes først."),
        person=N_("Skriv hvordan vi kan nå deg."),
    ),
    "consent_missing": sentence_set(
        N_(
            "%(person)s har ikke sagt ja til en plan ennå. Ta det opp sammen, og skriv hva svaret ble."
        ),
        person=N_("Vi trenger et ja fra deg først. Du velger selv."),
    ),
    "criteria_missing": sentence_set(
        N_(
            "Det mangler litt før vedtaket kan sendes: Hvorfor varer behovet lenge, og hvilke "
            "tjenester må samarbeide? Skriv det med vanlige ord. Én setning kan være nok."
        ),
        person=N_("Kontoret er ikke ferdig med svaret. Du hører fra oss."),
    ),
    "wish_not_asked": sentence_set(
        N_(
            "Spør hvem %(person)s helst vil ha som koordinator, og skriv svaret. "
            "«Ingen bestemt» er også et svar."
        ),
        person=N_("Hvem vil du helst ha? «Ingen bestemt» er også et svar."),
    ),
    "reasons_missing": sentence_set(
        N_("Et nei skal alltid ha en grunn. Skriv den med vanlige ord, så %(person)s forstår."),
        person=N_("Kontoret er ikke ferdig med svaret. Du hører fra oss."),
    ),
    "receiver_missing": sentence_set(
        N_("Hvem spør dere? Velg et kontor eller en kommune, eller skriv navnet på stedet."),
        person=N_("Hvem vil du spørre? Velg et navn."),
    ),
    "receipt_in_future": sentence_set(
        N_("Når bekreftet de? Skriv en dato som har vært. Har de ikke svart, er saken her ennå.")
    ),
    "not_granted": sentence_set(
        N_("Planen kan starte når svaret er ja. Det er %(office)s som svarer."),
        person=N_("Planen kan starte når svaret er ja. Du får brev."),
    ),
    "not_denied": sentence_set(
        N_("Svaret er ikke nei, så det er ingenting å gjøre om."),
        person=N_("Du har ikke fått nei, så det er ikke noe å gjøre om."),
    ),
}

USE_DENIALS: Mapping[str, SentenceSet] = {
    "coordinator_not_accepted": sentence_set(
        N_(
            "Planen kan starte når %(name)s har sagt ja til å være koordinator. "
            "Vil du spørre %(name)s, eller velge en annen?"
        ),
        N_("Planen kan starte når noen har sagt ja til å være koordinator. Vil du spørre en?"),
        person=(
            N_("Vi har spurt %(name)s om å være din koordinator. Planen starter når svaret er ja."),
            N_("Planen starter når du har fått en koordinator. Si gjerne hvem du vil ha."),
        ),
    ),
    "nothing_to_start_with": sentence_set(
        N_("Planen trenger ett mål, eller ett svar på hva som er viktigst. Ett er nok."),
        person=N_("Skriv hva som er viktigst for deg, eller ett mål. Ett er nok."),
    ),
    "review_date_wrong": sentence_set(
        N_("Når ser dere på planen sammen igjen? Velg en dag de neste %(count)s dagene."),
        N_("Når ser dere på planen sammen igjen? Velg en dag i det neste halve året."),
        person=(
            N_("Når ser dere på planen igjen? Velg en dag de neste %(count)s dagene."),
            N_("Når ser dere på planen igjen? Velg en dag i det neste halve året."),
        ),
    ),
    "informal_needs_leader": sentence_set(
        N_("Her må en leder bekrefte før dere starter uten vedtak. Velg hvem som skal bekrefte."),
        person=N_("En leder må være enig først. Vi spør for deg."),
    ),
    "coordinator_works": sentence_set(
        N_(
            "Planen har en koordinator. Skriv hvorfor den skal være uten, og velg en leder eller en "
            "kollega som skal bekrefte. Koordinatoren får vite det."
        ),
        person=N_("Planen har en koordinator. To i kommunen må stå bak et bytte."),
    ),
    "nobody_coordinates": sentence_set(
        N_("Hvem passer på planen fra nå av? Skriv et navn. Det kan være deg."),
        person=N_("Noen må passe på planen sammen med deg. Hvem vil du ha?"),
    ),
    "not_informal": sentence_set(
        N_("Planen har vedtak fra før. Dette er for planer som startet uten."),
    ),
    "effective_date_wrong": sentence_set(
        N_("Vedtaket kan gjelde fra %(date)s, da arbeidet startet, og fram til i dag."),
        N_("Vedtaket kan gjelde fra dagen arbeidet startet, og fram til i dag."),
    ),
    "review_incomplete": sentence_set(
        N_(
            "Nesten ferdig. %(count)s tiltak mangler svar: %(list)s. "
            "«Fortsetter som før» er også et svar."
        ),
        person=N_(
            "Nesten ferdig. %(count)s tiltak venter på svar: %(list)s. "
            "«Fortsetter som før» er også et svar."
        ),
    ),
    "rating_missing": sentence_set(
        N_(
            "Hva synes %(person)s selv? «Ønsket ikke å svare» er også et svar. "
            "Fikk dere ikke kontakt, så noter først hvordan dere prøvde."
        ),
        person=N_("Hva synes du selv? Du kan også si at du ikke vil svare."),
    ),
    "relatives_not_discussed": sentence_set(
        N_(
            "Snakk med %(person)s om hva pårørende får se: %(list)s. "
            "Passer det ikke nå, så skriv hvorfor og når dere tar det opp igjen."
        ),
        person=N_("Hva skal dine nærmeste få se? Dere kan også ta det en annen dag: %(list)s."),
    ),
    "pause_too_long": sentence_set(
        N_("Hvor lenge varer pausen? Velg en dag de neste 90 dagene. Pausen kan bli lengre siden."),
        person=N_("Hvor lenge vil du ha pause? Velg en dag de neste 90 dagene."),
    ),
    "not_paused": sentence_set(
        N_("Planen har ikke pause. Arbeidet går som før."),
        person=N_("Planen har ikke pause nå. Den er i gang."),
    ),
    "not_active_now": sentence_set(
        N_("Planen hviler allerede. Åpne den først hvis det er noe dere vil gjøre."),
        person=N_("Planen hviler nå. Du kan åpne den når du vil."),
    ),
    "receiver_absent": sentence_set(
        N_("Den dere har spurt, er borte nå. Vent til de er tilbake, eller spør en annen."),
        person=N_("Den du har spurt, er borte nå. Vil du spørre en annen?"),
    ),
    "acting_missing": sentence_set(
        N_("Hvem passer på planen nå? Skriv navnet. Planen skal aldri stå uten en som svarer."),
    ),
}

END_DENIALS: Mapping[str, SentenceSet] = {
    "appointment_missing": sentence_set(
        N_(
            "Hva er den første avtalen etter at %(person)s er hjemme? Skriv dag, klokka og hos hvem. "
            "Er den ikke laget, så skriv hva som gjenstår."
        ),
        person=N_("Vi avtaler først når du skal møte noen etter at du er hjemme."),
    ),
    "reason_missing": sentence_set(
        N_("Skriv kort hvorfor. Noen få ord er nok."),
        person=N_("Skriv litt om hvorfor. Noen få ord er nok."),
    ),
    "review_too_old": sentence_set(
        N_(
            "Dere så sist på planen %(date)s. Se på den sammen en gang til før dere avslutter. "
            "Det kan være kort."
        ),
        N_("Se på planen sammen før dere avslutter. Det kan være kort."),
        person=N_("Vi ser på planen sammen først. Det kan være kort."),
    ),
    "measures_open": sentence_set(
        N_("Åpne tiltak (%(count)s): %(list)s. Gjør dem ferdig, eller legg dem bort."),
        person=N_("Noen tiltak er åpne ennå: %(list)s. Bli ferdig med dem, eller legg dem bort."),
    ),
    "not_in_use": sentence_set(
        N_("Planen er ikke i bruk, så det er ingenting å avslutte."),
        person=N_("Planen er ikke i gang, så det er ikke noe å avslutte."),
    ),
    "not_ended_yet": sentence_set(
        N_("Planen gjelder til klagefristen er ute. Da avsluttes den av seg selv."),
        person=N_("Planen gjelder til klagefristen er ute. Du kan klage fram til da."),
    ),
    "nothing_to_undo": sentence_set(
        N_("Planen hviler ikke. Den er åpen som før."),
        person=N_("Planen er åpen. Du trenger ikke gjøre noe."),
    ),
    "too_few_tries": sentence_set(
        N_(
            "Planen kan hvile når dere har prøvd å få kontakt minst tre ganger på to måneder. "
            "Dere har notert %(count)s. Prøv gjerne på en ny måte."
        ),
        person=N_("Planen hviler bare hvis vi ikke får tak i deg på lenge."),
    ),
    "maker_alone": sentence_set(
        N_("Du skrev vedtaket det klages på. Velg en kollega som skal bekrefte det nye svaret."),
    ),
    "appeal_running": sentence_set(
        N_("Klagefristen er ikke ute. Vent til %(date)s, så også brev i posten er kommet fram."),
        N_("Klagefristen er ikke ute ennå. Vent til den er det."),
        person=N_("Du kan klage ennå."),
    ),
    "closed_too_long": sentence_set(
        N_(
            "Planen ble avsluttet %(date)s. Det er over 90 dager siden. "
            "Gjenåpne den som et nytt behov, så kommer det et nytt svar."
        ),
        N_("Planen er for lenge siden avsluttet. Gjenåpne den som et nytt behov."),
        person=N_(
            "Det er en stund siden planen ble avsluttet. Be om en plan på nytt, så hjelper vi deg."
        ),
    ),
    "handed_over": sentence_set(
        N_("Et annet sted har planen nå. Kommer personen tilbake, ta imot planen derfra."),
    ),
    "was_error": sentence_set(
        N_("Planen ble ført feil og er tatt ut. Meld behovet på nytt hvis det trengs en plan."),
        person=N_("Noe var ført feil her. Be om en plan på nytt, så hjelper vi deg."),
    ),
    "nothing_decided": sentence_set(
        N_("Planen var aldri i bruk. Gjenåpne den som et nytt behov, så kommer det et svar."),
        person=N_("Planen var ikke i gang. Be om en plan på nytt, så får du svar."),
    ),
}

CONTENT_DENIALS: Mapping[str, SentenceSet] = {
    "no_goal": sentence_set(
        N_("Planen har ingen mål som er åpne. Skriv inn et mål først."),
        person=N_("Du har ingen mål som er åpne nå. Vil du skrive et?"),
    ),
    "goal_ended": sentence_set(
        N_("Målet er avsluttet fra før. Skriv et nytt mål hvis %(person)s vil videre."),
        person=N_("Målet er ferdig fra før. Vil du videre, så skriv et nytt."),
    ),
    "nobody_around": sentence_set(
        N_("Ingen andre er med i planen nå. Legg til den det gjelder først."),
        person=N_("Ingen andre er med i planen nå."),
    ),
    "no_wish": sentence_set(
        N_("Ingenting venter på svar fra deg her. Noen kan ha svart alt."),
        person=N_("Ingenting venter på svar her nå."),
    ),
}

PLAN_DENIALS: Mapping[str, SentenceSet] = {
    **REQUEST_DENIALS,
    **USE_DENIALS,
    **END_DENIALS,
    **CONTENT_DENIALS,
}
