"""Who is told where nobody holds a role: the nearest step up that is here, or whoever steps in for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from tests.workflow.deadlines.test_sweep import NOW, REVIEW, day
from tests.workflow.proofs import holders
from tests.world import make_world
from workflow.acts.deadlines.sweep import sweep
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Notice, Party
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def test_the_substitute_of_the_next_step_up_is_told(world: World) -> None:
    """Domain 5.3: absent, the substitute gets the same step; vacant, the next step up."""
    with unit_of_work(world.engine) as session:
        gone = update(Party).where(Party.id == world.party["cora"])
        session.execute(gone.values(deactivated_at=NOW))
    plan = world.plan(next_review_on=REVIEW)
    world.act(row(DeadlineCode.REVIEW), plan, NOW)
    world.away("lea", day(2026, 5, 10), 10, "sub")
    sweep(world.engine, day(2026, 5, 14))
    with unit_of_work(world.engine) as session:
        (notice,) = session.query(Notice.recipient_id, Notice.substitute_for).all()
    assert tuple(notice) == (world.party["sub"], world.party["lea"])


def test_a_leader_who_is_accountable_is_not_told_as_her_own_leader(world: World) -> None:
    plan = world.plan()
    measure = world.measure(plan, "lea", date(2026, 4, 15))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, NOW, "measure", measure)
    sweep(world.engine, day(2026, 4, 30))
    told = [line for line in world.told() if line[1] == DeadlineCode.MEASURE_DUE]
    assert sorted(told) == [
        ("cora", DeadlineCode.MEASURE_DUE, "coordinator"),
        ("lea", DeadlineCode.MEASURE_DUE, "accountable"),
        ("lena", DeadlineCode.MEASURE_DUE, "accountable_leader"),
    ]


def test_where_the_person_coordinates_the_contacts_leader_hears(backend: Backend) -> None:
    """Domain 5.3: coordinator = the person: the unit contact, and their leader above them."""
    with copied(backend) as database:
        here = make_world(database.engine)
        plan = here.active()
        here.take(
            "kim",
            PlanStep.OFFER_COORDINATOR,
            plan,
            to_party_id=here.party["kim"],
            wish_coordinator="Jeg",
        )
        here.take("kim", PlanStep.ACCEPT_COORDINATOR, plan)
        unit = here.plan(plan).service_unit_id
        assert unit == here.unit["service"]
        sweep(here.engine, here.now + timedelta(days=98))
        with unit_of_work(here.engine) as session:
            rows = session.query(Notice.recipient_id).filter_by(
                code=DeadlineCode.REVIEW, role="leader"
            )
            assert rows.scalar() == here.party["lars"]


def test_the_person_who_is_asked_again_is_not_made_her_own_contact(backend: Backend) -> None:
    """Domain `plan.offer_coordinator`: where the person coordinates, a named municipal contact stays."""
    with copied(backend) as database:
        here = make_world(database.engine)
        plan = here.active()
        for _ in range(2):
            here.take(
                "kim",
                PlanStep.OFFER_COORDINATOR,
                plan,
                to_party_id=here.party["kim"],
                wish_coordinator="Jeg",
            )
            here.take("kim", PlanStep.ACCEPT_COORDINATOR, plan)
            here.later(minutes=1)
        assert holders(here, plan)["contact"] == "mona"
