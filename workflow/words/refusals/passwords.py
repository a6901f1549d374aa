"""Why a new password is refused and what to do instead, by the code of its weakness."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.translatable import N_

PERSON_PASSWORDS: Mapping[str, str] = {
    "too_short": N_("Passordet er for kort. Bruk minst 12 tegn, for eksempel fire ord på rad."),
    "too_long": N_("Passordet er for langt. Bruk høyst 200 tegn."),
    "repeated": N_("Passordet er det samme om igjen. Bruk flere ulike ord."),
    "sequence": N_("Tegnene følger på rad, så andre kan gjette det. Velg heller noen ord."),
    "common": N_("Mange bruker dette passordet. Velg noen ord som ikke hører sammen."),
    "own_words": N_(
        "Passordet er laget av navnet ditt, e-posten din eller stedet. Velg noe ingen kan gjette."
    ),
    "email_taken": N_(
        "E-posten din brukes av en annen som logger inn her. "
        "Be kommunen rette e-posten din, og åpne lenka på nytt."
    ),
    "breached": N_("Dette passordet er kommet på avveie et annet sted. Velg et annet."),
}
