"""What the scenario tests ask of the record after a step, and which rows they prove."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import select

from tests.world import World
from workflow.acts.base.context import StepResult
from workflow.record.database.engine import unit_of_work
from workflow.record.history.verify import verify
from workflow.record.models import Consent, Event, EventBody, Notice, Offer, Plan, Tenure

Row = TypeVar("Row")
Test = Callable[..., None]
PROVEN: set[str] = set()


def proves(*step_names: str) -> Callable[[Test], Test]:
    """The test takes each of these rows and checks what it brings with it."""
    PROVEN.update(step_names)

    def dress(test: Test) -> Test:
        @wraps(test)
        def checked(world: World, *args: Any, **rest: Any) -> None:
            test(world, *args, **rest)
            with unit_of_work(world.engine) as session:
                fired = select(Event.step_name)
                assert set(step_names) <= set(session.execute(fired).scalars()) | world.elsewhere
            whole(world)

        return checked

    return dress


def whole(world: World) -> None:
    """Every chain of the municipality holds, and the columns say what the chains say."""
    with unit_of_work(world.engine) as session:
        plans = select(Plan.id)
        keys = list(session.execute(plans).scalars())
    for key in keys:
        faults = verify(world.engine, key).broken
        assert faults == [], faults


def rows(world: World, model: type[Row], plan: str) -> list[Row]:
    """What stands under a plan, in the order it was made."""
    table: Any = model
    with unit_of_work(world.engine) as session:
        query = select(model).where(table.plan_id == plan).order_by(table.id)
        return list(session.execute(query).scalars())


def only(world: World, model: type[Row], plan: str) -> Row:
    """The one row of that kind under a plan."""
    (row,) = rows(world, model, plan)
    return row


def last(world: World, model: type[Row], plan: str) -> Row:
    """The newest row of that kind under a plan."""
    return rows(world, model, plan)[-1]


def text(world: World, done: StepResult) -> dict[str, Any]:
    """What the chain keeps of a step."""
    with unit_of_work(world.engine) as session:
        content: dict[str, Any] = json.loads(session.get_one(Event, done.event_id).text)
        return content


def words(world: World, done: StepResult) -> dict[str, str]:
    """The erasable words of a step."""
    with unit_of_work(world.engine) as session:
        texts: dict[str, str] = json.loads(session.get_one(EventBody, done.event_id).words)
        return texts


def told(world: World, done: StepResult) -> set[str]:
    """The names of those who hear of a step."""
    names = {key: name for name, key in world.party.items()}
    with unit_of_work(world.engine) as session:
        heard = select(Notice.recipient_id).where(Notice.cause == f"e:{done.event_id}")
        return {names[key] for key in session.execute(heard).scalars()}


def holders(world: World, plan: str) -> dict[str, str | None]:
    """Who holds each role now: a name, or None for an office."""
    names = {key: name for name, key in world.party.items()}
    return {
        tenure.role: names.get(tenure.party_id or "")
        for tenure in rows(world, Tenure, plan)
        if tenure.until_at is None
    }


def open_offers(world: World, plan: str) -> list[tuple[str, str | None]]:
    """Kind and name of each open offer."""
    names = {key: name for name, key in world.party.items()}
    return [
        (offer.kind, names.get(offer.to_party_id or ""))
        for offer in rows(world, Offer, plan)
        if offer.outcome == ""
    ]


def shared_with(world: World, plan: str) -> set[str]:
    """The names the person shares with now; «plan» for the yes to the plan itself."""
    names = {key: name for name, key in world.party.items()}
    return {
        names[consent.receiver_id] if consent.receiver_id else "plan"
        for consent in rows(world, Consent, plan)
        if consent.withdrawn_at is None
    }
