"""A lent screen shows what both may see, says whose it was at each page, and is given back by proof alone."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.conftest import SignedIn
from tests.web.persons import Home, settled
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Consent
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import EVERYTHING, scopes_of, to_stored
from workflow.words.steps.catalogue import URLS

SECRET, LETTER = "Tåler ikke nøtter", "Ring meg i kveld"


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """A fresh plan for each test."""
    return settled(app, signed_in)


def narrow(home: Home, *scopes: str) -> None:
    """Kim shares no more than this with the coordinator."""
    mine = (Consent.plan_id == home.plan, Consent.receiver_id == home.world.party["mona"])
    with unit_of_work(home.world.engine) as session:
        session.execute(update(Consent).where(*mine).values(scopes=to_stored(scopes)))


def looks(home: Home, name: str) -> list[tuple[str, str, bool]]:
    """What the log of looks says of somebody, the oldest first."""
    asked = select(Access.act, Access.ground, Access.refused).where(
        Access.plan_id == home.plan, Access.party_id == home.world.party[name]
    )
    with Session(home.world.engine) as session:
        return [
            (row.act, row.ground, row.refused) for row in session.execute(asked.order_by(Access.id))
        ]


def test_what_is_seen_is_what_both_may_see(kim: Home) -> None:
    kim.world.take("kim", PlanStep.WRITE_HEALTH, kim.plan, words=SECRET)
    own, lent = kim.browser("kim"), kim.browser("mona")
    addresses = [kim.at(rest) for rest in ("", "/planen", "/brev", "/deler", "/folk")]
    assert any(SECRET in own.get(where).text for where in addresses)
    narrow(kim, "goals")
    assert lent.post(kim.at("/sammen")).status_code == 303
    for where in addresses:
        page = lent.get(where)
        assert page.status_code == 200 and SECRET not in page.text, where


def test_messages_that_the_lender_may_not_read_stay_closed(kim: Home) -> None:
    receiver = kim.world.party["ali"]
    kim.world.take("kim", PlanStep.WRITE, kim.plan, words=LETTER, to_party_id=receiver)
    narrow(kim, "goals")
    assert LETTER in kim.browser("kim").get(kim.at("/meldinger")).text
    lent = kim.browser("mona")
    lent.post(kim.at("/sammen"))
    assert LETTER not in lent.get(kim.at("/meldinger")).text


def test_each_page_leaves_a_trace_of_the_lender(kim: Home) -> None:
    lent = kim.browser("mona")
    lent.post(kim.at("/sammen"))
    before = len(looks(kim, "mona"))
    for rest in ("", "/planen", "/folk"):
        assert lent.get(kim.at(rest)).status_code == 200
    told = looks(kim, "mona")[before:]
    assert told == [("beside", "coordinator", False)] * 3
    assert looks(kim, "kim") == []


def test_who_has_looked_is_the_persons_alone(kim: Home) -> None:
    lent = kim.browser("mona")
    lent.post(kim.at("/sammen"))
    for rest in ("/hvem-har-sett", "/hvem-har-sett.csv", "/hvem-har-sett.json"):
        answer = lent.get(kim.at(rest))
        assert answer.status_code == 303 and answer.headers["Location"].endswith(kim.at())


def test_nobody_is_let_in_by_their_own_screen(kim: Home) -> None:
    narrow(kim, "goals")
    lent, mona = kim.browser("mona"), kim.world.party["mona"]
    lent.post(kim.at("/sammen"))
    where = kim.at(f"/steg/{URLS[PlanStep.GIVE_CONSENT]}")
    said = {"party_id": mona, "scopes": sorted(EVERYTHING)}
    answer = lent.post(where, data=said)
    assert answer.status_code == 409 and "som låner deg skjermen" in answer.text
    assert shared(kim, mona) == {"goals"}
    assert kim.browser("kim").post(where, data=said).status_code == 303
    assert shared(kim, mona) == EVERYTHING


def shared(home: Home, party_id: str) -> frozenset[str]:
    """What Kim shares with somebody now."""
    mine = (Consent.plan_id == home.plan, Consent.receiver_id == party_id)
    with Session(home.world.engine) as session:
        stored = session.scalars(
            select(Consent.scopes).where(*mine, Consent.withdrawn_at.is_(None))
        )
        return frozenset().union(*(scopes_of(one) for one in stored))


@pytest.mark.parametrize("ends", ["given back", "sharing stopped"])
def test_whoever_sits_there_proves_nothing_by_giving_it_back(kim: Home, ends: str) -> None:
    lent = kim.browser("mona")
    lent.post(kim.at("/sammen"))
    if ends == "given back":
        answer = lent.post(kim.at("/gi-tilbake"))
    else:
        kim.press(lent, PlanStep.STOP_SHARING_WITH, party_id=kim.world.party["mona"])
        answer = lent.get(kim.at())
    assert answer.status_code == 303 and "/logg-inn" in answer.headers["Location"]
    for where in ("/planer", f"/plan/{kim.plan}", "/venter", kim.at()):
        after = lent.get(where)
        assert after.status_code == 303 and "/logg-inn" in after.headers["Location"], where
    assert "Skjermen er gitt tilbake" in lent.get("/logg-inn").text
