"""How often one reader may ask: by class of address, shared between processes, told on a page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jobs.broker import Broker
from tests.web.conftest import NOW, SignedIn, tried_at
from tests.web.town import Town
from web import create_app
from web.http import rate_limits
from web.request.database import db
from web.request.reader import COOKIE
from workflow.acts.accounts.sessions import open_session
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party
from workflow.settings import Settings


@contextmanager
def limited(settings: Settings, **more: Any) -> Iterator[Flask]:
    """An application that counts, so strictly that four requests are too many."""
    counting = create_app(settings.model_copy(update={"limit_factor": 3 / 600, **more}))
    with tried_at(NOW, counting) as built:
        yield built


def token(app: Flask, party_id: str) -> str:
    """A session of the party's own."""
    with app.app_context(), unit_of_work(db.engine) as session:
        party = session.get(Party, party_id)
        assert party is not None
        return open_session(session, party, NOW, method="password")


def test_too_many_requests_get_a_page_that_says_what_to_do(
    settings: Settings, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with limited(settings) as app:
        browser = app.test_client()
        codes = [browser.get("/logg-inn").status_code for _ in range(3)]
        stopped = browser.get("/logg-inn")
        browser.set_cookie("sprak", "en")
        english = browser.get("/logg-inn")
        assert codes == [200] * 3 and stopped.status_code == english.status_code == 429
        assert "Vent litt" in stopped.text and "tel:" in stopped.text
        assert "Wait a little" in english.text
        assert 1 <= int(stopped.headers["Retry-After"]) <= 3600
        assert stopped.headers["Cache-Control"] == "no-store"
        assert browser.get("/healthz").status_code == 200
    assert any(record.getMessage() == "rate_limit" for record in caplog.records)


def test_who_changes_the_address_within_a_network_is_counted_as_one(
    settings: Settings, town: Town
) -> None:
    def asks(browser: FlaskClient, address: str) -> int:
        return browser.get("/logg-inn", environ_base={"REMOTE_ADDR": address}).status_code

    with limited(settings, demo=False, catch_mail=False) as app:  # those are for loopback alone
        browser = app.test_client()
        line = [asks(browser, f"2001:db8:1:1::{n:x}") for n in range(1, 6)]
        assert line == [200] * 3 + [429] * 2
        household = [asks(browser, f"2001:db8:2:1{n:02x}::1") for n in range(1, 15)]
        assert household == [200] * 12 + [429] * 2
        assert asks(browser, "2001:db8:9::1") == asks(browser, "192.0.2.7") == 200


def test_each_reader_and_each_class_is_counted_apart(settings: Settings, town: Town) -> None:
    with limited(settings) as app:
        mona, leader = app.test_client(), app.test_client()
        mona.set_cookie(COOKIE, token(app, town.coordinator))
        leader.set_cookie(COOKIE, token(app, town.leader))
        while mona.get("/planer").status_code == 200:
            pass
        assert mona.get("/kalender").status_code == 429
        assert leader.get("/planer").status_code == 200
        assert mona.post("/skrift").status_code == 302


def test_processes_share_one_count_in_the_broker(
    settings: Settings, town: Town, broker: Broker
) -> None:
    with (
        limited(settings, redis_url=broker.url) as one,
        limited(settings, redis_url=broker.url) as two,
    ):
        first, second = one.test_client(), two.test_client()
        assert [first.get("/logg-inn").status_code for _ in range(2)] == [200, 200]
        assert [second.get("/logg-inn").status_code for _ in range(2)] == [200, 429]
        assert not one.extensions[rate_limits.LIMITER]._storage_dead


def test_a_broker_that_is_away_is_no_reason_to_stop_counting_or_to_wait(
    settings: Settings, town: Town
) -> None:
    with limited(settings, redis_url="redis://127.0.0.1:1/0") as app:
        browser = app.test_client()
        assert [browser.get("/logg-inn").status_code for _ in range(4)] == [200] * 3 + [429]
        assert app.extensions[rate_limits.LIMITER]._storage_dead


def test_many_who_ask_in_the_moment_the_broker_goes_are_all_answered(
    settings: Settings, town: Town
) -> None:
    with limited(settings, redis_url="redis://127.0.0.1:1/0", limit_factor=1.0) as app:
        together = threading.Barrier(8)

        def ask(_: int) -> int:
            together.wait(timeout=20)
            return app.test_client().get("/logg-inn").status_code

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask, range(8))) == [200] * 8


def test_every_address_has_a_class_or_a_reason_to_have_none(app: Flask) -> None:
    counted: dict[str, int] = {}
    with app.app_context():
        for rule in app.url_map.iter_rules():
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                if rule.endpoint in rate_limits.UNLIMITED:
                    continue
                of = rate_limits.class_of(rule.endpoint, method)
                counted[of] = counted.get(of, 0) + 1
    assert set(counted) == set(rate_limits.LIMITS)
    assert set(rate_limits.CLASS_OF) | set(rate_limits.UNLIMITED) <= set(app.view_functions)
    assert all(len(reason) > 20 for reason in rate_limits.UNLIMITED.values())
    print(f"\naddresses by class of limit: {dict(sorted(counted.items()))}")


def test_a_coordinator_s_busy_hour_stays_far_below(signed_in: SignedIn) -> None:
    pages_an_hour, steps_an_hour = 600, 300  # a page every six seconds, a step every twelve
    assert rate_limits.LIMITS["read"][1][0] >= 4 * pages_an_hour
    assert rate_limits.LIMITS["write"][1][0] >= 4 * steps_an_hour
