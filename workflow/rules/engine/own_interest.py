"""Nobody lets oneself in, nobody confirms oneself: the one rule of one's own interest, over what each row declares.

A row says whom its form names and what the step makes of them. Where that is the one who takes the
step, or somebody who acts for or as them, two humans must stand behind it.
"""

from __future__ import annotations

from workflow.rules.engine.denials import Denial
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.transition import WIDENED, Transition
from workflow.rules.names.steps import PlanStep

OWN_INTEREST, BY_TWO, OWN_QUESTION = "own_interest", "second_human_missing", "own_question"
OWN_WORK = "own_work"
# Nobody is let in by their own screen: whoever lent it sits beside.
AT_LENT_SCREEN = "at_lent_screen"
# What a second human's confirmation clears; every other reason stands whoever confirms.
CLEARED = frozenset(
    {OWN_INTEREST, BY_TWO, "informal_needs_leader", "maker_alone", "coordinator_works"}
)
# A command line without a name is nobody who could gain; the clock names nobody by its own will.
NOBODY = frozenset({"clock", "operator"})


def own_interest_denial(row: Transition, facts: Facts) -> Denial | None:
    """Why one human alone may not take this step; None where she may, or a second one confirms it.

    Asked once the form is filled in. The person decides herself whom she lets in, and names
    herself where she wants; whoever acts for her does not.
    """
    if facts.form is None or "clock" in facts.relations:
        return None
    if row.accepts and asked_oneself(facts):
        return Denial(OWN_QUESTION, {}, row.relations)
    if row.judges and facts.maker_id is not None and facts.maker_id in facts.own_parties:
        return Denial(OWN_WORK, {}, row.relations)
    if names_lender(row, facts):
        return Denial(AT_LENT_SCREEN, {}, ("person",))
    if facts.confirmed_by:
        return None
    if row.by_two:
        return Denial(BY_TWO, {}, row.seconds, PlanStep.ASK_CONFIRMATION)
    if names_oneself(row, facts):
        return Denial(OWN_INTEREST, {}, row.seconds, PlanStep.ASK_CONFIRMATION)
    return None


def asked_oneself(facts: Facts) -> bool:
    """The question was asked by the one who says yes, or by somebody who acts for or as them."""
    asked_by = facts.offer["from_party_id"] if facts.offer else None
    return asked_by in facts.own_parties and asked_by != facts.person_id


def names_oneself(row: Transition, facts: Facts) -> bool:
    """The form names the one who takes the step where the step lets in, raises or relieves."""
    if facts.relations & NOBODY:
        return False
    named = widened_parties(row, facts)
    return bool(named) and not named.isdisjoint(_others_selves(facts))


def names_lender(row: Transition, facts: Facts) -> bool:
    """The form names whoever lends the screen where the step lets in, raises or relieves."""
    if facts.lender_id is None or facts.relations & NOBODY:
        return False
    return facts.lender_id in widened_parties(row, facts)


def widened_parties(row: Transition, facts: Facts) -> frozenset[str]:
    """Whom the form names as somebody that the step lets in, raises or relieves."""
    fields = (one.field for one in row.parties if one.becomes in WIDENED)
    named = (getattr(facts.form, field, None) for field in fields)
    return frozenset(str(one) for one in named if one)


def _others_selves(facts: Facts) -> frozenset[str]:
    """Who the actor is, and acts for or as; the person may name herself in her own plan."""
    own = facts.own_parties
    return own - {facts.person_id} if "person" in facts.relations else own
