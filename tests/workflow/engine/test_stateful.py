"""Random steps by random people: whatever is allowed, the invariants of a plan hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.servers.databases import Database
from tests.workflow.proofs import rows
from tests.workflow.scenes import PERSONS, SCENES, Scene, good_form
from tests.world import World, make_world
from workflow.acts.base.registry import ACTS
from workflow.record.history.verify import verify
from workflow.record.models import Event, Measure, Meeting, Offer, Tenure
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.engine.vocabulary import START
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TABLES, TRANSITIONS

ENDS = {
    PlanStep.ENTERED_IN_ERROR,
    PlanStep.END_DEATH_OR_MOVED,
    PlanStep.WITHDRAW_CONSENT,
    PlanStep.WITHDRAW_REQUEST,
}
LEAVE_CLOSED = {
    PlanStep.REVERSE,
    PlanStep.APPEAL_UPHELD,
    PlanStep.REOPEN,
    PlanStep.REOPEN_AS_NEED,
    PlanStep.UNDO_WITHDRAWAL,
}
ACTORS = [name for name in PERSONS if name != "nosy"]
START_IN = ("requested", "denied", "informal", "in_use", "done_with", "offered", "asked")
PLAN_ROWS = [row.name for row in TABLES["plan"] if row.sources != (START,)]
MEASURE_ROWS = [row.name for row in TABLES["measure"]]
MEETING_ROWS = [row.name for row in TABLES["meeting"]]
# Rows that move a plan are drawn as often as all the acts around it.
MOVING = [row.name for row in TABLES["plan"] if row.ref.startswith("P") and row.sources != (START,)]


class Walk(RuleBasedStateMachine):
    """A plan, and people who try whatever comes to mind."""

    database: Database
    scene: Scene

    @initialize(name=st.sampled_from(START_IN), model=st.sampled_from("ABC"))
    def begin(self, name: str, model: str) -> None:
        """A plan somewhere in its life."""
        self.scene = SCENES[name](make_world(self.database.engine))
        self.plan = self.world.plan(self.scene.plan)
        self.taken: Counter[str] = Counter()

    @property
    def world(self) -> World:
        return self.scene.world

    @rule(step_name=st.sampled_from(MOVING), name=st.sampled_from(ACTORS))
    def move_the_plan(self, step_name: str, name: str) -> None:
        """A step that moves the plan, offers it or answers."""
        self.attempt(name, step_name, None)

    @rule(step_name=st.sampled_from(PLAN_ROWS), name=st.sampled_from(ACTORS))
    def act_on_the_plan(self, step_name: str, name: str) -> None:
        """Any step of the plan."""
        self.attempt(name, step_name, None)

    @rule(
        step_name=st.sampled_from(MEASURE_ROWS), name=st.sampled_from(ACTORS), pick=st.integers(0)
    )
    def act_on_a_measure(self, step_name: str, name: str, pick: int) -> None:
        """Any step of any measure."""
        self.attempt(name, step_name, self.one_of(Measure, pick))

    @rule(
        step_name=st.sampled_from(MEETING_ROWS), name=st.sampled_from(ACTORS), pick=st.integers(0)
    )
    def act_on_a_meeting(self, step_name: str, name: str, pick: int) -> None:
        """Any step of any meeting."""
        self.attempt(name, step_name, self.one_of(Meeting, pick))

    @rule(seed=st.integers(0, 10_000))
    def find_a_step(self, seed: int) -> None:
        """Somebody finds a step that is open and takes it: the untried first, ends last."""
        chance, before = Random(seed), self.taken.total()
        pairs = [(step_name, name) for step_name in MOVING for name in chance.sample(ACTORS, 6)]
        chance.shuffle(pairs)
        pairs.sort(key=lambda pair: self.taken[pair[0]] + 2 * (pair[0] in ENDS))
        for step_name, name in pairs[:120]:
            self.attempt(name, step_name, None)
            if self.taken.total() > before:
                return

    @rule(days=st.sampled_from((0.01, 1, 15, 31, 61)))
    def wait(self, days: float) -> None:
        """Time passes."""
        self.world.later(days=days)

    def one_of(self, model: Any, pick: int) -> str | None:
        """Some measure or meeting of the plan."""
        choices = rows(self.world, model, self.scene.plan)
        return choices[pick % len(choices)].id if choices else None

    def attempt(self, name: str, step_name: str, subject: str | None) -> None:
        """Try a step; whatever is refused leaves no trace."""
        if (
            subject is None
            and TRANSITIONS[step_name].machine != "plan"
            and TRANSITIONS[step_name].sources != (START,)
        ):
            return
        fields = good_form(self.scene, step_name)
        if "agreed_how" in ACTS[step_name].form.model_fields:
            fields["agreed_how"] = "paper"
        before = self.plan
        creates = TRANSITIONS[step_name].sources == (START,)
        try:
            self.world.take(
                name, step_name, self.scene.plan, None if creates else subject, **fields
            )
        except (Refused, NotThere, BadInput):
            return
        self.taken[step_name] += 1
        after = self.plan = self.world.plan(self.scene.plan)
        assert after.version == before.version + 1
        if before.state == "closed" != after.state:
            assert step_name in LEAVE_CLOSED

    @invariant()
    def one_is_responsible(self) -> None:
        """Exactly one responsible at any instant, and the columns say who."""
        plan = self.world.plan(self.scene.plan)
        spans: dict[str, list[Tenure]] = {}
        for tenure in rows(self.world, Tenure, plan.id):
            spans.setdefault(tenure.role, []).append(tenure)
        for role, tenures in spans.items():
            assert all(one.until_at is not None for one in tenures[:-1]), role
            for one, following in pairwise(tenures):
                assert one.until_at is not None
                assert one.until_at <= following.from_at, role
                if role == "responsible":
                    assert one.until_at == following.from_at
        last = spans["responsible"][-1]
        assert last.until_at is None
        assert (last.party_id, last.unit_id) == (
            plan.responsible_party_id,
            plan.responsible_unit_id,
        )
        coordinates = spans.get("coordinator", [None])[-1]
        if coordinates is not None and coordinates.until_at is None:
            assert coordinates.party_id == plan.responsible_party_id

    @invariant()
    def what_is_refused_leaves_nothing(self) -> None:
        """The version is that of the last step taken."""
        assert self.world.plan(self.scene.plan).version == self.plan.version

    def teardown(self) -> None:
        """Sequence, links, head, words and columns, once the walk is over."""
        if not hasattr(self, "scene"):
            return
        assert verify(self.database.engine, self.scene.plan).broken == []
        events = rows(self.world, Event, self.scene.plan)
        assert len(events) == self.world.plan(self.scene.plan).version

    @invariant()
    def closed_is_closed(self) -> None:
        """Measures of a closed plan are closed, its questions have ended, nobody coordinates."""
        plan = self.world.plan(self.scene.plan)
        if plan.state != "closed":
            return
        assert {m.state for m in rows(self.world, Measure, plan.id)} <= {"closed"}
        open_kinds = {o.kind for o in rows(self.world, Offer, plan.id) if o.outcome == ""}
        assert open_kinds <= {"undo", "confirm_error"}
        roles = {t.role for t in rows(self.world, Tenure, plan.id) if t.until_at is None}
        assert roles == {"responsible"}

    @invariant()
    def an_offer_has_its_state(self) -> None:
        """What is transferred waits for an answer, and what waits is transferred."""
        plan = self.world.plan(self.scene.plan)
        waiting = {
            o.subject_id
            for o in rows(self.world, Offer, plan.id)
            if o.outcome == "" and o.kind in ("transfer", "authority", "measure")
        }
        moved = {m.id for m in rows(self.world, Measure, plan.id) if m.state == "transferred"}
        assert waiting == moved | ({plan.id} if plan.state == "transferred" else set())


def walk(database: Database, examples: int, steps: int) -> None:
    """Run the walk on one database."""
    machine: Any = type("WalkHere", (Walk,), {"database": database})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=steps)
    )


@pytest.fixture
def small(fresh_database: Database) -> Iterator[tuple[Database, int]]:
    """The database and how many walks fit there."""
    yield fresh_database, 1 if fresh_database.is_postgresql else 16


def test_the_invariants_hold_on_random_walks(small: tuple[Database, int]) -> None:
    database, examples = small
    walk(database, examples, 25)


@pytest.mark.soak
def test_the_invariants_hold_on_long_random_walks(fresh_database: Database) -> None:
    walk(fresh_database, 300, 100)
