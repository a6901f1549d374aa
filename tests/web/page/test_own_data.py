"""Rights over one's own data on the pages: everything as a page and a file, correction, erasure, more time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, SignedIn
from tests.web.persons import Home, settled
from workflow.record.database.engine import unit_of_work
from workflow.record.models import DataRequest, SignIn
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.catalogue import URLS


@pytest.fixture
def home(app: Flask, signed_in: SignedIn) -> Home:
    """A fresh plan."""
    return settled(app, signed_in)


def unproved(home: Home) -> None:
    """Nobody has proved who they are for a while."""
    with unit_of_work(home.world.engine) as session:
        session.execute(update(SignIn).values(proved_at=NOW - timedelta(minutes=6)))


def test_the_person_reads_and_takes_all_of_it(home: Home) -> None:
    browser = home.browser("kim")
    rights = browser.get(home.at("/rettigheter")).text
    assert "Alt som er lagret om meg" in rights and "Be om retting" in rights
    page = browser.get(home.at("/alt-som-er-lagret")).text
    assert "kim@example.test" in page and "det som har skjedd" in page and "Mor" in page
    answer = browser.post(home.at("/alt-som-er-lagret"))
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    given = json.loads(answer.text)
    assert given["plans"][0]["goal"][0]["own_words"] == "Betale husleia"
    with Session(home.world.engine) as session:
        kept = select(DataRequest.kind).where(DataRequest.party_id == home.world.party["kim"])
        assert session.execute(kept).scalars().all() == ["export"]
    assert "Alt tatt ut som fil" in browser.get("/mine-opplysninger").text
    unproved(home)
    for where in (home.at("/alt-som-er-lagret"), "/mine-opplysninger"):
        assert "/bevis" in browser.get(where).location
        assert "/bevis" in browser.post(where).location


@pytest.mark.parametrize("name", ["mor", "mona", "oda", "nosy"])
def test_others_read_their_own_and_nothing_of_the_plan(home: Home, name: str) -> None:
    browser = home.browser(name)
    page = browser.get("/mine-opplysninger").text
    assert f"{name}@example.test" in page
    text = browser.post("/mine-opplysninger").text
    assert "Betale husleia" not in text + page and "Beholde leiligheten" not in text + page
    assert browser.get(home.at("/alt-som-er-lagret")).status_code == 404
    assert browser.post(home.at("/alt-som-er-lagret")).status_code == 404


def test_a_correction_is_asked_for_given_more_time_and_answered(home: Home) -> None:
    browser, officer = home.browser("kim"), home.browser("pia")
    assert browser.post(home.at("/steg/be-om-retting"), data={"words": ""}).status_code == 422
    asked = browser.post(home.at("/steg/be-om-retting"), data={"words": "Jeg er født i mai"})
    assert (asked.status_code, asked.location) == (303, home.at("/rettigheter"))
    assert "Retting, 9. mars" in browser.get(home.at("/rettigheter")).text
    assert "/foresporsler" in officer.get("/meldinger").text
    listed = officer.get("/foresporsler").text
    assert "Retting" in listed and "31 d igjen" in listed and "Betale" not in listed
    more, answer = (
        f"/over-fristen/{home.plan}/{URLS[row]}"
        for row in (PlanStep.TAKE_MORE_TIME, PlanStep.ANSWER_DATA_REQUEST)
    )
    assert "Jeg er født i mai" in officer.get(more).text
    assert officer.post(more, data={"reason": "Mye å lese"}).location == "/foresporsler"
    assert officer.post(more, data={"reason": "Mye å lese"}).status_code == 409
    page = browser.get(home.at("/rettigheter")).text
    assert "Mye å lese" in page and "9. juni" in page
    fields = {"outcome": "refused", "answer": "Slik står det i folkeregisteret"}
    assert "Datatilsynet" in officer.get(answer).text
    assert officer.post(answer, data=fields).location == "/foresporsler"
    page = browser.get(home.at("/rettigheter")).text
    assert "Slik står det i folkeregisteret" in page and "Datatilsynet" in page
    assert "Ingen venter på svar nå." in officer.get("/foresporsler").text


def test_the_coordinator_is_not_asked_to_answer_a_request_for_access(home: Home) -> None:
    home.browser("kim").post(home.at("/steg/be-om-innsyn"), data={"words": "Alt sammen"})
    assert "Alt sammen" not in home.browser("mona").get(f"/plan/{home.plan}").text


def test_the_list_is_the_privacy_officers_and_english_is_whole(home: Home) -> None:
    for name in ("kim", "mona", "lars", "adam", "nosy"):
        assert home.browser(name).get("/foresporsler").status_code == 404
    browser = home.browser("kim")
    browser.post("/sprak", data={"language": "en"})
    assert browser.get(home.at("/alt-som-er-lagret")).status_code == 200


def test_what_was_refused_stands_beside_in_the_history(home: Home) -> None:
    home.browser("kim").post(
        home.at("/steg/be-om-retting"), data={"words": "Jeg bor ikke i Narvik"}
    )
    fields = {"outcome": "refused", "answer": "Det gjør du"}
    home.browser("pia").post(f"/over-fristen/{home.plan}/svar-om-opplysninger", data=fields)
    for where in (f"/plan/{home.plan}/historie", home.at("/brev")):
        who = "mona" if where.startswith("/plan") else "kim"
        assert "Jeg bor ikke i Narvik" in home.browser(who).get(where).text


def test_how_long_plans_are_kept_is_the_administrators(home: Home) -> None:
    for name in ("kim", "mona", "liv", "pia"):
        assert home.browser(name).get("/oppbevaring").status_code == 404
    browser = home.browser("adam")
    assert "Ingen planer har stått over tiden." in browser.get("/oppbevaring").text
    assert browser.post("/oppbevaring", data={"years": "0"}).status_code == 422
    assert browser.post("/oppbevaring", data={"years": "10"}).status_code == 303
    assert 'value="10"' in browser.get("/oppbevaring").text
    assert browser.post("/oppbevaring", data={"years": ""}).status_code == 303
