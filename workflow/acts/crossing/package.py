"""The full package of a released plan: what the person's consent lets over, and nothing that says her number."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.acts.crossing.package_form import (
    MOST_DOCUMENTS,
    MOST_LEFT_OUT,
    AgreementPart,
    DecisionPart,
    GoalPart,
    HealthPart,
    MeasurePart,
    PackageForm,
    PaperPart,
    PersonPart,
    RepresentativePart,
)
from workflow.acts.neighbours.messages import KEY_SIGN, LARGEST_PACKAGE, NotReadable, spell_part
from workflow.acts.planfile.exporter import export_plan
from workflow.record.access.protected_addresses import Mask, mask_of
from workflow.record.in_force import represents
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
    Representation,
)
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import DOCUMENTS, EVERYTHING, GOALS, HEALTH, MEASURES, Visibility
from workflow.rules.tables.scope_map import SCOPE_OF_WORDS, scopes_of_document

ROOM_FOR_TITLES = 500_000  # bytes
MOST_KEYS = (
    200_000  # names of fields in a package: papers, goals and measures have some hundred thousand
)
LONGEST_UNPACKED = 4 * LARGEST_PACKAGE
PERSON = ("name", "born_on", "phone", "email", "language", "protection")
PAPER = (
    "kind",
    "code",
    "title",
    "language",
    "template_version",
    "mime",
    "sha256",
    "created_at",
    "content",
)
GROUNDS = ("why_long", "why_coordinated")
FRAME = ("most_important", "limits", "ground_rules")
GOAL = ("own_words", "clarified", "condition")
MEASURE = ("text", "due_on", "not_before", "condition", "condition_by")


@dataclass(frozen=True, slots=True)
class Packing:
    """What is being packed: the plan, the parts that go along, and what must not be told of anybody."""

    session: Session
    plan: Plan
    scopes: frozenset[str]
    now: datetime
    mask: Mask

    def words(self, name: str, words: str) -> str:
        """Words of the plan where their part goes along, without what a protected address forbids."""
        return self.mask(words) if SCOPE_OF_WORDS[name] in self.scopes else ""

    def where(self, model: Any) -> Any:
        """What stands under the plan."""
        return model.plan_id == self.plan.id


def pack_plan(
    session: Session, plan: Plan, offer: Any, scopes: frozenset[str], now: datetime
) -> bytes:
    """The package of a plan, closed to nobody yet; documents that are too many are named instead.

    What the person lets over and no more; what a protected address forbids is taken out as on every
    page here, since the receiver cannot know what to take out.
    """
    packing = Packing(session, plan, scopes, now, mask_of(session, plan.id, now))
    mask = packing.mask
    goals = _goals(packing) if GOALS in scopes else {}
    content = PackageForm(
        number=plan.number,
        plan_id=plan.id,
        follows=plan.predecessor_id,
        person=PersonPart(**_person(packing)),
        representatives=_representatives(packing),
        scopes=tuple(sorted(scopes)),
        agreed=_agreed(packing),
        discharge_on=offer.discharge_on,
        first_appointment=mask(offer.first_appointment),
        **{name: packing.words(name, getattr(plan, name)) for name in FRAME},
        wish_coordinator=mask(plan.wish_coordinator),
        goals=tuple(goals.values()),
        measures=_measures(packing, list(goals)) if MEASURES in scopes else (),
        unmapped=_unmapped(packing) if MEASURES in scopes else (),
        health=_health(packing) if HEALTH in scopes else (),
        decision=_decision(packing),
        plan_file=export_plan(session, plan, now, sees=Visibility(scopes)),
    )
    packed = _fitted(content, _documents(packing) if DOCUMENTS in scopes else [])
    unpack_plan(
        packed, hashlib.sha256(packed).hexdigest()
    )  # what they could not read must not leave
    return packed


def _fitted(content: PackageForm, papers: list[PaperPart]) -> bytes:
    """As many documents as a package may take, the newest first; the rest by their titles.

    Each is squeezed by itself to know its size: doing all of them anew for each that is left out
    would take minutes where there are many.
    """
    text = spell_part(content)
    room = LARGEST_PACKAGE - len(_squeezed(text)) - ROOM_FOR_TITLES
    wide = LONGEST_UNPACKED - len(text.encode()) - ROOM_FOR_TITLES  # as it is unpacked there
    taken: list[PaperPart] = []
    left: list[str] = []
    for paper in papers:
        words = "" if left or len(taken) == MOST_DOCUMENTS else spell_part(paper)
        size = len(_squeezed(words))
        if words and size <= room and len(words) <= wide:
            room, wide = room - size, wide - len(words)
            taken.append(paper)
        else:
            left.append(paper.title)
    known = {"documents": tuple(taken), "left_out": tuple(left[:MOST_LEFT_OUT])}
    return _squeezed(spell_part(content.model_copy(update=known)))


def _squeezed(text: str) -> bytes:
    return zlib.compress(text.encode())


def unpack_plan(packed: bytes, digest: str) -> PackageForm:
    """What the sender packed. Raises NotReadable for what is cut off, swapped or of another form."""
    if hashlib.sha256(packed).hexdigest() != digest:
        raise NotReadable("package")
    reader = zlib.decompressobj()
    try:
        # No further: a package of a few bytes could unpack to all memory.
        text = reader.decompress(packed, LONGEST_UNPACKED)
        if not reader.eof:
            raise NotReadable("package")
        if text.count(KEY_SIGN) > MOST_KEYS:  # else a few bytes could ask for all memory
            raise NotReadable("package")
        return PackageForm.model_validate_json(text)
    except (zlib.error, ValueError):
        # Without the cause: its sentence quotes what stood there, and logs keep sentences.
        raise NotReadable("package") from None


def _person(packing: Packing) -> dict[str, Any]:
    """Who it is about, by name, day and how to reach them; never by number."""
    person = packing.session.get_one(Party, packing.plan.person_id)
    return {name: getattr(person, name) for name in PERSON}


def _representatives(packing: Packing) -> tuple[RepresentativePart, ...]:
    """Who acts for the person today: nobody else could, where a child has moved."""
    r = Representation
    columns = (
        Party.name,
        Party.phone,
        Party.email,
        Party.language,
        Party.protection,
        r.ground,
        r.acts,
        r.until_at,
    )
    query = (
        select(*columns)
        .join(r, r.representative_id == Party.id)
        .where(
            r.person_id == packing.plan.person_id,
            represents(r, packing.now),
        )
        .order_by(r.from_at)
    )
    return tuple(RepresentativePart(**row._mapping) for row in packing.session.execute(query))


def _agreed(packing: Packing) -> AgreementPart:
    """How and when the person said yes to the hand-over."""
    said = asked_scopes(packing.session, packing.plan.id)
    day = said.get("agreed_on")
    return AgreementPart(
        how=said.get("agreed_how", ""), on=date.fromisoformat(day) if day else None
    )


def asked_scopes(session: Session, plan_id: str) -> Mapping[str, Any]:
    """What was chosen in the form when the plan was offered last, as codes."""
    asked = select(Event.text).where(
        Event.plan_id == plan_id, Event.step_name == PlanStep.OFFER_TRANSFER
    )
    text = session.execute(asked.order_by(Event.seq.desc()).limit(1)).scalar()
    return json.loads(text).get("form", {}) if text else {}


def _goals(packing: Packing) -> dict[str, GoalPart]:
    """The open goals that say anything, by their keys here."""
    columns = (Goal.id, *(getattr(Goal, name) for name in GOAL))
    query = select(*columns).where(packing.where(Goal), Goal.status == "open")
    rows = packing.session.execute(query.order_by(Goal.position)).mappings()
    return {
        row["id"]: GoalPart(**{name: packing.mask(row[name]) for name in GOAL})
        for row in rows
        if row["own_words"] or row["clarified"]
    }


def _measures(packing: Packing, goals: Sequence[str]) -> tuple[MeasurePart, ...]:
    """The open measures that say anything, each with the place of its goal."""
    own = (Measure.goal_id, Measure.proposed_by, Measure.agreed_consequence)
    columns = (*own, *(getattr(Measure, name) for name in MEASURE))
    query = select(*columns).where(packing.where(Measure), Measure.state != "closed")
    rows = packing.session.execute(query.order_by(Measure.position)).mappings()
    return tuple(
        MeasurePart(
            **packing.mask.every({name: row[name] for name in MEASURE}),
            agreed_consequence=packing.words("agreed_consequence", row["agreed_consequence"]),
            goal=goals.index(row["goal_id"]) if row["goal_id"] in goals else None,
            proposed_by_person=row["proposed_by"] == packing.plan.person_id,
        )
        for row in rows
        if row["text"]
    )


def _unmapped(packing: Packing) -> tuple[str, ...]:
    """Headings of an earlier place's plan that fitted nowhere: they go on, so that nobody loses them."""
    query = (
        select(EventBody.words)
        .join(Event, Event.id == EventBody.event_id)
        .where(packing.where(Event), Event.step_name == PlanStep.REGISTER_INCOMING)
        .order_by(Event.seq)
    )
    told = (json.loads(words).get("unmapped", "") for words in packing.session.scalars(query))
    lines = (line.strip() for text in told for line in text.splitlines())
    return tuple(packing.mask(line) for line in lines if line)


