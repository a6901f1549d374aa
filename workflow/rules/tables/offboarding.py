"""Rows by which somebody who leaves lets go of plans, measures and meetings, so that nobody is left without (3.22)."""

from __future__ import annotations

from workflow.rules.engine.transition import ABOUT, COORDINATES, TASK, PartyField, Transition
from workflow.rules.engine.vocabulary import (
    CALLED,
    COORDINATORS,
    HELD,
    NOT_CLOSED,
    PLANNED,
    UNCHANGED,
)
from workflow.rules.guards import offboarding as left
from workflow.rules.guards import plan as p
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.sharing.scopes import ANYBODYS, CALENDAR, MEASURES
from workflow.rules.tables.plan_transition import CU, LIVING

OFFICE = ("leader", *CU)

OFFBOARDING_TRANSITIONS = (
    Transition(
        PlanStep.CHANGE_ACTING,
        "P14b",
        LIVING,
        UNCHANGED,
        relations=CU,
        guards=(left.somebody_acts, p.acting_named),
        notifies=("person",),
        scope=ANYBODYS,
        basis="F11, F12",
        when_paused=True,
        counts_as_activity=False,
        parties=(PartyField("acting_id", COORDINATES),),
    ),
    Transition(
        PlanStep.STAFF_LEAVES,
        "A40",
        NOT_CLOSED,
        UNCHANGED,
        relations=(*OFFICE, "clock"),
        notifies=("person_if_knows",),
        scope=ANYBODYS,
        basis="0.1, 3.22",
        when_paused=True,
        counts_as_activity=False,
        parties=(PartyField("party_id", ABOUT),),
    ),
    Transition(
        MeasureStep.ACCOUNTABLE_LEAVES,
        "M19",
        NOT_CLOSED,
        UNCHANGED,
        relations=(*COORDINATORS, *OFFICE),
        guards=(p.receiver_named, left.not_the_persons_own, left.receiver_sees_plan),
        notifies=("person", "accountable", "coordinator"),
        scope=MEASURES,
        basis="3.22, 5.0",
        when_paused=True,
        counts_as_activity=False,
        parties=(PartyField("to_party_id", TASK),),
    ),
    Transition(
        MeetingStep.HAND_ON,
        "V11",
        (PLANNED, CALLED, HELD),
        UNCHANGED,
        relations=(*COORDINATORS, *OFFICE),
        guards=(p.receiver_named, left.receiver_sees_plan),
        notifies=("person", "chair"),
        scope=CALENDAR,
        basis="5.2b",
        when_paused=True,
        counts_as_activity=False,
        parties=(PartyField("to_party_id", TASK),),
    ),
)
