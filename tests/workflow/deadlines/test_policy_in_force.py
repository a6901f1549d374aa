"""A policy that takes effect: running deadlines counted anew, nobody told twice, nobody left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from tests.workflow.deadlines.choosing import (
    DAY,
    LADDER,
    NOW,
    after,
    choose,
    due,
    heard,
    stands,
    version,
)
from workflow.acts.deadlines.policy_versions import apply_due, set_policy, withdraw
from workflow.acts.deadlines.sweep import sweep
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Deadline,
    DeadlinePolicy,
    Delivery,
    Notice,
    new_id,
)
from workflow.rules.deadlines.policy import Choices
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.deadlines import DeadlineCode


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def test_a_new_deadline_takes_length_and_ladder_of_its_unit(world: World) -> None:
    choose(world, lengths={DeadlineCode.FIRST_GOAL: 20}, ladders={DeadlineCode.FIRST_GOAL: LADDER})
    choose(world, unit="service", lengths={DeadlineCode.FIRST_GOAL: 10})
    plan = world.plan()
    world.act(row(DeadlineCode.FIRST_GOAL), plan, NOW)
    assert due(world, DeadlineCode.FIRST_GOAL) == date(2026, 3, 12)
    assert stands(world, DeadlineCode.FIRST_GOAL) == [
        (date(2026, 3, 9), "coordinator"),
        (date(2026, 3, 16), "coordinator"),
        (date(2026, 3, 17), "leader"),
    ]
    other = world.plan(service_unit_id=None, person_id=world.party["rel"])
    world.act(row(DeadlineCode.FIRST_GOAL), other, NOW)
    assert due(world, DeadlineCode.FIRST_GOAL, other) == date(
        2026, 3, 23
    )  # 20 days, a Sunday, so Monday


def test_running_deadlines_are_counted_anew_from_the_same_day(world: World) -> None:
    plan = world.plan(next_review_on=date(2026, 6, 4))
    world.act(
        row(DeadlineCode.FIRST_GOAL, DeadlineCode.REVIEW, DeadlineCode.PROVISIONAL_REPLY), plan, NOW
    )
    saved = choose(
        world,
        after(5),
        lengths={DeadlineCode.FIRST_GOAL: 50},
        ladders={DeadlineCode.REVIEW: [[-14, "d", "coordinator"], [1, "d", "leader_2"]]},
    )
    assert (saved.applied, saved.moved) == (True, 2)
    assert due(world, DeadlineCode.FIRST_GOAL) == DAY + timedelta(days=50)
    assert due(world, DeadlineCode.REVIEW) == date(2026, 6, 4)
    assert stands(world, DeadlineCode.REVIEW) == [
        (date(2026, 5, 21), "coordinator"),
        (date(2026, 6, 5), "leader_2"),
    ]
    assert (
        version(world, DeadlineCode.FIRST_GOAL),
        version(world, DeadlineCode.PROVISIONAL_REPLY),
    ) == (2, 1)


def test_a_version_for_a_later_day_is_taken_by_the_sweep_on_its_day(world: World) -> None:
    plan = world.plan()
    world.act(row(DeadlineCode.FIRST_GOAL), plan, NOW)
    saved = choose(world, begins=3, lengths={DeadlineCode.FIRST_GOAL: 20})
    assert (saved.applied, saved.moved) == (False, 0)
    sweep(world.engine, after(2))
    assert due(world, DeadlineCode.FIRST_GOAL) == date(2026, 4, 1)
    sweep(world.engine, after(3))
    assert due(world, DeadlineCode.FIRST_GOAL) == date(2026, 3, 23)
    with unit_of_work(world.engine) as session:
        assert session.execute(select(DeadlinePolicy.applied_at)).scalar_one() == after(3)
        assert apply_due(session.connection(), after(4)) == 0
    assert version(world, DeadlineCode.FIRST_GOAL) == 2


def test_a_version_can_be_taken_back_until_its_day(world: World) -> None:
    kea = Actor(world.party["kea"])
    later = choose(world, begins=3, lengths={DeadlineCode.FIRST_GOAL: 20})
    with unit_of_work(world.engine) as session:
        withdraw(session, kea, later.version_id, NOW)
    with pytest.raises(NotThere), unit_of_work(world.engine) as session:
        withdraw(session, kea, later.version_id, NOW)
    held = choose(world, lengths={DeadlineCode.FIRST_GOAL: 20})
    with pytest.raises(Refused, match="policy_in_effect"), unit_of_work(world.engine) as session:
        withdraw(session, kea, held.version_id, NOW)
    world.act(row(DeadlineCode.FIRST_GOAL), world.plan(), after(4))
    assert due(world, DeadlineCode.FIRST_GOAL) == date(2026, 3, 26)


def test_changed_in_the_middle_of_a_ladder(world: World) -> None:
    """`first_goal` due 1 April: the coordinator hears on 25 March, the policy changes on the 27th."""
    plan = world.plan()
    world.act(row(DeadlineCode.FIRST_GOAL), plan, NOW)
    sweep(world.engine, after(23))
    assert heard(world) == [("cora", DeadlineCode.FIRST_GOAL, "coordinator")]
    choose(
        world,
        after(25),
        ladders={
            DeadlineCode.FIRST_GOAL: [
                [-10, "d", "coordinator"],
                [-6, "d", "leader"],
                [3, "d", "coordinator"],
            ]
        },
    )
    sweep(world.engine, after(25))
    # The coordinator has been told; the leader has not, and the day for it has been.
    assert heard(world) == [
        ("cora", DeadlineCode.FIRST_GOAL, "coordinator"),
        ("lea", DeadlineCode.FIRST_GOAL, "leader"),
    ]
    sweep(world.engine, after(25))
    choose(
        world,
        after(26),
        ladders={
            DeadlineCode.FIRST_GOAL: [
                [-9, "d", "coordinator"],
                [-8, "d", "leader"],
                [4, "d", "coordinator"],
            ]
        },
    )
    sweep(world.engine, after(26))
    assert len(heard(world)) == 2
    sweep(world.engine, after(34))
    assert heard(world)[2:] == [("cora", DeadlineCode.FIRST_GOAL, "coordinator")]
    sweep(world.engine, after(60))
    assert len(heard(world)) == 3


def test_a_first_sweep_after_the_change_still_tells_whom_the_old_ladder_owed(world: World) -> None:
    world.act(row(DeadlineCode.FIRST_GOAL), world.plan(), NOW)
    choose(
        world,
        after(25),
        ladders={DeadlineCode.FIRST_GOAL: LADDER},
        lengths={DeadlineCode.FIRST_GOAL: 28},
    )
    sweep(world.engine, after(27))
    assert world.told() == [("cora", DeadlineCode.FIRST_GOAL, "coordinator")]


def test_what_already_stands_like_that_is_left_alone(world: World) -> None:
    choose(world, begins=1, lengths={DeadlineCode.FIRST_GOAL: 20})
    early = after(1).replace(hour=0, minute=1)
    world.act(row(DeadlineCode.FIRST_GOAL), world.plan(), early)
    sweep(world.engine, early + timedelta(minutes=1))
    assert version(world, DeadlineCode.FIRST_GOAL) == 1


def test_a_law_is_never_made_later(world: World) -> None:
    plan = world.plan(reported_at=NOW)
    world.act(row(DeadlineCode.PROVISIONAL_REPLY, DeadlineCode.APPEAL_WINDOW), plan, NOW)
    before = due(world, DeadlineCode.PROVISIONAL_REPLY)
    tight = {
        DeadlineCode.PROVISIONAL_REPLY: [
            [-14, "d", "decider"],
            [-7, "d", "decider"],
            [-5, "d", "leader"],
        ]
    }
    choose(world, after(1), ladders=tight, closing=[before])
    assert due(world, DeadlineCode.PROVISIONAL_REPLY) == before
    assert stands(world, DeadlineCode.PROVISIONAL_REPLY) == [
        (before - timedelta(days=14), "decider"),
        (before - timedelta(days=7), "decider"),
        (before - timedelta(days=5), "leader"),
    ]
    later: list[list[object]] = [[-6, "d", "decider"], [-2, "d", "leader"]]
    loose: list[dict[str, list[list[object]]]] = [
        {DeadlineCode.PROVISIONAL_REPLY: later},
        {DeadlineCode.APPEAL_WINDOW: []},
    ]
    for ladders in loose:
        with pytest.raises(BadInput):
            choose(world, after(1), ladders=ladders)


def test_who_may_choose_and_when(world: World) -> None:
    with pytest.raises(Refused, match="not_yours"):
        choose(world, by="lea", lengths={DeadlineCode.FIRST_GOAL: 20})
    with pytest.raises(BadInput, match="policy_in_past"):
        choose(world, begins=-1, lengths={DeadlineCode.FIRST_GOAL: 20})
    with pytest.raises(BadInput, match="policy_municipal"):
        choose(world, unit="service", closing=[])
    with pytest.raises(NotThere), unit_of_work(world.engine) as session:
        kea = Actor(world.party["kea"])
        set_policy(session, kea, new_id(), DAY, Choices(), None, NOW)


def test_a_mail_of_the_old_rules_that_waits_is_of_an_old_version(world: World) -> None:
    """Sending drops a mail whose deadline has another version by then."""
    world.act(row(DeadlineCode.FIRST_GOAL), world.plan(), NOW)
    sweep(world.engine, after(23))
    choose(world, after(23) + timedelta(minutes=1), lengths={DeadlineCode.FIRST_GOAL: 50})
    sweep(world.engine, after(23) + timedelta(minutes=2))
    with unit_of_work(world.engine) as session:
        rows = session.execute(
            select(Delivery.state, Notice.due_version, Deadline.due_version)
            .join(Notice, Notice.id == Delivery.notice_id)
            .join(Deadline, Deadline.id == Notice.deadline_id)
        ).all()
    assert [tuple(line) for line in rows] == [("waiting", 1, 2)]
    assert len(heard(world)) == 1
