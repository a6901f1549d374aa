"""The manager's page: past its date by number, the four acts, no person's name anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, Enter, SignedIn
from tests.web.lists_world import counted
from tests.web.plan_world import text_of
from tests.world import AGREED, World
from workflow.record.models import Absence, Event
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.catalogue import URLS

LONG_AGO = NOW - timedelta(days=140)


@pytest.fixture
def late(world: World) -> str:
    """Kim's plan, whose review was due 50 days ago and whose measure waits for Mona."""
    world.now = LONG_AGO
    plan = world.active()
    world.measured(plan)
    world.now = NOW - timedelta(minutes=5)
    return plan


def test_the_page_has_number_delay_and_coordinator_and_no_person(
    world: World, enter: Enter, late: str
) -> None:
    for name in ("lars", "lise", "liv"):
        page = text_of(enter, name, "/over-fristen")
        assert world.plan(late).number in page and "Mona" in page and "900" in page
        assert "Evaluering" in page and "d over" in page and "Spør" in page
        for secret in ("Kim", "Ringe Nav", "Beholde leiligheten"):
            assert secret not in page, (name, secret)


def test_a_person_who_coordinates_her_own_plan_is_not_named(
    world: World, enter: Enter, late: str
) -> None:
    kim = world.party["kim"]
    world.take("mona", PlanStep.OFFER_COORDINATOR, late, to_party_id=kim, **AGREED)
    world.take("kim", PlanStep.ACCEPT_COORDINATOR, late)
    for name in ("lars", "liv"):
        for address in ("/over-fristen", "/over-fristen/last-ned", "/mangler?hva=vedtak"):
            assert "Kim" not in text_of(enter, name, address), (name, address)
    assert "Mona" in text_of(enter, "liv", "/over-fristen")


def test_a_person_who_is_asked_to_coordinate_is_not_named(world: World, enter: Enter) -> None:
    plan = world.active()
    world.take("mona", PlanStep.LAY_DOWN, plan)
    world.take("liv", PlanStep.OFFER_COORDINATOR, plan, to_party_id=world.party["kim"], **AGREED)
    for address in ("/over-fristen", "/mangler"):
        page = text_of(enter, "liv", address)
        assert "Kim" not in page and "personen selv er spurt" in page


def test_only_leaders_and_the_coordinating_unit_have_it(
    world: World, enter: Enter, late: str
) -> None:
    for name in ("mona", "oda", "ali", "nosy", "kim"):
        for address in ("/over-fristen", "/over-fristen/last-ned", "/mangler"):
            assert enter(name).get(address).status_code == 404, (name, address)


def test_a_leader_of_another_unit_sees_nothing_of_it(
    world: World, enter: Enter, late: str, signed_in: SignedIn
) -> None:
    assert world.plan(late).number in text_of(enter, "lars", "/over-fristen?hva=evaluering")
    assert world.plan(late).number not in text_of(enter, "lars", "/over-fristen?hva=moter")


def test_what_waits_for_the_person_is_counted_apart(world: World, enter: Enter) -> None:
    world.now = LONG_AGO
    plan = world.active()
    world.measured(plan, accountable="kim")
    world.now = NOW
    page = text_of(enter, "lars", "/over-fristen?hva=tiltak")
    assert "Venter på personen selv: 1" in page and "Ingenting er over fristen" in page


def test_the_four_acts(world: World, enter: Enter, late: str) -> None:
    browser = enter("lars")
    acts = {
        PlanStep.ASK_COORDINATOR: {"words": "Hvordan går det?"},
        PlanStep.ACCEPT_NEW_REVIEW_DATE: {
            "next_review_on": world.days(20).isoformat(),
            "reason": "Ferie",
        },
        PlanStep.PROPOSE_COORDINATOR: {"party_id": world.party["per"]},
    }
    for step_name, fields in acts.items():
        page = browser.get(f"/over-fristen/{late}/{URLS[step_name]}")
        assert page.status_code == 200 and "Kim" not in page.get_data(as_text=True)
        answer = browser.post(f"/over-fristen/{late}/{URLS[step_name]}", data=fields)
        assert answer.status_code == 303, (step_name, answer.get_data(as_text=True)[-2000:])
    with Session(world.engine) as session:
        taken = (
            session.execute(select(Event.step_name).where(Event.plan_id == late)).scalars().all()
        )
    assert {
        PlanStep.ASK_COORDINATOR,
        PlanStep.ACCEPT_NEW_REVIEW_DATE,
        PlanStep.PROPOSE_COORDINATOR,
    } <= set(taken)
    assert "Evaluering" not in main(text_of(enter, "lars", "/over-fristen"))


def main(page: str) -> str:
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_acts_of_others_are_not_taken_here(world: World, enter: Enter, late: str) -> None:
    assert enter("lars").get(f"/over-fristen/{late}/la-hvile").status_code == 404
    assert enter("mona").get(f"/over-fristen/{late}/spor-koordinatoren").status_code == 404
    assert enter("nosy").get(f"/over-fristen/{late}/spor-koordinatoren").status_code == 404
    refused = enter("liv").post(
        f"/over-fristen/{late}/godta-ny-dato",
        data={"next_review_on": world.days(20).isoformat(), "reason": "Ferie"},
    )
    assert refused.status_code == 409 and "Kim" not in refused.get_data(as_text=True)


