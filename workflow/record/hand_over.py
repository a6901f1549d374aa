"""How a plan's hand-over to another municipality stands at its sender; the messages live in acts.crossing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.record.models import Crossing, Neighbour
from workflow.rules.crossing import SENDER


@dataclass(frozen=True, slots=True)
class HandOver:
    """The last question to another municipality: state offered, refused, lapsed or released.

    place is its name; number and coordinator are theirs, the number known once they have begun.
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


def last_of(session: Session, plan_id: str) -> HandOver | None:
    """The newest hand-over of a plan that began here, or None."""
    found = session.execute(
        select(
            func.coalesce(Neighbour.name, Crossing.neighbour_code), Crossing.state, Crossing.why,
            Crossing.ended_at, Crossing.released_at,
            Crossing.received_number, Crossing.coordinator_name, Crossing.coordinator_phone,
            Crossing.residence_disputed,
        )
        .outerjoin(Neighbour, Neighbour.code == Crossing.neighbour_code)
        .where(Crossing.plan_id == plan_id, Crossing.side == SENDER)
        .order_by(Crossing.id.desc())
        .limit(1)
    ).first()  # fmt: skip
    return HandOver(*found) if found else None


def new_plan_of(session: Session, crossing_id: str) -> str | None:
    """The plan that a hand-over began here; None while there is none."""
    return session.execute(select(Crossing.plan_id).where(Crossing.id == crossing_id)).scalar()
