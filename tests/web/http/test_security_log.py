"""What the doors write in the log of security events, and that no name or word gets into it."""

from __future__ import annotations

import json
import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.conftest import SignedIn
from tests.web.town import Town
from web.request.database import db
from workflow.record.models import Party
from workflow.security_log import LOGGER, OneLine

NOWHERE = "01935d3e-7a1b-7c3d-8e4f-1234567890ab"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines as they are written."""
    return [OneLine().format(one) for one in caplog.records if one.name == LOGGER]


def test_a_day_at_the_doors_leaves_no_name_in_the_log(
    app: Flask,
    client: FlaskClient,
    signed_in: SignedIn,
    town: Town,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    client.post(
        "/logg-inn", data={"email": "kim@example.invalid", "password": "15857012345 sekret"}
    )
    client.post("/logg-inn/demo", data={"party": town.coordinator, "next": "//ond.example/Kim"})
    mona = signed_in(town.coordinator)
    mona.post("/sok", data={"q": "Kim Olsen"})
    mona.get("/sok")
    mona.get(f"/plan/{NOWHERE}?grunn=Kim+har+det+vondt", headers={"User-Agent": "Kim Olsen"})
    mona.get("/finnes-ikke/Kim%0aOlsen")
    mona.post("/skrift", headers={"Sec-Fetch-Site": "cross-site", "Referer": "https://x/Kim"})
    mona.post("/logg-ut")
    written = lines(caplog)
    events = {json.loads(line)["event"] for line in written}
    assert {"sign_in", "sign_in_failed", "refused", "redirect_refused", "csrf"} <= events
    with app.app_context():
        names = set(db.session.scalars(select(Party.name)))
    words = {word.lower() for name in names for word in name.split() if len(word) > 2}
    told = " ".join(written).lower()
    assert words and not {word for word in words if re.search(rf"\b{re.escape(word)}\b", told)}
    assert (
        "@" not in told
        and "sekret" not in told
        and "vondt" not in told
        and "15857012345" not in told
    )
    assert all("\n" not in line and json.loads(line)["at"].endswith("+00:00") for line in written)


def test_a_refusal_names_who_what_and_which_plan(
    signed_in: SignedIn, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    signed_in(town.coordinator).get(f"/plan/{NOWHERE}")
    line = json.loads(lines(caplog)[-1])
    assert (line["event"], line["status"], line["plan"]) == ("refused", 404, NOWHERE)
    assert line["party"] == town.coordinator and line["endpoint"] == "staff.plan"
    assert line["address"] == "127.0.0.1" and line["session"]
