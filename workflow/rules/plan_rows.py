"""The PLAN table (domain 5.1) as data; acts that move no state stand in act_rows."""

from __future__ import annotations

from workflow.rules import guards as g
from workflow.rules import plan_guards as p
from workflow.rules.row import Guard, Row
from workflow.rules.vocabulary import (
    ACTIVE,
    CLOSED,
    COORDINATORS,
    DECIDED,
    NOT_CLOSED,
    REQUESTED,
    REVIEWED,
    START,
    STATE_BEFORE,
    STATES,
    TRANSFERRED,
    UNCHANGED,
)

UNIT = ("deciding_unit",)
CU = ("coordinating_unit",)
LIVING = (DECIDED, ACTIVE, REVIEWED, TRANSFERRED)
IN_USE = (ACTIVE, REVIEWED, TRANSFERRED)
AGREED: tuple[Guard, ...] = (g.person_agreed, g.agreement_not_in_future)
REPORTERS = (*UNIT, *CU, "coordinator", "acting_coordinator", "leader", "participant", "relative")


def _plan(id: str, trigger: str, sources: tuple[str, ...], dest: str, **rest: object) -> Row:
    """A row of the plan's table."""
    return Row(id, "plan", trigger, sources, dest, **rest)  # type: ignore[arg-type]


REQUEST_ROWS = (
    _plan(
        "P1", "report_need", (START,), REQUESTED,
        by=REPORTERS, p=True,
        guards=(p.no_other_open_plan, p.person_can_be_reached),
        starts=("T1", "T2.decide", "T2.reply", "T14"),
        tells=("deciders", "person_if_knows"), basis="3.7, hpl § 38 a",
    ),
    _plan(
        "P2", "register_incoming", (START,), REQUESTED,
        by=(*CU, *UNIT, "coordinator"), agreed=True,
        guards=(*AGREED, p.no_other_open_plan),
        starts=("T3", "T14"), tells=("deciders", "person"), basis="3.11",
    ),
    _plan(
        "P3", "grant", (REQUESTED,), DECIDED,
        by=UNIT,
        guards=(p.consent_given, p.criteria_assessed, p.wish_asked),
        starts=("T4.appoint", "T4.accept"), meets=("T1", "T2.decide", "T2.reply", "T3"),
        tells=("person", "receiver"), basis="3.8–3.9, hol §§ 7-1–7-3",
    ),
    _plan(
        "P4", "deny", (REQUESTED,), DECIDED,
        by=UNIT, guards=(p.reasons_given,),
        starts=("T10.appeal",), meets=("T1", "T2.decide", "T2.reply", "T3"),
        tells=("person",), basis="L2, F11",
    ),
    _plan(
        "P5", "forward", (REQUESTED,), TRANSFERRED,
        by=(*UNIT, *CU), guards=(p.receiver_named,),
        starts=("T9",), tells=("person", "receiver"), basis="fvl § 11, duty to forward",
    ),
    _plan(
        "P5a", "receipt_outside", (TRANSFERRED,), CLOSED,
        by=(*UNIT, *CU), guards=(g.offer_open, p.receipt_dated),
        meets=("T9",), clock="close", tells=("person",), basis="fvl § 11",
    ),
    _plan(
        "P6", "withdraw_request", (REQUESTED, DECIDED), CLOSED,
        p=True, clock="close", tells=("person", "deciders"), basis="pbrl § 2-5, consent",
    ),
)

