"""The person asks for access on her own page; the privacy officer answers and sees nothing of the plan."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import SignedIn
from tests.web.persons import Home, settled
from workflow.record.models import Wish
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.catalogue import URLS

ASKED = "Alt som står om meg siden i vår"


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """A fresh plan."""
    return settled(app, signed_in)


def asked(kim: Home) -> Wish:
    with Session(kim.world.engine) as session:
        wanted = select(Wish).where(Wish.plan_id == kim.plan, Wish.kind == "access")
        return session.scalars(wanted).one()


def test_the_person_asks_and_reads_the_answer(kim: Home) -> None:
    browser = kim.browser("kim")
    assert "Be om innsyn" in browser.get(kim.at("/rettigheter")).text
    page = browser.get(kim.at("/steg/be-om-innsyn")).text
    assert "Du får svar innen en måned." in page
    assert browser.post(kim.at("/steg/be-om-innsyn"), data={"words": ASKED}).status_code == 303
    assert asked(kim).words == ASKED
    assert f"Jeg ber om innsyn. {ASKED}" in browser.get(kim.at("/meldinger")).text

    officer = kim.browser("pia")
    where = f"/over-fristen/{kim.plan}/svar-pa-innsyn"
    assert where in officer.get("/meldinger").text
    page = officer.get(where).text
    assert ASKED in page and "innen en måned (lov)" in page
    assert "Kim" not in page and "Beholde leiligheten" not in page
    assert officer.post(where, data={"answer": ""}).status_code == 422
    answer = officer.post(where, data={"answer": "Du fikk en kopi på papir"})
    assert (answer.status_code, answer.location) == (303, "/meldinger")
    assert "Du fikk en kopi på papir" in browser.get(kim.at("/meldinger")).text


def test_nobody_else_answers_and_the_coordinator_does_not_either(kim: Home) -> None:
    browser = kim.browser("kim")
    assert browser.post(kim.at("/steg/be-om-innsyn"), data={"words": ASKED}).status_code == 303
    where = f"/over-fristen/{kim.plan}/svar-pa-innsyn"
    for name in ("mona", "lars", "liv", "nosy"):
        assert kim.browser(name).get(where).status_code == 404, name
    officer = kim.browser("pia")
    for step_name in (
        PlanStep.ASK_COORDINATOR,
        PlanStep.ACCEPT_NEW_REVIEW_DATE,
        PlanStep.PROPOSE_COORDINATOR,
        PlanStep.OFFER_COORDINATOR,
    ):
        assert officer.get(f"/over-fristen/{kim.plan}/{URLS[step_name]}").status_code == 404
    page = kim.browser("mona").get(f"/plan/{kim.plan}/steg/svar").text
    assert ASKED not in page
