"""Which steps are open on a plan and why others are not, from a plan already read; nothing is taken here."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.record.access import Actor, Standing, standing
from workflow.record.lookups import built, plan_facts
from workflow.record.models import Measure, Plan
from workflow.record.plan_shapes import (
    AttemptView,
    ComplaintView,
    MeetingView,
    MunicipalityView,
    OfferView,
    WishView,
)
from workflow.record.plan_view import PlanView, plan_view
from workflow.rules.clock import oslo_date
from workflow.rules.deadline_kinds import TRANSITIONS
from workflow.rules.denials import Denial
from workflow.rules.facts import Facts
from workflow.rules.machine import denials
from workflow.rules.policy import on_behalf
from workflow.rules.row import Row
from workflow.rules.tables import ROWS, TABLES, UNDOING
from workflow.rules.vocabulary import PERSON_SIDE, START


@dataclass(frozen=True, slots=True)
class Possible:
    """The row ids that are open on one subject now, and for each other row its reasons."""

    open: tuple[str, ...]
    closed: Mapping[str, tuple[Denial, ...]]

    def allows(self, row_id: str) -> bool:
        """True where the step may be taken once its form is filled in."""
        return row_id in self.open


@dataclass(frozen=True)
class Steps:
    """Asks the rules about every subject of one plan, for one reader, without the database."""

    view: PlanView
    actor: Actor
    standing: Standing
    plan: Mapping[str, Any]
    known: Mapping[str, Any]

    def of_plan(self) -> Possible:
        """The plan's own rows, and the rows that make a measure or a meeting."""
        new = [row for row in ROWS.values() if row.sources == (START,) and row.machine != "plan"]
        rows = [*(row for row in TABLES["plan"] if row.sources != (START,)), *new]
        return self._ask(rows, self.plan, self.view.plan.id)

    def of_measure(self, measure: Measure) -> Possible:
        """The rows of one measure."""
        rows = [row for row in TABLES["measure"] if row.sources != (START,)]
        return self._ask(rows, values_of(measure), measure.id)

    def of_meeting(self, meeting: MeetingView) -> Possible:
        """The rows of one meeting."""
        rows = [row for row in TABLES["meeting"] if row.sources != (START,)]
        subject = {name: getattr(meeting, name) for name in MEETING_COLUMNS}
        acts_for_her = "representative" in self.standing.relations
        who = self.plan["person_id"] if acts_for_her else self.actor.party_id
        called = any(one.party_id == who for one in meeting.called)
        return self._ask(rows, {**subject, "is_called": called}, meeting.id)

    def asks_agreement(self, row_id: str, key: str | None = None) -> bool:
        """The reader must say how the person agreed: the row carries it, or is the person's own."""
        row = ROWS[row_id]
        found = Facts(relations=self.standing.counting(row, key, lambda: None))
        if found.relations & PERSON_SIDE:
            return False
        first_yes = row.first_yes and not self.known["consent_to_plan"]
        return row.agreed or on_behalf(row, found) or first_yes

    def _ask(self, rows: Iterable[Row], subject: Mapping[str, Any], key: str) -> Possible:
        found = {row.id: tuple(denials(row, self._facts(row, subject, key))) for row in rows}
        return Possible(
            tuple(row_id for row_id, reasons in found.items() if not reasons),
            {row_id: reasons for row_id, reasons in found.items() if reasons},
        )

    def _facts(self, row: Row, subject: Mapping[str, Any], key: str) -> Facts:
        """The facts a guard may ask for, all of them given: no look-up is left."""
        offer = self._offer(row, key)
        receiver = self.view.human(offer["to_party_id"]) if offer else None
        starts = row.sources == (START,)
        own = {name: subject.get(name) for name in SUBJECT_FACTS if name in subject}
        me = self.actor.party_id
        return Facts(
            **self.known,
            scopes=self.standing.scopes,
            **own,
            **self._back(key, subject.get("state")),
            state=START if starts else subject["state"],
            relations=self.standing.counting(row, None if starts else key, lambda: offer),
            offer=offer,
            receiver_absent=bool(receiver and receiver.away_until),
            accountable_name=self.view.name(subject.get("accountable_id")),
            is_chair=me is not None and subject.get("chair_id") == me,
            is_minute_taker=me is not None and subject.get("minute_taker_id") == me,
        )

    def _offer(self, row: Row, key: str) -> Mapping[str, Any] | None:
        kinds = row.offer_kinds
        found = (o for o in self.view.for_rules.offers if o.subject_id == key and o.kind in kinds)
        return next((offer_values(one) for one in found), None)

    def _back(self, key: str, state: str | None) -> dict[str, Any]:
        """The step that could be taken back: the subject's last among the events read."""
        events = self.view.for_rules.events
        last = next((event for event in events if event.subject_id == key), None)
        if last is None or last.row_id in UNDOING or last.text["to"] != state:
            return {}
        before = last.text["from"]
        return {
            "back_to": "" if before == START else before,
            "back_by": last.actor_id,
            "back_at": last.at,
            "built_upon": built(last.text),
        }


