"""The plan, letters and complaints on paper: the practitioners' table, both sizes, the trace."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import SignedIn
from tests.web.persons import Home, settled
from workflow.record.models import Access
from workflow.rules.names.steps import MeasureStep, PlanStep


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """A fresh plan for each test."""
    return settled(app, signed_in)


def test_the_table_practitioners_draw(kim: Home) -> None:
    world = kim.world
    world.take(
        "kim", PlanStep.SET_WHAT_MATTERS, kim.plan, most_important="Å få beholde leiligheten"
    )
    world.take("mona", MeasureStep.DONE, kim.plan, kim.measure)
    world.take("mona", MeasureStep.EVALUATE, kim.plan, kim.measure, agreed_how="spoken")
    page = kim.browser("kim").get(f"/papir/{kim.plan}").text
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page)
    assert heads[:4] == ["Tiltak", "Ansvarlig", "Fullført", "Evaluert"]
    row = re.findall(r"<td data-label[^>]*>(.*?)</td>", page)
    assert row == ["Ringe Nav", "Mona sammen med Kim", "9. mars", "9. mars ✓"]
    for words in (
        "Å få beholde leiligheten",
        "Betale husleia",
        "koordinator",
        "Ali",
        "tel:900",
        "Planen gir ikke i seg selv rett til tjenester.",
    ):
        assert words in page


def test_normal_and_large_type(kim: Home) -> None:
    browser = kim.browser("kim")
    normal = browser.get(f"/papir/{kim.plan}").text
    large = browser.get(f"/papir/{kim.plan}?skrift=stor").text
    assert 'class="paper"' in normal and "Stor skrift" in normal
    assert 'class="paper large"' in large and "Vanlig skrift" in large


def test_prints_leave_a_trace_but_ones_own_does_not(kim: Home) -> None:
    for name in ("kim", "mona", "mor"):
        assert kim.browser(name).get(f"/papir/{kim.plan}").status_code == 200
    assert kim.browser("nosy").get(f"/papir/{kim.plan}").status_code == 404
    with Session(kim.world.engine) as session:
        rows = session.execute(
            select(Access.party_id, Access.refused).where(
                Access.plan_id == kim.plan, Access.act == "print"
            )
        ).all()
    party = kim.world.party
    assert {(who, bool(no)) for who, no in rows} == {
        (party["mona"], False),
        (party["mor"], False),
        (party["nosy"], True),
    }
    page = kim.browser("kim").get(kim.at("/hvem-har-sett")).text
    assert "Mona" in page and "Mor" in page


def test_proposals_and_refusals_stay_off_the_paper(kim: Home) -> None:
    world = kim.world
    world.take("mona", MeasureStep.PROPOSE, kim.plan, text="Bare et forslag")
    put_away = world.take("mona", MeasureStep.PROPOSE, kim.plan, text="Sagt nei til").subject_id
    world.take("kim", MeasureStep.REFUSE, kim.plan, put_away)
    page = kim.browser("mona").get(f"/papir/{kim.plan}").text
    assert "Bare et forslag" not in page and "Sagt nei til" not in page


def test_letters_are_for_the_person_and_those_who_wrote_them(kim: Home) -> None:
    letters = kim.browser("kim").get(kim.at("/brev")).text
    where = re.search(r'href="(/papir/[^"]+/brev/[^"]+)"', letters)
    assert where
    assert kim.browser("kim").get(where[1]).status_code == 200
    assert kim.browser("oda").get(where[1]).status_code == 200
    assert kim.browser("mor").get(where[1]).status_code == 404
    assert kim.browser("kim").get(f"/papir/{kim.plan}/brev/finnes-ikke").status_code == 404
