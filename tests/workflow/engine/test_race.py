"""Two at once: threads and processes that take the same step; one wins, the other is told."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from tests.repo.tree import ROOT
from tests.servers.databases import Database
from tests.workflow.proofs import rows, whole
from tests.world import AGREED, World, make_world
from workflow.acts.base.context import StepResult
from workflow.acts.base.registry import ACTS
from workflow.acts.engine.fire import perform
from workflow.record.database.engine import make_engine, unit_of_work
from workflow.record.models import Event, Goal, Measure, Offer, Plan, Wish, new_id
from workflow.rules.engine.denials import NotThere, PlanlopError, Refused, SecondOpenPlan, Stale
from workflow.rules.names.steps import MeasureStep, PlanStep

pytestmark = pytest.mark.every_database

ROUNDS = 5
# Whoever was only asked is nobody to the plan once the question is gone.
LOSES = (Stale, Refused, SecondOpenPlan, NotThere)
# A process of its own: waits for the word to start, takes a step, says how it went.
CHILD = """
import json, sys
from datetime import datetime
from workflow.acts.entry import catalogue
from workflow.acts.engine.fire import perform
from workflow.acts.base.registry import ACTS
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import make_engine
from workflow.rules.engine.denials import PlanlopError
asked = json.loads(sys.argv[1])
engine = make_engine(asked["url"])
with engine.connect():
    pass
print("ready", flush=True)
for line in sys.stdin:
    step = json.loads(line)
    form = ACTS[step["row"]].form(**step["fields"])
    try:
        perform(engine, Actor(step["who"]), step["row"], plan_id=step["plan"],
                subject_id=step["subject"], form=form, version=step["version"],
                now=datetime.fromisoformat(asked["now"]))
        print("won", flush=True)
    except PlanlopError as lost:
        print(lost.code, flush=True)
"""


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Runs all at the same moment: what each returned, or the named error it raised."""
    results: list[object] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(index: int) -> None:
        gate.wait()
        try:
            results[index] = works[index]()
        except PlanlopError as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def won(results: list[object]) -> int:
    """How many took the step; every other was refused by name."""
    lost = [outcome for outcome in results if isinstance(outcome, PlanlopError)]
    assert all(isinstance(outcome, LOSES) for outcome in lost), results
    return len(results) - len(lost)


def test_one_of_two_threads_wins_a_measure(world: World) -> None:
    plan = world.active()
    for _ in range(ROUNDS):
        key = world.measured(plan)
        seen = world.measure(key).version
        results = at_once(
            partial(world.take, "mona", MeasureStep.DONE, plan, key, version=seen),
            partial(world.take, "kim", MeasureStep.DONE, plan, key, version=seen, **AGREED),
        )
        assert won(results) == 1
        assert world.measure(key).version == seen + 1
    whole(world)


def test_a_double_submit_is_one_step(world: World) -> None:
    """The same button twice: `measure.came_to_nothing` may be taken again and again, but not from the same page."""
    plan = world.active()
    key = world.measured(plan)
    seen = world.measure(key).version
    press = partial(world.take, "mona", MeasureStep.CAME_TO_NOTHING, plan, key, version=seen)
    assert won(at_once(press, press, press)) == 1
    with pytest.raises(Stale):
        press()
    plan_seen = world.plan(plan).row_version
    review = partial(
        world.take,
        "mona",
        PlanStep.REVIEW,
        plan,
        version=plan_seen,
        rating="good",
        carried=[key],
        **AGREED,
    )
    assert won(at_once(review, review)) == 1


def test_one_press_that_comes_twice_at_once_is_one_step(world: World) -> None:
    plan = world.active()
    person = replace(world.actor("kim"), idempotency_key=new_id())
    goal = ACTS[PlanStep.ADD_GOAL].form.model_validate({"own_words": "Bo trygt"})
    said = {"problem": "Ungdom på torget", "agreed_how": "paper"}
    problem = ACTS[PlanStep.REPORT_NEED].form.model_validate(said)
    worker = replace(world.actor("ali"), idempotency_key=new_id())
    for press in (
        partial(
            perform, world.engine, person, PlanStep.ADD_GOAL, plan_id=plan, form=goal, now=world.now
        ),
        partial(perform, world.engine, worker, PlanStep.REPORT_NEED, form=problem, now=world.now),
    ):
        taken = at_once(press, press, press)
        assert won(taken) == 3  # each is told of the same step
        assert len({done.event_id for done in taken if isinstance(done, StepResult)}) == 1
    assert len(rows(world, Goal, plan)) == 1
    whole(world)


