"""Rows by which somebody who leaves lets go of plans, measures and meetings (3.22); no other row lives here."""

from __future__ import annotations

from workflow.rules import leaving_guards as left
from workflow.rules import plan_guards as p
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.plan_row import CU, LIVING
from workflow.rules.row import Row
from workflow.rules.scopes import ANYBODYS, CALENDAR, MEASURES
from workflow.rules.vocabulary import (
    CALLED,
    COORDINATORS,
    HELD,
    NOT_CLOSED,
    PLANNED,
    UNCHANGED,
)

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
