"""Emergency access on screen: asked for, opened with a banner, ended, followed up, and seen by the person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, SignedIn
from tests.web.persons import Home, settled
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, EmergencyAccess, Party
from workflow.rules.names.steps import PlanStep

KIM = {"reason": "life", "name": "Kim", "born_on": "1980-05-17"}


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    home = settled(app, signed_in)
    with unit_of_work(home.world.engine) as session:
        mine = update(Party).where(Party.id == home.world.party["kim"])
        session.execute(mine.values(born_on=date(1980, 5, 17)))
    return home


def kept(kim: Home) -> list[EmergencyAccess]:
    with Session(kim.world.engine) as session:
        return list(session.scalars(select(EmergencyAccess).order_by(EmergencyAccess.id)))


def test_asked_opened_read_and_ended(kim: Home) -> None:
    berit, plan = kim.browser("berit"), kim.plan
    assert berit.get(f"/plan/{plan}").status_code == 404
    page = berit.get("/nodinnsyn").text
    assert "Kim" not in page and "Du får lese én plan i 60 minutter." in page
    assert berit.post("/nodinnsyn", data={"reason": "", "name": "Kim"}).status_code == 422
    assert not kept(kim)
    answer = berit.post("/nodinnsyn", data=KIM)
    assert (answer.status_code, answer.location) == (303, f"/plan/{plan}")
    for rest in ("", "/historie", "/innsyn"):
        shown = berit.get(f"/plan/{plan}{rest}")
        if rest == "/innsyn":
            assert shown.status_code == 404
            continue
        assert "Nødinnsyn – 60 minutter igjen" in shown.text and "Avslutt nå" in shown.text
        assert "Liv eller helse er i fare nå" in shown.text
    assert "/steg/" not in berit.get(f"/plan/{plan}").text
    assert berit.get(f"/papir/{plan}").status_code == 404
    again = berit.post("/nodinnsyn", data=KIM, follow_redirects=True)
    assert "Du ser planen allerede." in again.text and len(kept(kim)) == 1
    ended = berit.post(f"/nodinnsyn/{plan}/avslutt", follow_redirects=True)
    assert "Nødinnsynet er avsluttet." in ended.text
    assert berit.get(f"/plan/{plan}").status_code == 404


def test_nothing_found_is_said_only_after_the_reason(kim: Home) -> None:
    berit = kim.browser("berit")
    answer = berit.post("/nodinnsyn", data={**KIM, "name": "Ukjent"}, follow_redirects=True)
    assert "Vi fant ingen plan for den du spurte om." in answer.text
    (emergency,) = kept(kim)
    assert emergency.plan_id is None


@pytest.mark.parametrize("name", ["adam", "kim", "frida", "nosy"])
def test_those_who_do_not_work_with_people_find_no_such_page(kim: Home, name: str) -> None:
    browser = kim.browser(name)
    assert browser.get("/nodinnsyn").status_code == 404
    assert browser.post("/nodinnsyn", data=KIM).status_code == 404


def test_the_proof_must_be_fresh(app: Flask, kim: Home) -> None:
    berit = kim.browser("berit")
    app.extensions["planlop_clock"] = lambda: NOW + timedelta(minutes=6)
    try:
        answer = berit.get("/nodinnsyn")
        posted = berit.post("/nodinnsyn", data=KIM)
    finally:
        app.extensions["planlop_clock"] = lambda: NOW
    assert answer.status_code == posted.status_code == 303
    assert answer.location.startswith("/bevis") and posted.location.startswith("/bevis")
    assert not kept(kim)


def test_the_privacy_officer_follows_up_and_the_person_hears(kim: Home) -> None:
    berit, pia = kim.browser("berit"), kim.browser("pia")
    berit.post("/nodinnsyn", data=KIM)
    berit.get(f"/plan/{kim.plan}")
    (emergency,) = kept(kim)
    where = f"/nodinnsyn/oppfolging/{emergency.id}"
    assert "/nodinnsyn/rapport" in pia.get("/meldinger").text
    assert where in pia.get("/nodinnsyn/rapport").text
    page = pia.get(where).text
    assert "Berit" in page and "Liv eller helse" in page and "Kim" not in page
    assert "Beholde leiligheten" not in page
    assert pia.post(where, data={"outcome": "justified", "answer": ""}).status_code == 422
    assert kim.browser("mona").get(where).status_code == 404
    answer = pia.post(where, data={"outcome": "unjustified", "answer": "Dette var feil"})
    assert (answer.status_code, answer.location) == (303, "/nodinnsyn/rapport")
    report = pia.get("/nodinnsyn/rapport").text
    assert "Alt er fulgt opp." in report and "Det var ikke grunn til å åpne planen" in report
    assert pia.get("/nodinnsyn/rapport?maned=2026-01").status_code == 200
    assert pia.get("/nodinnsyn/rapport?maned=tull").status_code == 200
    told = kim.browser("kim").get(kim.at()).text
    assert "Noen åpnet planen din fordi det hastet." in told
    assert "Vi har sett på hvorfor planen din ble åpnet." in told
    page = kim.browser("kim").get(kim.at("/hvem-har-sett")).text
    assert "det var ikke grunn til å åpne planen" in page and "Dette var feil" in page
    assert "Berit" in page and "Liv eller helse er i fare nå" in page


def test_a_try_that_found_nothing_is_followed_up_too(kim: Home) -> None:
    kim.browser("berit").post("/nodinnsyn", data={**KIM, "name": "Ukjent"})
    (emergency,) = kept(kim)
    pia, where = kim.browser("pia"), f"/nodinnsyn/oppfolging/{emergency.id}"
    assert where in pia.get("/meldinger").text
    assert pia.post(where, data={"outcome": "justified", "answer": "Skrivefeil"}).status_code == 303
    assert kept(kim)[0].outcome == "justified"


def test_the_person_sees_who_why_and_takes_the_list_along(kim: Home) -> None:
    kim.browser("mona").get(f"/plan/{kim.plan}")
    berit = kim.browser("berit")
    berit.post("/nodinnsyn", data=KIM)
    berit.get(f"/plan/{kim.plan}")
    browser = kim.browser("kim")
    page = browser.get(kim.at("/hvem-har-sett")).text
    assert "<strong>Nødinnsyn</strong>: liv eller helse er i fare nå" in page
    assert "Mona" in page and "(koordinator)" in page
    table = browser.get(kim.at("/hvem-har-sett.csv"))
    assert table.mimetype == "text/csv" and "attachment" in table.headers["Content-Disposition"]
    assert "Berit" in table.text and "Liv eller helse er i fare nå" in table.text
    answer = browser.get(kim.at("/hvem-har-sett.json")).get_json()
    assert {one["who"] for one in answer["looks"]} >= {"Mona", "Berit"}
    assert browser.get(kim.at("/hvem-har-sett?maned=2026-03")).text.count("Mona")
    assert "Ingen andre har sett" in browser.get(kim.at("/hvem-har-sett?maned=2025-03")).text
    for name, status in (("mona", 404), ("berit", 404), ("pia", 200), ("nosy", 404)):
        assert kim.browser(name).get(kim.at("/hvem-har-sett.csv")).status_code == status
        assert kim.browser(name).get(f"/plan/{kim.plan}/innsyn.csv").status_code == status
    with Session(kim.world.engine) as session:
        officer = Access.party_id == kim.world.party["pia"]
        acts = set(session.scalars(select(Access.act).where(officer)))
        own = select(Access.id).where(Access.party_id == kim.world.party["kim"])
        assert "take_who_looked" in acts and not list(session.scalars(own))


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(kim: Home) -> None:
    with unit_of_work(kim.world.engine) as session:
        evil = update(Party).where(Party.id == kim.world.party["mona"])
        session.execute(evil.values(name="=HYPERLINK(1)", title="+47", deactivated_at=NOW))
    kim.world.take("kim", PlanStep.TALKED, kim.plan)
    with unit_of_work(kim.world.engine) as session:
        from workflow.record.access.open_plan import write_trace

        write_trace(session, kim.world.actor("mona"), "read", "coordinator", NOW, plan_id=kim.plan)
    table = kim.browser("kim").get(kim.at("/hvem-har-sett.csv")).text
    assert "'=HYPERLINK(1)" in table and "'+47" in table and ";=" not in table
