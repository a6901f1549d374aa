"""The full package of a released plan: what the person's consent lets over, and nothing that says her number."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.crossing.messages import LARGEST_PACKAGE, NotReadable
from workflow.acts.planfile_export import export_plan
from workflow.record.chain import canonical
from workflow.record.models import (
    Decision,
    Document,
    Event,
    EventBody,
    Goal,
    HealthNote,
    Measure,
    Party,
    Plan,
)
from workflow.rules.scopes import DOCUMENTS, EVERYTHING, GOALS, HEALTH, MEASURES, Sight

FORM = 1
LONGEST_UNPACKED = 4 * LARGEST_PACKAGE
PERSON = ("name", "born_on", "phone", "email", "language", "protection")
PAPER = ("kind", "code", "title", "language", "template_version", "mime", "sha256")


@dataclass(frozen=True, slots=True)
class Package:
    """What was packed, as the receiver reads it."""

    content: Mapping[str, Any]

    @property
    def documents(self) -> Sequence[Mapping[str, Any]]:
        """The documents that came along, their bytes in base64."""
        found: Sequence[Mapping[str, Any]] = self.content["documents"]
        return found

    def lines(self, name: str) -> str:
        """Goals or measures, one on each line."""
        return "\n".join(self.content[name])


def pack(session: Session, plan: Plan, offer: Any, scopes: frozenset[str], now: Any) -> bytes:
    """The package of a plan, closed to nobody yet; documents that are too many are named instead."""
    content = {
        "form": FORM, "number": plan.number, "plan_id": plan.id,
        "person": _person(session, plan),
        "discharge_on": offer.discharge_on, "first_appointment": offer.first_appointment,
        "most_important": plan.most_important if GOALS in scopes else "",
        "wish_coordinator": plan.wish_coordinator,
        "goals": _goals(session, plan.id) if GOALS in scopes else [],
        "measures": _measures(session, plan.id) if MEASURES in scopes else [],
        "unmapped": _unmapped(session, plan.id) if MEASURES in scopes else [],
        "health": _health(session, plan.id) if HEALTH in scopes else [],
        "decision": _decision(session, plan.id),
        "plan_file": export_plan(session, plan, now, sees=Sight(scopes)),
    }  # fmt: skip
    papers = _documents(session, plan.id) if DOCUMENTS in scopes else []
    return _fitted(content, papers)


def _fitted(content: Mapping[str, Any], papers: list[dict[str, Any]]) -> bytes:
    """As many documents as a package may take, the newest first; the rest by their titles."""
    left: list[str] = []
    while True:
        whole = {**content, "documents": papers, "left_out": left}
        packed = zlib.compress(canonical(whole).encode())
        if len(packed) <= LARGEST_PACKAGE or not papers:
            return packed
        left.append(papers[-1]["title"])
        papers = papers[:-1]


def unpack(packed: bytes, digest: str) -> Package:
    """What the sender packed. Raises NotReadable for what is cut off, swapped or of another form."""
    if hashlib.sha256(packed).hexdigest() != digest:
        raise NotReadable("package")
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(packed, LONGEST_UNPACKED)
        content = json.loads(text) if reader.eof else None
    except (zlib.error, ValueError) as problem:
        raise NotReadable("package") from problem
    if not isinstance(content, dict) or content.get("form") != FORM:
        raise NotReadable("package")
    return Package(content)


def _person(session: Session, plan: Plan) -> dict[str, Any]:
    """Who it is about, by name, day and how to reach them; never by number."""
    found = session.get_one(Party, plan.person_id)
    return {name: getattr(found, name) for name in PERSON}


def _goals(session: Session, plan_id: str) -> list[str]:
    query = select(Goal.own_words, Goal.clarified).where(
        Goal.plan_id == plan_id, Goal.status == "open"
    )
    rows = session.execute(query.order_by(Goal.position))
    return [" ".join((own or clear).split()) for own, clear in rows]


def _measures(session: Session, plan_id: str) -> list[str]:
    query = select(Measure.text).where(Measure.plan_id == plan_id, Measure.state != "closed")
    return [" ".join(text.split()) for text in session.scalars(query.order_by(Measure.position))]


def _unmapped(session: Session, plan_id: str) -> list[str]:
    """Headings of an earlier place's plan that fitted nowhere: they go on, so that nobody loses them."""
    query = (
        select(EventBody.words)
        .join(Event, Event.id == EventBody.event_id)
        .where(Event.plan_id == plan_id, Event.row_id == "P2")
        .order_by(Event.seq)
    )
    told = (json.loads(words).get("unmapped", "") for words in session.scalars(query))
    return [line.strip() for text in told for line in text.splitlines() if line.strip()]


def _health(session: Session, plan_id: str) -> list[str]:
    query = select(HealthNote.words).where(
        HealthNote.plan_id == plan_id, HealthNote.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(HealthNote.written_at)))


def _decision(session: Session, plan_id: str) -> dict[str, str] | None:
    """The old decision, where the answer was yes."""
    found = session.execute(
        select(Decision.regime, Decision.why_long, Decision.why_coordinated)
        .where(Decision.plan_id == plan_id, Decision.why_long != "")
        .order_by(Decision.made_on.desc())
        .limit(1)
    ).first()
    return dict(found._mapping) if found else None


def _documents(session: Session, plan_id: str) -> list[dict[str, Any]]:
    """Every paper of the plan, the newest first."""
    query = select(Document).where(Document.plan_id == plan_id)
    return [
        {**{name: getattr(one, name) for name in PAPER},
         "content": base64.b64encode(one.content).decode()}
        for one in session.scalars(query.order_by(Document.created_at.desc(), Document.id))
    ]  # fmt: skip


def agreed_scopes(chosen: Any) -> frozenset[str]:
    """The parts that the person lets go along; everything where no part was left out."""
    return frozenset(chosen) if chosen else EVERYTHING
