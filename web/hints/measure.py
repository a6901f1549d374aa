"""Page hints of a measure's steps, and of those that make one; the order is that of the page."""

from __future__ import annotations

from collections.abc import Mapping

from web.hints.step_hints import NEW_THINGS, PLAN, TO_OFFERS, PersonPage, StepHints
from web.request.translate import N_
from workflow.rules.names.steps import CompositeStep, MeasureStep

MEASURE_HINTS: Mapping[str, StepHints] = {
    MeasureStep.PROPOSE: StepHints(
        heading=NEW_THINGS,
        person=PersonPage(
            only=("text", "goal_id"),
            lead=N_("Koordinatoren svarer deg innen fem arbeidsdager."),
            button=N_("Send forslaget"),
            labels={"text": N_("Hva vil du at vi gjør?")},
            needs=("text",),
        ),
    ),
    MeasureStep.ACCEPT: StepHints(
        one_click=True,
        front=True,
        main=True,
        answers=("measure", "accountable"),
        person=PersonPage(button=N_("Ja, jeg tar over")),
        about_me=True,
        around=True,
    ),
    MeasureStep.DECLINE: StepHints(
        front=True,
        answers=("measure", "accountable"),
        person=PersonPage(
            only=("reason",),
            lead=N_("Det er greit å si nei."),
            button=N_("Jeg kan ikke"),
            labels={"reason": N_("Vil du si hvorfor?")},
        ),
        about_me=True,
        around=True,
    ),
    CompositeStep.DONE_AND_EVALUATED: StepHints(front=True, main=True),
    MeasureStep.DONE: StepHints(
        one_click=True, front=True, person=PersonPage(button=N_("Gjort!")), around=True
    ),
    MeasureStep.AGREE: StepHints(
        front=True,
        main=True,
        holds=("accountable_id", "due_on", "due_time", "look_again_on"),
    ),
    MeasureStep.EVALUATE: StepHints(front=True, main=True),
    MeasureStep.CLOSE: StepHints(
        front=True, person=PersonPage(button=N_("Jeg er ferdig med dette"), after=PLAN)
    ),
    MeasureStep.GO_ON: StepHints(
        front=True,
        person=PersonPage(
            only=("due_on",),
            lead=N_("Så fint. Når vil du ha gjort det?"),
            button=N_("Vi gjør det en gang til"),
            after=PLAN,
            needs=("due_on",),
        ),
    ),
    MeasureStep.CAME_TO_NOTHING: StepHints(
        front=True,
        person=PersonPage(
            only=("next_step",),
            lead=N_("Sånt skjer. Det er bare fint å si fra."),
            button=N_("Det ble ikke noe av"),
        ),
        around=True,
    ),
    MeasureStep.BEGIN: StepHints(
        one_click=True, front=True, person=PersonPage(button=N_("Jeg er i gang"), after=PLAN)
    ),
    MeasureStep.REFUSE: StepHints(
        front=True,
        person=PersonPage(
            only=("words",), lead=N_("Det er greit å si nei."), button=N_("Nei takk")
        ),
    ),
    MeasureStep.MOVE_DATE: StepHints(
        holds=("due_on", "due_time", "look_again_on"),
        person=PersonPage(
            only=("due_on", "reason"),
            button=N_("Flytt"),
            labels={"reason": N_("Hvorfor? Noen få ord er nok")},
            needs=("due_on", "reason"),
        ),
        around=True,
    ),
    MeasureStep.OFFER: StepHints(
        leads_to=TO_OFFERS,
        person=PersonPage(
            only=("to_party_id", "reason"),
            lead=N_("Du har det til den du spør, har sagt ja."),
            button=N_("Spør"),
            after=PLAN,
            needs=("to_party_id",),
        ),
        about_me=True,
    ),
    MeasureStep.ACCOUNTABLE_LEAVES: StepHints(),
    MeasureStep.WITHDRAW_OFFER: StepHints(one_click=True, about_me=True),
    MeasureStep.CHANGE_DETAILS: StepHints(
        holds=("text", "agreed_consequence", "system_code", "service_decision_ref", "goal_id"),
        person=PersonPage(only=("text",), after=PLAN, keeps_version=True),
    ),
    MeasureStep.SET_CONDITION: StepHints(holds=("condition", "condition_by")),
    MeasureStep.SERVICE_DENIES: StepHints(),
    MeasureStep.CANCEL: StepHints(),
    MeasureStep.REOPEN: StepHints(),
    MeasureStep.TAKE_BACK: StepHints(
        person=PersonPage(
            only=("reason",),
            lead=N_("Da blir det som det var før."),
            button=N_("Angre"),
            after=PLAN,
            labels={"reason": N_("Vil du si hvorfor?")},
        )
    ),
    CompositeStep.AGREE_IN_MEETING: StepHints(),
    CompositeStep.DO_IT_NOW: StepHints(),
}
