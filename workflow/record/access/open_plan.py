"""Opens a plan for one reader and writes the trace first; the list filter and its trace go the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, ScalarSelect, Subquery, insert, or_, select
from sqlalchemy.orm import Session

from workflow.record.access.emergencies import reason_now
from workflow.record.access.kept_from_parents import unheard_by
from workflow.record.access.private_session import rows_of_session
from workflow.record.access.protected_addresses import is_marked, mask_plan
from workflow.record.access.relations import relations_query
from workflow.record.access.role_holders import roles_of, units_of
from workflow.record.access.standing import OpenPlan as OpenPlan
from workflow.record.access.standing import PlanAccess as PlanAccess
from workflow.record.access.standing import make_access
from workflow.record.database.engine import unit_of_work
from workflow.record.database.prepared import PreparedStatement
from workflow.record.in_force import is_away, represents
from workflow.record.models import (
    Absence,
    Access,
    NaiveTime,
    Participant,
    Plan,
    Representation,
    new_id,
)
from workflow.rules.engine.denials import NotThere
from workflow.rules.engine.policy import opening_relation

BESIDE = "beside"  # the reading act of whoever lends the screen
NO_PLAN = "00000000-0000-0000-0000-000000000000"
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

    party_id: str | None = None
    kind: str = "party"
    lender_id: str | None = None  # who lends the person the screen: «Sammen med …»
    confirmed_by: str | None = None  # the second human, who has confirmed what the step says
    idempotency_key: str = ""  # the press of a button this act comes from: one press is one step
    by_operator: bool = (
        False  # the operator acts in her name, on the command line, and she does not
    )
    private: bool = False  # she came in by a door for persons: what she has as staff stays closed

    @property
    def at_the_screen(self) -> Actor:
        """Who answers for the screen: whoever lends it, else the actor."""
        return Actor(self.lender_id, private=self.private) if self.lender_id else self

    @classmethod
    def clock(cls) -> Actor:
        """The clock, as the sweep acts with it."""
        return cls(None, "clock")

    @classmethod
    def operator(cls) -> Actor:
        """Whoever runs a command without --as; traced, and visible to the person."""
        return cls(None, "operator")


@lru_cache(maxsize=1)
def relations_of_one_plan() -> PreparedStatement:
    """The relations query of one plan, ready for the driver: every reading and step asks it."""
    return PreparedStatement(relations_query(one_plan=True))


def own_parties(conn: Connection | Session, actor: Actor, now: datetime) -> frozenset[str]:
    """The actor, whom she stands in for and who stands in for her now, and who lends her the screen.

    In one hand, as far as rules of one's own interest go.
    """
    me = actor.party_id
    if me is None:
        return frozenset()
    near = select(Absence.party_id, Absence.substitute_id).where(
        or_(Absence.party_id == me, Absence.substitute_id == me), is_away(Absence, now)
    )
    both = {key for row in conn.execute(near) for key in row if key}
    return frozenset({me, *both} | ({actor.lender_id} if actor.lender_id else set()))


def resolve_access(
    conn: Connection | Session, actor: Actor, plan_id: str, now: datetime
) -> PlanAccess:
    """Resolve all relations of an actor to one plan, in one query."""
    if actor.kind != "party":
        return make_access([(plan_id, actor.kind, None, None, None)])
    rows = relations_of_one_plan().rows(
        conn.connection() if isinstance(conn, Session) else conn,
        {
            "me": actor.party_id,
            "now": now,
            "plan_id": plan_id,
        },
    )
    listed = rows_of_session(conn, actor, rows, now) if actor.private else list(rows)
    access = make_access(listed, actor.party_id)
    if "representative" in access.relations:
        access = replace(access, unheard=unheard_by(conn, plan_id, actor.party_id, now))
    return _at_lent_screen(conn, actor, plan_id, access, now) if actor.lender_id else access


def _at_lent_screen(
    conn: Connection | Session, actor: Actor, plan_id: str, access: PlanAccess, now: datetime
) -> PlanAccess:
    """The person's standing, narrowed to what whoever lends her the screen may see too."""
    lender = resolve_access(conn, actor.at_the_screen, plan_id, now)
    return replace(access, lender=lender, scopes=access.scopes & lender.scopes)


def scopes_towards(
    conn: Connection | Session, actor: Actor, plan_id: str, now: datetime
) -> frozenset[str]:
    """The scopes of a plan that an actor reads now; nothing for who may not read it."""
    return resolve_access(conn, actor, plan_id, now).scopes


def creating_relations(
    conn: Connection | Session, actor: Actor, person_id: str | None, now: datetime
) -> frozenset[str]:
    """The relations with which somebody reports a need: the person, hers to act, staff roles."""
    if actor.kind != "party":
        return frozenset({actor.kind})
    if person_id is not None and person_id == actor.party_id:
        return frozenset({"person"})
    acts = select(Representation.id).where(
        Representation.person_id == person_id,
        Representation.representative_id == actor.party_id,
        represents(Representation, now),
    )
    if person_id is not None and conn.execute(acts).first() is not None:
        return frozenset({"representative"})
    roles = frozenset() if actor.private else roles_of(conn, actor.party_id, now)
    return frozenset(ROLE_RELATION[role] for role in roles) or frozenset({"relative"})


