"""Every route for every test person, and for nobody, against answers written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.everywhere import route_grid
from tests.web.everywhere.everything import Whole, address, routes, whole
from tests.web.everywhere.sent import nothing_kept
from tests.web.plan_world import Enter
from tests.workflow.scenes import PERSONS
from web.request.reader import COOKIE

PEOPLE = (*(name for name in PERSONS if name not in ("clock", "operator")), "nora", "nils")


@pytest.fixture(scope="module")
def town(app: Flask) -> Whole:
    return whole(app)


@pytest.fixture(scope="module")
def tokens(app: Flask, town: Whole) -> Iterator[dict[str, str]]:
    """The sign-in of each, and none of somebody who has not signed in; nothing they do is kept."""
    app.test_client_class = FlaskClient  # the pages themselves are checked elsewhere
    enter = Enter(app, town.world)
    found = {**{name: token(enter(name)) for name in PEOPLE}, "nobody": ""}
    with nothing_kept(town.world.engine):
        yield found


def token(browser: FlaskClient) -> str:
    """The sign-in that a browser carries."""
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def asks(app: Flask, method: str, address: str, token: str) -> int:
    """The status of one answer to a browser that has done nothing before."""
    browser = app.test_client()
    if token:
        browser.set_cookie(COOKIE, token)
    return browser.open(address, method=method).status_code


def answers(app: Flask, town: Whole, tokens: dict[str, str]) -> dict[str, str]:
    """What each route answers to each: status and names, the commonest refusal left out."""
    found = {}
    for method, rule in routes(app):
        asked = address(app, rule, town.ids["kim"])
        by_status: dict[int, list[str]] = defaultdict(list)
        for name, carried in tokens.items():
            status = asks(app, method, asked, carried)
            by_status[status].append(name)
        found[f"{method} {rule.rule}"] = told(by_status)
        assert max(by_status) < 500, (method, rule, by_status)
    return found


def told(by_status: dict[int, list[str]]) -> str:
    """«200 kim mor · 303 nobody»; everybody who is not named gets 404."""
    parts = [f"{status} {' '.join(names)}" for status, names in sorted(by_status.items())]
    return " · ".join(part for part in parts if not part.startswith("404"))


def test_every_route_answers_everybody_as_written_down(
    app: Flask, town: Whole, tokens: dict[str, str]
) -> None:
    found = answers(app, town, tokens)
    assert found == route_grid.ANSWERS
    print(f"\n{len(found) * len(tokens)} cells: {len(found)} routes, {len(tokens)} readers")
