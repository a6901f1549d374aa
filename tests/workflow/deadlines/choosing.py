"""Choosing a policy in a test world and looking at what then stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.workflow.deadline_world import World
from workflow.acts.deadlines.policy_versions import SavedVersion, set_policy
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Deadline,
    DeadlineRung,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.policy import Choices

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


DAY = date(2026, 3, 2)


def after(days: int) -> datetime:
    return NOW + timedelta(days=days)


def choose(
    world: World,
    now: datetime = NOW,
    unit: str | None = None,
    begins: int = 0,
    closing: Iterable[date] | None = None,
    by: str = "kea",
    **chosen: Any,
) -> SavedVersion:
    actor = Actor(world.party[by])
    unit_id = world.unit[unit] if unit else None
    choices = Choices.model_validate(chosen)
    begins_on = oslo_date(now) + timedelta(days=begins)
    with unit_of_work(world.engine) as session:
        return set_policy(session, actor, unit_id, begins_on, choices, closing, now)


def due(world: World, code: str, plan: str | None = None) -> date:
    with unit_of_work(world.engine) as session:
        query = select(Deadline.due_at).where(Deadline.code == code)
        rows = session.execute(query.where(Deadline.plan_id == plan) if plan else query)
        return oslo_date(rows.scalar_one())


def stands(world: World, code: str) -> list[tuple[date, str]]:
    """The telling rungs that stand, by day and role."""
    query = (
        select(DeadlineRung.at, DeadlineRung.role)
        .join(Deadline, Deadline.id == DeadlineRung.deadline_id)
        .where(
            Deadline.code == code,
            DeadlineRung.done_at.is_(None),
            DeadlineRung.due_version == Deadline.due_version,
            DeadlineRung.kind.in_(("notify", "quiet")),
        )
        .order_by(DeadlineRung.at, DeadlineRung.n)
    )
    with unit_of_work(world.engine) as session:
        return [(oslo_date(at), role) for at, role in session.execute(query)]


def version(world: World, code: str) -> int:
    with unit_of_work(world.engine) as session:
        query = select(Deadline.due_version).where(Deadline.code == code)
        return session.execute(query).scalar_one()


def heard(world: World) -> list[tuple[str, str, str]]:
    """Who was told of deadlines; the leaders' weekly overview is left out."""
    return [line for line in world.told() if line[1] != "overview"]


LADDER = [[-3, "d", "coordinator"], [2, "wd", "coordinator"], [5, "d", "leader"]]
