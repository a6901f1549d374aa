"""Rows of the PLAN table from need to answer, and of a plan that had its life elsewhere."""

from __future__ import annotations

from workflow.rules.engine import shared_guards as g
from workflow.rules.engine.transition import ABOUT, COORDINATES, LETTER, OFFER, PartyField
from workflow.rules.engine.vocabulary import (
    AS_GIVEN,
    CLOSED,
    DECIDED,
    REQUESTED,
    START,
    TRANSFERRED,
)
from workflow.rules.guards import plan as p
from workflow.rules.guards.sharing import plan_yes_of_age
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS
from workflow.rules.tables.plan_transition import AGREED, CU, REPORTERS, UNIT, plan_transition

REQUEST_ROWS = (
    plan_transition(
        PlanStep.REPORT_NEED,
        "P1",
        (START,),
        REQUESTED,
        relations=REPORTERS,
        persons_own=True,
        guards=(
            p.no_other_open_plan,
            p.person_can_be_reached,
            p.reporter_has_consent,
            plan_yes_of_age,
        ),
        starts=(
            DeadlineCode.ACKNOWLEDGE_REPORT,
            DeadlineCode.DECIDE_REQUEST,
            DeadlineCode.PROVISIONAL_REPLY,
            DeadlineCode.QUIET_PLAN,
            DeadlineCode.SETTLE_DUPLICATE,
        ),
        notifies=("deciders", "person_if_knows"),
        gains=("participant",),
        basis="3.7, hpl § 38 a",
        parties=(PartyField("person_id", ABOUT),),
    ),
    plan_transition(
        PlanStep.REGISTER_INCOMING,
        "P2",
        (START,),
        REQUESTED,
        relations=(*CU, *UNIT, "coordinator"),
        agreed=True,
        guards=(*AGREED, p.no_other_open_plan, plan_yes_of_age),
        starts=(
            DeadlineCode.DECIDE_INCOMING,
            DeadlineCode.FIRST_APPOINTMENT,
            DeadlineCode.QUIET_PLAN,
            DeadlineCode.SETTLE_DUPLICATE,
        ),
        notifies=("deciders", "person"),
        scope=DOCUMENTS,
        basis="3.11",
        parties=(PartyField("person_id", ABOUT),),
    ),
    plan_transition(
        PlanStep.BRING_IN,
        "P30",
        (START,),
        AS_GIVEN,
        relations=CU,
        guards=(p.brings_no_second_plan,),
        notifies=("coordinator", "person_if_knows"),
        counts_as_activity=False,  # a plan is as quiet as it was where it came from
        basis="3.11, the plans a municipality has before it begins here",
    ),
    plan_transition(
        PlanStep.GRANT,
        "P3",
        (REQUESTED,),
        DECIDED,
        relations=UNIT,
        guards=(
            p.consent_given,
            p.criteria_assessed,
            p.wish_asked,
            p.not_duplicate,
            plan_yes_of_age,
        ),
        starts=(DeadlineCode.APPOINT_COORDINATOR, DeadlineCode.COORDINATOR_ANSWERS),
        meets=(
            DeadlineCode.ACKNOWLEDGE_REPORT,
            DeadlineCode.DECIDE_REQUEST,
            DeadlineCode.PROVISIONAL_REPLY,
            DeadlineCode.DECIDE_INCOMING,
        ),
        notifies=("person", "receiver"),
        scope=DOCUMENTS,
        urgency=LETTER,
        first_yes=True,
        basis="3.8–3.9, hol §§ 7-1–7-3",
        parties=(PartyField("to_party_id", COORDINATES),),
    ),
    plan_transition(
        PlanStep.DENY,
        "P4",
        (REQUESTED,),
        DECIDED,
        relations=UNIT,
        guards=(p.reasons_given,),
        starts=(DeadlineCode.APPEAL_WINDOW,),
        meets=(
            DeadlineCode.ACKNOWLEDGE_REPORT,
            DeadlineCode.DECIDE_REQUEST,
            DeadlineCode.PROVISIONAL_REPLY,
            DeadlineCode.DECIDE_INCOMING,
        ),
        notifies=("person",),
        scope=DOCUMENTS,
        urgency=LETTER,
        basis="L2, F11",
    ),
    plan_transition(
        PlanStep.FORWARD,
        "P5",
        (REQUESTED,),
        TRANSFERRED,
        relations=(*UNIT, *CU),
        guards=(p.receiver_named,),
        starts=(DeadlineCode.TRANSFER_ANSWER,),
        notifies=("person", "receiver"),
        offer_kinds=("authority",),
        urgency=OFFER,
        basis="fvl § 11, duty to forward",
    ),
    plan_transition(
        PlanStep.RECEIPT_OUTSIDE,
        "P5a",
        (TRANSFERRED,),
        CLOSED,
        relations=(*UNIT, *CU),
        guards=(g.offer_open, g.offer_is_outside, p.receipt_dated),
        meets=(DeadlineCode.TRANSFER_ANSWER,),
        deadline_clock="close",
        notifies=("person",),
        offer_kinds=("authority",),
        basis="fvl § 11",
    ),
    plan_transition(
        PlanStep.WITHDRAW_REQUEST,
        "P6",
        (REQUESTED, DECIDED),
        CLOSED,
        persons_own=True,
        deadline_clock="close",
        notifies=("person", "deciders"),
        basis="pbrl § 2-5, consent",
    ),
)
