"""Tests of a plan that is handed over to another municipality: two records, signed messages, one decision."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend
from tests.workflow.crossing.pair import IDENTITY, NATIONAL_ID, Pair, pair_of
from tests.workflow.proofs import holders, rows, whole
from tests.world import AGREED
from workflow.acts.crossing import answer
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.neighbours.carrier import HereCourier
from workflow.acts.neighbours.outbox import OUTBOX
from workflow.acts.people.register import digest_national_id
from workflow.acts.privacy.erasure import ErasureReason, erase_plan
from workflow.record.access.access_log import read_access_log
from workflow.record.database.engine import make_engine, unit_of_work
from workflow.record.models import (
    Agreement,
    Document,
    Event,
    Goal,
    Inbox,
    Measure,
    Notice,
    Outbox,
    Party,
    Plan,
    Tenure,
)
from workflow.rules.engine.denials import BadInput, NotThere, Refused, Stale
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def pair(backend: Backend) -> Iterator[Pair]:
    with pair_of(backend) as places:
        yield places


def filled(pair: Pair) -> str:
    """Kim's plan in use at the sender, with a goal and a measure."""
    world = pair.here.world
    plan = world.active()
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Bo trygt", **AGREED)
    world.measured(plan)
    return plan


def test_the_summary_goes_first_and_everything_with_the_release(pair: Pair) -> None:
    plan = filled(pair)
    key = pair.ask(plan)
    pair.talk()
    summary = pair.read(key)
    assert (summary.name, summary.goals, summary.measures, summary.granted) == ("Kim", 1, 1, True)
    assert pair.there.plans() == []
    pair.accept(key)
    assert pair.here.world.plan(plan).state == "transferred" and pair.there.plans() == []
    assert holders(pair.here.world, plan)["responsible"] == "mona"
    pair.later(hours=1)
    pair.talk()
    old, (new,) = pair.here.world.plan(plan), pair.there.plans()
    assert (old.state, old.close_reason) == ("closed", "transferred_out")
    assert (new.state, new.outcome, new.origin, new.predecessor_id) == (
        "decided",
        "granted",
        "incoming",
        plan,
    )
    there = pair.there.world
    assert holders(there, new.id)["responsible"] == holders(there, new.id)["coordinator"] == "mona"
    assert [goal.own_words for goal in rows(there, Goal, new.id)] == ["Bo trygt"]
    assert [one.state for one in rows(there, Measure, new.id)] == ["requested"]
    assert "A02-2" in {paper.code for paper in rows(there, Document, new.id)}
    states = [side.crossings()[0]["state"] for side in pair.sides]
    assert states == ["released", "released"]
    assert pair.here.crossings()[0]["received_number"] == new.number
    for side in pair.sides:
        assert side.crossings()[0]["summary"] == ""
        whole(side.world)


def test_at_every_instant_exactly_one_is_responsible(pair: Pair) -> None:
    """The sender's tenure ends in the very instant in which the receiver's begins."""
    plan = filled(pair)
    key = pair.ask(plan)
    pair.talk()
    pair.accept(key)
    pair.carry()
    pair.apply()  # released at the sender
    pair.later(days=3)  # the release lies about
    pair.talk()
    (crossing,) = pair.here.crossings()
    (new,) = pair.there.plans()
    first = min(
        one.from_at for one in rows(pair.there.world, Tenure, new.id) if one.role == "responsible"
    )
    assert first == crossing["released_at"] == pair.there.crossings()[0]["released_at"]
    assert pair.here.world.plan(plan).closed_at == crossing["released_at"]


def test_nothing_says_who_the_person_is_by_number(pair: Pair) -> None:
    plan = filled(pair)
    key = pair.ask(plan)
    pair.talk()
    with Session(pair.here.engine) as session:
        party = session.get_one(Party, pair.here.world.party["kim"])
        assert party.national_id_hmac == ""
    pair.accept(key, has_id="yes", national_id=NATIONAL_ID)
    with Session(pair.there.engine) as session:
        texts = [text or "" for text in session.scalars(select(Outbox.text))]
    assert NATIONAL_ID not in "".join(texts)
    digest = pair.there.crossings()[0]["national_id_hmac"]
    assert digest and digest not in "".join(texts)
    pair.talk()
    with Session(pair.there.engine) as session:
        (new,) = pair.there.plans()
        assert session.get_one(Party, new.person_id).national_id_hmac == digest
    assert pair.there.crossings()[0]["national_id_hmac"] == ""


def test_nobody_is_joined_by_name_and_the_known_are_found_by_number(pair: Pair) -> None:
    plan = filled(pair)
    key = pair.ask(plan)
    pair.talk()
    pair.accept(key)
    pair.talk()
    (new,) = pair.there.plans()
    assert new.person_id != pair.there.world.party["kim"]  # another Kim, for all that we know


