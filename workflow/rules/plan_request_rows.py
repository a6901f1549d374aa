"""Rows of the PLAN table from need to answer (P1–P6); the rest stand beside."""

from __future__ import annotations

from workflow.rules import guards as g
from workflow.rules import plan_guards as p
from workflow.rules.plan_row import (
    AGREED,
    CU,
    REPORTERS,
    UNIT,
    plan_row,
)
from workflow.rules.vocabulary import (
    CLOSED,
    DECIDED,
    REQUESTED,
    START,
    TRANSFERRED,
)

REQUEST_ROWS = (
    plan_row(
        "P1",
        "report_need",
        (START,),
        REQUESTED,
        by=REPORTERS,
        p=True,
        guards=(p.no_other_open_plan, p.person_can_be_reached, p.reporter_has_consent),
        starts=("T1", "T2.decide", "T2.reply", "T14"),
        tells=("deciders", "person_if_knows"),
        basis="3.7, hpl § 38 a",
    ),
    plan_row(
        "P2",
        "register_incoming",
        (START,),
        REQUESTED,
        by=(*CU, *UNIT, "coordinator"),
        agreed=True,
        guards=(*AGREED, p.no_other_open_plan),
        starts=("T3", "T9.first", "T14"),
        tells=("deciders", "person"),
        basis="3.11",
    ),
    plan_row(
        "P3",
        "grant",
        (REQUESTED,),
        DECIDED,
        by=UNIT,
        guards=(p.consent_given, p.criteria_assessed, p.wish_asked, p.not_duplicate),
        starts=("T4.appoint", "T4.accept"),
        meets=("T1", "T2.decide", "T2.reply", "T3"),
        tells=("person", "receiver"),
        basis="3.8–3.9, hol §§ 7-1–7-3",
    ),
    plan_row(
        "P4",
        "deny",
        (REQUESTED,),
        DECIDED,
        by=UNIT,
        guards=(p.reasons_given,),
        starts=("T10.appeal",),
        meets=("T1", "T2.decide", "T2.reply", "T3"),
        tells=("person",),
        basis="L2, F11",
    ),
    plan_row(
        "P5",
        "forward",
        (REQUESTED,),
        TRANSFERRED,
        by=(*UNIT, *CU),
        guards=(p.receiver_named,),
        starts=("T9",),
        tells=("person", "receiver"),
        basis="fvl § 11, duty to forward",
    ),
    plan_row(
        "P5a",
        "receipt_outside",
        (TRANSFERRED,),
        CLOSED,
        by=(*UNIT, *CU),
        guards=(g.offer_open, g.offer_is_outside, p.receipt_dated),
        meets=("T9",),
        clock="close",
        tells=("person",),
        basis="fvl § 11",
    ),
    plan_row(
        "P6",
        "withdraw_request",
        (REQUESTED, DECIDED),
        CLOSED,
        p=True,
        clock="close",
        tells=("person", "deciders"),
        basis="pbrl § 2-5, consent",
    ),
)