def test_a_substitute_is_set_and_gets_the_plan(world: World, enter: Enter, late: str) -> None:
    browser, mona = enter("lars"), world.party["mona"]
    address = f"/stedfortreder/{mona}"
    assert "Mona" in browser.get(address).get_data(as_text=True)
    dates = {"from_on": NOW.date().isoformat(), "back_on": world.days(10).isoformat()}
    answer = browser.post(address, data={**dates, "substitute_id": world.party["per"]})
    assert answer.status_code == 303
    with Session(world.engine) as session:
        stored = session.execute(select(Absence).where(Absence.party_id == mona)).scalar_one()
    assert stored.substitute_id == world.party["per"]
    assert world.plan(late).number in text_of(enter, "per", "/planer")
    assert "borte nå" in text_of(enter, "lars", "/over-fristen")


@pytest.mark.parametrize(
    ("away", "substitute", "back", "told"),
    [
        ("mona", "mona", 10, "Velg ett av svarene"),
        ("mona", "per", -1, "Velg en dag som kommer etter"),
        ("mona", "per", 800, "høyst et år"),
    ],
)
def test_a_substitute_that_cannot_be_is_told(
    world: World, enter: Enter, late: str, away: str, substitute: str, back: int, told: str
) -> None:
    fields = {
        "from_on": NOW.date().isoformat(),
        "back_on": world.days(back).isoformat(),
        "substitute_id": world.party[substitute],
    }
    answer = enter("lars").post(f"/stedfortreder/{world.party[away]}", data=fields)
    assert answer.status_code == 422 and told in answer.get_data(as_text=True)


def test_nobody_steps_in_in_a_circle(world: World, enter: Enter, late: str) -> None:
    browser = enter("lars")
    dates = {"from_on": NOW.date().isoformat(), "back_on": world.days(10).isoformat()}
    mona, per = world.party["mona"], world.party["per"]
    assert (
        browser.post(f"/stedfortreder/{mona}", data={**dates, "substitute_id": per}).status_code
        == 303
    )
    for substitute in (mona, world.party["ali"]):
        again = browser.post(f"/stedfortreder/{per}", data={**dates, "substitute_id": substitute})
        assert again.status_code == 422


def test_a_substitute_is_for_those_the_reader_leads(world: World, enter: Enter) -> None:
    dates = {"from_on": NOW.date().isoformat(), "back_on": world.days(10).isoformat()}
    fields = {**dates, "substitute_id": world.party["per"]}
    assert (
        enter("lars").post(f"/stedfortreder/{world.party['oda']}", data=fields).status_code == 409
    )
    assert enter("lars").get(f"/stedfortreder/{world.party['kim']}").status_code == 404
    assert enter("mona").get(f"/stedfortreder/{world.party['per']}").status_code == 404


def test_plans_without_coordinator_and_without_decision(world: World, enter: Enter) -> None:
    plan = world.active()
    world.take("mona", PlanStep.LAY_DOWN, plan)
    for address in ("/over-fristen", "/mangler"):
        page = text_of(enter, "liv", address)
        assert world.plan(plan).number in page and "Kim" not in page
    assert "Foreslå koordinator" in text_of(enter, "lars", "/over-fristen")
    assert world.plan(plan).number not in text_of(enter, "liv", "/mangler?hva=vedtak")
    asked = enter("liv").post(
        f"/over-fristen/{plan}/bytt-koordinator",
        data={"to_party_id": world.party["per"], "agreed_how": "spoken"},
    )
    assert asked.status_code == 303
    assert "Per er spurt" in text_of(enter, "liv", "/mangler")


def test_the_file_holds_the_same_and_no_names_of_people(
    world: World, enter: Enter, late: str
) -> None:
    answer = enter("lars").get("/over-fristen/last-ned")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv" and world.plan(late).number in text and "Kim" not in text


def test_the_number_of_statements_does_not_grow(
    app: Flask, world: World, enter: Enter, late: str
) -> None:
    browser = enter("lars")
    browser.get("/over-fristen")
    with counted(app) as few:
        browser.get("/over-fristen")
    world.now = LONG_AGO
    for _ in range(4):
        world.measured(late)
    world.now = NOW
    with counted(app) as many:
        browser.get("/over-fristen")
    assert len(few) == len(many) <= 8, (len(few), len(many))


def test_english_overdue(world: World, enter: Enter, late: str) -> None:
    browser = enter("lars")
    browser.post("/sprak", data={"language": "en"})
    mona = world.party["mona"]
    for address in (
        "/over-fristen",
        "/mangler",
        f"/over-fristen/{late}/spor-koordinatoren",
        f"/stedfortreder/{mona}",
    ):
        assert browser.get(address).status_code == 200
