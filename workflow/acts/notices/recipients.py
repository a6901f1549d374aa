"""Who hears of a step: the row names the roles, here they become the people who are here now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    Select,
    Text,
    bindparam,
    cast,
    exists,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from workflow.acts.base.context import StepContext
from workflow.acts.notices import inbox
from workflow.record.access import role_holders
from workflow.record.access.open_plan import Actor, resolve_access
from workflow.record.access.relation_columns import of_consent
from workflow.record.access.scope_sql import holds_scope
from workflow.record.database.prepared import PreparedStatement
from workflow.record.in_force import has_account, is_away, represents, takes_part
from workflow.record.models import (
    Absence,
    Consent,
    Event,
    MeetingParty,
    Participant,
    Party,
    Representation,
)
from workflow.record.models.base import KEY, UtcDateTime
from workflow.rules.engine.vocabulary import PLANNED
from workflow.rules.names.steps import MeetingStep
from workflow.rules.sharing.scopes import scopes_of
from workflow.rules.tables.scope_map import scope_to_notify

Found = list[str | None]
# Told because of their work: whoever steps in for them hears too. Never the person's own matters.
AT_WORK = frozenset(
    {
        "coordinator",
        "coordinator_before",
        "acting",
        "accountable",
        "chair",
        "receiver",
        "sender",
        "deciders",
        "coordinating",
        "privacy_officer",
        "addressee",
        "office",
    }
)
# An office is told through those of it who are at work now.
OFFICES = frozenset({"deciders", "coordinating", "privacy_officer", "office"})
NOW = bindparam("now", type_=UtcDateTime())
ONE = bindparam("party_id", type_=KEY)
PLAN = bindparam("plan_id", type_=KEY)
# One look for each who is told at work: an account that has not ended; away now, with the
# substitute; and a consent that leaves something out, with its scopes.
HERE, AWAY, NARROWED = "here", "away", "narrowed"
NEAR = PreparedStatement(
    union_all(
        select(literal_column(f"'{HERE}'"), Party.id.label("key"), cast(null(), Text)).where(
            Party.id == ONE, has_account(Party)
        ),
        select(literal_column(f"'{AWAY}'"), Party.id, cast(null(), Text))
        .select_from(Absence)
        .outerjoin(Party, (Party.id == Absence.substitute_id) & has_account(Party))
        .where(
            Absence.party_id == ONE,
            is_away(Absence, NOW),
        ),
        select(literal_column(f"'{NARROWED}'"), Consent.receiver_id, Consent.scopes).where(
            of_consent(PLAN, ONE), Consent.scopes != ""
        ),
    )
)


def _people(step: StepContext, query: Select[Any]) -> Found:
    known = {"now": step.now}
    return list(step.conn.execute(query, known).scalars())


def _staff(step: StepContext, role: str) -> Found:
    return _people(step, role_holders.people_in(NOW, role))


def _deciders(step: StepContext) -> Found:
    return _people(step, role_holders.people_who_decide(step.after()["unit_id"], NOW))


def _coordinator(step: StepContext) -> Found:
    """Who is responsible as a human; where the person coordinates, the municipality's contact too."""
    plan = step.after()
    responsible = plan.get("responsible_party_id")
    if responsible is None or responsible != plan.get("person_id"):
        return [responsible]
    return [responsible, *_people(step, role_holders.holder_on(step.plan_id, "contact"))]


def _participants(step: StepContext) -> Found:
    return _people(
        step,
        select(Participant.party_id).where(
            Participant.plan_id == step.plan_id,
            takes_part(Participant),
            role_holders.is_here(Participant.party_id),
            *_shared_with(step, "participants", Participant.plan_id, Participant.party_id),
        ),
    )


def _shared_with(step: StepContext, role: str, plan_id: Any, party_id: Any) -> list[Any]:
    """The plan is shared with the party, and the row's part of it where the role needs that."""
    scope = scope_to_notify(step.row.name, role, of_deadline=False)
    there = of_consent(plan_id, party_id)
    query = select(Consent.id).where(
        there, *([holds_scope(Consent.scopes, scope)] if scope else [])
    )
    return [exists(query)]


def _receiver(step: StepContext) -> Found:
    offer = step.offered or step.facts.offer
    if not offer:
        return []
    if offer.get("to_party_id"):
        return [offer["to_party_id"]]
    if not offer.get("to_unit_id"):
        return []
    return _people(step, role_holders.people_who_answer_for(offer["to_unit_id"], NOW))


def _representatives(step: StepContext) -> Found:
    """Who acts for the person now: told beside her of what she must hear of at once."""
    return _people(
        step,
        select(Representation.representative_id).where(
            Representation.person_id == step.after().get("person_id"),
            represents(Representation, NOW),
            role_holders.is_here(Representation.representative_id),
        ),
    )


def _called(step: StepContext) -> Found:
    """Those who were called; nobody while the call has not gone out."""
    if step.facts.state == PLANNED and not _call_went_out(step):
        return []
    return _people(
        step,
        select(MeetingParty.party_id).where(
            MeetingParty.meeting_id == step.subject["id"],
            role_holders.is_here(MeetingParty.party_id),
            *_not_left_out(step, "called", MeetingParty.plan_id, MeetingParty.party_id),
        ),
    )


def _call_went_out(step: StepContext) -> bool:
    """A meeting that waits for its day again after a move, or is called now."""
    if step.row.name == MeetingStep.CALL:
        return True
    call = select(Event.id).where(
        Event.plan_id == step.plan_id,
        Event.step_name == MeetingStep.CALL,
        Event.subject_id == step.subject["id"],
    )
    return step.conn.execute(call.limit(1)).first() is not None


