"""Tests that a role means the same people to who may, who is told of a step and who is told of a deadline (H4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend
from tests.workflow.access.role_world import (
    DAY,
    HELD_NOW,
    TIMES,
    Built,
    assert_all,
    away,
    candidates,
    hire,
    measure_of,
    newcomer,
    offered,
    run,
    share,
    told_of_deadline,
    told_of_step,
    town,
    who_may,
)
from tests.world import World
from workflow.record.models import (
    Participant,
    Party,
    Plan,
    Representation,
    Tenure,
    new_id,
)
from workflow.rules.names.steps import MeasureStep, PlanStep


@dataclass(frozen=True)
class Meaning:
    """What a role is called by each of the three uses; empty where it is nothing to one."""

    may: str
    event: str = ""
    deadline: tuple[str, ...] = ()


DECIDES = Meaning("deciding_unit", "deciders", ("decider", "unit"))
OFFICE = Meaning("coordinating_unit", "coordinating", ("coordinating",))
OFFICER = Meaning("privacy_officer", "privacy_officer", ("privacy_officer",))
LEADS = Meaning("leader", "", ("leader",))
LEADS_ABOVE = Meaning("leader", "", ("leader_2", "municipal_leader"))
ASKED = Meaning("receiver", "receiver", ("receiver",))
# A staff role in a unit, and in which decision models it means something to a plan that is decided
# in the unit "ordering" and coordinated in "service", and whose offer went to "nav".
CASES: tuple[tuple[str, str, Meaning, str], ...] = (
    ("decider", "ordering", DECIDES, "A"),
    ("decider", "service", DECIDES, ""),
    ("coordinating", "coordinating", DECIDES, "B"),
    ("coordinating", "nav", DECIDES, "B"),
    ("leader", "ordering", DECIDES, "C"),
    ("leader", "service", DECIDES, ""),
    ("coordinating", "coordinating", OFFICE, "ABC"),
    ("leader", "coordinating", OFFICE, ""),
    ("privacy_officer", "top", OFFICER, "ABC"),
    ("administrator", "nav", Meaning("administrator"), "ABC"),
    ("leader", "service", LEADS, "ABC"),
    ("worker", "service", LEADS, ""),
    ("leader", "top", LEADS_ABOVE, "ABC"),
    ("leader", "nav", LEADS_ABOVE, ""),
    *((role, "nav", ASKED, "ABC") for role in ("leader", "decider", "coordinating", "coordinator")),
    ("worker", "nav", ASKED, ""),
    ("leader", "top", ASKED, ""),
)


@pytest.fixture(scope="module", params="ABC")
def built(request: pytest.FixtureRequest, backend: Backend) -> Iterator[Built]:
    """A municipality of each decision model."""
    with town(backend, request.param) as municipality:
        yield municipality


def uses(
    session: Session, world: World, plan: str, meaning: Meaning, people: Any
) -> dict[str, set[str]]:
    """Who holds the role, by each use that knows it."""
    asked = meaning.may == "receiver"
    offer = offered(session, world, plan, to_unit_id=world.unit["nav"]) if asked else None
    session.flush()
    subject = offer["id"] if offer else None
    by_use = {}
    if meaning.may:
        by_use["may"] = who_may(session, world, plan, people, meaning.may)
    if meaning.event:
        by_use["event"] = told_of_step(session, world, plan, people, meaning.event, offer)
    for role in meaning.deadline:
        by_use[role] = told_of_deadline(session, world, plan, people, role, subject)
    return by_use


@pytest.mark.parametrize(("role", "unit", "meaning", "models"), CASES)
def test_a_staff_role_means_the_same_people_to_every_use(
    built: Built, role: str, unit: str, meaning: Meaning, models: str
) -> None:
    def look(session: Session, world: World, plan: str) -> dict[str, set[str]]:
        held = {"role": role, "unit_id": world.unit[unit]}
        return uses(session, world, plan, meaning, candidates(session, world, held))

    assert_all(run(built, look), HELD_NOW if built[2] in models else set())


@pytest.mark.parametrize(
    ("role", "relation"),
    [
        ("coordinator", "coordinator"),
        ("acting", "acting_coordinator"),
        ("contact", "acting_coordinator"),
    ],
)
def test_a_tenure_means_the_same_people_to_every_use(
    built: Built, role: str, relation: str
) -> None:
    """Each candidate alone: a plan has one coordinator. Nobody holds one that has ended, or without account."""

    def look(session: Session, world: World, plan: str) -> dict[str, dict[str, set[str]]]:
        by_name = {}
        for name in ("over", "open", "account_ended"):
            time = TIMES[name]
            key = newcomer(session, world, name, time)
            people = {key: name}
            session.execute(update(Tenure).where(Tenure.plan_id == plan).values(until_at=world.now))
            share(session, world, plan, key)
            ends = world.now + time.ends if time.ends is not None else None
            session.add(
                Tenure(
                    id=new_id(),
                    plan_id=plan,
                    party_id=key,
                    role=role,
                    from_at=world.now + time.begins,
                    until_at=ends,
                )
            )
            holds = ends is None
            if role != "contact":
                values = {"responsible_party_id": key if holds else None}
            else:
                kim = world.party["kim"]
                values = {"responsible_party_id": kim}
                session.add(
                    Tenure(
                        id=new_id(),
                        plan_id=plan,
                        party_id=kim,
                        role="coordinator",
                        from_at=world.now,
                        until_at=None,
                    )
                )
            session.execute(update(Plan).where(Plan.id == plan).values(values))
            session.flush()
            by_name[name] = {
                "may": who_may(session, world, plan, people, relation),
                "event": told_of_step(session, world, plan, people, "coordinator"),
                "deadline": told_of_deadline(session, world, plan, people, "coordinator"),
            }
        return by_name

    by_name = run(built, look)
    assert by_name == {
        name: dict.fromkeys(("may", "event", "deadline"), {name} if name == "open" else set())
        for name in ("over", "open", "account_ended")
    }


def test_representatives_are_the_same_people_to_every_use(built: Built) -> None:
    def look(session: Session, world: World, plan: str) -> dict[str, set[str]]:
        people = {}
        for name, time in TIMES.items():
            key = newcomer(session, world, name, time)
            people[key] = name
            ends = world.now + time.ends if time.ends is not None else None
            session.add(
                Representation(
                    id=new_id(),
                    person_id=world.party["kim"],
                    representative_id=key,
                    ground="guardian",
                    acts="",
                    from_at=world.now + time.begins,
                    until_at=ends,
                )
            )
        session.flush()
        return {
            "may": who_may(session, world, plan, people, "representative"),
            "event": told_of_step(session, world, plan, people, "representatives"),
        }

    assert_all(run(built, look), HELD_NOW)


def test_those_around_the_plan_are_the_same_people_to_every_use(
    built: Built,
) -> None:
    """A participant who is shared with, until they leave, the consent ends or the account does."""

    def look(session: Session, world: World, plan: str) -> dict[str, set[str]]:
        people = {}
        for name in ("over", "open", "account_ended"):
            time = TIMES[name]
            key = newcomer(session, world, name, time)
            people[key] = name
            ends = world.now + time.ends if time.ends is not None else None
            session.add(
                Participant(
                    id=new_id(),
                    plan_id=plan,
                    party_id=key,
                    name=name,
                    kind="professional",
                    level="municipal",
                    from_at=world.now - 9 * DAY,
                    left_at=ends,
                )
            )
            share(session, world, plan, key)
        session.flush()
        return {
            "may": who_may(session, world, plan, people, "participant"),
            "event": told_of_step(session, world, plan, people, "participants"),
        }

    assert_all(run(built, look), {"open"})


@pytest.mark.parametrize("name", ["open", "account_ended"])
def test_the_accountable_is_the_same_human_to_every_use(built: Built, name: str) -> None:
    def look(session: Session, world: World, plan: str) -> dict[str, set[str]]:
        key = newcomer(session, world, name, TIMES[name])
        people = {key: name}
        measure = measure_of(session, plan, key)
        share(session, world, plan, key)
        session.flush()
        told = told_of_step(
            session, world, plan, people, "accountable", subject=measure, row=MeasureStep.BEGIN
        )
        return {
            "may": who_may(session, world, plan, people, "accountable"),
            "event": told,
            "deadline": told_of_deadline(session, world, plan, people, "accountable", measure),
        }

    assert_all(run(built, look), {name} if name == "open" else set())


@pytest.mark.parametrize("name", ["open", "account_ended"])
def test_who_is_asked_by_name_is_the_same_human_to_every_use(built: Built, name: str) -> None:
    def look(session: Session, world: World, plan: str) -> dict[str, set[str]]:
        key = newcomer(session, world, name, TIMES[name])
        people = {key: name}
        offer = offered(session, world, plan, to_party_id=key)
        told = told_of_deadline(session, world, plan, people, "receiver", offer["id"])
        return {
            "may": who_may(session, world, plan, people, "receiver"),
            "event": told_of_step(session, world, plan, people, "receiver", offer),
            "deadline": told,
        }

    assert_all(run(built, look), {name} if name == "open" else set())


OWN = {
    "person": ("person", ("person", "person"), None),
    "coordinator": ("coordinator", ("coordinator", ""), "tenure"),
    "accountable": ("accountable", ("accountable", "accountable"), "measure"),
    "receiver": ("receiver", ("receiver", "receiver"), "offer"),
}


@pytest.mark.parametrize("role", OWN)
def test_whoever_steps_in_at_work_is_nobody_to_a_colleagues_own_plan(
    built: Built, role: str
) -> None:
    """Kim works here too and is away: Sara does Kim's work, and knows nothing of Kim's plan."""
    relation, (event, deadline), kind = OWN[role]

    def look(session: Session, world: World, plan: str) -> dict[str, set[str]]:
        kim, sara = world.party["kim"], world.party["sara"]
        nav = {"role": "worker", "unit_id": world.unit["nav"]}
        for one in (kim, sara):
            hire(session, one, nav, world.now - DAY, None)
        away(session, world, kim, sara)
        people = {kim: "kim", sara: "sara"}
        offer = subject = None
        if kind == "tenure":
            session.execute(update(Tenure).where(Tenure.plan_id == plan).values(until_at=world.now))
            session.add(
                Tenure(
                    id=new_id(),
                    plan_id=plan,
                    party_id=kim,
                    role="coordinator",
                    from_at=world.now,
                    until_at=None,
                )
            )
            session.execute(update(Plan).where(Plan.id == plan).values(responsible_party_id=kim))
        elif kind == "measure":
            subject = measure_of(session, plan, kim)
        elif kind == "offer":
            offer = offered(session, world, plan, to_party_id=kim)
        session.flush()
        by_use = {
            "may": who_may(session, world, plan, people, relation),
            "event": told_of_step(
                session,
                world,
                plan,
                people,
                event,
                offer,
                subject,
                MeasureStep.BEGIN if subject else PlanStep.WRITE,
            ),
        }
        if deadline:
            at = offer["id"] if offer else subject
            by_use["deadline"] = told_of_deadline(session, world, plan, people, deadline, at)
        return by_use

    assert_all(run(built, look), {"kim"})


def test_nothing_is_left_behind(built: Built) -> None:
    """Every look above is undone, so that they do not see each other's people."""
    world, _, _ = built
    with Session(world.engine) as session:
        names = set(session.execute(select(Party.name)).scalars())
    assert not names & set(TIMES)
