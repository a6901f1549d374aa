"""Two municipalities on one application that hand plans over to each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.servers.databases import Backend
from tests.servers.installation import Installation, installed
from tests.web.conftest import NOW, CheckedClient
from tests.web.filling import said
from tests.workflow.crossing.pair import Entry, Pair, Side
from tests.world import World, make_world
from web import create_app
from web.request.municipality import POOLS
from web.request.reader import COOKIE
from workflow.acts.accounts.sessions import open_session
from workflow.acts.neighbours import directory
from workflow.acts.neighbours.keys import Keyring
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party

NAMES = {"9101": "Narvik", "9102": "Bodø"}
HERE, THERE = NAMES


class HostClient(CheckedClient):
    """A browser at one municipality's host."""

    home = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """The answer of that host."""
        kwargs.setdefault("base_url", self.home)
        return super().open(*args, **kwargs)


@dataclass
class TwoPlaces:
    """The installation, its application and the two sides; `pair.talk()` carries what waits."""

    installation: Installation
    app: Flask
    pair: Pair
    _browsers: dict[tuple[str, str], HostClient] = field(default_factory=dict)

    @property
    def here(self) -> World:
        """The sender's world."""
        return self.pair.here.world

    @property
    def there(self) -> World:
        """The receiver's world."""
        return self.pair.there.world

    def later(self, **span: float) -> None:
        """Time passes for both records and for their pages; everybody signs in anew."""
        self.pair.later(**span)
        self._browsers.clear()
        self.app.extensions["planlop_clock"] = lambda: self.pair.now

    def browser(self, code: str, name: str) -> HostClient:
        """The browser of somebody of a municipality, at its host."""
        if (code, name) not in self._browsers:
            host = self.installation.places[code].host
            browser = self.app.test_client()
            assert isinstance(browser, HostClient)
            browser.home = f"http://{host}"
            browser.set_cookie(COOKIE, self.token(code, name), domain=host)
            self._browsers[code, name] = browser
        return self._browsers[code, name]

    def text(self, code: str, name: str, where: str) -> str:
        """The words of a page that must be there."""
        answer = self.browser(code, name).get(where)
        assert answer.status_code == 200, (where, answer.status_code)
        return said(answer)

    def speaks(self, code: str, name: str, language: str) -> None:
        """Somebody reads another language from now on."""
        world = self.here if code == HERE else self.there
        with unit_of_work(world.engine) as session:
            session.get_one(Party, world.party[name]).language = language

    def token(self, code: str, name: str) -> str:
        """A new session of somebody of a municipality."""
        world = self.here if code == HERE else self.there
        with unit_of_work(world.engine) as session:
            party = session.get_one(Party, world.party[name])
            return open_session(session, party, self.pair.now, method="demo")


@contextmanager
def two_places(backend: Backend, folder: Path) -> Iterator[TwoPlaces]:
    """Narvik and Bodø with the same people by name, each in an empty record of its own."""
    with installed(backend, folder, (HERE, THERE)) as installation:
        app = create_app(installation.settings(redis_url="unix:///none", limit_factor=0))
        app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
        app.extensions["planlop_clock"] = lambda: NOW
        app.test_client_class = HostClient
        places = installation.places
        sides = [
            Side(code, world_at(places[code].engine, code), keyring(places[code].private_key))
            for code in NAMES
        ]
        acquaint(sides)
        yield TwoPlaces(installation, app, Pair(*sides))
        app.extensions[POOLS].close()


def world_at(engine: Any, code: str) -> World:
    """A municipality at the application's hour."""
    world = make_world(engine, number=code)
    world.now = NOW
    return world


def keyring(private: str) -> Keyring:
    """A municipality's keys."""
    return Keyring.from_text(private)


def acquaint(sides: list[Side]) -> None:
    """Each knows the other by name."""
    entries = [
        Entry(side.code, NAMES[side.code], "76000000", side.keyring.public.text) for side in sides
    ]
    for side in sides:
        with unit_of_work(side.engine) as session:
            directory.sync(session, entries, side.world.now)
