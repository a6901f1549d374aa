"""The dry run of a policy: it writes nothing, and its numbers are those of what then happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.servers.databases import Backend, copied
from tests.workflow.deadline_world import World, row
from workflow.acts.deadlines.policy_dry_run import Trial, try_policy
from workflow.acts.deadlines.policy_versions import set_policy
from workflow.acts.deadlines.sweep import sweep
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Base, Deadline, Notice
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.policy import Choices
from workflow.rules.names.deadlines import DeadlineCode

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
END = START + timedelta(days=80)
CHOICES = Choices.model_validate(
    {
        "lengths": {DeadlineCode.FIRST_GOAL: 20, DeadlineCode.VACANCY: 21},
        "ladders": {
            DeadlineCode.FIRST_GOAL: [
                [-10, "d", "coordinator"],
                [-3, "wd", "coordinator"],
                [4, "d", "leader"],
            ],
            DeadlineCode.REVIEW: [
                [-30, "d", "coordinator"],
                [3, "d", "coordinator"],
                [9, "d", "leader"],
                [30, "d", "leader_2"],
            ],
        },
    }
)
CLOSED = [date(2026, 3, 20), date(2026, 4, 7)]


@pytest.fixture
def worlds(backend: Backend) -> Iterator[tuple[World, World]]:
    with copied(backend) as one, copied(backend) as other:
        yield World(one.engine).build(), World(other.engine).build()


def live(world: World, until: datetime = END) -> None:
    """Plans, deadlines of many kinds and a sweep every morning."""
    now, plans = START, dict[datetime, str]()
    while now <= until:
        name = {0: "kim", 9: "rel"}.get((now - START).days)
        if name:
            plans[now] = begin(world, name, now)
        met = plans.get(now - timedelta(days=30))
        if met:
            world.act(row(meets=(DeadlineCode.VACANCY,)), met, now)
        sweep(world.engine, now)
        now += timedelta(days=1)


def begin(world: World, name: str, now: datetime) -> str:
    """A plan in use with what falls due in it; its unit is another for the second one."""
    plan = world.plan(
        person_id=world.party[name],
        service_unit_id=world.unit["service"] if name == "kim" else None,
        next_review_on=oslo_date(now) + timedelta(days=70),
        reported_at=now,
        last_activity_at=now,
    )
    world.act(
        row(
            DeadlineCode.FIRST_GOAL,
            DeadlineCode.VACANCY,
            DeadlineCode.REVIEW,
            DeadlineCode.PROVISIONAL_REPLY,
            by=(),
        ),
        plan,
        now,
    )
    measure = world.measure(plan, "wes", oslo_date(now) + timedelta(days=40))
    world.act(row(DeadlineCode.MEASURE_DUE), plan, now, "measure", measure)
    return plan


def told(world: World) -> Counter[str]:
    """Notices of deadlines by role, as they were."""
    query = select(Notice.role).where(Notice.deadline_id.is_not(None))
    with unit_of_work(world.engine) as session:
        return Counter(session.execute(query).scalars())


def tried(world: World, now: datetime, choices: Choices = CHOICES, closing: Any = None) -> Trial:
    with unit_of_work(world.engine) as session:
        return try_policy(session, None, choices, closing, now)


def by_role(dry_run: Trial) -> tuple[Counter[str], Counter[str]]:
    before, after = Counter[str](), Counter[str]()
    for line in dry_run.roles:
        before[line.role] += line.before
        after[line.role] += line.after
    return +before, +after


def rows(world: World) -> dict[str, int]:
    """How many rows each table holds."""
    with unit_of_work(world.engine) as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def choose(world: World, now: datetime, closing: Any = None) -> int:
    with unit_of_work(world.engine) as session:
        actor = Actor(world.party["kea"])
        return set_policy(session, actor, None, oslo_date(now), CHOICES, closing, now).moved


def test_the_trial_tells_what_would_have_been(worlds: tuple[World, World]) -> None:
    plain, chosen = worlds
    choose(chosen, START, CLOSED)
    live(plain)
    live(chosen)
    stored = rows(plain)
    dry_run = tried(plain, END, closing=CLOSED)
    assert rows(plain) == stored
    assert dry_run.estimate
    assert by_role(dry_run) == (told(plain), told(chosen))
    assert dry_run.counted == 10
    assert dry_run.before.total == told(plain)["coordinator"]
    assert dry_run.after.total == told(chosen)["coordinator"]
    [cora] = dry_run.coordinators
    assert (cora.name, cora.after) == ("Cora", dry_run.after)
    assert {line.unit for line in dry_run.roles} == {"ordering", "service"}


def test_what_would_move_moves_when_it_is_saved(worlds: tuple[World, World]) -> None:
    world, _ = worlds
    now = START + timedelta(days=17, minutes=1)
    live(world, now)
    dry_run = tried(world, now, closing=CLOSED)
    before, heard = dues(world), told(world)
    moved = choose(world, now, CLOSED)
    after = dues(world)
    assert dry_run.earlier == sum(after[key] < before[key] for key in before)
    assert dry_run.later == sum(after[key] > before[key] for key in before)
    assert dry_run.earlier + dry_run.later + dry_run.only_ladder == moved
    assert dry_run.earlier and dry_run.later and dry_run.only_ladder and dry_run.at_once
    sweep(world.engine, now)
    assert sum(told(world).values()) - sum(heard.values()) == dry_run.at_once


def test_a_trial_of_what_holds_already_changes_nothing(worlds: tuple[World, World]) -> None:
    world, _ = worlds
    now = START + timedelta(days=30)
    live(world, now)
    dry_run = tried(world, now, Choices())
    assert (dry_run.before, dry_run.kinds, dry_run.at_once) == (dry_run.after, (), 0)
    assert all(line.before == line.after for line in dry_run.roles)


def dues(world: World) -> dict[str, datetime]:
    with unit_of_work(world.engine) as session:
        query = select(Deadline.id, Deadline.due_at).where(Deadline.state == "open")
        return {deadline.id: deadline.due_at for deadline in session.execute(query)}
