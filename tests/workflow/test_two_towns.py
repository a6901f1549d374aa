"""Tests of several municipalities in one installation: the same people in both, and nothing crosses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, copied
from tests.workflow.commands import line_on
from tests.world import AGREED, OTHERS, STAFF, World, make_world
from workflow.acts.engine import why_not
from workflow.acts.parties import identity
from workflow.acts.sweep import sweep
from workflow.record import waiting, worklists
from workflow.record.access import Actor, look, standing
from workflow.record.database import unit_of_work
from workflow.record.models import (
    Base,
    Consent,
    Delivery,
    Measure,
    Meeting,
    Notice,
    Offer,
    Party,
    Plan,
)
from workflow.rules.denials import BadInput, NotThere
from workflow.rules.policy import READING
from workflow.rules.tables import ROWS, TABLES

KEY = "a key of this test, long enough to be one"
MAKES_A_PLAN = {"P1", "P2"}  # has no plan yet; whom it may be made for is tested beside
PEOPLE = (*STAFF, *OTHERS)


@dataclass
class Towns:
    """Two municipalities full of data, with the same people by name, e-mail and national id."""

    here: World
    there: World
    plan: dict[str, str]
    subject: dict[str, str]


@pytest.fixture(scope="module")
def towns(backend: Backend) -> Iterator[Towns]:
    """Both with a plan in use, a measure, a meeting, an offer, and notices told."""
    with copied(backend) as database:
        here, there = make_world(database.engine), make_world(database.engine)
        plan = {"here": filled(here), "there": filled(there)}
        sweep(database.engine, there.now)
        with Session(database.engine) as session:
            subject = {
                model.__tablename__: session.execute(
                    select(model.id).where(model.municipality_id == there.municipality_id).limit(1)
                ).scalar_one()
                for model in (Measure, Meeting, Offer, Consent)
            }
        yield Towns(here, there, plan, {"plan": plan["there"], **subject})


def filled(world: World) -> str:
    """A plan with something of everything; the national id is the same in each municipality."""
    plan = world.active()
    world.measured(plan, accountable="ali")
    world.take("mona", "A2", plan, own_words="Bo trygt", **AGREED)
    world.take("mona", "V1", plan, starts_on=world.days(11), place="Rådhuset")
    world.take("mona", "P15", plan, to_unit_id=world.unit["nav"], **AGREED)
    with unit_of_work(world.engine) as session:
        kim = Party.id == world.party["kim"]
        same = identity(KEY, world.municipality_id, "01815012345")
        session.execute(update(Party).where(kim).values(national_id_hmac=same))
    return plan


def test_the_digests_of_one_national_id_are_of_no_use_elsewhere(towns: Towns) -> None:
    with Session(towns.here.engine) as session:
        asked = select(Party.national_id_hmac).where(Party.national_id_hmac != "")
        digests = session.execute(asked).scalars().all()
    assert len(digests) == len(set(digests)) == 2


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_stands_to_a_plan_elsewhere(towns: Towns, name: str) -> None:
    with Session(towns.here.engine) as session:
        for actor in (towns.here.actor(name), lying(towns, name)):
            assert standing(session, actor, towns.plan["there"], towns.here.now).relations == set()


def lying(towns: Towns, name: str) -> Actor:
    """Somebody from here who says that they are from there: the party is not."""
    return Actor(towns.there.municipality_id, towns.here.party[name])


@pytest.mark.parametrize("act", sorted(READING))
def test_nobody_reads_a_plan_elsewhere(towns: Towns, act: str) -> None:
    for name in PEOPLE:
        with pytest.raises(NotThere):
            look(
                towns.here.engine, towns.here.actor(name), towns.plan["there"], act, towns.here.now
            )


@pytest.mark.parametrize("row_id", sorted(set(ROWS) - MAKES_A_PLAN))
def test_nobody_takes_a_step_elsewhere(towns: Towns, row_id: str) -> None:
    """Every step of every machine, by everybody, on the other's ids and on one's own plan with them."""
    machine = next(name for name, rows in TABLES.items() if ROWS[row_id] in rows)
    subject = None if machine == "plan" else towns.subject.get(machine)
    before = rows_of(towns)
    for name in PEOPLE:
        with unit_of_work(towns.here.engine) as session:
            assert not_there(session, towns, name, row_id, subject)
            session.rollback()
    assert rows_of(towns) == before


def not_there(session: Session, towns: Towns, name: str, row_id: str, subject: str | None) -> bool:
    """Whether the step is answered as it is for an id that nobody has."""
    actor, plan, now = towns.here.actor(name), towns.plan["there"], towns.here.now
    given: dict[str, Any] = {"plan_id": plan, "subject_id": subject, "now": now}
    try:
        why_not(session, actor, row_id, **given)
    except NotThere:
        return True
    return False


@pytest.mark.parametrize("name", ["kim", "oda", "mona", "liv", "sara"])
def test_nobody_reports_a_need_for_somebody_elsewhere(towns: Towns, name: str) -> None:
    before = rows_of(towns)
    theirs = towns.there.party["sara"]
    with pytest.raises((BadInput, NotThere)):
        towns.here.take(name, "P1", person_id=theirs, why="Noe", **AGREED)
    assert rows_of(towns) == before


def rows_of(towns: Towns) -> dict[str, int]:
    """How many rows of each kind the other municipality has."""
    with Session(towns.here.engine) as session:
        return {
            table.name: len(
                session.execute(
                    select(*table.primary_key.columns).where(
                        table.c.municipality_id == towns.there.municipality_id
                    )
                ).all()
            )
            for table in Base.metadata.tables.values()
            if "municipality_id" in table.c
        }


@pytest.mark.parametrize("name", PEOPLE)
def test_lists_searches_and_counts_stay_at_home(towns: Towns, name: str) -> None:
    here, now = towns.here, towns.here.now
    actor, number = here.actor(name), here.plan(towns.plan["there"]).number
    with Session(here.engine) as session:
        theirs = towns.plan["there"]
        mine = worklists.mine(session, actor, now)
        assert theirs not in [line.id for line in mine.lines]
        for words in (number, "kim", "Kim", number[:4]):
            found = worklists.search(session, actor, now, words)
            assert theirs not in [line.id for line in found.lines]
        assert all(one.municipality_id == here.municipality_id
                   for one in waiting.offers(session, actor, now))  # fmt: skip
        until = now.replace(year=now.year + 1)
        assert theirs not in [one.plan_id for one in waiting.calendar(session, actor, now, until)]


def test_notices_and_messages_go_to_their_own(towns: Towns) -> None:
    with Session(towns.here.engine) as session:
        for model in (Notice, Delivery):
            crossed = (
                select(model.id)
                .join(Party, Party.id == model.recipient_id)
                .where(Party.municipality_id != model.municipality_id)
            )
            assert session.execute(crossed).all() == []
        strangers = (
            select(Notice.id)
            .join(Plan, Plan.id == Notice.plan_id)
            .where(Plan.municipality_id != Notice.municipality_id)
        )
        assert session.execute(strangers).all() == []


def test_setup_twice_with_the_same_names(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with copied(backend) as database:
        line = line_on(database.url, str(tmp_path), monkeypatch)
        words = (
            "setup",
            "--municipality",
            "Fjordvik",
            "--admin",
            "Ada Vik",
            "--email",
            "ada@example.test",
        )
        links = [line.json(*words, "--number", number)["link"] for number in ("9101", "9102")]
        assert len(set(links)) == 2
        assert homes(database) == 2


def homes(database: Database) -> int:
    """In how many municipalities Ada is known."""
    with Session(database.engine) as session:
        asked = select(Party.municipality_id).where(Party.email == "ada@example.test")
        return len(set(session.execute(asked).scalars()))


def test_somebody_of_another_organisation_sees_the_one_plan_she_is_let_into(towns: Towns) -> None:
    """Hege works for the hospital: no staff role here, and around this plan alone."""
    world = make_world(towns.here.engine)
    plan = world.active()
    other = world.take("sara", "P1", person_id=world.party["sara"], why="Noe annet").plan_id
    hege = {"party_id": world.party["hege"], "name": "Hege", "kind": "professional"}
    world.take("mona", "A5", plan, organisation="Sykehuset", level="specialist", **hege, **AGREED)
    actor, number = world.actor("hege"), world.plan(other).number
    with Session(world.engine) as session:
        assert "participant" in standing(session, actor, plan, world.now).relations
        assert standing(session, actor, other, world.now).relations == set()
        lines = worklists.mine(session, actor, world.now).lines
        assert {line.id for line in lines} <= {plan}
        for words in (number, "sara"):
            found = worklists.search(session, actor, world.now, words).lines
            assert other not in [line.id for line in found]
    assert look(world.engine, actor, plan, "read", world.now).ground == "participant"
    for one in (other, towns.plan["here"], towns.plan["there"]):
        with pytest.raises(NotThere):
            look(world.engine, actor, one, "read", world.now)
    listed = worklists_of(world, "mona")
    assert "Hege" not in listed


def worklists_of(world: World, name: str) -> list[str]:
    """The names on somebody's list of plans."""
    with Session(world.engine) as session:
        return [line.name for line in worklists.mine(session, world.actor(name), world.now).lines]
