"""The review, the meetings and the five questions on the staff's pages."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.filling import form_of, said, send, standing
from tests.web.plan_world import Enter, last_events, make, rows, used
from tests.world import AGREED, World
from workflow.record.models import Goal, Measure, Meeting
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep


@pytest.fixture
def world(app: Flask) -> World:
    """The test persons, at the application's own hour."""
    return make(app)


@pytest.fixture
def enter(app: Flask, world: World) -> Enter:
    """A function: the client of a test person."""
    return Enter(app, world)


@pytest.fixture
def plan(world: World) -> str:
    """Kim's plan in use."""
    return used(world)


RATED = {"rating": ["good"], "agreed_how": ["spoken"]}


def test_review_in_one_go(world: World, enter: Enter, plan: str) -> None:
    """Five measures: one done, one with a new date, three as before; then the plan goes on."""
    for _ in range(3):
        world.measured(plan)
    done, again, *_ = [m for m in rows(world, Measure, plan) if m.state == "decided"]
    answers = {
        f"svar-{done.id}": "done",
        f"syn-{done.id}": "good",
        f"utfall-{done.id}": "achieved",
        f"syn-{again.id}": "no_answer",
        f"utfall-{again.id}": "partly",
        f"svar-{again.id}": "again",
        f"dato-{again.id}": str(world.days(30)),
        f"ord-{again.id}": "Ventet på Nav",
    }
    mona = enter("mona")
    form = standing(form_of(mona.get(f"/plan/{plan}/evaluering").get_data(as_text=True)))
    form |= {name: [value] for name, value in answers.items()} | RATED
    answer = mona.post(f"/plan/{plan}/evaluering", data=form)
    assert answer.status_code == 303, said(answer)
    assert last_events(world, plan, 8) == [
        MeasureStep.DONE,
        MeasureStep.EVALUATE,
        MeasureStep.CLOSE,
        MeasureStep.BEGIN,
        MeasureStep.EVALUATE,
        MeasureStep.GO_ON,
        PlanStep.REVIEW,
        PlanStep.CONTINUE,
    ]
    assert world.plan(plan).state == "active"
    assert world.measure(again.id).due_on == world.days(30)


def test_review_says_what_is_missing_and_takes_nothing(
    world: World, enter: Enter, plan: str
) -> None:
    before = world.plan(plan).version
    mona = enter("mona")
    assert send(mona, f"/plan/{plan}/evaluering").status_code == 409  # the person's view is asked
    first = rows(world, Measure, plan)[0]
    form = standing(form_of(mona.get(f"/plan/{plan}/evaluering").get_data(as_text=True)))
    form |= {f"svar-{first.id}": ["again"], **RATED}
    answer = mona.post(f"/plan/{plan}/evaluering", data=form)
    assert answer.status_code == 422 and "Velg hvordan det gikk." in said(answer)
    assert "Skriv en ny dato." in said(answer)
    assert world.plan(plan).version == before


def test_one_answer_holds_for_all_that_have_none_of_their_own(
    world: World, enter: Enter, plan: str
) -> None:
    world.measured(plan)
    own, *others = [one.id for one in rows(world, Measure, plan)]
    mona = enter("mona")
    page = f"/plan/{plan}/evaluering"
    form = standing(form_of(mona.get(page).get_data(as_text=True)))
    assert not {"utfall-alle", "syn-alle"} & set(form)
    form |= {f"svar-{one}": ["done"] for one in (own, *others)} | RATED
    form |= {f"utfall-{own}": ["partly"], "utfall-alle": ["achieved"]}
    half = mona.post(page, data=form)
    assert half.status_code == 422 and "Velg hva personen syntes." in said(half)
    assert standing(form_of(half.get_data(as_text=True)))["utfall-alle"] == ["achieved"]
    assert mona.post(page, data=form | {"syn-alle": ["wrong"]}).status_code == 422
    assert mona.post(page, data=form | {"syn-alle": ["good"]}).status_code == 303
    stored = {one.id: one.outcome for one in rows(world, Measure, plan)}
    assert stored == {own: "partly", **dict.fromkeys(others, "achieved")}


def test_only_review_then_close(world: World, enter: Enter, plan: str) -> None:
    mona = enter("mona")
    form = standing(form_of(mona.get(f"/plan/{plan}/evaluering").get_data(as_text=True)))
    for measure in rows(world, Measure, plan):
        form[f"svar-{measure.id}"] = ["done"]
        form |= {f"utfall-{measure.id}": ["achieved"], f"syn-{measure.id}": ["good"]}
    form |= {**RATED, "_bare": ["1"]}
    assert mona.post(f"/plan/{plan}/evaluering", data=form).status_code == 303
    assert world.plan(plan).state == "reviewed"
    answer = send(
        mona, f"/plan/{plan}/steg/avslutt-planen", reason="Målet er nådd", agreed_how="spoken"
    )
    assert answer.status_code == 303, said(answer)
    assert world.plan(plan).state == "closed"


def test_meeting_from_plan_to_minutes(world: World, enter: Enter, plan: str) -> None:
    mona = enter("mona")
    answer = send(
        mona,
        f"/plan/{plan}/steg/planlegg-mote",
        starts_on=str(world.days(10)),
        starts_time="10:00",
        place="Nav",
        party_ids=[world.party["kim"], world.party["ali"]],
    )
    assert answer.status_code == 303, said(answer)
    [meeting] = rows(world, Meeting, plan)
    page = f"/plan/{plan}/mote/{meeting.id}"
    assert "Ikke før 11" in said(mona.get(page))
    call = f"/plan/{plan}/steg/innkall?subject={meeting.id}"
    assert send(mona, call, agreed_how="spoken").headers["Location"] == page
    assert "Har ikke svart" in said(mona.get(page))
    world.later(days=10)
    mona = enter("mona")
    held = send(
        mona,
        f"/plan/{plan}/steg/motet-er-holdt?subject={meeting.id}",
        came_ids=[world.party["kim"]],
    )
    assert held.status_code == 303, said(held)
    sent = send(
        mona, f"/plan/{plan}/steg/send-referat?subject={meeting.id}", minutes="Vi ble enige."
    )
    assert sent.status_code == 303
    assert "Vi ble enige." in said(mona.get(page))
    assert "Referat sendt" in said(mona.get(f"/plan/{plan}/moter"))


def test_many_called_is_warned_of(world: World, enter: Enter, plan: str) -> None:
    called = [world.party[name] for name in ("kim", "ali", "mor", "per", "lars", "frida")]
    world.take("mona", MeetingStep.PLAN, plan, starts_on=world.days(20), party_ids=called, **AGREED)
    [meeting] = rows(world, Meeting, plan)
    page = said(enter("mona").get(f"/plan/{plan}/mote/{meeting.id}"))
    assert "Vil Kim heller møte færre?" in page


def test_five_questions_become_goal_and_measure(world: World, enter: Enter) -> None:
    plan = world.active()
    answer = send(
        enter("mona"),
        f"/plan/{plan}/fem-sporsmal",
        most_important="Beholde leiligheten",
        condition="Trekk av husleia",
        own_words="Betale husleia hver måned",
        text="Ringe Nav",
        accountable_id=world.party["kim"],
        helper_ids=[world.party["mona"]],
    )
    assert answer.status_code == 303, said(answer)
    [goal] = rows(world, Goal, plan)
    [measure] = rows(world, Measure, plan)
    assert goal.condition == "Trekk av husleia"
    assert measure.goal_id == goal.id
