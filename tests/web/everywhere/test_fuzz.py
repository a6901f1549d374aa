"""Every form gets what no form expects: no answer breaks, nothing is stored by what is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.web.crawling import Sheet, sheets
from tests.web.everywhere.everything import Whole, address, routes, whole
from tests.web.everywhere.fuzzing import TAG, Attack, attacks
from tests.web.everywhere.sent import KEPT_OF_REFUSED, Sent, nothing_kept
from tests.web.plan_world import Enter
from web.request.database import db
from web.request.reader import COOKIE
from workflow.rules.tables import TRANSITIONS
from workflow.words.steps.catalogue import URLS

FEW_INPUTS, FEW_PAGES = 600, 25
MANY_INPUTS, MANY_PAGES = 35_000, 400
READERS = (
    "kim",
    "mor",
    "frida",
    "mona",
    "ali",
    "sara",
    "per",
    "oda",
    "lars",
    "liv",
    "adam",
    "pia",
    "",
)
# Whom the few inputs come from: one of each office, the person's side, and nobody.
FEW_READERS = ("kim", "frida", "mona", "ali", "oda", "liv", "pia", "")
BROKEN = (
    "Traceback (most recent call last)",
    "sqlalchemy.",
    "psycopg",
    "werkzeug.exceptions",
    'File "/',
)
# What the answer to a form may be; 5xx never.
SANE = {200, 302, 303, 400, 401, 403, 404, 405, 409, 410, 413, 414, 415, 422, 429}


@dataclass
class Range:
    """Everybody's forms, and the count of what was answered."""

    app: Flask
    town: Whole
    tokens: dict[str, str]
    sent: Sent
    forms: list[tuple[str, Sheet]]
    answered: Counter[int] = field(default_factory=Counter)

    def fire(self, name: str, attack: Attack) -> TestResponse:
        """Send a disturbed form as a reader would."""
        browser = self.app.test_client()
        if self.tokens[name]:
            browser.set_cookie(COOKIE, self.tokens[name])
        self.sent.clear()
        if attack.sheet.method == "GET":
            return browser.get(attack.sheet.action, query_string=attack.said)
        many = "multipart/form-data" if attack.sheet.upload else None
        return browser.post(attack.sheet.action, data=attack.body(), content_type=many)


@contextmanager
def range_of(
    app: Flask, scene: str, most_pages: int, readers: Sequence[str] = READERS
) -> Iterator[Range]:
    """A municipality in a situation, and every form that its people find on so many pages each."""
    app.test_client_class = FlaskClient
    town = whole(app, scene)
    enter = Enter(app, town.world)
    tokens = {}
    for name in readers:
        cookie = enter(name).get_cookie(COOKIE) if name else None
        tokens[name] = cookie.value if cookie else ""
    with app.app_context():
        engine = db.engine
    with nothing_kept(engine) as sent:
        forms = [
            (name, sheet)
            for name, token in tokens.items()
            for sheet in sheets(app, token, starts(app, town, name), most_pages)
        ]
        yield Range(app, town, tokens, sent, forms)


def starts(app: Flask, town: Whole, name: str) -> list[str]:
    """Every address, and the page of every step for those who take most of them."""
    ids, plan = town.ids["kim"], town.kim.plan
    addresses = [address(app, rule, ids) for method, rule in routes(app) if method == "GET"]
    if name in ("kim", "frida"):
        addresses += [f"/min/{plan}/steg/{URLS[row]}" for row in TRANSITIONS]
    if name in ("mona", "oda", "liv", "lars"):
        addresses += [f"/plan/{plan}/steg/{URLS[row]}" for row in TRANSITIONS]
    return addresses


def one_input(data: st.DataObject, field_of: Range) -> None:
    """A reader sends a form with its fields disturbed."""
    name = data.draw(st.sampled_from(sorted(field_of.tokens)), label="reader")
    own = [sheet for reader, sheet in field_of.forms if reader == name]
    keys = tuple(field_of.town.ids["nora"].values()) + tuple(field_of.town.ids["kim"].values())
    attack = data.draw(attacks(own, keys), label="attack")
    answer = field_of.fire(name, attack)
    field_of.answered[answer.status_code] += 1
    where = (name, attack.sheet.action, attack.said)
    assert answer.status_code in SANE, (answer.status_code, where)
    body = answer.get_data(as_text=True)
    assert TAG not in body, where
    assert not [word for word in BROKEN if word in body], where
    if answer.status_code >= 400:
        assert field_of.sent.wrote <= KEPT_OF_REFUSED, (field_of.sent.wrote, where)


def bombard(field_of: Range, inputs: int, fresh: bool) -> None:
    """So many inputs, the same at every run or fresh ones."""
    given_so_many = settings(
        max_examples=inputs,
        derandomize=not fresh,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

    @given_so_many
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        one_input(data, field_of)

    run()
    told = ", ".join(f"{status}: {many}" for status, many in sorted(field_of.answered.items()))
    shapes = {sheet.action.partition("?")[0] for _, sheet in field_of.forms}
    sent = sum(field_of.answered.values())
    print(f"\n{sent} inputs on {len(field_of.forms)} forms at {len(shapes)} addresses: {told}")
    assert sent >= inputs


def test_no_form_breaks_and_nothing_refused_is_kept(app: Flask) -> None:
    with range_of(app, "asked", FEW_PAGES, FEW_READERS) as targets:
        bombard(targets, FEW_INPUTS, fresh=False)


@pytest.mark.soak
@pytest.mark.parametrize("scene", ("asked", "requested", "closed"))
def test_a_hundred_thousand_inputs(app: Flask, scene: str) -> None:
    """Three situations, together more than a hundred thousand inputs with fresh seeds."""
    with range_of(app, scene, MANY_PAGES) as targets:
        bombard(targets, MANY_INPUTS, fresh=True)
