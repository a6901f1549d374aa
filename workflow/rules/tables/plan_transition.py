"""How a row of the PLAN table is made, and the groups that its rows name, so that a row says only what is its own."""

from __future__ import annotations

from workflow.rules.engine import shared_guards as g
from workflow.rules.engine.transition import Guard, Transition
from workflow.rules.engine.vocabulary import ACTIVE, DECIDED, REVIEWED, TRANSFERRED
from workflow.rules.sharing.scopes import ANYBODYS

UNIT = ("deciding_unit",)
CU = ("coordinating_unit",)
LIVING = (DECIDED, ACTIVE, REVIEWED, TRANSFERRED)
IN_USE = (ACTIVE, REVIEWED, TRANSFERRED)
AGREED: tuple[Guard, ...] = (g.person_agreed, g.agreement_not_in_future)
REPORTERS = (*UNIT, *CU, "coordinator", "acting_coordinator", "leader", "participant", "relative")


def plan_transition(
    name: str, ref: str, sources: tuple[str, ...], dest: str, **rest: object
) -> Transition:
    """A row of the plan's table; where a plan stands is anybody's whom it is shared with."""
    given: dict[str, object] = {"scope": ANYBODYS, **rest}
    return Transition(name, ref, sources, dest, **given)  # type: ignore[arg-type]
