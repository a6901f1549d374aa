"""Guards of letting go: whoever leaves hands on what would else be nobody's."""

from __future__ import annotations

from workflow.rules.engine.facts import Facts
from workflow.rules.engine.shared_guards import PASS, STOP, given_value
from workflow.rules.engine.transition import Params, guard
from workflow.rules.names.steps import MeasureStep, PlanStep


@guard("nobody_acts", who_can=("coordinating_unit",), clears=PlanStep.VACATE)
def somebody_acts(f: Facts) -> Params | None:
    """Somebody acts, or is the contact of a person who coordinates herself."""
    return PASS if f.acting_id else STOP


@guard("persons_own_measure", who_can=("person", "coordinator"), clears=MeasureStep.OFFER)
def not_the_persons_own(f: Facts) -> Params | None:
    """What the person has taken on is hers; nobody is given it, or takes it, without asking."""
    if f.person_id is None:
        return PASS
    return STOP if f.person_id in (f.accountable_id, given_value(f, "to_party_id")) else PASS


@guard(
    "receiver_not_shared_with",
    who_can=("person", "representative"),
    clears=PlanStep.GIVE_CONSENT,
    of_form=True,
)
def receiver_sees_plan(f: Facts) -> Params | None:
    """Who takes over looks after the plan, is shared with, or comes in by the person's yes (2.3)."""
    if given_value(f, "agreed_how") or f.receiver_shares:
        return PASS
    return {"name": f.receiver_name}
