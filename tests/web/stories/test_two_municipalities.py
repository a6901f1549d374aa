"""Two municipalities on one process: the host says which, and nothing of one is ever seen at the other."""

from __future__ import annotations

import json
import logging
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import text
from werkzeug.test import TestResponse

from jobs.broker import Broker
from tests.canaries import aviary
from tests.jobs.yard import until
from tests.servers.databases import PostgresBackend
from tests.servers.installation import Installation, Place, installed
from tests.servers.mail import mail_server
from tests.web.conftest import NOW, CheckedClient
from tests.world import World, make_world
from web import create_app
from web.request.municipality import POOLS
from web.request.reader import COOKIE
from workflow.acts.accounts.sessions import open_session
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party
from workflow.rules.names.steps import PlanStep

HERE, THERE = "9101", "9102"
REQUESTS, THREADS = 300, 8
WORD = {HERE: "Lundefuglen", THERE: "Teistefuglen"}
LANGUAGE = {HERE: "nb", THERE: "en"}
SAYS = {"nb": "Logg ut", "en": "Sign out"}


@dataclass
class Two:
    """The installation, its application, and a world with a plan in each municipality."""

    installation: Installation
    app: Flask
    worlds: dict[str, World]
    plans: dict[str, str]
    tokens: dict[tuple[str, str], str]

    def place(self, code: str) -> Place:
        return self.installation.places[code]

    def ask(self, code: str, where: str, name: str = "") -> TestResponse:
        """An answer at a municipality's host, to somebody signed in there, or to nobody."""
        host = self.place(code).host
        browser = self.app.test_client()
        if name:
            browser.set_cookie(COOKIE, self.tokens[code, name], domain=host)
        return browser.get(where, base_url=f"http://{host}")


@pytest.fixture(scope="module")
def two(
    postgresql_backend: PostgresBackend, broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Two]:
    """Both full of data, with the same people by name, e-mail and telephone."""
    folder = tmp_path_factory.mktemp("two")
    with installed(postgresql_backend, folder, (HERE, THERE)) as installation:
        app = create_app(installation.settings(redis_url=broker.url, limit_factor=0))
        app.extensions["planlop_clock"] = lambda: NOW
        app.test_client_class = CheckedClient
        worlds, plans, tokens = {}, {}, {}
        for code, place in installation.places.items():
            world = worlds[code] = make_world(place.engine, number=code)
            world.now = NOW - timedelta(minutes=5)
            plans[code] = aviary(world).plan
            world.take("kim", PlanStep.SET_WHAT_MATTERS, plans[code], most_important=WORD[code])
            with unit_of_work(place.engine) as session:
                for name in ("kim", "mona", "lars", "liv", "oda", "adam"):
                    party = session.get_one(Party, world.party[name])
                    party.language = LANGUAGE[code]
                    tokens[code, name] = open_session(session, party, NOW, method="demo")
        yield Two(installation, app, worlds, plans, tokens)
        app.extensions[POOLS].close()


def pages(two: Two, code: str) -> list[tuple[str, str]]:
    """(who, where): the working pages of each role, the plan's own page and its prints."""
    plan = two.plans[code]
    return [
        ("kim", f"/min/{plan}"),
        ("kim", "/"),
        ("mona", "/planer"),
        ("mona", f"/plan/{plan}"),
        ("mona", "/beskjeder"),
        ("mona", "/kalender"),
        ("mona", f"/plan/{plan}/historie"),
        ("lars", "/over-fristen"),
        ("liv", "/folk"),
        ("oda", "/innboks"),
        ("adam", "/drift"),
        ("mona", f"/plan/{plan}/utskrift"),
        ("mona", "/venter"),
        ("liv", "/prognose"),
    ]


def ids_of(two: Two, code: str) -> set[str]:
    """What stands for a municipality's rows: keys of people, units and the plan, and its plan's number."""
    world = two.worlds[code]
    number = world.plan(two.plans[code]).number
    return {*world.party.values(), *world.unit.values(), two.plans[code], number, WORD[code]}


