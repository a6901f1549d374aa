"""What every route answers to everybody, written down; who the readers are stands in scenes.

«200 kim mor · 303 nobody»: whoever is not named gets 404. Nobody is somebody who has not signed in.
"""

from __future__ import annotations

from collections.abc import Mapping

EVERYBODY = "kim mor frida mona vik ali sara hege berit per oda lars lise liv adam pia nosy nora nils nobody"
SIGNED_IN = (
    "kim mor frida mona vik ali sara hege berit per oda lars lise liv adam pia nosy nora nils"
)
STAFF = "mona ali berit per oda lars lise liv adam pia"

# Method and address -> status and readers, about Kim's plan in use; nothing typed in any form.
ANSWERS: Mapping[str, str] = {
    "GET /": f"302 {EVERYBODY}",
    "GET /beskjeder": f"200 {STAFF} · 303 nobody",
    "POST /beskjeder": f"303 nobody · 422 {STAFF}",
    "GET /rett-opplysninger": "200 liv adam · 303 nobody",
    "POST /rett-opplysninger": "303 nobody · 422 liv adam",
    "POST /rett-opplysninger/bekreft": "303 nobody · 422 liv adam",
    "GET /beskyttet-adresse": "200 liv adam · 303 nobody",
    "POST /beskyttet-adresse": "303 nobody · 422 liv adam",
    "GET /bevis": f"200 {SIGNED_IN} · 303 nobody",
    "POST /bevis": f"303 {EVERYBODY}",
    "GET /bevis/hos": f"303 {EVERYBODY}",
    "POST /bevis/passkey": f"303 {EVERYBODY}",
    "GET /borte": f"200 {STAFF} · 303 nobody",
    "POST /borte": f"303 nobody · 422 {STAFF}",
    "POST /borte/<absence_id>/tilbake": (
        "303 mona lars lise liv nobody · 409 ali berit per oda adam pia"
    ),
    "GET /drift": "200 adam · 303 nobody",
    "POST /drift/<delivery_id>/prov-igjen": "303 adam nobody",
    "POST /drift/<delivery_id>/send-igjen": "303 adam nobody",
    "POST /drift/prov-alle": "303 adam nobody",
    "GET /e-post": f"200 {EVERYBODY}",
    "GET /folk": "200 lars lise liv adam · 303 nobody",
    "GET /foresporsler": "200 pia · 303 nobody",
    "GET /frister": "200 liv · 303 nobody",
    "POST /frister/<version_id>/trekk-tilbake": "303 liv nobody",
    "GET /frister/endre": "200 liv · 303 nobody",
    "POST /frister/endre": "303 nobody · 422 liv",
    "GET /gjest": f"200 {EVERYBODY}",
    "POST /gjest": f"422 {EVERYBODY}",
    "GET /gjest/lenke/<token>": "",
    "POST /gjest/lenke/<token>": "",
    "GET /glemt-passord": f"200 {EVERYBODY}",
    "POST /glemt-passord": f"422 {EVERYBODY}",
    "GET /innkomne": "200 oda lars lise liv · 303 nobody",
    "POST /innkomne/<plan_id>/ta": (
        "303 nobody · 409 kim mor frida mona vik ali sara hege berit oda"
    ),
    "GET /invitasjon/<token>": "",
    "POST /invitasjon/<token>": "",
    "GET /kalender": f"200 {STAFF} · 303 nobody",
    "GET /logg-inn": f"200 {EVERYBODY}",
    "POST /logg-inn": f"422 {EVERYBODY}",
    "POST /logg-inn/demo": "",
    "GET /logg-inn/hos/<name>": "",
    "GET /logg-inn/hos/<name>/svar": "",
    "POST /logg-inn/hos/<name>/ut": "",
    "GET /logg-inn/kode": f"303 {EVERYBODY}",
    "POST /logg-inn/kode": f"303 {EVERYBODY}",
    "POST /logg-inn/passkey": f"422 {EVERYBODY}",
    "POST /logg-inn/passkey/sporsmal": f"200 {EVERYBODY}",
    "POST /logg-ut": f"303 {EVERYBODY}",
    "GET /loggkontroll": "200 pia · 303 nobody",
    "GET /loggkontroll/<month>": "200 pia · 303 nobody",
    "GET /loggkontroll/<month>/<finding_id>": "200 pia · 303 nobody",
    "POST /loggkontroll/<month>/<finding_id>": "303 nobody · 422 pia",
    "POST /loggkontroll/<month>/ferdig": "303 pia nobody",
    "GET /mangler": "200 lars lise liv · 303 nobody",
    "GET /meld": f"200 {STAFF} · 303 nobody",
    "POST /meld": f"303 nobody · 422 {STAFF}",
    "GET /meld/plan": "200 mona per oda liv · 303 nobody",
    "POST /meld/plan": "303 nobody · 422 mona per oda liv",
    "GET /meld/takk": f"200 {STAFF} · 303 nobody",
    "GET /meldinger": f"200 {STAFF} · 303 nobody",
    "GET /meldinger/<notice_id>/senere": "303 nobody",
    "POST /meldinger/<notice_id>/senere": "303 nobody",
    "POST /meldinger/<notice_id>/sett": "303 oda nobody",
    "POST /meldinger/lest": "303 mona ali berit per oda lars lise liv adam pia nobody",
    "GET /min": (
        "200 berit per lise liv adam pia nosy · "
        "302 kim mor frida mona vik ali sara hege oda lars nora nils · "
        "303 nobody"
    ),
    "POST /min": f"303 {EVERYBODY}",
    "GET /min-konto/innlogging": f"200 {SIGNED_IN} · 303 nobody",
    "GET /min-konto/innlogging/app": "303 nobody",
    "POST /min-konto/innlogging/app": "303 nobody",
    "POST /min-konto/innlogging/app/bekreft": "303 nobody",
    "POST /min-konto/innlogging/fjern": "303 nobody",
    "POST /min-konto/innlogging/koder": "303 nobody",
    "GET /min-konto/innlogging/passord": "303 nobody",
    "POST /min-konto/innlogging/passord": "303 nobody",
    "GET /min-konto/innlogginger": f"200 {SIGNED_IN} · 303 nobody",
    "POST /min-konto/innlogginger/avslutt": "303 nobody",
    "POST /min-konto/innlogginger/avslutt-andre": f"303 {EVERYBODY}",
    "POST /min-konto/passkey": "303 nobody",
    "POST /min-konto/passkey/sporsmal": "303 nobody",
    "GET /min/<plan_id>": (
        "200 kim mor frida mona vik ali sara hege berit per oda lars · 303 nobody"
    ),
    "GET /min/<plan_id>/alt-som-er-lagret": "200 kim mor · 303 nobody",
    "POST /min/<plan_id>/alt-som-er-lagret": "200 kim mor · 303 nobody",
    "GET /min/<plan_id>/beskjed-til-meg": "200 frida vik sara hege · 303 nobody",
    "POST /min/<plan_id>/beskjed-til-meg": "303 nobody · 422 frida vik sara hege",
    "GET /min/<plan_id>/beskjeder": "200 kim mor · 303 nobody",
    "POST /min/<plan_id>/beskjeder": "303 nobody · 422 kim mor",
    "GET /min/<plan_id>/brev": "200 kim mor · 303 nobody",
    "GET /min/<plan_id>/deler": "200 kim mor · 303 nobody",
    "GET /min/<plan_id>/evaluert/<event_id>": "303 nobody",
    "GET /min/<plan_id>/folk": "200 kim mor · 303 nobody",
    "POST /min/<plan_id>/gi-tilbake": "303 kim mor nobody",
    "GET /min/<plan_id>/gjort": "200 kim mor · 303 nobody",
    "POST /min/<plan_id>/gjort/<of>": "303 nobody · 400 kim mor",
    "GET /min/<plan_id>/hvem-har-sett": "200 kim mor pia · 303 nobody",
    "GET /min/<plan_id>/hvem-har-sett.csv": "200 kim mor pia · 303 nobody",
    "GET /min/<plan_id>/hvem-har-sett.json": "200 kim mor pia · 303 nobody",
    "POST /min/<plan_id>/lenke/<participant_id>": "303 nobody",
    "POST /min/<plan_id>/lest": "303 kim mor nobody",
    "GET /min/<plan_id>/meldinger": "200 kim mor · 303 nobody",
    "GET /min/<plan_id>/mote": "200 kim mor · 303 nobody",
    "POST /min/<plan_id>/paminnelser": "303 kim nobody",
    "GET /min/<plan_id>/papir": "200 kim mor · 303 nobody",
    "GET /min/<plan_id>/planen": "200 kim mor · 303 nobody",
    "GET /min/<plan_id>/rettigheter": "200 kim mor · 303 nobody",
    "POST /min/<plan_id>/sammen": "303 mona vik nobody",
    "GET /min/<plan_id>/senere/<notice_id>": "303 nobody",
    "POST /min/<plan_id>/senere/<notice_id>": "303 nobody",
    "GET /min/<plan_id>/steg/<step:step_name>": (
        "200 kim mor frida mona vik ali sara hege berit per oda lars · 303 nobody"
    ),
    "POST /min/<plan_id>/steg/<step:step_name>": (
        "303 nobody · 409 berit per oda lars · 422 kim mor frida mona vik ali sara hege"
    ),
    "GET /min/<plan_id>/steg/<step:step_name>/<of>": (
        "200 kim mor frida mona vik ali sara hege berit oda · 303 nobody"
    ),
    "POST /min/<plan_id>/steg/<step:step_name>/<of>": (
        "303 nobody · 409 kim mor frida mona vik ali sara hege berit per oda lars"
    ),
    "GET /mine-opplysninger": f"200 {SIGNED_IN} · 303 nobody",
    "POST /mine-opplysninger": f"200 {SIGNED_IN} · 303 nobody",
    "GET /nodinnsyn": "200 mona ali berit per oda lars lise liv pia · 303 nobody",
    "POST /nodinnsyn": "303 nobody · 422 mona ali berit per oda lars lise liv pia",
    "POST /nodinnsyn/<plan_id>/avslutt": (
        "303 kim mor frida mona vik ali sara hege berit per oda lars lise liv pia nobody"
    ),
    "GET /nodinnsyn/ingen": "200 mona ali berit per oda lars lise liv pia · 303 nobody",
    "GET /nodinnsyn/oppfolging/<emergency_id>": "200 pia · 303 nobody",
    "POST /nodinnsyn/oppfolging/<emergency_id>": "303 nobody · 409 pia",
    "GET /nodinnsyn/rapport": "200 pia · 303 nobody",
    "GET /oppbevaring": "200 adam · 303 nobody",
    "POST /oppbevaring": "303 adam nobody",
    "GET /over-fristen": "200 lars lise liv · 303 nobody",
    "GET /over-fristen/<plan_id>/<step:step_name>": "200 lars lise liv · 303 nobody",
    "POST /over-fristen/<plan_id>/<step:step_name>": "303 nobody · 422 lars lise liv",
    "GET /over-fristen/last-ned": "200 lars lise liv · 303 nobody",
    "GET /overfort/<notice_id>": "303 nobody",
    "GET /overtakelse/<crossing_id>": "200 liv · 303 nobody",
    "GET /overtakelse/<crossing_id>/ja": "302 liv · 303 nobody",
    "POST /overtakelse/<crossing_id>/ja": "303 nobody · 422 liv",
    "GET /overtakelse/<crossing_id>/nei": "302 liv · 303 nobody",
    "POST /overtakelse/<crossing_id>/nei": "303 nobody · 422 liv",
    "GET /papir/<plan_id>": "200 kim mor frida mona vik ali sara hege · 303 nobody",
    "GET /papir/<plan_id>/brev/<document_id>": "200 kim mor mona vik berit oda · 303 nobody",
    "GET /papir/<plan_id>/evaluert/<event_id>": "303 nobody",
    "GET /papir/<plan_id>/klage/<complaint_id>": "200 kim mor mona vik berit oda · 303 nobody",
    "GET /plan/<plan_id>": (
        "200 kim mor frida mona vik ali sara hege berit per oda lars lise liv pia · 303 nobody"
    ),
    "GET /plan/<plan_id>/adresse": "200 mona vik sara berit oda · 303 nobody",
    "POST /plan/<plan_id>/adresse": "303 nobody · 422 mona vik sara berit oda",
    "GET /plan/<plan_id>/evaluering": (
        "200 kim mor frida mona vik ali sara hege berit oda · 303 nobody"
    ),
    "POST /plan/<plan_id>/evaluering": (
        "303 nobody · 409 kim mor frida mona vik ali sara hege berit oda"
    ),
    "GET /plan/<plan_id>/evaluert/<event_id>": "303 nobody",
    "GET /plan/<plan_id>/fem-sporsmal": (
        "200 kim mor frida mona vik ali sara hege berit oda · 303 nobody"
    ),
    "POST /plan/<plan_id>/fem-sporsmal": (
        "303 nobody · 422 kim mor frida mona vik ali sara hege berit oda"
    ),
    "GET /plan/<plan_id>/historie": (
        "200 kim mor frida mona vik ali sara hege berit oda · 303 nobody"
    ),
    "GET /plan/<plan_id>/innsyn": "200 kim mor pia · 303 nobody",
    "GET /plan/<plan_id>/innsyn.csv": "200 kim mor pia · 303 nobody",
    "POST /plan/<plan_id>/lenke/<participant_id>": "303 nobody",
    "GET /plan/<plan_id>/meldinger": (
        "200 kim mor frida mona vik ali sara hege berit oda · 303 nobody"
    ),
    "GET /plan/<plan_id>/mote/<meeting_id>": (
        "200 kim mor frida mona vik ali sara hege berit oda · 303 nobody"
    ),
    "GET /plan/<plan_id>/moter": "200 kim mor frida mona vik ali sara hege berit oda · 303 nobody",
    "GET /plan/<plan_id>/signert": "200 mona vik · 303 nobody",
    "POST /plan/<plan_id>/signert": "303 nobody · 422 mona vik",
    "GET /plan/<plan_id>/signert/<document_id>": "303 nobody",
    "GET /plan/<plan_id>/steg/<step:step_name>": (
        "200 kim mor frida mona vik ali sara hege berit per oda lars lise liv pia · 303 nobody"
    ),
    "POST /plan/<plan_id>/steg/<step:step_name>": (
        "303 nobody · "
        "409 berit per oda lars lise liv pia · "
        "422 kim mor frida mona vik ali sara hege"
    ),
    "GET /planer": f"200 {STAFF} · 303 nobody",
    "GET /prognose": "200 mona per lars lise liv · 303 nobody",
    "GET /prognose/fordel/<party_id>": "200 lars lise liv · 303 nobody",
    "GET /prognose/last-ned": "200 mona per lars lise liv · 303 nobody",
    "GET /sak/<plan_id>": "200 oda · 303 nobody",
    "POST /sak/<plan_id>": "303 nobody · 422 oda",
    "POST /skrift": f"302 {EVERYBODY}",
    "GET /slutter/<party_id>": "200 lars lise liv adam · 303 nobody",
    "POST /slutter/<party_id>": "303 adam nobody · 422 lars lise liv",
    "POST /slutter/<party_id>/avslutt": "303 nobody · 409 liv adam",
    "GET /sok": f"200 {STAFF} · 303 nobody",
    "POST /sok": f"303 {STAFF} nobody",
    "POST /sprak": f"400 {EVERYBODY}",
    "GET /stedfortreder/<party_id>": "200 lars lise liv · 303 nobody",
    "POST /stedfortreder/<party_id>": "303 nobody · 422 lars lise liv",
    "GET /venter": f"200 {STAFF} · 303 nobody",
    "GET /venter/<plan_id>/ikke-tak-i": "303 nobody",
    "POST /venter/<plan_id>/ikke-tak-i": "303 nobody",
    "POST /venter/<plan_id>/sagt": "303 mona vik nobody",
}
