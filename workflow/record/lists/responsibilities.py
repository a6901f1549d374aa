"""What somebody who works here still holds: plans, measures, meetings, questions, duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, literal, or_, select, union
from sqlalchemy.orm import Session

from workflow.record.access.role_holders import (
    IN_CHARGE,
    has_in_hand,
    in_role,
    is_here,
    same_role,
    works_here,
)
from workflow.record.in_force import (
    is_away_or_will_be,
    not_withdrawn,
    takes_part,
)
from workflow.record.models import (
    Absence,
    Consent,
    Measure,
    MeasureHelper,
    Meeting,
    MeetingParty,
    Offer,
    Participant,
    Plan,
    StaffRole,
    Tenure,
    Unit,
    Wish,
)
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.text.name_order import sort_by_name

# A duty that somebody must have: in the whole municipality, or in a unit that has open plans.
MUNICIPAL = ("administrator", "coordinating", "privacy_officer")
OF_UNIT = ("leader", "decider")
# Kind -> the row that clears it, and who can.
CLEARS: dict[str, tuple[str, tuple[str, ...]]] = {
    "coordinator": (PlanStep.VACATE, ("coordinating_unit",)),
    "acting": (PlanStep.CHANGE_ACTING, ("coordinating_unit",)),
    "contact": (PlanStep.CHANGE_ACTING, ("coordinating_unit",)),
    "offer.coordinator": (PlanStep.WITHDRAW_COORDINATOR_OFFER, ("coordinating_unit",)),
    "offer.measure": (MeasureStep.WITHDRAW_OFFER, ("leader", "coordinating_unit")),
    "offer": (PlanStep.STAFF_LEAVES, ("leader", "coordinating_unit")),
    "accountable": (MeasureStep.ACCOUNTABLE_LEAVES, ("leader", "coordinating_unit")),
    "meeting": (MeetingStep.HAND_ON, ("leader", "coordinating_unit")),
    "helper": (PlanStep.STAFF_LEAVES, ("leader", "coordinating_unit")),
    "question": (PlanStep.STAFF_LEAVES, ("leader", "coordinating_unit")),
    "case": (PlanStep.STAFF_LEAVES, ("leader", "coordinating_unit")),
    "substitute": ("", ("leader", "coordinating_unit")),
    "duty": ("", ("administrator",)),
}
KINDS = tuple(CLEARS)  # also the order in which they are let go


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One thing held: its kind, its row's key, the plan by number only, what exactly.

    detail: the staff role of a duty; both, chair or minutes of a meeting; what an offer is about;
    whose substitute.
    """

    kind: str
    key: str
    plan_id: str | None = None
    number: str = ""
    detail: str = ""
    unit_id: str | None = None

    @property
    def clears(self) -> str:
        """The step that clears it; empty where it is no step of a plan."""
        return CLEARS[self.kind][0]

    @property
    def who_can(self) -> tuple[str, ...]:
        """The relations that can clear it."""
        return CLEARS[self.kind][1]


def list_responsibilities(session: Session, party_id: str, now: datetime) -> list[Responsibility]:
    """All that a party holds for the municipality, in the order it is let go.

    What is their own as a person, a relative or a volunteer is not: it stays when they leave.
    """
    own = set(session.execute(private_plans(party_id)).scalars())
    responsibilities: list[Responsibility] = []
    for listed in (_tenures, _offers, _measures, _meetings, _helping, _questions, _cases):
        for kind, key, plan_id, number, detail in session.execute(listed(party_id)):
            if plan_id not in own:
                responsibilities.append(Responsibility(kind, key, plan_id, number, detail or ""))
    responsibilities += _substituting(session, party_id, now)
    responsibilities += _duties(session, party_id, now)
    held_plans = {one.plan_id for one in responsibilities if one.kind in IN_CHARGE}
    kept = [one for one in responsibilities if one.kind != "case" or one.plan_id not in held_plans]
    return sorted(kept, key=lambda one: KINDS.index(one.kind))


def private_plans(party_id: str) -> Any:
    """The plans that somebody stands to as a private human: their own, a relative's."""
    mine = select(Plan.id).where(Plan.person_id == party_id)
    near = select(Participant.plan_id).where(
        Participant.party_id == party_id,
        Participant.kind != "professional",
        takes_part(Participant),
    )
    return union(mine, near)


def plans_around(session: Session, party_id: str) -> list[str]:
    """Open plans where a party is a participant, called to a meeting or shared with, as staff."""
    own = set(session.execute(private_plans(party_id)).scalars())
    professional = _of_open(Participant, Participant.party_id == party_id, takes_part(Participant))
    shared = _of_open(Consent, Consent.receiver_id == party_id, not_withdrawn(Consent))
    called = _of_open(MeetingParty, MeetingParty.party_id == party_id).join(
        Meeting,
        and_(Meeting.id == MeetingParty.meeting_id, Meeting.state.in_(("planned", "called"))),
    )
    rows = session.execute(union(professional, shared, called))
    return sorted(set(rows.scalars()) - own)