USE_ROWS = (
    _plan(
        "P7", "start", (DECIDED,), ACTIVE,
        by=COORDINATORS,
        guards=(p.granted, p.coordinator_accepted, p.has_goal, p.review_date_ahead),
        starts=("T5", "T8.review"), meets=("T4.appoint", "T4.accept"),
        tells=("person", "participants"), basis="litra c, g; 4.2",
    ),
    _plan(
        "P8", "start_informally", (REQUESTED,), ACTIVE,
        by=("deciding_unit", "leader", "coordinating_unit", "participant"),
        guards=(p.consent_given, p.informal_allowed, p.somebody_coordinates),
        starts=("T6",), meets=("T2.decide", "T3"), tells=("person", "deciders"),
        basis="3.10, 4.4",
    ),
    _plan(
        "P9", "decide_retroactively", (ACTIVE,), ACTIVE,
        by=UNIT,
        guards=(p.informal, p.criteria_assessed, p.effective_between),
        starts=("T8.review",), meets=("T1", "T2.reply", "T6"), tells=("person", "coordinator"),
        basis="3.10",
    ),
    _plan(
        "P9d", "deny_after_informal_start", (ACTIVE,), DECIDED,
        by=UNIT, guards=(p.informal, p.reasons_given),
        starts=("T10.appeal",), meets=("T1", "T2.reply", "T6"), tells=("person", "coordinator"),
        basis="L2",
    ),
    _plan(
        "P10", "review", (ACTIVE,), REVIEWED,
        by=COORDINATORS, agreed=True,
        guards=(*AGREED, p.measures_answered, p.person_rated, p.relatives_discussed),
        starts=("T8.conclude",), meets=("T8.review", "T12"), tells=("person",),
        basis="2.2, 2.6, F28",
    ),
    _plan(
        "P11", "continue", (REVIEWED,), ACTIVE,
        by=COORDINATORS, agreed=True, guards=(*AGREED, p.review_date_ahead),
        starts=("T8.review",), meets=("T8.conclude",), tells=("person",), basis="litra g",
    ),
    _plan(
        "P12a", "pause", (ACTIVE, REVIEWED), UNCHANGED,
        p=True, guards=(p.not_paused, p.reason_given, p.pause_short),
        starts=("P12.until",), clock="pause", tells=("person", "participants"), basis="F28",
        when_paused=True,
    ),
    _plan(
        "P12b", "resume", (ACTIVE, REVIEWED), UNCHANGED,
        by=("clock",), p=True, guards=(p.is_paused,),
        meets=("P12.until",), clock="resume", tells=("person", "participants"), basis="F28",
        when_paused=True,
    ),
)

COORDINATOR_ROWS = (
    _plan(
        "P13", "offer_coordinator", LIVING, UNCHANGED,
        by=(*COORDINATORS, *CU, *UNIT), p=True,
        guards=(g.no_offer_open, p.receiver_named, p.wish_asked, p.receiver_present),
        starts=("T4.accept", "P13.expire"), meets=("T16",), tells=("person", "receiver"),
        basis="0.6, 3.22", when_paused=True,
    ),
    _plan(
        "P13y", "accept_coordinator", LIVING, UNCHANGED,
        by=("receiver",), guards=(g.offer_open, p.receiver_present),
        meets=("T4.appoint", "T4.accept", "P13.expire", "T7", "T16"), tells=("person", "coordinator_before"),
        basis="0.6, 3.22", when_paused=True,
    ),
    _plan(
        "P13n", "decline_coordinator", LIVING, UNCHANGED,
        by=("receiver",), guards=(g.offer_open, p.reason_given),
        meets=("T4.accept", "P13.expire"), tells=("person", "coordinating"), basis="0.6",
        when_paused=True,
    ),
    _plan(
        "P13e", "expire_coordinator", LIVING, UNCHANGED,
        by=("clock",), guards=(g.offer_open, g.offer_expired),
        meets=("T4.accept", "P13.expire"), tells=("coordinating", "receiver"), basis="T4",
        when_paused=True, life=False,
    ),
    _plan(
        "P13u", "withdraw_coordinator_offer", LIVING, UNCHANGED,
        by=(*COORDINATORS, *CU, *UNIT), p=True, guards=(g.offer_open,),
        meets=("T4.accept", "P13.expire"), tells=("receiver",), basis="hmislk/hmis#8272",
        when_paused=True,
    ),
    _plan(
        "P13w", "lay_down", LIVING, UNCHANGED,
        by=("coordinator",), starts=("T7",), tells=("person", "coordinating", "acting"),
        basis="0.6", when_paused=True,
    ),
    _plan(
        "P14", "vacate", LIVING, UNCHANGED,
        by=(*CU, "clock"), guards=(p.acting_named,),
        starts=("T7",), tells=("person", "acting"), basis="F11, F12", when_paused=True,
    ),
)

