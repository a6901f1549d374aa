"""The Narvik case (worked scenario 1) carried through the staff's pages, day by day, with a browser without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.filling import form_of, said, send, standing
from tests.web.plan_world import Enter, make
from tests.world import World
from workflow.record.models import Deadline, Event, Goal, Measure
from workflow.rules.names.steps import CompositeStep, MeasureStep, PlanStep
from workflow.words.steps.catalogue import URLS

WENT_WELL = {"outcome": "achieved", "rating": "good", "agreed_how": "spoken"}


@pytest.fixture
def world(app: Flask) -> World:
    """The test persons, at the application's own hour."""
    return make(app)


class Case:
    """Mona's days with one plan."""

    def __init__(self, app: Flask, world: World, plan: str) -> None:
        self.world, self.plan = world, plan
        self.enter = Enter(app, world)

    @property
    def mona(self) -> FlaskClient:
        """Mona, signed in today."""
        return self.enter("mona")

    def take(self, step: str, subject: str = "", name: str = "mona", **answers: Any) -> None:
        """Answer a step's page as a test person; it must be taken."""
        about = f"?subject={subject}" if subject else ""
        answer = send(self.enter(name), f"/plan/{self.plan}/steg/{URLS[step]}{about}", **answers)
        assert answer.status_code == 303, said(answer)

    def measure(self, number: int) -> Measure:
        """The measure with that number."""
        with Session(self.world.engine) as session:
            query = select(Measure).where(Measure.plan_id == self.plan, Measure.position == number)
            return session.execute(query).scalar_one()

    def goal(self) -> str:
        """The plan's only goal."""
        with Session(self.world.engine) as session:
            return session.execute(
                select(Goal.id).where(Goal.plan_id == self.plan, Goal.status == "open")
            ).scalar_one()

    def page(self) -> str:
        """What the plan page says today."""
        return said(self.mona.get(f"/plan/{self.plan}"))

    def later(self, days: int) -> None:
        """Days pass."""
        self.world.later(days=days)


def begun(app: Flask, world: World) -> Case:
    """D0: the crisis, the talk, and a start without papers."""
    plan = world.take(
        "mona", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="", agreed_how="spoken"
    ).plan_id
    case = Case(app, world, plan)
    case.take(
        PlanStep.START_INFORMALLY,
        coordinator_id=world.party["mona"],
        confirmer_id=world.party["lars"],
        agreed_how="spoken",
    )
    case.take(PlanStep.CONFIRM, name="lars")
    answer = send(
        case.mona,
        f"/plan/{plan}/fem-sporsmal",
        most_important="Å få beholde leiligheten",
        condition="At husleia blir betalt, og at den trekkes fra trygda",
        own_words="Betale husleia i rett tid hver måned",
    )
    assert answer.status_code == 303, said(answer)
    case.take(
        PlanStep.ADD_PARTICIPANT,
        party_id=world.party["ali"],
        role="Saksbehandler",
        organisation="Nav",
        agreed_how="spoken",
    )
    return case


def agreed(case: Case, text: str, days: int, **more: Any) -> None:
    """A measure agreed while they sit together: Kim is accountable, Mona helps."""
    world = case.world
    send_to = f"avtalt-i-motet?goal_id={case.goal()}"
    answer = send(
        case.mona,
        f"/plan/{case.plan}/steg/{send_to}",
        text=text,
        accountable_id=world.party["kim"],
        helper_ids=[world.party["mona"]],
        due_on=str(world.days(days)),
        agreed_how="spoken",
        accountable_said_yes="true",
        **more,
    )
    assert answer.status_code == 303, said(answer)


