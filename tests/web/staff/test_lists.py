"""Mine planer, the search, questions to answer, the calendar and the notices, as each reader sees them."""

from __future__ import annotations

from datetime import time, timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, Enter
from tests.web.lists_world import counted, requests
from tests.web.plan_world import found_by, text_of
from tests.world import AGREED, World
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Plan
from workflow.rules.names.steps import MeetingStep, PlanStep

PAGES = ("/planer", "/sok", "/venter", "/kalender", "/meldinger")


def test_the_coordinator_sees_the_plan_with_state_life_and_next_date(
    world: World, enter: Enter
) -> None:
    plan = world.active()
    world.measured(plan)
    page = text_of(enter, "mona", "/planer")
    assert "Kim" in page and world.plan(plan).number in page
    assert "I bruk" in page and "Tiltak" in page and "om 10 dager" in page and "i dag" in page


def test_others_do_not_see_it(world: World, enter: Enter) -> None:
    world.active()
    for name in ("per", "lars", "lise", "liv", "adam", "ali"):
        assert "Kim" not in text_of(enter, name, "/planer"), name


def test_an_outsider_has_no_lists(world: World, enter: Enter) -> None:
    world.active()
    for address in (*PAGES, "/innkomne", "/over-fristen", "/meld", "/mangler"):
        assert enter("nosy").get(address).status_code == 404, address


def test_a_list_with_names_leaves_one_trace(world: World, enter: Enter) -> None:
    plan = world.active()
    text_of(enter, "mona", "/planer")
    with Session(world.engine) as session:
        shown = session.execute(
            select(Access.act, Access.plan_ids).where(Access.party_id == world.party["mona"])
        ).all()
    assert [tuple(row) for row in shown] == [("list", plan)]


def test_filters_stand_in_the_address(world: World, enter: Enter) -> None:
    plan = world.active()
    with unit_of_work(world.engine) as session:
        quiet = NOW - timedelta(days=100)
        session.execute(update(Plan).where(Plan.id == plan).values(last_activity_at=quiet))
    assert "Kim" in text_of(enter, "mona", "/planer?bare=stille&sorter=liv")
    assert "Kim" not in text_of(enter, "mona", "/planer?bare=avsluttet")
    assert "Kim" in text_of(enter, "mona", "/planer?vis=koordinator")
    assert "Kim" not in text_of(enter, "mona", "/planer?vis=deltar")
    assert "Kim" in text_of(enter, "mona", "/planer?bare=tull&sorter=tull&side=0&vis=tull")


def test_a_plan_without_coordinator_is_flagged_to_the_one_who_acts(
    world: World, enter: Enter
) -> None:
    plan = world.active()
    world.take("mona", PlanStep.LAY_DOWN, plan)
    page = text_of(enter, "liv", "/planer?bare=uten")
    assert "Kim" in page and "uten koordinator" in page


def test_search_by_name_finds_only_what_the_reader_may_read(world: World, enter: Enter) -> None:
    plan = world.active()
    number = world.plan(plan).number
    for name in ("mona", "oda"):
        assert number in found_by(enter, name, "kim"), name
    for name in ("per", "lars", "liv", "ali"):
        assert number not in found_by(enter, name, "kim"), name


def test_a_leader_finds_a_plan_by_number_and_is_not_told_whose_it_is(
    world: World, enter: Enter
) -> None:
    number = world.plan(world.active()).number
    for text in (number, number[5:]):
        page = found_by(enter, "lars", text)
        assert "Vises ikke for deg" in page and "Kim" not in page
    assert "Vises ikke" not in found_by(enter, "per", number)


def test_what_the_person_stops_sharing_is_gone_from_lists_and_search(
    world: World, enter: Enter
) -> None:
    plan = world.active()
    world.take("kim", PlanStep.STOP_SHARING, plan)
    for page in (text_of(enter, "mona", "/planer"), found_by(enter, "mona", "kim")):
        assert world.plan(plan).number not in page


def test_odd_searches_are_answered(world: World, enter: Enter) -> None:
    for text in ("", "%", "___", "æøå", "a" * 300, "' OR 1=1 --", "Kim%"):
        found_by(enter, "mona", text)


def test_the_number_of_statements_does_not_grow_with_the_rows(
    app: Flask, world: World, enter: Enter
) -> None:
    browser = enter("oda")
    one = requests(world, 1)
    world.take("oda", PlanStep.TAKE_CASE, one[0])
    browser.post("/sok", data={"q": "person"})
    for address in ("/planer", "/innkomne", "/sok"):
        browser.get(address)
        with counted(app) as few:
            browser.get(address)
        for plan in requests(world, 5):
            world.take("oda", PlanStep.TAKE_CASE, plan)
        with counted(app) as many:
            browser.get(address)
        assert len(few) == len(many) <= 8, (address, len(few), len(many))


def test_questions_to_answer(world: World, enter: Enter) -> None:
    world.granted()
    page = text_of(enter, "mona", "/venter")
    assert "Vil du være koordinator?" in page and "Kim" in page and "Oda" in page
    assert "Ja, jeg blir koordinator" in page and "Nei, jeg kan ikke" in page
    assert "1 spørsmål venter på svar" in text_of(enter, "mona", "/planer")
    assert "Kim" not in text_of(enter, "per", "/venter")


def test_a_transfer_waits_for_the_unit_that_is_asked(world: World, enter: Enter) -> None:
    plan = world.active()
    world.take(
        "mona",
        PlanStep.OFFER_TRANSFER,
        plan,
        to_unit_id=world.unit["coordinating"],
        reason="Flytter",
        gaps="Nøkkel mangler",
        **AGREED,
    )
    page = text_of(enter, "liv", "/venter")
    assert "Vil dere ta over planen?" in page and "Nøkkel mangler" in page


def test_the_calendar_names_nobody(world: World, enter: Enter) -> None:
    plan = world.active()
    world.measured(plan)
    world.take(
        "mona",
        MeetingStep.PLAN,
        plan,
        starts_on=world.days(3),
        starts_time=time(10, 0),
        place="Rådhuset",
        party_ids=[world.party["ali"]],
    )
    page = text_of(enter, "mona", "/kalender")
    assert "Møte" in page and "10.00" in page and "Tiltak" in page
    assert world.plan(plan).number in page and "Kim" not in page and "Ringe Nav" not in page
    assert "10.00" not in text_of(enter, "per", "/kalender")


def test_notices_are_read_and_marked(world: World, enter: Enter) -> None:
    plan = world.granted()
    browser = enter("mona")
    page = browser.get("/meldinger").get_data(as_text=True)
    assert "spurt om å være koordinator" in page and world.plan(plan).number in page
    assert "Kim" not in page and "ny" in page
    assert browser.post("/meldinger/lest").status_code == 303
    assert "Merk alle som lest" not in browser.get("/meldinger").get_data(as_text=True)


def test_english_lists(world: World, enter: Enter) -> None:
    plan = world.active()
    world.measured(plan)
    browser = enter("mona")
    browser.post("/sprak", data={"language": "en"})
    for address in PAGES:
        assert browser.get(address).status_code == 200
