"""Every step, in every state, for every relation: what the engine answers is what the grid has written down."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.workflow.engine.state_grid import EVERY_ROW, GRID, STEPS, WHO
from tests.workflow.engine.test_walk_rules import moved, states, way
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import RELATIONS
from workflow.rules.machine import denials
from workflow.rules.tables import TRANSITIONS

NOBODY = ""


def spelled(words: str, short: Mapping[str, str]) -> list[str]:
    """The words with each abbreviation written out."""
    parts: list[str] = []
    for word in words.split():
        parts += spelled(short[word], short) if word in short else [word]
    return parts


def written(step_name: str) -> tuple[dict[str, str], set[str]]:
    """A line of the grid: where the row leads from each state that it is open in, and for whom."""
    steps, who = GRID[step_name].split(" | ")
    leads = dict(step.split(">") for step in spelled(steps, STEPS))
    return leads, {*spelled(who, WHO), EVERY_ROW}


def reasons(row: Transition, state: str, mine: bool, is_open: bool) -> set[str]:
    """The two reasons that the grid knows, for a cell that is closed."""
    shut = {"wrong_state_closed" if state == "closed" else "wrong_state"}
    return (set() if is_open else shut) | (set() if mine else {"not_yours_to_decide"})


def answers(row: Transition) -> dict[tuple[str, str], object]:
    """What the engine says of a row: where it leads, or why not."""
    outcomes: dict[tuple[str, str], object] = {}
    for state in states(row):
        for relation in (*RELATIONS, NOBODY):
            facts = way(row, state, relation, "form")
            why = {denial.code for denial in denials(row, facts)}
            outcomes[state, relation] = why or moved(row, facts)
    return outcomes


def expected(row: Transition) -> dict[tuple[str, str], object]:
    """What the grid says of it."""
    leads, who = written(row.name)
    return {
        (state, relation): leads[state]
        if state in leads and relation in who
        else reasons(row, state, relation in who, state in leads)
        for state in states(row)
        for relation in (*RELATIONS, NOBODY)
    }


def test_every_row_is_written_down() -> None:
    assert set(GRID) == set(TRANSITIONS)


@pytest.mark.parametrize("row", TRANSITIONS.values(), ids=TRANSITIONS)
def test_every_state_for_every_relation(row: Transition) -> None:
    assert answers(row) == expected(row)


def test_no_cell_is_left_out() -> None:
    cells = sum(len(answers(row)) for row in TRANSITIONS.values())
    print(
        f"\n{cells} cells: {len(TRANSITIONS)} steps, each in every state, {len(RELATIONS) + 1} relations"
    )
    assert cells == sum(len(states(row)) * (len(RELATIONS) + 1) for row in TRANSITIONS.values())
