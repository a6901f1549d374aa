"""How a plan's hand-over to another municipality stands at its sender, as the plan's page shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.record.models import Crossing, Neighbour, Notice, Plan
from workflow.rules.crossing.hand_over import SENDER
from workflow.rules.names.steps import PlanStep


@dataclass(frozen=True, slots=True)
class HandOver:
    """The last question to another municipality: state offered, refused, lapsed or released.

    place is its name and address where its pages are; number and coordinator are theirs, the number
    known once they have begun.
    """

    place: str
    state: str
    why: str
    ended_at: datetime | None
    released_at: datetime | None
    number: str
    coordinator: str
    phone: str
    residence_disputed: bool
    address: str
    reason: str
    rests_on_old: bool


def last_of(session: Session, plan_id: str) -> HandOver | None:
    """The newest hand-over of a plan that began here, or None."""
    row = session.execute(
        select(
            func.coalesce(Neighbour.name, Crossing.neighbour_code),
            Crossing.state,
            Crossing.why,
            Crossing.ended_at,
            Crossing.released_at,
            Crossing.received_number,
            Crossing.coordinator_name,
            Crossing.coordinator_phone,
            Crossing.residence_disputed,
            func.coalesce(Neighbour.address, ""),
            Crossing.reason,
            Crossing.rests_on_old,
        )
        .outerjoin(Neighbour, Neighbour.code == Crossing.neighbour_code)
        .where(Crossing.plan_id == plan_id, Crossing.side == SENDER)
        .order_by(Crossing.id.desc())
        .limit(1)
    ).first()
    return HandOver(*tuple(row)) if row else None


def new_plan_of(session: Session, crossing_id: str) -> str | None:
    """The plan that a hand-over began here; None while there is none."""
    return session.execute(select(Crossing.plan_id).where(Crossing.id == crossing_id)).scalar()


def neighbours_of(session: Session, crossings: Collection[str]) -> dict[str, str]:
    """What the other municipality of each hand-over is called; one statement, none where there are none."""
    keys = sorted({key for key in crossings if key})
    if not keys:
        return {}
    name = func.coalesce(Neighbour.name, Crossing.neighbour_code)
    query = (
        select(Crossing.id, name)
        .outerjoin(Neighbour, Neighbour.code == Crossing.neighbour_code)
        .where(Crossing.id.in_(keys))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def find_told(session: Session, notice_id: str, party_id: str) -> tuple[str, HandOver] | None:
    """The plan's number and its hand-over, for somebody who was told that it went; else None."""
    query = (
        select(Plan.id, Plan.number)
        .join(Notice, Notice.plan_id == Plan.id)
        .where(
            Notice.id == notice_id,
            Notice.recipient_id == party_id,
            Notice.code == PlanStep.RELEASE_ELSEWHERE,
        )
    )
    plan = session.execute(query).first()
    left = last_of(session, plan.id) if plan else None
    return (plan.number, left) if plan and left else None


def has_come_back(session: Session, plan_id: str, person_id: str | None) -> bool:
    """Whether the person of a plan that went elsewhere has an open plan here again."""
    query = select(Plan.id).where(
        Plan.person_id == person_id, Plan.id != plan_id, Plan.state != "closed", Plan.shadow == 0
    )
    return person_id is not None and session.execute(query.limit(1)).first() is not None
