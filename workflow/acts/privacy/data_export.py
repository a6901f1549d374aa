"""Everything that is held on one person, for herself (GDPR articles 15 and 20)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from workflow.acts.privacy.data_export_tables import (
    HELD,
    SECRET,
    PersonalTable,
    tables_naming,
    words_in,
)
from workflow.record.access import protected_addresses
from workflow.record.access.access_log import read_access_log
from workflow.record.access.kept_from_parents import kept_receivers
from workflow.record.access.open_plan import Actor, resolve_access, write_trace
from workflow.record.access.protected_addresses import NOTHING, Mask
from workflow.record.access.role_holders import holds_any
from workflow.record.history.hash_chain import SALT
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.models import (
    Base,
    Consent,
    DataRequest,
    Event,
    EventBody,
    Measure,
    Participant,
    Party,
    Plan,
    StaffRole,
    Unit,
    new_id,
)
from workflow.rules.engine.denials import NotThere
from workflow.words.labels.relations import GROUNDS, label_of, look_words
from workflow.words.steps.history import event_actor, event_sentence

FORMAT = 1
EXPORT, GIVEN, ACT = "export", "given", "own_data"
PLAN_COLUMNS = (
    "number",
    "state",
    "outcome",
    "close_reason",
    "closed_at",
    "origin",
    "source_name",
    "reported_at",
    "started_on",
    "effective_from",
    "ends_on",
    "paused_until",
    "resting",
    "next_review_on",
    "reviewed_on",
    "most_important",
    "limits",
    "service_aim",
    "ground_rules",
    "reach_person",
    "wish_coordinator",
    "person_knows",
    "informal",
    "retroactive",
    "transition_on",
    "transition_kind",
)


# Where she lives and how she signs in is hers alone, also where somebody acts for her.
DOORS = frozenset(
    {
        "home_address",
        "correction",
        "sign_in",
        "invitation",
        "credential",
        "identity",
        "authenticator",
    }
)


@dataclass
class DataExport:
    """One export under way: whose it is, what she may not see of others, and names by key."""

    session: Session
    party_id: str
    by_self: bool
    language: str
    now: datetime
    mask: Mask = NOTHING
    names: dict[str, str] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()  # whom a child keeps from whoever is given this

    @cached_property
    def works(self) -> bool:
        """Whether the party has ever worked in a unit here."""
        role = select(StaffRole.id).where(StaffRole.party_id == self.party_id).limit(1)
        return self.session.execute(role).first() is not None

    @property
    def secret_names(self) -> frozenset[str]:
        """What those are called whom a child keeps from the parents."""
        return frozenset(name for key in self.secret if (name := self.name(key)))

    def name(self, party_id: str | None) -> str:
        """What a party is called."""
        if party_id and party_id not in self.names:
            query = select(Party.name).where(Party.id == party_id)
            self.names[party_id] = self.session.execute(query).scalar() or ""
        return self.names.get(party_id or "", "")


def export_data(
    session: Session, actor: Actor, party_id: str, now: datetime, language: str
) -> dict[str, Any]:
    """All of it as one object; leaves a request row, and a trace on each of her plans for others.

    For the person herself, whoever acts for her, a privacy officer and the operator. Who acts for
    a protected person is not given her address. Raises NotThere for everybody else.
    """
    ground = _ground(session, actor, party_id, now)
    held = everything(session, party_id, now, language, by_self=ground != "representative")
    if ground != "person" or actor.by_operator:
        for plan_id in _own_plans(session, party_id):
            write_trace(session, actor, ACT, ground, now, plan_id=plan_id)
    insert_rows(
        session,
        DataRequest,
        {
            "id": new_id(),
            "party_id": party_id,
            "plan_id": None,
            "kind": EXPORT,
            "words": "",
            "asked_at": now,
            "outcome": GIVEN,
            "recorded_by": actor.party_id,
            "answered_at": now,
            "answered_by": actor.party_id,
            "answer": "",
        },
    )
    return held


def _ground(session: Session, actor: Actor, party_id: str, now: datetime) -> str:
    """As what the actor is given it; raises NotThere."""
    here = (Party.id == party_id,)
    if session.execute(select(Party.id).where(*here)).first() is None:
        raise NotThere(party_id)
    if actor.kind == "operator" or actor.party_id == party_id:
        return "operator" if actor.kind == "operator" else "person"
    if holds_any(session, actor.party_id, now, "privacy_officer"):
        return "privacy_officer"
    for plan_id in _own_plans(session, party_id):
        if "representative" in resolve_access(session, actor, plan_id, now).relations:
            return "representative"
    raise NotThere(party_id)


def _own_plans(session: Session, party_id: str) -> Sequence[str]:
    query = select(Plan.id).where(Plan.person_id == party_id, Plan.shadow == 0)
    return session.execute(query.order_by(Plan.created_at)).scalars().all()


def everything(
    session: Session, party_id: str, now: datetime, language: str, by_self: bool = True
) -> dict[str, Any]:
    """What is held on a party, read only: her plans whole, and her own rows everywhere else."""
    reading = DataExport(session, party_id, by_self, language, now)
    own = _own_plans(session, party_id)
    plans = [_plan(reading, plan_id) for plan_id in own]
    if not by_self:
        reading.mask = _all_masks(reading, own)
    elsewhere = {
        name: rows
        for name, held in HELD.items()
        if (rows := _rows(reading, name, held, own, whole=False))
    }
    return {
        "planlop_own_data": FORMAT,
        "made_at": now.isoformat(),
        "about": reading.name(party_id),
        "plans": plans,
        "elsewhere": elsewhere,
    }


def _all_masks(reading: DataExport, own: Sequence[str]) -> Mask:
    """What whoever acts for a protected person is not given, wherever it stands."""
    masks = [protected_addresses.mask_of(reading.session, plan_id, reading.now) for plan_id in own]
    return next((mask for mask in masks if mask), NOTHING)


def _plan(reading: DataExport, plan_id: str) -> dict[str, Any]:
    """One plan of hers: its head, history in sentences, who looked, and every row under it."""
    session = reading.session
    reading.mask = (
        protected_addresses.mask_of_others(session, plan_id, reading.party_id, reading.now)
        if reading.by_self
        else protected_addresses.mask_of(session, plan_id, reading.now)
    )
    reading.secret = frozenset() if reading.by_self else _kept(session, plan_id)
    plan = session.get_one(Plan, plan_id)
    return {
        **{name: _value(reading, getattr(plan, name)) for name in PLAN_COLUMNS},
        "office": _unit(session, plan.responsible_unit_id),
        "history": _history(reading, plan),
        "who_looked": _looks(reading, plan),
        **{
            name: _rows(reading, name, held, (plan_id,), whole=True)
            for name, held in HELD.items()
            if held.whole
        },
    }


def _kept(session: Session, plan_id: str) -> frozenset[str]:
    """Whom a child shares with while the parents are not told, with the rows that say so."""
    hidden = kept_receivers(session, plan_id)
    rows = [
        select(model.id).where(model.plan_id == plan_id, column.in_(hidden))
        for model, column in ((Consent, Consent.receiver_id), (Participant, Participant.party_id))
    ]
    return hidden | {key for query in rows for key in session.execute(query).scalars()}


def _unit(session: Session, unit_id: str) -> str:
    return session.execute(select(Unit.name).where(Unit.id == unit_id)).scalar() or ""


def _history(reading: DataExport, plan: Plan) -> list[dict[str, Any]]:
    """Every event: when, a sentence, who did it, and the words that were written."""
    session, language = reading.session, reading.language
    texts = select(Measure.id, Measure.text).where(Measure.plan_id == plan.id)
    names = {row[0]: row[1] for row in session.execute(texts)}
    known = select(Party.id, Party.name)
    names.update({row[0]: row[1] for row in session.execute(known)})
    names["person"] = reading.name(plan.person_id)
    query = (
        select(Event.text, EventBody.words, Event.recorded_at)
        .outerjoin(EventBody, EventBody.event_id == Event.id)
        .where(Event.plan_id == plan.id)
        .order_by(Event.seq)
    )
    told = []
    for text, said, at in session.execute(query):
        if any(key in text for key in reading.secret):
            continue
        event, words = json.loads(text), json.loads(said) if said else {}
        told.append(
            {
                "at": at.isoformat(),
                "step": event["step"],
                "by": event_actor(event, names, language),
                "told": reading.mask(event_sentence(event, words, names, language, "person")),
                "words": reading.mask.every(words),
            }
        )
    return told


def _looks(reading: DataExport, plan: Plan) -> list[dict[str, Any]]:
    """Who has looked, as her own page says it."""
    language = reading.language
    return [
        {
            "at": row.at.isoformat(),
            "who": row.name or "",
            "unit": row.unit or "",
            "what": look_words(row.act, row.refused, language),
            "reason": row.reason,
            "ground": label_of("ground", row.ground, language) if row.ground in GROUNDS else "",
            "for": row.away or "",
        }
        for row in read_access_log(reading.session, plan)
        if row.name not in reading.secret_names
    ]


def _rows(
    reading: DataExport, name: str, held: PersonalTable, plans: Sequence[str], whole: bool
) -> list[dict[str, Any]]:
    """A table's rows: those of her plans whole, or her own ones of no plan and of others' plans."""
    table = Base.metadata.tables[name]
    if whole:
        wanted: list[Any] = [table.c.plan_id.in_(plans)]
    elif held.mine and not (name in DOORS and not reading.by_self):
        wanted = [or_(*(table.c[column] == reading.party_id for column in held.mine))]
        if held.whole:
            wanted.append(or_(table.c.plan_id.is_(None), table.c.plan_id.not_in(plans)))
    else:
        return []
    rows = reading.session.execute(select(table).where(*wanted).order_by(*table.primary_key))
    shown = _columns(reading, table, held, whole)
    return [
        _row(reading, table, shown, row)
        for row in rows.mappings()
        if not reading.secret & set(row.values())
    ]


def _columns(reading: DataExport, table: Table, held: PersonalTable, whole: bool) -> list[str]:
    """What is given of a row: of others' plans no words but her own, no key, nobody else.

    What somebody who works here wrote to a person stands in that person's plan, and is hers.
    """
    names = [
        column.name
        for column in table.columns
        if column.name not in SECRET and column.name not in ("plan_ids", SALT)
    ]
    if whole:
        return [name for name in names if name != "plan_id"]
    hidden = words_in(table) - set(held.said)
    if table.name == "wish" and reading.works:
        hidden |= {"words"}
    keys = {name for name in names if name.endswith("_id") and name != "unit_id"}
    others = tables_naming().get(table.name, frozenset())
    return [name for name in names if name not in hidden | keys | others | {"text", "hash"}]


def _row(
    reading: DataExport, table: Table, shown: Iterable[str], row: Mapping[Any, Any]
) -> dict[str, Any]:
    """One row: parties by name, instants in UTC, bytes in base64; of protected others nothing private."""
    people = tables_naming().get(table.name, frozenset())
    given: dict[str, Any] = {}
    for name in shown:
        value = row[name]
        given[name] = reading.name(value) if name in people else _value(reading, value)
    if table.name == "participant" and row["party_id"] in reading.mask.who:
        given.update(phone="", organisation="")
    return given


def _value(reading: DataExport, value: Any) -> Any:
    if isinstance(value, str):
        return reading.mask(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(_text_masked(reading, value)).decode("ascii")
    return value


def _text_masked(reading: DataExport, content: bytes) -> bytes:
    """A stored text without what is protected of others; other files as they are."""
    if not reading.mask:
        return content
    try:
        return reading.mask(content.decode()).encode()
    except UnicodeDecodeError:
        return content


def as_text(held: Mapping[str, Any]) -> str:
    """The object as the file that is given out."""
    return json.dumps(held, ensure_ascii=False, indent=2) + "\n"
