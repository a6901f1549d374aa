"""Tests of hand-overs in trouble: keys, people, records and messages that are not as they should be."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, PostgresBackend
from tests.workflow.crossing.pair import Pair, introduce, pair_of
from tests.workflow.proofs import holders
from tests.world import AGREED
from workflow.acts.crossing import answer
from workflow.acts.crossing.apply import TRIES, apply_messages
from workflow.acts.neighbours import directory, inbox, messages, outbox
from workflow.acts.neighbours.ask import CROSSING
from workflow.acts.neighbours.carrier import carry_messages
from workflow.acts.neighbours.inbox import INBOX
from workflow.acts.neighbours.keys import Keyring, make_private, seal_package
from workflow.acts.neighbours.outbox import OUTBOX
from workflow.acts.neighbours.stuck import look_at_border
from workflow.acts.offboarding.account_end import deactivate
from workflow.acts.privacy.erasure import ErasureReason, erase_plan
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Absence,
    Document,
    Goal,
    Plan,
    new_id,
)
from workflow.rules.engine.denials import NotThere
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def pair(sqlite_backend: Backend) -> Iterator[Pair]:
    with pair_of(sqlite_backend) as places:
        yield places


def asked(pair: Pair, **more: Any) -> tuple[str, str]:
    """Kim's plan with a goal, and the question about it that has arrived."""
    world = pair.here.world
    plan = world.active()
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Bo trygt", **AGREED)
    world.measured(plan)
    key = pair.ask(plan, **more)
    pair.talk()
    return plan, key


def states(pair: Pair) -> list[str]:
    return [side.crossings()[-1]["state"] for side in pair.sides]


def mails(side: Any) -> list[tuple[str, str]]:
    """Kind and state of what has come."""
    with Session(side.engine) as session:
        query = select(INBOX.c.kind, INBOX.c.state).order_by(INBOX.c.arrived_at)
        return [tuple(row) for row in session.execute(query)]


def deliver(side: Any, raw: bytes, now: Any) -> None:
    with unit_of_work(side.engine) as session:
        inbox.store(session.connection(), raw, now)


