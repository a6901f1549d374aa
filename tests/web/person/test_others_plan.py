"""Those around the person: a representative, a mother, a volunteer, several plans; and the lent screen."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import SignedIn
from tests.web.persons import Home, settled
from workflow.record.models import Access, Event, Participant
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """A fresh plan for each test."""
    return settled(app, signed_in)


@pytest.fixture
def guardian(kim: Home) -> FlaskClient:
    """Frida acts for Kim."""
    frida = kim.world.party["frida"]
    kim.world.take(
        "liv", PlanStep.ADD_REPRESENTATION, kim.plan, representative_id=frida, ground="guardian"
    )
    return kim.browser("frida")


def traces(kim: Home, name: str) -> list[str]:
    """The acts a test person is traced with on Kim's plan."""
    with Session(kim.world.engine) as session:
        return list(
            session.scalars(
                select(Access.act).where(
                    Access.plan_id == kim.plan, Access.party_id == kim.world.party[name]
                )
            )
        )


def test_a_representative_has_the_same_pages_and_leaves_traces(
    kim: Home, guardian: FlaskClient
) -> None:
    home = guardian.get("/min", follow_redirects=True).text
    assert "Planen til Kim" in home and "Kim og Mona" in home and "Hei, " not in home
    for rest in ("/planen", "/gjort", "/meldinger", "/deler", "/brev", "/rettigheter"):
        assert guardian.get(kim.at(rest)).status_code == 200
    assert "own_pages" in traces(kim, "frida")
    assert kim.press(guardian, PlanStep.SET_WHAT_MATTERS, most_important="Ro") == 303
    assert kim.press(guardian, MeetingStep.REPLY, kim.meeting, reply="coming") == 303
    assert "Frida" in kim.browser("kim").get(kim.at("/hvem-har-sett")).text


def test_a_mother_sees_what_is_shared_and_can_leave(kim: Home) -> None:
    mother = kim.browser("mor")
    page = mother.get("/min", follow_redirects=True).text
    assert "Planen til Kim" in page and "Ringe Nav" in page and "Hva jeg deler" not in page
    for rest in ("/planen", "/meldinger", "/deler", "/hvem-har-sett", "/brev"):
        assert mother.get(kim.at(rest)).status_code == 404
    assert kim.press(mother, PlanStep.SET_WHAT_MATTERS, most_important="x") == 404
    to = kim.world.party["mona"]
    assert kim.press(mother, PlanStep.WRITE, words="Ring meg", to_party_id=to) == 303
    who = next(p for p in people(kim) if p.name == "Mor")
    assert kim.press(mother, PlanStep.PARTICIPANT_LEAVES, participant_id=who.id) == 303
    assert mother.get(kim.at()).status_code == 404


def people(kim: Home) -> list[Participant]:
    """The participants of Kim's plan."""
    with Session(kim.world.engine) as session:
        return list(session.scalars(select(Participant).where(Participant.plan_id == kim.plan)))


def test_a_volunteer_ticks_her_own_measure(kim: Home) -> None:
    world = kim.world
    frida = world.party["frida"]
    world.take(
        "kim", PlanStep.ADD_PARTICIPANT, kim.plan, party_id=frida, kind="volunteer", role="turvenn"
    )
    walk = world.measured(kim.plan, "frida", goal_id=None)
    browser = kim.browser("frida")
    page = browser.get(kim.at()).text
    assert "Det du har sagt ja til" in page and "Gjort!" in page
    assert kim.press(browser, MeasureStep.DONE, walk) == 303
    assert world.measure(walk).completed_on
    assert kim.press(browser, MeasureStep.DONE, kim.measure) == 409


def test_being_asked_to_take_over(kim: Home) -> None:
    world, mother = kim.world, kim.browser("mor")
    world.take(
        "mona",
        MeasureStep.OFFER,
        kim.plan,
        kim.measure,
        to_party_id=world.party["mor"],
        reason="nær",
    )
    assert "Kan du ta over?" in mother.get(kim.at()).text
    assert kim.press(mother, MeasureStep.ACCEPT, kim.measure) == 303
    assert world.measure(kim.measure).accountable_id == world.party["mor"]


def test_several_plans_are_a_choice(kim: Home) -> None:
    world, mother = kim.world, kim.browser("mor")
    assert mother.get("/min").status_code == 302
    own = world.take(
        "mor", PlanStep.REPORT_NEED, person_id=world.party["mor"], why="Avlastning"
    ).plan_id
    page = mother.get("/min").text
    assert "Planen min" in page and "Planen til Kim" in page and own in page


def test_the_lent_screen_is_the_persons_and_nothing_else_is_open(kim: Home) -> None:
    mona = kim.browser("mona")
    assert kim.browser("kim").post(kim.at("/sammen")).status_code == 404
    assert kim.browser("ali").post(kim.at("/sammen")).status_code == 404
    assert mona.post(kim.at("/sammen")).status_code == 303
    page = mona.get(kim.at()).text
    assert "Hei, Kim" in page and "Sammen med Kim" in page
    assert "beside" in traces(kim, "mona")
    for path in ("/e-post", "/logg-inn", "/min/finnes-ikke"):
        answer = mona.get(path)
        assert answer.status_code == 302 and answer.headers["Location"].endswith(kim.plan)
    assert mona.post("/logg-inn/demo", data={"party": kim.world.party["per"]}).status_code == 404
    assert kim.press(mona, PlanStep.SET_WHAT_MATTERS, most_important="Å bo trygt") == 303
    with Session(kim.world.engine) as session:
        event = session.scalars(
            select(Event).where(
                Event.plan_id == kim.plan, Event.step_name == PlanStep.SET_WHAT_MATTERS
            )
        ).one()
    lender = f'"lender":"{kim.world.party["mona"]}"'
    assert event.actor_id == kim.world.party["kim"] and lender in event.text
    assert mona.post(kim.at("/gi-tilbake")).status_code == 303
    assert "/logg-inn" in mona.get(kim.at("/deler")).headers["Location"]


def test_the_lent_screen_goes_dark_when_sharing_stops(kim: Home) -> None:
    mona = kim.browser("mona")
    mona.post(kim.at("/sammen"))
    assert kim.press(mona, PlanStep.STOP_SHARING_WITH, party_id=kim.world.party["mona"]) == 303
    answer = mona.get(kim.at())
    assert answer.status_code == 303 and "Hei, Kim" not in answer.text
    assert "/logg-inn" in mona.get(kim.at()).headers["Location"]
