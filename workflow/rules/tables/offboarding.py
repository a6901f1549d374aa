"""Rows by which somebody who leaves lets go of plans, measures and meetings (3.22); no other row lives here."""

from __future__ import annotations

from workflow.rules.engine.transition import Row
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

LEAVING_ROWS = (
    Row(
        PlanStep.CHANGE_ACTING,
        "P14b",
        LIVING,
        UNCHANGED,
        by=CU,
        guards=(left.somebody_acts, p.acting_named),
        tells=("person",),
        scope=ANYBODYS,
        basis="F11, F12",
        when_paused=True,
        life=False,
    ),
    Row(
        PlanStep.STAFF_LEAVES,
        "A40",
        NOT_CLOSED,
        UNCHANGED,
        by=(*OFFICE, "clock"),
        tells=("person_if_knows",),
        scope=ANYBODYS,
        basis="0.1, 3.22",
        when_paused=True,
        life=False,
    ),
    Row(
        MeasureStep.ACCOUNTABLE_LEAVES,
        "M19",
        NOT_CLOSED,
        UNCHANGED,
        by=(*COORDINATORS, *OFFICE),
        guards=(p.receiver_named, left.not_the_persons_own, left.receiver_sees_plan),
        tells=("person", "accountable", "coordinator"),
        scope=MEASURES,
        basis="3.22, 5.0",
        when_paused=True,
        life=False,
    ),
    Row(
        MeetingStep.HAND_ON,
        "V11",
        (PLANNED, CALLED, HELD),
        UNCHANGED,
        by=(*COORDINATORS, *OFFICE),
        guards=(p.receiver_named, left.receiver_sees_plan),
        tells=("person", "chair"),
        scope=CALENDAR,
        basis="5.2b",
        when_paused=True,
        life=False,
    ),
)
