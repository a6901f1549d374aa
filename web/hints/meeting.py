"""Page hints of a meeting's steps; the order is that of the page."""

from __future__ import annotations

from collections.abc import Mapping

from web.hints.step_hints import MEETING, NEW_THINGS, PersonPage, StepHints
from web.request.translate import N_
from workflow.rules.names.steps import MeetingStep

MEETING_HINTS: Mapping[str, StepHints] = {
    MeetingStep.PLAN: StepHints(
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
    MeetingStep.REPLY: StepHints(
        person=PersonPage(only=("reply", "reason"), button=N_("Send svar")),
        around=True,
        news=MEETING,
    ),
    MeetingStep.REPORT_ABSENCE: StepHints(
        person=PersonPage(
            only=("reason", "stand_in"),
            lead=N_("Det er greit. Fint at du sier fra."),
            button=N_("Jeg kan ikke komme"),
            after=MEETING,
        ),
        around=True,
        news=MEETING,
    ),
    MeetingStep.CALL: StepHints(main=True, holds=("agenda",), news=MEETING),
    MeetingStep.HELD: StepHints(main=True, news=MEETING),
    MeetingStep.SEND_MINUTES: StepHints(main=True, news=MEETING),
    MeetingStep.PREPARE: StepHints(
        holds=("agenda", "written_view", "support_person"),
        person=PersonPage(
            only=("written_view", "support_person"),
            lead=N_("Alle som kommer, får se dette før møtet."),
            after=MEETING,
            keeps_version=True,
        ),
        news=MEETING,
    ),
    MeetingStep.MOVE: StepHints(holds=("place",), news=MEETING),
    MeetingStep.HAND_ON: StepHints(news=MEETING),
    MeetingStep.CANCEL: StepHints(
        person=PersonPage(
            only=("reason",), button=N_("Avlys møtet"), after=MEETING, needs=("reason",)
        ),
        news=MEETING,
    ),
    MeetingStep.TAKE_BACK: StepHints(
        person=PersonPage(only=("reason",), button=N_("Angre"), after=MEETING), news=MEETING
    ),
}
