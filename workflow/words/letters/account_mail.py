"""What the e-mails and notices about one's own sign-in say; no plan, no name and no content."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.translatable import N_

A_LINK = N_("Du har fått en lenke til Planløp")
IS_CHANGED = N_("Innloggingen din er endret")
ADDRESS = "%(address)s"  # the same in every language

SUBJECTS: Mapping[str, str] = {
    "L.changed": IS_CHANGED,
    "L.reset": A_LINK,
    "L.guest": A_LINK,
}
TEXTS: Mapping[str, tuple[str, ...]] = {
    "L.changed": (
        N_("Innloggingen din er endret. Var det deg, trenger du ikke gjøre noe."),
        N_("Var det ikke deg, så logg inn, se hva som er endret, og ring oss: %(address)s"),
    ),
    "L.reset": (
        N_("Du har fått en lenke til å velge nytt passord. Den virker én gang, i 30 minutter."),
        ADDRESS,
        N_("Har ikke du bedt om den, trenger du ikke gjøre noe."),
    ),
    "L.guest": (
        N_("Du har fått en lenke. Den virker én gang, i sju dager."),
        ADDRESS,
        N_("Send den ikke videre: den er bare til deg."),
    ),
}
NOTICES: Mapping[str, str] = {
    "L.changed": N_("Innloggingen din er endret. Var det ikke deg, så ring oss."),
    "L.reset": N_("Du har fått en lenke til å velge nytt passord"),
    "L.guest": N_("Du har fått en lenke på e-post"),
}
