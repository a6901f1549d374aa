"""Tests of messages marked together: what a crash, a refusal or a full batch leaves of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.servers.databases import Backend, copied
from tests.servers.mail import Inbox
from tests.workflow.deadline_world import LONG_AGO, World
from tests.workflow.delivery.test_delivery import ADDRESS, MORNING, Office
from workflow.acts.delivery import send_batch
from workflow.acts.delivery.channel import NotAccepted, Unknown
from workflow.acts.delivery.send_batch import DeliveryResult, count_marked, deliver
from workflow.acts.notices import inbox
from workflow.record.access.open_plan import may_be_notified
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Consent,
    Delivery,
    Message,
    Notice,
    Party,
    Plan,
    StaffRole,
    new_id,
)
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.tables import TRANSITIONS


@dataclass
class Hand:
    """A sender that does what a test wants at each mail."""

    does: Any = lambda number, to: None
    sender: str = "us@example.invalid"
    to: list[str] = field(default_factory=list)

    def send(self, recipient: str, content: bytes) -> None:
        """Takes the mail unless the test says otherwise."""
        self.to.append(recipient)
        self.does(len(self.to), recipient)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Crowd:
    """So many people of the coordinating unit, each told of an offer."""

    office: Office
    plan: str

    def send(self, hand: Hand, now: Any = MORNING, **options: Any) -> DeliveryResult:
        """One batch."""
        return deliver(self.office.world.engine, hand, now, address=ADDRESS, **options)

    def count(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        query = select(Delivery.state, func.count()).group_by(Delivery.state)
        with unit_of_work(self.office.world.engine) as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def messages(self) -> int:
        """How many messages are kept."""
        with unit_of_work(self.office.world.engine) as session:
            return session.execute(select(func.count(Message.id))).scalar_one()


@pytest.fixture
def crowd(backend: Backend) -> Iterator[Crowd]:
    """A hundred people; a batch marks four of them together, once it knows that mails go fast."""
    with copied(backend) as database:
        world = World(database.engine).build()
        yield told(Office(world, Inbox(), 0), 100)


def told(office: Office, count: int) -> Crowd:
    world, plan = office.world, office.world.plan(person_id=None)
    people = [new_id() for _ in range(count)]
    with unit_of_work(world.engine) as session:
        for number, key in enumerate(people):
            session.add(
                Party(
                    id=key,
                    name="K",
                    sort_key="k",
                    created_at=LONG_AGO,
                    email=f"k{number:03}@example.invalid",
                )
            )
            session.flush()
            session.add(
                StaffRole(
                    id=new_id(),
                    party_id=key,
                    unit_id=world.unit["ke"],
                    role="coordinating",
                    from_at=LONG_AGO,
                )
            )
        session.flush()
        inbox.notify(
            session.connection(),
            TRANSITIONS[PlanStep.OFFER_TRANSFER],
            new_id(),
            [(key, "receiver") for key in people],
            plan,
            plan,
            MORNING,
        )
    return Crowd(office, plan)


@pytest.mark.parametrize(
    ("waiting", "seconds_each", "size"),
    [
        (1, 0.001, 1),
        (49, 0.001, 1),
        (50, 0.001, 2),
        (1000, 0.001, 40),
        (9000, 0.001, 50),
        (9000, 0.05, 20),
        (9000, 2.0, 1),
        (9000, 0.0, 1),
    ],
)
def test_few_are_marked_one_by_one_and_never_more_than_a_second_of_sending(
    waiting: int, seconds_each: float, size: int
) -> None:
    assert count_marked(waiting, seconds_each) == size


def test_everybody_gets_one_mail(crowd: Crowd) -> None:
    hand = Hand()
    result = crowd.send(hand)
    assert (result.mails, result.sent) == (100, 100)
    assert len(set(hand.to)) == 100 and crowd.count() == {"sent": 100}


def test_it_takes_fewer_transactions_than_mails(crowd: Crowd) -> None:
    commits: list[Any] = []
    event.listen(crowd.office.world.engine, "commit", commits.append)
    crowd.send(Hand())
    assert len(commits) < 40


def test_a_crash_leaves_no_more_unknown_than_were_marked_together(crowd: Crowd) -> None:
    def dies(number: int, to: str) -> None:
        if number == 30:
            raise Killed

    hand = Hand(dies)
    with pytest.raises(Killed):
        crowd.send(hand)
    left = crowd.count()
    assert 1 <= left["sending"] <= count_marked(100, 0.001)
    assert left["sending"] + left["sent"] + left["waiting"] == 100
    assert left["sent"] <= 30


def test_one_refusal_does_not_stop_the_others(crowd: Crowd) -> None:
    def refuses(number: int, to: str) -> None:
        if to.startswith("k05"):
            raise NotAccepted("SMTPResponseException 550")

    result = crowd.send(Hand(refuses))
    assert (result.sent, result.later) == (90, 10)
    assert crowd.messages() == 90


def test_a_server_that_goes_away_ends_the_batch_and_the_rest_wait_untouched(crowd: Crowd) -> None:
    def goes(number: int, to: str) -> None:
        if number > 21:
            raise NotAccepted("ConnectionRefusedError", away=True)

    hand = Hand(goes)
    result = crowd.send(hand)
    assert (result.sent, result.later, len(hand.to)) == (21, 1, 22)
    with unit_of_work(crowd.office.world.engine) as session:
        rest = session.execute(
            select(Delivery.attempts, Delivery.claimed_by, Delivery.message_id).where(
                Delivery.state == "waiting", Delivery.next_try_at <= MORNING
            )
        ).all()
    assert rest == [(0, "", None)] * 78
    assert crowd.messages() == 21
    assert crowd.send(Hand()).sent == 78


def test_a_server_that_falls_silent_makes_three_unknown_not_all(crowd: Crowd) -> None:
    def silent(number: int, to: str) -> None:
        if number > 10:
            raise Unknown("SMTPServerDisconnected")

    assert crowd.send(Hand(silent)).unknown == 3
    assert crowd.count() == {"sent": 10, "unknown": 3, "waiting": 87}


def test_when_the_time_is_up_what_was_marked_waits_again(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    late = [1.0]
    monkeypatch.setattr(time, "monotonic", lambda: began + late[0])

    def slow(number: int, to: str) -> None:
        late[0] += 0.05 if number <= 25 else 11.0

    result = crowd.send(Hand(slow))
    assert result.sent == 26 and crowd.count() == {"sent": 26, "waiting": 74}
    with unit_of_work(crowd.office.world.engine) as session:
        tried = select(func.max(Delivery.attempts)).where(Delivery.state == "waiting")
        assert session.execute(tried).scalar() == 0


def test_a_cut_line_to_the_database_loses_no_outcome(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts = iter(range(3))
    settle = send_batch._settle

    def cut(run: Any, conn: Any, done: Any) -> None:
        settle(run, conn, done)
        if len(hand.to) > 20 and next(cuts, None) is not None:
            raise OperationalError("x", {}, Exception("cut"), connection_invalidated=True)

    hand = Hand()
    monkeypatch.setattr(send_batch, "_settle", cut)
    assert crowd.send(hand).sent == 100
    assert len(hand.to) == 100 and crowd.count() == {"sent": 100}


def test_a_broken_statement_is_not_tried_again(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise DBAPIError("x", {}, Exception("wrong"))

    monkeypatch.setattr(send_batch, "_settle", broken)
    with pytest.raises(DBAPIError):
        crowd.send(Hand())


def test_what_is_withdrawn_meanwhile_is_not_sent(crowd: Crowd) -> None:
    engine = crowd.office.world.engine

    def withdraws(number: int, to: str) -> None:
        if number == 40:
            with unit_of_work(engine) as session:
                session.execute(update(StaffRole).values(until_at=MORNING))

    result = crowd.send(Hand(withdraws))
    marked = count_marked(100, 0.001)
    assert 40 <= result.sent <= 40 + marked and result.dropped == 100 - result.sent
    assert marked == 4


def test_urgent_and_digest_are_two_mails_to_one_person(backend: Backend) -> None:
    with copied(backend) as database:
        world = World(database.engine).build()
        office = Office(world, Inbox(), 0)
        plan = world.plan(person_id=None)
        world.add(
            Consent(
                id=new_id(),
                plan_id=plan,
                receiver_id=world.party["cora"],
                from_at=LONG_AGO,
            )
        )
        office.tell(MeasureStep.DONE, plan, "cora", "coordinator", MORNING - timedelta(hours=1))
        office.tell(PlanStep.OFFER_TRANSFER, plan, "cora", "coordinator", MORNING)
        result = Crowd(office, plan).send(Hand())
    assert (result.mails, result.sent) == (2, 2)


def test_who_may_hear_is_the_same_answer_for_one_and_for_many(backend: Backend) -> None:
    with copied(backend) as database:
        world = World(database.engine).build()
        office = Office(world, Inbox(), 0)
        plans = [world.plan(person_id=None), world.plan(), world.plan("sub", person_id=None)]
        office.share(plans[0], "cora")
        world.away("cora", MORNING - timedelta(days=1), 5, "wes")
        for plan in plans:
            for name in world.party:
                office.tell(PlanStep.OFFER_TRANSFER, plan, name, "x", MORNING)
        hand = Hand()
        crowd = Crowd(office, plans[0])
        heard: set[tuple[str, str]] = set()

        def asked(conn: Any, party: str, plan: str, now: Any) -> bool:
            if may_be_notified(conn, party, plan, now):
                heard.add((party, plan))
            return True

        crowd.send(hand, hear=asked)
        with unit_of_work(database.engine) as session:
            session.execute(
                update(Delivery).values(
                    state="waiting", claimed_by="", claimed_at=None, message_id=None
                )
            )
        crowd.send(Hand())
        with unit_of_work(database.engine) as session:
            rows = session.execute(
                select(Notice.recipient_id, Notice.plan_id, Plan.person_id)
                .join(Delivery, Delivery.notice_id == Notice.id)
                .join(Plan, Plan.id == Notice.plan_id)
                .where(Delivery.state == "sent")
            ).all()
    pairs = {(row.recipient_id, row.plan_id) for row in rows}
    own = {(row.recipient_id, row.plan_id) for row in rows if row.recipient_id == row.person_id}
    assert pairs == heard | own and len(heard) > 10


def test_what_the_coordinator_must_say_waits_for_her(crowd: Crowd) -> None:
    with unit_of_work(crowd.office.world.engine) as session:
        session.execute(update(Delivery).values(channel="coordinator"))
    hand = Hand()
    assert crowd.send(hand).mails == 0
    assert hand.to == [] and crowd.count() == {"waiting": 100}
