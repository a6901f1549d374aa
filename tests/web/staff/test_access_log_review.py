"""Loggkontroll on screen: the months, the findings without the person's name, the answers and the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, SignedIn
from tests.web.persons import Home, settled
from workflow.acts.privacy import access_log_review
from workflow.record.access.open_plan import write_trace
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, LogFinding, LogReview

SATURDAY = datetime(2026, 2, 14, 11, 0, tzinfo=UTC)


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    home = settled(app, signed_in)
    with unit_of_work(home.world.engine) as session:
        write_trace(
            session, home.world.actor("mona"), "read", "coordinator", SATURDAY, plan_id=home.plan
        )
        access_log_review.make(session, "2026-02", NOW)
    return home


def finding(kim: Home) -> str:
    with Session(kim.world.engine) as session:
        return session.scalars(select(LogFinding.id)).one()


def test_the_privacy_officer_answers_and_finishes_the_month(kim: Home) -> None:
    pia, month = kim.browser("pia"), "/loggkontroll/2026-02"
    assert "Loggkontrollen for februar 2026 venter." in pia.get("/meldinger").text
    assert month in pia.get("/loggkontroll").text
    page = pia.get(month).text
    assert "Så i planer på uvanlige tider" in page and "Mona" in page
    assert "Kim" not in page and "Husleie" not in page and "Måneden er ferdig" not in page
    early = pia.post(f"{month}/ferdig", follow_redirects=True)
    assert "Svar på alle funnene først." in early.text
    where = f"{month}/{finding(kim)}"
    assert "Kim" not in pia.get(where).text
    assert pia.post(where, data={"outcome": "explained", "answer": ""}).status_code == 422
    assert pia.post(where, data={"outcome": "fine", "answer": "Ja"}).status_code == 422
    answer = pia.post(where, data={"outcome": "explained", "answer": "Hadde vakt"})
    assert (answer.status_code, answer.location) == (303, month)
    assert "Det har en god forklaring" in pia.get(month).text
    assert "Hadde vakt" in pia.get(where).text
    done = pia.post(f"{month}/ferdig", follow_redirects=True)
    assert "Måneden er ferdig kontrollert." in done.text
    assert pia.post(where, data={"outcome": "explained", "answer": "Igjen"}).status_code == 404
    assert "Loggkontrollen for" not in pia.get("/meldinger").text
    with Session(kim.world.engine) as session:
        officer = Access.party_id == kim.world.party["pia"]
        seen = session.scalars(select(Access.plan_ids).where(officer, Access.act == "log_review"))
        assert set(seen) == {kim.plan}


def test_nobody_else_sees_it_and_months_that_are_not_there_are_not_there(kim: Home) -> None:
    for name in ("mona", "lars", "liv", "adam", "kim", "nosy", "berit"):
        browser = kim.browser(name)
        for where in ("", "/2026-02", f"/2026-02/{finding(kim)}"):
            assert browser.get(f"/loggkontroll{where}").status_code == 404, name
    pia = kim.browser("pia")
    for where in ("/2026-01", "/2026-99", "/nei", "/2026-02/nei", f"/2026-01/{finding(kim)}"):
        assert pia.get(f"/loggkontroll{where}").status_code == 404


def test_a_late_review_is_told_who_leads_the_privacy_officer(kim: Home) -> None:
    lise = kim.browser("lise")
    assert "Loggkontrollen" not in lise.get("/meldinger").text
    with unit_of_work(kim.world.engine) as session:
        session.execute(update(LogReview).values(made_at=NOW - timedelta(days=15)))
    late = "Loggkontrollen for februar 2026 har ventet i mer enn to uker."
    assert late in lise.get("/meldinger").text
    assert late in kim.browser("pia").get("/meldinger").text
    assert "Loggkontrollen" not in kim.browser("lars").get("/meldinger").text