def _not_left_out(step: StepContext, role: str, plan_id: Any, party_id: Any) -> list[Any]:
    """The party's consents, where there are any, do not leave the row's part of the plan out."""
    scope = scope_to_notify(step.row.name, role, of_deadline=False)
    query = select(Consent.id).where(of_consent(plan_id, party_id))
    seen = exists(query.where(holds_scope(Consent.scopes, scope)))
    return [or_(~exists(query), seen)] if scope else []


def _accountable(step: StepContext) -> Found:
    values = {**step.subject, **step.changes}
    return [values.get("accountable_id")] if step.row.machine == "measure" else []


def _reporter(step: StepContext) -> Found:
    account = role_holders.account_of(step.plan.get("reporter_id"))
    return _people(step, select(account))


def _office(step: StepContext) -> Found:
    """Who reads the person's letters where no human has her plan in hand: those who decide there."""
    return [] if step.after().get("responsible_party_id") else _deciders(step)


def _chair(step: StepContext) -> Found:
    return [{**step.subject, **step.changes}.get("chair_id")]


ROLES: Mapping[str, Callable[[StepContext], Found]] = {
    "person": lambda step: [step.after().get("person_id")],
    "person_if_knows": lambda step: (
        [step.after().get("person_id")]
        if step.after().get("person_knows") == "yes" and step.state != "closed"
        else []
    ),
    "person_who_knew": lambda step: (
        [step.plan.get("person_id")] if step.plan.get("person_knows") == "yes" else []
    ),
    # Of an answer to the leader's question to the coordinator she hears nothing.
    "person_answered": lambda step: (
        [] if step.codes.get("of") == "question" else [step.after().get("person_id")]
    ),
    "representatives": _representatives,
    "coordinator": _coordinator,
    "coordinator_before": lambda step: [step.plan.get("responsible_party_id")],
    "acting": lambda step: [step.after().get("responsible_party_id")],
    "deciders": _deciders,
    "coordinating": lambda step: _staff(step, "coordinating"),
    "privacy_officer": lambda step: _staff(step, "privacy_officer"),
    "participants": _participants,
    "receiver": _receiver,
    "sender": lambda step: [(step.offered or step.facts.offer or {}).get("from_party_id")],
    "called": _called,
    "accountable": _accountable,
    "chair": _chair,
    "reporter": _reporter,
    "addressee": lambda step: [step.codes.get("to")],
    "office": lambda step: [] if step.codes.get("to") else _office(step),
}


def fix_parting(step: StepContext) -> None:
    """Fix who hears of a step that ends their part in the plan, before it does so."""
    if step.row.farewell:
        _add_recipients(step)


def notify_recipients(step: StepContext) -> None:
    """Write one notice for each person the row names; nobody hears of their own step."""
    _add_recipients(step)
    if step.after().get("shadow") and not step.creates:
        step.notified = {}  # of what else is done with it the report itself says enough
    elif step.after().get("shadow"):
        # A second report stays between the reporter and the coordinating unit.
        offices = _staff(step, "coordinating")
        step.notified = {
            key: "coordinating" for key in offices if key and key != step.actor.party_id
        }
    stand_ins = _in_place(step)
    if step.notified:
        inbox.notify(
            step.conn,
            step.row,
            step.event_id,
            tuple(step.notified.items()),
            step.plan_id,
            step.subject["id"],
            step.now,
            stand_ins,
        )


def _add_recipients(step: StepContext) -> None:
    for role in step.row.notifies:
        for party_id in ROLES[role](step):
            step.add_recipient(party_id, role)


def _left_out(step: StepContext, party_id: str, role: str, narrowed: list[str]) -> bool:
    """The row tells of a part that is not shared with the party on any ground (promise P9)."""
    scope = scope_to_notify(step.row.name, role, of_deadline=False)
    if not scope or all(scope in scopes_of(stored) for stored in narrowed):
        return False
    stands = resolve_access(step.conn, Actor(party_id), step.plan_id, step.now)
    return not stands.visibility().can_see(scope, step.subject["id"])


def _in_place(step: StepContext) -> dict[str, str]:
    """Adds the substitutes of those at work who are away now; who of them is told in whose place.

    A named holder hears too, for when they are back; of an office only those who are here, unless
    nobody is. Whoever's account has ended hears of nothing.
    """
    stand_ins: dict[str, str] = {}
    for party_id, role in list(step.notified.items()):
        if role not in AT_WORK or party_id == step.plan.get("person_id"):
            continue
        one = {"party_id": party_id, "now": step.now, "plan_id": step.plan_id}
        near = NEAR.rows(step.conn, one)
        narrowed = [scopes for kind, _, scopes in near if kind == NARROWED]
        ended = all(kind != HERE for kind, _, _ in near)
        if ended or _left_out(step, party_id, role, narrowed):
            del step.notified[party_id]
            continue
        absences = [(kind, instead) for kind, instead, _ in near if kind == AWAY]
        others = [key for key, other in step.notified.items() if other == role and key != party_id]
        if absences and (role in OFFICES) and (others or absences[0][1]):
            del step.notified[party_id]
        for _, instead in absences[:1]:
            if instead and instead not in step.notified and instead != step.plan.get("person_id"):
                step.add_recipient(instead, role)
                stand_ins[instead] = party_id
    return stand_ins
