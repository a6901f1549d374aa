"""Page hints of a measure's steps, and of those that make one; the order is that of the page."""

from __future__ import annotations

from collections.abc import Mapping

from web.step_hints import NEW_THINGS, PLAN, TO_OFFERS, PersonPage, StepHints
from web.words import N_

MEASURE_HINTS: Mapping[str, StepHints] = {
    "M1": StepHints(
        heading=NEW_THINGS,
        person=PersonPage(
            only=("text", "goal_id"),
            lead=N_("Koordinatoren svarer deg innen fem arbeidsdager."),
            button=N_("Send forslaget"),
            labels={"text": N_("Hva vil du at vi gjør?")},
            needs=("text",),
        ),
    ),
    "M13a": StepHints(
        one_click=True,
        front=True,
        main=True,
        answers=("measure", "accountable"),
        person=PersonPage(button=N_("Ja, jeg tar over")),
        about_me=True,
        around=True,
    ),
    "M13b": StepHints(
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
    "C4": StepHints(front=True, main=True, spoken=True),
    "M6": StepHints(
        one_click=True, front=True, spoken=True, person=PersonPage(button=N_("Gjort!")), around=True
    ),
    "M2": StepHints(
        front=True,
        main=True,
        spoken=True,
        holds=("accountable_id", "due_on", "due_time", "look_again_on"),
    ),
    "M7": StepHints(front=True, main=True, spoken=True),
    "M9": StepHints(
        front=True, spoken=True, person=PersonPage(button=N_("Jeg er ferdig med dette"), after=PLAN)
    ),
    "M8": StepHints(
        front=True,
        spoken=True,
        person=PersonPage(
            only=("due_on",),
            lead=N_("Så fint. Når vil du ha gjort det?"),
            button=N_("Vi gjør det en gang til"),
            after=PLAN,
            needs=("due_on",),
        ),
    ),
    "M10": StepHints(
        front=True,
        spoken=True,
        person=PersonPage(
            only=("next_step",),
            lead=N_("Sånt skjer. Det er bare fint å si fra."),
            button=N_("Det ble ikke noe av"),
        ),
        around=True,
    ),
    "M5": StepHints(
        one_click=True, front=True, person=PersonPage(button=N_("Jeg er i gang"), after=PLAN)
    ),
    "M4a": StepHints(
        front=True,
        spoken=True,
        person=PersonPage(
            only=("words",), lead=N_("Det er greit å si nei."), button=N_("Nei takk")
        ),
    ),
    "M11": StepHints(
        holds=("due_on", "due_time", "look_again_on"),
        person=PersonPage(
            only=("due_on", "reason"),
            button=N_("Flytt"),
            labels={"reason": N_("Hvorfor? Noen få ord er nok")},
            needs=("due_on", "reason"),
        ),
        around=True,
    ),
    "M12": StepHints(
        asked=N_("Du er spurt om å ta over et tiltak"),
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
    "M19": StepHints(),
    "M13d": StepHints(one_click=True, about_me=True),
    "M18": StepHints(
        holds=("text", "agreed_consequence", "system_code", "service_decision_ref", "goal_id"),
        person=PersonPage(only=("text",), after=PLAN, keeps_version=True),
    ),
    "M17": StepHints(holds=("condition", "condition_by")),
    "M4b": StepHints(),
    "M14": StepHints(spoken=True),
    "M15": StepHints(spoken=True),
    "M16": StepHints(
        person=PersonPage(
            only=("reason",),
            lead=N_("Da blir det som det var før."),
            button=N_("Angre"),
            after=PLAN,
            labels={"reason": N_("Vil du si hvorfor?")},
        )
    ),
    "C2": StepHints(spoken=True, accountable_yes=True),
    "C3": StepHints(spoken=True, accountable_yes=True),
}