def test_whoever_has_an_open_plan_there_keeps_that_one(pair: Pair) -> None:
    there = pair.there.world
    with unit_of_work(there.engine) as session:
        digest = digest_national_id(IDENTITY, NATIONAL_ID)
        session.execute(
            update(Party).where(Party.id == there.party["kim"]).values(national_id_hmac=digest)
        )
    there.requested()
    key = pair.ask(filled(pair))
    pair.talk()
    with pytest.raises(Refused, match="second_open_plan"):
        pair.accept(key, has_id="yes", national_id=NATIONAL_ID)


def test_a_no_leaves_everything_where_it_was_and_forgets_the_summary(pair: Pair) -> None:
    plan = filled(pair)
    key = pair.ask(plan)
    pair.talk()
    pair.read(key)
    pair.refuse(key)
    pair.talk()
    assert pair.here.world.plan(plan).state == "active"
    assert holders(pair.here.world, plan)["responsible"] == "mona"
    forgotten(pair)
    assert [side.crossings()[0]["state"] for side in pair.sides] == ["refused", "refused"]
    assert pair.there.plans() == []
    with Session(pair.here.engine) as session:
        looked = read_access_log(session, pair.here.world.plan(plan))
        assert "Liv, coordinating, Kommune 9102" in [row.name for row in looked]


def forgotten(pair: Pair) -> None:
    """Neither side holds who it was about; id, days and digest stay."""
    for side in pair.sides:
        (crossing,) = side.crossings()
        assert crossing["summary"] == "" and crossing["national_id_hmac"] == ""
        assert crossing["summary_digest"] or side is pair.there
        with Session(side.engine) as session:
            offers = session.scalars(select(OUTBOX.c.text).where(OUTBOX.c.kind == "offer")).all()
        assert set(offers) <= {None}


@pytest.mark.parametrize("carried", [True, False])
def test_taken_back_before_the_yes_arrives_it_lapses(pair: Pair, carried: bool) -> None:
    plan = filled(pair)
    key = pair.ask(plan)
    if carried:
        pair.talk()
        pair.accept(key)
    pair.here.world.take("kim", PlanStep.WITHDRAW_TRANSFER, plan)
    pair.talk()
    assert pair.here.world.plan(plan).state == "active" and pair.there.plans() == []
    assert pair.here.crossings()[0]["state"] == "lapsed"
    assert [one["state"] for one in pair.there.crossings()] == ["lapsed"]
    forgotten(pair)
    if carried:
        with Session(pair.there.engine) as session:
            codes = set(session.scalars(select(Notice.code)))
        assert {"X.offer", "X.lapsed"} <= codes


def test_expired_or_closed_it_lapses_too(pair: Pair) -> None:
    plan = filled(pair)
    pair.ask(plan)
    pair.talk()
    pair.later(days=15)
    pair.here.world.take("clock", PlanStep.EXPIRE_TRANSFER, plan)
    pair.talk()
    assert pair.there.crossings()[0]["why"] == "expired"
    pair.ask(plan)
    pair.talk()
    pair.here.world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    pair.talk()
    assert [one["why"] for one in pair.there.crossings()] == ["expired", "closed"]
    forgotten_all(pair)


def forgotten_all(pair: Pair) -> None:
    for side in pair.sides:
        assert {one["summary"] for one in side.crossings()} == {""}


def test_the_consent_is_read_again_before_the_plan_leaves(pair: Pair) -> None:
    plan = filled(pair)
    key = pair.ask(plan)
    pair.talk()
    with Session(pair.here.engine) as session:
        asked = select(Event.id).where(
            Event.plan_id == plan, Event.step_name == PlanStep.OFFER_TRANSFER
        )
        given = select(Agreement.id).where(Agreement.event_id == asked.scalar_subquery())
        agreement = session.scalars(given).one()
    here = pair.here.world
    here.take("kim", PlanStep.OBJECT, plan, agreement_id=agreement, words="Nei, jeg vil bli her")
    pair.accept(key)
    pair.talk()
    assert pair.here.world.plan(plan).state == "active" and pair.there.plans() == []
    assert pair.here.crossings()[0]["why"] == pair.there.crossings()[0]["why"] == "consent"
    forgotten(pair)


def test_only_the_coordinating_unit_answers_and_only_once(pair: Pair) -> None:
    key = pair.ask(filled(pair))
    pair.talk()
    for name in ("oda", "mona", "lars", "adam", "kim"):
        with pytest.raises(NotThere):
            pair.read(key, name)
        with pytest.raises(NotThere):
            pair.accept(key, name)
    for wrong in (
        {"said_yes": False},
        {"has_id": ""},
        {"has_id": "yes"},
        {"rests_on_old": ""},
        {"coordinator_id": pair.there.world.party["kim"]},
    ):
        with pytest.raises(BadInput):
            pair.accept(key, **wrong)
    pair.accept(key)
    with pytest.raises(Stale):
        pair.refuse(key)


