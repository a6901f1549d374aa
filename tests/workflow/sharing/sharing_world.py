"""What the tests of sharing ask of the record and do again and again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from tests.workflow.proofs import rows
from tests.world import World
from workflow.record.access.open_plan import resolve_access
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Party
from workflow.rules.engine.denials import Refused
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import scopes_of

FEW = ["goals", "calendar"]


def born(world: World, day: date | None) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).where(Party.id == world.party["kim"]).values(born_on=day))


def years(world: World, count: int) -> date:
    """The birthday of somebody who turns that old today."""
    return world.today.replace(year=world.today.year - count)


def parent(world: World, plan: str, name: str = "mor", ground: str = "parent") -> None:
    world.take(
        "liv", PlanStep.ADD_REPRESENTATION, plan, representative_id=world.party[name], ground=ground
    )


def shared(world: World, plan: str, name: str) -> list[Consent]:
    """Every consent of a receiver, the oldest first."""
    consents = [one for one in rows(world, Consent, plan) if one.receiver_id == world.party[name]]
    return sorted(consents, key=lambda one: (one.from_at, one.withdrawn_at is None))


def seen(world: World, plan: str, name: str) -> frozenset[str]:
    """The scopes of the consents in force of a receiver, together."""
    scopes = [scopes_of(one.scopes) for one in shared(world, plan, name) if not one.withdrawn_at]
    return frozenset().union(*scopes)


def relations(world: World, plan: str, name: str, at: datetime | None = None) -> frozenset[str]:
    with unit_of_work(world.engine) as session:
        return resolve_access(session, world.actor(name), plan, at or world.now).relations


def give(world: World, who: str, plan: str, to: str = "ali", **fields: Any) -> Any:
    return world.take(who, PlanStep.GIVE_CONSENT, plan, party_id=world.party[to], **fields)


def refused(world: World, who: str, plan: str, **fields: Any) -> list[str]:
    """The codes with which a yes is refused."""
    with pytest.raises(Refused) as stopped:
        give(world, who, plan, **fields)
    return [one.code for one in stopped.value.denials]
