"""Facts looked up in the record when a guard asks for one; no rule lives here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from workflow.record import heirs, policies
from workflow.record.access import Actor, Standing
from workflow.record.giving_facts import GIVING
from workflow.record.in_force import allows, is_away, takes_part
from workflow.record.models import (
    Absence,
    Consent,
    Decision,
    Event,
    Goal,
    Measure,
    MeetingParty,
    MunicipalityRow,
    Offer,
    Participant,
    Party,
    Plan,
)
from workflow.record.role_holders import holder_on
from workflow.record.standing_facts import STANDING
from workflow.rules.clock import oslo_date
from workflow.rules.facts import Facts
from workflow.rules.row import Row
from workflow.rules.scopes import MEASURES
from workflow.rules.tables import UNDOING

PLAN = Plan.__table__
OFFER = Offer.__table__
MEASURE = Measure.__table__


class StoredFacts(Facts):
    """Facts of one act, read lazily over one connection inside the act's transaction."""

    conn: Connection
    row: Row
    actor: Actor
    standing: Standing
    plan: Mapping[str, Any]
    subject: Mapping[str, Any]

    def find(self, name: str) -> Any:
        """Look the fact up once; what no lookup knows has its pure default."""
        lookup = LOOKUPS.get(name)
        return lookup(self) if lookup is not None else super().find(name)


