"""Page hints of what moves a plan: coordinator, pause, end, transfer, decision; the order is that of the page."""

from __future__ import annotations

from collections.abc import Mapping

from web.hints.step_hints import (
    COORDINATOR,
    DECISION,
    ERROR,
    LETTERS,
    MESSAGES,
    PAUSE_AND_END,
    PEOPLE,
    RIGHTS,
    SHARING,
    TO_DATA,
    TO_INBOX,
    TO_OFFERS,
    TO_OVERSIGHT,
    TRANSFER,
    PersonPage,
    StepHints,
)
from web.request.translate import N_
from workflow.rules.names.steps import CompositeStep, PlanStep

COURSE_HINTS: Mapping[str, StepHints] = {
    PlanStep.OFFER_COORDINATOR: StepHints(
        heading=COORDINATOR,
        holds=("wish_coordinator",),
        by_number=True,
        leads_to=TO_OFFERS,
        person=PersonPage(
            only=("to_party_id", "wish_coordinator"),
            lead=N_("Den du spør, svarer ja eller nei. Ingenting endres før det."),
            button=N_("Spør"),
            after=PEOPLE,
            labels={
                "to_party_id": N_("Hvem vil du ha?"),
                "wish_coordinator": N_("Hva er viktig for deg?"),
            },
            needs=("to_party_id",),
        ),
        named_by=("wish_coordinator", "to_party_id"),
        news=PEOPLE,
    ),
    PlanStep.ACCEPT_COORDINATOR: StepHints(
        heading=COORDINATOR,
        one_click=True,
        main=True,
        answers=("coordinator",),
        person=PersonPage(button=N_("Ja, det vil jeg")),
        about_me=True,
        around=True,
        news=SHARING,
    ),
    PlanStep.DECLINE_COORDINATOR: StepHints(
        heading=COORDINATOR,
        answers=("coordinator",),
        person=PersonPage(
            only=("reason",),
            lead=N_("Det er greit å si nei."),
            button=N_("Nei takk"),
            labels={"reason": N_("Hvorfor? Noen få ord er nok")},
            needs=("reason",),
        ),
        about_me=True,
        around=True,
        news=PEOPLE,
    ),
    PlanStep.WITHDRAW_COORDINATOR_OFFER: StepHints(
        heading=COORDINATOR,
        one_click=True,
        withdraws=True,
        person=PersonPage(button=N_("Trekk spørsmålet"), after=PEOPLE),
        news=PEOPLE,
    ),
    PlanStep.LAY_DOWN: StepHints(
        heading=COORDINATOR,
        person=PersonPage(button=N_("Jeg vil ikke være koordinator lenger"), after=PEOPLE),
        about_me=True,
        news=PEOPLE,
    ),
    PlanStep.VACATE: StepHints(heading=COORDINATOR),
    PlanStep.CHANGE_ACTING: StepHints(heading=COORDINATOR),
    PlanStep.ASK_COORDINATOR: StepHints(heading=COORDINATOR, by_number=True),
    PlanStep.PROPOSE_COORDINATOR: StepHints(heading=COORDINATOR, by_number=True),
    PlanStep.PAUSE: StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(
            only=("until_on", "reason"),
            lead=N_("I pausen får du ingen påminnelser. Du kan starte igjen når du vil."),
            button=N_("Ta pause"),
            labels={"reason": N_("Hvorfor nå? Noen få ord er nok")},
            needs=("until_on", "reason"),
        ),
    ),
    PlanStep.RESUME: StepHints(heading=PAUSE_AND_END, person=PersonPage(button=N_("Sett i gang"))),
    PlanStep.STOP_SHARING: StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(button=N_("Slutt å dele med alle"), after=SHARING),
        news=SHARING,
    ),
    PlanStep.SHARE_AGAIN: StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(button=N_("Åpne planen igjen"), after=SHARING),
        news=SHARING,
    ),
    PlanStep.WITHDRAW_CONSENT: StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(
            lead=N_(
                "Da er planen slutt, og ingen andre ser den. Du kan angre i 30 dager. Du kan "
                "alltid lese den selv."
            ),
            button=N_("Jeg vil ikke ha planen lenger"),
            after=SHARING,
        ),
        news=SHARING,
    ),
    PlanStep.UNDO_WITHDRAWAL: StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(button=N_("Jeg vil ha planen likevel")),
        news=SHARING,
    ),
    PlanStep.LET_REST: StepHints(heading=PAUSE_AND_END),
    PlanStep.CLOSE: StepHints(heading=PAUSE_AND_END, news=LETTERS),
    PlanStep.END_BY_DECISION: StepHints(heading=PAUSE_AND_END, news=LETTERS),
    PlanStep.WITHDRAW_REQUEST: StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(
            only=("words",),
            lead=N_("Det er greit. Du kan spørre igjen når du vil."),
            button=N_("Jeg vil ikke ha plan nå"),
        ),
    ),
    PlanStep.END_DEATH_OR_MOVED: StepHints(heading=PAUSE_AND_END),
    PlanStep.OFFER_TRANSFER: StepHints(heading=TRANSFER, leads_to=TO_OFFERS),
    PlanStep.FORWARD: StepHints(heading=TRANSFER, leads_to=TO_OFFERS),
    PlanStep.ACCEPT_TRANSFER: StepHints(
        heading=TRANSFER, main=True, answers=("authority", "transfer"), news=SHARING
    ),
    PlanStep.DECLINE_TRANSFER: StepHints(
        heading=TRANSFER, answers=("authority", "transfer"), stays_here=True
    ),
    PlanStep.EXPIRE_TRANSFER: StepHints(stays_here=True),
    PlanStep.END_TRANSFER_UNAGREED: StepHints(stays_here=True),
    PlanStep.WITHDRAW_TRANSFER: StepHints(
        heading=TRANSFER,
        one_click=True,
        withdraws=True,
        stays_here=True,
        person=PersonPage(
            lead=N_("Da blir planen her. Vi har fortsatt ansvaret."),
            button=N_("Planen skal bli her"),
        ),
    ),
    PlanStep.ACCEPTED_OUTSIDE: StepHints(heading=TRANSFER),
    PlanStep.RECEIPT_OUTSIDE: StepHints(heading=TRANSFER),
    PlanStep.GRANT: StepHints(
        heading=DECISION,
        page="staff.case",
        leads_to=TO_OFFERS,
        news=LETTERS,
    ),
    PlanStep.DENY: StepHints(heading=DECISION, page="staff.case", news=LETTERS),
    PlanStep.START_INFORMALLY: StepHints(heading=DECISION),
    PlanStep.DECIDE_RETROACTIVELY: StepHints(heading=DECISION, news=LETTERS),
    PlanStep.DENY_AFTER_INFORMAL_START: StepHints(heading=DECISION, news=LETTERS),
    PlanStep.COMPLAIN: StepHints(
        heading=DECISION,
        person=PersonPage(
            only=("about", "words"),
            lead=N_(
                "Skriv slik du vil. Vi hjelper deg gjerne. Etterpå kan du skrive den ut og "
                "signere den."
            ),
            button=N_("Send klagen"),
            after=RIGHTS,
            needs=("words",),
        ),
    ),
    PlanStep.ASSESS_COMPLAINT: StepHints(heading=DECISION),
    PlanStep.ASK_FOR_ACCESS: StepHints(
        heading=DECISION,
        person=PersonPage(
            only=("words",),
            lead=N_("Du får svar innen en måned."),
            button=N_("Be om innsyn"),
            after=RIGHTS,
            labels={"words": N_("Hva vil du se?")},
        ),
    ),
    PlanStep.ASK_FOR_CORRECTION: StepHints(
        heading=DECISION,
        leads_to=TO_DATA,
        person=PersonPage(
            only=("words",),
            lead=N_("Du får svar innen en måned. Det som sto der før, blir stående i historien."),
            button=N_("Be om retting"),
            after=RIGHTS,
            labels={"words": N_("Hva er feil? Hva skal det stå?")},
            needs=("words",),
        ),
    ),
    PlanStep.ASK_FOR_ERASURE: StepHints(
        heading=DECISION,
        leads_to=TO_DATA,
        person=PersonPage(
            only=("words",),
            lead=N_("Du får svar innen en måned. Ofte sier loven at vi må ta vare på det."),
            button=N_("Be om sletting"),
            after=RIGHTS,
            labels={"words": N_("Hva vil du ha bort?")},
        ),
    ),
    PlanStep.ANSWER_DATA_REQUEST: StepHints(
        heading=DECISION, for_privacy=True, back="staff.data_requests"
    ),
    PlanStep.TAKE_MORE_TIME: StepHints(
        heading=DECISION, for_privacy=True, back="staff.data_requests"
    ),
    PlanStep.REVERSE: StepHints(heading=DECISION, leads_to=TO_OFFERS),
    PlanStep.GOVERNOR_ANSWERED: StepHints(heading=DECISION),
    PlanStep.APPEAL_UPHELD: StepHints(heading=DECISION),
    PlanStep.LAPSE: StepHints(heading=DECISION),
    PlanStep.REOPEN: StepHints(heading=DECISION),
    PlanStep.REOPEN_AS_NEED: StepHints(heading=DECISION, leads_to=TO_INBOX),
    PlanStep.ACCEPT_NEW_REVIEW_DATE: StepHints(heading=DECISION, by_number=True),
    PlanStep.ENTERED_IN_ERROR: StepHints(heading=ERROR),
    PlanStep.ASK_CONFIRMATION: StepHints(only_there=True, leads_to=TO_OFFERS),
    PlanStep.CONFIRM: StepHints(heading=DECISION, main=True, answers=("confirmation",)),
    PlanStep.DECLINE_CONFIRMATION: StepHints(heading=DECISION, answers=("confirmation",)),
    PlanStep.WITHDRAW_CONFIRMATION: StepHints(heading=DECISION, withdraws=True),
    PlanStep.REPORT_NEED: StepHints(only_there=True, leads_to=TO_INBOX),
    PlanStep.REGISTER_INCOMING: StepHints(only_there=True, leads_to=TO_INBOX),
    PlanStep.BRING_IN: StepHints(only_there=True),
    PlanStep.REVIEW: StepHints(page="staff.review"),
    PlanStep.CONTINUE: StepHints(),
    PlanStep.EXPIRE_COORDINATOR: StepHints(news=PEOPLE),
    PlanStep.END_WHEN_LAPSED: StepHints(news=LETTERS),
    PlanStep.ANSWER: StepHints(news=MESSAGES),
    PlanStep.ANSWER_ACCESS: StepHints(for_privacy=True, back="staff.messages"),
    PlanStep.OPEN_IN_EMERGENCY: StepHints(leads_to=TO_OVERSIGHT),
    PlanStep.SHARING_LAPSED: StepHints(news=SHARING),
    CompositeStep.REPORT_AND_START: StepHints(only_there=True),
    CompositeStep.REVIEW_AND_CONTINUE: StepHints(page="staff.review"),
}
