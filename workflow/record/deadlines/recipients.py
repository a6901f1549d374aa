"""The SQL that turns due rungs into people: who holds a role when the sweep comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from workflow.record.access import role_holders as who
from workflow.record.access.role_holders import MUNICIPALITY, STAFF, UNIT
from workflow.record.database.portable_sql import materialize
from workflow.record.in_force import has_account, is_away
from workflow.record.models import (
    Absence,
    Deadline,
    DeadlineRung,
    Measure,
    Meeting,
    Offer,
    Party,
    Plan,
)
from workflow.record.models.base import UtcDateTime
from workflow.rules.deadlines.kinds import TELLS
from workflow.rules.names.deadlines import DeadlineCode


def _table(model: Any) -> Table:
    return cast(Table, model.__table__)


STEP, DEADLINE, PLAN, PARTY = (_table(m) for m in (DeadlineRung, Deadline, Plan, Party))
MEASURE, MEETING, OFFER, ABSENCE = (_table(m) for m in (Measure, Meeting, Offer, Absence))
NOW = bindparam("b_now", type_=UtcDateTime())

# Outside parties and the person's own reminder: where nobody holds these, nobody else is told.
PERSONAL = "personal"  # the one party that put a notice off, whoever holds the role
NO_FALLBACK = ("accountable", "receiver_leader", "person", PERSONAL)
SOUGHT = case((STEP.c.party_id.is_not(None), literal(PERSONAL)), else_=STEP.c.role)


def due_rungs() -> Any:
    """The telling steps due now with what holders are found by: plan, units and subject."""
    return telling_rungs(STEP.c.done_at.is_(None), STEP.c.at <= NOW)


def telling_rungs(*which: ColumnElement[bool]) -> Any:
    """The telling steps of deadlines that run, those that are asked for."""
    unit = who.serving_unit(PLAN)
    rows = (
        select(
            STEP.c.id,
            STEP.c.n,
            SOUGHT.label("role"),
            STEP.c.role.label("told_as"),
            STEP.c.party_id,
            STEP.c.due_version,
            STEP.c.deadline_id,
            (STEP.c.at < DEADLINE.c.due_at).label("early"),
            DEADLINE.c.code,
            DEADLINE.c.subject_id,
            STEP.c.plan_id,
            PLAN.c.person_id,
            unit.label("unit_id"),
            PLAN.c.unit_id.label("deciding_unit_id"),
        )
        .join(DEADLINE, DEADLINE.c.id == STEP.c.deadline_id)
        .join(PLAN, PLAN.c.id == STEP.c.plan_id)
        .where(
            *which,
            STEP.c.kind.in_(TELLS),
            DEADLINE.c.state == "open",
        )
    )
    # Worked out once: every role that is sought reads it again.
    return materialize(rows, "due")


def _columns(due: Any, party: Any) -> tuple[Any, ...]:
    """The step, a party who is told of it, and the plan's person."""
    return (due.c.id.label("step_id"), party.label("party_id"), due.c.person_id.label("person_id"))


def staff_now(*roles: str) -> ColumnElement[bool]:
    """A staff role held at `now`."""
    return who.in_role(STAFF, NOW, *roles)


def _with_coordinator(due: Any) -> tuple[Any, Any]:
    """due joined to its coordinator, who is never the person."""
    return who.with_coordinator(due, due.c.plan_id, due.c.person_id)


def _coordinator(due: Any) -> list[Select[Any]]:
    """Of `measure_due` not the accountable again: then the next step up is told."""
    joined, party = _with_coordinator(due)
    plain = select(*_columns(due, party)).select_from(joined)
    measure = joined.join(MEASURE, MEASURE.c.id == due.c.subject_id)
    other = or_(MEASURE.c.accountable_id.is_(None), MEASURE.c.accountable_id != party)
    of_measure = select(*_columns(due, party)).select_from(measure).where(other)
    return [
        plain.where(due.c.role == "coordinator", due.c.code != DeadlineCode.MEASURE_DUE),
        of_measure.where(due.c.role == "coordinator", due.c.code == DeadlineCode.MEASURE_DUE),
    ]


def _chair(due: Any) -> list[Select[Any]]:
    """The chair, unless that is the person: then the coordinator."""
    joined, party = _with_coordinator(due)
    held = func.coalesce(func.nullif(MEETING.c.chair_id, due.c.person_id), party)
    query = select(*_columns(due, held)).select_from(
        joined.join(MEETING, MEETING.c.id == due.c.subject_id)
    )
    return [query.where(due.c.role == "chair")]


def _minute_taker(due: Any) -> list[Select[Any]]:
    joined, party = _with_coordinator(due)
    held = func.coalesce(
        func.nullif(MEETING.c.minute_taker_id, due.c.person_id),
        func.nullif(MEETING.c.chair_id, due.c.person_id),
        party,
    )
    query = select(*_columns(due, held)).select_from(
        joined.join(MEETING, MEETING.c.id == due.c.subject_id)
    )
    return [query.where(due.c.role == "minute_taker")]


