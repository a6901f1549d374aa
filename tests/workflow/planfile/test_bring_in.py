"""Tests of bringing in a plan that had its life elsewhere: one event, its own days, and nothing guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, copied
from tests.workflow.planfile.plan_files import GROUND, PEOPLE, plan_file, plan_files, written
from tests.world import AGREED, World, make_world
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.management import overdue
from workflow.acts.plan import content, in_use, measures, meetings, request
from workflow.acts.planfile import schema
from workflow.acts.planfile.exporter import export_plan
from workflow.acts.planfile.importer import import_plan, tell_file
from workflow.acts.planfile.yaml_text import PlanFileRefused, read_file
from workflow.acts.sharing import participants
from workflow.record.access.open_plan import Actor
from workflow.record.history.verify import verify, verify_within
from workflow.record.lists.plans import mine
from workflow.record.models import (
    Consent,
    Deadline,
    DeadlineRung,
    Document,
    Event,
    EventBody,
    Measure,
    Notice,
    Party,
    Plan,
    Tenure,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.sharing.scopes import WHOLE, Visibility
from workflow.words.steps.history import event_sentence

NOW = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
STATES = tuple(GROUND)


@pytest.fixture
def world(fresh_database: Database) -> World:
    made = make_world(fresh_database.engine)
    made.now = NOW
    return made


@pytest.fixture(scope="module")
def town(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        made = make_world(database.engine)
        made.now = NOW
        yield made


def brought(world: World, text: str, who: str = "operator") -> str:
    return import_plan(world.engine, world.actor(who), text, world.now).plan_id


def rows(world: World, model: Any, plan_id: str) -> list[Any]:
    with Session(world.engine) as session:
        return list(session.execute(select(model).where(model.plan_id == plan_id)).scalars())


def due(world: World, plan_id: str) -> dict[str, date]:
    return {one.code: oslo_date(one.due_at) for one in rows(world, Deadline, plan_id)}


def problems(world: World, text: str, who: str = "operator") -> list[tuple[int, str, str]]:
    """What a file is refused for; it must have left nothing."""
    before = counts(world)
    with pytest.raises(PlanFileRefused) as refused:
        brought(world, text, who)
    assert counts(world) == before
    return [(one.line, one.field, one.code) for one in refused.value.problems]


def counts(world: World) -> list[int | None]:
    with Session(world.engine) as session:
        tables = (Plan, Event, Party, Notice, Deadline, Consent)
        return [session.execute(select(func.count()).select_from(one)).scalar() for one in tables]


@pytest.mark.parametrize("state", STATES)
def test_any_state_comes_in_by_one_event(world: World, state: str) -> None:
    plan_id = brought(world, plan_file(state))
    [event] = rows(world, Event, plan_id)
    assert (world.plan(plan_id).state, event.step_name) == (state, PlanStep.BRING_IN)
    assert verify(world.engine, plan_id).ok
    assert rows(world, Document, plan_id) == []  # no letter is made up


def test_the_history_says_from_where_and_as_of_when(world: World) -> None:
    goals = [{"own_words": "Sove", "on": "2026-03-01"}]
    text = written(
        {
            "kept_in": "Samspill",
            "stood_on": "2026-11-02",
            "goals": goals,
            "plan": {
                "state": "active",
                "person": "eva",
                "reported_on": "2026-02-02",
                **GROUND["active"],
            },
        }
    )
    plan_id = brought(world, text)
    [event], [body] = rows(world, Event, plan_id), rows(world, EventBody, plan_id)
    said = event_sentence(json.loads(event.text), json.loads(body.words), {}, "nb")
    assert said.startswith("Planen ble hentet inn fra Samspill, slik den sto 2. november 2026.")
    assert "mål: 1" in said
    assert json.loads(event.text)["effective_from"] == "2026-11-02"
    assert "Sove" not in event.text  # words are kept apart and can be erased
    assert "Sove" in body.words


def test_deadlines_run_from_the_days_of_the_file(world: World) -> None:
    plan_id = brought(
        world,
        plan_file(
            "active",
            {"shares_with": ["tor"], "shares_until": [{"who": "tor", "until": "2027-01-31"}]},
            measures=[
                {
                    "text": "Gå",
                    "state": "active",
                    "on": "2026-03-01",
                    "accountable": "mona",
                    "agreed_on": "2026-03-02",
                    "due_on": "2026-11-30",
                },
            ],
            meetings=[
                {
                    "state": "held",
                    "on": "2026-10-01",
                    "called_on": "2026-10-02",
                    "held_on": "2026-10-12",
                    "starts_at": "2026-10-12T09:00:00Z",
                }
            ],
        ),
    )
    dates = due(world, plan_id)
    assert dates[DeadlineCode.REVIEW] == date(2026, 12, 1)
    assert dates[DeadlineCode.MEASURE_DUE] == date(2026, 11, 30)
    assert dates[DeadlineCode.CONSENT_ENDS] == date(2027, 1, 31)
    assert dates[DeadlineCode.MINUTES_DUE] == date(2026, 10, 19)
    assert dates[DeadlineCode.QUIET_PLAN] == date(
        2027, 1, 11
    )  # 90 days after the meeting, not after today
    assert (
        DeadlineCode.ACKNOWLEDGE_REPORT not in dates and DeadlineCode.PROVISIONAL_REPLY not in dates
    )


@pytest.mark.parametrize(
    ("state", "more", "code", "day"),
    [
        (
            "requested",
            {"reported_on": "2026-11-02"},
            DeadlineCode.DECIDE_REQUEST,
            date(2026, 11, 30),
        ),
        (
            "requested",
            {"reported_on": "2026-11-02"},
            DeadlineCode.PROVISIONAL_REPLY,
            date(2026, 12, 2),
        ),
        (
            "requested",
            {"from_elsewhere": "Klinikken"},
            DeadlineCode.DECIDE_INCOMING,
            date(2026, 3, 2),
        ),
        ("decided", {}, DeadlineCode.APPOINT_COORDINATOR, date(2026, 3, 2)),
        (
            "decided",
            {"answer": {"granted": False, "on": "2026-11-02", "reasons": "Nei"}},
            DeadlineCode.APPEAL_WINDOW,
            date(2026, 11, 30),
        ),
        (
            "active",
            {"answer": None, "informal": True},
            DeadlineCode.DECIDE_INFORMAL_START,
            date(2026, 4, 20),
        ),
        ("reviewed", {}, DeadlineCode.CONCLUDE_REVIEW, date(2026, 10, 15)),
        (
            "decided",
            {
                "answer": {"granted": False, "after_start": True, "on": "2026-11-02"},
                "started_on": "2026-02-10",
                "coordinator": "mona",
            },
            DeadlineCode.APPEAL_WINDOW,
            date(2026, 11, 30),
        ),
        (
            "active",
            {"ending": {"on": "2026-11-02"}},
            DeadlineCode.ENDS_BY_DECISION,
            date(2026, 11, 30),
        ),
        (
            "active",
            {"pause": {"from_on": "2026-11-02", "until_on": "2026-12-24"}},
            DeadlineCode.PAUSE_ENDS,
            date(2026, 12, 24),
        ),
        ("active", {"acting": "tor"}, DeadlineCode.VACANCY, date(2026, 12, 2)),
    ],
)
def test_what_runs_in_each_state(
    world: World, state: str, more: dict[str, Any], code: str, day: date
) -> None:
    assert due(world, brought(world, plan_file(state, more)))[code] == day


def test_a_paused_plan_stands_still_since_its_pause(world: World) -> None:
    pause = {"pause": {"from_on": "2026-11-02", "until_on": "2026-12-24"}}
    plan_id = brought(world, plan_file("active", pause))
    [review] = [one for one in rows(world, Deadline, plan_id) if one.code == DeadlineCode.REVIEW]
    assert (review.state, oslo_date(review.paused_at)) == ("paused", date(2026, 11, 2))
    world.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    world.take("operator", PlanStep.RESUME, plan_id)
    assert due(world, plan_id)[DeadlineCode.REVIEW] == date(
        2026, 12, 21
    )  # the twenty days of the pause


def test_what_has_been_alarms_nobody_twice(world: World) -> None:
    """Of a ladder that is past, the latest rung stands and no heap of older ones."""
    plan_id = brought(world, plan_file("active", {"next_review_on": "2026-06-01"}))
    [review] = [one for one in rows(world, Deadline, plan_id) if one.code == DeadlineCode.REVIEW]
    with Session(world.engine) as session:
        past = select(DeadlineRung).where(
            DeadlineRung.deadline_id == review.id,
            DeadlineRung.at <= NOW,
            DeadlineRung.kind == "notify",
        )
        assert len(session.execute(past).scalars().all()) <= 2  # one rung, perhaps of two roles


def test_nobody_sees_what_the_file_does_not_share(world: World) -> None:
    around_it = [{"who": "tor", "kind": "relative", "on": "2026-03-01"}]
    plan_id = brought(world, plan_file("active", participants=around_it))
    assert rows(world, Consent, plan_id) == []
    other = plan_file("active", {"person": "ane", "consent": "paper", "shares_with": ["tor"]})
    shared = rows(world, Consent, brought(world, other, "liv"))
    assert {(one.source, one.recorded_by) for one in shared} == {
        ("paper", world.party["liv"]),
        ("brought", world.party["liv"]),
    }


def test_one_human_is_responsible(world: World) -> None:
    with_coordinator = world.plan(brought(world, plan_file("active")))
    acting = world.plan(brought(world, plan_file("active", {"person": "ane", "acting": "tor"})))
    with Session(world.engine) as session:
        names = [
            session.get_one(Party, one.responsible_party_id).name
            for one in (with_coordinator, acting)
        ]
        open_ = select(Tenure.role).where(Tenure.plan_id == acting.id, Tenure.until_at.is_(None))
        assert set(session.execute(open_).scalars()) == {"responsible", "acting"}
    assert names == ["Mona Moen", "Tor Dal"]


def test_everything_wrong_is_named_at_once(world: World) -> None:
    brought(world, plan_file("requested"))
    text = """planlop: 1
