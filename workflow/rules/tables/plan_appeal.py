"""Rows of the PLAN table for complaint, reopening and what was entered by mistake."""

from __future__ import annotations

from workflow.rules.deadlines.kinds import TRANSITIONS
from workflow.rules.engine import shared_guards as g
from workflow.rules.engine.transition import COORDINATES, LETTER, PartyField
from workflow.rules.engine.vocabulary import ACTIVE, CLOSED, DECIDED, REQUESTED, STATES, UNCHANGED
from workflow.rules.guards import plan as p
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS
from workflow.rules.tables.plan_transition import AGREED, CU, UNIT, plan_transition

APPEAL_ROWS = (
    plan_transition(
        PlanStep.COMPLAIN,
        "P23",
        STATES,
        UNCHANGED,
        persons_own=True,
        starts=(DeadlineCode.ASSESS_COMPLAINT, DeadlineCode.FORWARD_COMPLAINT),
        notifies=("person", "deciders"),
        scope=DOCUMENTS,
        whatever_is_shared=True,
        basis="L2, fvl § 31",
        when_paused=True,
        guards=(p.complaint_not_in_future,),
    ),
    plan_transition(
        PlanStep.REVERSE,
        "P24a",
        (DECIDED, CLOSED),
        DECIDED,
        relations=UNIT,
        guards=(p.denied, p.reason_given, p.not_the_maker_alone, p.person_has_no_other_plan),
        starts=(DeadlineCode.APPOINT_COORDINATOR, DeadlineCode.COORDINATOR_ANSWERS),
        meets=(
            DeadlineCode.APPEAL_WINDOW,
            DeadlineCode.ASSESS_COMPLAINT,
            DeadlineCode.FORWARD_COMPLAINT,
        ),
        notifies=("person", "receiver"),
        scope=DOCUMENTS,
        urgency=LETTER,
        basis="F8",
        parties=(PartyField("to_party_id", COORDINATES),),
    ),
    plan_transition(
        PlanStep.APPEAL_UPHELD,
        "P24b",
        (DECIDED, CLOSED),
        REQUESTED,
        relations=CU,
        guards=(p.denied, p.reason_given, p.person_has_no_other_plan),
        starts=(DeadlineCode.DECIDE_REQUEST,),
        meets=(
            DeadlineCode.APPEAL_WINDOW,
            DeadlineCode.ASSESS_COMPLAINT,
            DeadlineCode.FORWARD_COMPLAINT,
        ),
        notifies=("person", "deciders"),
        scope=DOCUMENTS,
        urgency=LETTER,
        basis="F8",
    ),
    plan_transition(
        PlanStep.LAPSE,
        "P25",
        (DECIDED,),
        CLOSED,
        relations=CU,
        guards=(p.denied, p.appeal_lapsed, g.no_complaint_open),
        deadline_clock="close",
        notifies=("person",),
        basis="L2",
    ),
    plan_transition(
        PlanStep.REOPEN,
        "P26a",
        (CLOSED,),
        ACTIVE,
        relations=CU,
        agreed=True,
        guards=(
            *AGREED,
            p.not_error,
            p.not_handed_over,
            p.no_other_open_plan,
            p.has_decision,
            p.closed_recently,
            p.reason_given,
            p.review_date_ahead,
        ),
        starts=(DeadlineCode.REVIEW, DeadlineCode.QUIET_PLAN, DeadlineCode.VACANCY, *TRANSITIONS),
        notifies=("person", "coordinating"),
        basis="F28",
    ),
    plan_transition(
        PlanStep.REOPEN_AS_NEED,
        "P26b",
        (CLOSED,),
        REQUESTED,
        relations=CU,
        agreed=True,
        guards=(*AGREED, p.not_error, p.not_handed_over, p.no_other_open_plan, p.reason_given),
        starts=(
            DeadlineCode.ACKNOWLEDGE_REPORT,
            DeadlineCode.DECIDE_REQUEST,
            DeadlineCode.PROVISIONAL_REPLY,
            DeadlineCode.QUIET_PLAN,
        ),
        notifies=("person", "deciders"),
        basis="F28",
    ),
    plan_transition(
        PlanStep.ENTERED_IN_ERROR,
        "P27",
        STATES,
        CLOSED,
        relations=CU,
        guards=(p.not_error, p.reason_given),
        deadline_clock="close",
        by_two=True,
        notifies=("person_who_knew", "coordinator_before"),
        farewell=True,
        basis="5.1",
        when_paused=True,
        counts_as_activity=False,
    ),
)
