"""Notices seen or put off: the reader's own reminders stop or wait, nobody else's do; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from tests.workflow.deadlines.test_sweep import change, daily, day
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.notices.snooze import SnoozeForm, acknowledge, reminders, snooze
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import DeadlineRung, Delivery, Measure, Notice, Plan, Tenure
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REVIEW = date(2026, 6, 4)
FIRST = date(2026, 5, 14)  # the coordinator's first reminder


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def reviewed(world: World) -> str:
    """A plan whose review is on 4 June: rungs 14 and 28 May, 5 June, Lea 11 June, Lena 2 July."""
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    return plan


def actor(world: World, name: str) -> Actor:
    return Actor(world.party[name])


def newest(world: World, name: str) -> str:
    """The id of the newest notice of somebody."""
    with unit_of_work(world.engine) as session:
        query = select(Notice.id).where(
            Notice.recipient_id == world.party[name], Notice.code != "overview"
        )
        notice_id = session.execute(query.order_by(Notice.created_at.desc())).scalars().first()
    assert notice_id is not None
    return notice_id


def see(world: World, name: str, at: datetime) -> bool:
    notice = newest(world, name)
    with unit_of_work(world.engine) as session:
        return acknowledge(session, actor(world, name), notice, at)


def put_off(world: World, name: str, until: date, at: datetime, notice: str = "") -> None:
    notice = notice or newest(world, name)
    form = SnoozeForm(until_on=until, reason="day_agreed")
    with unit_of_work(world.engine) as session:
        snooze(session, actor(world, name), notice, form, at)


def refused(world: World, name: str, until: date, at: datetime) -> str:
    """The code of the refusal."""
    with pytest.raises(BadInput) as refusal:
        put_off(world, name, until, at)
    return refusal.value.problems[0][1]


def test_what_is_seen_stops_this_readers_reminders_and_nobody_elses(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 5, 14))
    assert see(world, "cora", day(2026, 5, 14)) is True
    assert see(world, "cora", day(2026, 5, 15)) is False
    assert daily(world, date(2026, 5, 15), date(2026, 7, 5)) == [
        (date(2026, 6, 11), "lea", DeadlineCode.REVIEW),
        (date(2026, 7, 2), "lena", DeadlineCode.REVIEW),
    ]


def test_what_everybody_has_seen_is_no_vacancy(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 6, 11))
    for name in ("cora", "lea"):
        see(world, name, day(2026, 6, 11))
    sweep(world.engine, day(2026, 7, 2))
    assert {who for who, code, _ in world.told() if code == DeadlineCode.REVIEW} == {
        "cora",
        "lea",
        "lena",
    }


def test_the_monday_overview_still_counts_it(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 6, 11))
    see(world, "lea", day(2026, 6, 11))
    sweep(world.engine, datetime(2026, 6, 15, 6, 0, tzinfo=UTC))
    assert ("lea", "overview", "leader") in world.told()


def test_a_new_date_begins_anew(world: World) -> None:
    plan = reviewed(world)
    sweep(world.engine, day(2026, 5, 14))
    see(world, "cora", day(2026, 5, 14))
    change(world, Plan, plan, next_review_on=date(2026, 7, 10))
    world.act(row(DeadlineCode.REVIEW), plan, day(2026, 5, 15))
    heard = daily(world, date(2026, 5, 16), date(2026, 6, 20))
    assert heard == [(date(2026, 6, 19), "cora", DeadlineCode.REVIEW)]


def test_put_off_once_it_is_told_again_on_the_day_in_the_digest(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 5, 27))
    put_off(world, "cora", date(2026, 6, 8), day(2026, 5, 27))
    heard = daily(world, date(2026, 5, 28), date(2026, 6, 12))
    assert heard == [
        (date(2026, 6, 8), "cora", DeadlineCode.REVIEW),
        (date(2026, 6, 11), "lea", DeadlineCode.REVIEW),
    ]
    with unit_of_work(world.engine) as session:
        notice = session.execute(
            select(Notice).where(Notice.id == newest(world, "cora"))
        ).scalar_one()
        sent = select(Delivery.next_try_at).where(Delivery.notice_id == notice.id)
        assert session.execute(sent).scalar_one() == datetime(2026, 6, 8, 6, 0, tzinfo=UTC)
    assert notice.cause.endswith(":1:1000")
    assert notice.role == "coordinator"
    assert refused(world, "cora", date(2026, 6, 15), day(2026, 6, 12)) == "snooze_once"


def test_rungs_after_the_day_come_as_before(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 5, 14))
    put_off(world, "cora", date(2026, 5, 20), day(2026, 5, 14))
    assert [when for when, who, _ in daily(world, date(2026, 5, 15), REVIEW) if who == "cora"] == [
        date(2026, 5, 20),
        date(2026, 5, 28),
    ]


def test_after_an_outage_the_put_off_one_and_the_rung_are_one_notice(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 5, 27))
    put_off(world, "cora", date(2026, 6, 3), day(2026, 5, 27))
    sweep(world.engine, day(2026, 6, 6))
    assert (
        len([1 for who, code, _ in world.told() if (who, code) == ("cora", DeadlineCode.REVIEW)])
        == 2
    )


def test_what_is_met_meanwhile_is_not_told_again(world: World) -> None:
    plan = reviewed(world)
    sweep(world.engine, day(2026, 5, 27))
    put_off(world, "cora", date(2026, 6, 3), day(2026, 5, 27))
    world.act(row(meets=(DeadlineCode.REVIEW,)), plan, day(2026, 5, 30))
    assert daily(world, date(2026, 5, 31), date(2026, 6, 12)) == []
    assert world.standing() == 0


def test_a_moved_date_ends_what_was_put_off(world: World) -> None:
    plan = reviewed(world)
    sweep(world.engine, day(2026, 5, 27))
    put_off(world, "cora", date(2026, 6, 3), day(2026, 5, 27))
    change(world, Plan, plan, next_review_on=date(2026, 7, 10))
    world.act(row(DeadlineCode.REVIEW), plan, day(2026, 5, 30))
    heard = daily(world, date(2026, 5, 31), date(2026, 6, 20))
    assert heard == [(date(2026, 6, 19), "cora", DeadlineCode.REVIEW)]
    put_off(world, "cora", date(2026, 6, 25), day(2026, 6, 20))


def test_a_substitute_hears_while_the_reader_is_away(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 5, 27))
    put_off(world, "cora", date(2026, 6, 3), day(2026, 5, 27))
    world.away("cora", day(2026, 6, 1), 5, "sub")
    heard = daily(world, date(2026, 5, 28), date(2026, 6, 4))
    assert heard == [(date(2026, 6, 3), "sub", DeadlineCode.REVIEW)]


def test_what_a_substitute_put_off_is_told_to_whose_work_it_is(world: World) -> None:
    reviewed(world)
    world.away("cora", day(2026, 5, 13), 5, "sub")
    sweep(world.engine, day(2026, 5, 14))
    put_off(world, "sub", date(2026, 5, 20), day(2026, 5, 14))
    assert daily(world, date(2026, 5, 15), date(2026, 5, 21)) == [
        (date(2026, 5, 20), "cora", DeadlineCode.REVIEW)
    ]


def test_whoever_has_left_the_plan_is_not_told_again(world: World) -> None:
    plan = reviewed(world)
    sweep(world.engine, day(2026, 5, 14))
    put_off(world, "cora", date(2026, 5, 20), day(2026, 5, 14))
    with unit_of_work(world.engine) as session:
        session.execute(delete(Tenure))
    world.tenure(plan, "coordinator", "wes")
    heard = daily(world, date(2026, 5, 15), date(2026, 5, 29))
    assert heard == [(date(2026, 5, 28), "wes", DeadlineCode.REVIEW)]


def test_one_of_an_offices_people_puts_off_for_themselves_alone(world: World) -> None:
    world.hire("kai")
    from tests.workflow.deadline_world import LONG_AGO
    from workflow.record.models import StaffRole, new_id

    world.add(
        StaffRole(
            id=new_id(),
            role="decider",
            from_at=LONG_AGO,
            party_id=world.party["kai"],
            unit_id=world.unit["ordering"],
        )
    )
    plan = world.plan(state="requested", reported_at=NOW)
    world.act(row(DeadlineCode.DECIDE_REQUEST), plan, NOW)
    sweep(world.engine, day(2026, 3, 23))
    put_off(world, "dag", date(2026, 3, 26), day(2026, 3, 23))
    heard = daily(world, date(2026, 3, 24), date(2026, 3, 30))
    assert heard == [(date(2026, 3, 26), "dag", DeadlineCode.DECIDE_REQUEST)]


def test_a_legal_one_is_never_put_off_past_its_day(world: World) -> None:
    plan = world.plan(state="requested", reported_at=NOW)
    world.act(row(DeadlineCode.PROVISIONAL_REPLY), plan, NOW)  # by law within a month: 2 April
    sweep(world.engine, day(2026, 3, 26))
    at = day(2026, 3, 26)
    assert refused(world, "dag", date(2026, 4, 3), at) == "snooze_law"
    assert refused(world, "dag", date(2026, 3, 26), at) == "snooze_days"
    put_off(world, "dag", date(2026, 4, 2), at)
    sweep(world.engine, day(2026, 4, 2))
    assert newest(world, "dag")


def test_a_legal_one_over_its_day_is_not_put_off_at_all(world: World) -> None:
    plan = world.plan(state="requested", reported_at=NOW)
    world.act(row(DeadlineCode.PROVISIONAL_REPLY), plan, NOW)
    sweep(world.engine, day(2026, 4, 3))
    assert refused(world, "dag", date(2026, 4, 4), day(2026, 4, 3)) == "snooze_law"


def test_a_local_one_is_put_off_for_two_weeks_at_most(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 5, 14))
    assert refused(world, "cora", date(2026, 5, 29), day(2026, 5, 14)) == "snooze_days"
    put_off(world, "cora", date(2026, 5, 28), day(2026, 5, 14))


def test_what_is_over_or_seen_is_not_put_off(world: World) -> None:
    plan = reviewed(world)
    sweep(world.engine, day(2026, 5, 14))
    see(world, "cora", day(2026, 5, 14))
    assert refused(world, "cora", date(2026, 5, 20), day(2026, 5, 14)) == "snooze_seen"
    world.act(row(meets=(DeadlineCode.REVIEW,)), plan, day(2026, 5, 15))
    assert refused(world, "cora", date(2026, 5, 20), day(2026, 5, 16)) == "snooze_over"


def test_only_ones_own_notices_are_answered(world: World) -> None:
    reviewed(world)
    sweep(world.engine, day(2026, 5, 14))
    notice = newest(world, "cora")
    with unit_of_work(world.engine) as session:
        for who in ("lea", "kim"):
            with pytest.raises(NotThere):
                acknowledge(session, actor(world, who), notice, NOW)
            with pytest.raises(NotThere):
                snooze(
                    session,
                    actor(world, who),
                    notice,
                    SnoozeForm(until_on=REVIEW, reason="other"),
                    NOW,
                )
            assert reminders(session, actor(world, who), NOW, [notice]) == {}


def test_the_persons_own_reminder_is_put_off_too(world: World) -> None:
    from workflow.record.models import Party

    plan = world.plan()
    change(world, Party, world.party["kim"], reminders=True)
    measure = world.measure(plan, "kim", date(2026, 5, 20))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    sweep(world.engine, day(2026, 5, 17))
    put_off(world, "kim", date(2026, 5, 22), day(2026, 5, 17))
    heard = daily(world, date(2026, 5, 18), date(2026, 5, 26))
    assert heard == [(date(2026, 5, 22), "kim", DeadlineCode.MEASURE_DUE)]


def test_a_pause_brings_back_what_was_put_off_for_the_same_reader_alone(world: World) -> None:
    plan = reviewed(world)
    sweep(world.engine, day(2026, 5, 27))
    put_off(world, "cora", date(2026, 6, 3), day(2026, 5, 27))
    world.act(row(clock="pause"), plan, day(2026, 5, 29))
    world.act(row(clock="resume"), plan, day(2026, 5, 29) + timedelta(days=10))
    with unit_of_work(world.engine) as session:
        steps = session.execute(
            select(DeadlineRung.n, DeadlineRung.party_id).where(DeadlineRung.done_at.is_(None))
        ).all()
    put_off_to = {n: who for n, who in steps if n >= 1000}
    assert put_off_to == {1000: world.party["cora"]}


def test_a_measure_changed_meanwhile_is_told_to_its_new_accountable_only(world: World) -> None:
    plan = world.plan()
    measure = world.measure(plan, "wes", date(2026, 5, 20))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    sweep(world.engine, day(2026, 5, 17))
    put_off(world, "wes", date(2026, 5, 19), day(2026, 5, 17))
    change(world, Measure, measure, accountable_id=world.party["sub"])
    heard = daily(world, date(2026, 5, 18), date(2026, 5, 21))
    assert heard == [(date(2026, 5, 21), "sub", DeadlineCode.MEASURE_DUE)]
