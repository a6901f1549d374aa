"""A word of each scope, looked for in every page, print, file and form of everybody the plan is shared with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.canaries import CANARY, LETTERS, OWN, Aviary, aviary
from tests.samples import WHOLE, place
from tests.web.conftest import NOW
from tests.web.crawling import crawled
from tests.web.plan_world import Enter
from tests.world import make_world
from web.request.database import db
from workflow.record.access.open_plan import scopes_towards
from workflow.record.models import Document, Measure
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import (
    CALENDAR,
    EVERYTHING,
    MEASURES,
    MESSAGES,
    SCOPES,
    to_stored,
)
from workflow.rules.tables import COMPOSITE_BY_NAME, TRANSITIONS
from workflow.words.labels.not_shared import NOT_SHARED
from workflow.words.steps.catalogue import URLS

READERS = ("mona", "vik", "ali", "frida", "hege", "oda")
SHARED = ("goals calendar documents", "measures messages health")
ASKING = ("mona", "ali")
MOST = 10  # pages beyond those named
OWN_ACCOUNT = re.compile(r"^/min-konto|/bevis")
CHOICES = st.sets(st.sampled_from(SCOPES), min_size=1).map(frozenset)


@pytest.fixture(scope="module")
def birds(app: Flask) -> Iterator[Aviary]:
    with app.app_context():
        flock = aviary(make_world(db.engine))
    flock.world.now = NOW
    app.extensions["planlop_clock"] = lambda: flock.world.now
    yield flock


@pytest.fixture(scope="module")
def enter(app: Flask, birds: Aviary) -> Enter:
    return Enter(app, birds.world)


def addresses(birds: Aviary) -> list[str]:
    """The first address of every path to what stands in a plan."""
    plan = birds.plan
    with Session(birds.world.engine) as session:
        papers = session.scalars(select(Document.id).where(Document.plan_id == plan)).all()
    return [
        "/",
        "/planer",
        "/planer?sorter=frist&bare=over",
        "/sok",
        "/kalender",
        "/meldinger",
        "/venter",
        "/innkomne",
        f"/plan/{plan}",
        f"/plan/{plan}/historie",
        f"/plan/{plan}/moter",
        f"/plan/{plan}/evaluering",
        f"/plan/{plan}/fem-sporsmal",
        f"/min/{plan}",
        f"/papir/{plan}",
        f"/papir/{plan}?skrift=stor",
        f"/sak/{plan}",
        *(f"/plan/{plan}/mote/{one}" for one in birds.meetings),
        *(f"/papir/{plan}/brev/{one}" for one in papers),
    ]


def forms(birds: Aviary) -> list[str]:
    """Every step's page, about a measure of the person's, one's own, and a meeting; both sides."""
    plan = birds.plan
    with Session(birds.world.engine) as session:
        first = select(Measure.id).where(Measure.plan_id == plan, Measure.text == CANARY[MEASURES])
        measures = [session.scalars(first).all()[0], birds.own["ali"]]
    about: dict[str, list[str]] = {"plan": [""], "measure": measures, "meeting": birds.meetings[:1]}
    pages = [f"/plan/{plan}/steg/{URLS[one]}" for one in COMPOSITE_BY_NAME]
    for row in TRANSITIONS.values():
        for key in about[row.machine]:
            pages.append(f"/plan/{plan}/steg/{URLS[row.name]}" + (f"?subject={key}" if key else ""))
            pages.append(f"/min/{plan}/steg/{URLS[row.name]}" + (f"/{key}" if key else ""))
    return pages


def linked(browser: FlaskClient, first: list[str]) -> dict[str, str]:
    """Those pages, and what links on them lead to."""
    browser.post("/sok", data={"q": "Kim"})
    return crawled(browser, first, MOST + len(first), OWN_ACCOUNT)


def opened(browser: FlaskClient, *first: str) -> dict[str, str]:
    """Those pages and no others."""
    browser.post("/sok", data={"q": "Kim"})
    return {address: browser.get(address).get_data(as_text=True) for address in first}


def unchecked(browser: FlaskClient) -> FlaskClient:
    """The same reader without the page checker: a form is only searched for words."""
    browser.__class__ = FlaskClient
    return browser


def must_not_stand(birds: Aviary, name: str) -> set[str]:
    """The words of scopes that are hidden from a reader now, and of others' measures."""
    world = birds.world
    with Session(world.engine) as session:
        scopes = scopes_towards(session, world.actor(name), birds.plan, world.now)
    words = {word for scope, word in CANARY.items() if scope not in scopes}
    if MESSAGES not in scopes:
        mine = {"mona": ("mona", "ali"), "ali": ("ali",)}.get(name, ())
        words |= {word for whom, word in LETTERS.items() if whom not in mine}
    own = "mona" if name == "vik" else name
    if MEASURES not in scopes:
        words |= {word for who, word in OWN.items() if who != own}
    return words


def leaks(pages: dict[str, str], words: set[str]) -> dict[str, list[str]]:
    hits = {where: [word for word in words if word in text] for where, text in pages.items()}
    return {where: told for where, told in hits.items() if told}


