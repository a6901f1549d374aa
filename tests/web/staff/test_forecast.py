"""The weeks ahead: what falls due by week, unit and coordinator, who gets too much, and who may see it."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, Enter
from tests.web.lists_world import counted, person
from tests.web.plan_world import text_of
from tests.world import AGREED, World
from workflow.acts.accounts import staff_roles
from workflow.acts.management.forecast import Forecast, Load, make_forecast, own_forecast
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Absence, DeadlinePolicy, new_id
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def plan(world: World) -> str:
    """Kim's plan with its review in 90 days, and a measure that rests on Mona in ten."""
    plan = world.active()
    world.measured(plan)
    return plan


def seen_by(world: World, days: int = 90, units: list[str] | None = None) -> Forecast:
    with Session(world.engine) as session:
        return make_forecast(session, units, days, NOW)


def load_of(outlook: Forecast, world: World, name: str) -> Load:
    return next(load for load in outlook.coordinators if load.key == world.party[name])


def away(world: World, name: str, instead: str | None, first: int, back: int) -> None:
    def at(days: int) -> datetime:
        return at_oslo(world.days(days), time(0))

    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Absence),
            {
                "id": new_id(),
                "party_id": world.party[name],
                "from_at": at(first),
                "until_at": at(back),
                "substitute_id": world.party[instead] if instead else None,
            },
        )


def limits(world: World, choices: str) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(DeadlinePolicy),
            {
                "id": new_id(),
                "valid_from": world.today,
                "choices": choices,
                "made_at": NOW,
                "applied_at": NOW,
            },
        )


def test_each_date_stands_in_its_week_with_whom_it_rests_on(world: World, plan: str) -> None:
    outlook = seen_by(world)
    mona = load_of(outlook, world, "mona")
    due = world.days(10).isocalendar()
    here = next(n for n, week in enumerate(outlook.weeks) if week.number == due.week)
    assert mona.weeks[here] == 1 and mona.plans == 1
    assert sum(mona.weeks) == 1, "the review is moved off a Sunday, to the ninety-first day"
    assert outlook.total.due == sum(unit.due for unit in outlook.units)
    assert outlook.total.due == sum(load.due for load in outlook.coordinators) + outlook.others.due
    assert outlook.by_code == {DeadlineCode.MEASURE_DUE: 1}


def test_the_period_is_whole_days_and_iso_weeks(world: World) -> None:
    short = seen_by(world, 30)
    assert [week.number for week in short.weeks] == [11, 12, 13, 14, 15]
    assert short.weeks[0].first == world.today and short.weeks[-1].last == world.days(30)
    assert all(week.first.weekday() == 0 for week in short.weeks[1:])


def test_what_waits_for_the_person_is_no_load(world: World) -> None:
    plan = world.active()
    world.measured(plan)
    world.measured(plan, accountable="kim")
    assert seen_by(world).total.due == 1


def test_what_is_over_its_date_stands_apart(world: World) -> None:
    world.now = NOW - timedelta(days=40)
    world.measured(world.active())
    world.now = NOW
    mona = load_of(seen_by(world), world, "mona")
    assert mona.late == 1 and sum(mona.weeks) == 1


def test_a_plan_that_the_person_coordinates_is_the_contacts(world: World, plan: str) -> None:
    kim = world.party["kim"]
    world.take("mona", PlanStep.OFFER_COORDINATOR, plan, to_party_id=kim, **AGREED)
    world.take("kim", PlanStep.ACCEPT_COORDINATOR, plan)
    outlook = seen_by(world)
    assert kim not in {load.key for load in outlook.coordinators}
    assert load_of(outlook, world, "mona").plans == 1


def test_a_substitute_gets_what_falls_due_meanwhile_on_top(world: World, plan: str) -> None:
    away(world, "mona", "per", 7, 14)
    outlook = seen_by(world)
    mona, per = load_of(outlook, world, "mona"), load_of(outlook, world, "per")
    assert mona.leaves[0].due_meanwhile == 1 and mona.leaves[0].substitute == "Per"
    assert sum(per.extra) == 1 and per.stands_in[0].name == "Mona" and per.due == 1
    assert mona.due == 0 and not mona.overloaded and not mona.uncovered
    assert outlook.total.due == sum(load.due for load in outlook.coordinators) + outlook.others.due


def test_a_leave_is_half_open(world: World, plan: str) -> None:
    away(world, "mona", "per", 5, 10)  # back on the day itself
    assert load_of(seen_by(world), world, "mona").leaves[0].due_meanwhile == 0


def test_dates_that_nobody_has_are_said_plainly(world: World, enter: Enter, plan: str) -> None:
    away(world, "mona", None, 7, 14)
    assert load_of(seen_by(world), world, "mona").uncovered
    page = text_of(enter, "lars", "/prognose")
    assert "uten stedfortreder. 1 frist faller da" in page
    assert f"/stedfortreder/{world.party['mona']}" in page


