"""What the person is told of each step, with names where they are known; notices have the nameless ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.words import notices
from workflow.words.event_facts import known_of
from workflow.words.history import HISTORY
from workflow.words.marking import N_
from workflow.words.sentence import PERSON, say

# The fullest sentence stands first; where a name is unknown the next is used, at last the notice.
FULL: Mapping[str, tuple[str, ...]] = {
    "P1": (N_("%(n)s har sagt fra at du kan trenge en plan. Du velger selv."),),
    "P1.own": (
        N_("Du har bedt om en plan. Du får svar innen %(d)s."),
        N_("Du har bedt om en plan. Du hører fra oss."),
    ),
    "P2": (N_("Planen du hadde fra %(s)s, er kommet hit. Du velger hva som blir med."),),
    "P30": (
        N_("Planen du hadde i %(s)s, er kommet hit, slik den sto %(d)s."),
        N_("Planen din er kommet hit, slik den sto %(d)s."),
    ),
    "P3": (
        N_("Ja, du får individuell plan. %(n)s er din koordinator. Ring %(tlf)s."),
        N_("Ja, du får individuell plan. %(n)s er spurt om å være din koordinator."),
    ),
    "P4": (
        N_(
            "Du får ikke plan nå. I brevet står det hvorfor. Du kan klage innen %(d)s. Vi hjelper deg."
        ),
    ),
    "P5": (N_("Saken din er sendt til %(s)s. Vi har ansvaret til de svarer."),),
    "P6": (N_("Du vil ikke ha plan nå. Det er greit. Du kan spørre igjen når du vil."),),
    "P7": (
        N_("Planen er i gang. Det første vi gjør: %(t)s."),
        N_("Planen er i gang. Vi ser på den sammen %(d)s."),
    ),
    "P8": (N_("Vi er i gang. Papirene kommer etterpå."),),
    "P9": (N_("Nå er planen vedtatt, fra %(d)s."),),
    "P9d": (N_("Du får ikke plan, men vi slutter ikke å hjelpe. Du kan klage innen %(d)s."),),
    "P10": (N_("Vi så på planen sammen. Du sa: «%(q)s»"),),
    "P11": (N_("Planen fortsetter. Vi ser på den igjen %(d)s."),),
    "P12a": (N_("Planen har pause til %(d)s. Du får ingen påminnelser nå."),),
    "P13": (N_("Vi har spurt %(n)s om å være din koordinator."),),
    "P13y": (N_("%(n)s er din koordinator nå. Passer det ikke, så si fra."),),
    "P13w": (N_("%(n)s passer på planen nå. Hvem vil du helst ha som koordinator?"),),
    "P14": (N_("%(n)s passer på planen nå. Hvem vil du helst ha som koordinator?"),),
    "P14b": (N_("%(n)s passer på planen nå. Ring når du vil."),),
    "P15": (
        N_("Vi har spurt %(s)s om å ta over. %(n)s har ansvaret til de svarer."),
        N_("Vi har spurt %(s)s om å ta over. Vi har ansvaret til de svarer."),
    ),
    "P16": (
        N_("%(s)s har tatt over planen. %(n)s er din koordinator nå."),
        N_("%(n)s er din koordinator nå."),
    ),
    "P17": (
        N_("%(s)s har tatt over planen. %(n)s er din koordinator nå."),
        N_("%(s)s har tatt over planen."),
    ),
    "P18a": (N_("Planen blir her. %(n)s har fortsatt ansvaret."),),
    "P18b": (N_("Planen blir her. %(n)s har fortsatt ansvaret."),),
    "P18c": (N_("Planen blir her. %(n)s har fortsatt ansvaret."),),
    "P18d": (N_("Planen blir her, slik du ville. %(n)s har fortsatt ansvaret."),),
    "P19": (N_("%(s)s har planen din nå. Du har fått en kopi."),),
    "P20": (N_("Planen er avsluttet, slik vi ble enige om. Du kan alltid lese den."),),
    "P20b": (N_("Kommunen vil avslutte planen. Du kan klage innen %(d)s. Den gjelder så lenge."),),
    "P21b": (N_("Nå ser ingen andre planen. Du kan åpne den selv til %(d)s."),),
    "P22b": (N_("Vi har ikke fått tak i deg. Planen hviler. Kom når det passer."),),
    "P23": (N_("Vi fikk klagen din %(d)s. Vi ser på saken på nytt."),),
    "M1": (N_("%(n)s foreslår: %(t)s. Hva synes du?"), N_("Et forslag: %(t)s. Hva synes du?")),
    "M2": (
        N_("Avtalt: %(t)s. %(n)s gjør det innen %(d)s."),
        N_("Avtalt til %(d)s: %(t)s."),
        N_("Avtalt: %(t)s."),
    ),
    "M4a": (N_("Du sa nei takk. Vi tar det ikke opp igjen uten deg."),),
    "M4b": (N_("Tjenesten sa nei til «%(t)s». Det kan du klage på."),),
    "M5": (N_("%(n)s er i gang med «%(t)s»."), N_("Vi er i gang med «%(t)s».")),
    "M6": (N_("«%(t)s» er gjort."),),
    "M7": (N_("«%(t)s» er gjort, og vi så på hvordan det gikk."),),
    "M8": (N_("Vi fortsetter med «%(t)s»."),),
    "M9": (N_("«%(t)s» er ferdig."),),
    "M10": (N_("Det ble ikke noe av «%(t)s». Skal vi prøve igjen?"),),
    "M11": (N_("Ny dato for «%(t)s»: %(d)s."),),
    "M12": (N_("Vi har spurt %(n)s om å ta over «%(t)s»."),),
    "M13a": (N_("%(n)s tar over «%(t)s»."), N_("%(n)s tar over.")),
    "M13b": (N_("Den vi spurte, kan ikke. %(n)s har det fortsatt."),),
    "M13c": (N_("Den vi spurte, kan ikke. %(n)s har det fortsatt."),),
    "M14": (N_("Vi har lagt bort «%(t)s»."),),
    "M15": (N_("Vi tar opp igjen «%(t)s»."),),
    "M17": (N_("«%(t)s» har fått et vilkår: %(q)s."),),
    "M18": (N_("«%(t)s» er endret."),),
    "M19": (N_("%(n)s har ansvaret for «%(t)s» nå."),),
    "V1": (N_("Møte %(d)s kl. %(k)s. Du velger hvem som kommer."),),
    "V2": (N_("Møte %(d)s kl. %(k)s. Kommer du?"),),
    "V4": (N_("Møtet er flyttet til %(d)s kl. %(k)s."),),
    "A5": (N_("%(n)s er med rundt deg nå."),),
    "A8": (N_("Du deler planen med %(n)s."),),
    "A11": (N_("%(n)s har skrevet til deg."),),
    "A15": (N_("Svaret tar litt tid. Du får det innen %(d)s."),),
    "A19": (N_("%(n)s kan nå hjelpe deg med planen."),),
    "A23": (N_("%(n)s vil være med deg."),),
    "A40": (N_("%(n)s har sluttet her. Du kan ringe oss som før."),),
    "V11": (N_("%(n)s leder møtet nå."),),
}


def person_sentence(row_id: str, known: Mapping[str, object], language: str) -> str:
    """What the person is told of a step.

    known: n who, s place, t measure, d day, k hour, q words, tlf; what is left out picks a
    plainer sentence. "P1.own" is P1 by the person. NoSentence for a row without any.
    """
    text = say((*FULL.get(row_id, ()), _plain(row_id.partition(".")[0])), known, language)
    return text[:1].upper() + text[1:]


def person_event(
    event_text: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str], language: str
) -> str:
    """The sentence of an event; names as for the history."""
    row_id = str(event_text["row"])
    known = dict(known_of(event_text, words, names))
    if row_id == "P1" and event_text.get("ground") in ("person", "representative"):
        row_id = "P1.own"
    if row_id in ("M1", "M5", "A11", "P1"):  # here the one who acts is the news
        known["n"] = names.get(str(event_text["actor"]), "")
    return person_sentence(row_id, known, language)


def _plain(row_id: str) -> str:
    """The sentence without names: the notice's, else the history's."""
    if row_id in notices.PERSON:
        return notices.PERSON[row_id]
    if row_id not in HISTORY:
        raise notices.NoSentence(row_id)
    return HISTORY[row_id].to(PERSON)[-1]
