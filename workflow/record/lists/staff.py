"""Those who work here, with how much they hold and when they are away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.record.access.role_holders import works_here
from workflow.record.in_force import has_account
from workflow.record.models import Measure, Party, Plan, StaffRole, Unit
from workflow.rules.text.name_order import sort_by_name


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who works here: units and roles, and how many plans and measures they answer for."""

    party_id: str
    name: str
    title: str
    units: tuple[str, ...]
    roles: tuple[str, ...]
    plans: int
    measures: int


def list_colleagues(
    session: Session, now: datetime, unit_ids: Sequence[str] | None = None
) -> list[Colleague]:
    """Everybody who holds a staff role at `now`, of these units or of all; by name."""
    query = (
        select(Party.id, Party.name, Party.title, Unit.name, StaffRole.role)
        .join(StaffRole, StaffRole.party_id == Party.id)
        .join(Unit, Unit.id == StaffRole.unit_id)
        .where(
            has_account(Party),
            works_here(StaffRole, now),
        )
        .order_by(Party.sort_key, Party.id)
    )
    if unit_ids is not None:
        query = query.where(StaffRole.unit_id.in_(unit_ids))
    places: dict[str, tuple[str, str, list[str], list[str]]] = {}
    for key, name, title, unit, role in session.execute(query):
        known = places.setdefault(key, (name, title, [], []))
        known[2].append(unit)
        known[3].append(role)
    plans, measures = _plans(session), _measures(session)
    return [
        Colleague(
            key,
            name,
            title,
            tuple(dict.fromkeys(sort_by_name(units, str))),
            tuple(dict.fromkeys(roles)),
            plans.get(key, 0),
            measures.get(key, 0),
        )
        for key, (name, title, units, roles) in places.items()
    ]


def _plans(session: Session) -> dict[str | None, int]:
    """How many open plans each is responsible for; never counted for the plan's own person."""
    query = (
        select(Plan.responsible_party_id, func.count())
        .where(
            Plan.state != "closed",
            Plan.shadow == 0,
            Plan.responsible_party_id.is_not(None),
            Plan.responsible_party_id.is_distinct_from(Plan.person_id),
        )
        .group_by(Plan.responsible_party_id)
    )
    return {key: int(many) for key, many in session.execute(query)}


def _measures(session: Session) -> dict[str | None, int]:
    query = (
        select(Measure.accountable_id, func.count())
        .join(Plan, Plan.id == Measure.plan_id)
        .where(
            Measure.state != "closed",
            Plan.state != "closed",
            Measure.accountable_id.is_distinct_from(Plan.person_id),
        )
        .group_by(Measure.accountable_id)
    )
    return {key: int(many) for key, many in session.execute(query)}
