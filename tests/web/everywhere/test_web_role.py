"""Every page and form as the web's own role on PostgreSQL: its grants are enough, and no more than it needs."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, PostgresBackend
from tests.web.conftest import NOW
from tests.web.crawling import Sheet, sheets
from tests.web.everywhere.everything import Whole, address, routes, whole
from tests.web.everywhere.route_grid import ANSWERS
from tests.web.everywhere.sent import nothing_kept
from tests.web.everywhere.test_everybody_everywhere import asks, by_name, some_of, token
from tests.web.filling import Answers
from tests.web.plan_world import Enter
from tests.world import AGREED
from web.request.database import db
from web.request.reader import COOKIE
from workflow.acts.accounts import passwords
from workflow.database_roles import roles_of
from workflow.record.database.engine import unit_of_work
from workflow.record.database.grants import GRANTS
from workflow.record.models import Event, Party, Plan
from workflow.rules.names.steps import PlanStep

WORD = "kim og havet i nord"
READERS = ("kim", "mor", "mona", "ali", "per", "oda", "lars", "liv", "adam", "pia", "nobody")
MOST_PAGES = 40
ROLE = roles_of("").web
VERBS = {
    "INSERT": "INSERT INTO {} DEFAULT VALUES",
    "UPDATE": "UPDATE {} SET {} = DEFAULT",
    "DELETE": "DELETE FROM {}",
}
# What a form's field gets that stands empty, by the field's kind.
FILLED = {
    "date": (NOW + timedelta(days=30)).date().isoformat(),
    "time": "10:00",
    "number": "3",
    "email": "ny@example.invalid",
    "tel": "91234567",
    "text": "Noe",
    "textarea": "Noe",
}


@pytest.fixture(scope="module")
def backend(postgresql_backend: PostgresBackend) -> Backend:
    """PostgreSQL, in place of what the other page tests run on."""
    return postgresql_backend


@pytest.fixture(scope="module")
def site(app: Flask) -> Whole:
    """Everybody around two plans; the pages themselves are checked elsewhere."""
    app.test_client_class = FlaskClient
    return whole(app)


@pytest.fixture(scope="module")
def tokens(app: Flask, site: Whole) -> dict[str, str]:
    """The sign-in of each, and none of somebody who has not signed in."""
    enter = Enter(app, site.world)
    return {name: "" if name == "nobody" else token(enter(name)) for name in READERS}


def test_the_request_is_the_webs_role_and_the_test_is_not(app: Flask, site: Whole) -> None:
    asked = select(func.current_user())
    with app.app_context(), db.engine.connect() as connection:
        assert connection.execute(asked).scalar() != ROLE
    with app.test_request_context("/planer"):
        assert db.session.execute(asked).scalar() == ROLE


@pytest.mark.sampled
def test_every_address_answers_as_it_does_with_every_right(
    app: Flask, site: Whole, tokens: dict[str, str]
) -> None:
    """What is written down for everybody is tested with every right elsewhere."""
    with nothing_kept(site.world.engine):
        for method, rule in routes(app):
            written = by_name(ANSWERS[f"{method} {rule.rule}"])
            asked = address(app, rule, site.ids["kim"])
            for name in some_of(READERS, f"{method} {rule.rule}"):
                told = asks(app, method, asked, tokens[name])
                assert told == written.get(name, 404), (method, rule.rule, name)


def test_every_form_is_sent_and_none_wants_a_right_that_is_not_there(
    app: Flask, site: Whole, tokens: dict[str, str]
) -> None:
    """Each as it stands and filled in; what would be kept is written and taken back."""
    wrote: set[str] = set()
    answered: Counter[int] = Counter()
    with nothing_kept(site.world.engine) as sent:
        for name in READERS:
            for sheet in sheets(app, tokens[name], starts(app, site), MOST_PAGES):
                for said in (sheet.said, filled(sheet)):
                    status = posted(app, tokens[name], sheet, said)
                    assert status < 500, (name, sheet.page, sheet.action, said)
                    answered[status] += 1
                    wrote |= sent.wrote
                    sent.clear()
    print(f"\n{answered.total()} forms: {dict(answered)}; written to: {sorted(wrote)}")
    assert answered[303] > 100 and len(wrote) >= 25
    assert {table for table in wrote if not writable(table)} == set()


def starts(app: Flask, site: Whole) -> list[str]:
    """Every address that opens without a form."""
    ids = site.ids["kim"]
    return [address(app, rule, ids) for method, rule in routes(app) if method == "GET"]


def filled(sheet: Sheet) -> Answers:
    """What the form would send where somebody answers everything that stands empty."""
    said = dict(sheet.said)
    for name, kind in sheet.kinds.items():
        offered = [one for one in sheet.offered.get(name, ()) if one]
        if not any(said.get(name, ())) and kind not in ("file", "hidden", "submit"):
            said[name] = offered[:1] or [FILLED.get(kind, "")]
    return said


def posted(app: Flask, carried: str, sheet: Sheet, said: Answers) -> int:
    """The status of the answer to a form."""
    browser = app.test_client()
    if carried:
        browser.set_cookie(COOKIE, carried)
    if sheet.method == "GET":
        return browser.get(sheet.action, query_string=said).status_code
    many = "multipart/form-data" if sheet.upload else None
    return browser.post(sheet.action, data=said, content_type=many).status_code


def writable(table: str) -> bool:
    """Whether the web may add to a table or change anything in it."""
    return bool({"INSERT", "UPDATE", "DELETE"} & set(re.findall(r"[A-Z]+", GRANTS[table].web)))


# Table and verb of everything that workers and commands may write, and the web may not.
JOBS_ALONE = [
    (table, verb)
    for table, grant in GRANTS.items()
    for verb in VERBS
    if verb in grant.jobs and verb not in grant.web
]


@pytest.mark.parametrize(("table", "verb"), JOBS_ALONE)
def test_the_web_cannot_write_what_only_jobs_write(
    app: Flask, site: Whole, table: str, verb: str
) -> None:
    column = next(iter(Plan.metadata.tables[table].c)).name
    with app.test_request_context("/planer"), pytest.raises(ProgrammingError) as refused:
        db.session.execute(text(VERBS[verb].format(table, column)))
    assert isinstance(refused.value.orig, InsufficientPrivilege)


# A day's work, which is kept


def test_a_days_work(app: Flask, site: Whole) -> None:
    world, plan = site.world, site.kim.plan
    enter = Enter(app, world)
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Bo trygt i båten", **AGREED)
    mona, number = enter("mona"), world.plan(plan).number
    assert number in mona.get("/planer").text
    assert "Bo trygt i båten" in mona.get(f"/plan/{plan}").text
    before = counted(site)
    talked = mona.post(
        f"/plan/{plan}/steg/avslutt-mal", data={"words": "Vi snakket", "how": "spoken"}
    )
    assert talked.status_code in (303, 422)
    assert counted(site) == before + (talked.status_code == 303)
    assert mona.get(f"/plan/{plan}/utskrift").status_code in (200, 404)
    assert number in mona.get(f"/planer?sok={number}").text
    assert mona.get("/venter").status_code == 200
    assert enter("kim").get("/min").status_code in (200, 302, 303)


def counted(site: Whole) -> int:
    """How many events Kim's plan has."""
    with Session(site.world.engine) as session:
        asked = select(func.count()).where(Event.plan_id == site.kim.plan)
        return session.execute(asked).scalar_one()


def test_a_password_opens_ones_own_account_and_tells_a_stranger_nothing(
    app: Flask, site: Whole
) -> None:
    with unit_of_work(site.world.engine) as session:
        party = session.get_one(Party, site.world.party["mona"])
        passwords.store(session, party, passwords.hash_password(WORD), NOW - timedelta(days=1))
    browser = app.test_client()
    wrong = {"email": "Mona@example.test", "password": "noe helt annet enn det"}
    unknown = {**wrong, "email": "nobody@example.test"}
    refused = [browser.post("/logg-inn", data=data) for data in (wrong, unknown)]
    assert [answer.status_code for answer in refused] == [422, 422]
    pages = [bare(answer.get_data(as_text=True)) for answer in refused]
    assert pages[0] == pages[1].replace("nobody@", "Mona@")
    assert browser.post("/logg-inn", data={**wrong, "password": WORD}).status_code == 303
    assert site.world.plan(site.kim.plan).number in browser.get("/planer").text


def bare(html: str) -> str:
    """The page without what is fresh in every answer."""
    return re.sub(r'(nonce|value)="[\w.-]{20,}"', "", html)
