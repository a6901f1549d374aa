"""Every page leaves its trace, or shows nobody's name and no words: no GET route is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, SignedIn
from tests.web.persons import Home, settled
from tests.web.stories import from_elsewhere
from tests.world import AGREED
from web.request.access_guards import guard_of
from workflow.acts.privacy import access_log_review, emergency_access
from workflow.acts.privacy.emergency_access import SeekPlan
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Access,
    Deadline,
    EmergencyAccess,
    LogFinding,
    Notice,
    Party,
    Representation,
    new_id,
)
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep

NAME, WORDS = "Qvilhaug", "Beholde leiligheten"  # the person's name and what matters most to her
FIRST = "Kim Qvilhaug"
STAFF = ("mona", "per", "oda", "lars", "lise", "liv", "adam", "pia", "ali", "berit")

# Plan routes: who opens each with nothing but the plan's key; «own» is the person herself.
OPENERS: Mapping[str, str] = {
    "staff.looked": "pia",
    "staff.looked_csv": "pia",
    "staff.manager_act": "lars",
    "staff.case": "oda",
    "printing.plan": "mona",
    "staff.address": "mona",
}
# Lists that show names: who sees somebody on them; one row names the plans.
LISTS: Mapping[str, tuple[str, str]] = {
    "staff.home": ("mona", "/planer"),
    "staff.search": ("mona", "/sok"),
    "staff.inbox": ("oda", "/innkomne"),
    "staff.offers": ("per", "/venter"),
    "staff.messages": ("mona", "/meldinger"),
    "staff.leaves": ("lars", "/slutter/{mona}"),
    "person.start": ("mor", "/min"),
    "staff.log_review": ("pia", "/loggkontroll/2026-02"),
    "staff.log_finding": ("pia", "/loggkontroll/2026-02/{finding}"),
    "staff.emergency_follow_up": ("pia", "/nodinnsyn/oppfolging/{emergency}"),
    "staff.emergency_report": ("pia", "/nodinnsyn/rapport"),
}
# What another municipality tells before it is answered: traced by the question, which has no plan yet.
QUESTIONS: Mapping[str, str] = {"staff.crossing": "/overtakelse/{key}"}
# Told to who was told that a plan has gone: its number and where it went. And what only leads on.
ELSEWHERE = frozenset({"staff.handed_over", "staff.asked_again"})
# No trace, and why; each is opened by everybody who works here and must show neither name nor words.
EXEMPT: Mapping[str, str] = {
    "staff.telling": "the reader's own choices of channel",
    "staff.own_absences": "the reader's own absences",
    "staff.operations_page": "counts, ids of messages and states of jobs",
    "staff.people": "colleagues and units; no plan",
    "staff.policies": "deadlines of the municipality",
    "staff.policy_edit": "deadlines of the municipality",
    "staff.calendar": "generic titles, hours and plan numbers",
    "staff.log_reviews": "months and counts",
    "staff.without": "plan numbers and what is not filled in",
    "staff.report": "an empty form",
    "staff.arrival": "an empty form",
    "staff.receipt": "one sentence, the same to all",
    "staff.data_requests": "kinds, days and plan numbers",
    "staff.retention_page": "counts and plan numbers",
    "staff.later": "one notice: kind, date and plan number",
    "staff.emergency": "an empty form",
    "staff.emergency_nothing": "one sentence, the same to all",
    "staff.overdue": "plan numbers, kinds and dates",
    "staff.download": "plan numbers, kinds and dates",
    "staff.forecast_page": "counts by week and coordinator",
    "staff.forecast_file": "counts by week and coordinator",
    "staff.share_out": "plan numbers and how many",
    "staff.substitute": "a colleague and two dates",
    "staff.correction": "a form; nothing that stands of anybody is shown before it is asked about",
    "staff.protection": "a form in which somebody is named exactly; setting it is traced",
}
# Before anybody is signed in, the reader's own account, and machines: no plan is read at all.
DOORS = (
    "accounts.",
    "authenticators.",
    "codes.",
    "health.",
    "home.",
    "links.",
    "machines.",
    "mail.",
    "my_sessions.",
    "oidc.",
    "own_data.",
    "passkeys.",
    "proving.",
    "second_step.",
    "signin.",
    "static",
)


@pytest.fixture(scope="module")
def routes(app: Flask) -> Mapping[str, str]:
    """Every GET endpoint with its door."""
    doors = {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            guard = guard_of(app.view_functions[rule.endpoint])
            doors[rule.endpoint] = guard.door if guard else "public"
    return doors


def test_no_route_is_left_out(routes: Mapping[str, str]) -> None:
    rest = {name for name, door in routes.items() if door != "plan" and not name.startswith(DOORS)}
    assert rest == set(LISTS) | set(EXEMPT) | set(QUESTIONS) | ELSEWHERE
    assert not set(LISTS) & set(EXEMPT)
    assert all(EXEMPT.values())


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """A plan with a name of its own, somebody asked, a newer request, an emergency and a log review."""
    home = settled(app, signed_in)
    world, plan = home.world, home.plan
    with unit_of_work(world.engine) as session:
        named = update(Party).where(Party.id == world.party["kim"])
        session.execute(named.values(name=FIRST, sort_key="kim qvilhaug", born_on=None))
        person = session.scalars(select(Party).where(Party.id == world.party["kim"])).one()
        person.born_on = NOW.date().replace(year=1980)
        ali = world.actor("ali")
        session.execute(
            insert(Access),
            {
                "id": new_id(),
                "plan_id": plan,
                "party_id": ali.party_id,
                "unit_id": world.unit["nav"],
                "act": "read",
                "ground": "participant",
                "at": NOW.replace(month=2, day=14),
            },
        )
        session.execute(
            insert(Representation),
            [
                {
                    "id": new_id(),
                    "ground": "guardian",
                    "person_id": world.party[who],
                    "representative_id": world.party["mor"],
                    "from_at": NOW.replace(month=1),
                }
                for who in ("kim", "sara")
            ],
        )
        due = select(Deadline).where(Deadline.plan_id == plan, Deadline.code == DeadlineCode.REVIEW)
        review = session.scalars(due).one()
        session.execute(
            insert(Notice),
            {
                "id": new_id(),
                "plan_id": plan,
                "recipient_id": world.party["mona"],
                "cause": f"d:{review.id}:1:1",
                "role": "coordinator",
                "code": DeadlineCode.REVIEW,
                "subject_id": plan,
                "deadline_id": review.id,
                "due_version": review.due_version,
                "created_at": NOW,
            },
        )
    world.take(
        "kim",
        PlanStep.OFFER_COORDINATOR,
        plan,
        to_party_id=world.party["per"],
        wish_coordinator="Per",
    )
    world.take("ali", PlanStep.REPORT_NEED, person_id=world.party["sara"], why="Gjeld", **AGREED)
    return home


def overseen(kim: Home) -> dict[str, str]:
    """An emergency and a finding to look at, and keys for addresses."""
    world = kim.world
    form = SeekPlan.model_validate({"reason": "life", "name": FIRST, "born_on": "1980-03-09"})
    with unit_of_work(world.engine) as session:
        emergency_access.open_in_emergency(session, world.actor("berit"), form, "k", NOW)
        access_log_review.make(session, "2026-02", NOW)
        emergency = session.scalars(select(EmergencyAccess.id)).one()
        finding = session.scalars(select(LogFinding.id)).first()
        notice = session.scalars(
            select(Notice.id).where(
                Notice.recipient_id == world.party["mona"], Notice.deadline_id.is_not(None)
            )
        ).first()
    return {**world.party, "emergency": emergency, "finding": finding or "", "notice": notice or ""}


def traces(kim: Home, name: str) -> int:
    with Session(kim.world.engine) as session:
        mine = Access.party_id == kim.world.party[name]
        return session.scalar(select(func.count()).where(mine)) or 0


def addresses(app: Flask, kim: Home, door: str) -> Iterator[tuple[str, str]]:
    """Endpoint and address of each GET route with that door that needs nothing but a plan."""
    known: dict[str, Any] = {
        "plan_id": kim.plan,
        "step_name": PlanStep.TALKED,
        "meeting_id": kim.meeting,
    }
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            guard = guard_of(app.view_functions[rule.endpoint])
            if guard is None or guard.door != door or "GET" not in (rule.methods or ()):
                continue
            values = {name: known[name] for name in rule.arguments if name in known}
            if set(values) == set(rule.arguments):
                yield rule.endpoint, url_for(rule.endpoint, **values)


def test_every_page_of_a_plan_leaves_a_trace_but_ones_own(app: Flask, kim: Home) -> None:
    opened = set()
    for endpoint, address in list(addresses(app, kim, "plan")):
        own = endpoint.startswith("person.")
        who = "mor" if own else OPENERS.get(endpoint, "mona")
        before = traces(kim, who)
        status = kim.browser(who).get(address).status_code
        if status == 200:
            assert traces(kim, who) == before + 1, endpoint
            opened.add(endpoint)
        else:
            assert status in (303, 404, 409), (endpoint, status)
        if own and status == 200:
            kim.browser("kim").get(address)
            assert traces(kim, "kim") == 0, endpoint
    assert len(opened) > 25
    papers = {"staff.looked_csv", "person.looked_csv", "person.looked_json", "printing.plan"}
    assert papers <= opened


@pytest.mark.parametrize("endpoint", LISTS)
def test_every_list_with_names_leaves_one_trace_with_its_plans(kim: Home, endpoint: str) -> None:
    keys = overseen(kim)
    who, address = LISTS[endpoint]
    shown = {"staff.inbox": "Sara", "person.start": "Sara"}.get(endpoint, NAME)
    browser = kim.browser(who)
    browser.post("/sok", data={"q": "qvilhaug"})
    before = traces(kim, who)
    page = browser.get(address.format(**keys)).text
    assert shown in page or endpoint in BY_NUMBER
    assert traces(kim, who) == before + 1
    with Session(kim.world.engine) as session:
        mine = select(Access).where(Access.party_id == kim.world.party[who])
        row = session.scalars(mine.order_by(Access.at.desc(), Access.id.desc())).first()
    assert row is not None and row.plan_ids and not row.refused
    if endpoint in BY_NUMBER:
        assert NAME not in page and WORDS not in page


@pytest.mark.parametrize("endpoint", QUESTIONS)
def test_a_summary_from_elsewhere_is_traced_by_its_question(kim: Home, endpoint: str) -> None:
    key = from_elsewhere.asked(kim.world.engine, kim.world.now, FIRST)
    before = traces(kim, "liv")
    page = kim.browser("liv").get(QUESTIONS[endpoint].format(key=key)).text
    assert NAME in page and traces(kim, "liv") == before + 1
    with Session(kim.world.engine) as session:
        row = session.scalars(select(Access).where(Access.crossing_id == key)).one()
    assert (row.act, row.ground, row.plan_id) == ("read_summary", "receiver", None)


def test_the_list_of_questions_from_elsewhere_names_nobody(kim: Home) -> None:
    from_elsewhere.asked(kim.world.engine, kim.world.now, FIRST)
    before = traces(kim, "liv")
    page = kim.browser("liv").get("/venter").text
    assert "9188" in page and NAME not in page and "AB12CD" not in page
    assert traces(kim, "liv") == before


def test_where_a_plan_went_names_nobody_and_leaves_no_trace(kim: Home) -> None:
    world = kim.world
    told = from_elsewhere.handed_over(world.engine, world.now, kim.plan, world.party["mona"])
    before = traces(kim, "mona")
    page = kim.browser("mona").get(f"/overfort/{told}").text
    assert "9188-AB12CD" in page and NAME not in page and WORDS not in page
    assert traces(kim, "mona") == before
    assert kim.browser("per").get(f"/overfort/{told}").status_code == 404


# Traced though the plans stand there by their numbers only.
BY_NUMBER = {
    "staff.leaves",
    "staff.log_review",
    "staff.log_finding",
    "staff.emergency_follow_up",
    "staff.emergency_report",
}


def test_what_leaves_no_trace_shows_nobodys_name_and_no_words(app: Flask, kim: Home) -> None:
    keys = overseen(kim)
    known: dict[str, Any] = {"party_id": keys["mona"], "notice_id": keys["notice"]}
    seen = set()
    with app.test_request_context():
        built = {
            rule.endpoint: url_for(rule.endpoint, **{one: known[one] for one in rule.arguments})
            for rule in app.url_map.iter_rules()
            if rule.endpoint in EXEMPT and "GET" in (rule.methods or ())
        }
    for endpoint, address in built.items():
        for who in STAFF:
            before = traces(kim, who)
            answer = kim.browser(who).get(address)
            if answer.status_code == 200:
                seen.add(endpoint)
                for secret in (NAME, WORDS, "Betale husleia", "Ringe Nav"):
                    assert secret not in answer.text, (endpoint, who)
                assert traces(kim, who) == before, endpoint
    assert seen == set(EXEMPT)


def test_letters_and_complaints_on_paper_are_traced_by_the_same_door(
    app: Flask, routes: Mapping[str, str]
) -> None:
    for endpoint in ("printing.letter", "printing.complaint"):
        assert routes[endpoint] == "plan", endpoint