SUBJECT_FACTS = ("accountable_id", "completed_on", "not_before", "starts_at", "is_called")
MEETING_COLUMNS = ("id", "state", "chair_id", "minute_taker_id", "starts_at")


def values_of(row: Measure | Plan) -> dict[str, Any]:
    """A stored row's columns as the rules read them."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


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


def steps(view: PlanView, actor: Actor, stands: Standing) -> Steps:
    """Make ready to ask; the plan's facts are gathered once for all its subjects."""
    plan = values_of(view.for_rules.plan)
    today = oslo_date(view.now)
    known = {
        **plan_facts(plan, today),
        **_around(view.for_rules, {one.id for one in view.measures}),
        "actor_id": actor.party_id,
        "now": view.now,
        "today": today,
        "form": None,
    }
    return Steps(view, actor, stands, plan, known)


def open_steps(session: Session, actor: Actor, plan: Plan, now: datetime) -> Steps:
    """Read a plan and make ready to ask which of its steps are open; four statements."""
    stands = standing(session, actor, plan.id, now)
    return steps(plan_view(session, plan, now, sees=stands.sight()), actor, stands)


def _around(view: PlanView, seen: Container[str]) -> dict[str, Any]:
    """What the guards ask of the plan as a whole (the stored look-ups' answers, given).

    Of measures that the reader does not see they are told the key, not the text.
    """
    decision = view.decision
    texts = {m.id: f"{m.id} {m.text if m.id in seen else ''}" for m in view.open_measures}
    waiting = [m for m in view.open_measures if m.state in ("decided", "active", "transferred")]
    return {
        "consent_to_plan": any(one.receiver_id is None for one in view.sharing),
        "coordinator_id": view.coordinator.id or None,
        "coordinator_name": view.coordinator.name,
        "acting_id": view.holder("acting").id or view.holder("contact").id or None,
        "goals": sum(goal.status == "open" for goal in view.goals),
        "open_measures": tuple(texts.values()),
        "unanswered_measures": tuple(texts[m.id] for m in waiting),
        "undiscussed_relatives": undiscussed(view),
        "decision_made_by": decision.made_by if decision else None,
        "appeal_until": decision.appeal_until if decision else None,
        "complaint_open": bool(view.parts[ComplaintView]),
        "transition_stands": any(one.code in TRANSITIONS for one in view.deadlines),
        "access_asked": any(wish.kind == "access" for wish in view.parts[WishView]),
        "emergency_waits": any(one.code == "T20" for one in view.deadlines),
        "tries": tuple(sorted(oslo_date(attempt.at) for attempt in view.parts[AttemptView])),
        "decision_model": next((here.decision_model for here in view.parts[MunicipalityView]), "A"),
    }


def undiscussed(view: PlanView) -> tuple[str, ...]:
    """Relatives whose consent in force was not discussed today (need 2.6)."""
    today = oslo_date(view.now)
    late = {
        one.receiver_id
        for one in view.sharing
        if one.last_discussed_on is None or one.last_discussed_on < today
    }
    return tuple(
        one.name
        for one in view.participants
        if one.kind == "relative" and one.party_id is not None and one.party_id in late
    )