TRANSFER_ROWS = (
    _plan(
        "P15", "offer_transfer", (DECIDED, ACTIVE, REVIEWED), TRANSFERRED,
        by=COORDINATORS, agreed=True,
        guards=(*AGREED, g.no_offer_open, p.receiver_named, p.discharge_prepared),
        starts=("T9",), tells=("person", "receiver", "coordinating"), basis="0.4, 3.6",
    ),
    _plan(
        "P16", "accept_transfer", (TRANSFERRED,), STATE_BEFORE,
        by=("receiver",), guards=(g.offer_open,),
        meets=("T9", "T7"), tells=("person", "coordinator_before"), basis="SORMAS#4423",
    ),
    _plan(
        "P17", "accept_transfer_elsewhere", (TRANSFERRED,), CLOSED,
        by=("receiver",), guards=(g.offer_open,),
        meets=("T9",), clock="close", tells=("person", "coordinator_before"), basis="3.11",
    ),
    _plan(
        "P18a", "decline_transfer", (TRANSFERRED,), STATE_BEFORE,
        by=("receiver",), guards=(g.offer_open, p.reason_given),
        meets=("T9",), tells=("person", "coordinator", "coordinating"), basis="casepro#130",
    ),
    _plan(
        "P18b", "expire_transfer", (TRANSFERRED,), STATE_BEFORE,
        by=("clock",), guards=(g.offer_open, g.offer_expired),
        meets=("T9",), tells=("person", "coordinator", "coordinating", "receiver"),
        basis="casepro#130", life=False,
    ),
    _plan(
        "P18c", "withdraw_transfer", (TRANSFERRED,), STATE_BEFORE,
        by=(*COORDINATORS, *UNIT), p=True, guards=(g.offer_open,),
        meets=("T9",), tells=("person", "receiver"), basis="hmislk/hmis#8272",
    ),
    _plan(
        "P19", "accepted_outside", (TRANSFERRED,), CLOSED,
        by=COORDINATORS, guards=(g.offer_open, p.receipt_dated),
        meets=("T9",), clock="close", tells=("person",), basis="4.11",
    ),
)

END_ROWS = (
    _plan(
        "P20", "close", (REVIEWED,), CLOSED,
        by=COORDINATORS, agreed=True,
        guards=(*AGREED, p.reason_given, p.review_fresh, p.measures_closed, g.no_complaint_open),
        clock="close", tells=("person", "participants"), basis="F28",
    ),
    _plan(
        "P20b", "end_by_decision", IN_USE, ACTIVE,
        by=UNIT, guards=(p.plan_is_in_use, p.reasons_given),
        starts=("T10.appeal", "P20.end"), tells=("person", "coordinator"), basis="fvl §§ 23–24",
        when_paused=True,
    ),
    _plan(
        "P20c", "end_when_lapsed", IN_USE, CLOSED,
        by=("clock",), guards=(p.end_has_come, g.no_complaint_open),
        clock="close", tells=("person", "coordinator"), basis="P20b", when_paused=True,
        life=False,
    ),
    _plan(
        "P21a", "stop_sharing_with", STATES, UNCHANGED,
        p=True, tells=("person",), basis="pbrl § 2-5", when_paused=True,
    ),
    _plan(
        "P21b", "stop_sharing", (ACTIVE, REVIEWED), UNCHANGED,
        p=True, guards=(p.not_paused,), clock="pause", tells=("person",), basis="F28",
        when_paused=True,
    ),
    _plan(
        "P21u", "share_again", (ACTIVE, REVIEWED, TRANSFERRED), UNCHANGED,
        p=True, guards=(p.rests_or_stopped,), clock="resume", tells=("person", "coordinator"),
        basis="F28", when_paused=True,
    ),
    _plan(
        "P21c", "withdraw_consent", NOT_CLOSED, CLOSED,
        p=True, clock="close", tells=("person",), basis="pbrl § 2-5, F4", when_paused=True,
    ),
    _plan(
        "P21v", "undo_withdrawal", (CLOSED,), STATE_BEFORE,
        p=True, guards=(g.offer_open,), starts=("T14",), tells=("person", "coordinating"),
        basis="P21c", when_paused=True,
    ),
    _plan(
        "P22a", "end_death_or_moved", NOT_CLOSED, CLOSED,
        by=(*COORDINATORS, *CU), guards=(p.reason_given, p.leader_with), clock="close",
        basis="5.1", when_paused=True,
    ),
    _plan(
        "P22b", "let_rest", IN_USE, UNCHANGED,
        by=COORDINATORS, guards=(p.not_paused, p.tried_enough, p.leader_with), clock="pause",
        tells=("person",), basis="4.12",
    ),
)

