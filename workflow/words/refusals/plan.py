"""Why a step of the plan is not open now, by the plan guards' codes; measures and meetings stand beside."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.sentence import Told, told
from workflow.words.text.translatable import N_

REQUEST_DENIALS: Mapping[str, Told] = {
    "second_open_plan": told(
        N_("%(p)s har en plan fra før. Åpne den, og skriv det nye der."),
        person=N_("Du har en plan fra før. Skriv det nye der, eller ring oss."),
    ),
    "is_duplicate": told(
        N_(
            "%(p)s har en plan fra før. Koordinerende enhet ser på denne meldingen, "
            "og skriver det nye i planen som finnes."
        ),
        person=N_("Du har en plan fra før. Vi ser på meldingen, og skriver det nye der."),
    ),
    "reporter_needs_consent": told(
        N_(
            "Har %(p)s sagt ja til at dere melder behov? Skriv hvordan. "
            "Vet %(p)s ikke om det ennå, så kryss av for det."
        ),
        person=N_("Vi trenger et ja fra deg først. Du velger selv."),
    ),
    "undo_too_late": told(
        N_(
            "Det er over 30 dager siden. Koordinerende enhet kan gjenåpne planen som et nytt behov."
        ),
        person=N_("Det er over 30 dager siden. Be om en plan på nytt, så hjelper vi deg."),
    ),
    "complaint_in_future": told(
        N_("%(d)s er ikke kommet ennå. Skriv dagen klagen kom."),
        person=N_("Den dagen er ikke kommet ennå. Skriv dagen du klaget."),
    ),
    "date_in_past": told(
        N_("%(d)s har vært. Skriv en dag som kommer."),
        person=N_("Den dagen har vært. Skriv en dag som kommer."),
    ),
    "reach_person_missing": told(
        N_("%(p)s vet ikke om dette ennå. Skriv hvordan vi kan ringe eller møtes først."),
        person=N_("Skriv hvordan vi kan nå deg."),
    ),
    "consent_missing": told(
        N_("%(p)s har ikke sagt ja til en plan ennå. Ta det opp sammen, og skriv hva svaret ble."),
        person=N_("Vi trenger et ja fra deg først. Du velger selv."),
    ),
    "criteria_missing": told(
        N_(
            "Det mangler litt før vedtaket kan sendes: Hvorfor varer behovet lenge, og hvilke "
            "tjenester må samarbeide? Skriv det med vanlige ord. Én setning kan være nok."
        ),
        person=N_("Kontoret er ikke ferdig med svaret. Du hører fra oss."),
    ),
    "wish_not_asked": told(
        N_(
            "Spør hvem %(p)s helst vil ha som koordinator, og skriv svaret. "
            "«Ingen bestemt» er også et svar."
        ),
        person=N_("Hvem vil du helst ha? «Ingen bestemt» er også et svar."),
    ),
    "reasons_missing": told(
        N_("Et nei skal alltid ha en grunn. Skriv den med vanlige ord, så %(p)s forstår."),
        person=N_("Kontoret er ikke ferdig med svaret. Du hører fra oss."),
    ),
    "receiver_missing": told(
        N_("Hvem spør dere? Velg et kontor eller en kommune, eller skriv navnet på stedet."),
        person=N_("Hvem vil du spørre? Velg et navn."),
    ),
    "receipt_in_future": told(
        N_("Når bekreftet de? Skriv en dato som har vært. Har de ikke svart, er saken her ennå.")
    ),
    "not_granted": told(
        N_("Planen kan starte når svaret er ja. Det er %(enhet)s som svarer."),
        person=N_("Planen kan starte når svaret er ja. Du får brev."),
    ),
    "not_denied": told(
        N_("Svaret er ikke nei, så det er ingenting å gjøre om."),
        person=N_("Du har ikke fått nei, så det er ikke noe å gjøre om."),
    ),
}

USE_DENIALS: Mapping[str, Told] = {
    "coordinator_not_accepted": told(
        N_(
            "Planen kan starte når %(n)s har sagt ja til å være koordinator. "
            "Vil du spørre %(n)s, eller velge en annen?"
        ),
        N_("Planen kan starte når noen har sagt ja til å være koordinator. Vil du spørre en?"),
        person=(
            N_("Vi har spurt %(n)s om å være din koordinator. Planen starter når svaret er ja."),
            N_("Planen starter når du har fått en koordinator. Si gjerne hvem du vil ha."),
        ),
    ),
    "nothing_to_start_with": told(
        N_("Planen trenger ett mål, eller ett svar på hva som er viktigst. Ett er nok."),
        person=N_("Skriv hva som er viktigst for deg, eller ett mål. Ett er nok."),
    ),
    "review_date_wrong": told(
        N_("Når ser dere på planen sammen igjen? Velg en dag de neste %(x)s dagene."),
        N_("Når ser dere på planen sammen igjen? Velg en dag i det neste halve året."),
        person=(
            N_("Når ser dere på planen igjen? Velg en dag de neste %(x)s dagene."),
            N_("Når ser dere på planen igjen? Velg en dag i det neste halve året."),
        ),
    ),
    "informal_needs_leader": told(
        N_("Her må en leder være enig i å starte før vedtaket. Spør lederen, og skriv navnet."),
        person=N_("En leder må være enig først. Vi spør for deg."),
    ),
    "nobody_coordinates": told(
        N_("Hvem passer på planen fra nå av? Skriv et navn. Det kan være deg."),
        person=N_("Noen må passe på planen sammen med deg. Hvem vil du ha?"),
    ),
    "not_informal": told(
        N_("Planen har vedtak fra før. Dette er for planer som startet uten."),
    ),
    "effective_date_wrong": told(
        N_("Vedtaket kan gjelde fra %(d)s, da arbeidet startet, og fram til i dag."),
        N_("Vedtaket kan gjelde fra dagen arbeidet startet, og fram til i dag."),
    ),
    "review_incomplete": told(
        N_(
            "Nesten ferdig. %(x)s tiltak mangler svar: %(liste)s. "
            "«Fortsetter som før» er også et svar."
        ),
        person=N_(
            "Nesten ferdig. %(x)s tiltak venter på svar: %(liste)s. "
            "«Fortsetter som før» er også et svar."
        ),
    ),
    "rating_missing": told(
        N_(
            "Hva synes %(p)s selv? «Ønsket ikke å svare» er også et svar. "
            "Fikk dere ikke kontakt, så noter først hvordan dere prøvde."
        ),
        person=N_("Hva synes du selv? Du kan også si at du ikke vil svare."),
    ),
    "relatives_not_discussed": told(
        N_(
            "Snakk med %(p)s om hva pårørende får se: %(liste)s. "
            "Passer det ikke nå, så skriv hvorfor og når dere tar det opp igjen."
        ),
        person=N_("Hva skal dine nærmeste få se? Dere kan også ta det en annen dag: %(liste)s."),
    ),
    "pause_too_long": told(
        N_("Hvor lenge varer pausen? Velg en dag de neste 90 dagene. Pausen kan bli lengre siden."),
        person=N_("Hvor lenge vil du ha pause? Velg en dag de neste 90 dagene."),
    ),
    "not_paused": told(
        N_("Planen har ikke pause. Arbeidet går som før."),
        person=N_("Planen har ikke pause nå. Den er i gang."),
    ),
    "not_active_now": told(
        N_("Planen hviler allerede. Åpne den først hvis det er noe dere vil gjøre."),
        person=N_("Planen hviler nå. Du kan åpne den når du vil."),
    ),
    "receiver_absent": told(
        N_("Den dere har spurt, er borte nå. Vent til de er tilbake, eller spør en annen."),
        person=N_("Den du har spurt, er borte nå. Vil du spørre en annen?"),
    ),
    "acting_missing": told(
        N_("Hvem passer på planen nå? Skriv navnet. Planen skal aldri stå uten en som svarer."),
    ),
}

END_DENIALS: Mapping[str, Told] = {
    "appointment_missing": told(
        N_(
            "Hva er den første avtalen etter at %(p)s er hjemme? Skriv dag, klokka og hos hvem. "
            "Er den ikke laget, så skriv hva som gjenstår."
        ),
        person=N_("Vi avtaler først når du skal møte noen etter at du er hjemme."),
    ),
    "reason_missing": told(
        N_("Skriv kort hvorfor. Noen få ord er nok."),
        person=N_("Skriv litt om hvorfor. Noen få ord er nok."),
    ),
    "review_too_old": told(
        N_(
            "Dere så sist på planen %(d)s. Se på den sammen en gang til før dere avslutter. "
            "Det kan være kort."
        ),
        N_("Se på planen sammen før dere avslutter. Det kan være kort."),
        person=N_("Vi ser på planen sammen først. Det kan være kort."),
    ),
    "measures_open": told(
        N_("Åpne tiltak (%(x)s): %(liste)s. Gjør dem ferdig, eller legg dem bort."),
        person=N_("Noen tiltak er åpne ennå: %(liste)s. Bli ferdig med dem, eller legg dem bort."),
    ),
    "not_in_use": told(
        N_("Planen er ikke i bruk, så det er ingenting å avslutte."),
        person=N_("Planen er ikke i gang, så det er ikke noe å avslutte."),
    ),
    "not_ended_yet": told(
        N_("Planen gjelder til klagefristen er ute. Da avsluttes den av seg selv."),
        person=N_("Planen gjelder til klagefristen er ute. Du kan klage fram til da."),
    ),
    "nothing_to_undo": told(
        N_("Planen hviler ikke. Den er åpen som før."),
        person=N_("Planen er åpen. Du trenger ikke gjøre noe."),
    ),
    "too_few_tries": told(
        N_(
            "Planen kan hvile når dere har prøvd å få kontakt minst tre ganger på to måneder. "
            "Dere har notert %(x)s. Prøv gjerne på en ny måte."
        ),
        person=N_("Planen hviler bare hvis vi ikke får tak i deg på lenge."),
    ),
    "leader_missing": told(
        N_("En leder må være med på dette. Spør lederen, og skriv navnet."),
        person=N_("En leder må være med på dette."),
    ),
    "maker_alone": told(
        N_("Du skrev vedtaket det klages på. Ta med en kollega, og skriv hvem."),
    ),
    "appeal_running": told(
        N_("Klagefristen er ikke ute. Vent til %(d)s, så også brev i posten er kommet fram."),
        N_("Klagefristen er ikke ute ennå. Vent til den er det."),
        person=N_("Du kan klage ennå."),
    ),
    "closed_too_long": told(
        N_(
            "Planen ble avsluttet %(d)s. Det er over 90 dager siden. "
            "Gjenåpne den som et nytt behov, så kommer det et nytt svar."
        ),
        N_("Planen er for lenge siden avsluttet. Gjenåpne den som et nytt behov."),
        person=N_(
            "Det er en stund siden planen ble avsluttet. Be om en plan på nytt, så hjelper vi deg."
        ),
    ),
    "handed_over": told(
        N_("Et annet sted har planen nå. Kommer personen tilbake, ta imot planen derfra."),
    ),
    "was_error": told(
        N_("Planen ble ført feil og er tatt ut. Meld behovet på nytt hvis det trengs en plan."),
        person=N_("Noe var ført feil her. Be om en plan på nytt, så hjelper vi deg."),
    ),
    "second_person_missing": told(
        N_(
            "To må se at noe er ført feil. Be en kollega bekrefte, eller skriv hvilken leder som er med."
        ),
    ),
    "nothing_decided": told(
        N_("Planen var aldri i bruk. Gjenåpne den som et nytt behov, så kommer det et svar."),
        person=N_("Planen var ikke i gang. Be om en plan på nytt, så får du svar."),
    ),
}

PLAN_DENIALS: Mapping[str, Told] = {**REQUEST_DENIALS, **USE_DENIALS, **END_DENIALS}
