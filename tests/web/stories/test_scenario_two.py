"""Worked scenario 2 on the pages: three practices of deciding, and one end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Backend
from tests.web.conftest import NOW, SignedIn, settings_on, sign_in_for, tried_at
from tests.world import World, make_world
from web import create_app
from web.request.database import db
from workflow.acts.planfile.exporter import export_plan
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Event, Plan, StaffRole, new_id
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import WHOLE
from workflow.words.steps.catalogue import URLS

YES = {
    "why_long": "Varer i år",
    "why_coordinated": "MAT og Nav",
    "regime": "health",
    "notified_how": "handed_over",
}


class Practice:
    """One municipality with its way of deciding, and what its people do on the pages."""

    def __init__(self, app: Flask, signed_in: SignedIn, model: str) -> None:
        with app.app_context():
            self.world: World = make_world(db.engine, model)
        self.world.now = NOW - timedelta(minutes=5)
        self.signed_in = signed_in
        self.plan = self.world.requested()

    def page(self, name: str, path: str = "") -> Any:
        """What somebody sees of the plan."""
        return self.signed_in(self.world.party[name]).get(f"/plan/{self.plan}{path}")

    def press(self, name: str, row: str, fields: Mapping[str, Any], key: str = "") -> int:
        """Somebody sends the form of a step; the status of the answer."""
        where = f"/plan/{self.plan}/steg/{URLS[row]}" + (f"?om={key}" if key else "")
        browser = self.signed_in(self.world.party[name])
        asked = browser.get(where)
        hidden = re.findall(
            r'<input type="hidden" name="(?!csrf|next)([^"]+)" value="([^"]*)"', asked.text
        )
        return browser.post(where, data={**dict(hidden), **fields}).status_code

    def stored(self) -> Plan:
        """The plan's row."""
        return self.world.plan(self.plan)

    def log(self) -> list[str]:
        """The steps taken, in order."""
        with Session(self.world.engine) as session:
            asked = select(Event.step_name).where(Event.plan_id == self.plan).order_by(Event.seq)
            return list(session.execute(asked).scalars())

    def exported(self) -> str:
        """The plan as a file, without what differs from one municipality to another."""
        with Session(self.world.engine) as session:
            plan = session.execute(select(Plan).where(Plan.id == self.plan)).scalar_one()
            text = export_plan(session, plan, self.world.now, sees=WHOLE)
        return text.replace(plan.number, "NUMBER")

    def use(self) -> None:
        """The same plan everywhere: a goal in the person's words, a measure, the person's yes."""
        mona = self.world.party["mona"]
        if self.stored().state == "decided":
            assert self.press("mona", PlanStep.ACCEPT_COORDINATOR, {}) == 303
            self.start()
        self.world.take(
            "mona", PlanStep.ADD_GOAL, self.plan, own_words="Bo trygt", agreed_how="spoken"
        )
        self.world.measured(self.plan)
        assert self.stored().responsible_party_id == mona

    def start(self) -> None:
        """The plan is taken into use, with the day of the next review."""
        day = (NOW + timedelta(days=90)).date().isoformat()
        given = {"next_review_on": day, "most_important": "Beholde leiligheten"}
        assert self.press("mona", PlanStep.START, given) in (303, 422)
        if self.stored().state != "active":
            self.world.take("mona", PlanStep.START, self.plan, next_review_on=self.world.days(90))


def ordering_unit(here: Practice) -> None:
    """A: the ordering unit grants and asks the coordinator in the same act; no coordinator may."""
    mona = here.world.party["mona"]
    assert here.page("mona").status_code == 404  # she does not even see the request
    assert here.press("mona", PlanStep.GRANT, {**YES, "wish_coordinator": "Mona"}) == 404
    assert here.stored().state == "requested"
    given = {**YES, "wish_coordinator": "Ingen bestemt", "to_party_id": mona}
    assert here.press("oda", PlanStep.GRANT, given) == 303


def system_coordinator(here: Practice) -> None:
    """B: nobody is appointed before the person's wish is recorded."""
    mona = here.world.party["mona"]
    assert here.press("liv", PlanStep.GRANT, {**YES, "to_party_id": mona}) in (409, 422)
    assert here.stored().state == "requested"
    assert (
        here.press("liv", PlanStep.GRANT, {**YES, "to_party_id": mona, "wish_coordinator": "Mona"})
        == 303
    )


def before_the_decision(here: Practice) -> None:
    """C: they begin, by the coordinating unit; the leader of the office decides afterwards, with the true dates."""
    world = here.world
    with unit_of_work(world.engine) as session:
        session.add(
            StaffRole(
                id=new_id(),
                party_id=world.party["ove"],
                role="leader",
                unit_id=world.unit["ordering"],
                from_at=NOW - timedelta(days=900),
            )
        )
    begun = {"coordinator_id": world.party["mona"], "most_important": "Beholde leiligheten"}
    assert here.press("liv", PlanStep.START_INFORMALLY, begun) == 303
    assert (here.stored().state, here.stored().informal) == ("active", True)
    day = NOW.date().isoformat()
    review = (NOW + timedelta(days=90)).date().isoformat()
    given = {**YES, "effective_from": day, "next_review_on": review}
    assert here.press("ove", PlanStep.DECIDE_RETROACTIVELY, given) == 303
    assert here.stored().informal is False


