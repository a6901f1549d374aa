"""Tests of the steps that the clock takes through the engine: an offer expires, a pause ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import LONG_AGO, World
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.engine.fire import perform
from workflow.acts.entry import catalogue
from workflow.acts.plan.coordinator import OfferCoordinator
from workflow.acts.plan.in_use import TakePause
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Consent,
    Deadline,
    DeadlineRung,
    Event,
    Measure,
    Offer,
    Plan,
    new_id,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep

assert catalogue.MODULES
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def shared_plan(world: World) -> str:
    """A plan in use that the person shares with Cora."""
    plan = world.plan(next_review_on=date(2026, 6, 4))
    for receiver in (None, world.party["cora"]):
        world.add(Consent(id=new_id(), plan_id=plan, receiver_id=receiver, from_at=LONG_AGO))
    return plan


def kim(world: World) -> Actor:
    return Actor(world.party["kim"])


def events(world: World) -> list[str]:
    with unit_of_work(world.engine) as session:
        return list(session.execute(select(Event.step_name).order_by(Event.seq)).scalars())


def test_an_offer_nobody_answers_expires_by_itself(world: World) -> None:
    plan = shared_plan(world)
    form = OfferCoordinator(to_party_id=world.party["wes"], wish_coordinator="Wes")
    perform(world.engine, kim(world), PlanStep.OFFER_COORDINATOR, plan_id=plan, form=form, now=NOW)
    with unit_of_work(world.engine) as session:
        ends = session.execute(select(Offer.expires_at)).scalar_one()
    assert ends is not None
    assert sweep(world.engine, ends - timedelta(seconds=1)).fired == 0
    first, second = sweep(world.engine, ends), sweep(world.engine, ends)
    assert (first.fired, second.fired) == (1, 0)
    assert events(world) == [PlanStep.OFFER_COORDINATOR, PlanStep.EXPIRE_COORDINATOR]
    with unit_of_work(world.engine) as session:
        assert session.execute(select(Offer.outcome)).scalar_one() == "expired"
        assert set(session.execute(select(Deadline.state)).scalars()) == {"met"}


def test_a_pause_ends_by_itself_and_the_clocks_run_again(world: World) -> None:
    plan = shared_plan(world)
    pause = TakePause(reason="ferie", until_on=date(2026, 3, 20))
    perform(world.engine, kim(world), PlanStep.PAUSE, plan_id=plan, form=pause, now=NOW)
    assert sweep(world.engine, datetime(2026, 3, 20, 22, 0, tzinfo=UTC)).fired == 0
    assert sweep(world.engine, datetime(2026, 3, 20, 23, 0, tzinfo=UTC)).fired == 1
    assert events(world) == [PlanStep.PAUSE, PlanStep.RESUME]
    with unit_of_work(world.engine) as session:
        assert session.execute(select(Plan.paused_until)).scalar_one() is None


def test_a_step_that_a_guard_refuses_is_asked_again_tomorrow(world: World) -> None:
    plan = shared_plan(world)
    pause = TakePause(reason="ferie", until_on=date(2026, 3, 20))
    perform(world.engine, kim(world), PlanStep.PAUSE, plan_id=plan, form=pause, now=NOW)
    with unit_of_work(world.engine) as session:
        session.get_one(Plan, plan).paused_until = None  # resumed beside its own row
    now = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)
    assert sweep(world.engine, now).fired == 0
    with unit_of_work(world.engine) as session:
        at = session.execute(
            select(DeadlineRung.at).where(DeadlineRung.done_at.is_(None))
        ).scalar_one()
    assert oslo_date(at) == date(2026, 3, 22)
    assert sweep(world.engine, now).due == 0


def test_a_measure_starts_on_its_first_day(world: World) -> None:
    from tests.workflow.deadline_world import row

    plan = shared_plan(world)
    first = date(2026, 3, 20)
    measure = world.measure(plan, "kim", date(2026, 4, 15), not_before=first, version=1)
    world.act(row(DeadlineCode.MEASURE_STARTS), plan, NOW, "measure", measure)
    assert sweep(world.engine, datetime(2026, 3, 19, 22, 0, tzinfo=UTC)).fired == 0
    assert sweep(world.engine, datetime(2026, 3, 19, 23, 0, tzinfo=UTC)).fired == 1
    with unit_of_work(world.engine) as session:
        assert session.execute(select(Measure.state)).scalar_one() == "active"
