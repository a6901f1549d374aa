"""Facts of people, offers, measures and decisions under a plan, each with both of its sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, or_, select

from workflow.record.access import protected_addresses
from workflow.record.access.open_plan import own_parties
from workflow.record.access.role_holders import holder_on
from workflow.record.deadlines import policies
from workflow.record.in_force import allows, is_away, takes_part
from workflow.record.models import (
    Absence,
    Consent,
    Decision,
    EmergencyAccess,
    Event,
    Goal,
    Measure,
    Meeting,
    MeetingParty,
    MunicipalityRow,
    Offer,
    Participant,
    Party,
)
from workflow.record.plan import successors
from workflow.record.plan.fact_sources import (
    Fact,
    PageFacts,
    PlanFacts,
    StoredFacts,
    of_form,
    same_fact,
)
from workflow.record.plan.parts_query import day_told
from workflow.record.shapes.plan import AttemptView, CalledView, MunicipalityView, OfferView
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.engine.transition import BEGINNING, DECISION, EMERGENCY
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import GOALS, MEASURES

OFFER = Offer.__table__
UNANSWERED = ("decided", "active", "transferred")


def _coordinator(f: StoredFacts) -> str | None:
    return f.conn.execute(holder_on(f.plan_id, "coordinator")).scalar()


def _maker(f: StoredFacts) -> str | None:
    """Who made what the step judges; nobody where it judges nothing."""
    return MAKERS[f.row.judges](f) if f.row.judges else None


def _opener(f: StoredFacts) -> str | None:
    """Who opened the plan in the emergency that is looked into: the one named, or the oldest that waits."""
    waits = select(EmergencyAccess.party_id).where(
        EmergencyAccess.plan_id == f.plan_id, EmergencyAccess.reviewed_at.is_(None)
    )
    if named := getattr(f.form, "emergency_id", None):
        waits = waits.where(EmergencyAccess.id == named)
    return f.conn.execute(waits.order_by(EmergencyAccess.opened_at).limit(1)).scalar()


def _beginner(f: StoredFacts) -> str | None:
    """Who began before there was a decision."""
    begun = select(Event.actor_id).where(
        Event.plan_id == f.plan_id, Event.step_name == PlanStep.START_INFORMALLY
    )
    return f.conn.execute(begun.order_by(Event.seq.desc()).limit(1)).scalar()


MAKERS: Mapping[str, Callable[[StoredFacts], str | None]] = {
    EMERGENCY: _opener,
    DECISION: lambda f: f.decision_made_by,
    BEGINNING: _beginner,
}


def _name(f: StoredFacts, party_id: str | None) -> str:
    if party_id is None:
        return ""
    return f.conn.execute(select(Party.name).where(Party.id == party_id)).scalar() or ""


def _measures(f: StoredFacts) -> Sequence[Any]:
    """The measures that are not closed, their words without what gives a protected place away."""
    return f.once("measures", lambda: _read_measures(f))


def _read_measures(f: StoredFacts) -> Sequence[Any]:
    rows = f.conn.execute(
        select(Measure.id, Measure.text, Measure.state)
        .where(Measure.plan_id == f.plan_id)
        .where(Measure.state != "closed")
        .order_by(Measure.position)
    ).all()
    if not rows or not (mask := protected_addresses.mask_of(f.conn, f.plan_id, f.now)):
        return rows
    return [SimpleNamespace(**{**row._mapping, "text": mask(row.text)}) for row in rows]


def _named(f: PlanFacts, measures: Sequence[Any]) -> tuple[str, ...]:
    """Measures by their key, and by their text where the actor sees it: a refusal names them."""
    sight = f.access.visibility()
    return tuple(f"{m.id} {m.text if sight.can_see(MEASURES, m.id) else ''}" for m in measures)


def _unanswered(measures: Sequence[Any]) -> list[Any]:
    return [measure for measure in measures if measure.state in UNANSWERED]


def _undiscussed(f: StoredFacts) -> tuple[str, ...]:
    """Relatives whose consent in force was not discussed today, nor put off to a later day."""
    discussed = (
        select(Consent.id)
        .where(
            Consent.plan_id == f.plan_id,
            Consent.receiver_id == Participant.party_id,
            allows(Consent, f.now),
            or_(Consent.last_discussed_on.is_(None), Consent.last_discussed_on < f.today),
        )
        .exists()
    )
    rows = f.conn.execute(
        select(Participant.name)
        .where(
            Participant.plan_id == f.plan_id,
            Participant.kind == "relative",
            takes_part(Participant),
            discussed,
        )
        .order_by(Participant.from_at, Participant.id)
    ).scalars()
    return tuple(rows)


def _undiscussed_on_page(f: PageFacts) -> tuple[str, ...]:
    late = {
        one.receiver_id
        for one in f.view.sharing
        if one.receiver_id and (one.last_discussed_on is None or one.last_discussed_on < f.today)
    }
    relatives = (one for one in f.view.participants if one.kind == "relative")
    here = sorted(relatives, key=lambda one: (one.from_at, one.id))
    return tuple(one.name for one in here if one.party_id in late)


def _offer(f: StoredFacts) -> Mapping[str, Any] | None:
    """The open offer that the row answers or looks at."""
    if not f.row.offer_kinds:
        return None
    query = select(OFFER).where(
        OFFER.c.subject_id == (f.subject_key or f.plan_id),
        OFFER.c.outcome == "",
        OFFER.c.kind.in_(f.row.offer_kinds),
    )
    offer = f.conn.execute(query.order_by(OFFER.c.id)).mappings().first()
    return dict(offer) if offer else None


def _offer_on_page(f: PageFacts) -> Mapping[str, Any] | None:
    key, kinds = f.subject_key or f.plan_id, f.row.offer_kinds
    open_ = [o for o in f.view.offers if o.subject_id == key and o.kind in kinds]
    return offer_values(min(open_, key=lambda one: one.id)) if open_ else None


def offer_values(offer: OfferView) -> dict[str, Any]:
    """An open offer as the rules read it."""
    return {
        "id": offer.id,
        "from_state": offer.from_state,
        "to_party_id": offer.to_party_id,
        "to_unit_id": offer.to_unit_id,
        "to_code": offer.to_code,
        "from_party_id": offer.from_party_id,
        "discharge_on": offer.discharge_on,
        "kind": offer.kind,
        "to_name": offer.to_name,
        "expires_at": offer.expires_at,
    }


def _decision(f: StoredFacts, column: Any) -> Any:
    """A column of the decision that holds now."""
    return f.conn.execute(
        select(column)
        .where(Decision.plan_id == f.plan_id)
        .order_by(Decision.made_on.desc(), Decision.id.desc())
        .limit(1)
    ).scalar()


def _tries(f: StoredFacts) -> tuple[date, ...]:
    rows = f.conn.execute(
        select(Event.text)
        .where(Event.plan_id == f.plan_id)
        .where(Event.step_name == PlanStep.TRIED_TO_REACH)
        .order_by(Event.seq)
    ).scalars()
    return tuple(day_told(text) for text in rows)


def _tries_on_page(f: PageFacts) -> tuple[date, ...]:
    attempts = sorted(f.view.parts[AttemptView], key=lambda one: one.seq)
    return tuple(one.told_on for one in attempts)


def _receiver_shares(f: StoredFacts) -> bool:
    """Who takes over already has the plan in hand, or the person shares it with them now."""
    receiver = getattr(f.form, "to_party_id", None)
    if not receiver or f.subject_kind != "person":
        return bool(receiver)
    if receiver in successors.successors_of(f.conn, f.plan_id):
        return True
    return successors.is_shared_with(f.conn, f.plan_id, receiver, f.now)


def _receiver_absent(f: StoredFacts) -> bool:
    receiver = getattr(f.form, "to_party_id", None) or (f.offer or {}).get("to_party_id")
    if not receiver:
        return False
    away = select(Absence.id).where(
        Absence.party_id == receiver,
        is_away(Absence, f.now),
    )
    return f.conn.execute(away.limit(1)).scalar() is not None


def _accountable_accepted(f: StoredFacts) -> bool:
    accepted = select(Offer.id).where(
        Offer.subject_id == f.subject_key,
        Offer.kind == "accountable",
        Offer.outcome == "accepted",
    )
    return f.conn.execute(accepted.limit(1)).scalar() is not None


def _accountable_absent(f: StoredFacts) -> bool:
    """Who is to do it is away, or stayed away from the meeting of the day on which it was agreed."""
    who = getattr(f.form, "accountable_id", None) or f.accountable_id
    day = getattr(f.form, "agreed_on", None) or f.today
    at = f.now if day == f.today else at_oslo(day, time(12, 0))
    away = select(Absence.id).where(Absence.party_id == who, is_away(Absence, at))
    if f.conn.execute(away.limit(1)).first() is not None:
        return True
    came = (
        select(MeetingParty.came)
        .join(Meeting, Meeting.id == MeetingParty.meeting_id)
        .where(Meeting.plan_id == f.plan_id, Meeting.held_on == day, MeetingParty.party_id == who)
    )
    return set(f.conn.execute(came).scalars()) == {"no"}


def _attends(f: PlanFacts) -> str | None:
    """Whose call to the meeting counts: the person's, where somebody acts for her."""
    return f.person_id if "representative" in f.relations else f.actor_id


