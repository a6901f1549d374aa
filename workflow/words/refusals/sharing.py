"""Why something cannot be shared just so, by the sharing guards' codes."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.sentence import SentenceSet, sentence_set
from workflow.words.text.translatable import N_

SHARING_DENIALS: Mapping[str, SentenceSet] = {
    "nothing_shared": sentence_set(
        N_(
            "Ingenting er valgt. Kryss av for minst én del. "
            "Vil %(person)s ikke dele noe, så bruk «Slutt å dele»."
        ),
        person=N_("Du har ikke valgt noe. Velg én del. Vil du ikke dele, så slutt å dele."),
    ),
    "shared_with_nobody": sentence_set(
        N_("%(person)s deler ikke planen med noen nå. Da er det ingenting å slutte med."),
        person=N_("Du deler ikke planen med noen nå."),
    ),
    "no_health_note": sentence_set(
        N_("Det står ingenting om helse i planen nå."),
        person=N_("Det står ingenting om helsen din i planen nå."),
    ),
    "nobody_represents": sentence_set(
        N_("Ingen handler for %(person)s nå."),
        person=N_("Ingen handler for deg nå."),
    ),
    "not_your_representation": sentence_set(
        N_("Du kan slutte selv. Om andre skal slutte, bestemmer %(person)s."),
        person=N_("Du kan slutte selv. Om andre skal slutte, bestemmer planeieren."),
    ),
    "paper_missing": sentence_set(
        N_("Skriv hvilket papir som viser det, eller hvordan %(person)s sa det."),
        person=N_("Ring oss, så hjelper vi."),
    ),
    "parents_give": sentence_set(
        N_(
            "%(person)s er under 16 år. Da er det en forelder eller verge som sier ja. "
            "Skriv først inn hvem som kan handle for %(person)s."
        ),
        person=N_("Du er under 16 år. De voksne hjemme sier ja først. Vil du spørre dem?"),
    ),
    "person_gives": sentence_set(
        N_("%(person)s er fylt 16 år og sier ja selv. Snakk sammen, og skriv hva %(person)s sa."),
        person=N_("Fra 16 år sier den som eier planen, ja selv."),
    ),
    "giver_not_representing": sentence_set(
        N_(
            "Den som er valgt, står ikke som en som kan handle for %(person)s nå. "
            "Skriv inn det først, eller velg en annen."
        ),
        person=N_("Den du valgte, kan ikke si ja her nå. Ring oss, så hjelper vi."),
    ),
    "child_not_heard": sentence_set(
        N_(
            "%(person)s er fylt 12 år og skal bli hørt. Skriv hva %(person)s sier, eller hvorfor ikke."
        ),
        person=N_("Barnet er fylt 12 år. Skriv hva barnet selv sier, eller hvorfor ikke."),
    ),
    "kept_from_parents_wrong": sentence_set(
        N_(
            "Det er bare barn fra 12 til 15 år som kan be om at foreldrene ikke får vite det, "
            "og da sier barnet ja selv."
        ),
        person=N_("Dette kan bare velges av barn fra 12 til 15 år."),
    ),
    "sharing_is_old": sentence_set(
        N_("Det er over 30 dager siden. Velg på nytt hva %(person)s vil dele."),
        person=N_("Det er over 30 dager siden. Velg på nytt hva du vil dele."),
    ),
    "beyond_representation": sentence_set(
        N_("Representanten kan ikke velge hva som deles. Det velger %(person)s selv."),
        person=N_("Dette velger den som eier planen, selv. Det står i papirene dine."),
    ),
}
