"""Nights that lack or repeat an hour, leap days, year ends, Easter, and people who change in the middle of a ladder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Backend, copied
from tests.servers.mail import mail_server
from tests.workflow.deadline_world import World, row
from tests.workflow.deadlines.test_sweep import change, daily, day
from tests.workflow.delivery.test_delivery import Office
from workflow.acts.deadlines.sweep import sweep
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Absence,
    ClosingDay,
    Consent,
    Deadline,
    Delivery,
    Notice,
    Party,
    Tenure,
)
from workflow.record.models import new_id as key
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.names.deadlines import DeadlineCode

SPRING, AUTUMN = (
    date(2026, 3, 29),
    date(2026, 10, 25),
)  # Sundays: an hour lacks, an hour comes twice


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


@pytest.fixture
def office(backend: Backend) -> Iterator[Office]:
    with copied(backend) as database, mail_server() as (inbox, port):
        yield Office(World(database.engine).build(), inbox, port)


def every(minutes: int, first: datetime, last: datetime) -> Iterator[datetime]:
    """Instants so many minutes apart."""
    while first <= last:
        yield first
        first += timedelta(minutes=minutes)


def causes(world: World) -> list[tuple[str, str, datetime]]:
    """Recipient, code and instant of every notice, oldest first."""
    names = {value: name for name, value in world.party.items()}
    with unit_of_work(world.engine) as session:
        rows = session.execute(
            select(Notice.recipient_id, Notice.code, Notice.created_at).order_by(Notice.created_at)
        ).all()
    return [(names[who], code, at) for who, code, at in rows]


def due_day(world: World, code: str) -> date:
    with unit_of_work(world.engine) as session:
        query = select(Deadline.due_at).where(Deadline.code == code, Deadline.state == "open")
        return oslo_date(session.execute(query).scalar_one())


@pytest.mark.parametrize(
    ("night", "began"),
    [
        (SPRING, datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),
        (AUTUMN, datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_night_of_23_or_25_hours_tells_each_once_at_its_midnight(
    world: World, night: date, began: datetime
) -> None:
    """The rung of the Sunday stands at its own midnight, that of the Monday a short or long day later."""
    start = began - timedelta(days=40)
    plan = world.plan(next_review_on=night + timedelta(days=22), person_id=None)  # Monday: -21
    measure = world.measure(plan, "wes", night + timedelta(days=3))  # Wednesday: Sunday is -3
    world.act(row(DeadlineCode.REVIEW), plan, start)
    world.act(row(DeadlineCode.MEASURE_DUE), plan, start, "measure", measure)
    sweep(world.engine, began - timedelta(minutes=1))
    before = len(causes(world))
    monday = at_oslo(night + timedelta(days=1), time(0))
    assert monday - began in (timedelta(hours=23), timedelta(hours=25))
    for at in every(30, began, monday + timedelta(hours=3)):
        sweep(world.engine, at)
    told = [line for line in causes(world)[before:] if line[1] != "overview"]
    assert told == [("wes", DeadlineCode.MEASURE_DUE, began), ("cora", DeadlineCode.REVIEW, monday)]


@pytest.mark.parametrize(
    ("night", "falls"),
    [
        # 02.30 does not exist on that night: the clock stands at 03.30 when it would have come.
        (SPRING, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 02.30 comes twice on that night: the first one counts.
        (AUTUMN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_that_lacks_or_comes_twice_is_one_instant(night: date, falls: datetime) -> None:
    assert at_oslo(night, time(2, 30)) == falls


@pytest.mark.parametrize(
    ("monday", "opens", "digest"),
    [
        (date(2026, 3, 23), datetime(2026, 3, 23, 6, 30, tzinfo=UTC), 7),
        (date(2026, 3, 30), datetime(2026, 3, 30, 5, 30, tzinfo=UTC), 6),
        (date(2026, 10, 19), datetime(2026, 10, 19, 5, 30, tzinfo=UTC), 6),
        (date(2026, 10, 26), datetime(2026, 10, 26, 6, 30, tzinfo=UTC), 7),
    ],
)
def test_the_overview_comes_at_half_past_seven_in_norway_before_and_after_the_clock_is_set(
    world: World, monday: date, opens: datetime, digest: int
) -> None:
    plan = world.plan(next_review_on=monday - timedelta(days=10), person_id=None)
    world.act(row(DeadlineCode.REVIEW), plan, opens - timedelta(days=60))
    sweep(world.engine, opens - timedelta(minutes=1))
    assert "overview" not in {code for _, code, _ in causes(world)}
    sweep(world.engine, opens)
    told = [(who, at) for who, code, at in causes(world) if code == "overview"]
    assert sorted(told) == [("kea", opens), ("lea", opens)]
    with unit_of_work(world.engine) as session:
        mails = select(Delivery.next_try_at).join(Notice, Notice.id == Delivery.notice_id)
        at = set(session.execute(mails.where(Notice.code == "overview")).scalars())
    assert at == {datetime(monday.year, monday.month, monday.day, digest, tzinfo=UTC)}


def test_the_overview_of_week_53_and_of_week_1_are_two(world: World) -> None:
    """2026 has 53 weeks; the first of January lies in the last of them."""
    plan = world.plan(next_review_on=date(2026, 12, 1), person_id=None)
    world.act(row(DeadlineCode.REVIEW), plan, datetime(2026, 9, 1, 9, tzinfo=UTC))
    for on in (date(2026, 12, 28), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3)):
        sweep(world.engine, at_oslo(on, time(12)))
    assert weeks(world) == {"w:2026-W53"}
    sweep(world.engine, at_oslo(date(2027, 1, 4), time(7, 29)))
    assert weeks(world) == {"w:2026-W53"}
    sweep(world.engine, at_oslo(date(2027, 1, 4), time(7, 30)))
    assert weeks(world) == {"w:2026-W53", "w:2027-W01"}


def weeks(world: World) -> set[str]:
    """The causes of the overviews so far."""
    with unit_of_work(world.engine) as session:
        weekly = select(Notice.cause).where(Notice.code == "overview")
        return set(session.execute(weekly).scalars())


def test_a_date_on_29_february_and_a_month_that_ends_on_it(world: World) -> None:
    plan = world.plan(reported_at=datetime(2028, 1, 31, 9, tzinfo=UTC))
    measure = world.measure(plan, "wes", date(2028, 2, 29))
    now = datetime(2028, 1, 31, 10, tzinfo=UTC)
    world.act(row(DeadlineCode.MEASURE_DUE), plan, now, "measure", measure)
    world.act(row(DeadlineCode.PROVISIONAL_REPLY), plan, now)
    assert (
        due_day(world, DeadlineCode.MEASURE_DUE)
        == due_day(world, DeadlineCode.PROVISIONAL_REPLY)
        == date(2028, 2, 29)
    )
    heard = daily(world, date(2028, 2, 20), date(2028, 3, 15))
    assert heard == [
        (date(2028, 2, 22), "dag", DeadlineCode.PROVISIONAL_REPLY),
        (date(2028, 2, 26), "wes", DeadlineCode.MEASURE_DUE),
        (date(2028, 2, 27), "lea", DeadlineCode.PROVISIONAL_REPLY),
        (date(2028, 3, 1), "wes", DeadlineCode.MEASURE_DUE),
        (date(2028, 3, 7), "cora", DeadlineCode.MEASURE_DUE),
        (date(2028, 3, 14), "lea", DeadlineCode.MEASURE_DUE),
    ]


def test_a_month_from_29_february_is_29_march(world: World) -> None:
    plan = world.plan(reported_at=datetime(2028, 2, 29, 9, tzinfo=UTC))
    world.act(row(DeadlineCode.PROVISIONAL_REPLY), plan, datetime(2028, 2, 29, 10, tzinfo=UTC))
    assert due_day(world, DeadlineCode.PROVISIONAL_REPLY) == date(2028, 3, 29)


def test_new_years_eve_counts_unless_the_municipality_is_closed(world: World) -> None:
    """24 and 31 December are working days by law; a municipality may keep them as its own."""
    plan = world.plan()
    held = datetime(2026, 12, 22, 12, tzinfo=UTC)
    meeting = world.meeting(plan, "wes", held)
    world.act(row(DeadlineCode.MINUTES_DUE), plan, held, "meeting", meeting)
    assert due_day(world, DeadlineCode.MINUTES_DUE) == date(2026, 12, 30)
    world.add(*(ClosingDay(id=key(), day=date(2026, 12, number)) for number in (24, 31)))
    world.act(row(DeadlineCode.MINUTES_DUE), plan, held, "meeting", meeting)
    assert due_day(world, DeadlineCode.MINUTES_DUE) == date(2027, 1, 4)
    heard = daily(world, date(2026, 12, 29), date(2027, 1, 12))
    assert heard == [
        (date(2027, 1, 5), "wes", DeadlineCode.MINUTES_DUE),
        (date(2027, 1, 11), "cora", DeadlineCode.MINUTES_DUE),
    ]


def test_maundy_thursday_moves_our_own_date_but_no_duty_of_the_law(world: World) -> None:
    thursday = date(2026, 4, 2)
    plan = world.plan(reported_at=datetime(2026, 3, 2, 9, tzinfo=UTC), next_review_on=thursday)
    measure = world.measure(plan, "wes", thursday)
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    world.act(row(DeadlineCode.PROVISIONAL_REPLY, DeadlineCode.REVIEW), plan, now)
    world.act(row(DeadlineCode.MEASURE_DUE), plan, now, "measure", measure)
    assert (
        due_day(world, DeadlineCode.MEASURE_DUE)
        == due_day(world, DeadlineCode.REVIEW)
        == date(2026, 4, 7)
    )
    assert due_day(world, DeadlineCode.PROVISIONAL_REPLY) == thursday
    heard = daily(world, date(2026, 3, 20), date(2026, 4, 9))
    assert [(on, who) for on, who, code in heard if code == DeadlineCode.PROVISIONAL_REPLY] == [
        (date(2026, 3, 26), "dag"),
        (date(2026, 3, 31), "lea"),
    ]
    assert [on for on, _, code in heard if code == DeadlineCode.MEASURE_DUE] == [
        date(2026, 4, 4),
        date(2026, 4, 8),
    ]


def replace_coordinator(world: World, plan: str, name: str, at: datetime) -> None:
    """The coordinator's tenure ends and another's begins, at the same instant."""
    with unit_of_work(world.engine) as session:
        ended = update(Tenure).where(Tenure.plan_id == plan, Tenure.role == "coordinator")
        session.execute(ended.values(until_at=at))
    world.tenure(plan, "coordinator", name)


def test_a_new_coordinator_hears_the_next_step_and_the_old_one_nothing_more(
    office: Office,
) -> None:
    world = office.world
    (plan,) = office.quiet_reviews(1)  # 12 May: Cora is told; her mail waits for the digest
    replace_coordinator(world, plan, "wes", at_oslo(date(2026, 5, 12), time(7)))
    with unit_of_work(world.engine) as session:
        session.execute(update(Consent).values(receiver_id=world.party["wes"]))
    office.deliver()
    assert office.inbox.to() == [] and office.states() == ["dropped"]
    heard = daily(world, date(2026, 5, 13), date(2026, 6, 4))
    assert [(on, who) for on, who, _ in heard] == [
        (date(2026, 5, 26), "wes"),
        (date(2026, 6, 3), "wes"),
    ]
    told = [who for who, code, _ in causes(world) if code == DeadlineCode.REVIEW]
    assert told == ["cora", "wes", "wes"]


def test_after_an_outage_only_the_coordinator_of_today_is_told(world: World) -> None:
    plan = world.plan(next_review_on=date(2026, 6, 4), person_id=None)
    world.act(row(DeadlineCode.REVIEW), plan, datetime(2026, 3, 2, tzinfo=UTC))
    replace_coordinator(world, plan, "wes", day(2026, 5, 20))
    for _ in range(2):
        sweep(world.engine, day(2026, 5, 29))
    assert [who for who, *_ in world.told()] == ["wes"]


def away(world: World, first: date, back: date) -> None:
    """Cora is away in [first, back), Sub steps in."""
    start = at_oslo(first, time(0))
    who = {"party_id": world.party["cora"], "substitute_id": world.party["sub"]}
    world.add(Absence(id=key(), from_at=start, until_at=at_oslo(back, time(0)), **who))


@pytest.mark.parametrize(
    ("first", "back", "swept", "hears"),
    [
        # The step fell due on 14 May, while Cora was away; the sweep came when she was back. She
        # does the work now, and her substitute can no longer open the plan.
        (date(2026, 5, 11), date(2026, 5, 16), date(2026, 5, 18), "cora"),
        # She went away between the step and the late sweep: only her substitute is there to read.
        (date(2026, 5, 15), date(2026, 5, 30), date(2026, 5, 18), "sub"),
        # On time: the first day belongs to the substitute, the day of return to her.
        (date(2026, 5, 14), date(2026, 5, 15), date(2026, 5, 14), "sub"),
        (date(2026, 5, 10), date(2026, 5, 14), date(2026, 5, 14), "cora"),
    ],
)
def test_whoever_does_the_work_when_the_sweep_comes_is_told(
    world: World, first: date, back: date, swept: date, hears: str
) -> None:
    plan = world.plan(next_review_on=date(2026, 6, 4), person_id=None)
    world.act(row(DeadlineCode.REVIEW), plan, datetime(2026, 3, 2, tzinfo=UTC))
    away(world, first, back)
    for _ in range(2):
        sweep(world.engine, day(swept.year, swept.month, swept.day))
    assert [who for who, *_ in world.told()] == [hears]


def test_a_substitute_who_has_left_does_not_swallow_the_step(world: World) -> None:
    plan = world.plan(next_review_on=date(2026, 6, 4), person_id=None)
    world.act(row(DeadlineCode.REVIEW), plan, datetime(2026, 3, 2, tzinfo=UTC))
    away(world, date(2026, 5, 1), date(2026, 6, 30))
    change(world, Party, world.party["sub"], deactivated_at=day(2026, 5, 10))
    sweep(world.engine, day(2026, 5, 14))
    assert [who for who, *_ in world.told()] == ["cora"]