def _accountable(due: Any) -> list[Select[Any]]:
    """The accountable; what comes before the date reaches the person only who asked for reminders."""
    wanted = or_(~due.c.early, PARTY.c.reminders, PARTY.c.id != func.coalesce(due.c.person_id, ""))
    query = (
        select(*_columns(due, MEASURE.c.accountable_id))
        .join(MEASURE, MEASURE.c.id == due.c.subject_id)
        .join(PARTY, PARTY.c.id == MEASURE.c.accountable_id)
    )
    return [query.where(due.c.role == "accountable", wanted)]


def _accountable_leader(due: Any) -> list[Select[Any]]:
    """The leader of a unit where the accountable works, who is not the accountable."""
    works, leads = STAFF.alias("works"), STAFF.alias("leads")
    query = (
        select(*_columns(due, leads.c.party_id))
        .join(MEASURE, MEASURE.c.id == due.c.subject_id)
        .join(works, and_(works.c.party_id == MEASURE.c.accountable_id, who.works_here(works, NOW)))
        .join(leads, who.of_unit(leads, works.c.unit_id, NOW, "leader"))
        .where(leads.c.party_id != MEASURE.c.accountable_id)
    )
    return [query.where(due.c.role == "accountable_leader")]


def _person(due: Any) -> list[Select[Any]]:
    return [select(*_columns(due, due.c.person_id)).where(due.c.role == "person")]


def _leader(due: Any) -> list[Select[Any]]:
    led = who.of_unit(STAFF, due.c.unit_id, NOW, "leader")
    query = select(*_columns(due, STAFF.c.party_id)).select_from(due).join(STAFF, led)
    return [query.where(due.c.role == "leader")]


def _leader_2(due: Any) -> list[Select[Any]]:
    """The manager's leader: who leads the unit above."""
    query = (
        select(*_columns(due, STAFF.c.party_id))
        .join(UNIT, UNIT.c.id == due.c.unit_id)
        .join(STAFF, who.of_unit(STAFF, UNIT.c.parent_id, NOW, "leader"))
    )
    return [query.where(due.c.role == "leader_2")]


def _municipal_leader(due: Any) -> list[Select[Any]]:
    """Who leads the unit above the coordinating unit, or the coordinating unit itself."""
    above = func.coalesce(UNIT.c.parent_id, UNIT.c.id)
    query = (
        select(*_columns(due, STAFF.c.party_id))
        .select_from(due)
        .join(UNIT, UNIT.c.kind == "coordinating")
        .join(STAFF, who.of_unit(STAFF, above, NOW, "leader"))
    )
    return [query.where(due.c.role == "municipal_leader")]


def _anywhere(role: str, held: str) -> Callable[[Any], list[Select[Any]]]:
    def branch(due: Any) -> list[Select[Any]]:
        query = select(*_columns(due, STAFF.c.party_id)).select_from(due)
        return [query.join(STAFF, staff_now(held)).where(due.c.role == role)]

    return branch


def _deciders(role: str) -> Callable[[Any], list[Select[Any]]]:
    """Who decides under the municipality's model."""

    def branch(due: Any) -> list[Select[Any]]:
        decides = who.decides(STAFF, due.c.deciding_unit_id, NOW, MUNICIPALITY)
        query = (
            select(*_columns(due, STAFF.c.party_id))
            .select_from(due)
            .join(MUNICIPALITY, true())
            .join(STAFF, decides)
        )
        return [query.where(due.c.role == role)]

    return branch


def _receiver(due: Any) -> list[Select[Any]]:
    """Who was asked: the named party, else those who answer for the unit that was asked."""
    offered = select(*_columns(due, OFFER.c.to_party_id)).join(
        OFFER, OFFER.c.id == due.c.subject_id
    )
    answers = and_(
        OFFER.c.to_party_id.is_(None),
        who.answers_for(STAFF, OFFER.c.to_unit_id, NOW),
    )
    unit = (
        select(*_columns(due, STAFF.c.party_id))
        .join(OFFER, OFFER.c.id == due.c.subject_id)
        .join(STAFF, answers)
    )
    named = offered.where(OFFER.c.to_party_id.is_not(None))
    return [query.where(due.c.role == "receiver") for query in (named, unit)]


def _receiver_leader(due: Any) -> list[Select[Any]]:
    """Who leads the unit that was asked, or a unit of the party that was asked."""
    there = STAFF.alias("there")
    units = select(there.c.unit_id).where(
        there.c.party_id == OFFER.c.to_party_id, who.works_here(there, NOW)
    )
    asked = or_(STAFF.c.unit_id == OFFER.c.to_unit_id, STAFF.c.unit_id.in_(units))
    query = (
        select(*_columns(due, STAFF.c.party_id))
        .join(OFFER, OFFER.c.id == due.c.subject_id)
        .join(STAFF, and_(asked, staff_now("leader")))
    )
    return [query.where(due.c.role == "receiver_leader")]


