"""Two persons' plans with something of everything under each, and an address for every route; tests stand elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.web.plan_world import make
from tests.web.stories import from_elsewhere
from tests.workflow.scenes import SCENES, Scene
from tests.world import AGREED, World
from web.request.access_guards import guard_of
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Absence,
    Complaint,
    Consent,
    DeadlinePolicy,
    Delivery,
    Document,
    EmergencyAccess,
    Event,
    Goal,
    LogFinding,
    LogReview,
    Measure,
    Meeting,
    Notice,
    Offer,
    Participant,
    Party,
    Wish,
    new_id,
)
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep

UNDER_A_PLAN: Mapping[str, Any] = {
    "complaint_id": Complaint,
    "document_id": Document,
    "goal_id": Goal,
    "measure_id": Measure,
    "meeting_id": Meeting,
    "offer_id": Offer,
    "participant_id": Participant,
    "wish_id": Wish,
    "consent_id": Consent,
    "event_id": Event,
}
# A row for the addresses that name one: a message, the manager's own, the report of a step.
ROW_OF = {
    "staff.manager_act": PlanStep.ASK_COORDINATOR,
    "staff.do_manager_act": PlanStep.ASK_COORDINATOR,
}
ANY_ROW = PlanStep.WRITE
MONTH = "2026-02"
MACHINES = {"static", "health.healthz", "health.readyz", "machines.robots", "machines.security_txt"}


@dataclass
class Whole:
    """A municipality with Kim's plan and Nora's, and what an address may name of each."""

    world: World
    kim: Scene
    nora: Scene
    ids: dict[str, dict[str, str]] = field(default_factory=dict)


def whole(app: Flask, scene: str = "asked") -> Whole:
    """Everybody around Kim; around Nora only Per, her coordinator, and the offices."""
    world = make(app)
    kim = SCENES[scene](world)
    if scene == "asked":
        world.take(
            "mona", PlanStep.OFFER_TRANSFER, kim.plan, to_unit_id=world.unit["service"], **AGREED
        )
        world.take("kim", PlanStep.COMPLAIN, kim.plan, about="content", words="Jeg er uenig")
    nora = noras(world)
    town = Whole(world, kim, nora)
    town.ids = {"kim": ids(world, kim, "kim"), "nora": ids(world, nora, "nora")}
    return town


def noras(world: World) -> Scene:
    """The second person's plan: her own helper, goal, measure, meeting, letter, message, complaint."""
    for name in ("nora", "nils"):
        world.party[name] = new_party(world, name)
    plan = world.take(
        "oda", PlanStep.REPORT_NEED, person_id=world.party["nora"], why="Bo trygt", **AGREED
    ).plan_id
    world.take(
        "oda",
        PlanStep.GRANT,
        plan,
        why_long="Varer i år",
        why_coordinated="Skole og lege",
        wish_coordinator="Per",
        to_party_id=world.party["per"],
    )
    world.take("per", PlanStep.ACCEPT_COORDINATOR, plan)
    world.take(
        "per",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["nils"],
        kind="relative",
        **AGREED,
    )
    world.take("per", PlanStep.ADD_GOAL, plan, own_words="Sove hele natta", **AGREED)
    world.take("nora", PlanStep.WRITE, plan, words="Kan du komme?")
    world.take("per", PlanStep.START, plan, next_review_on=world.days(90))
    measure = world.take("per", MeasureStep.PROPOSE, plan, text="Se på låsen").subject_id
    meeting = world.take(
        "per", MeetingStep.PLAN, plan, starts_on=world.days(8), starts_time="10:00"
    ).subject_id
    world.take("nora", PlanStep.COMPLAIN, plan, about="content", words="Det går for sakte")
    return Scene(world, plan, {"requested": measure}, {"planned": meeting})


def new_party(world: World, name: str) -> str:
    """One more inhabitant."""
    key = new_id()
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Party),
            {
                "id": key,
                "name": name.capitalize(),
                "sort_key": name,
                "email": f"{name}@example.invalid",
                "created_at": world.now,
            },
        )
    return key


