"""What stops a step gets one answer on every page: refused or changed meanwhile 409, a wrong field 422, nothing lost.

Each page is given a form that it takes. Then the same form is sent again while the transaction
that would keep it is stopped by each error in turn: whatever the page is about, the status is one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.repo.tree import ROOT, modules
from tests.web.everywhere.everything import MONTH, Whole, routes, whole
from tests.web.everywhere.sent import KEPT_OF_REFUSED, WRITES
from tests.web.filling import form_of, standing
from tests.web.lists_world import requests
from tests.web.plan_world import Enter
from tests.world import AGREED
from web.page.refusals import STATUS
from web.request import database as web_database
from workflow.acts.engine import fire as acts_engine
from workflow.record.access.protected_addresses import CONFIDENTIAL
from workflow.record.database.engine import unit_of_work
from workflow.record.models import EmergencyAccess, new_id
from workflow.rules.engine.denials import BadInput, Denial, PlanlopError, Refused, Stale, StillHolds
from workflow.rules.names.steps import MeasureStep

WORDS = "Akkurat slik jeg skrev det"


@dataclass(frozen=True)
class Post:
    """A form that its page takes: whose, where, with what; `words` if what was typed can stand again."""

    who: str
    address: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    words: bool = True


# Addresses that take a step, or change something by a form; the keys in braces are those of the scene.
POSTS: Mapping[str, Post] = {
    "/plan/<plan_id>/steg/<step:step_name>": Post(
        "mona", "/plan/{plan_id}/steg/nytt-mal", {"own_words": WORDS, "agreed_how": "spoken"}
    ),
    "/plan/<plan_id>/evaluering": Post(
        "mona",
        "/plan/{plan_id}/evaluering",
        {
            "_bare": "1",
            "rating": "good",
            "person_words": WORDS,
            "agreed_how": "spoken",
            "relatives_discussed": "true",
        },
    ),
    "/plan/<plan_id>/fem-sporsmal": Post(
        "mona", "/plan/{plan_id}/fem-sporsmal", {"most_important": WORDS, "agreed_how": "spoken"}
    ),
    "/plan/<plan_id>/signert": Post(
        "mona", "/plan/{plan_id}/signert", {"party_id": "{ali}"}, False
    ),
    "/sak/<plan_id>": Post(
        "oda",
        "/sak/{request_id}",
        {
            "_svar": "ja",
            "_send": "1",
            "why_long": WORDS,
            "why_coordinated": "Nav og lege",
            "wish_coordinator": "Ingen bestemt",
            "regime": "health",
            "notified_how": "handed_over",
            "agreed_how": "spoken",
        },
    ),
    "/innkomne/<plan_id>/ta": Post("oda", "/innkomne/{request_id}/ta", {}, False),
    "/over-fristen/<plan_id>/<step:step_name>": Post(
        "lars", "/over-fristen/{plan_id}/spor-koordinatoren", {"words": WORDS}
    ),
    "/stedfortreder/<party_id>": Post(
        "lars",
        "/stedfortreder/{mona}",
        {"substitute_id": "{per}", "from_on": "2027-04-01", "back_on": "2027-04-09"},
        False,
    ),
    "/borte": Post(
        "ali",
        "/borte",
        {"substitute_id": "{berit}", "from_on": "2027-04-01", "back_on": "2027-04-09"},
        False,
    ),
    "/nodinnsyn": Post(
        "berit", "/nodinnsyn", {"reason": "life", "name": WORDS, "born_on": "1980-03-09"}
    ),
    "/nodinnsyn/oppfolging/<emergency_id>": Post(
        "pia", "/nodinnsyn/oppfolging/{try_id}", {"outcome": "justified", "answer": WORDS}
    ),
    "/slutter/<party_id>": Post("liv", "/slutter/{mona}", {"acting_id": "{leif}"}, False),
    "/slutter/<party_id>/avslutt": Post("liv", "/slutter/{berit}/avslutt", {}, False),
    "/meld": Post(
        "ali",
        "/meld",
        {"name": "Unni Berg", "why": WORDS, "person_knows": "no", "reach_person": "Ring"},
    ),
    "/meld/plan": Post(
        "liv",
        "/meld/plan",
        {"name": "Unni Berg", "agreed_how": "spoken", "source_name": "Klinikken", "goals": WORDS},
    ),
    "/overtakelse/<crossing_id>/nei": Post(
        "liv", "/overtakelse/{crossing_id}/nei", {"reason": WORDS}
    ),
    "/loggkontroll/<month>/<finding_id>": Post(
        "pia", "/loggkontroll/{month}/{finding_id}", {"outcome": "explained", "answer": WORDS}
    ),
    "/oppbevaring": Post("adam", "/oppbevaring", {"years": "12"}, False),
    "/beskyttet-adresse": Post(
        "liv",
        "/beskyttet-adresse",
        {"whom": "{plan_number}", "protection": CONFIDENTIAL, "reason": "threat", "street": WORDS},
    ),
    "/rett-opplysninger": Post(
        "liv", "/rett-opplysninger", {"whom": "{plan_number}", "name": "Unni Berg", "reason": WORDS}
    ),
    "/min": Post("nosy", "/min", {"why": WORDS}),
    "/min/<plan_id>/steg/<step:step_name>": Post(
        "kim", "/min/{plan_id}/steg/skriv-melding", {"words": WORDS}
    ),
    "/min/<plan_id>/steg/<step:step_name>/<of>": Post(
        "sara", "/min/{plan_id}/steg/ble-ikke-noe-av/{sara_measure}", {"next_step": WORDS}
    ),
    "/min/<plan_id>/gjort/<of>": Post(
        "kim", "/min/{plan_id}/gjort/{sara_measure}", {"rating": "good", "words": WORDS}
    ),
}
# Forms whose pages need more than the scene has: their own tests, named here, say the same.
ELSEWHERE: Mapping[str, str] = {
    "/overtakelse/<crossing_id>/ja": "test_crossing_pages",
    "/meldinger/<notice_id>/senere": "test_telling",
    "/min/<plan_id>/senere/<notice_id>": "test_telling",
    "/venter/<plan_id>/ikke-tak-i": "test_telling",
    "/beskjeder": "test_telling",
    "/min/<plan_id>/beskjeder": "test_telling",
    "/min/<plan_id>/beskjed-til-meg": "test_telling",
    "/frister/endre": "test_policies",
    "/plan/<plan_id>/adresse": "test_protected",
    "/rett-opplysninger/bekreft": "test_corrections",
}
# One press with nothing typed: what stops it is answered by a page of its own (web.http.error_pages).
PRESSES = frozenset(
    """
    /borte/<absence_id>/tilbake /drift/<delivery_id>/prov-igjen /drift/<delivery_id>/send-igjen
    /drift/prov-alle /frister/<version_id>/trekk-tilbake /loggkontroll/<month>/ferdig
    /meldinger/<notice_id>/sett /meldinger/lest /min/<plan_id>/alt-som-er-lagret
    /min/<plan_id>/gi-tilbake /min/<plan_id>/lenke/<participant_id> /min/<plan_id>/lest
    /min/<plan_id>/paminnelser /min/<plan_id>/sammen /mine-opplysninger
    /nodinnsyn/<plan_id>/avslutt /plan/<plan_id>/lenke/<participant_id> /skrift /sok
    /sprak
    /venter/<plan_id>/sagt
    """.split()
)
# Who somebody is, and by what they prove it: no step is taken there.
SIGNING_IN = ("/bevis", "/gjest", "/glemt-passord", "/invitasjon", "/logg-", "/min-konto")
REFUSED = Refused([Denial("paused")])
WRONG = BadInput([("agreed_by", "unknown_party", {})])
STOPS: Mapping[str, tuple[PlanlopError, int]] = {
    "refused": (REFUSED, 409),
    "changed meanwhile": (Stale(), 409),
    "wrong field": (WRONG, 422),
}


@pytest.fixture(scope="module")
def town(app: Flask) -> Whole:
    return whole(app, "in_use")


@pytest.fixture(scope="module")
def known(town: Whole) -> Mapping[str, str]:
    """What the addresses and fields may name."""
    world = town.world
    world.take("mona", MeasureStep.CLOSE, town.kim.plan, town.kim.measures["reviewed"], **AGREED)
    [request] = requests(world, 1)
    try_id = new_id()
    with unit_of_work(world.engine) as session:
        session.add(
            EmergencyAccess(
                id=try_id,
                party_id=world.party["ove"],
                reason="life",
                opened_at=world.now,
                until_at=world.now,
            )
        )
    return {
        **world.party,
        **town.ids["kim"],
        "month": MONTH,
        "request_id": request,
        "try_id": try_id,
        "plan_number": world.plan(town.kim.plan).number,
        "sara_measure": town.kim.measures["decided"],
    }


def sent(app: Flask, town: Whole, known: Mapping[str, str], post: Post) -> TestResponse:
    """The answer to one post."""
    fields = {
        name: text.format(**known) if isinstance(text, str) else text
        for name, text in post.fields.items()
    }
    if "signert" in post.address:
        fields["file"] = (BytesIO(b"%PDF-1.7 signert"), "papir.pdf")
    browser = Enter(app, town.world)(post.who)
    return browser.post(post.address.format(**known), data=fields)


@contextmanager
def stopped(engine: Any, error: PlanlopError | None) -> Iterator[list[str]]:
    """Whatever would keep more than a trace is undone, with the error; where it would is noted."""
    pending: set[str] = set()
    tries: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if match := WRITES.match(statement):
            pending.add(match.group(1).lower())

    @contextmanager
    def by_page(database: Any) -> Iterator[Session]:
        pending.clear()
        with Session(database, expire_on_commit=False) as session:
            yield session
            session.flush()
            wrote = pending - KEPT_OF_REFUSED
            session.expunge_all()
            session.rollback()
            if wrote:
                tries.append("page")
                if error is not None:
                    raise error

    @contextmanager
    def by_engine(database: Any) -> Iterator[Session]:
        with Session(database, expire_on_commit=False) as session:
            yield session
            session.rollback()
            tries.append("engine")
            if error is not None:
                raise error

    event.listen(engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_database, "unit_of_work", by_page)
        patch.setattr(acts_engine, "unit_of_work", by_engine)
        yield tries
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("rule", POSTS)
def test_the_form_is_one_that_the_page_takes(
    app: Flask, town: Whole, known: Mapping[str, str], rule: str
) -> None:
    with stopped(town.world.engine, None) as tries:
        answer = sent(app, town, known, POSTS[rule])
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert tries


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("rule", POSTS)
def test_what_stops_a_step_is_answered_alike_everywhere(
    app: Flask, town: Whole, known: Mapping[str, str], rule: str, stop: str
) -> None:
    error, status = STOPS[stop]
    with stopped(town.world.engine, error) as tries:
        answer = sent(app, town, known, POSTS[rule])
    assert tries
    assert answer.status_code == status
    if POSTS[rule].words:
        assert WORDS in answer.get_data(as_text=True)


def test_every_form_has_its_place_here(app: Flask) -> None:
    posts = {rule.rule for method, rule in routes(app) if method == "POST"}
    kept = {rule for rule in posts if not rule.startswith(SIGNING_IN)}
    assert kept == {*POSTS, *ELSEWHERE, *PRESSES}


# Pages whose form holds the version of the row that it changes.
VERSIONED = {
    "/plan/<plan_id>/steg/<step:step_name>": Post(
        "mona",
        "/plan/{plan_id}/steg/skriv-det-viktigste",
        {"most_important": WORDS, "agreed_how": "spoken"},
    ),
    "/plan/<plan_id>/steg/<step:step_name> of a measure": Post(
        "mona",
        "/plan/{plan_id}/steg/flytt-dato?subject={sara_measure}",
        {"reason": WORDS, "due_on": "2026-03-27", "agreed_how": "spoken"},
    ),
    "/plan/<plan_id>/evaluering": POSTS["/plan/<plan_id>/evaluering"],
    "/sak/<plan_id>": POSTS["/sak/<plan_id>"],
    "/over-fristen/<plan_id>/<step:step_name>": POSTS["/over-fristen/<plan_id>/<step:step_name>"],
    "/min/<plan_id>/steg/<step:step_name>": Post(
        "kim", "/min/{plan_id}/steg/skriv-det-viktigste", {"most_important": WORDS, "limits": ""}
    ),
}


@pytest.mark.parametrize("rule", VERSIONED)
def test_what_was_changed_meanwhile_can_be_saved_again(
    app: Flask, town: Whole, known: Mapping[str, str], rule: str
) -> None:
    post = VERSIONED[rule]
    with stopped(town.world.engine, None) as tries:
        old = sent(app, town, known, replace(post, fields={**post.fields, "version": "9999"}))
        assert old.status_code == 409 and WORDS in old.get_data(as_text=True)
        again = standing(form_of(old.get_data(as_text=True)))
        assert again["version"] != ["9999"]
        tries.clear()
        saved = sent(app, town, known, replace(post, fields={**post.fields, **again}))
    assert saved.status_code == 303, saved.get_data(as_text=True)
    assert tries


def test_a_review_answers_for_the_measures_as_they_are_now(
    app: Flask, town: Whole, known: Mapping[str, str]
) -> None:
    key = town.kim.measures["active"]
    post = POSTS["/plan/<plan_id>/evaluering"]
    answered = {f"svar-{key}": "done", f"utfall-{key}": "achieved", f"syn-{key}": "good"}
    fields = {**post.fields, **answered, f"versjon-{key}": "9999"}
    with stopped(town.world.engine, None):
        old = sent(app, town, known, replace(post, fields=fields))
        assert old.status_code == 409
        again = standing(form_of(old.get_data(as_text=True)))
        assert again[f"svar-{key}"] == ["done"]
        saved = sent(app, town, known, replace(post, fields={**again, "_bare": "1"}))
    assert saved.status_code == 303, saved.get_data(as_text=True)


# Where an error of a step is met beside the controller, and why it is no other answer to a form.
CAUGHT_BESIDE = {
    "web/staff/management/offboarding.py": "the account's end has no form: what is still held stands on its page",
    "web/staff/privacy/access_log_review.py": "a month's end has no form: what has no answer is said on its page",
    "web/staff/management/deadline_policies.py": "fields of its own, which are no model's",
    "web/staff/lists/find_person.py": "two reports that met are tried again",
}


def caught_in(path: Path) -> set[str]:
    """The names of the errors that a module catches."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))
    return {
        name.id for kind in kinds if kind for name in ast.walk(kind) if isinstance(name, ast.Name)
    }


def test_no_page_answers_what_stops_a_step_on_its_own() -> None:
    stops = {kind.__name__ for kind in STATUS} | {StillHolds.__name__}
    paths = {str(path.relative_to(ROOT)) for path in modules("web") if caught_in(path) & stops}
    assert paths == set(CAUGHT_BESIDE)