def _health(packing: Packing) -> tuple[HealthPart, ...]:
    """Notes that still hold, with who wrote each."""
    query = (
        select(HealthNote.words, func.coalesce(Party.name, "").label("written_by"))
        .outerjoin(Party, Party.id == HealthNote.written_by)
        .where(packing.where(HealthNote), HealthNote.ended_at.is_(None), HealthNote.words != "")
        .order_by(HealthNote.written_at)
    )
    rows = packing.session.execute(query)
    return tuple(HealthPart(words=packing.mask(words), written_by=by) for words, by in rows)


def _decision(packing: Packing) -> DecisionPart | None:
    """The old decision, where the answer was yes; its grounds with the letters alone."""
    decision = packing.session.execute(
        select(Decision.regime, Decision.why_long, Decision.why_coordinated)
        .where(packing.where(Decision), Decision.why_long != "")
        .order_by(Decision.made_on.desc())
        .limit(1)
    ).first()
    if decision is None:
        return None
    reasons = {name: packing.words(name, getattr(decision, name)) for name in GROUNDS}
    return DecisionPart(regime=decision.regime, **reasons)


def _documents(packing: Packing) -> list[PaperPart]:
    """Every paper whose parts go along, the newest first; texts without what an address forbids."""
    query = select(*(getattr(Document, name) for name in PAPER)).where(
        packing.where(Document), Document.content != b""
    )
    newest = query.order_by(Document.created_at.desc(), Document.id)
    rows = [dict(row._mapping) for row in packing.session.execute(newest)]
    return [
        _paper(packing, row) for row in rows if scopes_of_document(row["kind"]) <= packing.scopes
    ]


def _paper(packing: Packing, row: dict[str, Any]) -> PaperPart:
    """A document; one that is text is masked as every page masks it."""
    row["title"] = packing.mask(row["title"])
    if packing.mask and row["mime"].startswith("text/"):
        row["content"] = packing.mask(row["content"].decode()).encode()
        row["sha256"] = hashlib.sha256(row["content"]).hexdigest()
    return PaperPart(**row)


def agreed_scopes(chosen: Any) -> frozenset[str]:
    """The parts that the person lets go along; everything where no part was left out."""
    return frozenset(chosen) if chosen else EVERYTHING
