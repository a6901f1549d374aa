"""Every route for every test person, and for nobody, against answers written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.samples import WHOLE, place
from tests.web.everywhere import route_grid
from tests.web.everywhere.everything import Whole, address, routes, whole
from tests.web.everywhere.sent import nothing_kept
from tests.web.plan_world import Enter
from tests.workflow.scenes import PERSONS
from web.request.reader import COOKIE

PEOPLE = (*(name for name in PERSONS if name not in ("clock", "operator")), "nora", "nils")
REFUSED = 404
MORE = 3  # readers of a route beyond one for each of its answers


@pytest.fixture(scope="module")
def town(app: Flask) -> Whole:
    return whole(app)


@pytest.fixture(scope="module")
def tokens(app: Flask, town: Whole) -> Iterator[dict[str, str]]:
    """The sign-in of each, and none of somebody who has not signed in; nothing they do is kept."""
    app.test_client_class = FlaskClient  # the pages themselves are checked elsewhere
    enter = Enter(app, town.world)
    by_name = {**{name: token(enter(name)) for name in PEOPLE}, "nobody": ""}
    with nothing_kept(town.world.engine):
        yield by_name


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


def by_name(written: str) -> dict[str, int]:
    """The status of each reader: «200 kim mor · 303 nobody»."""
    parts = [part.split() for part in written.split(" · ") if part]
    return {name: int(status) for status, *names in parts for name in names}


def some_of(names: Iterable[str], route: str) -> list[str]:
    """One for each answer that is written down for a route, and a few more; everybody in `make soak`."""
    every = list(names)
    if WHOLE:
        return every
    written, of_status = (
        by_name(route_grid.ANSWERS.get(route, "")),
        defaultdict[int, list[str]](list),
    )
    for name in every:
        of_status[written.get(name, REFUSED)].append(name)
    one_each = {
        those[place(f"{route} {status}", len(those))] for status, those in of_status.items()
    }
    more = {every[place(f"{route} {number}", len(every))] for number in range(MORE)}
    return [name for name in every if name in one_each | more]


def answers(app: Flask, town: Whole, tokens: dict[str, str]) -> dict[str, str]:
    """What each route answers to each who is asked: status and names, the commonest refusal left out."""
    by_route = {}
    for method, rule in routes(app):
        asked, route = address(app, rule, town.ids["kim"]), f"{method} {rule.rule}"
        by_status: dict[int, list[str]] = defaultdict(list)
        for name in some_of(tokens, route):
            status = asks(app, method, asked, tokens[name])
            by_status[status].append(name)
        by_route[route] = told(by_status)
        assert max(by_status) < 500, (method, rule, by_status)
    return by_route


def told(by_status: Mapping[int, list[str]]) -> str:
    """«200 kim mor · 303 nobody»; everybody who is not named gets 404."""
    parts = [f"{status} {' '.join(names)}" for status, names in sorted(by_status.items())]
    return " · ".join(part for part in parts if not part.startswith(str(REFUSED)))


def written_of(route: str, names: Iterable[str]) -> str:
    """What is written down for a route, of those who are asked."""
    by_status: dict[int, list[str]] = defaultdict(list)
    written = by_name(route_grid.ANSWERS[route])
    for name in names:
        by_status[written.get(name, REFUSED)].append(name)
    return told(by_status)


def test_the_sample_meets_everybody_and_every_answer(app: Flask) -> None:
    keys = [f"{method} {rule.rule}" for method, rule in routes(app)]
    assert sorted(keys) == sorted(route_grid.ANSWERS)
    assert {name for key in keys for name in some_of((*PEOPLE, "nobody"), key)} == {
        *PEOPLE,
        "nobody",
    }
    for key in keys:
        known = by_name(route_grid.ANSWERS[key])
        assert set(known.values()) <= {
            known.get(name) for name in some_of((*PEOPLE, "nobody"), key)
        }


@pytest.mark.sampled
def test_every_route_answers_everybody_as_written_down(
    app: Flask, town: Whole, tokens: dict[str, str]
) -> None:
    grid = answers(app, town, tokens)
    assert grid == {route: written_of(route, some_of(tokens, route)) for route in grid}
    print(f"\n{len(grid)} routes, {len(tokens)} readers")
