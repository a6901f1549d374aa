"""The badge counts what the list shows, and nothing that the reader may no longer hear of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, event, update

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import LONG_AGO, World, row
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.notices import inbox
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Plan, StaffRole, Tenure, new_id
from workflow.rules.names.deadlines import DeadlineCode

NIGHT = datetime(2026, 5, 13, 22, 5, tzinfo=UTC)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        yield World(database.engine).build()


def told(world: World, count: int = 2, now: datetime = NIGHT) -> list[str]:
    """So many plans that Cora coordinates with the person's yes, each with one reminder to her."""
    made = []
    for _ in range(count):
        plan = world.plan(next_review_on=date(2026, 6, 4), person_id=None)
        who = {"plan_id": plan, "receiver_id": world.party["cora"]}
        world.add(Consent(id=new_id(), from_at=LONG_AGO, **who))
        world.act(row(DeadlineCode.REVIEW), plan, LONG_AGO + timedelta(days=60))
        made.append(plan)
    sweep(world.engine, now)
    return made


def badge(world: World, name: str, now: datetime = NIGHT) -> int:
    """What the badge says, which is always what the list shows."""
    who = world.party[name]
    with unit_of_work(world.engine) as session:
        counted = inbox.unread(session, who, now)
        listed = inbox.list_notices(session, who, now)
    assert counted == sum(1 for line in listed if line.read_at is None)
    return counted


def test_what_is_no_longer_shared_is_not_counted(world: World) -> None:
    plan, _ = told(world)
    assert badge(world, "cora") == 2
    with unit_of_work(world.engine) as session:
        session.execute(update(Consent).where(Consent.plan_id == plan).values(withdrawn_at=NIGHT))
    assert badge(world, "cora") == 1


def test_a_coordinator_who_has_handed_over_is_not_counted_for(world: World) -> None:
    told(world)
    with unit_of_work(world.engine) as session:
        session.execute(delete(Tenure))
        session.execute(update(StaffRole).values(until_at=NIGHT))
    assert badge(world, "cora") == 0


def test_an_office_is_counted_for_until_the_plan_is_stopped(world: World) -> None:
    plan = world.plan(state="requested", reported_at=LONG_AGO, person_id=None)
    world.act(row(DeadlineCode.DECIDE_REQUEST), plan, LONG_AGO)
    sweep(world.engine, NIGHT)
    assert badge(world, "dag") == 1
    with unit_of_work(world.engine) as session:
        session.execute(update(Plan).where(Plan.id == plan).values(resting="stopped"))
    assert badge(world, "dag") == 0


def test_reading_takes_it_off(world: World) -> None:
    told(world)
    with unit_of_work(world.engine) as session:
        inbox.mark_read(session, world.party["cora"], NIGHT)
    assert badge(world, "cora") == 0


def test_the_badge_is_one_query(world: World) -> None:
    told(world, 5)
    seen: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda c, cur, sql, *_: seen.append(sql))
    with world.engine.connect() as connection:
        from sqlalchemy.orm import Session

        with Session(connection) as session:
            inbox.unread(session, world.party["cora"], NIGHT)
    assert len([sql for sql in seen if sql.startswith("SELECT")]) <= 1