def _called(f: StoredFacts) -> bool:
    call = select(MeetingParty.id).where(
        MeetingParty.meeting_id == f.subject_key,
        MeetingParty.party_id == _attends(f),
    )
    return f.conn.execute(call.limit(1)).scalar() is not None


def _called_on_page(f: PageFacts) -> bool:
    who = _attends(f)
    calls = (one for one in f.view.parts[CalledView] if one.meeting_id == f.subject_key)
    return who is not None and any(one.party_id == who for one in calls)


def _goals(f: StoredFacts) -> int:
    open_ = select(func.count()).where(Goal.plan_id == f.plan_id, Goal.status == "open")
    return f.conn.execute(open_).scalar_one()


def _goal_ended(f: StoredFacts) -> bool:
    """The goal that the form names is met or given up already; another plan's is the act's to refuse."""
    key = getattr(f.form, "goal_id", None)
    ended = select(Goal.id).where(Goal.id == key, Goal.plan_id == f.plan_id, Goal.status != "open")
    return f.conn.execute(ended).first() is not None


def _participants(f: StoredFacts) -> int:
    here = select(func.count()).where(Participant.plan_id == f.plan_id, takes_part(Participant))
    return f.conn.execute(here).scalar_one()


def _model_on_page(f: PageFacts) -> str:
    return f.view.parts[MunicipalityView][0].decision_model