people:
  eva: {name: Eva Skogli}
plan:
  state: reviewed
  person: eva
  unit: Ingen slik
  reported_on: 2026-02-02
  started_on: 2099-02-18
  coordinator: ida
  closed: {on: 2026-01-01, why: goals_met}
  shares_until:
    - {who: eva, until: 2027-01-01}
measures:
  - text: Gå
    goal: 3
    state: decided
    on: 2026-03-01
meetings:
  - {state: held, on: 2026-03-01, starts_at: '2026-04-01T10:00:00Z'}
"""
    faults = problems(world, text)
    for wanted in [
        (6, "plan.person", "second_open_plan"),
        (9, "plan.started_on", "in_future"),
        (4, "plan.answer", "missing"),
        (4, "plan.review", "missing"),
        (11, "plan.closed", "contradicts"),
        (11, "plan.closed.on", "before_start"),
        (13, "plan.shares_until.0.who", "contradicts"),
        (7, "plan.unit", "unknown_unit"),
        (10, "plan.coordinator", "unknown_person"),
        (16, "measures.0.goal", "not_there"),
        (15, "measures.0.accountable", "missing"),
        (20, "meetings.0.held_on", "missing"),
    ]:
        assert wanted in faults, faults


def test_nothing_is_under_way_in_a_closed_plan(world: World) -> None:
    agreed = {"accountable": "mona", "agreed_on": "2026-03-02", "due_on": "2026-12-30"}
    text = plan_file(
        "closed",
        {"acting": "tor"},
        measures=[{"text": "Gå", "state": "active", "on": "2026-03-01", **agreed}],
        meetings=[{"state": "planned", "on": "2026-03-01", "starts_at": "2026-12-01T09:00:00Z"}],
    )
    odd = {(field, code) for _, field, code in problems(world, text)}
    assert odd == {
        (f"{name}", "contradicts")
        for name in ("plan.acting", "measures.0.state", "meetings.0.state")
    }


def test_a_closed_plan_is_news_to_nobody(world: World) -> None:
    plan_id = brought(world, plan_file("closed"))
    assert rows(world, Notice, plan_id) == []
    assert rows(world, Deadline, plan_id) == []


def test_an_open_plan_stands_alone_and_a_closed_one_beside_it(world: World) -> None:
    brought(world, plan_file("active"))
    assert [code for *_, code in problems(world, plan_file("requested"))] == ["second_open_plan"]
    brought(world, plan_file("closed"))


def test_who_may(world: World) -> None:
    brought(world, plan_file("active"), "liv")
    other = plan_file("active", {"person": "ane"})
    for who in ("mona", "oda", "kim", "lars"):
        assert "not_yours_to_decide" in [code for *_, code in problems(world, other, who)]


def test_the_plan_lives_on_here_and_goes_out_the_same(world: World, town: World) -> None:
    """What happened after it came is told beside what it was; with its history too."""
    text = plan_file(
        "reviewed",
        {"consent": "spoken"},
        goals=[{"own_words": "Sove", "on": "2026-03-01"}],
        measures=[
            {
                "text": "Gå",
                "state": "decided",
                "on": "2026-03-01",
                "accountable": "mona",
                "agreed_on": "2026-03-02",
                "due_on": "2026-12-30",
            }
        ],
        meetings=[{"state": "planned", "on": "2026-10-01", "starts_at": "2027-01-10T09:00:00Z"}],
    )
    plan_id = brought(world, text)
    measure = rows(world, Measure, plan_id)[0].id
    world.later(days=1)
    world.take("operator", PlanStep.CONTINUE, plan_id, next_review_on=world.days(60), **AGREED)
    world.take("operator", MeasureStep.DONE, plan_id, measure)
    world.take("operator", PlanStep.ADD_GOAL, plan_id, own_words="Jobbe")
    assert verify(world.engine, plan_id).ok
    for history in (False, True):
        with Session(world.engine) as session:
            plan = session.get_one(Plan, plan_id)
            out = export_plan(session, plan, world.now, history, sees=WHOLE)
        assert again(town, out, history, world.now) == out
    assert PlanStep.BRING_IN in out
    with Session(world.engine) as session:
        plan = session.get_one(Plan, plan_id)
        narrow = export_plan(
            session, plan, world.now, True, sees=Visibility(frozenset({"measures"}))
        )
    assert "Sove" not in narrow and "2027-01-10" not in narrow


def again(town: World, text: str, history: bool, now: datetime) -> str:
    """The file of the plan that the file makes; nothing is kept."""
    with Session(town.engine) as session:
        file, source = read_file(text)
        made = tell_file(session, Actor.operator(), file, source, now)
        assert verify_within(session).ok
        plan = session.get_one(Plan, made.plan_id)
        out = export_plan(session, plan, now, history, sees=WHOLE)
        session.rollback()
    return out


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=plan_files())
def test_what_comes_in_goes_out_the_same(town: World, text: str) -> None:
    """export(import(export(import(x)))) equals export(import(x)), and the record proves itself."""
    first = again(town, text, False, NOW)
    assert again(town, first, False, NOW) == first
    told = again(town, text, True, NOW)
    assert again(town, told, True, NOW) == told


def choices(form: Any, name: str) -> set[str]:
    extra = form.model_fields[name].json_schema_extra
    return set(dict(extra["choices"])) - {""}


@pytest.mark.parametrize(
    ("part", "name", "form", "field"),
    [
        (schema.FileAnswer, "regime", request.GrantPlan, "regime"),
        (schema.FileAnswer, "notified_how", request.GrantPlan, "notified_how"),
        (schema.FileReview, "rating", in_use.ReviewPlan, "rating"),
        (schema.FileTransition, "kind", content.AddTransition, "kind"),
        (schema.FileParticipant, "kind", participants.AddParticipant, "kind"),
        (schema.FileParticipant, "level", participants.AddParticipant, "level"),
        (schema.FileMeasure, "outcome", measures.Evaluate, "outcome"),
        (schema.FileMeasure, "rating", measures.Evaluate, "rating"),
        (schema.FileMeasure, "unmet_code", measures.ServiceDenies, "unmet_code"),
        (schema.FileMeasure, "kind", measures.Propose, "kind"),
        (schema.FileMeeting, "kind", meetings.PlanMeeting, "kind"),
    ],
)
def test_a_file_offers_what_the_forms_offer(part: Any, name: str, form: Any, field: str) -> None:
    assert set(get_args(part.model_fields[name].annotation)) - {""} == choices(form, field)


def test_the_people_of_these_files_are_told_apart() -> None:
    assert len({one["name"] for one in PEOPLE.values()}) == len(PEOPLE)


def quiet_for(world: World, days: int) -> str:
    """A plan of Mona's whose last sign of life lies so many days back, brought in today."""
    lived = world.days(-days).isoformat()
    more: dict[str, Any] = {
        "reported_on": lived,
        "started_on": lived,
        "answer": {"granted": True, "on": lived},
    }
    more |= {"next_review_on": world.days(40).isoformat(), "shares_with": ["mona"]}
    return brought(world, plan_file("active", more))


