"""Emergency access as it is stored: what is open now, what waits for follow-up, what a month held; acts open it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import Session

from workflow.record.access.role_holders import in_role, is_here, leads_unit, people_in, unit_above
from workflow.record.in_force import opens_in_emergency
from workflow.record.models import Access, EmergencyAccess, Party, Plan, StaffRole, Unit


@dataclass(frozen=True, slots=True)
class Emergency:
    """One emergency access (or a try that found no plan) as the privacy officer reads it."""

    id: str
    party_id: str
    who: str
    title: str
    unit: str
    plan_id: str | None
    number: str
    reason: str
    opened_at: datetime
    until_at: datetime
    ended_at: datetime | None
    reviewed_at: datetime | None
    outcome: str
    answer: str
    looks: int

    @property
    def minutes(self) -> int:
        """How long it was open, in minutes, as it was asked for where nobody ended it."""
        end = min(self.ended_at or self.until_at, self.until_at)
        return max(0, round((end - self.opened_at).total_seconds() / 60))


def open_now(
    conn: Connection | Session,
    party_id: str | None,
    plan_id: str,
    now: datetime,
) -> Any:
    """The open row (id, reason, opened_at, until_at) of a party on a plan, or None."""
    return conn.execute(
        select(
            EmergencyAccess.id,
            EmergencyAccess.reason,
            EmergencyAccess.opened_at,
            EmergencyAccess.until_at,
        )
        .where(
            EmergencyAccess.party_id == party_id,
            EmergencyAccess.plan_id == plan_id,
            opens_in_emergency(EmergencyAccess, now),
        )
        .order_by(EmergencyAccess.opened_at.desc())
        .limit(1)
    ).first()


def reason_now(
    conn: Connection | Session,
    party_id: str | None,
    plan_id: str,
    now: datetime,
) -> str:
    """The reason code that the trace of a look in an emergency bears."""
    emergency = open_now(conn, party_id, plan_id, now)
    return emergency.reason if emergency is not None else ""


def _unit_name() -> Any:
    """The unit where the one who opened works now."""
    works = StaffRole.__table__.alias("works")
    return (
        select(Unit.name)
        .join(works, works.c.unit_id == Unit.id)
        .where(
            works.c.party_id == EmergencyAccess.party_id,
        )
        .order_by(works.c.until_at.is_not(None), works.c.from_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _looks() -> Any:
    """How many pages of the plan were opened on that ground within the time."""
    return (
        select(func.count())
        .where(
            Access.plan_id == EmergencyAccess.plan_id,
            Access.party_id == EmergencyAccess.party_id,
            Access.ground == "emergency",
            Access.act != "emergency",  # the opening itself shows nothing
            Access.at >= EmergencyAccess.opened_at,
            Access.at <= EmergencyAccess.until_at,
        )
        .scalar_subquery()
    )


def _told() -> Select[Any]:
    """Every column of an Emergency, in its order."""
    return (
        select(
            EmergencyAccess.id,
            EmergencyAccess.party_id,
            Party.name,
            Party.title,
            _unit_name(),
            EmergencyAccess.plan_id,
            Plan.number,
            EmergencyAccess.reason,
            EmergencyAccess.opened_at,
            EmergencyAccess.until_at,
            EmergencyAccess.ended_at,
            EmergencyAccess.reviewed_at,
            EmergencyAccess.outcome,
            EmergencyAccess.answer,
            _looks(),
        )
        .select_from(EmergencyAccess)
        .join(Party, Party.id == EmergencyAccess.party_id)
        .outerjoin(Plan, Plan.id == EmergencyAccess.plan_id)
    )


def _shaped(row: Any) -> Emergency:
    key, party, who, title, unit, plan, number, *rest = row
    return Emergency(key, party, who, title or "", unit or "", plan, number or "", *rest)


def one(session: Session, key: str) -> Emergency | None:
    """One emergency access of a municipality."""
    row = session.execute(_told().where(EmergencyAccess.id == key)).first()
    return _shaped(row) if row is not None else None


def between(session: Session | Connection, since: datetime, until: datetime) -> Sequence[Emergency]:
    """Everything opened in a half-open period, the newest first."""
    query = _told().where(
        EmergencyAccess.opened_at >= since,
        EmergencyAccess.opened_at < until,
    )
    return [
        _shaped(row) for row in session.execute(query.order_by(EmergencyAccess.opened_at.desc()))
    ]


def of_plan(session: Session, plan_id: str) -> Sequence[Emergency]:
    """Every emergency access to one plan, the newest first."""
    query = _told().where(EmergencyAccess.plan_id == plan_id)
    return [
        _shaped(row) for row in session.execute(query.order_by(EmergencyAccess.opened_at.desc()))
    ]


def waiting(session: Session) -> Sequence[Emergency]:
    """What nobody has followed up yet, the oldest first."""
    query = _told().where(EmergencyAccess.reviewed_at.is_(None))
    return [_shaped(row) for row in session.execute(query.order_by(EmergencyAccess.opened_at))]


def times_since(conn: Connection | Session, party_id: str, since: datetime) -> int:
    """How often a party has opened, or tried, since a moment."""
    return int(
        conn.execute(
            select(func.count()).where(
                EmergencyAccess.party_id == party_id,
                EmergencyAccess.opened_at > since,
            )
        ).scalar_one()
    )


def overseers(conn: Connection | Session, now: datetime, leaders: bool = False) -> list[str]:
    """The privacy officers; with `leaders`, who leads their units or the units above."""
    query = _their_leaders(now) if leaders else people_in(now, "privacy_officer")
    return sorted(set(conn.execute(query).scalars()))


def _their_leaders(now: datetime) -> Select[Any]:
    held, lead = (StaffRole.__table__.alias(name) for name in ("held", "lead"))
    return (
        select(lead.c.party_id)
        .select_from(held)
        .join(lead, leads_unit(lead, held.c.unit_id, unit_above(held.c.unit_id), now))
        .where(in_role(held, now, "privacy_officer"), is_here(lead.c.party_id))
    )