APPEAL_ROWS = (
    _plan(
        "P23", "complain", STATES, UNCHANGED,
        p=True, starts=("T10.assess", "T10.forward"), tells=("person", "deciders"),
        basis="L2, fvl § 31", when_paused=True,
    ),
    _plan(
        "P24a", "reverse", (DECIDED, CLOSED), DECIDED,
        by=UNIT, guards=(p.denied, p.reason_given, p.not_the_maker_alone),
        starts=("T4.appoint", "T4.accept"), meets=("T10.appeal", "T10.assess", "T10.forward"),
        tells=("person", "receiver"), basis="F8",
    ),
    _plan(
        "P24b", "appeal_upheld", (DECIDED, CLOSED), REQUESTED,
        by=CU, guards=(p.denied, p.reason_given), starts=("T2.decide",),
        meets=("T10.appeal", "T10.assess", "T10.forward"), tells=("person", "deciders"), basis="F8",
    ),
    _plan(
        "P25", "lapse", (DECIDED,), CLOSED,
        by=CU, guards=(p.denied, p.appeal_lapsed, g.no_complaint_open), clock="close",
        tells=("person",), basis="L2",
    ),
    _plan(
        "P26a", "reopen", (CLOSED,), ACTIVE,
        by=CU, agreed=True,
        guards=(*AGREED, p.not_error, p.no_other_open_plan, p.has_decision, p.closed_recently,
                p.reason_given, p.review_date_ahead),
        starts=("T8.review", "T14", "T7"), tells=("person", "coordinating"), basis="F28",
    ),
    _plan(
        "P26b", "reopen_as_need", (CLOSED,), REQUESTED,
        by=CU, agreed=True,
        guards=(*AGREED, p.not_error, p.no_other_open_plan, p.reason_given),
        starts=("T1", "T2.decide", "T2.reply", "T14"), tells=("person", "deciders"), basis="F28",
    ),
    _plan(
        "P27o", "ask_error_confirmed", STATES, UNCHANGED,
        by=CU, guards=(g.no_offer_open, p.not_error, p.reason_given, p.receiver_named), tells=("receiver",),
        basis="5.1", when_paused=True, life=False,
    ),
    _plan(
        "P27", "entered_in_error", STATES, CLOSED,
        by=(*CU, "receiver"), guards=(p.not_error, p.second_person), clock="close",
        basis="5.1", when_paused=True, life=False,
    ),
)

PLAN_ROWS = (
    *REQUEST_ROWS, *USE_ROWS, *COORDINATOR_ROWS, *TRANSFER_ROWS, *END_ROWS, *APPEAL_ROWS,
)
