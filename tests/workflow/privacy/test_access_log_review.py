"""The monthly log review: what it finds and leaves alone, made once, answered by the privacy officer."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.servers.roles import engine_as
from tests.world import World, make_world
from workflow.acts.privacy import access_log_review
from workflow.acts.privacy.access_log_review import FindingAnswer
from workflow.database_roles import roles_of
from workflow.record.access import emergencies
from workflow.record.access.open_plan import write_trace
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    EmergencyAccess,
    HomeAddress,
    LogFinding,
    LogReview,
    Notice,
    Party,
    StaffRole,
    new_id,
)
from workflow.rules.calendar.clock import OSLO
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.privacy import access_log_rules

MARCH = "2026-03"
NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)  # a Tuesday
AFTER = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def world(fresh_database: Database) -> Iterator[World]:
    yield make_world(fresh_database.engine)


def looked(world: World, name: str, plan: str, *at: datetime, **more: object) -> None:
    given = {"act": "read", "ground": "coordinator", **more}
    with unit_of_work(world.engine) as session:
        for one in at:
            write_trace(session, world.actor(name), now=one, plan_id=plan, **given)  # type: ignore[arg-type]


def named(world: World, who: str, name: str) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).where(Party.id == world.party[who]).values(name=name))


def list_findings(world: World, month: str = MARCH) -> list[tuple[str, str, int]]:
    """Kind, who and how many, of the month's review, made now where it is not."""
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        access_log_review.make(session, month, AFTER)
        review = access_log_review.of_month(session, month)
        assert review is not None
        rows = session.scalars(
            select(LogFinding).where(LogFinding.review_id == review.id).order_by(LogFinding.id)
        )
        return [(one.kind, names[one.party_id or ""], one.looks) for one in rows]


def test_a_quiet_month_of_ordinary_looks_finds_nothing(world: World) -> None:
    plan = world.active()
    looked(world, "mona", plan, NOON, NOON + timedelta(days=1))
    assert list_findings(world) == []
    with Session(world.engine) as session:
        (review,) = access_log_review.unfinished_reviews(session)
        assert review.looks == 2 and not access_log_review.is_late(review, AFTER)
        assert access_log_review.is_late(review, AFTER + timedelta(days=15))
        told = session.scalars(select(Notice.recipient_id).where(Notice.code == "log_review"))
        assert list(told) == [world.party["pia"]]


def test_night_weekend_and_holiday_are_odd_but_usual_shifts_are_not(world: World) -> None:
    plan = world.active()
    night, saturday = (
        datetime(2026, 3, 10, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 14, 11, tzinfo=UTC),
    )
    looked(world, "mona", plan, NOON, night, saturday)
    shifts = [datetime(2026, 2, 1, 1, 30, tzinfo=UTC) + timedelta(days=n) for n in range(25)]
    looked(world, "ali", plan, *shifts, night)
    looked(world, "per", plan, datetime(2026, 3, 10, 20, 59, tzinfo=UTC))  # 21.59 in Oslo
    looked(world, "lars", plan, datetime(2026, 3, 10, 21, 0, tzinfo=UTC))  # 22.00
    looked(world, "oda", plan, night, refused=True)
    looked(world, "frida", plan, night, ground="relative")  # no staff: lives with it day and night
    assert list_findings(world) == [
        ("odd_hours", "lars", 1),
        ("odd_hours", "mona", 2),
    ] or list_findings(world) == [
        ("odd_hours", "mona", 2),
        ("odd_hours", "lars", 1),
    ]


def test_namesakes_neighbours_and_colleagues(world: World) -> None:
    plan = world.active()
    named(world, "kim", "Kim Øren-Lie")
    for who, name in (("mona", "Mona Lie"), ("ali", "Ali Øren"), ("frida", "Frida Lie")):
        named(world, who, name)
    with unit_of_work(world.engine) as session:
        for who, street in (("kim", "Storgata 1 "), ("per", "storgata 1"), ("oda", "Storgata 10")):
            session.execute(
                insert(HomeAddress),
                {
                    "id": new_id(),
                    "street": street,
                    "party_id": world.party[who],
                    "postcode": "8500",
                    "place": "Narvik",
                    "recorded_at": NOON,
                },
            )
    for who in ("mona", "ali", "per", "oda"):
        looked(world, who, plan, NOON, NOON + timedelta(minutes=1))
    looked(world, "frida", plan, NOON, ground="relative")
    assert set(list_findings(world)) == {("same_surname", "mona", 2), ("same_address", "per", 2)}
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(StaffRole),
            {
                "id": new_id(),
                "role": "worker",
                "party_id": world.party["kim"],
                "unit_id": world.unit["nav"],
                "from_at": NOON,
            },
        )
    looked(world, "oda", plan, datetime(2026, 1, 13, 11, tzinfo=UTC))
    assert list_findings(world, "2026-01") == [("colleague", "oda", 1)]


def test_emergency_access_is_a_finding_answered_where_it_was_followed_up(world: World) -> None:
    plan = world.active()
    with unit_of_work(world.engine) as session:
        for outcome, at in (("", NOON), ("justified", NOON + timedelta(hours=2))):
            session.execute(
                insert(EmergencyAccess),
                {
                    "id": new_id(),
                    "plan_id": plan,
                    "party_id": world.party["berit"],
                    "reason": "life",
                    "opened_at": at,
                    "until_at": at + timedelta(hours=1),
                    "outcome": outcome,
                    "answer": "Ja",
                    "reviewed_at": at + timedelta(days=1) if outcome else None,
                },
            )
    looked(world, "berit", plan, NOON, ground="emergency", reason="life")
    assert list_findings(world) == [("break_glass", "berit", 0), ("break_glass", "berit", 1)]
    with Session(world.engine) as session:
        review = access_log_review.of_month(session, MARCH)
        assert review is not None and access_log_review.count_left(session, review.id) == 1


