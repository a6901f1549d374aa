"""Rows by which a second human is asked to confirm a step, and answers; the step is taken by the answer.

What lets somebody in, raises or relieves them, and what ends or hides a plan, is never one human's
alone. The question falls away by itself, so that no half step lies about.
"""

from __future__ import annotations

from workflow.rules.engine import shared_guards as g
from workflow.rules.engine.transition import (
    CONFIRMS,
    OFFER,
    OFFICE,
    PartyField,
    Transition,
)
from workflow.rules.engine.vocabulary import COORDINATORS, STATES, UNCHANGED
from workflow.rules.guards import plan as p
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables.plan_transition import plan_transition

ENDS = (DeadlineCode.CONFIRMATION_ENDS,)
# Whoever may take some step may ask for the second human that it needs; which step it is, its own row
# decides. The clock asks nobody.
ASKERS = ("person", "representative", *COORDINATORS, "participant", *OFFICE)


def _confirmation(name: str, ref: str, **rest: object) -> Transition:
    """A row about the open question whether somebody confirms a step; a pause does not stop it."""
    given: dict[str, object] = {
        "offer_kinds": ("confirmation",),
        "when_paused": True,
        "counts_as_activity": False,
        "in_plan_file": False,
        **rest,
    }
    return plan_transition(name, ref, STATES, UNCHANGED, **given)


CONFIRMATION_ROWS = (
    _confirmation(
        PlanStep.ASK_CONFIRMATION,
        "P28",
        relations=ASKERS,
        guards=(g.nobody_confirms_already,),
        starts=ENDS,
        notifies=("receiver",),
        urgency=OFFER,
        parties=(PartyField("confirmer_id", CONFIRMS),),
        basis="design § 2.6, two humans",
    ),
    _confirmation(
        PlanStep.CONFIRM,
        "P28a",
        relations=("receiver",),
        guards=(g.offer_open,),
        meets=ENDS,
        notifies=("sender",),
        accepts=True,
        basis="design § 2.6, two humans",
    ),
    _confirmation(
        PlanStep.DECLINE_CONFIRMATION,
        "P28b",
        relations=("receiver",),
        guards=(g.offer_open, p.reason_given),
        meets=ENDS,
        notifies=("sender",),
        basis="design § 2.6, two humans",
    ),
    _confirmation(
        PlanStep.WITHDRAW_CONFIRMATION,
        "P28c",
        relations=ASKERS,
        guards=(g.offer_open, g.asked_by_oneself),
        meets=ENDS,
        notifies=("receiver",),
        basis="hmislk/hmis#8272",
    ),
    _confirmation(
        PlanStep.EXPIRE_CONFIRMATION,
        "P28d",
        relations=("clock",),
        guards=(g.offer_open, g.offer_expired),
        meets=ENDS,
        notifies=("sender", "receiver"),
        basis="confirmation_ends",
    ),
)