def test_of_workers_that_apply_at_once_each_message_is_applied_once(
    postgresql_backend: PostgresBackend,
) -> None:
    with pair_of(postgresql_backend) as pair:
        world = pair.here.world
        pair.ask(world.active())
        pair.carry()
        begin, faults = Barrier(3), []

        def work() -> None:
            begin.wait()
            try:
                apply_messages(pair.there.engine, pair.there.keyring, pair.now)
            except Exception as problem:  # noqa: BLE001 - any fault of a thread must be seen
                faults.append(problem)

        threads = [Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == [] and mails(pair.there) == [("offer", "applied")]


def test_what_cannot_be_read_is_shown_and_keeps_nobody_waiting(pair: Pair) -> None:
    """A release of another form than ours, signed as it should be."""
    _, key = asked(pair)
    pair.accept(key)
    packed = zlib.compress(b'{"form":1}')
    body = messages.PlanReleased(
        released_at=pair.now,
        package=seal_package(packed, pair.there.keyring.public, key.encode()),
        package_sha256=hashlib.sha256(packed).hexdigest(),
    )
    odd = messages.ReleaseMessage(
        id=new_id(),
        crossing=key,
        sender=pair.here.code,
        receiver=pair.there.code,
        made_at=pair.now,
        body=body,
    )
    deliver(pair.there, messages.write_message(odd, pair.here.keyring), pair.now)
    for _ in range(TRIES + 1):
        pair.there.world.later(minutes=2)
        apply_messages(pair.there.engine, pair.there.keyring, pair.there.world.now)
    assert mails(pair.there)[-1] == ("release", "puzzling")
    with Session(pair.there.engine) as session:
        assert look_at_border(session).puzzling == 1
    pair.here.world.now = pair.there.world.now
    pair.talk()
    assert states(pair) == ["released", "released"]  # the true one came after it


def test_an_outbox_row_that_is_no_message_keeps_no_other_waiting(pair: Pair) -> None:
    asked(pair)
    with unit_of_work(pair.here.engine) as session:
        odd = {"text": "{}", "state": "waiting", "next_try_at": pair.now}
        session.execute(update(OUTBOX).values(**odd))
    done = carry_messages(pair.here.engine, pair.courier, pair.here.keyring, pair.now)
    assert (done.delivered, done.failed) == (0, 1)


@pytest.mark.parametrize("whose", ["sender", "receiver"])
def test_a_new_key_loses_nothing_that_is_on_its_way(pair: Pair, whose: str) -> None:
    _, key = asked(pair)
    pair.accept(key)
    pair.carry()
    apply_messages(pair.here.engine, pair.here.keyring, pair.now)
    side, old = (pair.here, 0) if whose == "sender" else (pair.there, 1)
    if whose == "sender":
        pair.carry()  # the release lies in the inbox, signed by the old key
    from tests.workflow.crossing.pair import PRIVATE

    side.keyring = Keyring.from_text(f"{make_private()}\n{PRIVATE[old]}\n")
    introduce(*pair.sides)
    pair.talk()
    assert states(pair) == ["released", "released"]


def test_what_the_old_key_sealed_waits_until_that_key_is_back(pair: Pair) -> None:
    """Without the old line the release puzzles; it goes through within an hour of its return."""
    _, key = asked(pair)
    pair.accept(key)
    pair.carry()
    apply_messages(pair.here.engine, pair.here.keyring, pair.now)
    right = pair.there.keyring
    pair.there.keyring = Keyring.from_text(make_private())
    for _ in range(TRIES + 1):
        pair.later(minutes=2)
        pair.talk(1)
    assert states(pair) == ["released", "accepted"]
    pair.later(minutes=61)
    with Session(pair.here.engine) as session:
        assert look_at_border(session).between_since is not None
    pair.there.keyring = right
    pair.talk()
    assert states(pair) == ["released", "released"]
    with Session(pair.here.engine) as session:
        assert look_at_border(session).between_since is None


def test_a_named_coordinator_who_has_left_leaves_no_plan_without_anybody(pair: Pair) -> None:
    """By the proper way out, between the yes and the release: whoever said yes has it."""
    _, key = asked(pair)
    there = pair.there.world
    pair.accept(key, coordinator_id=there.party["per"])
    with unit_of_work(there.engine) as session:
        deactivate(session, there.actor("adam"), there.party["per"], pair.now)
    pair.later(minutes=5)
    pair.talk()
    (new,) = pair.there.plans()
    assert holders(there, new.id)["responsible"] == "liv"


def test_goals_without_words_stop_no_plan(pair: Pair) -> None:
    plan, key = asked(pair)
    with unit_of_work(pair.here.engine) as session:
        session.execute(update(Goal).where(Goal.plan_id == plan).values(own_words=""))
    pair.accept(key)
    pair.talk()
    assert states(pair) == ["released", "released"]


def test_erasure_takes_the_question_back_on_both_sides(pair: Pair) -> None:
    plan, key = asked(pair, reason="Flytter til søster")
    world = pair.here.world
    with unit_of_work(world.engine) as session:
        why = ErasureReason("feil person", "error", world.party["liv"], world.party["leif"])
        erase_plan(session, session.get_one(Plan, plan), why, world.now)
    pair.talk()
    assert states(pair) == ["lapsed", "lapsed"]
    assert pair.there.crossings()[-1]["summary"] == ""
    with unit_of_work(pair.there.engine) as session:
        liv = pair.there.world.actor("liv")
        assert answer.read_summary(session, liv, key, pair.now)[1] is None


def test_a_yes_said_anew_after_a_back_up_is_answered_with_the_release(pair: Pair) -> None:
    """The receiver's record was put back to when the question was open, and the release is lost."""
    _, key = asked(pair)
    before = dict(pair.there.crossings()[-1])
    pair.accept(key)
    pair.carry()
    apply_messages(pair.here.engine, pair.here.keyring, pair.now)
    pair.carry()
    with unit_of_work(pair.there.engine) as session:
        session.execute(update(CROSSING).values(**before))
        session.execute(INBOX.delete().where(INBOX.c.kind == "release"))
        session.execute(OUTBOX.delete())
    pair.accept(key)
    pair.talk()
    assert states(pair) == ["released", "released"] and len(pair.there.plans()) == 1


def test_a_release_that_no_job_decided_is_not_signed(pair: Pair) -> None:
    """As the web's role could lay it down: it may write neither the instant nor what proves it."""
    _, key = asked(pair)
    pair.accept(key)
    packed = zlib.compress(json.dumps({}).encode())
    body = messages.PlanReleased(
        released_at=pair.now,
        package=seal_package(packed, pair.there.keyring.public, key.encode()),
        package_sha256=hashlib.sha256(packed).hexdigest(),
    )
    with unit_of_work(pair.here.engine) as session:
        conn = session.connection()
        envelope = outbox.envelope(conn, key, pair.there.code, pair.now)
        outbox.put(conn, messages.ReleaseMessage(**envelope, body=body), pair.now)
        session.execute(update(CROSSING).values(state="released"))
    carry_messages(pair.here.engine, pair.courier, pair.here.keyring, pair.now)
    assert [kind for kind, _ in mails(pair.there)] == ["offer"]


def test_who_stands_in_for_the_coordinating_unit_may_answer(pair: Pair) -> None:
    _, key = asked(pair)
    there = pair.there.world
    with pytest.raises(NotThere):
        pair.read(key, "lars")
    away = {"recorded_by": None, "from_at": pair.now - timedelta(days=1)}
    with unit_of_work(there.engine) as session:
        for name in ("liv", "leif"):
            row = {
                "id": new_id(),
                "party_id": there.party[name],
                "until_at": there.now + timedelta(9),
            }
            session.execute(insert(Absence), {**away, **row, "substitute_id": there.party["lars"]})
    assert pair.read(key, "lars").name == "Kim"


def test_a_summary_is_not_kept_for_a_sender_that_fell_silent_after_our_yes(pair: Pair) -> None:
    _, key = asked(pair)
    pair.accept(key)
    there = pair.there.world
    there.later(days=40)
    with unit_of_work(there.engine) as session:
        answer.forget_silent(session, there.now)
    (crossing,) = pair.there.crossings()
    assert (crossing["state"], crossing["summary"]) == ("accepted", "")


def test_a_neighbour_that_was_taken_out_begins_nothing_new(pair: Pair) -> None:
    world = pair.here.world
    with unit_of_work(pair.there.engine) as session:
        directory.sync(session, [], pair.now)
    pair.ask(world.active())
    pair.talk()
    assert pair.there.crossings() == []


def test_a_receipt_lets_go_of_the_package_though_a_crash_came_between(pair: Pair) -> None:
    _, key = asked(pair)
    pair.accept(key)
    pair.carry()
    apply_messages(pair.here.engine, pair.here.keyring, pair.now)
    with unit_of_work(pair.here.engine) as session:
        release = select(OUTBOX.c.text).where(OUTBOX.c.kind == "release")
        message = messages.parse_message(session.execute(release).scalar_one().encode())
    deliver(pair.there, messages.write_message(message, pair.here.keyring), pair.now)  # and no mark
    apply_messages(pair.there.engine, pair.there.keyring, pair.now)
    carry_messages(pair.there.engine, pair.courier, pair.there.keyring, pair.now)
    apply_messages(pair.here.engine, pair.here.keyring, pair.now)
    with Session(pair.here.engine) as session:
        assert session.execute(release).scalar_one() is None


def test_a_receipt_for_another_package_is_not_believed(pair: Pair) -> None:
    _, key = asked(pair)
    pair.accept(key)
    pair.carry()
    apply_messages(pair.here.engine, pair.here.keyring, pair.now)
    body = messages.PlanBegun(number="9102-ABC234", package_sha256="0" * 64)
    odd = messages.ReceiptMessage(
        id=new_id(),
        crossing=key,
        sender=pair.there.code,
        receiver=pair.here.code,
        made_at=pair.now,
        body=body,
    )
    deliver(pair.here, messages.write_message(odd, pair.there.keyring), pair.now)
    apply_messages(pair.here.engine, pair.here.keyring, pair.now)
    pair.later(minutes=1)
    pair.talk()
    assert states(pair) == ["released", "released"] and len(pair.there.plans()) == 1


def test_a_release_of_a_plan_that_has_not_ended_here_is_not_signed(pair: Pair) -> None:
    """As the web's role could turn an old hand-over into another."""
    _, key = asked(pair)
    pair.accept(key)
    pair.carry()
    apply_messages(pair.here.engine, pair.here.keyring, pair.now)
    with unit_of_work(pair.here.engine) as session:
        session.execute(update(Plan).values(state="active", closed_at=None))
    carry_messages(pair.here.engine, pair.courier, pair.here.keyring, pair.now)
    assert [kind for kind, _ in mails(pair.there)] == ["offer"]


def test_what_takes_the_worker_with_it_is_shown_and_not_tried_for_ever(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = asked(pair)
    pair.refuse(key)
    pair.carry()
    from workflow.acts.crossing import apply as module

    def die(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "_apply_one", die)
        for _ in range(module.MOST_BEGUN):
            with pytest.raises(KeyboardInterrupt):
                apply_messages(pair.here.engine, pair.here.keyring, pair.now)
        assert apply_messages(pair.here.engine, pair.here.keyring, pair.now).puzzling == 1


def test_a_few_bytes_cannot_ask_for_all_memory() -> None:
    many = b",".join(b'"k%d":1' % number for number in range(messages.MOST_KEYS + 1))
    with pytest.raises(messages.NotReadable):
        messages.parse_message(b"{" + many + b"}")


def test_papers_that_unpack_to_more_than_may_be_read_stay_here(pair: Pair) -> None:
    """They compress to little and would be refused there for ever; their titles go along."""
    plan, key = asked(pair)
    whole = b"x" * 10_000_000
    with unit_of_work(pair.here.engine) as session:
        for number in range(10):
            session.add(
                Document(
                    id=new_id(),
                    plan_id=plan,
                    kind="letter",
                    code="",
                    title=f"Brev {number}",
                    content=whole,
                    sha256=hashlib.sha256(whole).hexdigest(),
                    created_at=pair.now,
                )
            )
    pair.accept(key)
    pair.talk()
    assert states(pair) == ["released", "released"]
