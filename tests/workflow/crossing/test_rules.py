"""However messages come, crash or cross each other: never two responsible, never none, both agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.workflow.crossing.storm import MESSAGES, STATES, HandOver, Side
from workflow.rules.crossing import hand_over as c


def run(examples: int, steps: int = 40, **more: Any) -> None:
    run_state_machine_as_test(
        HandOver,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )


def test_one_is_responsible_whatever_happens_to_the_messages() -> None:
    HandOver.seen.clear()
    run(300)
    ends = {(c.RELEASED, c.RELEASED), (c.REFUSED, c.REFUSED), (c.LAPSED, c.LAPSED)}
    assert ends <= set(HandOver.seen)  # the walks come that far, and prove something


@pytest.mark.soak
def test_one_is_responsible_through_long_storms() -> None:
    run(3_000, 100)


# Tables with one fault each: what the storm above must notice, else it proves nothing.
Table = dict[tuple[str, str, str], c.CrossingRow]


def lead_to(
    side: str, state: str, what: str, dest: str, sends: str = ""
) -> Callable[[Table], None]:
    def change(table: Table) -> None:
        table[side, state, what] = c.CrossingRow(side, state, what, dest, sends, "a fault")

    return change


def leave_out(side: str, state: str, what: str) -> Callable[[Table], None]:
    def change(table: Table) -> None:
        del table[side, state, what]

    return change


FAULTS: Mapping[str, Callable[[Table], None]] = {
    "the yes itself starts": lead_to(c.RECEIVER, c.OFFERED, c.ACCEPT, c.RELEASED, c.ACCEPTANCE),
    "released after lapsing": lead_to(c.SENDER, c.LAPSED, c.ACCEPTANCE, c.RELEASED, c.RELEASE),
    "released unsaid": lead_to(c.SENDER, c.OFFERED, c.ACCEPTANCE, c.RELEASED),
    "a lapse leaves no stone": leave_out(c.RECEIVER, c.UNKNOWN, c.LAPSE),
    "bound for ever": leave_out(c.RECEIVER, c.ACCEPTED, c.LAPSE),
    "withdrawn unsaid": lead_to(c.SENDER, c.OFFERED, c.WITHDRAW, c.LAPSED),
    "a yes is taken back": lead_to(c.RECEIVER, c.ACCEPTED, c.REFUSE, c.REFUSED, c.REFUSAL),
    "a yes runs out": lead_to(c.RECEIVER, c.ACCEPTED, c.OVERDUE, c.LAPSED),
    "a refusal is not heard": leave_out(c.SENDER, c.OFFERED, c.REFUSAL),
    "an offer comes again": lead_to(c.RECEIVER, c.LAPSED, c.OFFER, c.OFFERED),
    "consent is not read": lead_to(c.SENDER, c.OFFERED, c.END_CONSENT, c.RELEASED),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_table_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = dict(c.TABLE)
    FAULTS[fault](table)
    monkeypatch.setattr(c, "TABLE", table)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run(1_000, phases=(Phase.generate,), report_multiple_bugs=False)


def test_a_receiver_that_begins_too_early_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c, "may_begin", lambda released_at, now: True)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run(1_000, phases=(Phase.generate,), report_multiple_bugs=False)


def test_a_summary_that_stays_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c, "keeps_summary", lambda state: True)
    monkeypatch.setattr(Side, "forget", lambda self, crossing: None)
    machine = HandOver()
    machine.ask()
    machine.take_back(c.WITHDRAW)
    monkeypatch.undo()
    with pytest.raises(AssertionError):
        machine.nobody_keeps_the_summary_of_what_came_to_nothing()


def test_a_release_ahead_of_the_receivers_clock_waits() -> None:
    machine = HandOver()
    machine.pass_time(True, 60)
    machine.ask()
    machine.carry(0, "")
    machine.apply(0)
    machine.answer(c.ACCEPT, 0)
    machine.carry(0, "")
    machine.apply(0)
    machine.carry(0, "")
    machine.apply(0)
    assert machine.pairs() == {0: (c.RELEASED, c.ACCEPTED)}
    machine.pass_time(False, 60)
    machine.apply(0)
    assert machine.receiver.tenures == {0: machine.sender.until}


# The tables themselves


def test_each_case_stands_once() -> None:
    assert len(c.TABLE) == len(c.ROWS)
    assert all(row.why for row in c.ROWS)
    assert not c.CONTRADICTIONS & set(c.TABLE)


def test_every_state_is_reached_and_an_end_is_an_end() -> None:
    for side in (c.SENDER, c.RECEIVER):
        reached = {row.dest for row in c.ROWS if row.side == side}
        wanted = set(STATES) - {c.UNKNOWN} - ({c.ACCEPTED} if side == c.SENDER else set())
        assert reached == wanted
        for state in (c.RELEASED, c.REFUSED, c.LAPSED):
            led = {row.dest for row in c.ROWS if (row.side, row.state) == (side, state)}
            assert led <= {state}


def test_only_a_yes_that_arrives_releases() -> None:
    assert [(row.state, row.what) for row in c.ROWS if row.sends == c.RELEASE] == [
        (c.OFFERED, c.ACCEPTANCE),
        (c.RELEASED, c.ACCEPTANCE),  # the same release once more
    ]
    led = [row for row in c.ROWS if c.RELEASED == row.dest != row.state]
    assert [(row.side, row.state, row.what) for row in led] == [
        (c.SENDER, c.OFFERED, c.ACCEPTANCE),
        (c.RECEIVER, c.ACCEPTED, c.RELEASE),
    ]


def test_a_second_arrival_of_anything_changes_nothing() -> None:
    for row in c.ROWS:
        again = c.next_state(row.side, row.dest, row.what)
        assert again in (None, row.dest)
        assert not c.contradicts(row.side, row.dest, row.what)


# Late, early or a second time: messages that are normal and mean nothing.
SILENT = {
    (c.SENDER, c.REFUSED, c.REFUSAL),
    (c.SENDER, c.LAPSED, c.REFUSAL),
    (c.RECEIVER, c.OFFERED, c.OFFER),
    (c.RECEIVER, c.ACCEPTED, c.OFFER),
    (c.RECEIVER, c.REFUSED, c.OFFER),
    (c.RECEIVER, c.LAPSED, c.OFFER),
    (c.RECEIVER, c.RELEASED, c.OFFER),
    (c.RECEIVER, c.REFUSED, c.LAPSE),
    (c.RECEIVER, c.LAPSED, c.LAPSE),
    (c.RECEIVER, c.RELEASED, c.RELEASE),
}


def test_every_message_in_every_state_has_been_thought_of() -> None:
    cases = {
        (side, state, what)
        for side, whats in MESSAGES.items()
        for state, what in product(STATES, whats)
        if (side, state) != (c.SENDER, c.ACCEPTED)  # a sender is never there
    }
    known = set(c.TABLE) | c.CONTRADICTIONS | SILENT
    assert cases <= known
    assert not SILENT & (set(c.TABLE) | c.CONTRADICTIONS)