def test_many_more_plans_than_others_in_the_role() -> None:
    roles = {"a": ["worker"], "b": ["worker"], "c": ["worker"], "d": ["leader"]}
    plans = {"a": 24, "b": 8, "c": 7, "d": 60}
    assert access_log_rules.many_plans(plans, roles) == {"a": 24, "d": 60}
    assert access_log_rules.many_plans({"a": 19, "b": 1}, roles) == {}
    assert access_log_rules.many_plans({"a": 23, "b": 8, "c": 8}, roles) == {}
    assert access_log_rules.many_plans({"d": 20}, roles) == {"d": 20}
    assert access_log_rules.many_plans({}, {}) == {}


@pytest.mark.parametrize("seed", range(30))
def test_what_is_unusual_against_a_count_by_hand(seed: int) -> None:
    rng = random.Random(seed)
    start = datetime(2025, 9, 1, tzinfo=UTC)
    before = [start + timedelta(hours=rng.randrange(24 * 180)) for _ in range(rng.randrange(300))]
    month = [start + timedelta(days=181, hours=rng.randrange(24 * 30)) for _ in range(40)]
    hours = [access_log_rules.hour_of(at, frozenset()) for at in before]
    wanted = []
    for at in month:
        hour = access_log_rules.hour_of(at, frozenset())
        local = at.astimezone(OSLO)
        outside = local.hour < 6 or local.hour >= 22 or not hour[0]
        if outside and (not hours or hours.count(hour) * 100 < len(hours)):
            wanted.append(at)
    looks = [(at, access_log_rules.hour_of(at, frozenset())) for at in month]
    assert access_log_rules.unusual(looks, Counter(hours)) == wanted


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mona Lie", "Kim LIE", True),
        ("Mona Lie", "Lie", False),
        ("Mona", "Mona", False),
        ("Åse Aas", "Ola Ås", True),
        ("Siri Bø", "Siri Berg", False),
    ],
)
def test_surnames(one: str, other: str, same: bool) -> None:
    assert access_log_rules.same_surname(one, other) is same


def test_made_once_for_a_month_that_is_over(world: World) -> None:
    plan = world.active()
    looked(world, "mona", plan, NOON)
    assert access_log_review.last_month(AFTER) == MARCH
    assert (
        access_log_review.last_month(datetime(2026, 3, 31, 22, 30, tzinfo=UTC)) == MARCH
    )  # 1 April here
    with unit_of_work(world.engine) as session, pytest.raises(ValueError, match=MARCH):
        access_log_review.make(session, MARCH, NOON)
    access_log_review.make_due(world.engine, AFTER)
    assert access_log_review.make_due(world.engine, AFTER) == 0
    with Session(world.engine) as session:
        assert len(list(session.scalars(select(LogReview)))) == 1


def test_a_month_without_a_look_needs_nobody(world: World) -> None:
    assert list_findings(world) == []
    with Session(world.engine) as session:
        assert not access_log_review.unfinished_reviews(session)


def test_answered_and_finished_by_the_privacy_officer_alone(world: World) -> None:
    plan = world.active()
    looked(world, "mona", plan, datetime(2026, 3, 14, 11, tzinfo=UTC))
    assert list_findings(world) == [("odd_hours", "mona", 1)]
    pia, form = world.actor("pia"), FindingAnswer(outcome="explained", answer="Hadde vakt")
    with unit_of_work(world.engine) as session:
        (review,) = access_log_review.unfinished_reviews(session)
        (finding,) = session.scalars(select(LogFinding).where(LogFinding.review_id == review.id))
        with pytest.raises(BadInput):
            access_log_review.finish(session, pia, MARCH, AFTER)
        for who in ("mona", "lars", "adam"):
            with pytest.raises(NotThere):
                access_log_review.answer(session, world.actor(who), finding.id, form, AFTER)
            with pytest.raises(NotThere):
                access_log_review.finish(session, world.actor(who), MARCH, AFTER)
        access_log_review.answer(session, pia, finding.id, form, AFTER)
        access_log_review.finish(session, pia, MARCH, AFTER)
        assert not access_log_review.unfinished_reviews(session)
        with pytest.raises(NotThere):  # what is finished stays as it was
            access_log_review.answer(session, pia, finding.id, form, AFTER)
        assert access_log_review.by_kind(session, review.id) == {"odd_hours": 1}
        assert emergencies.overseers(session, world.now) == [world.party["pia"]]


@pytest.mark.every_database
def test_workers_make_it_as_their_own_role(world: World, fresh_database: Database) -> None:
    plan = world.active()
    looked(world, "mona", plan, datetime(2026, 3, 14, 11, tzinfo=UTC))
    if not fresh_database.is_postgresql:
        return  # no roles there
    with engine_as(fresh_database, roles_of("").jobs) as engine:
        assert access_log_review.make_due(engine, AFTER) > 0
    assert list_findings(world) == [("odd_hours", "mona", 1)]
