"""Tests of stored deadlines: start, meet, move, pause, resume, void."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Deadline, DeadlineRung, Measure, Participant, Plan, new_id
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.deadlines import DeadlineCode

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REVIEW = date(2026, 6, 4)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def stored(world: World) -> dict[str, Deadline]:
    with unit_of_work(world.engine) as session:
        return {deadline.code: deadline for deadline in session.execute(select(Deadline)).scalars()}


def steps(world: World, **where: Any) -> list[DeadlineRung]:
    with unit_of_work(world.engine) as session:
        query = select(DeadlineRung).filter_by(**where).order_by(DeadlineRung.n, DeadlineRung.at)
        return list(session.execute(query).scalars())


def change(world: World, model: Any, key: str, **values: Any) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(update(model).where(model.id == key).values(**values))


def test_a_start_writes_the_whole_ladder_and_a_meet_closes_it(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    deadline = stored(world)[DeadlineCode.REVIEW]
    assert (deadline.state, deadline.basis, oslo_date(deadline.due_at)) == ("open", "local", REVIEW)
    assert len(steps(world, done_at=None)) == 5
    world.act(row(meets=(DeadlineCode.REVIEW,)), plan, NOW)
    assert stored(world)[DeadlineCode.REVIEW].state == "met"
    assert world.standing() == 0


def test_a_second_start_moves_the_first(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    change(world, Plan, plan, next_review_on=date(2026, 7, 1))
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    deadline = stored(world)[DeadlineCode.REVIEW]
    assert (deadline.due_version, oslo_date(deadline.due_at)) == (2, date(2026, 7, 1))
    assert {step.due_version for step in steps(world, done_at=None)} == {2}
    assert len(steps(world)) == 10


def test_a_pause_stops_local_clocks_and_lets_legal_ones_run(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW, reported_at=NOW, paused_until=date(2026, 4, 1))
    world.act(row(DeadlineCode.REVIEW, DeadlineCode.PROVISIONAL_REPLY), plan, NOW)
    world.act(row(DeadlineCode.PAUSE_ENDS, clock="pause"), plan, NOW)
    states = {code: deadline.state for code, deadline in stored(world).items()}
    assert states == {
        DeadlineCode.REVIEW: "paused",
        DeadlineCode.PROVISIONAL_REPLY: "open",
        DeadlineCode.PAUSE_ENDS: "open",
    }
    later = NOW + timedelta(days=30)
    world.act(row(clock="resume", meets=(DeadlineCode.PAUSE_ENDS,)), plan, later)
    deadline = stored(world)[DeadlineCode.REVIEW]
    assert (deadline.state, oslo_date(deadline.due_at)) == (
        "open",
        date(2026, 7, 6),
    )  # 4 July is a Saturday
    assert oslo_date(steps(world, deadline_id=deadline.id, done_at=None)[0].at) == date(2026, 6, 15)


def test_resuming_tells_nobody_what_they_heard_before_the_pause(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    with unit_of_work(world.engine) as session:
        session.execute(update(DeadlineRung).where(DeadlineRung.n == 0).values(done_at=NOW))
    world.act(row(clock="pause"), plan, NOW + timedelta(days=1))
    world.act(row(clock="resume"), plan, NOW + timedelta(days=8))
    assert [step.n for step in steps(world, done_at=None)] == [1, 2, 3, 4]


def test_a_meeting_keeps_its_day_through_a_pause(world: World) -> None:
    plan = world.plan()
    meeting = world.meeting(plan, "cora", datetime(2026, 4, 30, 9, tzinfo=UTC))
    world.act(row(DeadlineCode.MEETING_PREPARED), plan, NOW, "meeting", meeting)
    before = stored(world)[DeadlineCode.MEETING_PREPARED].due_at
    world.act(row(clock="pause"), plan, NOW)
    world.act(row(clock="resume"), plan, NOW + timedelta(days=20))
    assert stored(world)[DeadlineCode.MEETING_PREPARED].due_at == before


def test_closing_a_plan_ends_every_clock(world: World) -> None:
    plan = world.plan(next_review_on=REVIEW)
    measure = world.measure(plan, "wes", date(2026, 4, 15))
    world.act(row(DeadlineCode.REVIEW, DeadlineCode.QUIET_PLAN), plan, NOW)
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    world.act(row(clock="close"), plan, NOW)
    assert {deadline.state for deadline in stored(world).values()} == {"void"}
    assert world.standing() == 0


def test_a_review_folds_in_every_evaluation_that_waits(world: World) -> None:
    plan = world.plan()
    for _ in range(2):
        measure = world.measure(plan, "wes", date(2026, 4, 15), completed_on=date(2026, 3, 1))
        world.act(row(DeadlineCode.MEASURE_EVALUATION), plan, NOW, "measure", measure)
    world.act(row(meets=(DeadlineCode.MEASURE_EVALUATION,)), plan, NOW)
    assert world.standing() == 0


def test_meeting_one_measures_deadline_leaves_the_others(world: World) -> None:
    plan = world.plan()
    one, other = (world.measure(plan, "wes", date(2026, 4, 15)) for _ in range(2))
    for measure in (one, other):
        world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    world.act(
        row(meets=(DeadlineCode.MEASURE_DUE, DeadlineCode.MEASURE_OFFER_ENDS)),
        plan,
        NOW,
        "measure",
        one,
    )
    with unit_of_work(world.engine) as session:
        open_ones = session.execute(select(Deadline.subject_id).filter_by(state="open")).scalars()
        assert list(open_ones) == [other]


@pytest.mark.parametrize(("who", "roles"), [("kim", 3), ("rel", 3), ("wes", 4)])
def test_the_ladder_of_a_measure_depends_on_who_is_accountable(
    world: World, who: str, roles: int
) -> None:
    plan = world.plan()
    world.add(
        Participant(
            id=new_id(),
            plan_id=plan,
            party_id=world.party["rel"],
            name="Rel",
            kind="relative",
            from_at=NOW,
        )
    )
    measure = world.measure(plan, who, date(2026, 4, 15))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    assert len(steps(world)) == roles


def test_a_measure_whose_date_is_gone_has_no_deadline(world: World) -> None:
    plan = world.plan()
    measure = world.measure(plan, "wes", date(2026, 4, 15))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    change(world, Measure, measure, due_on=None)
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    assert stored(world)[DeadlineCode.MEASURE_DUE].state == "void"


def test_the_legal_month_runs_only_when_the_person_knows(world: World) -> None:
    plan = world.plan(person_knows="no", reported_at=NOW)
    world.act(row(DeadlineCode.PROVISIONAL_REPLY, DeadlineCode.DECIDE_REQUEST), plan, NOW)
    assert set(stored(world)) == {DeadlineCode.DECIDE_REQUEST}
    change(world, Plan, plan, person_knows="yes")
    world.act(row(DeadlineCode.PROVISIONAL_REPLY), plan, NOW + timedelta(days=3))
    assert oslo_date(stored(world)[DeadlineCode.PROVISIONAL_REPLY].due_at) == date(2026, 4, 2)


def test_only_the_persons_own_proposal_must_be_answered(world: World) -> None:
    plan = world.plan()
    for who in ("wes", "kim"):
        measure = world.measure(plan, "wes", date(2026, 4, 15), proposed_by=world.party[who])
        world.act(row(DeadlineCode.ANSWER_PERSON), plan, NOW, "measure", measure)
    with unit_of_work(world.engine) as session:
        assert len(session.execute(select(Deadline.id)).all()) == 1


def test_a_row_without_deadlines_costs_no_statement(world: World) -> None:
    plan = world.plan()
    world.act(row(), plan, NOW)
    assert stored(world) == {}
