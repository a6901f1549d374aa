"""Who may do what: rows by relation, and the reading acts by relation and state; no SQL here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.engine.denials import Denial
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import COORDINATORS, ON_BEHALF, PERSON_SIDE, RELATIONS
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import CONSENTED

ALL_WITH_ACCESS = frozenset(
    {"relative", "participant", "accountable", "helper", *COORDINATORS, *PERSON_SIDE}
)

# Emergency access reads and nothing else: no print, no copy, no step but being told of.
# Reading acts x relation. The deciding unit reads what a decision rests on; leaders and the
# coordinating unit see content only while acting or while an act of theirs is waited for.
READING: Mapping[str, frozenset[str]] = {
    "read": ALL_WITH_ACCESS
    | {"emergency", "deciding_unit", "operator"},  # who is asked sees the summary only
    "read_overview": frozenset(RELATIONS) - {"clock", "administrator"},
    "read_history": ALL_WITH_ACCESS | {"emergency", "deciding_unit", "operator"},
    "print": ALL_WITH_ACCESS | {"operator"},
    "export": frozenset({*PERSON_SIDE, *COORDINATORS, "operator"}),
    "read_letters": frozenset({*PERSON_SIDE, *COORDINATORS, "emergency", "deciding_unit"}),
    "see_who_looked": frozenset({*PERSON_SIDE, "privacy_officer", "operator"}),
    "take_who_looked": frozenset({*PERSON_SIDE, "privacy_officer"}),
    "own_pages": PERSON_SIDE,
    "beside": frozenset(COORDINATORS),  # the coordinator lends the screen to the person
    "read_summary": ALL_WITH_ACCESS | {"emergency", "receiver", "deciding_unit"},
}


def may_read(act: str, relations: frozenset[str]) -> bool:
    """True where one of the relations opens that reading act."""
    return bool(READING[act] & relations)


def opening_relation(act: str, relations: frozenset[str]) -> str:
    """The relation that opens an act, in the order of RELATIONS; the trace names it."""
    for relation in RELATIONS:
        if relation in relations and relation in READING[act]:
            return relation
    return ""


def find_ground(row: Transition, facts: Facts) -> str:
    """The relation that carries the step; the event names it. Empty where none does."""
    own = facts.relations & PERSON_SIDE
    if row.persons_own and own:
        return "person" if "person" in own else "representative"
    for relation in row.relations:
        if relation in facts.relations:
            return relation
    if "operator" in facts.relations:
        return "operator"
    if row.persons_own:
        for relation in RELATIONS:
            if relation in ON_BEHALF and relation in facts.relations:
                return relation
    return ""


def on_behalf(row: Transition, facts: Facts) -> bool:
    """The step is the person's own, recorded by somebody for her."""
    if not row.persons_own or facts.relations & PERSON_SIDE:
        return False
    return not facts.relations & set(row.relations) and bool(facts.relations & ON_BEHALF)


def carriers(row: Transition, facts: Facts) -> frozenset[str]:
    """Every relation of the actor that may carry the step, hers or on the person's behalf."""
    mine = facts.relations & {*row.relations, "operator"}
    return mine | (facts.relations & (PERSON_SIDE | ON_BEHALF)) if row.persons_own else mine


def hidden_scope(row: Transition, facts: Facts) -> str:
    """The scope of the row that is not shared with the actor; nothing where it is, or needs not be.

    Whoever has the step by law has it whatever is shared, and a measure's accountable and
    helpers have what is theirs to do.
    """
    scope = row.scope
    if not scope or scope in facts.scopes or row.whatever_is_shared:
        return ""
    carry = carriers(row, facts)
    own = row.machine == "measure" and not row.creates and bool(carry & OWN_MEASURE)
    return "" if own or carry - CONSENTED else scope


OWN_MEASURE = frozenset({"accountable", "helper"})


def policy_denial(row: Transition, facts: Facts) -> Denial | None:
    """Why this actor may not take the step; None where they may.

    A person's own step taken by another needs the agreement in the form (domain 5.0 «Who»).
    """
    if not find_ground(row, facts):
        return Denial("not_yours_to_decide", {"step": row.name}, who_may(row))
    if hidden := hidden_scope(row, facts):
        return Denial(
            "not_shared", {"scope": hidden}, ("person", "representative"), PlanStep.GIVE_CONSENT
        )
    if facts.form is not None and on_behalf(row, facts):
        said = getattr(facts.form, "agreed_how", None)
        return None if said else Denial("on_behalf_unrecorded", {}, ("person", "representative"))
    return None


def who_may(row: Transition) -> tuple[str, ...]:
    """The relations that may take a row, the person's side first."""
    return (("person", "representative") if row.persons_own else ()) + row.relations


def person_can_start(row: Transition) -> bool:
    """The person can take the step herself, on screen or on paper."""
    return row.persons_own or "person" in row.relations or row.agreed
