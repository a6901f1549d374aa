"""Who hears of a step: the row names the roles, here they become people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, select

from workflow.acts import notices
from workflow.acts.step import Step
from workflow.record.models import (
    MeetingParty,
    MunicipalityRow,
    Participant,
    StaffRole,
)
from workflow.record.relations import consent_in_force

Found = list[str | None]


def _people(step: Step, query: Select[Any]) -> Found:
    known = {"now": step.now, "municipality_id": step.municipality_id}
    return list(step.conn.execute(query, known).scalars())


def _staff(step: Step, role: str, unit_id: str | None = None) -> Found:
    query = select(StaffRole.party_id).where(
        StaffRole.municipality_id == step.municipality_id,
        StaffRole.role == role,
        StaffRole.until_at.is_(None),
    )
    return _people(step, query.where(StaffRole.unit_id == unit_id) if unit_id else query)


def _deciders(step: Step) -> Found:
    model = step.conn.execute(
        select(MunicipalityRow.decision_model).where(MunicipalityRow.id == step.municipality_id)
    ).scalar()
    if model == "B":
        return _staff(step, "coordinating")
    return _staff(step, "decider" if model == "A" else "leader", step.after()["unit_id"])


def _participants(step: Step) -> Found:
    return _people(
        step,
        select(Participant.party_id).where(
            Participant.municipality_id == step.municipality_id,
            Participant.plan_id == step.plan_id,
            Participant.left_at.is_(None),
            Participant.party_id.is_not(None),
            consent_in_force(Participant.plan_id, Participant.party_id),
        ),
    )


def _receiver(step: Step) -> Found:
    offer = step.offered or step.facts.offer
    if not offer:
        return []
    if offer.get("to_party_id"):
        return [offer["to_party_id"]]
    if not offer.get("to_unit_id"):
        return []
    return list(
        step.conn.execute(
            select(StaffRole.party_id).where(
                StaffRole.unit_id == offer["to_unit_id"],
                StaffRole.role.in_(["leader", "decider", "coordinating"]),
                StaffRole.until_at.is_(None),
            )
        ).scalars()
    )


def _called(step: Step) -> Found:
    return _people(
        step,
        select(MeetingParty.party_id).where(
            MeetingParty.municipality_id == step.municipality_id,
            MeetingParty.meeting_id == step.subject["id"],
        ),
    )


def _accountable(step: Step) -> Found:
    values = {**step.subject, **step.changes}
    return [values.get("accountable_id")] if step.row.machine == "measure" else []


def _chair(step: Step) -> Found:
    return [{**step.subject, **step.changes}.get("chair_id")]


ROLES: Mapping[str, Callable[[Step], Found]] = {
    "person": lambda step: [step.after().get("person_id")],
    "person_if_knows": lambda step: (
        [step.after().get("person_id")] if step.after().get("person_knows") == "yes" else []
    ),
    "coordinator": lambda step: [step.after().get("responsible_party_id")],
    "coordinator_before": lambda step: [step.plan.get("responsible_party_id")],
    "acting": lambda step: [step.after().get("responsible_party_id")],
    "deciders": _deciders,
    "coordinating": lambda step: _staff(step, "coordinating"),
    "participants": _participants,
    "receiver": _receiver,
    "called": _called,
    "accountable": _accountable,
    "chair": _chair,
    "reporter": lambda step: [step.plan.get("reporter_id")],
    "addressee": lambda step: [step.codes.get("to")],
}


def tell(step: Step) -> None:
    """Write one notice for each person the row names; nobody hears of their own step."""
    for role in step.row.tells:
        for party_id in ROLES[role](step):
            step.hear(party_id, role)
    if step.after().get("shadow"):
        # A second report stays between the reporter and the coordinating unit (P1).
        offices = _staff(step, "coordinating")
        step.told = {key: "coordinating" for key in offices if key and key != step.actor.party_id}
    if step.told:
        notices.tell(
            step.conn,
            step.row,
            step.event_id,
            tuple(step.told.items()),
            step.plan_id,
            step.subject["id"],
            step.municipality_id,
            step.now,
        )