LOOKUPS = (
    Fact("coordinator_id", _coordinator, lambda f: f.view.coordinator.id or None, of_plan=True),
    Fact(
        "acting_id",
        lambda f: successors.acts(f.conn, f.plan_id),
        lambda f: f.view.acting.id or None,
        of_plan=True,
    ),
    Fact(
        "decision_model",
        lambda f: f.conn.execute(select(MunicipalityRow.decision_model)).scalar_one(),
        _model_on_page,
        of_plan=True,
    ),
    Fact(
        "goals",
        _goals,
        lambda f: sum(goal.status == "open" for goal in f.view.goals),
        of_plan=True,
    ),
    of_form("goal_ended", _goal_ended),
    same_fact("sees_goals", lambda f: GOALS in f.access.visibility().scopes, of_plan=True),
    Fact("participants", _participants, lambda f: len(f.view.participants), of_plan=True),
    Fact(
        "open_measures",
        lambda f: _named(f, _measures(f)),
        lambda f: _named(f, f.view.open_measures),
        of_plan=True,
    ),
    Fact(
        "unanswered_measures",
        lambda f: _named(f, _unanswered(_measures(f))),
        lambda f: _named(f, _unanswered(f.view.open_measures)),
        of_plan=True,
    ),
    Fact("undiscussed_relatives", _undiscussed, _undiscussed_on_page, of_plan=True),
    Fact("offer", _offer, _offer_on_page),
    Fact(
        "decision_made_by",
        lambda f: _decision(f, Decision.made_by),
        lambda f: f.view.decision.made_by if f.view.decision else None,
        of_plan=True,
    ),
    Fact(
        "appeal_until",
        lambda f: _decision(f, Decision.appeal_until),
        lambda f: f.view.decision.appeal_until if f.view.decision else None,
        of_plan=True,
    ),
    Fact("tries", _tries, _tries_on_page, of_plan=True),
    Fact(
        "receiver_absent",
        _receiver_absent,
        lambda f: bool(f.view.human((f.offer or {}).get("to_party_id")).away_until),
    ),
    Fact("is_called", _called, _called_on_page),
    of_form("receiver_shares", _receiver_shares),
    of_form("own_parties", lambda f: own_parties(f.conn, f.actor, f.now)),
    of_form("maker_id", _maker),
    of_form("receiver_name", lambda f: _name(f, getattr(f.form, "to_party_id", None))),
    of_form("accountable_accepted", _accountable_accepted),
    of_form("accountable_absent", _accountable_absent),
    of_form(
        "accountable_name",
        lambda f: _name(f, getattr(f.form, "accountable_id", None) or f.accountable_id),
    ),
    of_form("review_days", lambda f: policies.of_plan(f).review_days),
)
