"""Page hints of a meeting's steps; the order is that of the page."""

from __future__ import annotations

from collections.abc import Mapping

from web.step_hints import MEETING, NEW_THINGS, PersonPage, StepHints
from web.words import N_

MEETING_HINTS: Mapping[str, StepHints] = {
    "V1": StepHints(
        heading=NEW_THINGS,
        person=PersonPage(
            only=("starts_on", "starts_time", "place", "party_ids", "agenda"),
            lead=N_("Du velger hvem som kommer. Dere kan flytte det etterpå."),
            button=N_("Be om møte"),
            after=MEETING,
            labels={
                "starts_on": N_("Hvilken dag passer?"),
                "place": N_("Hvor?"),
                "agenda": N_("Hva vil du snakke om?"),
            },
            needs=("starts_on",),
        ),
        news=MEETING,
    ),
    "V9": StepHints(
        person=PersonPage(only=("reply", "reason"), button=N_("Send svar")),
        around=True,
        filled={"reply": "other_time"},
        news=MEETING,
    ),
    "V3": StepHints(
        person=PersonPage(
            only=("reason", "stand_in"),
            lead=N_("Det er greit. Fint at du sier fra."),
            button=N_("Jeg kan ikke komme"),
            after=MEETING,
        ),
        around=True,
        news=MEETING,
    ),
    "V2": StepHints(main=True, spoken=True, holds=("agenda",), news=MEETING),
    "V5": StepHints(main=True, news=MEETING),
    "V6": StepHints(main=True, news=MEETING),
    "V10": StepHints(
        holds=("agenda", "written_view", "support_person"),
        person=PersonPage(
            only=("written_view", "support_person"),
            lead=N_("Alle som kommer, får se dette før møtet."),
            after=MEETING,
            keeps_version=True,
        ),
        news=MEETING,
    ),
    "V4": StepHints(holds=("place",), news=MEETING),
    "V11": StepHints(news=MEETING),
    "V7": StepHints(
        person=PersonPage(
            only=("reason",), button=N_("Avlys møtet"), after=MEETING, needs=("reason",)
        ),
        news=MEETING,
    ),
    "V8": StepHints(
        person=PersonPage(only=("reason",), button=N_("Angre"), after=MEETING), news=MEETING
    ),
}
