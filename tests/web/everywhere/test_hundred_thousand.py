"""Pages of one municipality with 100,000 plans, as the web's role: no statement of a page takes a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, select, text, update

from benchmarks.pages import fill
from tests.servers.databases import PostgresBackend
from tests.servers.installation import installed
from web import create_app
from web.request.municipality import POOLS
from web.request.reader import COOKIE
from workflow.acts.accounts.sessions import open_session
from workflow.record.database.engine import unit_of_work
from workflow.record.database.header import HEADER
from workflow.record.models import Party, Plan, StaffRole, Unit, new_id
from workflow.rules.calendar.clock import utc_now

pytestmark = pytest.mark.soak
CODE, PLANS, EACH, LONGEST = "9101", 100_000, 40, 1.0
ROLES = ("leader", "coordinating", "decider", "administrator", "privacy_officer")
PAGES = (
    "/planer",
    "/over-fristen",
    "/over-fristen/last-ned",
    "/mangler",
    "/prognose",
    "/prognose/last-ned",
    "/innkomne",
    "/folk",
    "/drift",
    "/kalender",
    "/beskjeder",
    "/meldinger",
    "/venter",
    "/frister",
    "/nodinnsyn/rapport",
    "/loggkontroll",
    "/oppbevaring",
    "/foresporsler",
    "/borte",
)
HOST = f"http://k{CODE}.localhost"
SEARCHES = ("P 9999", "1-00999", "P")


@dataclass
class Slowest:
    """The longest statement of each page, in seconds."""

    page: str = ""
    worst: dict[str, float] = field(default_factory=dict)

    def watch(self, engine: Engine) -> None:
        """Times every statement on the engine."""

        @event.listens_for(engine, "before_cursor_execute")
        def begin(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
            conn.info["began"] = time.perf_counter()

        @event.listens_for(engine, "after_cursor_execute")
        def end(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
            took = time.perf_counter() - conn.info["began"]
            self.worst[self.page] = max(took, self.worst.get(self.page, 0.0))


@dataclass
class Big:
    """The application, a reader who has every staff role, a coordinator, and what was measured."""

    app: Flask
    tokens: tuple[str, str]
    plan: str
    slowest: Slowest

    def get(self, where: str, who: int = 0) -> Any:
        self.slowest.page = where
        return self.browser(who).get(where, base_url=HOST)

    def search(self, text: str, who: int = 0) -> Any:
        """What is found by a text."""
        browser = self.browser(who)
        browser.post("/sok", data={"q": text}, base_url=HOST)
        self.slowest.page = f"search for {text}"
        return browser.get("/sok", base_url=HOST)

    def browser(self, who: int) -> FlaskClient:
        """The browser of one of the two."""
        browser = self.app.test_client()
        browser.set_cookie(COOKIE, self.tokens[who], domain=HOST.removeprefix("http://"))
        return browser


@pytest.fixture(scope="module")
def big(
    postgresql_backend: PostgresBackend, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Big]:
    with installed(postgresql_backend, tmp_path_factory.mktemp("big"), (CODE,)) as installation:
        engine = installation.places[CODE].engine
        laid, coordinator = fill(engine, PLANS, utc_now())
        with engine.begin() as connection:
            connection.execute(update(HEADER).values(number=CODE))
        tokens = (everything(engine), coordinator)
        spread(engine)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        app = create_app(installation.settings(redis_url="unix:///none", limit_factor=0))
        slowest = Slowest()
        slowest.watch(app.extensions[POOLS].engine(CODE))
        yield Big(app, tokens, laid.plans[0], slowest)
        app.extensions[POOLS].close()


SPREAD = """WITH numbered AS (
    SELECT id, plan_id, row_number() OVER (ORDER BY id) / :each AS n FROM tenure
    WHERE party_id = :was), taken AS (
    SELECT numbered.id, numbered.plan_id, worker.id AS party FROM numbered
    JOIN party worker ON worker.sort_key = 'worker ' || numbered.n)"""
MOVES = (
    "UPDATE tenure SET party_id = taken.party FROM taken WHERE tenure.id = taken.id",
    "UPDATE plan SET responsible_party_id = tenure.party_id FROM tenure "
    "WHERE tenure.plan_id = plan.id AND plan.responsible_party_id = :was",
    "UPDATE consent SET receiver_id = tenure.party_id FROM tenure "
    "WHERE tenure.plan_id = consent.plan_id AND consent.receiver_id = :was",
)


def spread(engine: Engine) -> None:
    """The plans that one coordinator was laid with go to as many as it takes, forty each."""
    since = utc_now().replace(year=2020)
    with unit_of_work(engine) as session:
        was = session.scalars(select(Party.id).where(Party.sort_key == "other")).one()
        unit = session.scalars(select(Unit.id).where(Unit.name == "B")).one()
        people = [
            {"id": new_id(), "name": f"W {n}", "sort_key": f"worker {n}", "created_at": since}
            for n in range(PLANS // EACH + 1)
        ]
        session.execute(insert(Party), people)
        held = {"unit_id": unit, "role": "coordinator", "from_at": since}
        session.execute(
            insert(StaffRole), [{"id": new_id(), "party_id": one["id"], **held} for one in people]
        )
        session.execute(text(f"{SPREAD} {MOVES[0]}"), {"was": was, "each": EACH})
        for move in MOVES[1:]:
            session.execute(text(move), {"was": was})


def everything(engine: Engine) -> str:
    """A session of somebody who holds every role in the unit that has nearly all plans."""
    with unit_of_work(engine) as session:
        party = session.scalars(select(Party).where(Party.sort_key == "other")).one()
        unit = session.scalars(select(Unit.id).where(Unit.name == "B")).one()
        since = utc_now().replace(year=2020)
        session.execute(
            insert(StaffRole),
            [
                {
                    "id": new_id(),
                    "party_id": party.id,
                    "unit_id": unit,
                    "role": role,
                    "from_at": since,
                }
                for role in ROLES
            ],
        )
        return open_session(session, party, utc_now(), method="demo")


def test_no_statement_of_a_page_takes_a_second(
    big: Big, record_property: Callable[[str, str], None]
) -> None:
    for who in (0, 1):
        for where in (*PAGES, f"/plan/{big.plan}"):
            big.get(where, who)  # what is compiled once is compiled
            answer = big.get(where, who)
            assert answer.status_code in (200, 404), where
        for sought in SEARCHES:
            big.search(sought, who)
    worst = sorted(big.slowest.worst.items(), key=lambda one: -one[1])
    for where, took in worst[:8]:
        record_property("measured", f"100,000 plans, web role, {where}: {took * 1000:.0f} ms")
    assert worst[0][1] < LONGEST, [(page, round(took, 2)) for page, took in worst if took > 0.3]


def test_it_is_a_real_size(big: Big) -> None:
    with big.app.test_request_context("/", base_url=f"http://k{CODE}.localhost"):
        from web.request.database import db_session

        assert db_session().query(Plan).count() == PLANS