def test_three_hundred_requests_by_two_hosts_are_never_mixed(two: Two) -> None:
    wanted = [
        (code, *page)
        for code in (HERE, THERE)
        for page in pages(two, code)
        for _ in range(1 + REQUESTS // (2 * len(pages(two, code))))
    ]
    random.Random(9).shuffle(wanted)
    foreign = {HERE: ids_of(two, THERE), THERE: ids_of(two, HERE)}
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda one: (one, two.ask(one[0], one[2], one[1])), wanted))
    assert len(answers) >= REQUESTS
    own = 0
    for (code, _, where), answer in answers:
        html = answer.get_data(as_text=True)
        assert answer.status_code in (200, 302, 303, 404), (where, answer.status_code)
        assert not [one for one in foreign[code] if one in html], where
        assert two.place(THERE if code == HERE else HERE).host not in html
        if answer.status_code == 200:
            assert SAYS[LANGUAGE[code]] in html, where
            own += WORD[code] in html
    assert own > 20  # the canaries are there to be seen


def test_the_page_to_sign_in_says_whose_it_is(two: Two) -> None:
    for code in (HERE, THERE):
        name = f"Kommune {code}"
        html = two.ask(code, "/logg-inn").get_data(as_text=True)
        assert name in html.partition("<h1")[2], code
        assert name in two.ask(code, "/finnes-ikke").get_data(as_text=True)  # whom to ring


def test_a_sessions_cookie_does_nothing_at_the_other(two: Two) -> None:
    for code, other in ((HERE, THERE), (THERE, HERE)):
        host = two.place(other).host
        browser = two.app.test_client()
        browser.set_cookie(COOKIE, two.tokens[code, "mona"], domain=host)
        answer = browser.get("/planer", base_url=f"http://{host}")
        assert answer.status_code == 303 and "/logg-inn" in answer.headers["Location"]


def signed_cookie(browser: FlaskClient, place: Place) -> str:
    """What the browser keeps for forms, as the page set it."""
    answer = browser.get("/logg-inn", base_url=f"http://{place.host}")
    listed = " ".join(answer.headers.getlist("Set-Cookie"))
    match = re.search(r"planlop_form=([^;]+)", listed)
    assert match is not None
    return match[1]


def test_a_forms_cookie_of_one_host_is_none_at_the_other(two: Two) -> None:
    kept = signed_cookie(two.app.test_client(), two.place(HERE))
    interface = two.app.session_interface
    for code, is_read in ((HERE, True), (THERE, False)):
        environ = {"HTTP_COOKIE": f"planlop_form={kept}"}
        host = f"http://{two.place(code).host}"
        with two.app.test_request_context(
            "/logg-inn", base_url=host, environ_base=environ
        ) as asked:
            session = interface.open_session(two.app, asked.request)
            assert bool(session) is is_read


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "127.0.0.1", "k9101.localhost.evil.no"]
)
def test_an_unknown_host_is_told_nothing(two: Two, host: str) -> None:
    browser = two.app.test_client()
    browser.set_cookie(COOKIE, two.tokens[HERE, "mona"], domain=host)
    for where in ("/", "/logg-inn", "/planer", "/finnes-ikke", "/static/app.css"):
        answer = browser.get(where, base_url=f"http://{host}")
        assert (answer.status_code, answer.get_data()) == (404, b"Not found\n")
    assert browser.get("/healthz", base_url=f"http://{host}").status_code == 200
    assert browser.get("/readyz", base_url=f"http://{host}").status_code == 200


def test_each_host_asks_with_its_own_role_and_no_other_gets_in(two: Two) -> None:
    pools = two.app.extensions[POOLS]
    for code, other in ((HERE, THERE), (THERE, HERE)):
        with pools.engine(code).connect() as connection:
            assert connection.execute(text("SELECT current_user")).scalar() == f"planlop_{code}_web"
        for role in ("web", "jobs"):
            assert cannot_connect(two, f"planlop_{other}_{role}", code)


def cannot_connect(two: Two, role: str, code: str) -> bool:
    """Whether PostgreSQL itself refuses a role the other's database."""
    import psycopg
    from sqlalchemy import make_url

    url = make_url(two.place(code).database.url).set(drivername="postgresql", username=role)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(url.render_as_string(hide_password=False))
    return True


