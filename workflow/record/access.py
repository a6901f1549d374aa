"""Opening a plan, the list filter and the traces of both; who may do what lives in policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, ScalarSelect, Subquery, insert, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.record.database import unit_of_work
from workflow.record.models import (
    Access,
    NaiveTime,
    Participant,
    Party,
    Plan,
    Representation,
    StaffRole,
    Unit,
    new_id,
)
from workflow.record.prepared import Prepared
from workflow.record.relations import relations_query
from workflow.rules.denials import NotThere
from workflow.rules.policy import may_read, opening
from workflow.rules.row import Row

ROLE_RELATION = {
    "decider": "deciding_unit",
    "coordinator": "coordinator",
    "worker": "participant",
    "leader": "leader",
    "coordinating": "coordinating_unit",
    "administrator": "administrator",
    "privacy_officer": "privacy_officer",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a party of a municipality, or the clock or the operator (no party)."""

    municipality_id: str
    party_id: str | None = None
    kind: str = "party"
    beside: bool = False  # the coordinator lends the screen: «Sammen med …»
    press: str = ""  # the press of a button this act comes from: one press is one step

    @classmethod
    def clock(cls, municipality_id: str) -> Actor:
        """The clock, as the sweep acts with it."""
        return cls(municipality_id, None, "clock")

    @classmethod
    def operator(cls, municipality_id: str) -> Actor:
        """Whoever runs a command without --as; traced, and visible to the person."""
        return cls(municipality_id, None, "operator")