def test_a_discharge_of_ones_own_is_only_disputed(pair: Pair) -> None:
    plan = filled(pair)
    key = pair.ask(plan, discharge_on=pair.here.world.days(9), first_appointment="Tirsdag kl. 10")
    pair.talk()
    with pytest.raises(Refused, match="discharge_stands"):
        pair.refuse(key)
    pair.refuse(key, reason="Bor i byen", residence_disputed=True)
    pair.talk()
    assert pair.here.world.plan(plan).state == "active"
    assert pair.here.crossings()[0]["residence_disputed"] is True


def test_both_coordinating_units_and_the_person_hear_who_answers(pair: Pair) -> None:
    plan = filled(pair)
    key = pair.ask(plan)
    pair.talk()
    pair.accept(key)
    pair.talk()
    here, there = pair.here.world, pair.there.world
    with Session(here.engine) as session:
        (event,) = session.scalars(
            select(Event.id).where(
                Event.plan_id == plan, Event.step_name == PlanStep.RELEASE_ELSEWHERE
            )
        )
        heard = set(
            session.scalars(select(Notice.recipient_id).where(Notice.cause == f"e:{event}"))
        )
    assert {here.party[name] for name in ("kim", "liv", "leif", "mona")} <= heard
    with Session(there.engine) as session:
        begun = set(session.scalars(select(Notice.recipient_id).where(Notice.code == "X.begun")))
    assert {there.party["liv"], there.party["leif"], there.party["mona"]} == begun


def test_a_release_ahead_of_the_receivers_clock_waits(pair: Pair) -> None:
    plan = filled(pair)
    key = pair.ask(plan)
    pair.talk()
    pair.accept(key)
    pair.here.world.later(days=2)  # the sender's clock runs before ours
    pair.talk()
    assert pair.here.world.plan(plan).state == "closed" and pair.there.plans() == []
    pair.there.world.later(days=2, seconds=1)
    pair.talk()
    assert len(pair.there.plans()) == 1


def test_one_plan_is_asked_for_at_one_place_at_a_time(pair: Pair) -> None:
    plan = filled(pair)
    pair.ask(plan)
    with pytest.raises(Refused, match="offer_already_open"):
        pair.ask(plan)
    problem = pair.here.world.take(
        "oda", PlanStep.REPORT_NEED, problem="Rus i sentrum", why="Mange"
    ).plan_id
    assert problem


def test_who_must_answer_is_reminded_and_a_silent_sender_is_forgotten(pair: Pair) -> None:
    pair.ask(filled(pair))
    pair.talk()
    there = pair.there.world
    there.later(days=8)
    with unit_of_work(there.engine) as session:
        assert answer.remind(session, there.now) == 1
        assert answer.remind(session, there.now) == 0
    there.later(days=60)
    with unit_of_work(there.engine) as session:
        assert answer.forget_silent(session, there.now) == 1
    (crossing,) = pair.there.crossings()
    assert (crossing["state"], crossing["why"], crossing["summary"]) == ("lapsed", "silent", "")


def test_erasure_takes_what_was_said_to_a_neighbour(pair: Pair) -> None:
    """Digests and days stay on both sides; a name, a number or a summary does not."""
    plan = filled(pair)
    key = pair.ask(plan, reason="Flytter til søster")
    pair.talk()
    pair.accept(key)
    pair.talk()
    (new,) = pair.there.plans()
    for side, erased in ((pair.here, plan), (pair.there, new.id)):
        with unit_of_work(side.engine) as session:
            row = session.get(Plan, erased)
            assert row is not None
            two = (side.world.party["liv"], side.world.party["leif"])
            erase_plan(session, row, ErasureReason("Ført på feil person", "error", *two), pair.now)
        (one,) = side.crossings()
        texts = (one[name] for name in ("summary", "reason", "coordinator_name", "unit_name"))
        assert not any(texts) and not one["coordinator_phone"] and not one["national_id_hmac"]
        assert one["summary_digest"] and one["ended_at"]
        with Session(side.engine) as session:
            assert not any(session.scalars(select(Outbox.text)))
            assert not any(session.scalars(select(Inbox.raw)))
        whole(side.world)


def test_nobody_holds_two_connections_to_one_record(pair: Pair) -> None:
    """Steps, carrying, applying and sweeping go through with one connection to each of the two."""
    before = [side.engine for side in pair.sides]
    for side in pair.sides:
        side.world.engine = narrow(side.engine)
    pair.courier = HereCourier({side.code: side.engine for side in pair.sides}.__getitem__)
    key = pair.ask(filled(pair))
    pair.talk()
    pair.accept(key)
    pair.later(days=1)
    for side in pair.sides:
        sweep(side.engine, pair.now)
    pair.talk()
    assert [side.crossings()[0]["state"] for side in pair.sides] == ["released", "released"]
    for side, engine in zip(pair.sides, before, strict=True):
        side.engine.dispose()
        side.world.engine = engine


def narrow(engine: Engine) -> Engine:
    """The same database by one connection; who asks for a second fails after a second."""
    address = engine.url.render_as_string(hide_password=False)
    return make_engine(address, pool_size=1, max_overflow=0, pool_timeout=1)