def test_a_pool_is_opened_when_first_used_and_closed_when_idle(two: Two) -> None:
    pools = two.app.extensions[POOLS]
    pools.close()
    until(lambda: connections(two) == {HERE: 0, THERE: 0})
    two.ask(HERE, "/planer", "mona")
    assert connections(two)[THERE] == 0 < connections(two)[HERE]
    kept, pools._clock = pools._clock, lambda: kept() + 3600
    try:
        assert pools.close_idle() == 1
    finally:
        pools._clock = kept
    until(lambda: connections(two)[HERE] == 0)  # the server takes a moment to see it
    assert two.ask(HERE, "/planer", "mona").status_code == 200


def connections(two: Two) -> dict[str, int]:
    """How many connections the web's role of each municipality holds."""
    asked = text("SELECT count(*) FROM pg_stat_activity WHERE usename = :role")
    with two.place(HERE).engine.connect() as connection:
        return {
            code: connection.execute(asked, {"role": f"planlop_{code}_web"}).scalar_one()
            for code in (HERE, THERE)
        }


def test_doorbells_limits_and_every_key_in_the_broker_bear_the_code(
    two: Two, broker: Broker
) -> None:
    from web.request.doorbell import ring_workers

    with Redis.from_url(broker.url) as client:
        client.flushall()
        for code in (HERE, THERE):
            with two.app.test_request_context("/", base_url=f"http://{two.place(code).host}"):
                assert ring_workers()
        keys = {key.decode() for key in client.scan_iter()}
        assert {"rq:queue:planlop-9101", "rq:queue:planlop-9102"} <= keys
        assert not [key for key in keys if not re.search(r"910[12]|^rq:queues$", key)]
        for code in (HERE, THERE):
            (job,) = client.lrange(f"rq:queue:planlop-{code}", 0, -1)
            assert job.decode().startswith(f"{code}-")


def test_limits_are_counted_for_each_municipality_by_itself(two: Two, broker: Broker) -> None:
    with Redis.from_url(broker.url) as client:
        client.flushall()
    app = create_app(two.installation.settings(redis_url=broker.url, limit_factor=0.02))
    try:
        host = f"http://{two.place(HERE).host}"
        last = [app.test_client().get("/logg-inn", base_url=host) for _ in range(13)][-1]
        assert last.status_code == 429
        other = app.test_client().get("/logg-inn", base_url=f"http://{two.place(THERE).host}")
        assert other.status_code == 200
        with Redis.from_url(broker.url) as client:
            limits = [key.decode() for key in client.keys("LIMIT*")]
        assert limits and all(re.search(r"910[12]:", key) for key in limits)
    finally:
        app.extensions[POOLS].close()


def test_security_events_name_their_municipality(
    two: Two, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "planlop.security"):
        for code in (HERE, THERE):
            two.ask(code, f"/plan/{two.plans[THERE if code == HERE else HERE]}", "mona")
    said = [record.ids for record in caplog.records if record.getMessage() == "refused"]  # type: ignore[attr-defined]
    assert [one["municipality"] for one in said] == [HERE, THERE]
    assert not ids_of(two, HERE) & set(json.dumps(said[1]))


def test_what_one_municipality_sends_speaks_of_itself_alone(
    two: Two, broker: Broker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Jobs of both in turn: mails, queue and log hold nothing of the other."""
    from jobs import tasks

    with mail_server() as (inbox, port):
        environment = two.installation.environment(
            PLANLOP_REDIS_URL=broker.url, PLANLOP_SMTP_PORT=str(port)
        )
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        for code in (HERE, THERE):
            before = len(inbox.mails)
            tasks.sweep_job(code)
            tasks.deliver_job(code)
            mine = [inbox.text(number) for number in range(before, len(inbox.mails))]
            other = THERE if code == HERE else HERE
            assert mine
            for words in mine:
                assert two.place(code).host in words
                assert two.place(other).host not in words
                assert not [one for one in ids_of(two, other) if one in words]
