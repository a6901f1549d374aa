"""Proves that the tables are whole and that they decide: data in, behaviour out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from tests.repo.tree import PACKAGES, ROOT, modules
from tests.servers.databases import Database
from tests.world import AGREED, make_world
from workflow.acts.base.registry import ACTS
from workflow.acts.notices.recipients import ROLES
from workflow.rules import machine
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.engine.denials import AmbiguousStep, UnknownStep, WrongSubject
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.policy import who_may
from workflow.rules.engine.transition import CALL, LETTER, OFFER, Guard, Transition
from workflow.rules.engine.vocabulary import (
    AS_GIVEN,
    CLOSED,
    MEETING_STATES,
    MINUTED,
    RELATIONS,
    START,
    STATE_BEFORE,
    STATES,
    UNCHANGED,
)
from workflow.rules.names.steps import (
    CompositeStep,
    MeasureStep,
    PlanStep,
    machine_of,
    verb_of,
)
from workflow.rules.tables import COMPOSITES, TABLES, TRANSITIONS, full_name
from workflow.words.refusals.refusals import DENIALS, STATE_DENIALS

KNOWN = {"plan": STATES, "measure": STATES, "meeting": MEETING_STATES}
ENDS = {"plan": {CLOSED}, "measure": {CLOSED}, "meeting": {MINUTED, "cancelled"}}
LEAVE_CLOSED = {
    PlanStep.REVERSE,
    PlanStep.APPEAL_UPHELD,
    PlanStep.REOPEN,
    PlanStep.REOPEN_AS_NEED,
    PlanStep.UNDO_WITHDRAWAL,
}
MAY_TAKE_BACK = {MeasureStep.REOPEN, MeasureStep.TAKE_BACK}


def moves(rows: Iterable[Transition]) -> set[tuple[str, str]]:
    """Every (from, to) that the rows lay by themselves; ways back are left out."""
    return {
        (source, transition.dest)
        for transition in rows
        for source in transition.sources
        if transition.dest not in (UNCHANGED, STATE_BEFORE, AS_GIVEN) and source != transition.dest
    }


def reached(start: str, steps: set[tuple[str, str]]) -> set[str]:
    """Every state that can be come to from `start`."""
    states, new = {start}, {start}
    while new:
        new = {to for came, to in steps if came in new} - states
        states |= new
    return states


def test_names_and_refs_are_unique() -> None:
    every = [transition for table in TABLES.values() for transition in table]
    assert len(every) == len({transition.name for transition in every})
    assert len(every) == len({transition.ref for transition in every})
    assert len(COMPOSITES) == len({transition.name for transition in COMPOSITES})


def test_plans_and_measures_have_exactly_six_states() -> None:
    used = {"plan": set[str](), "measure": set[str](), "meeting": set[str]()}
    for transition in TRANSITIONS.values():
        used[transition.machine] |= {*transition.sources, transition.dest}
    special = {START, UNCHANGED, STATE_BEFORE, AS_GIVEN}
    assert used["plan"] - special == used["measure"] - special == set(STATES)
    assert len(STATES) == 6
    assert used["meeting"] - special == set(MEETING_STATES)


@pytest.mark.parametrize("name", TABLES)
def test_every_state_is_reached_and_only_ends_hold(name: str) -> None:
    steps = moves(TABLES[name])
    assert reached(START, steps) == {START, *KNOWN[name]}
    for state in set(KNOWN[name]) - ENDS[name]:
        assert reached(state, steps) & ENDS[name], f"{state} is a trap"


def test_only_the_named_rows_leave_closed() -> None:
    leaving = {
        transition.name
        for table in ("plan", "measure")
        for transition in TABLES[table]
        if CLOSED in transition.sources and transition.dest not in (UNCHANGED, CLOSED)
    }
    assert leaving == LEAVE_CLOSED | MAY_TAKE_BACK


@pytest.mark.parametrize("transition", TRANSITIONS.values(), ids=TRANSITIONS)
def test_every_row_is_whole(transition: Transition) -> None:
    assert transition.sources
    assert transition.basis
    assert who_may(transition), "nobody may take it"
    assert set(who_may(transition)) <= set(RELATIONS)
    assert transition.name in ACTS
    assert set(transition.notifies) <= set(ROLES)
    assert set(transition.starts) | set(transition.meets) <= set(KINDS)
    assert transition.deadline_clock in ("", "pause", "resume", "close")
    assert transition.urgency in ("", OFFER, CALL, LETTER)
    assert set(transition.gains) <= set(RELATIONS)
    assert transition.undoes == (not transition.offer_kinds), "what is taken back answers nothing"
    if transition.persons_own or transition.agreed:
        assert "agreed_how" in ACTS[transition.name].form.model_fields, (
            "nowhere to write the agreement"
        )
    assert transition.machine == "plan" or not transition.deadline_clock


def test_every_guard_has_a_code_that_says_why() -> None:
    guards: set[Guard] = {
        guard for transition in TRANSITIONS.values() for guard in transition.guards
    }
    assert {guard.code for guard in guards} <= set(DENIALS)
    assert all(guard.check.__doc__ for guard in guards)
    assert {guard.clears for guard in guards} - {""} <= set(TRANSITIONS)
    assert {relation for guard in guards for relation in guard.who_can} <= set(RELATIONS)
    assert STATE_DENIALS


def test_composites_name_rows_that_follow_each_other() -> None:
    for composite in COMPOSITES:
        rows = [TRANSITIONS[step_name] for step_name in composite.rows]
        assert len({transition.machine for transition in rows}) == 1
        for before, after in pairwise(rows):
            assert before.dest in after.sources or before.dest == UNCHANGED


def test_a_table_prints_as_a_diagram() -> None:
    for rows in TABLES.values():
        lines = [
            f"{source} --> {transition.dest}: {transition.name}"
            for transition in rows
            for source in transition.sources
        ]
        assert len(lines) == len(set(lines))
        assert all(line.replace("_", "").isascii() for line in lines)


def test_a_step_is_found_by_its_name_or_by_a_verb_that_one_thing_has() -> None:
    assert full_name(PlanStep.GRANT) == full_name("grant") == full_name("grant", "plan")
    assert full_name("grant") == PlanStep.GRANT
    assert full_name("close", "measure") == MeasureStep.CLOSE
    assert full_name("do_it_now") == CompositeStep.DO_IT_NOW
    for unknown in (
        "",
        "plan.unknown",
        "X3",
        "grant;",
        "Grant",
        "plan.",
        ".grant",
        "measure.grant",
    ):
        with pytest.raises(UnknownStep):
            full_name(unknown)


@pytest.mark.parametrize("verb", ["close", "reopen", "take_back", "cancel"])
def test_a_verb_that_several_things_have_is_refused_with_the_choices(verb: str) -> None:
    with pytest.raises(AmbiguousStep) as several:
        full_name(verb)
    choices = several.value.choices
    assert len(choices) > 1 and {verb_of(name) for name in choices} == {verb}
    assert [full_name(verb, machine_of(name)) for name in choices] == list(choices)


def test_a_step_of_another_thing_does_not_fit() -> None:
    for step in ("grant", PlanStep.GRANT, PlanStep.CLOSE):
        with pytest.raises(WrongSubject):
            full_name(step, "meeting")


def with_dest(step_name: str, dest: str) -> dict[str, Any]:
    """The machines as they are when one row of the plan's table leads elsewhere."""
    rows = [replace(r, dest=dest) if r.name == step_name else r for r in TABLES["plan"]]
    return {**machine.MACHINES, "plan": machine.build(rows, STATES)}


def test_a_changed_row_changes_what_is_stored(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(fresh_database.engine)
    plan = world.active()
    monkeypatch.setattr(machine, "MACHINES", with_dest(PlanStep.REVIEW, "closed"))
    done = world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    assert (done.state, world.plan(plan).state) == ("closed", "closed")


def test_without_transitions_nothing_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = "import sys; sys.modules['transitions'] = None; import workflow.acts.engine.fire"
    tried = subprocess.run(
        [sys.executable, "-c", gone], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert tried.returncode != 0
    assert "transitions" in tried.stderr
    monkeypatch.setattr(machine, "MACHINES", {"plan": machine.build((), STATES)})
    with pytest.raises((machine.Immovable, KeyError)):
        machine.next_state(
            TRANSITIONS[PlanStep.TALKED],
            Facts(state="active", relations=frozenset({"coordinator"})),
        )


def test_one_module_knows_transitions() -> None:
    knowing = [path.name for path in modules(*PACKAGES) if "import Machine" in path.read_text()]
    assert knowing == ["machine.py"]
