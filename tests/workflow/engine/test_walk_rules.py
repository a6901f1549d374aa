"""Proves on bare facts that what is explained is what is enforced: every row, state, relation, guard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.workflow.engine.guard_facts import STOPS, facts_for
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.policy import who_may
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import (
    AS_GIVEN,
    MEETING_STATES,
    ON_BEHALF,
    RELATIONS,
    START,
    STATE_BEFORE,
    STATES,
    UNCHANGED,
)
from workflow.rules.machine import Immovable, denials, next_state
from workflow.rules.tables import TRANSITIONS

KNOWN = {"plan": STATES, "measure": STATES, "meeting": MEETING_STATES}
WAYS = ("form", "no form", "paused", "resting")


def states(row: Transition) -> tuple[str, ...]:
    """Every state of the row's machine, and where there is nothing yet."""
    return (START, *KNOWN[row.machine])


def way(row: Transition, state: str, relation: str, name: str) -> Facts:
    """The facts of one way to try the row with every guard passing."""
    if name == "no form":
        return facts_for(row, state, relation, form=False)
    if name in ("paused", "resting"):
        held = {"paused": True} if name == "paused" else {"resting": "stopped"}
        return facts_for(row, state, relation, **held)
    return facts_for(row, state, relation)


def tries(row: Transition) -> Iterator[Facts]:
    """Every state x relation x (each way, each guard stopping with and without a form)."""
    for state in states(row):
        for relation in (*RELATIONS, ""):
            yield from (way(row, state, relation, name) for name in WAYS)
            for guard in row.guards:
                yield facts_for(row, state, relation, stop=guard.code)
                yield facts_for(row, state, relation, stop=guard.code, form=False)


def moved(row: Transition, facts: Facts) -> str | None:
    """Where the machine leads, or None where it stands still."""
    try:
        return next_state(row, facts)
    except Immovable:
        return None


def goal(row: Transition, facts: Facts) -> str:
    """Where the table says that the row leads."""
    if row.dest == UNCHANGED:
        return facts.state
    if row.dest == AS_GIVEN:
        return str(facts.form.state)
    if row.dest == STATE_BEFORE:
        return str(facts.offer["from_state"]) if facts.offer else facts.back_to
    return row.dest


@pytest.mark.parametrize("row", TRANSITIONS.values(), ids=TRANSITIONS)
def test_explained_is_enforced(row: Transition) -> None:
    taken, stopped = 0, set()
    for facts in tries(row):
        if row.dest == AS_GIVEN and facts.form is None:
            continue  # the form says where it leads, and nobody takes a step without one
        reasons = denials(row, facts)
        to = moved(row, facts)
        assert (to is None) == bool(reasons), (facts.state, facts.relations, reasons)
        if to is not None:
            assert to == goal(row, facts)
            taken += 1
        stopped |= {denial.code for denial in reasons}
    assert taken, "the row can never be taken"
    assert {guard.code for guard in row.guards} <= stopped
    assert {"wrong_state", "not_yours_to_decide"} <= stopped | {"wrong_state"}


@pytest.mark.parametrize("row", TRANSITIONS.values(), ids=TRANSITIONS)
def test_each_guard_stops_by_itself(row: Transition) -> None:
    state = row.sources[0]
    for guard in row.guards:
        alone = [
            denials(
                row, facts_for(row, state, relation, stop=guard.code, form=not guard.before_form)
            )
            for relation in (*who_may(row), *(ON_BEHALF if row.persons_own else ()), "operator")
        ]
        assert any([d.code for d in reasons] == [guard.code] for reasons in alone), guard.code


def test_every_guard_has_its_stop() -> None:
    used = {guard.code for row in TRANSITIONS.values() for guard in row.guards}
    assert used <= set(STOPS)


@pytest.mark.parametrize("row", TRANSITIONS.values(), ids=TRANSITIONS)
def test_a_form_only_adds_reasons(row: Transition) -> None:
    """Whatever is denied without a form is denied with one too: the button was shown rightly.

    But for what the form itself names, which the act looks for.
    """
    named = {guard.code for guard in row.guards if guard.before_form}
    for relation in (*who_may(row), ""):
        for guard in row.guards:
            bare = facts_for(row, row.sources[0], relation, stop=guard.code, form=False)
            filled = facts_for(row, row.sources[0], relation, stop=guard.code)
            without = {denial.code for denial in denials(row, bare)}
            assert without - named <= {denial.code for denial in denials(row, filled)}