@pytest.mark.sampled
@settings(max_examples=40 if WHOLE else 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    choice=st.fixed_dictionaries(
        {name: st.none() | CHOICES for name in ("mona", "ali", "frida", "hege")}
    )
)
def test_no_page_shows_a_word_that_is_not_shared(
    birds: Aviary, enter: Enter, choice: dict[str, frozenset[str] | None]
) -> None:
    for name, scopes in choice.items():
        birds.share(name, None if scopes is None else to_stored(scopes))
    for name in READERS:
        pages = opened(enter(name), *addresses(birds))
        assert leaks(pages, must_not_stand(birds, name)) == {}, (name, choice)


@pytest.mark.parametrize("scope", SCOPES)
def test_no_page_shows_a_word_of_one_scope_taken_away(
    birds: Aviary, enter: Enter, scope: str
) -> None:
    """Everything but one: the words are gone from every page, and one line says so."""
    for name in ("mona", "ali", "frida", "hege"):
        birds.share(name, to_stored(EVERYTHING - {scope}))
    looked = 0
    for name in ("mona", "ali", "hege"):
        pages = linked(enter(name), addresses(birds))
        looked += len(pages)
        assert leaks(pages, must_not_stand(birds, name)) == {}, name
        assert NOT_SHARED[scope] in pages[f"/papir/{birds.plan}"], name
        if name != "hege":
            assert NOT_SHARED[scope] in pages[f"/plan/{birds.plan}"], name
    print(f"without {scope}: {looked} pages looked through")


def some_of(forms: list[str], nth: int) -> list[str]:
    """Every third step, another third for the next reader; all of them by `make soak`."""
    steps = [
        address.partition("/steg/")[2].partition("?")[0].partition("/")[0] for address in forms
    ]
    return [
        one for one, step in zip(forms, steps, strict=True) if WHOLE or place(step, 3) == nth % 3
    ]


def test_each_step_is_asked_by_somebody(birds: Aviary) -> None:
    asked = [set(some_of(forms(birds), nth)) for nth in range(len(SHARED) * len(ASKING))]
    assert set[str]().union(*asked) == set(forms(birds))
    assert all(one >= set(some_of(forms(birds), 0)) for one in asked[::3])


@pytest.mark.sampled
@pytest.mark.parametrize("shared", SHARED)
def test_no_form_shows_a_word_that_is_not_shared(birds: Aviary, enter: Enter, shared: str) -> None:
    """Every step's questions, what they are filled with and what their pickers offer."""
    for nth, name in enumerate(ASKING, len(ASKING) * SHARED.index(shared)):
        birds.share(name, shared)
        browser, pages = unchecked(enter(name)), dict[str, str]()
        for address in some_of(forms(birds), nth):
            answer = browser.get(address)
            assert answer.status_code < 500, address
            pages[address] = answer.get_data(as_text=True)
        assert leaks(pages, must_not_stand(birds, name)) == {}, name
        print(f"{name} with {shared}: {len(pages)} forms looked through")


def test_the_look_would_find_them(birds: Aviary, enter: Enter) -> None:
    """With all of it shared the words stand there, and no line says that something is not."""
    for name in ("mona", "ali", "frida", "hege"):
        birds.share(name, "")
    for name in ("mona", "ali"):
        pages = linked(enter(name), addresses(birds))
        every = "".join(pages.values())
        assert [word for word in CANARY.values() if word not in every] == []
        assert not any(line in every for line in NOT_SHARED.values())


@pytest.mark.parametrize(
    "way",
    [
        PlanStep.STOP_SHARING_WITH,
        PlanStep.STOP_SHARING,
        PlanStep.WITHDRAW_CONSENT,
        PlanStep.GIVE_CONSENT,
    ],
)
def test_what_is_taken_away_is_gone_the_next_moment(
    app: Flask, enter: Enter, birds: Aviary, way: str
) -> None:
    """Signed in, pages open, a form on the screen: after the person's press nothing more comes."""
    with app.app_context():
        fresh = aviary(make_world(db.engine))
    fresh.world.now = NOW
    for name in ("mona", "ali", "frida", "hege"):
        fresh.share(name, "")
    inside = Enter(app, fresh.world)
    browsers = {name: inside(name) for name in ("mona", "ali", "frida")}
    for browser in (browsers["ali"],):
        assert CANARY[CALENDAR] in "".join(opened(browser, *addresses(fresh)).values())
    world, plan = fresh.world, fresh.plan
    for name in browsers if way in (PlanStep.STOP_SHARING_WITH, PlanStep.GIVE_CONSENT) else ["ali"]:
        if way == PlanStep.STOP_SHARING_WITH:
            world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party[name])
        elif way == PlanStep.GIVE_CONSENT:
            world.take(
                "kim", PlanStep.GIVE_CONSENT, plan, party_id=world.party[name], scopes=["goals"]
            )
        else:
            world.take("kim", way, plan)
    world.now += timedelta(seconds=1)
    birds_now, birds.world.now = birds.world.now, world.now
    for name, browser in browsers.items():
        pages = opened(browser, *addresses(fresh))
        assert leaks(pages, must_not_stand(fresh, name)) == {}, name
    birds.world.now = birds_now