HOLDERS: Mapping[str, Callable[[Any], list[Select[Any]]]] = {
    "coordinator": _coordinator,
    "chair": _chair,
    "minute_taker": _minute_taker,
    "accountable": _accountable,
    "accountable_leader": _accountable_leader,
    "person": _person,
    "leader": _leader,
    "leader_2": _leader_2,
    "municipal_leader": _municipal_leader,
    "coordinating": _anywhere("coordinating", "coordinating"),
    "privacy_officer": _anywhere("privacy_officer", "privacy_officer"),
    "decider": _deciders("decider"),
    "unit": _deciders("unit"),
    "receiver": _receiver,
    "receiver_leader": _receiver_leader,
}


def _next_steps_up(due: Any) -> list[Select[Any]]:
    """Who is told where nobody holds the role: leader, the unit above, coordinating unit, administrator."""
    leads = (
        due.c.role.not_in(("leader", "leader_2", "municipal_leader")),
        due.c.role != "leader_2",
    )
    own = who.of_unit(STAFF, due.c.unit_id, NOW, "leader")
    above = who.of_unit(STAFF, UNIT.c.parent_id, NOW, "leader")
    level = [
        select(*_columns(due, STAFF.c.party_id), literal(1).label("level"))
        .select_from(due)
        .join(STAFF, own)
        .where(leads[0]),
        select(*_columns(due, STAFF.c.party_id), literal(2).label("level"))
        .join(UNIT, UNIT.c.id == due.c.unit_id)
        .join(STAFF, above)
        .where(leads[1]),
        select(*_columns(due, STAFF.c.party_id), literal(3).label("level"))
        .select_from(due)
        .join(STAFF, staff_now("coordinating")),
        select(*_columns(due, STAFF.c.party_id), literal(4).label("level"))
        .select_from(due)
        .join(STAFF, staff_now("administrator")),
    ]
    return [query.where(due.c.role.not_in(NO_FALLBACK)) for query in level]


def recipients_of_due(due: Any, roles: Sequence[str], *more: Select[Any]) -> Select[Any]:
    """step_id, recipient and substitute_for for every due step, with nobody left out.

    A substitute gets the step of who is away now; a deactivated party gets nothing; a step
    whose role nobody holds goes to the nearest step up that somebody holds.
    """
    branches = [*more, *(query for role in roles for query in HOLDERS[role](due))]
    held = in_place_of(union_all(*branches).subquery("held"))
    holding = materialize(held, "holding")
    return _with_fallback(due, holding)


def in_place_of(holders: Any) -> Select[Any]:
    """The holders who are still here, each replaced by the substitute of an absence that runs now.

    Now, not when the step fell due: after an outage whoever does the work today can read and act.
    Nobody steps in for the person in her own plan, whatever she does at work herself.
    """
    holder, stand_in = PARTY.alias("holder"), PARTY.alias("stand_in")
    away = ABSENCE.join(
        stand_in,
        and_(stand_in.c.id == ABSENCE.c.substitute_id, has_account(stand_in)),
    )
    now_away = and_(
        ABSENCE.c.party_id == holders.c.party_id,
        is_away(ABSENCE, NOW),
        who.is_work(holders.c.party_id, holders.c.person_id),
    )
    replaced = case((stand_in.c.id.is_not(None), holders.c.party_id))
    return select(
        holders.c.step_id,
        func.coalesce(stand_in.c.id, holders.c.party_id).label("recipient_id"),
        replaced.label("substitute_for"),
    ).select_from(
        holders.join(
            holder, and_(holder.c.id == holders.c.party_id, has_account(holder))
        ).outerjoin(away, now_away)
    )


def _with_fallback(due: Any, holding: Any) -> Select[Any]:
    """The holders, and for a step that nobody holds who is here on the nearest step up.

    Their substitutes are told as anybody's are; whoever is to do a measure is never told as
    their own next step up.
    """
    left = select(due).where(due.c.id.not_in(select(holding.c.step_id)))
    vacant = materialize(left, "vacant")
    up = union_all(*_next_steps_up(vacant)).subquery("up")
    nearest = func.min(up.c.level).over(partition_by=up.c.step_id)
    ranked = (
        select(up.c.step_id, up.c.party_id, up.c.person_id, up.c.level, nearest.label("nearest"))
        .select_from(
            up.join(PARTY, and_(PARTY.c.id == up.c.party_id, has_account(PARTY)))
            .join(vacant, vacant.c.id == up.c.step_id)
            .outerjoin(
                MEASURE,
                and_(
                    MEASURE.c.id == vacant.c.subject_id, vacant.c.code == DeadlineCode.MEASURE_DUE
                ),
            )
        )
        .where(or_(MEASURE.c.accountable_id.is_(None), MEASURE.c.accountable_id != up.c.party_id))
        .subquery("ranked")
    )
    stepped = select(ranked).where(ranked.c.level == ranked.c.nearest).subquery("stepped")
    rows = select(holding.c.step_id, holding.c.recipient_id, holding.c.substitute_for)
    return select(union_all(rows, in_place_of(stepped)).subquery("found"))
