"""What the operations page says of the machinery: its parts, what is wrong, why a message did not arrive."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.translatable import N_

PARTS: Mapping[str, str] = {
    "sweep": N_("Se etter frister"),
    "delivery": N_("Sende beskjeder"),
    "janitor": N_("Rydde etter avbrudd"),
    "seal_access": N_("Forsegle innsynsloggen"),
    "overview": N_("Ukens oversikt til ledere"),
}

ALL_WELL = N_("Alt går som det skal.")

# %(time)s: how long; the sentences that count something are the page's own.
PROBLEMS: Mapping[str, str] = {
    "never": N_("Ingen har sett etter frister ennå. Start arbeideren."),
    "no_sweep": N_("Ingen har sett etter frister på %(time)s. Start arbeideren på nytt."),
    "no_delivery": N_("Ingen har sendt beskjeder på %(time)s. Start arbeideren på nytt."),
    "no_worker": N_("Ingen arbeider svarer. Start en."),
    "no_scheduler": N_("Ingen tidsplan svarer. Start en."),
    "steps_wait": N_("En frist har ventet i %(time)s på at noen får vite om den."),
    "messages_wait": N_("En beskjed har ventet i %(time)s. Se om e-posttjeneren svarer."),
    "janitor": N_("Det er %(time)s siden det ble ryddet. Se om arbeideren svarer."),
    "seal": N_("Det er %(time)s siden innsynsloggen ble forseglet. Se om arbeideren svarer."),
    "overview": N_("Ukens oversikt til ledere er ikke skrevet ennå."),
    "neighbour_waits": N_(
        "En melding til en annen kommune har ventet i %(time)s. Se om den andre kommunen er oppe."
    ),
    "between": N_(
        "En plan har stått mellom to kommuner i %(time)s. Ring den andre kommunen og bli enige om "
        "hvem som svarer til planen er på plass."
    ),
}

STOPPED = frozenset({"never", "no_sweep", "no_delivery", "no_worker"})  # nobody is told anything

CHANNELS: Mapping[str, str] = {
    "email": N_("E-post"),
    "sms": N_("Tekstmelding"),
    "webhook": N_("Kommunens eget system"),
    "account": N_("E-post om innlogging"),
    "coordinator": N_("Koordinator sier det"),
}

REASONS: Mapping[str, str] = {
    "worker_died": N_("Arbeideren stanset midt i sendingen"),
    "no_address": N_("Adressen kan ikke brukes"),
    "TimeoutError": N_("Tjeneren svarte ikke i tide"),
    "SMTPServerDisconnected": N_("Tjeneren brøt forbindelsen"),
    "ConnectionRefusedError": N_("Tjeneren tar ikke imot"),
    "bounced": N_("E-posten kom i retur"),
    "http": N_("Tjeneren sa nei"),
    "too_old": N_("Lenken er blitt for gammel"),
    "secret_changed": N_("Nøkkelen er byttet siden lenken ble laget"),
    "no_gateway": N_("Tekstmeldinger er ikke satt opp"),
    "gaierror": N_("Fant ikke tjeneren"),
    "SMTPResponseException": N_("Tjeneren sa nei"),
}


def reason(code: str) -> tuple[str, str]:
    """Why a message did not arrive: a bokmål sentence, or nothing, and what the server said of it."""
    kind, _, rest = code.partition(" ")
    known = REASONS.get(code) or REASONS.get(kind, "")
    return known, rest if known else code
