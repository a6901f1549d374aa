"""Whatever choices are accepted, no law deadline and no rung of its ladder comes later than the law's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.rules.calendar.clock import at_oslo
from workflow.rules.deadlines.kinds import KINDS, LAW, TELLS, DeadlineKind
from workflow.rules.deadlines.ladders import CountedRung, DueDate, count_on, count_rungs
from workflow.rules.deadlines.policy import (
    PERSONS_WINDOWS,
    STANDARD,
    UNTOUCHED,
    Choices,
    find_refusals,
    ladder_may_change,
    length_bounds,
    merge_choices,
    roles_for,
    telling_rungs,
)
from workflow.rules.deadlines.recount import Rules, Running, count_anew

LAWS = sorted(code for code, kind in KINDS.items() if kind.basis == LAW)
TIGHTENED = [code for code in LAWS if code not in UNTOUCHED]
NEVER = datetime(1900, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
CLOSING = st.frozensets(st.dates(date(2026, 1, 1), date(2029, 6, 1)), max_size=6)


def rung_near(code: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """A rung of a kind's own ladder moved a little, or any at all."""
    own = [(r.offset, "wd" if r.unit == "wd" else "d", r.role) for r in telling_rungs(KINDS[code])]
    anything = st.tuples(
        st.integers(-40, 60), st.sampled_from(["d", "wd"]), st.sampled_from(roles_for(code))
    )
    if not own:
        return anything
    moved = st.tuples(st.sampled_from(own), st.integers(-6, 2)).map(
        lambda pair: (pair[0][0] + pair[1], *pair[0][1:])
    )
    return st.one_of(moved, moved, anything)


@st.composite
def ladders_of(draw: st.DrawFn, code: str) -> list[tuple[Any, ...]]:
    """The law's own rungs, most often moved earlier, and others beside them."""
    own = [(r.offset, "wd" if r.unit == "wd" else "d", r.role) for r in telling_rungs(KINDS[code])]
    moved = st.sampled_from([0, 0, 0, -1, -3, -5, -5, 1])
    kept = [(o + draw(moved), u, r) for o, u, r in own]
    more = draw(st.lists(rung_near(code), max_size=3))
    return draw(st.permutations([*kept, *more]))


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    code = draw(st.one_of(st.sampled_from(TIGHTENED), st.sampled_from(sorted(KINDS))))
    bounds = length_bounds(code) or (0, 40)
    length = draw(st.integers(bounds[0] - 2, bounds[1] + 2))
    lengths = {code: length} if draw(st.integers(0, 2)) == 0 else {}
    ladders = {code: draw(ladders_of(code))} if draw(st.integers(0, 3)) else {}
    return Choices.model_validate({"lengths": lengths, "ladders": ladders})


def counted(
    kind: DeadlineKind, base: date, closing: frozenset[date]
) -> tuple[DueDate, list[CountedRung]]:
    falls = DueDate(at_oslo(count_on(kind, base, closing)), event_day=base)
    started = at_oslo(base)
    return falls, count_rungs(kind, falls, NEVER, started_at=started, closing=closing)


@settings(max_examples=400, deadline=None)
@given(choices(), DAYS, CLOSING)
def test_nothing_legal_is_ever_looser(
    chosen: Choices, base: date, closing: frozenset[date]
) -> None:
    if find_refusals(chosen):
        return
    policy = merge_choices(STANDARD, chosen)
    for code in LAWS:
        law, ours = KINDS[code], policy.kinds[code]
        law_due, law_steps = counted(law, base, closing)
        our_due, our_steps = counted(ours, base, closing)
        assert our_due.at <= law_due.at
        for role in {step.role for step in law_steps if step.kind in TELLS}:
            wanted = sorted(s.at for s in law_steps if s.role == role and s.kind in TELLS)
            given_ = sorted(s.at for s in our_steps if s.role == role and s.kind in TELLS)
            assert len(given_) >= len(wanted)
            assert all(ours_at <= at for ours_at, at in zip(given_, wanted, strict=False))


@settings(max_examples=300, deadline=None)
@given(choices(), choices(), DAYS, CLOSING, CLOSING, st.integers(0, 60))
def test_a_running_duty_is_only_moved_earlier_and_a_window_only_later(
    one: Choices, other: Choices, base: date, was: frozenset[date], will: frozenset[date], late: int
) -> None:
    before = STANDARD if find_refusals(one) else merge_choices(STANDARD, one)
    after = STANDARD if find_refusals(other) else merge_choices(STANDARD, other)
    for code in (*LAWS, *PERSONS_WINDOWS):
        due_at = counted(before.kinds[code], base, was)[0].at + timedelta(days=late)
        due = count_anew(
            Running(base, at_oslo(base), due_at),
            Rules(before.kinds[code], was),
            Rules(after.kinds[code], will),
        )
        if due is not None and code in PERSONS_WINDOWS:
            assert due.at >= due_at
        elif due is not None:
            assert due.at <= due_at


@settings(max_examples=300, deadline=None)
@given(choices())
def test_every_accepted_ladder_tells_somebody_here_and_somebody_above(chosen: Choices) -> None:
    if find_refusals(chosen):
        return
    for code, kind in merge_choices(STANDARD, chosen).kinds.items():
        if ladder_may_change(code):
            roles = {rung.role for rung in telling_rungs(kind)}
            assert telling_rungs(KINDS[code])[-1].role in roles
            assert code in PERSONS_WINDOWS or kind.length == 0 or abs(kind.length) >= 1
