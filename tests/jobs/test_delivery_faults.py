"""Tests with real processes: kill -9 in mid-delivery, an emptied broker, no broker at all."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime

from redis import Redis
from sqlalchemy import select

from tests.jobs.yard import Yard, kill_hard, until
from tests.workflow.deadline_world import LONG_AGO, row
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Heartbeat
from workflow.rules.names.deadlines import DeadlineCode


def beaten(place: Yard, name: str) -> datetime | None:
    with unit_of_work(place.world.engine) as session:
        return session.execute(select(Heartbeat.at).where(Heartbeat.name == name)).scalar()


def test_killing_the_worker_in_mid_delivery_loses_nothing_and_repeats_nothing(place: Yard) -> None:
    everybody = place.tell_many(30)
    place.inbox.seconds = 0.05
    worker = place.start("worker")
    until(lambda: len(place.inbox.mails) >= 5)
    kill_hard(worker)
    assert not place.settled()
    place.inbox.seconds = 0.0
    place.start("worker")
    place.start("scheduler")
    until(place.settled)
    states = place.states()
    unknown = {email for email, state in states.items() if state == "unknown"}
    assert len(place.inbox.to()) == len(set(place.inbox.to()))
    assert set(place.inbox.to()) | unknown == everybody
    assert len(unknown) <= 1
    assert {states[email] for email in everybody - unknown} == {"sent"}


def test_emptying_the_broker_loses_nothing(place: Yard) -> None:
    client = Redis.from_url(place.environment["PLANLOP_REDIS_URL"])
    over = threading.Event()

    def empty_again_and_again() -> None:
        while not over.is_set():
            client.flushall()
            time.sleep(0.3)

    emptying = threading.Thread(target=empty_again_and_again)
    emptying.start()
    try:
        for command in ("worker", "scheduler"):
            place.start(command)
        everybody = place.tell_many(8)
        until(place.settled)
    finally:
        over.set()
        emptying.join()
        client.close()
    assert sorted(place.inbox.to()) == sorted(everybody)


def test_a_worker_without_a_broker_sweeps_and_sends_by_itself(place: Yard) -> None:
    plan = place.world.plan(next_review_on=date(2025, 6, 2))
    place.world.act(row(DeadlineCode.REVIEW), plan, LONG_AGO)
    everybody = place.tell_many(3)
    place.start("worker", PLANLOP_REDIS_URL="unix:///nonexistent/broker.sock")
    until(lambda: everybody <= set(place.inbox.to()))
    until(lambda: beaten(place, "sweep") is not None)
    assert DeadlineCode.REVIEW in {code for _, code, _ in place.world.told()}


def test_a_notice_is_written_while_one_worker_and_one_scheduler_live(place: Yard) -> None:
    for command in ("worker", "scheduler"):
        place.start(command)
    until(lambda: beaten(place, "sweep") is not None)
    plan = place.world.plan(next_review_on=date(2025, 6, 2))
    place.world.act(row(DeadlineCode.REVIEW), plan, LONG_AGO)
    until(lambda: any(code == DeadlineCode.REVIEW for _, code, _ in place.world.told()))
    until(lambda: beaten(place, "scheduler") is not None and beaten(place, "delivery") is not None)
