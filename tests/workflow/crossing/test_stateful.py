"""A hand-over between two real records, with crashes between any two writes, lost, doubled and late messages.

At every step: never two responsible, never none, the receiver's plan only where the sender released,
and nobody's summary kept where nothing came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from tests.samples import WHOLE
from tests.servers.databases import Backend, SqliteBackend, copied
from tests.servers.quick_folder import own_prefix, quick_folder
from tests.workflow.crossing.pair import HERE, PRIVATE, THERE, Pair, Side, introduce
from tests.workflow.proofs import whole
from tests.world import AGREED, make_world
from workflow.acts.crossing.apply import apply_messages
from workflow.acts.neighbours.carrier import CourierFailed, HereCourier, carry_messages
from workflow.acts.neighbours.keys import Keyring
from workflow.acts.neighbours.outbox import OUTBOX
from workflow.record.models import Agreement, Event, Plan, Tenure
from workflow.rules.engine.denials import PlanlopError
from workflow.rules.names.steps import PlanStep

QUIET = ("refused", "lapsed")


def dying(most: int) -> st.SearchStrategy[int]:
    """Before which statement a process dies; as often as not it lives."""
    return st.one_of(st.just(0), st.integers(1, most))


class Crash(BaseException):
    """The process dies here: nothing catches it."""


@contextmanager
def dies_at(engine: Engine, statement: int) -> Iterator[None]:
    """The process dies before it sends that statement, counted from now; 0 never."""
    left = [statement]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Crash

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    except Crash:
        return
    finally:
        event.remove(engine, "before_cursor_execute", count)


class Post:
    """A courier that loses, keeps for later, doubles, and forgets to say that it delivered."""

    def __init__(self, honest: HereCourier) -> None:
        self.honest = honest
        self.way = "well"
        self.kept: list[tuple[str, bytes]] = []

    def deliver(self, to: str, raw: bytes, now: datetime) -> None:
        if self.way == "lost":
            raise CourierFailed("lost")
        if self.way == "late":
            self.kept.append((to, raw))
            return
        self.honest.deliver(to, raw, now)
        if self.way == "twice":
            self.honest.deliver(to, raw, now)
            self.kept.append((to, raw))
        if self.way == "unsaid":
            raise CourierFailed("unsaid")


class Handover(RuleBasedStateMachine):
    """One person's plan, asked about again and again; both sides act, and the post is as it is."""

    backend: Backend
    questions = Bundle("questions")

    def __init__(self) -> None:
        super().__init__()
        self.pair = PAIR()
        self.post = Post(HereCourier({s.code: s.engine for s in self.pair.sides}.__getitem__))
        self.pair.courier = self.post
        world = self.pair.here.world
        self.plan = world.active()
        world.take("mona", PlanStep.ADD_GOAL, self.plan, own_words="Bo trygt", **AGREED)

    def attempt(
        self, work: Callable[[], Any], side: Side | None = None, statement: int = 0
    ) -> bool:
        """Whether an act went through; a refusal is an answer, a crash is the end of a process."""
        done = False
        try:
            with dies_at((side or self.pair.here).engine, statement):
                work()
                done = True
        except PlanlopError:
            return False
        return done

    @rule(target=questions, statement=dying(60))
    def ask(self, statement: int) -> str:
        self.attempt(lambda: self.pair.ask(self.plan), statement=statement)
        known = self.pair.here.crossings()
        return str(known[-1]["id"]) if known else ""

    @initialize(target=questions)
    def asked(self) -> str:
        return self.pair.ask(self.plan)

    @rule(at=st.integers(0, 1), statement=dying(250), turns=st.integers(1, 3))
    def they_talk(self, at: int, statement: int, turns: int) -> None:
        """The ordinary course, in which a process may die once."""
        with dies_at(self.pair.sides[at].engine, statement):
            self.pair.talk(turns)

    @precondition(lambda self: len(self.pair.here.crossings()) > 1)
    @rule(
        statement=dying(60),
        row=st.sampled_from(
            (
                PlanStep.WITHDRAW_TRANSFER,
                PlanStep.WITHDRAW_TRANSFER,
                PlanStep.EXPIRE_TRANSFER,
                PlanStep.WITHDRAW_CONSENT,
                PlanStep.UNDO_WITHDRAWAL,
            )
        ),
    )
    def end_here(self, statement: int, row: str) -> None:
        who = "clock" if row == PlanStep.EXPIRE_TRANSFER else "kim"
        take = self.pair.here.world.take
        self.attempt(lambda: take(who, row, self.plan), statement=statement)

    @rule(statement=dying(60))
    def take_back(self, statement: int) -> None:
        take = self.pair.here.world.take
        self.attempt(
            lambda: take("kim", PlanStep.WITHDRAW_TRANSFER, self.plan), statement=statement
        )

    @rule()
    def object_to_it(self) -> None:
        with Session(self.pair.here.engine) as session:
            asked = select(Event.id).where(
                Event.plan_id == self.plan, Event.step_name == PlanStep.OFFER_TRANSFER
            )
            last = session.scalars(asked.order_by(Event.seq.desc())).first()
            given = session.scalars(select(Agreement.id).where(Agreement.event_id == last)).first()
        if given:
            take = self.pair.here.world.take
            self.attempt(
                lambda: take("kim", PlanStep.OBJECT, self.plan, agreement_id=given, words="Nei")
            )

    @rule(
        key=questions,
        yes=st.sampled_from((True, True, False)),
        statement=dying(30),
    )
    def answer_there(self, key: str, yes: bool, statement: int) -> None:
        work = self.pair.accept if yes else self.pair.refuse
        self.pair.talk(1)  # the question has come, if the post and the processes let it
        self.attempt(lambda: work(key), self.pair.there, statement)

    @rule(
        at=st.integers(0, 1),
        statement=dying(12),
        way=st.sampled_from(("well", "well", "lost", "late", "twice", "unsaid")),
    )
    def carry(self, at: int, statement: int, way: str) -> None:
        side = self.pair.sides[at]
        self.post.way = way
        with dies_at(side.engine, statement):
            carry_messages(side.engine, self.post, side.keyring, side.world.now)
        self.post.way = "well"

    @precondition(lambda self: self.post.kept)
    @rule(data=st.data())
    def what_was_late_comes(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.post.kept) - 1))
        to, raw = self.post.kept.pop(number)
        self.post.honest.deliver(to, raw, self.pair.now)

    @rule(at=st.integers(0, 1), statement=dying(160))
    def act_on_it(self, at: int, statement: int) -> None:
        side = self.pair.sides[at]
        with dies_at(side.engine, statement):
            apply_messages(side.engine, side.keyring, side.world.now)

    @rule(at=st.integers(0, 1), hours=st.integers(1, 200))
    def time_passes(self, at: int, hours: int) -> None:
        """For one side: its clock runs before the other's."""
        self.pair.sides[at].world.later(hours=hours)

    @invariant()
    def one_is_responsible(self) -> None:
        here, there = self.pair.here, self.pair.there
        out = self.pair.here.world.plan(self.plan).close_reason == "transferred_out"
        released = [one for one in here.crossings() if one["state"] == "released"]
        begun = there.plans()
        assert bool(released) is out and len(released) <= 1
        assert len(begun) <= len(released), "a plan that nobody released"
        if released:
            (mine,) = (one for one in there.crossings() if one["id"] == released[0]["id"])
            assert mine["state"] in ("accepted", "released"), "released to nobody"
            assert (mine["state"] == "released") is bool(begun)
        for plan in begun:
            assert self.first_tenure(there, plan) == released[0]["released_at"]
        closed = here.world.plan(self.plan).closed_at
        assert not released or closed == released[0]["released_at"]

    def first_tenure(self, side: Side, plan: Plan) -> datetime:
        with Session(side.engine) as session:
            held = select(Tenure.from_at).where(
                Tenure.plan_id == plan.id, Tenure.role == "responsible"
            )
            return min(session.scalars(held))

    @invariant()
    def what_came_to_nothing_is_forgotten(self) -> None:
        for side in self.pair.sides:
            quiet = {one["id"]: one for one in side.crossings() if one["state"] in QUIET}
            assert {one["summary"] for one in quiet.values()} <= {""}
            with Session(side.engine) as session:
                offers = select(OUTBOX.c.crossing_id).where(
                    OUTBOX.c.kind == "offer", OUTBOX.c.text.is_not(None)
                )
                assert not quiet.keys() & set(session.scalars(offers))

    def teardown(self) -> None:
        """Once all has arrived both sides say the same, and both records prove."""
        latest = max(side.world.now for side in self.pair.sides)
        for side in self.pair.sides:
            side.world.now = latest
        for to, raw in self.post.kept:
            self.post.honest.deliver(to, raw, self.pair.now)
        for _ in range(6):
            self.pair.later(hours=2)
            self.pair.talk(1)
        self.one_is_responsible()
        self.what_came_to_nothing_is_forgotten()
        there = {one["id"]: one["state"] for one in self.pair.there.crossings()}
        for mine in self.pair.here.crossings():
            theirs = there.get(mine["id"], "lapsed")
            assert (mine["state"] == "released") is (theirs == "released")
            if mine["state"] == "refused":
                assert theirs == "refused"
            if mine["state"] == "lapsed":
                assert theirs in ("lapsed", "refused")
        for side in self.pair.sides:
            whole(side.world)


