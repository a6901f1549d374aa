"""Whoever has nothing to do with Nora learns nothing of her: not yours and not there are one answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.samples import WHOLE, place
from tests.web.crawling import KEY, sheets
from tests.web.everywhere.everything import UNDER_A_PLAN, Whole, address, routes, whole
from tests.web.everywhere.sent import KEPT_OF_REFUSED, Sent, nothing_kept
from tests.web.filling import Answers
from tests.web.plan_world import FRESH, Enter
from web.request.database import db
from web.request.reader import COOKIE
from workflow.record.access.open_plan import resolve_access
from workflow.record.models import Base, new_id

# Everybody who stands to Kim's plan, or to none; Nora's has none of them.
OUTSIDE = ("kim", "mor", "frida", "mona", "vik", "ali", "sara", "hege", "nosy")
OFFICES = ("adam", "oda", "lars", "lise", "liv", "pia", "per")
# How each of them stands to Kim's plan: the person's side, who coordinates, who takes part, nobody; and by role.
CLASSES = (
    ("kim", "mor", "frida"),
    ("mona", "vik"),
    ("ali", "sara", "hege"),
    ("nosy",),
    ("adam", "pia"),
    ("oda", "per"),
    ("lars", "lise"),
    ("liv",),
)
FORMS_OF = ("kim", "mona", "ali", "oda")
FORMS_OF_MORE = ("frida", "per", "lars", "liv")
ADDED = ("plan_id", "measure_id", "participant_id")  # hidden fields that nobody asked for
MOST_PAGES = 60


@dataclass
class Site:
    """The application with everybody signed in; nothing that is sent is kept."""

    app: Flask
    town: Whole
    tokens: dict[str, str]
    sent: Sent
    tables: dict[str, str]

    def ask(self, name: str, method: str, where: str, said: Answers | None = None) -> Told:
        """What the reader is told, without what differs from one answer to the next anyway."""
        browser = self.app.test_client()
        browser.set_cookie(COOKIE, self.tokens[name])
        self.sent.clear()
        answer = browser.open(where, method=method, data=said)
        body = FRESH.sub("", KEY.sub("KEY", answer.get_data(as_text=True)))
        wrote = frozenset(self.sent.wrote)
        where_to = KEY.sub("KEY", answer.headers.get("Location", ""))
        return Told(answer.status_code, where_to, body, len(self.sent.statements), wrote)

    def hers_like(self, key: str) -> list[str]:
        """Nora's keys of the same table as this one; all of them where it is of no table."""
        table = self.tables.get(key)
        known, party = self.town.ids["nora"], self.town.world.party
        hers = {known[name] for name in (*UNDER_A_PLAN, "plan_id", "notice_id")}
        hers |= {party["nora"], party["nils"]}
        return sorted(one for one in hers if table and self.tables.get(one) == table)[:2]


@dataclass(frozen=True)
class Told:
    """One answer as it can be compared."""

    status: int
    where_to: str
    body: str
    statements: int
    wrote: frozenset[str]


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[Site]:
    app.test_client_class = FlaskClient
    town = whole(app)
    enter = Enter(app, town.world)
    tokens = {}
    for name in (*OUTSIDE, *OFFICES):
        cookie = enter(name).get_cookie(COOKIE)
        assert cookie is not None
        tokens[name] = cookie.value
    with app.app_context():
        engine = db.engine
    with nothing_kept(engine) as sent:
        yield Site(app, town, tokens, sent, tables(town))


def tables(town: Whole) -> dict[str, str]:
    """Of which table each key in the database is."""
    by_key = {}
    with Session(town.world.engine) as session:
        for table in Base.metadata.sorted_tables:
            if "id" in table.c:
                by_key.update(
                    dict.fromkeys(session.execute(select(table.c.id)).scalars(), table.name)
                )
    return by_key


def test_nobody_of_them_stands_to_nora(site: Site) -> None:
    world = site.town.world
    with Session(world.engine) as session:
        for name in OUTSIDE:
            assert not resolve_access(
                session, world.actor(name), site.town.nora.plan, world.now
            ).relations


def of_a_plan(app: Flask) -> list[tuple[str, Rule]]:
    """The addresses that name a plan or something under one."""
    named = {"plan_id", "notice_id", "delivery_id", "emergency_id", "finding_id"}
    named |= {"crossing_id", *UNDER_A_PLAN}
    return [(method, rule) for method, rule in routes(app) if rule.arguments & named]


def some_of(names: Sequence[str], rule: Rule) -> list[str]:
    """One of each class, another at another route; all of them in `make soak`."""
    if WHOLE:
        return list(names)
    alike = [[name for name in one if name in names] for one in CLASSES]
    return [those[place(rule.rule, len(those))] for those in alike if those]


