"""Acts on what is shared and on health notes; they move no state."""

from __future__ import annotations

from workflow.rules.engine.transition import Row
from workflow.rules.engine.vocabulary import COORDINATORS, NOT_CLOSED, UNCHANGED
from workflow.rules.guards import plan as p
from workflow.rules.guards import sharing as s
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import ANYBODYS, HEALTH

RELATIVES = (
    DeadlineCode.DISCUSS_WITH_RELATIVES,
)  # counted anew whenever what relatives see changes


def _act(name: str, ref: str, **rest: object) -> Row:
    """A row that leaves the state unchanged; open in every state but closed, paused or not."""
    given: dict[str, object] = {"when_paused": True, **rest}
    return Row(name, ref, NOT_CLOSED, UNCHANGED, **given)  # type: ignore[arg-type]


SHARING_ROWS = (
    _act(
        PlanStep.GIVE_CONSENT,
        "A8",
        p=True,
        guards=(p.sharing_ends_later, *s.CHOOSING),
        starts=(DeadlineCode.CONSENT_ENDS, *RELATIVES),
        tells=("person",),
        scope=ANYBODYS,
        basis="2.3, litra h, pbrl §§ 4-3 and 4-4",
    ),
    _act(
        PlanStep.SHARING_LAPSED,
        "A29",
        by=("clock",),
        starts=RELATIVES,
        meets=(DeadlineCode.CONSENT_ENDS,),
        tells=("person", "coordinator"),
        scope=ANYBODYS,
        basis="2.3, the period that the person gave",
        life=False,
    ),
    _act(
        PlanStep.WRITE_HEALTH,
        "A35",
        p=True,
        by=("accountable",),
        tells=("person",),
        scope=HEALTH,
        basis="2.3, litra a",
    ),
    _act(
        PlanStep.END_HEALTH,
        "A36",
        p=True,
        by=("accountable",),
        tells=("person",),
        scope=HEALTH,
        basis="2.3, litra a",
    ),
    _act(
        PlanStep.TALK_ABOUT_SHARING,
        "A42",
        by=COORDINATORS,
        starts=RELATIVES,
        tells=("person",),
        scope=ANYBODYS,
        basis="2.6, T13",
    ),
    _act(
        PlanStep.KEEP_SIGNED_COPY,
        "A43",
        by=COORDINATORS,
        tells=("person",),
        scope=ANYBODYS,
        in_plan_file=False,
        basis="2.3, F28",
        life=False,
    ),
)