def ids(world: World, scene: Scene, owner: str) -> dict[str, str]:
    """A key of every kind that an address may name, all of this plan or its person."""
    keys = {name: scene.first(model) for name, model in UNDER_A_PLAN.items()}
    coordinator = {"kim": "mona", "nora": "per"}[owner]
    return {
        **keys,
        "plan_id": scene.plan,
        "of": scene.first(Measure),
        "party_id": world.party[coordinator],
        "absence_id": absence(world, coordinator),
        "notice_id": of_notice(world, scene.plan, Notice.id),
        "delivery_id": of_notice(world, scene.plan, Delivery.id),
        "version_id": version(world),
        "emergency_id": emergency(world, scene.plan),
        "finding_id": finding(world, scene.plan),
        "crossing_id": from_elsewhere.asked(world.engine, world.now, owner.capitalize()),
        "month": MONTH,
        "token": "finnes-ikke",
        "name": "finnes-ikke",
    }


def of_notice(world: World, plan: str, column: Any) -> str:
    """The oldest notice of a plan, or its delivery."""
    query = select(column).select_from(Notice).where(Notice.plan_id == plan).order_by(Notice.id)
    if column is Delivery.id:
        query = query.join(Delivery, Delivery.notice_id == Notice.id)
    with Session(world.engine) as session:
        return str(session.execute(query.limit(1)).scalar() or new_id())


def absence(world: World, name: str) -> str:
    """Somebody is away for a week, a good while ahead."""
    key = new_id()
    since = world.now + timedelta(days=500)
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Absence),
            {
                "id": key,
                "party_id": world.party[name],
                "from_at": since,
                "until_at": since + timedelta(days=7),
            },
        )
    return key


def emergency(world: World, plan: str) -> str:
    """An emergency access to the plan that is over and waits for its follow-up."""
    key, since = new_id(), world.now - timedelta(days=2)
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(EmergencyAccess),
            {
                "id": key,
                "party_id": world.party["ove"],
                "plan_id": plan,
                "reason": "acute",
                "opened_at": since,
                "until_at": since + timedelta(hours=1),
                "ended_at": since + timedelta(minutes=9),
            },
        )
    return key


def finding(world: World, plan: str) -> str:
    """Something about the plan in the review of a month."""
    key = new_id()
    with unit_of_work(world.engine) as session:
        review = session.execute(select(LogReview.id)).scalar()
        if review is None:
            review = new_id()
            session.execute(
                insert(LogReview),
                {"id": review, "month": MONTH, "made_at": world.now},
            )
        session.execute(
            insert(LogFinding),
            {
                "id": key,
                "review_id": review,
                "kind": "odd_hours",
                "party_id": world.party["ove"],
                "plan_id": plan,
                "looks": 3,
                "first_at": world.now,
                "last_at": world.now,
            },
        )
    return key


def version(world: World) -> str:
    """A version of the municipality's deadlines that has not begun."""
    key = new_id()
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(DeadlinePolicy),
            {"id": key, "choices": "{}", "valid_from": world.days(400), "made_at": world.now},
        )
    return key


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every method and address of the application but those for machines."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        if rule.endpoint not in MACHINES:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, rule


def door(app: Flask, rule: Rule) -> str:
    """What stands at the door of an address."""
    guard = guard_of(app.view_functions[rule.endpoint])
    return guard.door if guard else ""


def address(app: Flask, rule: Rule, known: Mapping[str, str], filled: Filled | None = None) -> str:
    """The address of a route about these keys; KeyError names an argument nobody has given a meaning."""
    row = (
        MeasureStep.CAME_TO_NOTHING
        if "of" in rule.arguments
        else ROW_OF.get(rule.endpoint, ANY_ROW)
    )
    names = {**known, "step_name": row}
    values = {name: (filled or names.__getitem__)(name) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False))


Filled = Callable[[str], str]