def test_every_outsider_is_of_a_class_and_met_somewhere(app: Flask) -> None:
    assert sorted(name for one in CLASSES for name in one) == sorted((*OUTSIDE, *OFFICES))
    assert {*FORMS_OF, *FORMS_OF_MORE} <= {*OUTSIDE, *OFFICES}
    met = {name for _, rule in of_a_plan(app) for name in some_of((*OUTSIDE, *OFFICES), rule)}
    assert met == {*OUTSIDE, *OFFICES}


@pytest.mark.sampled
def test_an_address_of_hers_is_an_address_of_nothing(site: Site) -> None:
    """Each route with all her keys, against keys of nothing: the same answer, as much work."""
    compared = 0
    for method, rule in of_a_plan(site.app):
        hers = address(site.app, rule, site.town.ids["nora"])
        nothing = address(site.app, rule, with_keys_of_nothing(site.town.ids["nora"]))
        for name in some_of(OUTSIDE, rule):
            first, second = site.ask(name, method, hers), site.ask(name, method, nothing)
            assert first == second, (method, rule.rule, name)
            assert first.status in (403, 404), (method, rule.rule, name, first.status)
            assert first.wrote <= KEPT_OF_REFUSED, (method, rule.rule, name, first.wrote)
            compared += 1
    print(f"\n{compared} addresses of Nora's tried, none told from nothing")


def with_keys_of_nothing(known: Mapping[str, str]) -> dict[str, str]:
    """The same names, each with a key that nothing has."""
    return {name: new_id() if KEY.fullmatch(value) else value for name, value in known.items()}


@pytest.mark.sampled
def test_something_of_hers_under_a_plan_of_ones_own(site: Site) -> None:
    """Kim's plan in the address, and under it what is Nora's: as if it did not exist."""
    kims, compared = site.town.ids["kim"]["plan_id"], 0
    for method, rule in of_a_plan(site.app):
        if "plan_id" not in rule.arguments or len(rule.arguments) == 1:
            continue
        noras = site.town.ids["nora"]
        mixed = address(site.app, rule, {**noras, "plan_id": kims})
        nothing = address(site.app, rule, {**with_keys_of_nothing(noras), "plan_id": kims})
        for name in some_of((*OUTSIDE, *OFFICES), rule):
            assert site.ask(name, method, mixed) == site.ask(name, method, nothing), (rule, name)
            compared += 1
    print(f"\n{compared} addresses with something of Nora's under Kim's plan")


@pytest.mark.parametrize(
    "name", (*FORMS_OF, *(pytest.param(name, marks=pytest.mark.soak) for name in FORMS_OF_MORE))
)
def test_a_key_of_hers_in_a_form_is_a_key_of_nothing(site: Site, name: str) -> None:
    """Every key that a form carries is swapped for Nora's of the same kind, and for one of nothing.

    Hidden fields that a form does not have are sent along too.
    """
    tried = 0
    for sheet in sheets(site.app, site.tokens[name], starts(site, name), MOST_PAGES):
        if sheet.method != "POST" or site.town.nora.plan in sheet.action:
            continue  # an office that stands to both reads Nora's pages by right
        for one, other in pairs(site, sheet.said):
            first = site.ask(name, "POST", sheet.action, one)
            second = site.ask(name, "POST", sheet.action, other)
            assert alike(first) == alike(second), (sheet.page, sheet.action, one)
            tried += 1
    print(f"\n{name}: {tried} keys in forms")


def starts(site: Site, name: str) -> list[str]:
    """Where the reader begins: every address that opens without a form."""
    ids = site.town.ids["kim"]
    return [address(site.app, rule, ids) for method, rule in routes(site.app) if method == "GET"]


def pairs(site: Site, said: Answers) -> Iterator[tuple[Answers, Answers]]:
    """The form with a key of Nora's, and the same form with a key of nothing."""
    for name in ADDED:
        yield {**said, name: [site.town.ids["nora"][name]]}, {**said, name: [new_id()]}
    for field, values in said.items():
        for key in values:
            if KEY.fullmatch(key) and not field.startswith("_"):
                for hers in site.hers_like(key):
                    yield with_key(said, field, key, hers), with_key(said, field, key, new_id())


def alike(told: Told) -> tuple[object, ...]:
    """What must not differ between hers and nothing, once a form has come through the door."""
    return told.status, told.where_to, told.body, told.wrote


def with_key(said: Answers, field: str, old: str, new: str) -> Answers:
    """The form with one key exchanged."""
    return {
        name: [new if name == field and v == old else v for v in vs] for name, vs in said.items()
    }


def test_it_takes_no_longer_to_be_refused_hers(site: Site) -> None:
    """Printed, not asserted: the work is the same by the count of statements above."""
    noras = site.town.ids["nora"]["plan_id"]
    hers = [timed(site, f"/plan/{noras}") for _ in range(30)]
    nothing = [timed(site, f"/plan/{new_id()}") for _ in range(30)]
    print(f"\nrefused hers / refused nothing: {median(hers) / median(nothing):.2f}")


def timed(site: Site, where: str) -> float:
    """Seconds until Mona is told no."""
    since = perf_counter()
    assert site.ask("mona", "GET", where).status == 404
    return perf_counter() - since
