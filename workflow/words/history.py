"""The history of a plan in everyday sentences, one for each row; pronoun-free, neutral, without blame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.language import translate
from workflow.words.event_facts import known_of
from workflow.words.marking import N_
from workflow.words.sentence import STAFF, Told, say, told

PLAN_HISTORY: Mapping[str, Told] = {
    "P1": told(N_("Behov for plan ble meldt."), person=N_("Det ble sagt fra om en plan.")),
    "P2": told(N_("En plan kom fra %(s)s."), N_("En plan kom fra et annet sted.")),
    "P3": told(N_("Planen ble innvilget."), person=N_("Svaret ble ja. Du får plan.")),
    "P4": told(N_("Svaret ble nei. Klagefrist %(d)s."), N_("Svaret ble nei.")),
    "P5": told(N_("Saken ble sendt til %(s)s."), N_("Saken ble sendt til rett kontor.")),
    "P5a": told(N_("Rett kontor bekreftet at saken er kommet fram.")),
    "P6": told(
        N_("Ønsket ikke plan nå. Det er notert."), person=N_("Du ville ikke ha plan. Det er greit.")
    ),
    "P7": told(N_("Planen startet. Evaluering %(d)s."), N_("Planen startet.")),
    "P8": told(N_("Planen startet. Vedtaket kommer etterpå.")),
    "P9": told(N_("Planen ble vedtatt, fra %(d)s."), N_("Planen ble vedtatt.")),
    "P9d": told(N_("Svaret ble nei. Samarbeidet fortsetter utenfor planen.")),
    "P10": told(N_("Planen ble evaluert sammen."), person=N_("Vi så på planen sammen.")),
    "P11": told(
        N_("Planen fortsetter. Neste evaluering %(d)s."),
        N_("Planen fortsetter."),
        person=(N_("Planen fortsetter. Vi ser på den igjen %(d)s."), N_("Planen fortsetter.")),
    ),
    "P12a": told(N_("Planen fikk pause til %(d)s."), N_("Planen fikk pause.")),
    "P12b": told(N_("Planen ble satt i gang igjen.")),
    "P13": told(
        N_("%(n)s ble spurt om å være koordinator."),
        N_("En ny koordinator ble spurt."),
    ),
    "P13y": told(N_("%(n)s ble koordinator."), N_("Planen fikk koordinator.")),
    "P13n": told(N_("Svaret om å være koordinator ble nei. En annen kan spørres.")),
    "P13e": told(N_("Spørsmålet om å være koordinator gikk ut uten svar.")),
    "P13u": told(N_("Spørsmålet om å være koordinator ble trukket.")),
    "P13w": told(
        N_("Planen er uten koordinator. %(n)s passer på den."), N_("Planen er uten koordinator.")
    ),
    "P14": told(
        N_("Planen er uten koordinator. %(n)s passer på den."), N_("Planen er uten koordinator.")
    ),
    "P14b": told(N_("%(n)s passer på planen nå."), N_("En annen i kommunen passer på planen nå.")),
    "P15": told(N_("%(s)s ble spurt om å ta over planen."), N_("Overføring ble tilbudt.")),
    "P16": told(N_("Planen ble tatt over. %(n)s er koordinator."), N_("Planen ble tatt over.")),
    "P17": told(N_("En annen kommune tok over planen.")),
    "P18a": told(N_("Svaret om å ta over ble nei. Planen blir her.")),
    "P18b": told(N_("Spørsmålet om å ta over gikk ut. Planen blir her.")),
    "P18c": told(N_("Spørsmålet om å ta over ble trukket. Planen blir her.")),
    "P18d": told(N_("Personen ville ikke flytte planen likevel. Planen blir her.")),
    "P19": told(
        N_("Planen ble tatt imot et annet sted, bekreftet %(d)s."),
        N_("Planen ble tatt imot et annet sted."),
    ),
    "P20": told(N_("Planen ble avsluttet, slik det var avtalt.")),
    "P20b": told(
        N_("Det ble vedtatt å avslutte planen. Den gjelder til %(d)s."),
        N_("Det ble vedtatt å avslutte planen."),
    ),
    "P20c": told(N_("Planen ble avsluttet etter vedtak.")),
    "P21a": told(
        N_("Delingen med %(n)s ble avsluttet."),
        N_("Delingen med en deltaker ble avsluttet."),
        person=(N_("Du sluttet å dele med %(n)s."), N_("Du sluttet å dele med en.")),
    ),
    "P21b": told(N_("Planen hviler. Den er ikke delt nå."), person=N_("Du sluttet å dele planen.")),
    "P21u": told(N_("Planen ble åpnet og delt igjen."), person=N_("Du åpnet planen igjen.")),
    "P21c": told(
        N_("Ønsket ikke planen lenger. Planen ble avsluttet."),
        person=N_("Du ville ikke ha planen lenger."),
    ),
    "P21v": told(N_("Planen ble tatt i bruk igjen."), person=N_("Du ville ha planen likevel.")),
    "P22a": told(N_("Planen ble avsluttet.")),
    "P22b": told(N_("Planen hviler. Kontakt kan tas igjen når som helst.")),
    "P23": told(N_("En klage kom inn."), person=N_("Vi fikk klagen din.")),
    "P24a": told(N_("Vedtaket ble gjort om. Svaret er ja.")),
    "P24b": told(N_("Klagen førte fram. Saken vurderes på nytt.")),
    "P25": told(N_("Klagefristen gikk ut. Saken ble avsluttet.")),
    "P26a": told(N_("Planen ble åpnet igjen.")),
    "P26b": told(N_("Planen ble åpnet igjen som et nytt behov.")),
    "P27o": told(N_("En kollega ble bedt om å se på en mulig feilføring.")),
    "P27": told(N_("Planen var ført feil og ble tatt ut.")),
}

ACT_HISTORY: Mapping[str, Told] = {
    "A1": told(N_("Det viktigste ble skrevet: «%(q)s»"), N_("Det viktigste ble skrevet.")),
    "A2": told(N_("Nytt mål: «%(q)s»"), N_("Et nytt mål kom til.")),
    "A3": told(N_("Et mål ble endret: «%(q)s»"), N_("Et mål ble endret.")),
    "A4": told(N_("Et mål ble avsluttet.")),
    "A4.met": told(N_("Et mål ble nådd.")),
    "A4.dropped": told(N_("Et mål er ikke ønsket lenger.")),
    "A5": told(N_("%(n)s er med i planen."), N_("En deltaker er med i planen.")),
    "A6": told(N_("En deltaker gikk ut av planen.")),
    "A7": told(N_("En hjelper trengs ikke lenger. Det går bra.")),
    "A8": told(
        N_("Planen ble delt med %(n)s."),
        N_("Deling av planen ble avtalt."),
        person=(N_("Du delte planen med %(n)s."), N_("Du sa ja til planen.")),
    ),
    "A9": told(N_("Samtale: %(q)s"), N_("Samtale."), person=(N_("Vi snakket sammen."),)),
    "A10": told(N_("Forsøk på kontakt.")),
    "A10.phone": told(N_("Ringte for å få kontakt."), person=N_("Vi ringte deg.")),
    "A10.message": told(
        N_("Sendte melding for å få kontakt."), person=N_("Vi sendte deg melding.")
    ),
    "A10.visit": told(N_("Var innom for å få kontakt."), person=N_("Vi var innom deg.")),
    "A10.letter": told(N_("Sendte brev for å få kontakt."), person=N_("Vi sendte deg brev.")),
    "A11": told(N_("Melding til %(n)s."), N_("En melding ble sendt.")),
    "A12": told(N_("Et svar ble gitt."), person=N_("Du fikk svar.")),
    "A13": told(N_("Ønske: «%(q)s»"), N_("Et ønske ble notert.")),
    "A13c": told(
        N_("Ønsker %(q)s som koordinator."),
        N_("Ønsker en annen koordinator."),
        person=(N_("Du ba om %(q)s som koordinator."), N_("Du ba om en annen koordinator.")),
    ),
    "A14": told(
        N_("%(p)s fikk planen på papir."),
        N_("Planen ble gitt på papir."),
        person=N_("Du fikk planen på papir."),
    ),
    "A15": told(
        N_("Foreløpig svar ble sendt. Svaret ventes %(d)s."), N_("Foreløpig svar ble sendt.")
    ),
    "A16": told(N_("Kvittering ble sendt til den som meldte.")),
    "A17": told(N_("Delplan lagt til: %(q)s."), N_("En delplan ble lagt til.")),
    "A18": told(N_("Innvending: «%(q)s»"), N_("En innvending ble notert.")),
    "A19": told(N_("%(n)s kan handle for planeieren."), N_("En representant kom til.")),
    "A20": told(N_("Klagen ble vurdert på nytt.")),
    "A21": told(
        N_("Samtale om meldingen. Svaret ble notert."), person=N_("Vi snakket om en plan.")
    ),
    "A21.yes": told(
        N_("Samtale om meldingen. Svaret var ja til en plan."),
        person=N_("Vi snakket om en plan. Du sa ja."),
    ),
    "A21.think": told(
        N_("Samtale om meldingen. Trenger tid til å tenke."),
        person=N_("Vi snakket om en plan. Du vil tenke på det."),
    ),
    "A22": told(N_("Rammene for samarbeidet ble endret.")),
    "A23": told(N_("%(n)s er med som frivillig."), N_("En frivillig er med.")),
    "A24": told(N_("En overgang er planlagt til %(d)s."), N_("En overgang er planlagt.")),
    "A25": told(N_("Koordinatoren ble spurt hvordan det går.")),
    "A25.leader": told(N_("Lederen spurte hvordan det går.")),
    "A25.coordinating_unit": told(N_("Koordinerende enhet spurte hvordan det går.")),
    "A26": told(N_("Ny dato for evaluering: %(d)s."), N_("En ny dato for evaluering ble godtatt.")),
    "A27": told(N_("%(n)s ble foreslått som koordinator."), N_("En koordinator ble foreslått.")),
    "A28": told(
        N_("%(n)s tok saken."),
        N_("En saksbehandler tok saken."),
        person=(N_("%(n)s ser på saken din."), N_("En saksbehandler ser på saken din.")),
    ),
    "A29": told(
        N_("Delingen med %(n)s tok slutt, slik det var avtalt."),
        N_("En deling tok slutt, slik det var avtalt."),
        person=(
            N_("Du deler ikke lenger med %(n)s. Det varte til nå."),
            N_("En deling varte til nå."),
        ),
    ),
    "A30": told(
        N_("En overgang er forberedt: %(q)s."),
        N_("En overgang er forberedt."),
        person=(N_("Vi er klare for det nye: %(q)s."), N_("Vi er klare for det nye.")),
    ),
    "A31": told(
        N_("%(p)s ba om innsyn."), N_("Det ble bedt om innsyn."), person=N_("Du ba om innsyn.")
    ),
    "A32": told(N_("Det ble svart på innsyn."), person=N_("Du fikk svar om innsyn.")),
    "A37": told(
        N_("%(p)s ba om retting: %(q)s."),
        N_("%(p)s ba om retting."),
        N_("Det ble bedt om retting."),
        person=(N_("Du ba om retting: %(q)s."), N_("Du ba om retting.")),
    ),
    "A38": told(
        N_("Det ble svart på et spørsmål om opplysninger."),
        person=N_("Du fikk svar om opplysningene dine."),
    ),
    "A38.corrected": told(N_("Opplysninger ble rettet.")),
    "A38.erased": told(N_("Opplysninger ble slettet.")),
    "A38.refused": told(
        N_("Svaret ble nei. Det %(p)s skrev, står ved siden av."),
        N_("Svaret ble nei. Det som ble skrevet, står ved siden av."),
        person=N_("Svaret ble nei. Det du skrev, står ved siden av. Du kan klage."),
    ),
    "A39": told(
        N_("%(p)s ba om sletting."),
        N_("Det ble bedt om sletting."),
        person=N_("Du ba om sletting."),
    ),
    "A41": told(
        N_("Svaret trenger lengre tid: %(q)s."),
        N_("Svaret trenger lengre tid."),
    ),
    "A33": told(
        N_("Planen ble åpnet med nødinnsyn."),
        person=(
            N_("%(n)s åpnet planen fordi det hastet."),
            N_("Noen åpnet planen fordi det hastet."),
        ),
    ),
    "A34": told(N_("Et nødinnsyn ble fulgt opp.")),
    "A34.justified": told(
        N_("Et nødinnsyn ble fulgt opp. Det var grunn til det."),
        person=N_("Vi så på hvorfor planen ble åpnet. Det var grunn til det."),
    ),
    "A34.unjustified": told(
        N_("Et nødinnsyn ble fulgt opp. Det var ikke grunn til det."),
        person=N_("Vi så på hvorfor planen ble åpnet. Det skulle ikke vært gjort."),
    ),
    "A35": told(N_("Noe om helse ble skrevet."), person=N_("Noe om helsen din ble skrevet.")),
    "A36": told(N_("Noe om helse ble tatt bort."), person=N_("Noe om helsen din ble tatt bort.")),
    "A42": told(
        N_("Samtale om deling med %(n)s."),
        N_("Samtale om hva som deles."),
        person=(N_("Vi snakket om det du deler med %(n)s."), N_("Vi snakket om hva du deler.")),
    ),
    "A43": told(
        N_("Et signert papir om deling med %(n)s er lagt ved."),
        N_("Et signert papir om deling er lagt ved."),
    ),
    "A40": told(
        N_("%(n)s har sluttet her og er ikke med i planen lenger."),
        N_("En ansatt har sluttet her og er ikke med i planen lenger."),
    ),
}

MEASURE_HISTORY: Mapping[str, Told] = {
    "M1": told(N_("Forslag: %(t)s."), N_("Et tiltak ble foreslått.")),
    "M2": told(N_("Avtalt til %(d)s: %(t)s."), N_("Avtalt: %(t)s."), N_("Et tiltak ble avtalt.")),
    "M4a": told(N_("Nei takk til «%(t)s»."), N_("Nei takk til et tiltak.")),
    "M4b": told(N_("Tjenesten sa nei til «%(t)s»."), N_("Tjenesten sa nei til et tiltak.")),
    "M5": told(N_("I gang: %(t)s."), N_("Et tiltak kom i gang.")),
    "M6": told(N_("Gjort: %(t)s."), N_("Et tiltak ble gjort.")),
    "M7": told(N_("Evaluert: %(t)s."), N_("Et tiltak ble evaluert.")),
    "M8": told(N_("Fortsetter: %(t)s."), N_("Et tiltak fortsetter.")),
    "M9": told(N_("Ferdig: %(t)s."), N_("Et tiltak er ferdig.")),
    "M10": told(N_("Ble ikke noe av denne gangen: %(t)s."), N_("Det ble ikke noe av et tiltak.")),
    "M11": told(
        N_("Ny dato for «%(t)s»: %(d)s."), N_("Ny dato: %(d)s."), N_("Et tiltak fikk ny dato.")
    ),
    "M12": told(
        N_("%(n)s ble spurt om å ta over «%(t)s»."),
        N_("%(n)s ble spurt om å ta over et tiltak."),
        N_("En annen ble spurt om å ta over et tiltak."),
    ),
    "M13a": told(
        N_("%(n)s tok over «%(t)s»."),
        N_("%(n)s tok over et tiltak."),
        N_("Et tiltak ble tatt over."),
    ),
    "M13b": told(N_("Svaret om å ta over ble nei. Ansvaret er som før.")),
    "M13c": told(N_("Spørsmålet om å ta over gikk ut. Ansvaret er som før.")),
    "M13d": told(N_("Spørsmålet om å ta over ble trukket. Ansvaret er som før.")),
    "M14": told(N_("Lagt bort: %(t)s."), N_("Et tiltak ble lagt bort.")),
    "M15": told(N_("Tatt opp igjen: %(t)s."), N_("Et tiltak ble tatt opp igjen.")),
    "M16": told(N_("Siste steg ble tatt tilbake: %(t)s."), N_("Et steg ble tatt tilbake.")),
    "M17": told(N_("Vilkår for «%(t)s»: %(q)s."), N_("Et tiltak fikk et vilkår.")),
    "M18": told(N_("Endret: %(t)s."), N_("Et tiltak ble endret.")),
    "M19": told(
        N_("%(n)s har ansvaret for «%(t)s» nå. Den som hadde det, slutter."),
        N_("%(n)s har ansvaret for et tiltak nå. Den som hadde det, slutter."),
        N_("Et tiltak fikk ny ansvarlig. Den som hadde det, slutter."),
    ),
}

MEETING_HISTORY: Mapping[str, Told] = {
    "V1": told(N_("Møte planlagt %(d)s kl. %(k)s."), N_("Et møte ble planlagt.")),
    "V2": told(N_("Innkalling til møte ble sendt.")),
    "V3": told(N_("%(n)s kan ikke komme på møtet."), N_("En av de innkalte kan ikke komme.")),
    "V4": told(N_("Møtet ble flyttet til %(d)s kl. %(k)s."), N_("Møtet ble flyttet.")),
    "V5": told(N_("Møtet ble holdt.")),
    "V6": told(N_("Referat fra møtet ble sendt.")),
    "V7": told(N_("Møtet ble avlyst.")),
    "V8": told(N_("Siste steg i møtet ble tatt tilbake.")),
    "V9": told(N_("Svar på innkallingen.")),
    "V9.coming": told(N_("%(n)s kommer på møtet."), N_("En av de innkalte kommer på møtet.")),
    "V9.other_time": told(
        N_("%(n)s ønsker en annen tid eller et annet sted."),
        N_("En av de innkalte ønsker en annen tid eller et annet sted."),
    ),
    "V9.cannot_come": told(
        N_("%(n)s kan ikke komme på møtet."), N_("En av de innkalte kan ikke komme.")
    ),
    "V10": told(N_("Møtet ble forberedt.")),
    "V11": told(N_("%(n)s leder møtet nå, eller skriver referatet."), N_("Møtet fikk ny leder.")),
}

HISTORY: Mapping[str, Told] = {
    **PLAN_HISTORY, **ACT_HISTORY, **MEASURE_HISTORY, **MEETING_HISTORY,
}  # fmt: skip

BY_ITSELF = N_("Av seg selv")
BY_OPERATOR = N_("Drift")
FROM_ELSEWHERE = N_("fra %(place)s")
# What `names` may hold beside ids: where the plan came from, and who was asked to take it over.
SOURCE, NEIGHBOUR = "source", "neighbour"
BROUGHT = frozenset({"A1", "A2", "A19", "A22", "A35", "M1"})  # what came along, not what was done
NEIGHBOURS_WORD = frozenset({"P17", "P18a"})  # by the clock: another municipality's answer has come
FOR_SOMEBODY = N_("%(n)s for %(s)s")
BESIDE = N_("%(n)s, sammen på én skjerm")
_NARROWED_BY = {
    "A38": "outcome",
    "A4": "status",
    "A10": "how",
    "A21": "said",
    "A34": "outcome",
    "V9": "reply",
    "A25": "asked_as",
}


def event_sentence(
    event_text: Mapping[str, Any],
    words: Mapping[str, str],
    names: Mapping[str, str],
    language: str,
    voice: str = STAFF,
) -> str:
    """One everyday sentence for an event.

    event_text: the event's text, read as JSON. words: its body, empty once erased.
    names: what ids are called: parties, units, and measures by their text; also "person" for
    the person's name. Anything may be left out: then a plainer sentence is used. KeyError for a
    row that no table knows.
    """
    row_id = str(event_text["row"])
    code = event_text["codes"].get(_NARROWED_BY.get(row_id, ""), "")
    entry = HISTORY.get(f"{row_id}.{code}") or HISTORY[row_id]
    text = say(entry.to(voice), known_of(event_text, words, names), language)
    return text[:1].upper() + text[1:]


def came_by(event_text: Mapping[str, Any]) -> bool:
    """Whether somebody here took the step in the program's hand, when a plan came from elsewhere."""
    return event_text["kind"] == "operator" and bool(event_text["actor"])


def event_actor(event_text: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    """Who took the step: a name, a name for the one who was away, another place, or «Av seg selv»."""
    came = event_text["kind"] == "operator" and event_text["row"] in BROUGHT
    if came and event_text["actor"] and names.get(SOURCE):
        return translate(FROM_ELSEWHERE, {"place": names[SOURCE]}, language)
    if event_text["kind"] == "clock" and event_text["row"] in NEIGHBOURS_WORD:
        return names.get(NEIGHBOUR, "") or translate(BY_ITSELF, {}, language)
    if event_text["kind"] != "party" and not (came_by(event_text) and names.get(SOURCE)):
        return translate(BY_ITSELF if event_text["kind"] == "clock" else BY_OPERATOR, {}, language)
    name = names.get(str(event_text["actor"]), "")
    away = names.get(str(event_text.get("substitute_for") or ""), "")
    if away and name:
        return in_place_of(name, away, language)
    return translate(BESIDE, {"n": name}, language) if name and event_text.get("beside") else name


def in_place_of(name: str, away: str | None, language: str) -> str:
    """«Per for Mona» where somebody stepped in for another, else the name alone."""
    return translate(FOR_SOMEBODY, {"n": name, "s": away}, language) if name and away else name
