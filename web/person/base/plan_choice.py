"""Which plans somebody without a staff role meets: her own, those she acts for, those shared with her."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import g
from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from web.page.header import address_of
from web.request.clock import now
from web.request.database import db_session
from web.request.reader import Reader
from workflow.record.access.private_session import rows_of_session
from workflow.record.access.relations import relations_query
from workflow.record.in_force import takes_part
from workflow.record.models import Participant, Party, Plan
from workflow.rules.engine.vocabulary import CLOSED, PERSON_SIDE

OUTSIDE = (
    "person",
    "representative",
    "coordinator",
    "participant",
    "accountable",
    "helper",
    "receiver",
)


PROFESSIONAL = exists().where(
    Participant.plan_id == Plan.id,
    Participant.party_id == bindparam("me"),
    Participant.kind == "professional",
    takes_part(Participant),
)


@dataclass(frozen=True)
class MyPlan:
    """One plan as the list of plans shows it, with every relation of the reader to it."""

    plan_id: str
    person_name: str
    problem: str
    state: str
    informal: bool
    moved: bool
    relations: frozenset[str]
    professional: bool = False  # takes part as one

    @property
    def address(self) -> str:
        """Where the plan is read: by who works on it the plan itself, by all others her page of it."""
        working = "coordinator" in self.relations or (
            self.professional and "participant" in self.relations
        )
        if working and not self.own_side:
            return address_of("staff.plan", plan_id=self.plan_id)
        return address_of("person.home", plan_id=self.plan_id)

    @property
    def own_side(self) -> bool:
        """Whether the reader is the person, or acts for her."""
        return bool(self.relations & PERSON_SIDE)

    @property
    def is_open(self) -> bool:
        """Whether the plan has not ended."""
        return self.state != CLOSED


def my_plans(who: Reader) -> list[MyPlan]:
    """The reader's plans, own and open ones first; asked for once in a request."""
    if "my_plans" not in g:
        g.my_plans = found_plans(db_session(), who)
    listed: list[MyPlan] = g.my_plans
    return listed


def found_plans(session: Session, who: Reader) -> list[MyPlan]:
    """The plans of a reader, in one query. A second report of the same need stays hidden."""
    around = relations_query(OUTSIDE).subquery()
    rows = session.execute(
        select(*around.c, PROFESSIONAL.label("professional"), Plan, Party.name)
        .join(Plan, around.c.plan_id == Plan.id)
        .outerjoin(Party, Party.id == Plan.person_id)
        .where(Plan.close_reason != "error", Plan.shadow == 0)
        .order_by(Plan.reported_at.desc()),
        {"me": who.party_id, "now": now()},
    )
    plans: dict[str, MyPlan] = {}
    for _, relation, *_, professional, plan, name in rows_of_session(session, who, rows, now()):
        if who.beside_plan_id in (None, plan.id):
            moved = plan.state == CLOSED and plan.close_reason == "transferred_out"
            made = MyPlan(
                plan.id,
                name or "",
                plan.problem,
                plan.state,
                plan.informal,
                moved,
                frozenset(),
                bool(professional),
            )
            one = plans.get(plan.id, made)
            plans[plan.id] = replace(one, relations=one.relations | {relation})
    return sorted(plans.values(), key=order)


def order(one: MyPlan) -> tuple[bool, bool]:
    """Open plans before closed ones, one's own before those of others."""
    return (not one.is_open, not one.own_side)
