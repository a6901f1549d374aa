"""Fixtures of the page tests: an application on a fresh database, and clients that check every page they get."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.servers.databases import Backend, Database, copied
from tests.servers.emptied import empty_used
from tests.web.as_web_role import VARIABLE, serve_as_web_role
from tests.web.one_connection import refuse_second_connection
from tests.web.pagechecker import check
from tests.web.templates_kept import keep_templates
from tests.web.town import Town, founded
from tests.world import World, make_world
from web import create_app
from web.request.database import db
from web.request.reader import COOKIE
from workflow.acts.accounts import passwords
from workflow.acts.accounts.sessions import open_session
from workflow.locale import build as catalogues
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Authenticator,
    Delivery,
    FailedTry,
    Invitation,
    MunicipalityRow,
    Notice,
    Party,
)
from workflow.settings import Settings

NOW = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)  # Monday noon in Oslo


class CheckedClient(FlaskClient):
    """A browser without scripts that runs the page checker on every HTML answer."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """The answer, after every page on the way was checked."""
        answer = super().open(*args, **kwargs)
        for one in (*answer.history, answer):
            if one.mimetype == "text/html" and one.status_code not in range(300, 400):
                html = one.get_data(as_text=True)
                spoken = html.partition('lang="')[2][:2]
                check(html, one.headers["Content-Security-Policy"], spoken)
        return answer


@pytest.fixture(scope="session", autouse=True)
def english() -> None:
    """The English catalogue, merged from its parts as they stand."""
    catalogues.build("en")


@pytest.fixture(scope="module", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords of the pages' tests are hashed cheaply; how strong a hash is, is tested without pages."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
        # So that the hash that unknown e-mails are tried against takes as long as the others.
        patch.setattr(passwords, "HASHER", quick)
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="module")
def backend(request: pytest.FixtureRequest) -> Backend:
    """Pages are tested on SQLite, or on PostgreSQL as the web's role (PLANLOP_TEST_ROLES)."""
    kind = "postgresql_backend" if os.environ.get(VARIABLE) else "sqlite_backend"
    chosen: Backend = request.getfixturevalue(kind)
    return chosen


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[Settings]:
    """The embedded run's settings on a database of this module's own."""
    with settings_on(backend, tmp_path_factory.mktemp("home")) as module_settings:
        yield module_settings


@contextmanager
def settings_on(backend: Backend, home: Path) -> Iterator[Settings]:
    """The embedded run's settings on a database that is gone after the block."""
    with copied(backend) as database:
        yield Settings(
            home=home,
            demo=True,
            catch_mail=True,
            database_url=database.url,
            redis_url="unix:///none",  # no test waits for a broker; a lost ring breaks nothing
            limit_factor=0,  # all tests come from one address
        )


@contextmanager
def tried_at(now: datetime, built: Flask) -> Iterator[Flask]:
    """The application at that hour and with checked pages; forged-request protection is off."""
    # Not testing, to Flask: it would raise the errors whose pages are looked at.
    built.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    built.extensions["planlop_clock"] = lambda: now
    built.test_client_class = CheckedClient
    keep_templates(built)
    serve_as_web_role(built)
    refuse_second_connection(built)
    yield built
    with built.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Flask]:
    """The application at a fixed hour; forged-request protection is off but for its own tests."""
    with tried_at(NOW, create_app(settings)) as built:
        yield built


@pytest.fixture
def town(app: Flask) -> Town:
    """An invented municipality with a coordinator, a leader, an office and a person.

    It lasts as long as no test of the module needs a world of its own in the same database.
    """
    with app.app_context():
        kept: Town | None = app.extensions.get("test_town")
        with Session(db.engine) as session:
            if kept is not None and session.get(Party, kept.coordinator) is not None:
                return kept
        empty_used(db.engine)
        with unit_of_work(db.engine) as session:
            made = founded(session, NOW - timedelta(days=30))
    app.extensions["test_town"] = made
    return made


@pytest.fixture
def client(app: Flask, request: pytest.FixtureRequest) -> FlaskClient:
    """A client that nobody is signed in with; in the town where no world stands."""
    with app.app_context(), Session(db.engine) as session:
        stands = session.scalar(select(MunicipalityRow.number))
    if stands is None:
        request.getfixturevalue("town")
    return app.test_client()


SignedIn = Callable[[str], FlaskClient]


def sign_in_for(app: Flask) -> SignedIn:
    """A function: the client of somebody signed in, by party id."""

    def enter(party_id: str) -> FlaskClient:
        with app.app_context(), unit_of_work(db.engine) as session:
            party = session.get(Party, party_id)
            assert party is not None
            token = open_session(session, party, NOW, method="demo")
        browser = app.test_client()
        browser.set_cookie(COOKIE, token)
        return browser

    return enter


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """A function: the client of somebody signed in, by party id."""
    return sign_in_for(app)


Enter = Callable[[str], FlaskClient]


def world_of(app: Flask) -> World:
    """A municipality of its own, five minutes before the application's hour."""
    with app.app_context():
        world = make_world(db.engine)
    world.now = NOW - timedelta(minutes=5)
    return world


@pytest.fixture
def world(app: Flask) -> World:
    """A municipality of the test's own."""
    return world_of(app)


@pytest.fixture
def enter(world: World, signed_in: SignedIn) -> Enter:
    """A function: the browser of a test person of that municipality."""
    return lambda name: signed_in(world.party[name])


@pytest.fixture
def secret(settings: Settings) -> str:
    """The installation's secret."""
    return settings.secret_key.get_secret_value()


Clock = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask) -> Iterator[Clock]:
    """A function: moves the hour, until the test ends."""

    def move(moment: datetime) -> None:
        app.extensions["planlop_clock"] = lambda: moment

    yield move
    app.extensions["planlop_clock"] = lambda: NOW


@pytest.fixture
def clean_accounts(app: Flask, town: Town) -> Iterator[None]:
    """Leaves nothing about signing in behind."""
    yield
    with app.app_context(), unit_of_work(db.engine) as session:
        for model in (Authenticator, Delivery, Notice, FailedTry, Invitation):
            session.query(model).delete()


__all__ = ["Database"]
