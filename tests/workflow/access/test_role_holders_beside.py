"""Tests that those told beside a plan, and the offices that are vacant, are found as its roles are (H4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.servers.databases import Backend
from tests.workflow.access.role_world import (
    HELD_NOW,
    TIMES,
    Built,
    assert_all,
    candidates,
    hire,
    newcomer,
    run,
    town,
)
from tests.world import World
from workflow.acts.crossing import talk
from workflow.acts.delivery import failures
from workflow.acts.management import due_counts
from workflow.acts.management.due_counts import Scope
from workflow.acts.operations import sweep_alarm
from workflow.record.access import emergencies, role_holders
from workflow.record.models import StaffRole, new_id


@pytest.fixture(scope="module", params="ABC")
def built(request: pytest.FixtureRequest, backend: Backend) -> Iterator[Built]:
    """A municipality of each decision model."""
    with town(backend, request.param) as municipality:
        yield municipality


EVERYBODY: dict[str, tuple[str, Callable[[Session, World, str], Iterable[str]]]] = {
    "who looks after emergency access": (
        "privacy_officer",
        lambda session, world, plan: emergencies.overseers(session, world.now),
    ),
    "and who leads them": (
        "leader",
        lambda session, world, plan: emergencies.overseers(session, world.now, leaders=True),
    ),
    "who is told that a message did not arrive": (
        "coordinating",
        lambda session, world, plan: [
            who
            for who, _ in failures._who_rings(
                session.connection(), new_id(), world.party["kim"], world.now
            )
        ],
    ),
    "who answers to other municipalities": (
        "coordinating",
        lambda session, world, plan: talk.who_answers(session, world.now),
    ),
    "whose work is forecast": (
        "coordinator",
        lambda session, world, plan: due_counts.coordinators(session, Scope(), world.now),
    ),
    "who is told that nobody sweeps": (
        "administrator",
        lambda session, world, plan: session.execute(
            select(sweep_alarm.ADMINISTRATORS.c.party_id), {"b_now": world.now}
        ).scalars(),
    ),
}


@pytest.mark.parametrize("use", EVERYBODY)
def test_who_is_told_beside_a_plan_is_who_holds_the_role_now(built: Built, use: str) -> None:
    role, ask = EVERYBODY[use]

    def look(session: Session, world: World, plan: str) -> dict[str, set[str]]:
        held = {"role": role, "unit_id": world.unit["coordinating"]}
        people = candidates(session, world, held)
        session.flush()
        return {use: {people[key] for key in ask(session, world, plan) if key in people}}

    assert_all(run(built, look), HELD_NOW)


@pytest.mark.parametrize("name", TIMES)
def test_an_office_is_vacant_where_nobody_holds_its_role_now(built: Built, name: str) -> None:
    """`planlop doctor`: one whose account has ended decides nothing, nor does one who begins next month."""
    needed = {
        "administrator",
        "coordinating",
        {"A": "decider", "B": "coordinating", "C": "leader"}[built[2]],
    }

    def look(session: Session, world: World, plan: str) -> list[str]:
        session.execute(delete(StaffRole))
        for role in needed - {"administrator"}:
            hire(
                session,
                world.party["liv"],
                {"role": role, "unit_id": world.unit["nav"]},
                world.now,
                None,
            )
        time = TIMES[name]
        ends = world.now + time.ends if time.ends is not None else None
        held = {"role": "administrator", "unit_id": world.unit["nav"]}
        key = newcomer(session, world, name, time)
        hire(session, key, held, world.now + time.begins, ends)
        return role_holders.vacant_offices(session, world.now)

    assert run(built, look) == ([] if TIMES[name].counts else ["administrator"])