@pytest.fixture(scope="module")
def three(
    backend: Backend, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Practice]]:
    """The same person in three municipalities, each with a record of its own, all in use."""
    made = {}
    with ExitStack() as stack:
        for model, decides in (
            ("A", ordering_unit),
            ("B", system_coordinator),
            ("C", before_the_decision),
        ):
            home = tmp_path_factory.mktemp(model)
            app = create_app(stack.enter_context(settings_on(backend, home)))
            stack.enter_context(tried_at(NOW, app))
            made[model] = Practice(app, sign_in_for(app), model)
            decides(made[model])
            made[model].use()
        yield made


def points(html: str) -> list[tuple[bool, str]]:
    """The nine points of the staff page, each with whether it is covered."""
    matches = re.findall(
        r'<li class="(there|open)"><span aria-hidden="true">.</span> ([a-i]\) [^<]+)<', html
    )
    return [(state == "there", words.strip()) for state, words in matches]


def test_all_end_in_use_with_the_same_nine_points(three: Mapping[str, Practice]) -> None:
    assert [three[model].stored().state for model in "ABC"] == ["active"] * 3
    listed = [points(three[model].page("mona").text) for model in "ABC"]
    assert len(listed[0]) == 9
    assert listed[0] == listed[1] == listed[2]
    assert {words[0] for covered, words in listed[0] if covered} >= {"a", "c", "e", "f", "g", "h"}


def test_the_logs_differ_as_the_practices_do(three: Mapping[str, Practice]) -> None:
    logs = {model: three[model].log() for model in "ABC"}
    assert (
        logs["A"][:3]
        == logs["B"][:3]
        == [PlanStep.REPORT_NEED, PlanStep.GRANT, PlanStep.ACCEPT_COORDINATOR]
    )
    assert logs["C"][:3] == [
        PlanStep.REPORT_NEED,
        PlanStep.START_INFORMALLY,
        PlanStep.DECIDE_RETROACTIVELY,
    ]
    who = {}
    for model in "AB":
        with Session(three[model].world.engine) as session:
            asked = select(Event.actor_id).where(
                Event.plan_id == three[model].plan, Event.step_name == PlanStep.GRANT
            )
            granted = str(session.execute(asked).scalar_one())
        names = {key: name for name, key in three[model].world.party.items()}
        who[model] = names[granted]
    assert who == {"A": "oda", "B": "liv"}


def test_the_prints_are_the_same(three: Mapping[str, Practice]) -> None:
    prints = []
    for here in three.values():
        browser = here.signed_in(here.world.party["kim"])
        html = browser.get(f"/papir/{here.plan}").text
        inner = re.search(r"<main.*?</main>", html, re.S)
        assert inner is not None
        words = re.sub(r"<[^>]+>", " ", inner.group(0)).replace(here.stored().number, "NUMBER")
        prints.append(" ".join(words.split()))
    assert "Bo trygt" in prints[0] and "Ringe Nav" in prints[0]
    assert prints[0] == prints[1] == prints[2]


def test_the_exports_say_the_same_of_goals_people_and_measures(
    three: Mapping[str, Practice],
) -> None:
    parts = [content(here.exported()) for here in three.values()]
    assert "Bo trygt" in parts[0]
    assert parts[0] == parts[1] == parts[2]


def content(exported: str) -> str:
    """Goals, participants and measures of a plan file, as they are written there."""
    start = exported.index("goals:")
    return exported[start : exported.find("\npeople:", start)]


def test_nobody_sees_the_same_persons_other_plans(three: Mapping[str, Practice]) -> None:
    for here in three.values():
        numbers = {model: other.stored().number for model, other in three.items()}
        for name in ("mona", "oda", "liv", "adam", "pia", "kim"):
            browser = here.signed_in(here.world.party[name])
            for other in three.values():
                if other is not here:
                    assert browser.get(f"/plan/{other.plan}").status_code == 404
                    assert other.stored().number not in browser.get("/planer").text
        assert len(set(numbers.values())) == 3


def test_nobody_grants_and_handles_the_appeal_alone(app: Flask, signed_in: SignedIn) -> None:
    here = Practice(app, signed_in, "A")
    assert (
        here.press(
            "oda",
            PlanStep.DENY,
            {"reasons": "Nei", "regime": "health", "notified_how": "handed_over"},
        )
        == 303
    )
    here.world.take("kim", PlanStep.COMPLAIN, here.plan, words="Uenig")
    said = {"reason": "Ja", "regime": "health", "notified_how": "handed_over"}
    assert here.press("oda", PlanStep.REVERSE, said) in (409, 422)
    assert here.stored().outcome == "denied"
    ove = here.world.party["ove"]
    assert here.press("oda", PlanStep.REVERSE, {**said, "confirmer_id": ove}) == 303
    assert here.stored().outcome == "denied"
    assert here.press("ove", PlanStep.CONFIRM, {}) == 303
    assert here.stored().outcome == "granted"