def test_two_measures_of_one_plan_at_once_both_succeed(world: World) -> None:
    plan = world.active()
    keys = [world.measured(plan) for _ in range(2 * ROUNDS)]
    for one, other in zip(keys[::2], keys[1::2], strict=True):
        results = at_once(
            partial(world.take, "mona", MeasureStep.DONE, plan, one, version=2),
            partial(world.take, "kim", MeasureStep.DONE, plan, other, version=2),
        )
        assert won(results) == 2  # the second read the plan again, unseen
    events = rows(world, Event, plan)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    whole(world)


def test_two_answers_to_one_offer_have_one_winner(world: World) -> None:
    plan = world.active()
    to = {"to_unit_id": world.unit["service"]}
    for _ in range(ROUNDS):
        world.take("mona", PlanStep.OFFER_TRANSFER, plan, **to, **AGREED)
        results = at_once(
            partial(world.take, "per", PlanStep.DECLINE_TRANSFER, plan, reason="Nei"),
            partial(world.take, "kim", PlanStep.WITHDRAW_TRANSFER, plan),
            partial(world.take, "lars", PlanStep.DECLINE_TRANSFER, plan, reason="Nei"),
        )
        assert won(results) == 1
        assert world.plan(plan).state == "active"
    assert "" not in {offer.outcome for offer in rows(world, Offer, plan)}
    whole(world)


def test_two_questions_at_once_are_one_offer(world: World) -> None:
    plan = world.active()
    ask = {"to_party_id": world.party["per"], "wish_coordinator": "Per"}
    for _ in range(ROUNDS):
        results = at_once(
            partial(world.take, "mona", PlanStep.OFFER_COORDINATOR, plan, **ask),
            partial(world.take, "liv", PlanStep.OFFER_COORDINATOR, plan, **ask),
        )
        assert won(results) == 1
        world.take("kim", PlanStep.WITHDRAW_COORDINATOR_OFFER, plan)
    whole(world)


def test_closing_meets_a_new_measure(world: World) -> None:
    """Whoever comes first, no measure of a closed plan is left open."""
    for _ in range(ROUNDS):
        town = make_world(world.engine)
        plan = town.active()
        key = town.measured(plan)
        results = at_once(
            partial(town.take, "kim", PlanStep.WITHDRAW_CONSENT, plan),
            partial(town.take, "mona", MeasureStep.PROPOSE, plan, text="Ringe"),
            partial(town.take, "mona", MeasureStep.OFFER, plan, key, to_party_id=town.party["ali"]),
        )
        assert not isinstance(results[0], PlanlopError)
        assert {measure.state for measure in rows(town, Measure, plan)} == {"closed"}
        assert {o.kind for o in rows(town, Offer, plan) if o.outcome == ""} == {"undo"}
        whole(town)


def test_two_reports_of_one_person_make_one_open_plan(world: World) -> None:
    for _ in range(ROUNDS):
        town = make_world(world.engine)
        person = town.party["kim"]
        results = at_once(
            partial(town.take, "kim", PlanStep.REPORT_NEED, person_id=person, why="Hus"),
            partial(
                town.take, "ali", PlanStep.REPORT_NEED, person_id=person, why="Gjeld", **AGREED
            ),
        )
        assert won(results) == 2  # the same receipt to both
        with unit_of_work(town.engine) as session:
            made = select(Plan.shadow)
            assert sorted(session.execute(made).scalars()) == [0, 1]


def child(world: World) -> subprocess.Popen[str]:
    """Another process on the same database, ready to take steps."""
    asked = {
        "url": world.engine.url.render_as_string(hide_password=False),
        "now": world.now.isoformat(),
    }
    started = subprocess.Popen(
        [sys.executable, "-c", CHILD, json.dumps(asked)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def say(process: subprocess.Popen[str], **step: Any) -> None:
    """Give a process its step."""
    assert process.stdin is not None
    process.stdin.write(json.dumps(step) + "\n")
    process.stdin.flush()


def test_one_of_two_processes_wins(world: World) -> None:
    plan = world.active()
    processes = [child(world), child(world)]
    try:
        for _ in range(2 * ROUNDS):
            key = world.measured(plan)
            for process, who in zip(processes, ("mona", "kim"), strict=True):
                say(
                    process,
                    row=MeasureStep.DONE,
                    who=world.party[who],
                    plan=plan,
                    subject=key,
                    version=2,
                    fields={},
                )
            answers = sorted(process.stdout.readline().strip() for process in processes)  # type: ignore[union-attr]
            assert answers in (["stale_version", "won"], ["refused", "won"])
    finally:
        for process in processes:
            process.communicate(timeout=20)
    assert [process.returncode for process in processes] == [0, 0]
    whole(world)


def test_another_engine_sees_what_was_confirmed(world: World, fresh_database: Database) -> None:
    plan = world.active()
    world.take("kim", PlanStep.WRITE, plan, words="Hei")
    other = make_engine(fresh_database.url)
    with unit_of_work(other) as session:
        assert session.execute(select(Wish.words).where(Wish.plan_id == plan)).scalar() == "Hei"
    other.dispose()
