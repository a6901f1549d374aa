"""Acts on a plan that move no state (domain 5.0): goals, people, consent, wishes, contact."""

from __future__ import annotations

from workflow.rules import guards as g
from workflow.rules import plan_guards as p
from workflow.rules.row import Row
from workflow.rules.vocabulary import (
    AROUND,
    COORDINATORS,
    NOT_CLOSED,
    REQUESTED,
    STATES,
    UNCHANGED,
)

UNIT = ("deciding_unit",)
CU = ("coordinating_unit",)
TEAM = (*COORDINATORS, *AROUND)


def _act(id: str, trigger: str, **rest: object) -> Row:
    """A row that leaves the state unchanged; open in every state but closed."""
    sources = rest.pop("sources", NOT_CLOSED)
    return Row(id, "plan", trigger, sources, UNCHANGED, **rest)  # type: ignore[arg-type]


ACT_ROWS = (
    _act("A1", "set_what_matters", p=True, by=COORDINATORS, basis="4.5, 0.5"),
    _act("A2", "add_goal", p=True, by=COORDINATORS, meets=("T5",), basis="2.5, litra a"),
    _act("A3", "change_goal", p=True, by=COORDINATORS, basis="2.5"),
    _act("A4", "end_goal", p=True, by=COORDINATORS, basis="4.13"),
    _act(
        "A5",
        "add_participant",
        by=(*COORDINATORS, *UNIT),
        p=True,
        agreed=True,
        guards=(g.person_agreed, g.agreement_not_in_future),
        tells=("person",),
        basis="0.1, litra b",
    ),
    _act("A6", "participant_leaves", by=TEAM, p=True, tells=("person", "coordinator"), basis="4.3"),
    _act("A7", "phase_out", by=COORDINATORS, p=True, tells=("person",), basis="0.9"),
    _act("A8", "give_consent", p=True, tells=("person",), basis="2.3, litra h", when_paused=True),
    _act("A9", "talked", by=(*TEAM, *UNIT), p=True, meets=("T5",), basis="1.9", when_paused=True),
    _act(
        "A10",
        "tried_to_reach",
        by=(*COORDINATORS, *UNIT),
        basis="4.12",
        life=False,
        when_paused=True,
    ),
    _act(
        "A11",
        "write",
        by=TEAM,
        p=True,
        tells=("addressee",),
        starts=("T19",),
        basis="1.3",
        when_paused=True,
    ),
    _act(
        "A12",
        "answer",
        by=(*COORDINATORS, *UNIT, *CU),
        meets=("T19", "T16"),
        tells=("person",),
        basis="T19",
        when_paused=True,
    ),
    _act(
        "A13",
        "ask_for_step",
        p=True,
        starts=("T19",),
        tells=("coordinator",),
        basis="0.2",
        sources=STATES,
        when_paused=True,
    ),
    _act(
        "A13c",
        "wish_coordinator",
        p=True,
        starts=("T16",),
        tells=("coordinating",),
        basis="0.7, 3.22",
        when_paused=True,
    ),
    _act(
        "A14",
        "copy_given",
        by=(*TEAM, *UNIT),
        p=True,
        basis="4.11",
        sources=STATES,
        when_paused=True,
    ),
    _act(
        "A15",
        "provisional_reply",
        by=UNIT,
        meets=("T2.reply",),
        tells=("person",),
        basis="L1, fvl § 11 a",
        when_paused=True,
        guards=(p.expected_ahead,),
    ),
    _act("A16", "confirm_receipt", by=UNIT, meets=("T1",), tells=("reporter",), basis="T1"),
    _act("A17", "add_sub_plan", by=COORDINATORS, p=True, basis="3.18"),
    _act(
        "A18",
        "object",
        p=True,
        tells=("coordinator", "coordinating"),
        basis="5.0",
        when_paused=True,
        sources=STATES,
    ),
    _act(
        "A19",
        "add_representation",
        by=(*CU, *UNIT, *COORDINATORS),
        tells=("person",),
        basis="2.3",
        when_paused=True,
    ),
    _act(
        "A20",
        "assess_complaint",
        by=UNIT,
        meets=("T10.assess", "T10.forward"),
        tells=("person",),
        basis="L2",
        sources=STATES,
        when_paused=True,
        guards=(g.complaint_waits,),
    ),
    _act(
        "A21",
        "told_person",
        by=(*UNIT, *COORDINATORS),
        starts=("T2.reply",),
        tells=("person",),
        basis="P1, 4.4",
    ),
    _act("A22", "set_frame", by=COORDINATORS, p=True, basis="3.13, 3.16, 4.9"),
    _act(
        "A23",
        "volunteer_with_companion",
        by=COORDINATORS,
        p=True,
        agreed=True,
        guards=(g.person_agreed, g.agreement_not_in_future),
        tells=("person",),
        basis="0.10",
    ),
    _act("A24", "planned_transition", by=COORDINATORS, p=True, basis="3.6"),
    _act(
        "A25",
        "ask_coordinator",
        by=("leader", *CU),
        tells=("coordinator",),
        basis="5.3",
        life=False,
        when_paused=True,
    ),
    _act(
        "A26",
        "accept_new_review_date",
        by=("leader",),
        starts=("T8.review",),
        tells=("coordinator",),
        basis="5.3",
        life=False,
        guards=(p.review_date_ahead,),
    ),
    _act(
        "A27",
        "propose_coordinator",
        by=("leader",),
        tells=("coordinating",),
        basis="5.3",
        life=False,
        when_paused=True,
    ),
    _act(
        "A28",
        "take_case",
        by=UNIT,
        sources=(REQUESTED,),
        basis="5.0, one named human answers",
        life=False,
    ),
)
