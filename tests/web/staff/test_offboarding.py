"""The pages of those who work here: who is away, who leaves, all handed on in one form; no person's name."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, Enter
from tests.web.plan_world import text_of
from tests.world import AGREED, World
from workflow.acts.people import absences
from workflow.acts.people.absences import AbsenceForm
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Absence, Access, Party, SignIn, Tenure
from workflow.rules.names.steps import PlanStep

SECRETS = ("Kim", "Ringe Nav", "Beholde leiligheten")


@pytest.fixture
def plan(world: World) -> str:
    plan_id = world.active()
    world.measured(plan_id)
    return plan_id


def test_those_who_work_here_with_their_plans_and_absences(
    world: World, enter: Enter, plan: str
) -> None:
    for name in ("lars", "liv", "adam"):
        page = text_of(enter, name, "/folk")
        assert "Mona" in page and "Slutter" in page
        for secret in SECRETS:
            assert secret not in page
    assert "Oda" not in text_of(enter, "lars", "/folk")  # another unit
    assert "Stedfortreder" not in text_of(enter, "adam", "/folk")
    for name in ("mona", "oda", "ali", "kim", "nosy"):
        assert enter(name).get("/folk").status_code == 404, name


def test_what_is_left_is_shown_by_number_and_traced(world: World, enter: Enter, plan: str) -> None:
    address = f"/slutter/{world.party['mona']}"
    for name in ("lars", "lise", "liv", "adam"):
        page = text_of(enter, name, address)
        assert "1 plan som koordinator" in page and world.plan(plan).number in page
        assert "Koordinerende enhet" in page
        for secret in SECRETS:
            assert secret not in page, (name, secret)
    for name in ("mona", "oda", "ali", "kim", "nosy"):
        assert enter(name).get(address).status_code == 404, name
    assert enter("lars").get(f"/slutter/{world.party['oda']}").status_code == 404
    assert enter("liv").get(f"/slutter/{world.party['kim']}").status_code == 404
    with Session(world.engine) as session:
        looks = session.execute(
            select(Access.party_id).where(Access.plan_ids == plan, Access.act == "read_overview")
        ).scalars()
        assert {world.party[name] for name in ("lars", "lise", "liv", "adam")} == set(looks)


def test_everything_is_handed_on_and_the_account_ends(
    world: World, enter: Enter, plan: str
) -> None:
    mona = world.party["mona"]
    address, leif = f"/slutter/{mona}", world.party["leif"]
    early = enter("adam").post(f"{address}/avslutt")
    assert early.status_code == 409
    assert "Mona har noe igjen" in early.get_data(as_text=True)
    open_form = enter("liv").post(address, data={"measures_id": ""})
    assert open_form.status_code == 422 and "Overlat alt" in open_form.get_data(as_text=True)
    hers = enter("mona")
    assert hers.get("/planer").status_code == 200
    browser = enter("liv")
    assert browser.post(address, data={"acting_id": leif}).status_code == 303
    page = browser.get(address).get_data(as_text=True)
    assert "Overlatt: 1 plan som koordinator, 1 tiltak." in page and "Avslutt tilgangen" in page
    assert "Administratoren eller" in text_of(enter, "lars", address)
    assert enter("lars").post(f"{address}/avslutt").status_code == 404
    assert browser.post(f"{address}/avslutt").status_code == 303
    assert "Mona har ikke tilgang lenger." in browser.get("/folk").get_data(as_text=True)
    assert hers.get("/planer").status_code != 200  # signed out at once
    assert browser.get(address).status_code == 404
    with Session(world.engine) as session:
        assert session.get_one(Party, mona).deactivated_at is not None
        assert all(
            one.ended_at
            for one in session.execute(select(SignIn).where(SignIn.party_id == mona)).scalars()
        )
        acting = select(Tenure.party_id).where(
            Tenure.plan_id == plan, Tenure.role == "acting", Tenure.until_at.is_(None)
        )
        assert session.execute(acting).scalar() == leif


def test_a_leader_hands_on_what_is_theirs(world: World, enter: Enter, plan: str) -> None:
    world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], **AGREED)
    address = f"/slutter/{world.party['mona']}"
    page = text_of(enter, "lars", address)
    assert "Hvem tar over tiltakene?" in page
    assert "Hvem i koordinerende enhet" not in page and "Resten må andre overlate" in page
    assert enter("lars").post(address, data={"measures_id": world.party["ali"]}).status_code == 303
    assert "1 plan som koordinator" in text_of(enter, "lars", address)


def test_ones_own_absence_is_set_seen_and_ended(world: World, enter: Enter, plan: str) -> None:
    browser, per = enter("mona"), world.party["per"]
    assert "Når jeg er borte" in browser.get("/borte").get_data(as_text=True)
    dates = {"from_on": NOW.date().isoformat(), "back_on": world.days(10).isoformat()}
    assert browser.post("/borte", data={**dates, "substitute_id": per}).status_code == 303
    page = browser.get("/borte").get_data(as_text=True)
    assert "Per er stedfortreder." in page and "Jeg er tilbake" in page
    assert "Per er stedfortreder" in text_of(enter, "lars", "/folk")
    with Session(world.engine) as session:
        one = session.execute(
            select(Absence).where(Absence.party_id == world.party["mona"])
        ).scalar_one()
    assert enter("per").post(f"/borte/{one.id}/tilbake").status_code == 409
    assert enter("kim").post(f"/borte/{one.id}/tilbake").status_code == 404
    assert browser.post(f"/borte/{one.id}/tilbake").status_code == 303
    assert "stedfortreder." not in browser.get("/borte").get_data(as_text=True)
    wrong = browser.post("/borte", data={**dates, "back_on": dates["from_on"]})
    assert wrong.status_code == 422
    assert enter("kim").get("/borte").status_code == 404


def test_who_looked_in_whose_place_is_shown(world: World, enter: Enter, plan: str) -> None:
    form = AbsenceForm(substitute_id=world.party["per"], from_on=world.today, back_on=world.days(9))
    with unit_of_work(world.engine) as session:
        mona = world.party["mona"]
        absences.set_substitute(session, world.actor("mona"), mona, form, world.now)
    assert enter("per").get(f"/plan/{plan}").status_code == 200
    assert "Per for Mona" in text_of(enter, "kim", f"/min/{plan}/hvem-har-sett")
    assert "Per for Mona" in text_of(enter, "pia", f"/plan/{plan}/innsyn")