def test_too_much_is_said_with_the_week_and_what_to_do(
    world: World, enter: Enter, plan: str
) -> None:
    world.measured(plan)
    limits(world, '{"most_plans": 1, "most_due_a_week": 1}')
    outlook = seen_by(world)
    assert [load.name for load in outlook.overloaded] == ["Mona"]
    page = text_of(enter, "lars", "/prognose")
    assert re.search(r"2 frister i uke \d+\. Grensen er 1\.", page)
    assert f"/prognose/fordel/{world.party['mona']}" in page
    assert "Du får for mye" in text_of(enter, "mona", "/prognose")


def test_nobody_gets_too_much_at_the_limit(world: World, enter: Enter, plan: str) -> None:
    limits(world, '{"most_plans": 1, "most_due_a_week": 1}')
    assert not seen_by(world).overloaded
    assert "Ingen får for mye i disse ukene" in text_of(enter, "lars", "/prognose")


def test_leaders_see_their_units_and_the_coordinating_unit_all(
    world: World, enter: Enter, plan: str
) -> None:
    for name in ("lars", "lise", "liv"):
        page = text_of(enter, name, "/prognose?dager=90")
        assert "Mona" in page and "Kim" not in page and "Ringe Nav" not in page, name
    with unit_of_work(world.engine) as session:
        mine = make_forecast(session, [world.unit["nav"]], 90, NOW)
    assert mine.total.due == 0 and not mine.units


def test_a_coordinator_sees_herself_and_what_she_steps_in_for(
    world: World, enter: Enter, plan: str
) -> None:
    away(world, "mona", "per", 7, 14)
    page = text_of(enter, "per", "/prognose?dager=90")
    assert "Steder inn for Mona: 1 frist" in page and "Koordinatorene" not in page
    with Session(world.engine) as session:
        own = own_forecast(session, world.party["per"], 90, NOW)
    assert [load.name for load in own.coordinators] == ["Per"] and own.total.due == 0
    assert own.others.due == 0 and sum(own.coordinators[0].extra) == 1


def test_workers_deciders_and_persons_get_nothing(world: World, enter: Enter, plan: str) -> None:
    for name in ("ali", "oda", "kim", "nosy"):
        for address in ("/prognose", "/prognose/last-ned"):
            assert enter(name).get(address).status_code == 404, (name, address)
    for name in ("ali", "mona", "kim"):
        assert enter(name).get(f"/prognose/fordel/{world.party['mona']}").status_code == 404, name


def test_a_unit_that_is_not_ones_own_is_not_there(world: World, enter: Enter, plan: str) -> None:
    nowhere = new_id()
    for unit in (nowhere, world.unit["ordering"], "x"):
        assert enter("lars").get(f"/prognose?enhet={unit}").status_code == 404
    assert enter("liv").get(f"/prognose?enhet={nowhere}").status_code == 404
    assert "Mona" in text_of(enter, "liv", f"/prognose?enhet={world.unit['service']}")
    assert enter("liv").get(f"/prognose/fordel/{nowhere}").status_code == 404


def test_plans_to_share_out_stand_by_number(world: World, enter: Enter, plan: str) -> None:
    address = f"/prognose/fordel/{world.party['mona']}"
    page = text_of(enter, "lars", address)
    assert world.plan(plan).number in page and "Kim" not in page
    assert f"/over-fristen/{plan}/foresla-koordinator" in page
    assert f"/over-fristen/{plan}/bytt-koordinator" in text_of(enter, "liv", address)


def test_the_file_has_the_same_figures_and_no_formula(
    world: World, enter: Enter, plan: str
) -> None:
    risky = person(world, "=1+1", world.now)
    with unit_of_work(world.engine) as session:
        staff_roles.give_role(session, risky, world.unit["service"], "coordinator", world.now)
    text = enter("lars").get("/prognose/last-ned?dager=90").get_data(as_text=True)
    lines = [line.split(";") for line in text.strip().splitlines()]
    assert {len(line) for line in lines} == {len(lines[0])}
    mona = next(line for line in lines if line[0] == "Mona")
    assert mona[1] == "1" and mona[-2] == str(load_of(seen_by(world), world, "mona").due)
    assert any(line[0] == "'=1+1" for line in lines)


def test_the_chart_says_the_same_in_words(world: World, enter: Enter, plan: str) -> None:
    page = text_of(enter, "lars", "/prognose")
    assert 'role="img" aria-label="Frister som kommer, uke 11:' in page
    assert "style=" not in page


def test_statements_do_not_grow_with_what_is_found(
    app: Flask, world: World, enter: Enter, plan: str
) -> None:
    browser = enter("liv")
    browser.get("/prognose")
    with counted(app) as few:
        browser.get("/prognose")
    for _ in range(6):
        world.measured(plan)
    away(world, "mona", "per", 7, 14)
    with counted(app) as many:
        browser.get("/prognose")
    assert len(many) <= len(few) + 1, "one more where somebody is away"
    print(f"\nforecast: {len(few)} statements, {len(many)} with an absence")
