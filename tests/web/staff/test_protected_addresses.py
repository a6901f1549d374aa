"""Words that only a protected address holds appear on one page, with a reason, and nowhere else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, sign_in_for
from tests.web.crawling import crawled
from tests.web.persons import Home, settled
from workflow.acts.planfile.exporter import export_plan
from workflow.acts.privacy import protected_addresses
from workflow.record.access.open_plan import open_plan
from workflow.record.database.engine import unit_of_work
from workflow.record.lists import plans
from workflow.record.models import Access, Document, Meeting, Participant, Party, Plan, SignIn
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.sharing.scopes import WHOLE

STREET, PHONE, MAIL = "Kanarigata 77", "40556677", "kanari@example.test"
PLACE, SCHOOL, MOTHERS = "Kanarihuset", "Kanariskolen", "40998877"
CANARY = re.compile(
    r"kanari|40\s*55\s*66\s*77|40\s*99\s*88\s*77|405\s*56\s*677|409\s*98\s*877", re.I
)
READERS = ("kim", "mor", "mona", "ali", "oda", "liv", "lars", "pia", "adam", "nosy")
MOST = 90


@pytest.fixture(scope="module")
def home(app: Flask) -> Home:
    """A plan where the person is strictly protected and lives with her mother; canaries everywhere."""
    home = settled(app, sign_in_for(app))
    world = home.world
    kim, mor = world.party["kim"], world.party["mor"]
    with unit_of_work(world.engine) as session:
        session.execute(
            update(Party)
            .where(Party.id == kim)
            .values(phone=PHONE, email=MAIL, organisation=SCHOOL)
        )
        session.execute(update(Party).where(Party.id == mor).values(phone=MOTHERS))
        session.execute(
            update(Participant).where(Participant.party_id == mor).values(phone=MOTHERS)
        )
        session.execute(update(Meeting).where(Meeting.id == home.meeting).values(place=PLACE))
        for who in (kim, mor):
            address = protected_addresses.AddressForm(
                street=STREET, postcode="8500", place="Narvik"
            )
            protected_addresses.write_address(session, world.actor("adam"), who, address, world.now)
            marker = protected_addresses.Protect(protection="strict", reason="register")
            protected_addresses.protect(session, world.actor("liv"), who, marker, world.now)
    world.take(
        "mona", PlanStep.SET_WHAT_MATTERS, home.plan, limits=f"Ring {PHONE}", agreed_how="spoken"
    )
    world.take("kim", PlanStep.WRITE, home.plan, words=f"Hent meg i {STREET}")
    world.take(
        "mona",
        MeasureStep.PROPOSE,
        home.plan,
        text=f"Kjøre til {PLACE}",
        accountable_id=world.party["ali"],
    )
    return home


@pytest.mark.parametrize("name", READERS)
def test_no_page_file_or_print_shows_it(home: Home, name: str) -> None:
    plan = home.plan
    start = (
        "/",
        f"/plan/{plan}",
        f"/min/{plan}",
        f"/papir/{plan}",
        f"/plan/{plan}/historie",
        "/kalender",
        "/innkomne",
        "/meldinger",
        "/sok",
        f"/min/{plan}/brev",
        f"/plan/{plan}/innsyn",
        f"/min/{plan}/hvem-har-sett",
        f"/plan/{plan}/moter",
        "/venter",
        *letters(home),
    )
    browser = home.browser(name)
    browser.post("/sok", data={"q": "Kim"})
    pages = crawled(browser, start, MOST)
    shown = {where: CANARY.search(text) for where, text in pages.items()}
    assert {where: m.group() for where, m in shown.items() if m} == {}
    assert len(pages) >= len(start)


def letters(home: Home) -> list[str]:
    """The printed letters and calls of the plan."""
    with Session(home.world.engine) as session:
        query = select(Document.id).where(Document.plan_id == home.plan)
        return [f"/papir/{home.plan}/brev/{key}" for key in session.scalars(query)]


def test_the_plan_file_does_not_hold_it(home: Home) -> None:
    with Session(home.world.engine) as session:
        plan = session.get(Plan, home.plan)
        assert plan is not None
        for history in (False, True):
            text = export_plan(session, plan, home.world.now, history, sees=WHOLE)
            assert not CANARY.search(text)
            assert "protection: strict" in text


def test_one_page_shows_it_with_a_reason_and_the_person_sees_who(home: Home, app: Flask) -> None:
    where = f"/plan/{home.plan}/adresse"
    browser = home.browser("mona")
    prove(home, "mona", NOW - timedelta(minutes=6))
    assert "/bevis" in browser.get(where).location
    prove(home, "mona")
    asked = browser.get(where).text
    assert "Hvorfor trenger du adressen?" in asked and not CANARY.search(asked)
    assert browser.post(where, data={"party_id": home.world.party["kim"]}).status_code == 422
    answer = browser.post(where, data={"party_id": home.world.party["kim"], "reason": "visit"})
    assert STREET in answer.text and PLACE in answer.text and f"tel:{PHONE}" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    with Session(home.world.engine) as session:
        kept = select(Access.party_id, Access.reason, Access.ground).where(
            Access.plan_id == home.plan, Access.act == "address"
        )
        assert session.execute(kept).all() == [(home.world.party["mona"], "visit", "coordinator")]
    looked = home.browser("kim").get(home.at("/hvem-har-sett")).text
    assert "leste adressen" in looked and "Besøk" in looked


@pytest.mark.parametrize(
    "name", ["mor", "frida", "ali", "lars", "liv", "pia", "adam", "nosy", "kim"]
)
def test_nobody_else_may_ask(home: Home, name: str) -> None:
    browser = home.browser(name)
    prove(home, name)
    where = f"/plan/{home.plan}/adresse"
    expected = 200 if name == "ali" and accountable(home, "ali") else 404
    assert browser.get(where).status_code == expected
    fields = {"party_id": home.world.party["kim"], "reason": "letter"}
    assert browser.post(where, data=fields).status_code in (404, 422)


def accountable(home: Home, name: str) -> bool:
    """Whether somebody answers for a measure of the plan."""
    with Session(home.world.engine) as session:
        reasons = protected_addresses.reasons_for(session, home.world.actor(name), home.plan, NOW)
    return bool(reasons)


def prove(home: Home, name: str, at: datetime = NOW) -> None:
    """The reader has proved who she is, just now unless said otherwise."""
    with unit_of_work(home.world.engine) as session:
        mine = SignIn.party_id == home.world.party[name]
        session.execute(update(SignIn).where(mine).values(proved_at=at))


def test_a_strictly_protected_person_is_not_found_by_an_office(home: Home) -> None:
    now = datetime.now(UTC)
    world = home.world
    with Session(world.engine) as session:
        number = session.execute(select(Plan.number).where(Plan.id == home.plan)).scalar_one()
        for name, text, count in (
            ("mona", "Kim", 1),
            ("mona", number, 1),
            ("oda", "Kim", 0),
            ("oda", number, 0),
            ("liv", number, 0),
            ("lars", number, 0),
        ):
            lines = plans.search(session, world.actor(name), now, text).lines
            assert len([one for one in lines if one.id == home.plan]) == count, (name, text)


def test_marking_is_for_two_roles_and_leaves_a_trace(home: Home) -> None:
    fields = {"whom": "mor@example.test", "protection": "confidential", "reason": "asked"}
    for name, status in (("mona", 404), ("lars", 404), ("adam", 303), ("liv", 303)):
        assert home.browser(name).post("/beskyttet-adresse", data=fields).status_code == status
    with Session(home.world.engine) as session:
        kept = select(Access.reason).where(Access.plan_id == home.plan, Access.act == "protect")
        assert "asked" in session.scalars(kept).all()
        opened = open_plan(session, home.world.actor("mona"), home.plan, "read", home.world.now)
        assert opened is not None and "40556677" not in opened.plan.limits
