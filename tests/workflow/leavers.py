"""Somebody who leaves, in tests: what they hold, handing it on, ending the account."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import select

from tests.world import AGREED, World
from workflow.acts.base.context import StepResult
from workflow.acts.deadlines import sweep
from workflow.acts.offboarding import account_end, handover
from workflow.acts.offboarding.handover import HandoverForm
from workflow.acts.people.absences import AbsenceForm, set_substitute
from workflow.record.database.engine import unit_of_work
from workflow.record.lists.responsibilities import Responsibility
from workflow.record.models import (
    Deadline,
    Event,
    Party,
)
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep


def held(world: World, name: str) -> list[Responsibility]:
    with unit_of_work(world.engine) as session:
        return account_end.responsibilities_of(session, world.party[name], world.now)


def kinds(world: World, name: str) -> list[str]:
    return [one.kind for one in held(world, name)]


def hand_over(world: World, by: str, whose: str, **names: str) -> Counter[str]:
    form = HandoverForm(**{f"{key}_id": world.party[name] for key, name in names.items()})
    with unit_of_work(world.engine) as session:
        return handover.hand_over(session, world.actor(by), world.party[whose], form, world.now)


def deactivate(world: World, by: str, whose: str) -> None:
    with unit_of_work(world.engine) as session:
        account_end.deactivate(session, world.actor(by), world.party[whose], world.now)


def party(world: World, name: str) -> Party:
    with unit_of_work(world.engine) as session:
        return session.get_one(Party, world.party[name])


def everything(world: World) -> tuple[str, str, str]:
    """Mona coordinates, is accountable, helps, leads a meeting, is asked and steps in for Per."""
    plan = world.active()
    measure = world.measured(plan)
    world.take(
        "mona",
        MeasureStep.CHANGE_DETAILS,
        plan,
        measure,
        helper_ids=[world.party["mona"]],
        **AGREED,
    )
    meeting = world.take("mona", MeetingStep.PLAN, plan, starts_on=world.days(20)).subject_id
    world.take("kim", PlanStep.WRITE, plan, words="Ring meg")
    away = AbsenceForm(
        substitute_id=world.party["mona"], from_on=world.days(1), back_on=world.days(9)
    )
    with unit_of_work(world.engine) as session:
        set_substitute(session, world.actor("per"), world.party["per"], away, world.now)
    return plan, measure, meeting


def deadline(world: World, plan: str, code: str) -> Any:
    with unit_of_work(world.engine) as session:
        at = session.execute(
            select(Deadline.due_at).where(
                Deadline.plan_id == plan, Deadline.code == code, Deadline.state == "open"
            )
        ).scalar_one()
    return at.date()


def another_plan(world: World, person: str = "nosy") -> str:
    """One more person gets a plan, with Per."""
    plan = world.take(
        person, PlanStep.REPORT_NEED, person_id=world.party[person], why="Hjelp"
    ).plan_id
    world.take(
        "oda",
        PlanStep.GRANT,
        plan,
        why_long="År",
        why_coordinated="Nav",
        wish_coordinator="Per",
        to_party_id=world.party["per"],
    )
    world.take("per", PlanStep.ACCEPT_COORDINATOR, plan)
    world.take("per", PlanStep.START, plan, next_review_on=world.days(90))
    return plan


def measured_by(world: World, plan: str, name: str) -> str:
    key = world.take(name, MeasureStep.PROPOSE, plan, text="Ringe Nav").subject_id
    world.take(
        name,
        MeasureStep.AGREE,
        plan,
        key,
        accountable_id=world.party[name],
        due_on=world.days(10),
        **AGREED,
    )
    return key


def swept(world: World) -> None:
    sweep.sweep(world.engine, world.now)


def by_party(session: Any, model: Any, key: str) -> list[Any]:
    return list(session.execute(select(model).where(model.party_id == key)).scalars())


def last_event(world: World, plan: str, step_name: str) -> Any:
    with unit_of_work(world.engine) as session:
        event_id = session.execute(
            select(Event.id)
            .where(Event.plan_id == plan, Event.step_name == step_name)
            .order_by(Event.seq.desc())
            .limit(1)
        ).scalar_one()
    return StepResult(event_id, plan, plan, "", step_name)