class Pairs:
    """One pair of databases for a whole run; each example begins in empty ones."""

    def __init__(self) -> None:
        self.engines: tuple[Engine, Engine] | None = None

    def __call__(self) -> Pair:
        assert self.engines is not None
        sides = [
            Side(code, make_world(engine, number=code), Keyring.from_text(private))
            for code, engine, private in zip((HERE, THERE), self.engines, PRIVATE, strict=True)
        ]
        introduce(*sides)
        return Pair(*sides)


PAIR = Pairs()


@contextmanager
def databases(backend: Backend) -> Iterator[None]:
    with ExitStack() as stack:
        one, other = (stack.enter_context(copied(backend)) for _ in range(2))
        PAIR.engines = (one.engine, other.engine)
        yield


def storm(examples: int, steps: int) -> None:
    """So many stories of so many steps each."""
    run_state_machine_as_test(
        Handover,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=not WHOLE,
        ),
    )


@pytest.mark.sampled
def test_two_records_agree_whatever_happens_between_them() -> None:
    with (
        TemporaryDirectory(prefix=own_prefix("plst"), dir=quick_folder()) as folder,
        databases(SqliteBackend(Path(folder))),
    ):
        storm(200 if WHOLE else 40, 40)


@pytest.mark.sampled
def test_the_same_on_postgresql(postgresql_backend: Backend) -> None:
    with databases(postgresql_backend):
        storm(60 if WHOLE else 8, 30)


def test_a_crash_at_every_statement_of_a_whole_course_leaves_one_responsible() -> None:
    """Not by chance: the process dies before each statement in turn, and then goes on."""
    with (
        TemporaryDirectory(prefix=own_prefix("plst"), dir=quick_folder()) as folder,
        databases(SqliteBackend(Path(folder))),
    ):
        for at in (0, 1):
            statement, died = 0, True
            while died and statement < 400:
                statement += 1 if statement < 40 else 7
                died = course_with_a_death(at, statement)
            assert statement > 100, "the course was shorter than a hand-over"


def course_with_a_death(at: int, statement: int) -> bool:
    """A hand-over from question to receipt, one process dying once on the way; whether it died."""
    machine = Handover()
    pair = machine.pair
    key = pair.ask(machine.plan)
    pair.talk(2)
    pair.accept(key)
    side, done = pair.sides[at], False
    with dies_at(side.engine, statement):
        pair.talk(3)
        done = True
    machine.one_is_responsible()
    pair.later(hours=2)
    pair.talk(4)
    machine.one_is_responsible()
    assert [one.crossings()[0]["state"] for one in pair.sides] == ["released", "released"]
    machine.teardown()
    return not done


assert pytest