def _of_open(model: Any, *where: Any) -> Select[Any]:
    return (
        select(Plan.id).join(model, model.plan_id == Plan.id).where(Plan.state != "closed", *where)
    )


def _listed(model: Any, kind: Any, detail: Any, *where: Any) -> Select[Any]:
    """kind, key, plan, number and detail of the rows of open plans."""
    return (
        select(kind, model.id, Plan.id, Plan.number, detail)
        .select_from(Plan)
        .join(model, model.plan_id == Plan.id)
        .where(Plan.state != "closed", *where)
        .order_by(Plan.number, model.id)
    )


def _tenures(party_id: str) -> Select[Any]:
    held = (Tenure.party_id == party_id, has_in_hand(Tenure))
    return _listed(Tenure, Tenure.role, literal(""), *held)


def _offers(party_id: str) -> Select[Any]:
    """Questions that wait for their yes or no."""
    kind = case(
        (Offer.kind == "coordinator", "offer.coordinator"),
        (Offer.kind == "measure", "offer.measure"),
        else_="offer",
    )
    asked = (Offer.to_party_id == party_id, Offer.outcome == "")
    return _listed(Offer, kind, Offer.subject_id, *asked)


def _measures(party_id: str) -> Select[Any]:
    own = (Measure.accountable_id == party_id, Measure.state != "closed")
    return _listed(Measure, literal("accountable"), literal(""), *own)


def _helping(party_id: str) -> Select[Any]:
    still = exists().where(Measure.id == MeasureHelper.measure_id, Measure.state != "closed")
    helps = (MeasureHelper.party_id == party_id, still)
    return _listed(MeasureHelper, literal("helper"), literal(""), *helps)


def _meetings(party_id: str) -> Select[Any]:
    """Meetings that are coming, or whose minutes wait."""
    leads, writes = Meeting.chair_id == party_id, Meeting.minute_taker_id == party_id
    detail = case((and_(leads, writes), "both"), (leads, "chair"), else_="minutes")
    open_ = Meeting.state.in_(("planned", "called", "held"))
    return _listed(Meeting, literal("meeting"), detail, open_, or_(leads, writes))


def _questions(party_id: str) -> Select[Any]:
    waits = (Wish.to_party_id == party_id, Wish.answered_at.is_(None))
    return _listed(Wish, literal("question"), literal(""), *waits)


def _cases(party_id: str) -> Select[Any]:
    """Cases taken in hand: responsible as a human without coordinating."""
    held = (Tenure.party_id == party_id, has_in_hand(Tenure, "responsible"))
    return _listed(Tenure, literal("case"), literal(""), *held)


def _substituting(session: Session, party_id: str, now: datetime) -> Iterator[Responsibility]:
    """Absences, running or coming, in which the party steps in."""
    steps_in = select(Absence.id, Absence.party_id).where(
        Absence.substitute_id == party_id,
        is_away_or_will_be(Absence, now),
    )
    for key, whose in session.execute(steps_in.order_by(Absence.from_at, Absence.id)):
        yield Responsibility("substitute", key, detail=whose)


def _duties(session: Session, party_id: str, now: datetime) -> Iterator[Responsibility]:
    """Staff roles that nobody else holds and that somebody must."""
    other = StaffRole.__table__.alias("other")
    municipal = in_role(StaffRole, now, *MUNICIPAL)
    someone = exists().where(
        same_role(other, StaffRole, now),
        other.c.party_id != party_id,
        or_(municipal, other.c.unit_id == StaffRole.unit_id),
        is_here(other.c.party_id),
    )
    plans = exists().where(
        Plan.state != "closed",
        or_(Plan.unit_id == StaffRole.unit_id, Plan.service_unit_id == StaffRole.unit_id),
    )
    last = select(StaffRole.id, StaffRole.role, StaffRole.unit_id).where(
        StaffRole.party_id == party_id,
        or_(municipal, and_(in_role(StaffRole, now, *OF_UNIT), plans)),
        ~someone,
    )
    for key, role, unit_id in session.execute(last.order_by(StaffRole.role)):
        yield Responsibility("duty", key, detail=role, unit_id=unit_id)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A staff role in force and where."""

    role: str
    unit_id: str
    unit: str


def held_roles_of(session: Session, party_id: str, now: datetime) -> list[HeldRole]:
    """The staff roles a party holds; they end with the account."""
    query = (
        select(StaffRole.role, Unit.id, Unit.name)
        .join(Unit, Unit.id == StaffRole.unit_id)
        .where(
            StaffRole.party_id == party_id,
            works_here(StaffRole, now),
        )
        .order_by(StaffRole.role)
    )
    held = [HeldRole(*row) for row in session.execute(query)]
    return sort_by_name(held, lambda role: role.unit)