@dataclass(frozen=True, slots=True)
class Standing:
    """How an actor stands to a plan: relations, per subject too, and for whom they stand in.

    by_subject ties accountable and helper to a measure and receiver to an offer. stand_ins has
    the relations that are held only in somebody else's place, with whose.
    """

    relations: frozenset[str]
    by_subject: frozenset[tuple[str, str]]
    stand_ins: Mapping[str, str] = field(default_factory=dict)

    def towards(self, subject_id: str | None) -> frozenset[str]:
        """The relations that count for one measure or offer: accountable of this one only."""
        tied = {"accountable", "helper"}
        free = self.relations - tied
        return free | {r for r, subject in self.by_subject if subject == subject_id}

    def counting(
        self, row: Row, subject_id: str | None, offer: Callable[[], Mapping[str, Any] | None]
    ) -> frozenset[str]:
        """The relations that count for a row: accountable of this measure, receiver of this offer.

        On the plan and its meetings everybody around counts. The offer is asked for only where
        the actor is the receiver of some offer.
        """
        tied = row.machine == "measure" and subject_id is not None
        found = self.towards(subject_id) if tied else self.relations
        if "receiver" not in self.relations:
            return found
        asked = offer() if "receiver" in row.by else None
        mine = asked is not None and ("receiver", asked["id"]) in self.by_subject
        return found | {"receiver"} if mine else found - {"receiver"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan opened for reading, with the standing that opened it and the ground traced."""

    plan: Plan
    standing: Standing
    ground: str
    act: str = "read"

    @property
    def relations(self) -> frozenset[str]:
        """Every relation of the reader to this plan."""
        return self.standing.relations


@lru_cache(maxsize=1)
def relations_of_one_plan() -> Prepared:
    """The relations query of one plan, ready for the driver: every reading and step asks it."""
    return Prepared(relations_query(one_plan=True))


def standing(conn: Connection | Session, actor: Actor, plan_id: str, now: datetime) -> Standing:
    """Resolve all relations of an actor to one plan, in one query."""
    if actor.kind != "party":
        return Standing(frozenset({actor.kind}), frozenset())
    rows = relations_of_one_plan().rows(
        conn.connection() if isinstance(conn, Session) else conn,
        {
            "me": actor.party_id,
            "municipality_id": actor.municipality_id,
            "now": now,
            "plan_id": plan_id,
        },
    )
    own = {r[1] for r in rows if not r[3]}
    return Standing(
        frozenset(r[1] for r in rows),
        frozenset((r[1], r[2]) for r in rows if r[2]),
        {r[1]: r[3] for r in rows if r[3] and r[1] not in own},
    )


def creating(
    conn: Connection | Session, actor: Actor, person_id: str | None, now: datetime
) -> frozenset[str]:
    """The relations with which somebody reports a need: the person, hers to act, staff roles."""
    if actor.kind != "party":
        return frozenset({actor.kind})
    if person_id is not None and person_id == actor.party_id:
        return frozenset({"person"})
    represents = select(Representation.id).where(
        Representation.municipality_id == actor.municipality_id,
        Representation.person_id == person_id,
        Representation.representative_id == actor.party_id,
        Representation.from_at <= now,
        or_(Representation.until_at.is_(None), Representation.until_at > now),
    )
    if person_id is not None and conn.execute(represents).first() is not None:
        return frozenset({"representative"})
    roles = conn.execute(
        select(StaffRole.role).where(
            StaffRole.municipality_id == actor.municipality_id,
            StaffRole.party_id == actor.party_id,
            StaffRole.until_at.is_(None),
        )
    ).scalars()
    return frozenset(ROLE_RELATION[role] for role in roles) or frozenset({"relative"})


def trace(
    conn: Connection | Session, actor: Actor, act: str, ground: str, now: datetime, **more: Any
) -> None:
    """Write one access row: who, what, on what ground, when."""
    conn.execute(
        insert(Access).values(unit_id=unit_where(actor)),
        {
            "id": new_id(),
            "municipality_id": actor.municipality_id,
            "party_id": actor.party_id,
            "act": act,
            "ground": ground or actor.kind,
            "plan_id": None,
            "substitute_for": None,
            "refused": False,
            "plan_ids": "",
            "at": now,
            **more,
        },
    )


def unit_where(actor: Actor) -> ScalarSelect[Any]:
    """The unit an actor works in, for the trace; nothing for people without a staff role."""
    return (
        select(StaffRole.unit_id)
        .where(
            StaffRole.municipality_id == actor.municipality_id,
            StaffRole.party_id == actor.party_id,
            StaffRole.until_at.is_(None),
        )
        .limit(1)
        .scalar_subquery()
    )


def open_plan(
    session: Session, actor: Actor, plan_id: str, act: str | Sequence[str], now: datetime
) -> Opened | None:
    """The plan, opened for one reading act, or None; either way the trace is written first.

    Of several acts, the widest first, the first that the reader may is opened and traced.
    One's own plan leaves no trace. The caller commits before any content is sent.
    """
    if now.tzinfo is None:
        raise NaiveTime(now.isoformat())
    plan = session.get(Plan, plan_id) if "\x00" not in plan_id else None
    if plan is None:
        return None
    found = standing(session, actor, plan_id, now)
    acts = (act,) if isinstance(act, str) else act
    act = next((one for one in acts if may_read(one, found.relations)), acts[0])
    ground = opening(act, found.relations)
    allowed = may_read(act, found.relations)
    if ground != "person":
        trace(
            session,
            actor,
            act,
            ground or "none",
            now,
            plan_id=plan_id,
            refused=not allowed,
            substitute_for=found.stand_ins.get(ground),
        )
    return Opened(plan, found, ground, act) if allowed else None


def look(engine: Engine, actor: Actor, plan_id: str, act: str, now: datetime) -> Opened:
    """Open a plan in a transaction of its own. Raises NotThere, after the trace is kept."""
    with unit_of_work(engine) as session:
        opened = open_plan(session, actor, plan_id, act, now)
    if opened is None:
        raise NotThere(plan_id)
    return opened


def my_plans(relations: Sequence[str] = ()) -> Subquery:
    """The list filter: distinct ids of the plans a party stands to. Binds as relations_query."""
    found = relations_query(tuple(relations)).subquery()
    return select(found.c.plan_id).distinct().subquery()


def trace_list(
    session: Session, actor: Actor, act: str, plan_ids: Iterable[str], now: datetime
) -> None:
    """One row for a list that shows names: all plans shown (design 5.3)."""
    shown = ",".join(plan_ids)
    if shown:
        trace(session, actor, act, "list", now, plan_ids=shown)


def may_hear(conn: Connection | Session, party_id: str, plan_id: str, now: datetime) -> bool:
    """The party still stands to the plan, so a notice may reach them (read before sending)."""
    municipality = conn.execute(select(Plan.municipality_id).where(Plan.id == plan_id)).scalar()
    if municipality is None:
        return False
    actor = Actor(municipality, party_id)
    if standing(conn, actor, plan_id, now).relations:
        return True
    reporter = select(Plan.reporter_id).where(Plan.id == plan_id)
    return bool(conn.execute(reporter).scalar() == party_id)


def who_looked(session: Session, plan: Plan) -> Sequence[Any]:
    """Everybody who has looked: at, name, title, unit, act, ground, refused, stood in for and their name."""
    away = aliased(Party)
    listed = Access.plan_ids.like(f"%{plan.id}%")
    return session.execute(
        select(
            Access.at,
            Party.name,
            Party.title,
            Unit.name.label("unit"),
            Access.act,
            Access.ground,
            Access.refused,
            Access.substitute_for,
            away.name.label("away"),
        )
        .outerjoin(Party, Party.id == Access.party_id)
        .outerjoin(away, away.id == Access.substitute_for)
        .outerjoin(Unit, Unit.id == Access.unit_id)
        .where(
            Access.municipality_id == plan.municipality_id,
            (Access.plan_id == plan.id) | (Access.plan_id.is_(None) & listed),
        )
        .order_by(Access.at.desc())
    ).all()


def people_around(session: Session, plan: Plan) -> Sequence[Participant]:
    """Participants of a plan, those who left last."""
    return (
        session.execute(
            select(Participant)
            .where(
                Participant.municipality_id == plan.municipality_id,
                Participant.plan_id == plan.id,
            )
            .order_by(Participant.left_at.is_not(None), Participant.from_at)
        )
        .scalars()
        .all()
    )