def test_narvik_through_the_pages(app: Flask, world: World) -> None:
    case = begun(app, world)
    case.later(1)  # D1: agreements, the first done at once
    agreed(case, "Bestille time på trygdekontoret", 0)
    agreed(case, "Møte til time på trygdekontoret", 3, agreed_consequence="Ingen trekkavtale")
    agreed(case, "Etablere trekk av husleie", 6)
    case.take(CompositeStep.DONE_AND_EVALUATED, case.measure(1).id, **WENT_WELL)
    case.take(PlanStep.COPY_GIVEN)
    page = case.page()
    for words in (
        "Kim sammen med Mona",
        "Hvis ikke: Ingen trekkavtale",
        "vedtak mangler",
    ):
        assert words in page
    assert case.measure(1).state == "closed" and case.measure(1).evaluated_on == world.today

    case.later(3)  # D4: no-show; what was agreed is shown, nobody else takes over
    second = case.measure(2)
    shown = said(case.mona.get(f"/plan/{case.plan}/steg/ble-ikke-noe-av?subject={second.id}"))
    assert "Hvis ikke: Ingen trekkavtale" in shown
    case.take(MeasureStep.CAME_TO_NOTHING, second.id)
    assert case.measure(2).accountable_id == world.party["kim"]

    case.later(3)  # D7: he comes back, and gets a new appointment himself
    first_due = second.original_due_on
    case.take(
        MeasureStep.MOVE_DATE,
        second.id,
        reason="Kim ordnet ny time selv",
        due_on=str(world.days(1)),
    )
    case.take(PlanStep.TALKED)

    case.later(1)  # D8: both done and evaluated
    case.take(CompositeStep.DONE_AND_EVALUATED, case.measure(2).id, **WENT_WELL)
    case.take(
        CompositeStep.DONE_AND_EVALUATED,
        case.measure(3).id,
        **WENT_WELL,
        result_words="Husleia trekkes nå",
    )
    assert case.measure(2).original_due_on == first_due
    assert case.measure(2).completed_on == world.today

    case.later(22)  # D30: the provisional reply says that the work has begun
    case.take(
        PlanStep.PROVISIONAL_REPLY,
        name="oda",
        reason="Vedtaket skrives nå",
        expected_on=str(world.days(14)),
    )
    case.later(10)  # D40: the decision afterwards, in force from the first day
    case.take(
        PlanStep.DECIDE_RETROACTIVELY,
        name="oda",
        why_long="Har vart i mange år",
        why_coordinated="MAT og Nav",
        effective_from=str(world.plan(case.plan).started_on),
        next_review_on=str(world.days(60)),
    )
    assert not world.plan(case.plan).informal
    assert "vedtak mangler" not in case.page()

    case.later(30)  # reviewed together, and closed as agreed
    html = case.mona.get(f"/plan/{case.plan}/evaluering").get_data(as_text=True)
    form = standing(form_of(html)) | {"rating": ["good"], "person_words": ["Jeg bor her"]}
    form["agreed_how"] = ["spoken"]
    answer = case.mona.post(f"/plan/{case.plan}/evaluering", data=form | {"_bare": ["1"]})
    assert answer.status_code == 303, said(answer)
    case.take(PlanStep.CLOSE, reason="Husleia betales hver måned", agreed_how="spoken")
    assert world.plan(case.plan).state == "closed"
    outcome(case)


def outcome(case: Case) -> None:
    """What must hold when it is over: history, dates, nobody alerted about Kim."""
    with Session(case.world.engine) as session:
        taken = session.execute(
            select(Event.step_name).where(Event.plan_id == case.plan).order_by(Event.seq)
        ).scalars()
        rows = list(taken)
        left = session.execute(
            select(Deadline.code).where(
                Deadline.plan_id == case.plan, Deadline.state.in_(["open", "paused"])
            )
        ).scalars()
        assert list(left) == []
    assert rows[:4] == [
        PlanStep.REPORT_NEED,
        PlanStep.ASK_CONFIRMATION,
        PlanStep.CONFIRM,
        PlanStep.START_INFORMALLY,
    ]
    assert rows[-1] == PlanStep.CLOSE
    assert [
        row
        for row in rows
        if row
        in (
            MeasureStep.CAME_TO_NOTHING,
            MeasureStep.MOVE_DATE,
            PlanStep.DECIDE_RETROACTIVELY,
            PlanStep.COPY_GIVEN,
        )
    ] == [
        PlanStep.COPY_GIVEN,
        MeasureStep.CAME_TO_NOTHING,
        MeasureStep.MOVE_DATE,
        PlanStep.DECIDE_RETROACTIVELY,
    ]
    history = said(case.enter("kim").get(f"/plan/{case.plan}/historie"))
    assert "avsluttet" in history
