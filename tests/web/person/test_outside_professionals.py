"""A professional from elsewhere: lands on the plan, finds the question to her, and meets no dead link."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import SignedIn
from tests.web.persons import Home, settled
from workflow.rules.names.steps import PlanStep

LINK = re.compile(r'href="(/[^"#]*)"')


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """A fresh plan for each test."""
    return settled(app, signed_in)


def join(kim: Home, name: str, kind: str) -> FlaskClient:
    """Somebody without a role here takes part in Kim's plan."""
    who = {"party_id": kim.world.party[name], "kind": kind, "role": "lærer"}
    kim.world.take("kim", PlanStep.ADD_PARTICIPANT, kim.plan, **who)
    return kim.browser(name)


def dead_links(browser: FlaskClient, page: str) -> list[str]:
    """The links of a page that lead nowhere."""
    links = {one for one in LINK.findall(page) if not one.startswith("/static")}
    return sorted(one for one in links if browser.get(one).status_code >= 400)


def test_a_professional_from_elsewhere_lands_on_the_plan_without_dead_links(kim: Home) -> None:
    vik = join(kim, "vik", "professional")
    answer = vik.get("/", follow_redirects=True)
    assert answer.request.path == f"/plan/{kim.plan}"
    assert dead_links(vik, answer.text) == []
    assert "Planer" in answer.text and "Innkomne" not in answer.text


@pytest.mark.parametrize("kind", ["relative", "volunteer"])
def test_a_relative_or_a_volunteer_lands_on_her_own_page_of_it(kim: Home, kind: str) -> None:
    frida = join(kim, "frida", kind)
    answer = frida.get("/", follow_redirects=True)
    assert answer.request.path == kim.at()
    assert dead_links(frida, answer.text) == []


@pytest.mark.parametrize("joins", [True, False])
def test_who_is_asked_to_coordinate_finds_the_question_where_she_lands(
    kim: Home, joins: bool
) -> None:
    vik = join(kim, "vik", "professional") if joins else kim.browser("vik")
    to = {"to_party_id": kim.world.party["vik"]}
    kim.world.take("mona", PlanStep.OFFER_COORDINATOR, kim.plan, **to)
    answer = vik.get("/", follow_redirects=True)
    assert "koordinator" in answer.text and dead_links(vik, answer.text) == []
    assert "bli-koordinator" in answer.text or "Vil du være koordinator?" in answer.text
    kim.world.take("vik", PlanStep.ACCEPT_COORDINATOR, kim.plan)
    answer = vik.get("/", follow_redirects=True)
    assert answer.request.path == f"/plan/{kim.plan}"
    assert dead_links(vik, answer.text) == []


def test_several_plans_lead_each_to_its_own_page(kim: Home) -> None:
    vik = join(kim, "vik", "professional")
    need = {"person_id": kim.world.party["vik"], "why": "Avlastning"}
    own = kim.world.take("vik", PlanStep.REPORT_NEED, **need).plan_id
    page = vik.get("/min").text
    assert f'href="/plan/{kim.plan}"' in page and f'href="/min/{own}"' in page
