"""Runs the tables on `transitions`: the stored state is the destination it returned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from transitions import Machine, MachineError

from workflow.rules.engine.denials import Denial, PlanlopError
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.own_interest import own_interest_denial
from workflow.rules.engine.policy import policy_denial
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import (
    AS_GIVEN,
    MEETING_STATES,
    START,
    STATE_BEFORE,
    STATES,
    UNCHANGED,
)
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TABLES


class Immovable(PlanlopError):
    """The rules allowed a step that the machine does not know: a table is broken."""

    code = "immovable"


class StateHolder:
    """What `transitions` moves: a state and nothing else; one per step, thrown away."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def _came_from(state: str) -> Callable[[Facts], bool]:
    """True where the step leads back to that state (offer.from_state, or a step taken back)."""

    def leads_back(facts: Facts) -> bool:
        return state_before(facts) == state

    return leads_back


def _is_given(state: str) -> Callable[[Facts], bool]:
    """True where the form says that the plan stands in that state."""

    def leads_to(facts: Facts) -> bool:
        return bool(getattr(facts.form, "state", "") == state)

    return leads_to


def state_before(facts: Facts) -> str:
    """The state that a STATE_BEFORE row leads back to; empty where there is none."""
    if facts.offer is not None:
        return str(facts.offer["from_state"])
    return facts.back_to


# Destinations that may be any state: the condition of each.
SEVERAL: Mapping[str, Callable[[str], Callable[[Facts], bool]]] = {
    STATE_BEFORE: _came_from,
    AS_GIVEN: _is_given,
}


def _add(machine: Machine, row: Transition, states: Sequence[str]) -> None:
    """Lay one row as transitions: one per source, or one per state it may lead back to."""
    interest = [interest_of(row)] if row.concerns_taker else []
    conditions: list[Any] = [permission_of(row), open_now(row), *interest, *row.guards]
    if row.dest in SEVERAL:
        for state in states:
            leads = SEVERAL[row.dest](state)
            machine.add_transition(
                row.name, list(row.sources), state, conditions=[leads, *conditions]
            )
        return
    dest = "=" if row.dest == UNCHANGED else row.dest
    machine.add_transition(row.name, list(row.sources), dest, conditions=conditions)


def permission_of(row: Transition) -> Callable[[Facts], bool]:
    """Who may, as a condition of the machine."""

    def permitted(facts: Facts) -> bool:
        return policy_denial(row, facts) is None

    return permitted


def open_now(row: Transition) -> Callable[[Facts], bool]:
    """Not stopped by a pause or a rest, as a condition of the machine."""

    def running(facts: Facts) -> bool:
        return _pause_denial(row, facts) is None

    return running


def interest_of(row: Transition) -> Callable[[Facts], bool]:
    """Nobody's own interest alone, as a condition of the machine."""

    def stands_alone(facts: Facts) -> bool:
        return own_interest_denial(row, facts) is None

    return stands_alone


def build(rows: Sequence[Transition], states: Sequence[str]) -> Machine:
    """One stateless machine for a table; shared by all threads, it holds nothing."""
    # No automatic ones: the library's own `to_closed` would lead anywhere, past every guard.
    machine = Machine(
        model=None, states=[START, *states], initial=None, auto_transitions=False, queued=False
    )
    for row in rows:
        _add(machine, row, states)
    return machine


MACHINES = {
    "plan": build(TABLES["plan"], STATES),
    "measure": build(TABLES["measure"], STATES),
    "meeting": build(TABLES["meeting"], MEETING_STATES),
}


def denials(row: Transition, facts: Facts) -> list[Denial]:
    """Every reason why the step may not be taken now; empty means that it may."""
    reasons = [
        policy_denial(row, facts),
        _state_denial(row, facts),
        _pause_denial(row, facts),
        own_interest_denial(row, facts) if row.concerns_taker else None,
    ]
    reasons.extend(guard.denial(facts) for guard in row.guards)
    return [denial for denial in reasons if denial is not None]


def _state_denial(row: Transition, facts: Facts) -> Denial | None:
    """The step does not start from the state the thing is in."""
    if facts.state not in row.sources:
        return Denial(
            f"wrong_state_{facts.state}" if facts.state == "closed" else "wrong_state",
            {"state": facts.state, "machine": row.machine},
        )
    if row.dest == STATE_BEFORE and facts.offer is None and not facts.back_to:
        return Denial("no_way_back")
    return None


def _pause_denial(row: Transition, facts: Facts) -> Denial | None:
    """While a plan is paused or rests only a few rows are open."""
    if not row.when_paused and (facts.paused or facts.resting):
        return Denial(
            "paused",
            {},
            ("person", "coordinator"),
            PlanStep.SHARE_AGAIN if facts.resting else PlanStep.RESUME,
        )
    return None


def next_state(row: Transition, facts: Facts) -> str:
    """The state that `transitions` leads to. Raises Immovable where it leads nowhere."""
    carrier = StateHolder(facts.state)
    try:
        moved = MACHINES[row.machine].events[row.name].trigger(carrier, facts)
    except MachineError as error:
        raise Immovable(row.name) from error
    if not moved:
        raise Immovable(row.name)
    return carrier.state
