"""The operations page: one sentence that says how it goes, and the messages that a hand may send again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from tests.web.conftest import NOW, Enter, world_of
from tests.world import World
from web.http.sweep_alarm import LOOKED
from workflow.acts.deadlines.sweep import sweep
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Delivery, Heartbeat, Notice, new_id
from workflow.record.operations import heartbeats

PAGE = '<p><a class="ds-link" href="/drift'
PARTS = ("delivery", "janitor", "seal_access", "worker:tjener-1", "scheduler:tjener-2")


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    here = world_of(app)
    yield here
    with unit_of_work(here.engine) as session:
        session.execute(delete(Heartbeat))


def running(world: World, minutes: int = 0) -> None:
    """Everything was done so many minutes ago."""
    then = NOW - timedelta(minutes=minutes)
    sweep(world.engine, then)
    with unit_of_work(world.engine) as session:
        for name in PARTS:
            heartbeats.beat(session.connection(), name, then, {})


def broken(world: World, state: str) -> list[str]:
    """A plan, whose messages have all come to this."""
    world.requested()
    with unit_of_work(world.engine) as session:
        ended = {"state": state, "reason": "SMTPResponseException 550", "ended_at": NOW}
        session.execute(update(Delivery).values(**ended))
        return list(session.execute(select(Delivery.id)).scalars())


def top(html: str) -> str:
    match = re.search(r'class="ds-paragraph first">([^<]*)<', html)
    assert match
    return match[1]


def test_all_is_well(world: World, enter: Enter) -> None:
    running(world)
    html = enter("adam").get("/drift").text
    assert top(html) == "Alt går som det skal."
    assert "tjener-1" in html and "tjener-2" in html
    assert "Køen svarer ikke." in html  # the tests have no broker, and the page comes all the same


def test_an_outage_is_the_first_sentence(world: World, enter: Enter) -> None:
    running(world, minutes=12)
    html = enter("adam").get("/drift").text
    assert top(html) == "Ingen har sett etter frister på 12 minutter. Start arbeideren på nytt."
    assert "svarer ikke" in html


def test_nobody_but_the_administrator_comes_in(world: World, enter: Enter) -> None:
    for name in ("mona", "lars", "liv", "pia", "kim"):
        browser = enter(name)
        assert browser.get("/drift").status_code == 404
        for address in ("/drift/prov-alle", "/drift/x/prov-igjen", "/drift/x/send-igjen"):
            assert browser.post(address).status_code == 404


def test_a_failed_message_is_tried_again_by_hand(world: World, enter: Enter) -> None:
    running(world)
    (key, *rest) = broken(world, "failed")
    browser = enter("adam")
    html = browser.get("/drift").text
    assert f"/drift/{key}/prov-igjen" in html and "550" in html and "Kim" not in html
    assert browser.post(f"/drift/{key}/prov-igjen").status_code == 303
    assert "Beskjeden sendes på nytt." in browser.get("/drift").text
    assert browser.post("/drift/prov-alle").status_code == 303
    with unit_of_work(world.engine) as session:
        states = select(Delivery.state).where(Delivery.id.in_([key, *rest]))
        assert set(session.execute(states).scalars()) == {"waiting"}
        traced = select(Access).where(Access.act == "send_again")
        assert {row.party_id for row in session.execute(traced).scalars()} == {world.party["adam"]}


def test_an_unknown_message_is_sent_again_after_a_warning(world: World, enter: Enter) -> None:
    running(world)
    (key, *_) = broken(world, "unknown")
    browser = enter("adam")
    assert "to ganger" in browser.get("/drift").text
    assert browser.post(f"/drift/{key}/prov-igjen").status_code == 303  # it did not fail
    assert "Den er alt sendt på nytt." in browser.get("/drift").text
    assert browser.post(f"/drift/{key}/send-igjen").status_code == 303
    with unit_of_work(world.engine) as session:
        assert session.get_one(Delivery, key).state == "waiting"


def test_a_message_that_nobody_got_is_not_there(world: World, enter: Enter) -> None:
    running(world)
    broken(world, "failed")
    assert enter("adam").post(f"/drift/{new_id()}/prov-igjen").status_code == 404


def test_a_page_of_the_staff_tells_of_an_outage(app: Flask, world: World, enter: Enter) -> None:
    running(world, minutes=12)
    browser = enter("mona")
    told = select(Notice.recipient_id).where(Notice.code == "O.sweep")
    for since, count in ((0, 0), (61, 1), (61, 1)):
        app.extensions[LOOKED][""] -= since
        assert browser.get("/planer").status_code == 200
        with unit_of_work(world.engine) as session:
            assert len(session.execute(told).all()) == count
    notice = enter("adam").get("/meldinger").text
    assert "Se siden Drift." in notice and f'{PAGE}"' in notice