def plan_facts(plan: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What guards read straight from the plan's row."""
    paused = plan["paused_until"] is not None and not plan["resting"]
    return {
        "plan_id": plan["id"],
        "plan_state": plan["state"],
        "subject_kind": plan["subject_kind"],
        "outcome": plan["outcome"],
        "close_reason": plan["close_reason"],
        "informal": plan["informal"],
        "started_on": plan["started_on"],
        "paused": paused,
        "resting": plan["resting"],
        "frozen": plan["frozen"],
        "shadow": bool(plan["shadow"]),
        "ends_on": plan["ends_on"],
        "closed_on": oslo_date(plan["closed_at"]) if plan["closed_at"] else None,
        "reviewed_on": plan["reviewed_on"],
        "person_id": plan["person_id"],
        "person_knows": plan["person_knows"],
        "wish_asked": plan["wish_asked_at"] is not None,
        "most_important": plan["most_important"],
    }


def _coordinator(f: StoredFacts) -> str | None:
    return f.conn.execute(holder_on(f.plan_id, "coordinator")).scalar()


def _name(f: StoredFacts, party_id: str | None) -> str:
    if party_id is None:
        return ""
    return f.conn.execute(select(Party.name).where(Party.id == party_id)).scalar() or ""


def _measures(f: StoredFacts) -> Any:
    return f.conn.execute(
        select(Measure.id, Measure.text, Measure.state, Measure.evaluated_on)
        .where(Measure.plan_id == f.plan_id)
        .where(Measure.state != "closed")
        .order_by(Measure.position)
    ).all()


def _open_measures(f: StoredFacts) -> tuple[str, ...]:
    return tuple(_named(f, m) for m in _measures(f))


def _unanswered(f: StoredFacts) -> tuple[str, ...]:
    waiting = [m for m in _measures(f) if m.state in ("decided", "active", "transferred")]
    return tuple(_named(f, m) for m in waiting)


def _named(f: StoredFacts, measure: Any) -> str:
    """A measure by its key, and by its text where the actor sees it: a refusal names it."""
    seen = f.standing.sight().sees(MEASURES, measure.id)
    return f"{measure.id} {measure.text if seen else ''}"


def _undiscussed(f: StoredFacts) -> tuple[str, ...]:
    """Relatives whose consent in force was not discussed today, nor put off to a later day."""
    rows = f.conn.execute(
        select(Participant.name)
        .join(Consent, Consent.receiver_id == Participant.party_id)
        .where(
            Participant.plan_id == f.plan_id,
            Participant.kind == "relative",
            takes_part(Participant),
            Consent.plan_id == f.plan_id,
            allows(Consent, f.now),
            or_(Consent.last_discussed_on.is_(None), Consent.last_discussed_on < f.today),
        )
    ).scalars()
    return tuple(rows)


def _offer(f: StoredFacts) -> Mapping[str, Any] | None:
    """The open offer that the row answers or looks at."""
    if not f.row.offer_kinds:
        return None
    query = select(OFFER).where(
        OFFER.c.subject_id == f.subject.get("id", f.plan_id),
        OFFER.c.outcome == "",
        OFFER.c.kind.in_(f.row.offer_kinds),
    )
    found = f.conn.execute(query).mappings().first()
    return dict(found) if found else None


def _decision(f: StoredFacts) -> Any:
    return f.conn.execute(
        select(Decision.made_by, Decision.appeal_until)
        .where(Decision.plan_id == f.plan_id)
        .order_by(Decision.made_on.desc(), Decision.id.desc())
        .limit(1)
    ).first()


def _made_by(f: StoredFacts) -> str | None:
    found = _decision(f)
    return found.made_by if found else None


def _appeal_until(f: StoredFacts) -> date | None:
    found = _decision(f)
    return found.appeal_until if found else None


def _tries(f: StoredFacts) -> tuple[date, ...]:
    rows = f.conn.execute(
        select(Event.text)
        .where(Event.plan_id == f.plan_id)
        .where(Event.row_id == "A10")
        .order_by(Event.seq)
    ).scalars()
    return tuple(_told_on(json.loads(text)) for text in rows)


def _told_on(text: Mapping[str, Any]) -> date:
    """The day a step is told of: for a plan from a file not the day it was recorded."""
    return oslo_date(datetime.fromisoformat(text.get("told_at") or text["at"]))


def _receiver_shares(f: StoredFacts) -> bool:
    """Who takes over already has the plan in hand, or the person shares it with them now."""
    receiver = getattr(f.form, "to_party_id", None)
    if not receiver or f.subject_kind != "person":
        return bool(receiver)
    if receiver in heirs.holders(f.conn, f.plan_id):
        return True
    return heirs.is_shared_with(f.conn, f.plan_id, receiver, f.now)


def _receiver_absent(f: StoredFacts) -> bool:
    receiver = getattr(f.form, "to_party_id", None) or (f.offer or {}).get("to_party_id")
    if not receiver:
        return False
    found = select(Absence.id).where(
        Absence.party_id == receiver,
        is_away(Absence, f.now),
    )
    return f.conn.execute(found.limit(1)).scalar() is not None


def _accountable_accepted(f: StoredFacts) -> bool:
    found = select(Offer.id).where(
        Offer.subject_id == f.subject.get("id", ""),
        Offer.kind == "accountable",
        Offer.outcome == "accepted",
    )
    return f.conn.execute(found.limit(1)).scalar() is not None


def _called(f: StoredFacts) -> bool:
    found = select(MeetingParty.id).where(
        MeetingParty.meeting_id == f.subject.get("id", ""),
        MeetingParty.party_id == (f.person_id if "representative" in f.relations else f.actor_id),
    )
    return f.conn.execute(found.limit(1)).scalar() is not None


def _last_steps(f: StoredFacts) -> list[Any]:
    """The last events of the plan that moved this subject, newest first."""
    return list(
        f.conn.execute(
            select(Event.seq, Event.row_id, Event.actor_id, Event.recorded_at, Event.text)
            .where(Event.plan_id == f.plan_id)
            .where(Event.subject_id == f.subject.get("id", ""))
            .order_by(Event.seq.desc())
            .limit(2)
        )
    )


def last_step(f: StoredFacts) -> Mapping[str, Any]:
    """The step that could be taken back now: back_to, back_by, back_at and what it changed."""
    steps = _last_steps(f)
    text = json.loads(steps[0].text) if steps else {}
    if not steps or steps[0].row_id in UNDOING or text["to"] != f.subject["state"]:
        return {"back_to": "", "back_by": None, "back_at": None, "set": {}}
    before = text["from"] if text["from"] != "start" else ""
    return {
        "back_to": before,
        "back_by": steps[0].actor_id,
        "back_at": steps[0].recorded_at,
        "event_id": text["id"],
        "set": text["set"],
        "built": built(text),
    }


def built(text: Mapping[str, Any]) -> bool:
    """The step made something others act on, or answered a question; agreements are its own."""
    made = [name for name, _ in text["made"] if name not in ("agreement", "consent")]
    return bool(made) or "offer" in text["codes"]


def _built_upon(f: StoredFacts) -> bool:
    """A step that made other things (an offer, a meeting's people) is not simply undone."""
    return bool(last_step(f).get("built"))


def _other_open(f: StoredFacts) -> bool:
    person = getattr(f.form, "person_id", None) or f.plan.get("person_id")
    if not person:
        return False
    found = select(func.count()).where(
        Plan.person_id == person,
        Plan.state != "closed",
        Plan.shadow == 0,
        Plan.id != f.plan.get("id", ""),
    )
    return bool(f.conn.execute(found).scalar())


def _model(f: StoredFacts) -> str:
    return f.conn.execute(select(MunicipalityRow.decision_model)).scalar() or "A"


def _goals(f: StoredFacts) -> int:
    return (
        f.conn.execute(
            select(func.count()).where(
                Goal.plan_id == f.plan_id,
                Goal.status == "open",
            )
        ).scalar()
        or 0
    )


def _starts_at(f: StoredFacts) -> datetime:
    at: datetime = f.subject["starts_at"]
    return at


Lookup = Callable[[StoredFacts], Any]
LOOKUPS: Mapping[str, Lookup] = {
    **STANDING,
    **GIVING,
    "coordinator_id": _coordinator,
    "decision_model": _model,
    "coordinator_name": lambda f: _name(f, f.coordinator_id),
    "accountable_name": lambda f: _name(
        f, getattr(f.form, "accountable_id", None) or f.accountable_id
    ),
    "accountable_id": lambda f: f.subject.get("accountable_id"),
    "completed_on": lambda f: f.subject.get("completed_on"),
    "not_before": lambda f: f.subject.get("not_before"),
    "goals": _goals,
    "review_days": lambda f: policies.of_plan(f).review_days,
    "open_measures": _open_measures,
    "unanswered_measures": _unanswered,
    "undiscussed_relatives": _undiscussed,
    "offer": _offer,
    "decision_made_by": _made_by,
    "appeal_until": _appeal_until,
    "tries": _tries,
    "receiver_absent": _receiver_absent,
    "receiver_shares": _receiver_shares,
    "receiver_name": lambda f: _name(f, getattr(f.form, "to_party_id", None)),
    "acting_id": lambda f: heirs.acts(f.conn, f.plan_id),
    "accountable_accepted": _accountable_accepted,
    "is_chair": lambda f: f.actor_id is not None and f.subject.get("chair_id") == f.actor_id,
    "is_minute_taker": lambda f: (
        f.actor_id is not None and f.subject.get("minute_taker_id") == f.actor_id
    ),
    "is_called": _called,
    "starts_at": _starts_at,
    "back_to": lambda f: last_step(f)["back_to"],
    "back_by": lambda f: last_step(f)["back_by"],
    "back_at": lambda f: last_step(f)["back_at"],
    "built_upon": _built_upon,
    "other_open_plan": _other_open,
}
