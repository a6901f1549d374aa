"""A worker whose lease is over before it marks its mails must not send what another one has taken meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World
from workflow.acts.delivery import outbox
from workflow.acts.delivery.send_batch import deliver
from workflow.acts.notices import inbox
from workflow.record.database.engine import unit_of_work
from workflow.record.models import new_id
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS

pytestmark = pytest.mark.every_database

NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


class Keeper:
    """A mail server that keeps who got a mail."""

    sender = "planlop@example.invalid"

    def __init__(self) -> None:
        self.took: list[str] = []

    def send(self, recipient: str, content: bytes) -> None:
        self.took.append(recipient)


def test_the_one_with_the_wrong_clock_and_the_other_send_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = world.plan()
    with unit_of_work(world.engine) as session:
        told = [(world.party["kea"], "receiver")]
        inbox.notify(
            session.connection(),
            TRANSITIONS[PlanStep.OFFER_TRANSFER],
            new_id(),
            told,
            plan,
            plan,
            NOW - timedelta(days=9),
        )
    first, second = Keeper(), Keeper()
    read = outbox.waiting
    others: list[threading.Thread] = []

    def read_and_be_overtaken(*args: object, **rest: object) -> object:
        rows = read(*args, **rest)  # type: ignore[arg-type]
        if not others:
            work = threading.Thread(
                target=lambda: deliver(world.engine, second, NOW, address="http://x")
            )
            others.append(work)
            work.start()
            work.join(1.0)  # it takes the row over, unless it has to wait for us
        return rows

    monkeypatch.setattr(outbox, "waiting", read_and_be_overtaken)
    behind = NOW - timedelta(days=8)
    deliver(world.engine, first, behind, address="http://x")
    others[0].join()
    assert len(first.took) + len(second.took) == 1
