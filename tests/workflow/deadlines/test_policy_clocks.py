"""Pauses, closing days, quiet plans, the clock and two at once under policies that change."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import LONG_AGO, World, row
from tests.workflow.deadlines.choosing import DAY, LADDER, NOW, after, choose, due, heard, stands
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.engine.fire import perform
from workflow.acts.entry import catalogue
from workflow.acts.management.overdue import read_figures
from workflow.acts.plan.coordinator import OfferCoordinator
from workflow.acts.plan.in_use import Start
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.deadlines.policies import policy_on
from workflow.record.models import (
    ClosingDay,
    Consent,
    DeadlineRung,
    Plan,
    new_id,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.words.refusals.refusals import denial_text

assert catalogue.MODULES


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def test_a_closing_day_moves_dates_and_working_day_rungs(world: World) -> None:
    plan = world.plan(next_review_on=date(2026, 5, 15))
    measure = world.measure(plan, "wes", date(2026, 5, 15))
    world.act(row(DeadlineCode.REVIEW, DeadlineCode.ANSWER_PERSON, by=()), plan, NOW)
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    assert due(world, DeadlineCode.ANSWER_PERSON) == date(2026, 3, 9)
    closed = [date(2026, 3, 6), date(2026, 5, 15)]
    assert choose(world, closing=closed).moved == 3
    assert due(world, DeadlineCode.ANSWER_PERSON) == date(2026, 3, 10)
    assert (
        due(world, DeadlineCode.REVIEW) == due(world, DeadlineCode.MEASURE_DUE) == date(2026, 5, 18)
    )
    assert choose(world, closing=[]).moved == 3
    assert due(world, DeadlineCode.ANSWER_PERSON) == date(2026, 3, 9)
    assert due(world, DeadlineCode.REVIEW) == date(2026, 5, 15)
    with unit_of_work(world.engine) as session:
        assert session.execute(select(ClosingDay.day)).all() == []


def test_a_paused_deadline_is_counted_anew_when_it_runs_again(world: World) -> None:
    plan = world.plan()
    world.act(row(DeadlineCode.FIRST_GOAL), plan, NOW)
    world.act(row(clock="pause"), plan, after(1))
    assert (
        choose(
            world,
            after(2),
            lengths={DeadlineCode.FIRST_GOAL: 50},
            ladders={DeadlineCode.FIRST_GOAL: LADDER},
        ).moved
        == 0
    )
    sweep(world.engine, after(3))
    assert due(world, DeadlineCode.FIRST_GOAL) == date(2026, 4, 1)
    world.act(row(clock="resume"), plan, after(8))
    assert due(world, DeadlineCode.FIRST_GOAL) == DAY + timedelta(days=57)
    assert [role for _, role in stands(world, DeadlineCode.FIRST_GOAL)] == [
        "coordinator",
        "coordinator",
        "leader",
    ]


def test_a_pause_that_nothing_changed_in_moves_all_by_its_days(world: World) -> None:
    choose(world, lengths={DeadlineCode.FIRST_GOAL: 28})
    plan = world.plan()
    world.act(row(DeadlineCode.FIRST_GOAL), plan, after(1))
    sweep(world.engine, after(23))
    world.act(row(clock="pause"), plan, after(24))
    world.act(row(clock="resume"), plan, after(31))
    assert due(world, DeadlineCode.FIRST_GOAL) == DAY + timedelta(days=36)
    choose(
        world,
        after(32),
        ladders={DeadlineCode.FIRST_GOAL: [[-12, "d", "coordinator"], [3, "d", "leader"]]},
    )
    sweep(world.engine, after(33))
    assert world.told() == [("cora", DeadlineCode.FIRST_GOAL, "coordinator")]


def test_a_quiet_plan_by_another_length(world: World) -> None:
    choose(world, lengths={DeadlineCode.QUIET_PLAN: 30})
    choose(world, unit="ordering", lengths={DeadlineCode.QUIET_PLAN: 120})
    plan = world.plan(last_activity_at=NOW)
    slow = world.plan(last_activity_at=NOW, service_unit_id=None, person_id=world.party["rel"])
    for each in (plan, slow):
        world.act(row(DeadlineCode.QUIET_PLAN), each, NOW)
    assert due(world, DeadlineCode.QUIET_PLAN, plan) == date(2026, 4, 1)
    assert due(world, DeadlineCode.QUIET_PLAN, slow) == date(2026, 6, 30)
    with unit_of_work(world.engine) as session:
        session.execute(update(Plan).where(Plan.id == plan).values(last_activity_at=after(20)))
    sweep(world.engine, after(31))
    assert due(world, DeadlineCode.QUIET_PLAN, plan) == date(2026, 4, 21)
    assert heard(world) == []
    sweep(world.engine, after(51))
    assert heard(world) == [("cora", DeadlineCode.QUIET_PLAN, "coordinator")]
    with unit_of_work(world.engine) as session:
        session.execute(update(Plan).where(Plan.id == slow).values(last_activity_at=after(25)))
    sweep(world.engine, after(125))
    assert due(world, DeadlineCode.QUIET_PLAN, slow) == date(
        2026, 7, 27
    )  # 120 days end on a Saturday


def test_a_step_of_the_clock_goes_along(world: World) -> None:
    plan = world.plan(ends_on=date(2026, 3, 20))
    world.act(row(DeadlineCode.ENDS_BY_DECISION), plan, NOW)
    choose(world, closing=[date(2026, 3, 20)])
    with unit_of_work(world.engine) as session:
        steps = session.execute(select(DeadlineRung)).scalars().all()
    assert [(oslo_date(s.at), s.due_version, s.done_at) for s in steps] == [
        (date(2026, 3, 23), 2, None)
    ]


def test_no_manager_hears_of_a_measure_that_is_the_persons_own(world: World) -> None:
    plan = world.plan()
    measure = world.measure(plan, "kim", date(2026, 3, 20))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    choose(
        world,
        ladders={
            DeadlineCode.MEASURE_DUE: [
                [-1, "d", "accountable"],
                [2, "d", "coordinator"],
                [4, "d", "leader"],
                [9, "d", "accountable_leader"],
            ]
        },
    )
    assert {role for _, role in stands(world, DeadlineCode.MEASURE_DUE)} == {
        "accountable",
        "coordinator",
    }


def test_the_person_who_did_not_ask_for_reminders_gets_none_before_the_date(world: World) -> None:
    choose(
        world,
        ladders={
            DeadlineCode.MEASURE_DUE: [
                [-7, "d", "accountable"],
                [-3, "d", "accountable"],
                [2, "d", "accountable"],
                [7, "d", "coordinator"],
                [14, "d", "accountable_leader"],
            ]
        },
    )
    plan = world.plan()
    measure = world.measure(plan, "kim", date(2026, 3, 20))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    for days in range(12, 22):
        sweep(world.engine, after(days))
    assert heard(world) == [("kim", DeadlineCode.MEASURE_DUE, "accountable")]


def test_through_the_engine_the_policy_of_the_plan_counts(world: World) -> None:
    choose(
        world,
        lengths={
            DeadlineCode.COORDINATOR_OFFER_ENDS: 7,
            DeadlineCode.COORDINATOR_ANSWERS: 3,
            DeadlineCode.REVIEW: 90,
            DeadlineCode.FIRST_GOAL: 10,
        },
    )
    plan = world.plan(
        state="decided", outcome="granted", most_important="Å bo hjemme", wish_asked_at=NOW
    )
    for receiver in (None, world.party["cora"]):
        world.add(Consent(id=new_id(), plan_id=plan, receiver_id=receiver, from_at=LONG_AGO))
    kim = Actor(world.party["kim"])
    asked = OfferCoordinator(to_party_id=world.party["wes"], wish_coordinator="Wes")
    perform(world.engine, kim, PlanStep.OFFER_COORDINATOR, plan_id=plan, form=asked, now=NOW)
    assert due(world, DeadlineCode.COORDINATOR_OFFER_ENDS) == date(2026, 3, 9)
    assert due(world, DeadlineCode.COORDINATOR_ANSWERS) == date(2026, 3, 5)
    cora = Actor(world.party["cora"])
    said = {"agreed_how": "spoken", "agreed_on": DAY}
    late = Start(next_review_on=DAY + timedelta(days=91), **said)
    with pytest.raises(Refused, match="review_date_wrong") as told:
        perform(world.engine, cora, PlanStep.START, plan_id=plan, form=late, now=NOW)
    [denial] = [d for d in told.value.denials if d.code == "review_date_wrong"]
    assert "de neste 90 dagene" in denial_text(denial, "nb")
    soon = Start(next_review_on=DAY + timedelta(days=90), **said)
    perform(world.engine, cora, PlanStep.START, plan_id=plan, form=soon, now=NOW)
    assert due(world, DeadlineCode.FIRST_GOAL) == date(2026, 3, 12)


def test_the_overview_counts_a_plan_as_quiet_by_its_own_length(world: World) -> None:
    choose(world, lengths={DeadlineCode.QUIET_PLAN: 30})
    quiet = world.plan(last_activity_at=NOW)
    alive = world.plan(last_activity_at=NOW, person_id=world.party["rel"])
    for each in (quiet, alive):
        world.act(row(DeadlineCode.QUIET_PLAN), each, NOW)
    sweep(world.engine, after(31))
    with unit_of_work(world.engine) as session:
        session.execute(update(Plan).where(Plan.id == alive).values(last_activity_at=after(33)))
    monday = after(35) + timedelta(hours=1)
    with unit_of_work(world.engine) as session:
        report = read_figures(session, [world.unit["service"]], monday)
    assert [(one.code, one.plan_id) for one in report.rows] == [(DeadlineCode.QUIET_PLAN, quiet)]


def test_two_sweeps_at_once_put_it_into_force_once(world: World) -> None:
    for name in ("kim", "rel"):
        world.act(row(DeadlineCode.FIRST_GOAL), world.plan(person_id=world.party[name]), NOW)
    choose(
        world,
        begins=1,
        lengths={DeadlineCode.FIRST_GOAL: 20},
        ladders={DeadlineCode.FIRST_GOAL: LADDER},
    )
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(sweep, world.engine, after(1)) for _ in range(4)]
        assert [one.result().notices for one in done] == [0, 0, 0, 0]
    with unit_of_work(world.engine) as session:
        query = select(DeadlineRung.due_version).where(DeadlineRung.done_at.is_(None))
        assert session.execute(query).scalars().all() == [2] * 6


def test_two_who_save_at_once_leave_what_holds(world: World) -> None:
    world.act(row(DeadlineCode.FIRST_GOAL), world.plan(), NOW)
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(choose, world, after(1), lengths={DeadlineCode.FIRST_GOAL: n})
            for n in (10, 50)
        ]
        for job in jobs:
            job.result()
    with unit_of_work(world.engine) as session:
        policy = policy_on(session.connection(), None, oslo_date(after(1)))
    length = policy.kinds[DeadlineCode.FIRST_GOAL].length
    assert due(world, DeadlineCode.FIRST_GOAL) == DAY + timedelta(days=length)