def heard(world: World, plan_id: str, code: str) -> dict[str, str]:
    """Who has heard of a deadline so far, and in which role."""
    names = {key: name for name, key in world.party.items()}
    return {
        names.get(one.recipient_id, one.recipient_id): one.role
        for one in rows(world, Notice, plan_id)
        if one.code == code
    }


def test_a_plan_that_was_quiet_long_reaches_the_coordinator_first_and_is_listed(
    world: World,
) -> None:
    plan_id = quiet_for(world, 215)
    coordinator = world.plan(plan_id).responsible_party_id
    world.later(days=1)
    sweep(world.engine, world.now)
    assert list(heard(world, plan_id, DeadlineCode.QUIET_PLAN).values()) == ["coordinator"]
    with Session(world.engine) as session:
        listed = mine(session, Actor(coordinator), world.now, only="quiet").lines
        assert [line.id for line in listed] == [plan_id]
        over = overdue.read_figures(session, None, world.now)
        codes = [row.code for row in over.rows if row.plan_id == plan_id]
        assert DeadlineCode.QUIET_PLAN in codes
    world.later(days=29)
    sweep(world.engine, world.now)
    assert "coordinating" in heard(world, plan_id, DeadlineCode.QUIET_PLAN).values()


def test_a_late_review_of_a_plan_brought_in_begins_with_whose_work_it_is(world: World) -> None:
    plan_id = brought(world, plan_file("active", {"next_review_on": "2026-09-01"}))
    told = {
        rung.role: (oslo_date(rung.at) - world.today).days
        for rung in rows(world, DeadlineRung, plan_id)
        if rung.deadline_id == due_id(world, plan_id, DeadlineCode.REVIEW)
    }
    assert told == {"coordinator": 0, "leader": 6, "leader_2": 27}


def due_id(world: World, plan_id: str, code: str) -> str:
    [key] = [one.id for one in rows(world, Deadline, plan_id) if one.code == code]
    return str(key)


def test_a_plan_that_comes_in_tells_nobody_what_did_not_happen(world: World) -> None:
    """Participants who have left, shares that are over, meetings held: none is news of today."""
    left = [{"who": "tor", "kind": "relative", "on": "2026-03-01", "left_on": "2026-05-01"}]
    plan_id = brought(world, plan_file("active", {"shares_with": ["tor"]}, participants=left))
    assert {one.code for one in rows(world, Notice, plan_id)} <= {PlanStep.BRING_IN}
    [event] = rows(world, Event, plan_id)
    assert event.step_name == PlanStep.BRING_IN
