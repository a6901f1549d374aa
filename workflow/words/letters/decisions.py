"""The letters' sentences by kind of decision; stored as sent, so a change raises the version."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.translatable import N_

TEMPLATE_VERSION = 2
APPEAL_DAYS = {"health": 28, "social": 21}
LAW = {
    "health": N_("pasient- og brukerrettighetsloven § 2-5, jf. § 7-5 om klage"),
    "social": N_("sosialtjenesteloven § 28, jf. forvaltningsloven § 29 om klage"),
}
TITLES: Mapping[str, str] = {
    "grant": N_("Ja, du får individuell plan"),
    "taken_over": N_("Planen din fortsetter hos oss"),
    "deny": N_("Nei, du får ikke individuell plan nå"),
    "retroactive": N_("Nå er planen din vedtatt"),
    "deny_informal": N_("Nei, du får ikke individuell plan nå"),
    "end": N_("Kommunen vil avslutte planen din"),
    "reverse": N_("Vi så på saken igjen: Ja, du får individuell plan"),
}
_HELLO = N_("Til %(person)s. %(municipality)s, %(today)s. Plan %(number)s.")
_WHY = N_("Slik har vi tenkt: %(reasons)s")
_LAW = N_("Svaret bygger på %(law)s.")
_NO_RIGHT = N_("Planen gir ikke i seg selv rett til tjenester. Den samler hjelpen du får.")
_APPEAL = N_(
    "Du kan klage innen %(until)s. Klagen sender du til %(unit)s. Vi ser på saken en gang til. "
    "Sier vi fortsatt nei, sender vi den til statsforvalteren."
)
_HELP = N_(
    "Vi hjelper deg å skrive klagen. Pasient- og brukerombudet kan også hjelpe deg, gratis. "
    "Du kan lese alle papirene i saken."
)
_STILL = N_("Du kan få en koordinator også uten plan. Si fra til oss.")
_CALL = N_("Lurer du på noe? Ring %(unit)s på %(phone)s.")
_LONG = N_("Behovet varer lenge: %(why_long)s")
_TOGETHER = N_("Tjenestene må samarbeide: %(why_coordinated)s")
_HOW_LONG = N_("Om behovet varer lenge: %(why_long)s")
_HOW_TOGETHER = N_("Om tjenester må samarbeide: %(why_coordinated)s")
_ASKED = N_("Vi har spurt %(coordinator)s om å være koordinator for deg.")
_CAME = N_("Vi har tatt over planen din fra %(place)s. Vedtaket du fikk der, gjelder også her.")
_COORDINATES = N_("%(named)s har sagt ja til å være koordinator for deg.")
_FROM = N_("Vedtaket gjelder fra %(effective)s.")
_RUNS_ON = N_("Planen gjelder så lenge, og så lenge en klage behandles.")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "grant": (_HELLO, _LONG, _TOGETHER, _ASKED, _NO_RIGHT, _LAW, _APPEAL, _HELP, _CALL),
    "taken_over": (
        _HELLO,
        _CAME,
        _LONG,
        _TOGETHER,
        _COORDINATES,
        _NO_RIGHT,
        _LAW,
        _APPEAL,
        _HELP,
        _CALL,
    ),
    "deny": (_HELLO, _HOW_LONG, _HOW_TOGETHER, _WHY, _LAW, _STILL, _APPEAL, _HELP, _CALL),
    "retroactive": (_HELLO, _FROM, _LONG, _TOGETHER, _NO_RIGHT, _LAW, _APPEAL, _HELP, _CALL),
    "deny_informal": (_HELLO, _HOW_LONG, _HOW_TOGETHER, _WHY, _LAW, _STILL, _APPEAL, _HELP, _CALL),
    "end": (_HELLO, _WHY, _LAW, _RUNS_ON, _APPEAL, _HELP, _CALL),
    "reverse": (_HELLO, _WHY, _ASKED, _NO_RIGHT, _LAW, _CALL),
}
_NEEDS = {
    _WHY: "reasons",
    _LONG: "why_long",
    _TOGETHER: "why_coordinated",
    _HOW_LONG: "why_long",
    _HOW_TOGETHER: "why_coordinated",
    _ASKED: "coordinator",
    _COORDINATES: "named",
}


def letter_paragraphs(kind: str, words: Mapping[str, str]) -> list[str]:
    """The paragraphs of a letter, without those whose words are empty."""
    return [line for line in _KINDS[kind] if line not in _NEEDS or words.get(_NEEDS[line])]
