"""Tests of what holds at an instant: half-open periods, and that nobody else compares their ends (H1, H4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.world import World, make_world
from workflow.record import in_force
from workflow.record.access.open_plan import resolve_access
from workflow.record.access.protected_addresses import is_protected, mask_of
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Absence,
    Consent,
    EmergencyAccess,
    Party,
    Representation,
    StaffRole,
    new_id,
)

pytestmark = pytest.mark.every_database

ROOT = Path(__file__).parents[3]
BEGIN, END = datetime(2026, 3, 9, 9, 0, tzinfo=UTC), datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)

# An instant, and whether a period from BEGIN until END holds then.
INSTANTS = ((BEGIN - TICK, False), (BEGIN, True), (END - TICK, True), (END, False))


@dataclass
class Span:
    """A period that was read already."""

    from_at: datetime
    until_at: datetime | None


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def rows(world: World, until: datetime | None) -> dict[str, tuple[Any, dict[str, Any]]]:
    """One row of each kind that has a period, from BEGIN until an instant."""
    who = {"person_id": world.party["kim"], "representative_id": world.party["mor"]}
    period = {"from_at": BEGIN, "until_at": until}
    return {
        "holds_role": (
            StaffRole,
            {
                "role": "worker",
                "unit_id": world.unit["nav"],
                "party_id": world.party["nosy"],
                **period,
            },
        ),
        "represents": (Representation, {**who, "ground": "guardian", "acts": "", **period}),
        "is_away": (Absence, {"party_id": world.party["mona"], **period}),
    }


@pytest.mark.parametrize("name", ["holds_role", "represents", "is_away"])
@pytest.mark.parametrize(("at", "holds"), INSTANTS)
def test_a_period_holds_from_its_first_instant_to_before_its_last(
    world: World, name: str, at: datetime, holds: bool
) -> None:
    model, values = rows(world, END)[name]
    key = new_id()
    with Session(world.engine) as session:
        session.execute(insert(model), {"id": key, **values})
        predicate = getattr(in_force, name)
        query = select(model.id).where(model.id == key, predicate(model, at))
        assert (session.execute(query).first() is not None) is holds
        aliased = model.__table__.alias("other")
        query = select(aliased.c.id).where(aliased.c.id == key, predicate(aliased, at))
        assert (session.execute(query).first() is not None) is holds
    assert in_force.covers(Span(BEGIN, END), at) is holds


@pytest.mark.parametrize("name", ["holds_role", "represents"])
def test_a_period_without_a_last_instant_holds_on(world: World, name: str) -> None:
    model, values = rows(world, None)[name]
    key = new_id()
    with Session(world.engine) as session:
        session.execute(insert(model), {"id": key, **values})
        query = select(model.id).where(model.id == key, getattr(in_force, name)(model, END))
        assert session.execute(query).first() is not None


def test_a_withdrawn_consent_allows_nothing_whatever_the_clock_says(world: World) -> None:
    plan = world.active()
    with Session(world.engine) as session:
        given = select(Consent.id).where(Consent.plan_id == plan)
        for at, holds in ((world.now, True), (world.now - timedelta(days=9), True)):
            query = given.where(in_force.allows(Consent, at))
            assert (session.execute(query).first() is not None) is holds
        session.execute(update(Consent).values(withdrawn_at=world.now))
        for at in (world.now - timedelta(days=9), world.now):
            assert session.execute(given.where(in_force.allows(Consent, at))).first() is None


COMPARED = re.compile(
    r"\b(?:until_at|from_at|withdrawn_at|deactivated_at|left_at)\b\)?\s*(?:\.is_\(|\.is_not\(|<|>|==)"
    r"|(?:<|>|<=|>=) *[\w.]*\.(?:until_at|from_at|withdrawn_at|deactivated_at)\b"
)
# What is no question of whether something holds, each with its reason.
OTHER = {
    "record/in_force.py": "the place where it is asked",
    "record/access/emergencies.py": "where somebody worked then, and looks within the hour that was opened",
    "record/access/open_plan.py": "those who have left stand last in a list",
    "acts/people/absences.py": "absences are cut at each other's ends when one is written",
    "acts/accounts/sessions.py": "a role that began or ended since somebody signed in ends the session",
    "acts/neighbours/directory.py": "a neighbour of the registry, not a person",
    "acts/sharing/consents.py": "a consent's own last day, once it has passed",
    "acts/sharing/consent_rows.py": "what was shared last, whether or not it holds",
}


def test_nobody_else_compares_the_ends_of_what_holds() -> None:
    paths = set()
    for folder in ("workflow", "web", "jobs"):
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts and COMPARED.search(path.read_text("utf-8")):
                paths.add(
                    str(path.relative_to(ROOT / "workflow"))
                    if folder == "workflow"
                    else str(path.relative_to(ROOT))
                )
    assert paths == set(OTHER)


def test_emergency_access_opens_until_its_hour_or_its_end(world: World) -> None:
    key = new_id()
    values = {
        "id": key,
        "party_id": world.party["per"],
        "plan_id": world.active(),
        "reason": "life",
        "opened_at": BEGIN,
        "until_at": BEGIN + timedelta(hours=1),
    }
    with Session(world.engine) as session:
        session.add(EmergencyAccess(**values))
        session.flush()
        opened = select(EmergencyAccess.id).where(EmergencyAccess.id == key)
        for minutes, opens in ((0, True), (59, True), (60, False)):
            at = BEGIN + timedelta(minutes=minutes)
            query = opened.where(in_force.opens_in_emergency(EmergencyAccess, at))
            assert (session.execute(query).first() is not None) is opens
        session.execute(update(EmergencyAccess).values(ended_at=BEGIN))
        query = opened.where(in_force.opens_in_emergency(EmergencyAccess, BEGIN))
        assert session.execute(query).first() is None


def test_whoever_has_an_account_is_somebody_whom_nobody_deactivated(world: World) -> None:
    mona = select(Party.id).where(Party.id == world.party["mona"], in_force.has_account(Party))
    with Session(world.engine) as session:
        assert session.execute(mona).first() is not None
        session.execute(update(Party).values(deactivated_at=END))
        assert session.execute(mona).first() is None


def test_a_role_opens_from_its_first_day_and_until_its_last(world: World) -> None:
    """H4: one that begins next month opens nothing today, a known end has not come yet."""
    plan = world.active()
    month = timedelta(days=30)
    soon = {"role": "leader", "unit_id": world.unit["service"], "party_id": world.party["nosy"]}
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(StaffRole),
            {"id": new_id(), **soon, "from_at": world.now + month, "until_at": None},
        )
        session.execute(
            update(StaffRole)
            .where(StaffRole.party_id == world.party["lars"])
            .values(until_at=world.now + month)
        )
    for name, at, relations in (
        ("nosy", world.now, set()),
        ("lars", world.now, {"leader"}),
        ("nosy", world.now + month, {"leader"}),
        ("lars", world.now + month, set()),
    ):
        with Session(world.engine) as session:
            current = resolve_access(session, world.actor(name), plan, at).relations
        assert current == relations, (name, at)


def test_whoever_acts_until_a_birthday_is_protected_until_then(world: World) -> None:
    """H1: a representative with code 6 whose representation has an end, as a parent's always has."""
    plan = world.active()
    with unit_of_work(world.engine) as session:
        mor = session.get_one(Party, world.party["mor"])
        mor.protection, mor.phone = "strict", "41234567"
        until = world.now + timedelta(days=300)
        session.add(
            Representation(
                id=new_id(),
                person_id=world.party["kim"],
                representative_id=mor.id,
                ground="parent",
                acts="",
                from_at=world.now,
                until_at=until,
            )
        )
    with Session(world.engine) as session:
        assert is_protected(session, plan, world.now)
        assert "41234567" not in mask_of(session, plan, world.now)("Ring 412 34 567")
        assert not is_protected(session, plan, until)
