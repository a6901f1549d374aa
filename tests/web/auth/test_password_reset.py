"""A password chosen by a one-time link: which are refused, who gets the link, and for how long it is good."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.auth.accounts import OTHER, PASSWORD, account, carried, first_link, sign_in
from tests.web.conftest import NOW, Clock
from tests.web.town import Town
from web.request.database import db
from web.request.reader import COOKIE
from workflow.record.models import Delivery

pytestmark = pytest.mark.usefixtures("clean_accounts")


@pytest.mark.parametrize("words", ["Passord123456", "Fjellvik 2026!", "inger bakke 1"])
def test_a_password_that_others_guess_is_refused_with_what_to_do(
    app: Flask, client: FlaskClient, town: Town, words: str
) -> None:
    token = first_link(app, town.leader)
    answer = client.post(f"/invitasjon/{token}", data={"password": words, "again": words})
    assert answer.status_code == 422 and "Velg no" in answer.text and words not in answer.text
    done = client.post(f"/invitasjon/{token}", data={"password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 303


def test_the_forgotten_password_is_chosen_anew_by_a_link(
    app: Flask, client: FlaskClient, town: Town, secret: str
) -> None:
    account(app, town.leader)
    for email in ("inger@example.invalid", "ingen@example.invalid"):
        assert "Hvis e-posten er kjent" in client.post("/glemt-passord", data={"email": email}).text
    sent = carried(app, secret)
    assert [to for to, _ in sent] == ["inger@example.invalid"] and carried(app, secret) == []
    for word in ("Inger", "Fjellvik", "plan", "kommune"):
        assert word not in sent[0][1].partition("\r\n\r\n")[2].replace("Planløp", "")
    link = re.findall(r"http://localhost:8000(/invitasjon/\S+)", sent[0][1])[0]
    done = client.post(link, data={"password": OTHER, "again": OTHER})
    assert done.status_code == 303
    assert client.get(link).status_code == 404
    client.post("/logg-ut")
    assert sign_in(client, "inger@example.invalid") == "422"
    assert sign_in(client, "inger@example.invalid", OTHER).startswith("/")
    told = carried(app, secret)
    assert len(told) == 1 and "er endret" in told[0][1]


def test_the_link_is_good_for_half_an_hour_and_no_more_than_three_are_sent(
    app: Flask, client: FlaskClient, town: Town, secret: str, at: Clock
) -> None:
    account(app, town.leader)
    links = []
    for _ in range(5):
        client.post("/glemt-passord", data={"email": "inger@example.invalid"})
        links += [re.findall(r"/invitasjon/\S+", text)[0] for _, text in carried(app, secret)]
    assert len(links) == 3
    assert [client.get(link).status_code for link in links] == [404, 404, 200]
    at(NOW + timedelta(minutes=30))
    assert client.get(links[-1]).status_code == 404


def test_a_link_made_under_another_secret_is_not_sent(
    app: Flask, client: FlaskClient, town: Town
) -> None:
    account(app, town.leader)
    client.post("/glemt-passord", data={"email": "inger@example.invalid"})
    assert carried(app, "another secret") == []
    with app.app_context():
        assert db.session.execute(select(Delivery.state, Delivery.reason)).all() == [
            ("failed", "secret_changed")
        ]


def test_a_link_does_not_pass_by_the_second_factor(
    app: Flask, client: FlaskClient, town: Town, secret: str
) -> None:
    made = account(app, town.leader, secret)
    assert made is not None
    client.post("/glemt-passord", data={"email": "inger@example.invalid"})
    link = re.findall(r"/invitasjon/\S+", carried(app, secret)[0][1])[0]
    done = client.post(link, data={"password": OTHER, "again": OTHER})
    assert done.headers["Location"] == "/logg-inn/kode" and client.get_cookie(COOKIE) is None
    right = client.post("/logg-inn/kode", data={"code": made.at(NOW)})
    assert right.status_code == 303 and client.get_cookie(COOKIE) is not None
