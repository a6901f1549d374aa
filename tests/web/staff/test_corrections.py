"""The page on which what stands wrong of somebody is put right, and another confirms."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import SignedIn
from tests.web.persons import Home, settled
from workflow.record.models import Correction, Party

ADDRESS = "/rett-opplysninger"
NUMBER = "04858012061"
REASON = {"reason": "Står slik i passet"}


@pytest.fixture
def home(app: Flask, signed_in: SignedIn) -> Home:
    return settled(app, signed_in)


def kim(home: Home) -> Party:
    with Session(home.world.engine) as session:
        return session.get_one(Party, home.world.party["kim"])


def test_one_puts_right_and_another_confirms(home: Home) -> None:
    number = home.world.plan(home.plan).number
    leif = home.world.party["leif"]
    fields = {"whom": number, "phone": "911 22 333", "national_id": NUMBER, **REASON}
    liv = home.browser("liv")
    assert liv.post(ADDRESS, data=fields).status_code == 422  # no second human
    assert liv.post(ADDRESS, data={**fields, "confirmer_id": leif}).status_code == 303
    assert (kim(home).phone, kim(home).national_id_hmac) == ("91122333", "")
    assert "Venter på at du bekrefter" not in liv.get(ADDRESS).text
    assert f'href="{ADDRESS}"' in home.browser("leif").get("/meldinger").text
    waits = home.browser("leif").get(ADDRESS).text
    assert "Venter på at du bekrefter" in waits and NUMBER not in waits
    with Session(home.world.engine) as session:
        query = select(Correction.id).where(Correction.answered_at.is_(None))
        key = session.scalars(query).one()
    for value, status in (("05858012181", 422), ("", 422), (NUMBER, 303)):
        said = {"correction_id": key, "value": value}
        answered = home.browser("leif").post(f"{ADDRESS}/bekreft", data=said)
        assert answered.status_code == status
    assert re.fullmatch("[0-9a-f]{64}", kim(home).national_id_hmac)
    assert home.browser("leif").post(f"{ADDRESS}/bekreft", data=said).status_code == 404


@pytest.mark.parametrize(
    "fields", [{"phone": "ukjent"}, {"email": "kari@"}, {"national_id": "1"}, {"whom": "Kim"}]
)
def test_what_is_typed_wrong_is_told_at_its_field(home: Home, fields: dict[str, str]) -> None:
    number = home.world.plan(home.plan).number
    posted = {"whom": number, "name": "Kim Ås", **REASON, **fields}
    answered = home.browser("liv").post(ADDRESS, data=posted)
    assert answered.status_code == 422
    assert f'href="#felt-{next(iter(fields))}"' in answered.text
