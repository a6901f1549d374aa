"""Tests of the sweep: the right people, on their day, once; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.management.overdue import read_figures
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Deadline, Delivery, Notice, Party, Plan, Tenure
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.calendar.workdays import is_workday
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REVIEW = date(2026, 6, 4)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def day(year: int, month: int, number: int) -> datetime:
    """Ten past midnight in Norway: the first sweep of a day."""
    return at_oslo(date(year, month, number)) - timedelta(hours=23, minutes=49)


def daily(world: World, first: date, last: date) -> list[tuple[date, str, str]]:
    """Sweeps every day and tells who heard what; Monday's overviews left out."""
    heard: list[tuple[date, str, str]] = []
    before = len([line for line in world.told() if line[1] != "overview"])
    while first <= last:
        sweep(world.engine, day(first.year, first.month, first.day))
        told = [line for line in world.told() if line[1] != "overview"]
        heard += [(first, who, code) for who, code, _ in told[before:]]
        before = len(told)
        first += timedelta(days=1)
    return heard


def change(world: World, model: Any, key: str, **values: Any) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(update(model).where(model.id == key).values(**values))


def test_an_overdue_review_reaches_coordinator_manager_and_managers_leader(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    heard = daily(world, date(2026, 5, 10), date(2026, 7, 5))
    assert heard == [
        (date(2026, 5, 14), "cora", DeadlineCode.REVIEW),
        (date(2026, 5, 28), "cora", DeadlineCode.REVIEW),
        (date(2026, 6, 5), "cora", DeadlineCode.REVIEW),
        (date(2026, 6, 11), "lea", DeadlineCode.REVIEW),
        (date(2026, 7, 2), "lena", DeadlineCode.REVIEW),
    ]


def test_an_unprepared_meeting_reaches_the_manager(world: World) -> None:
    plan = world.plan()
    meeting = world.meeting(plan, "cora", datetime(2026, 3, 26, 9, tzinfo=UTC))
    world.act(row(DeadlineCode.MEETING_PREPARED), plan, NOW, "meeting", meeting)
    assert daily(world, date(2026, 3, 2), date(2026, 3, 27)) == [
        (date(2026, 3, 12), "cora", DeadlineCode.MEETING_PREPARED),
        (date(2026, 3, 19), "cora", DeadlineCode.MEETING_PREPARED),
        (date(2026, 3, 24), "lea", DeadlineCode.MEETING_PREPARED),
    ]


def test_where_the_person_leads_the_meeting_the_coordinator_hears(world: World) -> None:
    plan = world.plan()
    meeting = world.meeting(plan, "kim", datetime(2026, 3, 26, 9, tzinfo=UTC))
    world.act(row(DeadlineCode.MEETING_PREPARED), plan, NOW, "meeting", meeting)
    sweep(world.engine, day(2026, 3, 12))
    assert [who for who, *_ in world.told()] == ["cora"]


def test_the_second_sweep_writes_nothing(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    later = day(2026, 7, 3)
    first, second = sweep(world.engine, later), sweep(world.engine, later)
    assert (first.due, first.notices) == (5, 5)  # three people, and an overview for Lea and Kea
    assert (second.due, second.notices, second.fired) == (0, 0, 0)


def test_a_dry_run_keeps_nothing(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    counted = sweep(world.engine, day(2026, 6, 5), dry_run=True)
    assert (counted.due, counted.notices) == (3, 3)  # Cora, and an overview for Lea and Kea
    assert world.told() == []
    assert world.standing() == 5


def test_after_downtime_each_hears_the_highest_step_once(world: World) -> None:
    """Worked scenario 5: Maundy Thursday, leave with a substitute, eight days down, run twice."""
    plan = world.plan()
    measure = world.measure(plan, "wes", date(2026, 4, 2))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    with unit_of_work(world.engine) as session:
        due_at = session.execute(select(Deadline.due_at)).scalar_one()
    assert oslo_date(due_at) == date(2026, 4, 7)
    world.away("wes", day(2026, 3, 30), 21, "sub")
    sweep(world.engine, day(2026, 4, 4))
    assert world.told() == [("sub", DeadlineCode.MEASURE_DUE, "accountable")]
    for _ in range(2):
        sweep(world.engine, day(2026, 4, 14))
    told = [line for line in world.told() if line[1] == DeadlineCode.MEASURE_DUE]
    assert sorted(told[1:]) == [
        ("cora", DeadlineCode.MEASURE_DUE, "coordinator"),
        ("sub", DeadlineCode.MEASURE_DUE, "accountable"),
    ]


def test_the_substitutes_notice_names_whom_they_stand_in_for(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    world.away("cora", day(2026, 5, 14), 1, "sub")
    sweep(world.engine, day(2026, 5, 14))
    with unit_of_work(world.engine) as session:
        notice = session.execute(select(Notice)).scalar_one()
    assert (notice.recipient_id, notice.substitute_for) == (world.party["sub"], world.party["cora"])
    sweep(world.engine, day(2026, 5, 28))
    assert [who for who, *_ in world.told()] == ["sub", "cora"]


def test_a_moved_date_voids_the_old_levels_and_starts_a_new_version(world: World) -> None:
    plan = world.plan()
    measure = world.measure(plan, "wes", date(2026, 4, 15))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    from workflow.record.models import Measure

    change(world, Measure, measure, due_on=date(2026, 4, 29))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, day(2026, 4, 10), "measure", measure)
    heard = daily(world, date(2026, 4, 10), date(2026, 5, 1))
    assert heard == [
        (date(2026, 4, 26), "wes", DeadlineCode.MEASURE_DUE),
        (date(2026, 4, 30), "wes", DeadlineCode.MEASURE_DUE),
    ]


def test_the_person_gets_no_first_reminder_unless_asked_for_and_no_manager_hears(
    world: World,
) -> None:
    plan = world.plan()
    measure = world.measure(plan, "kim", date(2026, 4, 15))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    heard = daily(world, date(2026, 4, 10), date(2026, 5, 10))
    assert [(on.day, who) for on, who, _ in heard] == [(16, "kim"), (22, "cora")]
    with unit_of_work(world.engine) as session:
        mailed = set(session.execute(select(Delivery.recipient_id)).scalars())
    assert world.party["kim"] not in mailed
    assert not [line for line in world.told() if line[1] == "overview"]


def test_the_person_who_asked_for_reminders_gets_them(world: World) -> None:
    change(world, Party, world.party["kim"], reminders=True)
    plan = world.plan()
    measure = world.measure(plan, "kim", date(2026, 4, 15))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    assert daily(world, date(2026, 4, 10), date(2026, 4, 13)) == [
        (date(2026, 4, 12), "kim", DeadlineCode.MEASURE_DUE)
    ]


def test_a_leaver_is_left_out_and_the_next_step_up_is_told(world: World) -> None:
    change(world, Party, world.party["cora"], deactivated_at=NOW)
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    sweep(world.engine, day(2026, 5, 14))
    assert [who for who, *_ in world.told()] == ["lea"]


def test_a_vacant_plan_reaches_who_acts_and_without_that_the_leader(world: World) -> None:
    plan = world.plan(coordinator=None, next_review_on=REVIEW)
    world.tenure(plan, "acting", "kea")
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    sweep(world.engine, day(2026, 5, 14))
    with unit_of_work(world.engine) as session:
        session.execute(delete(Tenure))
    sweep(world.engine, day(2026, 5, 28))
    assert [who for who, *_ in world.told()] == ["kea", "lea"]


def test_without_any_leader_the_coordinating_unit_hears(world: World) -> None:
    for name in ("lea", "lena"):
        change(world, Party, world.party[name], deactivated_at=NOW)
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    heard = daily(world, date(2026, 6, 10), date(2026, 7, 3))
    assert [who for _, who, _ in heard] == ["cora", "kea", "kea"]


def test_where_the_coordinator_is_accountable_the_leader_hears_the_coordinators_step(
    world: World,
) -> None:
    plan = world.plan()
    measure = world.measure(plan, "cora", date(2026, 4, 15))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    heard = daily(world, date(2026, 4, 16), date(2026, 4, 23))
    assert [who for _, who, _ in heard] == ["cora", "lea"]


def test_where_the_person_coordinates_the_unit_contact_hears(world: World) -> None:
    plan = world.plan(coordinator="kim", next_review_on=REVIEW)
    world.tenure(plan, "contact", "wes")
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    sweep(world.engine, day(2026, 5, 14))
    assert [who for who, *_ in world.told()] == ["wes"]


@pytest.mark.parametrize(("model", "who"), [("A", "dag"), ("B", "kea"), ("C", "liv")])
def test_the_decider_follows_the_municipalitys_model(world: World, model: str, who: str) -> None:
    from workflow.record.models import MunicipalityRow

    with unit_of_work(world.engine) as session:
        session.execute(update(MunicipalityRow).values(decision_model=model))
    plan = world.plan(reported_at=NOW)
    world.act(row(DeadlineCode.PROVISIONAL_REPLY), plan, NOW)
    sweep(world.engine, day(2026, 3, 26))
    assert [line[0] for line in world.told()] == [who]


def test_two_sweeps_at_once_write_each_notice_once(world: World) -> None:
    for _ in range(30):
        plan = world.plan(next_review_on=REVIEW, person_id=None)
        world.act(row(DeadlineCode.REVIEW), plan, NOW)
    later = day(2026, 6, 11)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: sweep(world.engine, later), range(2)))
    assert sum(result.notices for result in results) == 62  # and two overviews
    assert len(world.told()) == 62
    assert world.standing() == 30


def test_a_plan_that_lived_gets_a_new_date_instead_of_a_notice(world: World) -> None:
    plan = world.plan(last_activity_at=NOW)
    world.act(row(DeadlineCode.QUIET_PLAN), plan, NOW)
    change(world, Plan, plan, last_activity_at=day(2026, 4, 20))
    assert daily(world, date(2026, 5, 29), date(2026, 6, 10)) == []
    assert daily(world, date(2026, 7, 18), date(2026, 7, 21)) == [
        (date(2026, 7, 20), "cora", DeadlineCode.QUIET_PLAN)  # 19 July is a Sunday
    ]
    heard = daily(world, date(2026, 7, 22), date(2026, 8, 30))
    assert heard == [(date(2026, 8, 19), "kea", DeadlineCode.QUIET_PLAN)]


def test_a_quiet_plan_that_comes_alive_is_counted_anew(world: World) -> None:
    plan = world.plan(last_activity_at=NOW)
    world.act(row(DeadlineCode.QUIET_PLAN), plan, NOW)
    assert len(daily(world, date(2026, 5, 30), date(2026, 7, 5))) == 2
    change(world, Plan, plan, last_activity_at=day(2026, 7, 5))
    sweep(world.engine, day(2026, 7, 6))
    with unit_of_work(world.engine) as session:
        assert oslo_date(session.execute(select(Deadline.due_at)).scalar_one()) == date(2026, 10, 5)
    assert world.standing() == 3


def test_the_monday_overview_comes_once_a_week_with_anything_over_its_date(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    early, at_half_past = (at_oslo(date(2026, 6, 8)) - timedelta(hours=h) for h in (17, 16.25))
    sweep(world.engine, early)
    assert "overview" not in {code for _, code, _ in world.told()}
    for later in (at_half_past, at_half_past + timedelta(days=1), at_half_past + timedelta(days=7)):
        sweep(world.engine, later)
    overviews = sorted(who for who, code, _ in world.told() if code == "overview")
    assert overviews == ["kea", "kea", "lea", "lea"]


def test_figures_count_services_and_the_person_apart(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    for who in ("kim", "wes"):
        measure = world.measure(plan, who, date(2026, 6, 1))
        world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    world.away("cora", day(2026, 6, 1), 30, None)
    with unit_of_work(world.engine) as session:
        seen = read_figures(session, [world.unit["service"]], day(2026, 6, 15))
        other = read_figures(session, [world.unit["ordering"]], day(2026, 6, 15))
    assert seen.by_code == {DeadlineCode.REVIEW: 1, DeadlineCode.MEASURE_DUE: 1}
    assert (seen.waiting_for_person, len(other.rows)) == (1, 0)
    assert [line.coordinator_name for line in seen.rows] == ["Cora", "Cora"]
    assert seen.rows[0].coordinator_away and seen.rows[0].days_over == 14
    assert seen.plans_by_coordinator == [("Cora", 1)]


def test_a_mail_waits_for_the_digest_hour_of_a_working_day(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    sweep(world.engine, day(2026, 5, 14))
    with unit_of_work(world.engine) as session:
        delivery = session.execute(select(Delivery)).scalar_one()
    ascension, digest = date(2026, 5, 14), datetime(2026, 5, 15, 6, 0, tzinfo=UTC)
    assert not is_workday(ascension) and delivery.next_try_at == digest
    assert (delivery.state, delivery.channel, delivery.recipient_id) == (
        "waiting",
        "email",
        world.party["cora"],
    )
