"""Tests of what whoever runs the program sees: healthy, broken in each way, and what is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import LONG_AGO, World, row
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.delivery import resend
from workflow.acts.operations.status import Stuck, read_state, stuck
from workflow.cli.operations.doctor import work_checks
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Access,
    DeadlineRung,
    Delivery,
    Inbox,
    Notice,
    Outbox,
    Party,
)
from workflow.record.operations import heartbeats
from workflow.rules.engine.denials import NotThere
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)  # a Thursday


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def beat(world: World, now: datetime, *names: str) -> None:
    with unit_of_work(world.engine) as session:
        for name in names:
            heartbeats.beat(session.connection(), name, now, {})


ALIVE = ("delivery", "janitor", "seal_access", "worker:a-1", "scheduler:a-2")


def running(world: World, now: datetime = NOW) -> None:
    """A sweep, and everybody else has just been heard of."""
    sweep(world.engine, now)
    beat(world, now, *ALIVE)


def problems(world: World, now: datetime = NOW) -> dict[str, int]:
    with unit_of_work(world.engine) as session:
        snapshot = read_state(
            session,
            now,
        )
    return {problem.code: problem.count for problem in snapshot.problems}


def review(world: World) -> str:
    """A plan whose review is far past: three people are told of it."""
    plan = world.plan(next_review_on=date(2026, 3, 2))
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    return plan


def deliveries(world: World) -> list[str]:
    with unit_of_work(world.engine) as session:
        of_plan = select(Notice.id).where(Notice.plan_id.is_not(None))
        query = select(Delivery.id).where(Delivery.notice_id.in_(of_plan)).order_by(Delivery.id)
        return list(session.execute(query).scalars())


def end_all(world: World, state: str) -> None:
    keys = deliveries(world)
    with unit_of_work(world.engine) as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(keys))
            .values(state=state, reason="SMTP 550", ended_at=NOW)
        )


def test_an_installation_that_never_began_says_so_and_nothing_else(world: World) -> None:
    assert problems(world) == {"never": 0}


def test_all_is_well(world: World) -> None:
    review(world)
    running(world)
    assert problems(world, NOW + timedelta(minutes=2)) == {}


def test_each_outage_has_its_name_and_its_minutes(world: World) -> None:
    running(world)
    later = NOW + timedelta(minutes=12)
    outages = problems(world, later)
    assert outages == {
        "no_sweep": 12,
        "no_delivery": 12,
        "no_worker": 0,
        "no_scheduler": 0,
        "janitor": 12,
    }
    beat(world, later, "sweep", *ALIVE[1:])
    assert problems(world, later) == {"no_delivery": 12}


def test_a_step_that_waits_is_told_with_its_age(world: World) -> None:
    running(world)
    review(world)
    with unit_of_work(world.engine) as session:
        oldest = (
            session.execute(select(DeadlineRung.at).order_by(DeadlineRung.at)).scalars().first()
        )
    assert oldest is not None
    assert problems(world)["steps_wait"] == int((NOW - oldest).total_seconds() // 60)


def test_a_message_that_waits_is_told_with_its_age_and_its_channel(world: World) -> None:
    review(world)
    running(world)
    with unit_of_work(world.engine) as session:
        session.execute(update(Delivery).values(next_try_at=NOW - timedelta(minutes=20)))
    with unit_of_work(world.engine) as session:
        snapshot = read_state(
            session,
            NOW,
        )
    assert snapshot.depth.waiting["email"] >= len(deliveries(world)) > 0
    assert [(problem.code, problem.count) for problem in snapshot.problems] == [
        ("messages_wait", 20)
    ]


def test_a_colleague_is_named_and_the_person_is_a_plan_number(world: World) -> None:
    plan = review(world)
    running(world)
    end_all(world, "unknown")
    (key, *_) = deliveries(world)
    to_kim = update(Delivery).where(Delivery.id == key).values(recipient_id=world.party["kim"])
    with unit_of_work(world.engine) as session:
        session.execute(to_kim)
    with unit_of_work(world.engine) as session:
        messages = stuck(session, "unknown", NOW)
    assert {one.staff_name for one in messages} >= {""}
    assert "Kim" not in {one.staff_name for one in messages}
    assert all(isinstance(one, Stuck) and one.reason == "SMTP 550" for one in messages)
    assert {one.plan_number[:5] for one in messages} == {"1806-"} and plan


def test_nobody_to_tell_is_seen(world: World) -> None:
    review(world)
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).values(deactivated_at=LONG_AGO))
    running(world)
    with unit_of_work(world.engine) as session:
        snapshot = read_state(
            session,
            NOW,
        )
    assert {one.code for one in snapshot.untold} == {DeadlineCode.REVIEW}
    assert problems(world)["untold"] == len(snapshot.untold) > 0


def test_sending_again_is_for_the_administrator_and_is_traced(world: World) -> None:
    plan = review(world)
    running(world)
    end_all(world, "failed")
    (key, *_) = deliveries(world)
    ada, stranger = Actor(world.party["ada"]), Actor(world.party["lea"])
    with unit_of_work(world.engine) as session, pytest.raises(NotThere):
        resend.retry(session, stranger, key, NOW)
    with unit_of_work(world.engine) as session:
        assert not resend.send_again(session, ada, key, NOW)  # it failed: nobody wonders
        assert resend.retry(session, ada, key, NOW)
        assert not resend.retry(session, ada, key, NOW)
    with unit_of_work(world.engine) as session:
        stored = session.get_one(Delivery, key)
        assert (stored.state, stored.attempts, stored.next_try_at) == ("waiting", 0, NOW)
        (told,) = session.execute(select(Access).where(Access.act == "send_again")).scalars()
    assert (told.plan_id, told.party_id, told.ground) == (plan, ada.party_id, "administrator")


def test_what_nobody_knows_is_sent_again_by_the_operator_too(world: World) -> None:
    review(world)
    running(world)
    end_all(world, "unknown")
    (key, *_) = deliveries(world)
    with unit_of_work(world.engine) as session:
        assert resend.send_again(session, Actor.operator(), key, NOW)
    with unit_of_work(world.engine) as session:
        (told,) = session.execute(select(Access).where(Access.act == "send_again")).scalars()
    assert told.ground == "operator"


def test_signs_of_life_go_when_they_are_old(world: World) -> None:
    beat(world, NOW - timedelta(hours=2), "worker:a-1", "scheduler:a-2", "sweep")
    beat(world, NOW, "worker:b-3")
    with unit_of_work(world.engine) as session:
        assert heartbeats.forget_silent(session.connection(), NOW - timedelta(hours=1)) == 2
        assert set(heartbeats.beats(session)) == {"worker:b-3", "sweep"}


def test_messages_between_municipalities_that_do_not_get_through(world: World) -> None:
    """One that waits for an hour, and one that contradicts the record; what is young or done is no trouble."""
    running(world)
    said = {"crossing_id": "c", "neighbour_code": "9102", "digest": "", "failure": ""}
    heard = {**said, "kind": "release", "arrived_at": NOW, "next_try_at": NOW}
    with unit_of_work(world.engine) as session:
        session.add(
            Outbox(
                **said,
                id="o1",
                kind="offer",
                made_at=NOW - timedelta(minutes=90),
                state="waiting",
                next_try_at=NOW,
            )
        )
        session.add(
            Outbox(
                **said,
                id="o2",
                kind="lapse",
                made_at=NOW - timedelta(days=9),
                state="delivered",
                next_try_at=NOW,
            )
        )
        session.add(Inbox(**heard, id="i1", state="puzzling"))
        session.add(Inbox(**heard, id="i2", state="applied"))
    assert problems(world) == {"neighbour_waits": 90, "puzzling": 1}
    with unit_of_work(world.engine) as session:
        snapshot = read_state(session, NOW - timedelta(minutes=31))
    assert "neighbour_waits" not in {problem.code for problem in snapshot.problems}
    told = {name: (fine, words) for name, fine, words in work_checks(snapshot)}
    fine, words = told["messages to neighbours"]
    assert not fine and words.startswith("1 wait") and words.endswith("1 not understood")
