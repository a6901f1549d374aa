"""Situations in which what a page has read and what the record says could part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tests.workflow.scenes import (
    SCENES,
    Scene,
    closed,
    closed_denied,
    complained,
    in_use,
    surround,
    withdrawn,
)
from tests.world import AGREED, World
from workflow.acts.base.registry import ACTS
from workflow.acts.engine.fire import fire
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Absence,
    EmergencyAccess,
    HomeAddress,
    Party,
    Representation,
    new_id,
)
from workflow.record.plan.view import EVENTS_SHOWN
from workflow.rules.guards.sharing import NOT_SHARING
from workflow.rules.names.steps import MeasureStep, PlanStep

MADE: dict[str, Callable[[World], Scene]] = dict(SCENES)


def situation(make: Callable[[World], Scene]) -> Callable[[World], Scene]:
    """Put a situation beside those of the walks."""
    MADE[make.__name__] = make
    return make


@situation
def closed_beside(world: World) -> Scene:
    """Closed, and another plan of the same person is open."""
    scene = closed(world)
    world.requested()
    return scene


@situation
def denied_beside(world: World) -> Scene:
    scene = closed_denied(world)
    world.requested()
    return scene


@situation
def withdrawn_beside(world: World) -> Scene:
    scene = withdrawn(world)
    world.requested()
    return scene


@situation
def duplicate(world: World) -> Scene:
    """A second report of somebody who has a plan."""
    world.requested()
    plan = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Gjeld", **AGREED
    ).plan_id
    surround(world, plan, by="liv")
    return Scene(world, plan)


@situation
def about_a_problem(world: World) -> Scene:
    return Scene(
        world, world.take("ali", PlanStep.REPORT_NEED, problem="Ungdom ute", why="Uro").plan_id
    )


@situation
def correction_asked(world: World) -> Scene:
    """Much at once: a correction is asked for, a transition nears, and who is asked to coordinate is away."""
    scene = in_use(world)
    world.take("kim", PlanStep.ASK_FOR_CORRECTION, scene.plan, words="Jeg er født i mai")
    world.take("kim", PlanStep.PLANNED_TRANSITION, scene.plan, on=world.days(90))
    world.take(
        "kim",
        PlanStep.OFFER_COORDINATOR,
        scene.plan,
        to_party_id=world.party["per"],
        wish_coordinator="Per",
    )
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Absence),
            {
                "id": new_id(),
                "party_id": world.party["per"],
                "substitute_id": world.party["ali"],
                "from_at": world.now,
                "until_at": world.now + timedelta(days=4),
            },
        )
    return scene


@situation
def more_time_taken(world: World) -> Scene:
    """For a correction; and whoever acts for the person may do all but share."""
    scene = in_use(world)
    world.take("kim", PlanStep.ASK_FOR_CORRECTION, scene.plan, words="Jeg er født i mai")
    world.take("pia", PlanStep.TAKE_MORE_TIME, scene.plan, reason="Mye å lese")
    with unit_of_work(world.engine) as session:
        session.execute(update(Representation).values(acts=NOT_SHARING))
    return scene


@situation
def more_time_taken_of_one(world: World) -> Scene:
    """Access and erasure are asked for in a closed plan; more time was taken for access only."""
    scene = closed(world)
    world.take("kim", PlanStep.ASK_FOR_ACCESS, scene.plan)
    world.take("pia", PlanStep.TAKE_MORE_TIME, scene.plan, reason="Mye å lese")
    world.take("kim", PlanStep.ASK_FOR_ERASURE, scene.plan)
    return scene


@situation
def access_asked(world: World) -> Scene:
    """And three tries that a file tells of, made long before they were written down."""
    scene = in_use(world)
    world.take("kim", PlanStep.ASK_FOR_ACCESS, scene.plan)
    for days in (90, 60, 2):
        with unit_of_work(world.engine) as session:
            _tell(session, scene, days)
    return scene


def _tell(session: Session, scene: Scene, days: int) -> None:
    world = scene.world
    fire(
        session,
        world.actor("mona"),
        PlanStep.TRIED_TO_REACH,
        plan_id=scene.plan,
        form=ACTS[PlanStep.TRIED_TO_REACH].form(),
        now=world.now - timedelta(days=days),
        recorded_at=world.now,
    )


@situation
def little_shared(world: World) -> Scene:
    """The coordinator and a participant see a part; one of them is asked about a measure."""
    scene = in_use(world)
    world.take(
        "mona",
        MeasureStep.OFFER,
        scene.plan,
        scene.measures["decided"],
        to_party_id=world.party["ali"],
    )
    for name in ("ali", "mona"):
        world.take(
            "kim", PlanStep.GIVE_CONSENT, scene.plan, party_id=world.party[name], scopes=["goals"]
        )
    return scene


@situation
def paused_in_transition(world: World) -> Scene:
    """A pause stops the date of a transition, not that of an emergency."""
    scene = in_use(world)
    world.take("kim", PlanStep.PLANNED_TRANSITION, scene.plan, on=world.days(90))
    world.take(
        "berit", PlanStep.OPEN_IN_EMERGENCY, scene.plan, emergency_id=scene.first(EmergencyAccess)
    )
    world.take("kim", PlanStep.PAUSE, scene.plan, reason="Ferie", until_on=world.days(30))
    return scene


@situation
def with_the_governor(world: World) -> Scene:
    """One complaint is with the county governor, another has just come."""
    scene = complained(world)
    world.take("ove", PlanStep.ASSESS_COMPLAINT, scene.plan, outcome="forwarded")
    world.take("kim", PlanStep.COMPLAIN, scene.plan, about="delay", words="Det tar tid")
    return scene


@situation
def vacant(world: World) -> Scene:
    """Somebody acts while nobody coordinates, and the person could not be reached for long."""
    scene = in_use(world)
    for _ in range(3):
        world.take("mona", PlanStep.TRIED_TO_REACH, scene.plan)
        world.later(days=31)
    world.take("mona", PlanStep.LAY_DOWN, scene.plan)
    gone = {"acting_id": world.party["leif"], "reason": "Slutter"}
    world.take("liv", PlanStep.VACATE, scene.plan, **gone)
    return scene


@situation
def long_protected(world: World) -> Scene:
    """A place not to be given away stands in words of measures whose last steps lie far back."""
    scene = in_use(world)
    for _ in range(EVENTS_SHOWN + 1):
        world.take("mona", PlanStep.TALKED, scene.plan)
    with unit_of_work(world.engine) as session:
        kim = Party.id == world.party["kim"]
        session.execute(update(Party).where(kim).values(protection="strict"))
        session.add(
            HomeAddress(
                id=new_id(),
                party_id=world.party["kim"],
                street="Ringe",
                postcode="8500",
                place="Narvik",
                recorded_at=world.now,
            )
        )
    return scene


SITUATIONS: Mapping[str, Callable[[World], Scene]] = MADE
