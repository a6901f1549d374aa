"""Acts on what is shared and on health notes; they move no state."""

from __future__ import annotations

from workflow.rules.engine.transition import ABOUT, SHARED_WITH, PartyField, Transition
from workflow.rules.engine.vocabulary import COORDINATORS, NOT_CLOSED, UNCHANGED
from workflow.rules.guards import plan as p
from workflow.rules.guards import sharing as s
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import ANYBODYS, HEALTH

RELATIVES = (
    DeadlineCode.DISCUSS_WITH_RELATIVES,
)  # counted anew whenever what relatives see changes


def _act(name: str, ref: str, **rest: object) -> Transition:
    """A row that leaves the state unchanged; open in every state but closed, paused or not."""
    given: dict[str, object] = {"when_paused": True, **rest}
    return Transition(name, ref, NOT_CLOSED, UNCHANGED, **given)  # type: ignore[arg-type]


SHARING_TRANSITIONS = (
    _act(
        PlanStep.GIVE_CONSENT,
        "A8",
        persons_own=True,
        guards=(p.sharing_ends_later, *s.CHOOSING),
        starts=(DeadlineCode.CONSENT_ENDS, *RELATIVES),
        notifies=("person",),
        scope=ANYBODYS,
        of_sharing=True,
        basis="2.3, litra h, pbrl §§ 4-3 and 4-4",
        parties=(PartyField("party_id", SHARED_WITH),),
    ),
    _act(
        PlanStep.SHARING_LAPSED,
        "A29",
        relations=("clock",),
        starts=RELATIVES,
        meets=(DeadlineCode.CONSENT_ENDS,),
        notifies=("person", "coordinator"),
        scope=ANYBODYS,
        of_sharing=True,
        basis="2.3, the period that the person gave",
        counts_as_activity=False,
    ),
    _act(
        PlanStep.WRITE_HEALTH,
        "A35",
        persons_own=True,
        relations=("accountable",),
        notifies=("person",),
        scope=HEALTH,
        basis="2.3, litra a",
    ),
    _act(
        PlanStep.END_HEALTH,
        "A36",
        persons_own=True,
        relations=("accountable",),
        guards=(s.health_note_there,),
        notifies=("person",),
        scope=HEALTH,
        basis="2.3, litra a",
    ),
    _act(
        PlanStep.TALK_ABOUT_SHARING,
        "A42",
        relations=COORDINATORS,
        starts=RELATIVES,
        notifies=("person",),
        scope=ANYBODYS,
        of_sharing=True,
        basis="2.6, discuss_with_relatives",
        parties=(PartyField("party_id", ABOUT),),
    ),
    _act(
        PlanStep.KEEP_SIGNED_COPY,
        "A43",
        relations=COORDINATORS,
        notifies=("person",),
        scope=ANYBODYS,
        of_sharing=True,
        in_plan_file=False,
        basis="2.3, F28",
        counts_as_activity=False,
        parties=(PartyField("party_id", SHARED_WITH),),
    ),
)
