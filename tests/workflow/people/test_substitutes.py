"""Whoever steps in gets the same steps: half-open periods, no circles, both names kept, offices as people."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Database
from tests.workflow.proofs import text
from tests.world import AGREED, World, make_world
from workflow.acts.base.context import StepResult
from workflow.acts.deadlines import sweep
from workflow.acts.people import absences
from workflow.acts.people.absences import AbsenceForm
from workflow.record.access.access_log import read_access_log
from workflow.record.access.open_plan import open_for_reading
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Absence, Notice, Party, Plan, StaffRole
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def away(world: World, who: str, substitute: str | None, start: int, end: int, by: str = "") -> str:
    """Somebody is away from a day until the day they are back, counted from today."""
    form = AbsenceForm(
        substitute_id=world.party[substitute] if substitute else None,
        from_on=world.days(start),
        back_on=world.days(end),
    )
    with unit_of_work(world.engine) as session:
        return absences.set_substitute(
            session, world.actor(by or who), world.party[who], form, world.now
        )


def heard(world: World, done: StepResult) -> dict[str, str | None]:
    """Who hears of a step, and in whose place."""
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        rows = session.execute(
            select(Notice.recipient_id, Notice.substitute_for).where(
                Notice.cause == f"e:{done.event_id}"
            )
        )
        return {names[who]: names.get(whose or "") for who, whose in rows}


def test_nobody_steps_in_for_somebody_who_steps_in(world: World) -> None:
    away(world, "mona", "per", 0, 10)
    with pytest.raises(BadInput, match="is_substitute"):
        away(world, "per", "ali", 5, 15)  # Mona counts on Per then
    with pytest.raises(BadInput, match="substitute_away"):
        away(world, "oda", "mona", 9, 12)  # Mona is away herself
    with pytest.raises(BadInput, match="substitute_self"):
        away(world, "oda", "oda", 1, 2)


def test_a_period_is_half_open(world: World) -> None:
    """The day somebody is back, another may be away; and the substitute's step ends at 00.00."""
    plan = world.active()
    away(world, "mona", "per", 1, 10)
    away(world, "per", "ali", 10, 12)
    world.now = at_oslo(world.days(10), world.now.time().replace(hour=0, minute=0)) - timedelta(
        seconds=1
    )
    last = world.take("kim", PlanStep.WRITE, plan, words="Hei")
    assert heard(world, last) == {"mona": None, "per": "mona"}
    world.later(seconds=1)
    after = world.take("kim", PlanStep.WRITE, plan, words="Hei igjen")
    assert heard(world, after) == {"mona": None}


def test_both_names_stand_in_the_log_and_in_who_looked(world: World) -> None:
    plan = world.active()
    away(world, "mona", "per", 0, 10)
    done = world.take("per", PlanStep.ADD_GOAL, plan, own_words="Jobbe", **AGREED)
    kept = text(world, done)
    assert (kept["actor"], kept["substitute_for"]) == (world.party["per"], world.party["mona"])
    open_for_reading(world.engine, world.actor("per"), plan, "read", world.now)
    with unit_of_work(world.engine) as session:
        (seen,) = read_access_log(session, session.get_one(Plan, plan))
    assert (seen.name, seen.ground, seen.substitute_for) == (
        "Per",
        "coordinator",
        world.party["mona"],
    )


def test_what_reaches_somebody_at_work_reaches_the_substitute(world: World) -> None:
    plan = world.active()
    measure = world.measured(plan)
    away(world, "mona", "per", 0, 10)
    for done in (
        world.take("kim", MeasureStep.DONE, plan, measure),
        world.take("kim", PlanStep.ASK_FOR_STEP, plan, words="Et møte"),
    ):
        assert heard(world, done) == {"mona": None, "per": "mona"}


def test_the_persons_own_matters_reach_nobody_else(world: World) -> None:
    """A colleague with a plan of her own is away: her substitute hears nothing of it."""
    ali = world.party["ali"]
    plan = world.take("ali", PlanStep.REPORT_NEED, person_id=ali, why="Hjelp").plan_id
    away(world, "ali", "per", 0, 10)
    done = world.take(
        "oda", PlanStep.PROVISIONAL_REPLY, plan, reason="Mye", expected_on=world.days(9)
    )
    assert heard(world, done) == {"ali": None}


def test_who_steps_in_and_takes_the_step_hears_nothing_of_it(world: World) -> None:
    plan = world.active()
    away(world, "mona", "per", 0, 10)
    done = world.take("per", MeetingStep.PLAN, plan, starts_on=world.days(20))
    assert "per" not in heard(world, done)


def test_an_office_is_told_through_those_who_are_here(world: World) -> None:
    """Deactivated and away ones are left out; a substitute hears; never nobody."""
    plan = world.active()
    assert set(office(world, plan)) == {"liv", "leif"}
    away(world, "leif", None, 0, 10)
    assert office(world, plan) == {"liv": None}
    away(world, "leif", "oda", 0, 10)
    assert office(world, plan) == {"liv": None, "oda": "leif"}
    with unit_of_work(world.engine) as session:
        session.execute(
            update(Party).where(Party.id == world.party["liv"]).values(deactivated_at=world.now)
        )
        session.execute(
            update(StaffRole)
            .where(StaffRole.party_id == world.party["liv"])
            .values(until_at=world.now)
        )
    assert office(world, plan) == {"oda": "leif"}
    with unit_of_work(world.engine) as session:
        session.execute(update(Absence).values(substitute_id=None))
    assert office(world, plan) == {"leif": None}