def write_trace(
    conn: Connection | Session, actor: Actor, act: str, ground: str, now: datetime, **more: Any
) -> None:
    """Write one access row: who, what, on what ground, when.

    What the operator does in somebody's name is the operator's look, in her place: she has not looked.
    """
    row = {
        "id": new_id(),
        "party_id": actor.party_id,
        "act": act,
        "ground": ground or actor.kind,
        "plan_id": None,
        "substitute_for": None,
        "refused": False,
        "plan_ids": "",
        "at": now,
        **more,
    }
    if actor.by_operator:
        row |= {"party_id": None, "ground": "operator", "substitute_for": actor.party_id}
    conn.execute(insert(Access).values(unit_id=unit_where(actor, now)), row)


def unit_where(actor: Actor, now: datetime) -> ScalarSelect[Any]:
    """The unit an actor works in, for the trace; nothing for people without a staff role, or here without it."""
    works_there = not (actor.private or actor.by_operator)
    return units_of(actor.party_id if works_there else None, now).limit(1).scalar_subquery()


def open_plan(
    session: Session, actor: Actor, plan_id: str, act: str | Sequence[str], now: datetime
) -> OpenPlan | None:
    """The plan, opened for one reading act, or None; either way the trace is written first.

    Of several acts, the widest first, the first that the reader may is opened and traced.
    One's own plan leaves no trace, but where the operator opens it in her name. The caller
    commits before any content is sent.
    """
    if now.tzinfo is None:
        raise NaiveTime(now.isoformat())
    plan = _stored(session, plan_id, now)
    # A plan that is not there is asked about and traced like another's: whoever tries keys learns
    # nothing from the time it takes, and the try is kept.
    access = resolve_access(session, actor, plan.id if plan else NO_PLAN, now)
    acts = (act,) if isinstance(act, str) else act
    act = next((one for one in acts if access.may_open(one)), acts[0])
    ground = opening_relation(act, access.relations)
    allowed = plan is not None and access.may_open(act)
    if access.lender is not None:
        # The person's own look leaves none: this one is the lender's, who sits beside her.
        seen_by = opening_relation(BESIDE, access.lender.relations)
        about = {"plan_id": plan.id if plan else None, "refused": not allowed}
        write_trace(session, actor.at_the_screen, BESIDE, seen_by, now, **about)
    elif ground != "person" or actor.by_operator:
        write_trace(
            session,
            actor,
            act,
            ground or "none",
            now,
            plan_id=plan.id if plan else None,
            # The trace stands where the plan is: its person sees who looked from elsewhere too.
            refused=not allowed,
            substitute_for=access.stand_ins.get(ground),
            reason=_reason(session, actor, plan_id, ground, now),
        )
    return OpenPlan(plan, access, ground, act) if plan and allowed else None


def _stored(session: Session, plan_id: str, now: datetime) -> Plan | None:
    """The plan's row as it may be shown: of a protected plan a copy without what gives a place away."""
    if "\x00" in plan_id:
        return None
    row = session.execute(select(Plan, is_marked(now)).where(Plan.id == plan_id)).first()
    if row is None:
        return None
    plan, protected = row
    return mask_plan(session, plan, now) if protected else plan


def _reason(session: Session, actor: Actor, plan_id: str, ground: str, now: datetime) -> str:
    """Why, where the ground is emergency access: the code that was given."""
    if ground != "emergency":
        return ""
    return reason_now(session, actor.party_id, plan_id, now)


def open_for_reading(
    engine: Engine, actor: Actor, plan_id: str, act: str, now: datetime
) -> OpenPlan:
    """Open a plan in a transaction of its own. Raises NotThere, after the trace is kept."""
    with unit_of_work(engine) as session:
        opened = open_plan(session, actor, plan_id, act, now)
    if opened is None:
        raise NotThere(plan_id)
    return opened


def my_plans(relations: Sequence[str] = ()) -> Subquery:
    """The list filter: distinct ids of the plans a party stands to. Binds as relations_query."""
    rows = relations_query(tuple(relations)).subquery()
    return select(rows.c.plan_id).distinct().subquery()


def trace_list(
    session: Session, actor: Actor, act: str, plan_ids: Iterable[str], now: datetime
) -> None:
    """One row for a list that shows names: all plans shown, so that each person can see it."""
    shown = ",".join(plan_ids)
    if shown:
        write_trace(session, actor, act, "list", now, plan_ids=shown)


def may_be_notified(conn: Connection | Session, party_id: str, plan_id: str, now: datetime) -> bool:
    """The party still stands to the plan, so a notice may reach them (read before sending)."""
    if resolve_access(conn, Actor(party_id), plan_id, now).relations:
        return True
    reporter = select(Plan.reporter_id).where(Plan.id == plan_id)
    return bool(conn.execute(reporter).scalar() == party_id)


def people_around(session: Session, plan: Plan) -> Sequence[Participant]:
    """Participants of a plan, those who left last."""
    return (
        session.execute(
            select(Participant)
            .where(
                Participant.plan_id == plan.id,
            )
            .order_by(Participant.left_at.is_not(None), Participant.from_at)
        )
        .scalars()
        .all()
    )