def office(world: World, plan: str) -> dict[str, str | None]:
    """Who of the coordinating unit hears of the person's wish to change coordinator."""
    return heard(world, world.take("kim", PlanStep.WISH_COORDINATOR, plan, wish_coordinator="Per"))


def test_a_long_absence_without_a_substitute_is_told_to_the_coordinating_unit(
    world: World,
) -> None:
    plan = world.active()
    away(world, "mona", None, 1, 15)  # fourteen days
    assert long_away(world) == []
    away(world, "mona", "per", 1, 40)
    assert long_away(world) == []
    away(world, "mona", None, 1, 16)
    assert long_away(world) == ["leif", "liv"]
    away(world, "ali", None, 1, 40)  # no plans
    assert long_away(world) == ["leif", "liv"]
    gone = {"acting_id": world.party["leif"], "reason": "Borte lenge"}
    world.by_two("liv", "lars", PlanStep.VACATE, plan, **gone)  # and may name who acts


def long_away(world: World) -> list[str]:
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        query = select(Notice.recipient_id).where(Notice.code == "A.away")
        return sorted(names[key] for key in session.execute(query).scalars())


def test_somebody_back_early_is_told_themselves_again(world: World) -> None:
    plan = world.active()
    absence = away(world, "mona", "per", 0, 30)
    world.later(days=3)
    with pytest.raises(Refused):
        back(world, "ali", absence)
    back(world, "mona", absence)
    done = world.take("kim", PlanStep.WRITE, plan, words="Hei")
    assert heard(world, done) == {"mona": None}
    with pytest.raises(NotThere):
        back(world, "mona", "no-such-absence")
    coming = away(world, "mona", "per", 5, 9)
    back(world, "lars", coming)  # her leader: it does not begin
    with unit_of_work(world.engine) as session:
        assert absences.coming(session, world.now) == []


def back(world: World, by: str, absence: str) -> None:
    with unit_of_work(world.engine) as session:
        absences.come_back(session, world.actor(by), absence, world.now)


def test_another_steps_in_for_the_rest(world: World) -> None:
    """What was stands: the first substitute until now, the second from now on."""
    absence = away(world, "mona", "per", 0, 30)
    world.later(days=3)
    with unit_of_work(world.engine) as session:
        with pytest.raises(BadInput, match="substitute_self"):
            absences.replace_substitute(
                session, world.actor("lars"), absence, world.party["mona"], world.now
            )
        absences.replace_substitute(
            session, world.actor("lars"), absence, world.party["ali"], world.now
        )
        spans = session.execute(select(Absence).order_by(Absence.from_at)).scalars()
        parts = [
            (one.substitute_id, one.until_at)
            for one in spans
            if one.party_id == world.party["mona"]
        ]
    assert [who for who, _ in parts] == [world.party["per"], world.party["ali"]]
    assert parts[0][1] == world.now
    with pytest.raises(NotThere), unit_of_work(world.engine) as session:
        absences.replace_substitute(
            session, world.actor("lars"), absence, world.party["ali"], world.now
        )


def test_a_step_that_falls_due_goes_to_whoever_steps_in_then(world: World) -> None:
    """Resolved when it falls due, not when it was set."""
    plan = world.active()
    world.measured(plan)
    away(world, "mona", "per", 8, 12)
    world.later(days=11)
    sweep.sweep(world.engine, world.now)
    assert due(world, plan) == {("per", "mona")}


def due(world: World, plan: str) -> set[tuple[str, Any]]:
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        rows = session.execute(
            select(Notice.recipient_id, Notice.substitute_for).where(
                Notice.plan_id == plan, Notice.code == DeadlineCode.MEASURE_DUE
            )
        )
        return {(names[who], names.get(whose or "")) for who, whose in rows}


def test_a_short_leave_inside_a_longer_one_keeps_both_of_its_ends(world: World) -> None:
    away(world, "mona", "per", 0, 20)
    away(world, "mona", "oda", 5, 7)
    with unit_of_work(world.engine) as session:
        kept = session.execute(
            select(Absence.substitute_id, Absence.from_at, Absence.until_at)
            .where(Absence.party_id == world.party["mona"], Absence.until_at > Absence.from_at)
            .order_by(Absence.from_at)
        ).all()
    names = {key: name for name, key in world.party.items()}
    days = [(names[who or ""], start, end) for who, start, end in kept]
    edges = [at_oslo(world.days(n), time(0)) for n in (0, 5, 7, 20)]
    assert days == [
        ("per", edges[0], edges[1]),
        ("oda", edges[1], edges[2]),
        ("per", edges[2], edges[3]),
    ]
