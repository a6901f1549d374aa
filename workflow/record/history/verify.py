"""Proves the record: every chain, and every row that one covers; what is wrong is told and never mended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import Engine, RowMapping, Table, select
from sqlalchemy.orm import Session

from workflow.record.database.header import first_link
from workflow.record.database.portable_sql import one_snapshot
from workflow.record.history import (
    access_seals,
    municipal_chain,
    verify_emergencies,
    verify_municipality,
)
from workflow.record.history.hash_chain import digest_row, digest_words, link_hash, to_plain
from workflow.record.history.row_digests import COLUMNS, GONE, UNDER_PLAN
from workflow.record.models import Erasure, Event, EventBody, Plan

PLAN = cast(Table, Plan.__table__)
BODY_OF = EventBody.plan_id.label("body_of")
REPLAYED = ("plan", "measure", "meeting")  # whose columns the events tell of one by one
AT_A_TIME = 500
# What an erasure's receipt begins with: which gaps it explains.
WORDS_ERASED, EVENTS_ERASED = "words:", "events:"
# Not told of one by one: the digest of the row covers them, or they are counted from the chain.
NOT_IN_TEXT = frozenset({"version", "row_version", "head", "last_activity_at"})
REPEATED = {
    "id": "id",
    "plan_id": "plan",
    "seq": "seq",
    "step_name": "step",
    "subject_id": "subject",
    "actor_id": "actor",
    "recorded_at": "at",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: which plan, at which event, what, and about which row."""

    plan: str
    seq: int
    what: str
    about: str = ""


@dataclass(slots=True)
class AuditReport:
    """What verify found; `erased` are gaps that an erasure row names, which is no fault."""

    plans: int = 0
    events: int = 0
    links: int = 0
    broken: list[Fault] = field(default_factory=list)
    erased: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.broken

    def as_dict(self) -> dict[str, Any]:
        """The report as the command prints it."""
        return {"ok": self.ok, **asdict(self)}


Row = tuple[str, str]  # table and key


@dataclass
class PlanProof:
    """One plan under proof: what the chain says so far."""

    plan: Mapping[str, Any]
    erasures: Sequence[RowMapping]
    report: AuditReport
    seq: int = 0
    head: str = ""
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    machine: dict[str, str] = field(default_factory=dict)
    digests: dict[Row, tuple[int, str]] = field(default_factory=dict)  # event's number, digest
    active_at: str = ""

    def fault(self, what: str, seq: int | None = None, about: str = "") -> None:
        """Keep what does not hold."""
        at = self.seq if seq is None else seq
        self.report.broken.append(Fault(self.plan["number"], at, what, about))

    def forgiven(self, what: str, seq: int, event_id: str = "") -> bool:
        """Whether an erasure with a receipt names the gap; it is reported, not blamed."""
        scope = (WORDS_ERASED, EVENTS_ERASED) if event_id else (EVENTS_ERASED,)
        fitting = [row for row in self.erasures if row["receipt"].startswith(scope)]
        named = any(covers(row, seq, event_id) for row in fitting)
        if named:
            self.report.erased.append(Fault(self.plan["number"], seq, what, event_id))
        return named


def covers(erasure: RowMapping, seq: int, event_id: str) -> bool:
    """Whether an erasure names an event, by its key or by its place in the plan."""
    if erasure["event_id"] is not None:
        return bool(erasure["event_id"] == event_id)
    return bool(erasure["from_seq"] <= seq <= erasure["until_seq"])


def verify(engine: Engine, plan_id: str | None = None) -> AuditReport:
    """Prove every plan and the municipality's own chain, or one plan.

    Links, numbers without gaps, ends, words, and every row that a chain covers.
    """
    report = AuditReport()
    snapshot = one_snapshot(engine)
    for key in [plan_id] if plan_id else plan_ids(engine):
        # One moment for each plan: a step taken meanwhile would look like a broken chain.
        with Session(snapshot) as session:
            prove(session, key, report)
    with Session(snapshot) as session:
        if plan_id is None:
            prove_municipality(session, report)
        for key in verify_emergencies.find_missing(session, plan_id):
            report.broken.append(Fault("", 0, "emergency_gone", key))
    return report


def verify_within(session: Session) -> AuditReport:
    """Prove every plan and look inside the caller's transaction, before it is committed."""
    report = AuditReport()
    municipal_chain.append_links(session.connection())
    for key in session.execute(select(PLAN.c.id)).scalars().all():
        prove(session, key, report)
    prove_municipality(session, report)
    return report


def prove_municipality(session: Session, report: AuditReport) -> None:
    """Prove the municipality's own chain, its rows, the seals, and that no plan is gone as a whole."""
    for what, seq, about in verify_municipality.find_faults(session, report):
        report.broken.append(Fault("", seq, what, about))
    prove_seals(session, report)
    for about in verify_municipality.find_orphans(session):
        report.broken.append(Fault("", 0, "plan_gone", about))


def prove_seals(session: Session, report: AuditReport) -> None:
    """Every seal that does not hold is a fault."""
    for seal in access_seals.find_broken_seals(session.connection()):
        report.broken.append(Fault("", 0, "access_seal", seal.hour.isoformat()))


def plan_ids(engine: Engine) -> Iterator[str]:
    """Every plan's key, in batches, so that memory stays flat."""
    after = ""
    while True:
        query = select(PLAN.c.id).where(PLAN.c.id > after).order_by(PLAN.c.id).limit(AT_A_TIME)
        with Session(engine) as session:
            batch = session.execute(query).scalars().all()
        if not batch:
            return
        yield from batch
        after = batch[-1]


def prove(session: Session, plan_id: str, report: AuditReport) -> None:
    """Prove one plan inside the caller's snapshot."""
    plan = session.execute(select(PLAN).where(PLAN.c.id == plan_id)).mappings().one()
    erasures = session.execute(
        select(Erasure.__table__).where(Erasure.plan_id == plan_id)
    ).mappings()
    proof = PlanProof(dict(plan), erasures.all(), report, head=first_link(session))
    report.plans += 1
    for erasure in proof.erasures:
        if not erasure["receipt"]:
            proof.fault("erasure_open", erasure["until_seq"], erasure["id"])
    for row in events(session, plan_id):
        report.events += 1
        prove_event(proof, row)
    if proof.seq != plan["version"]:
        proof.fault("tail_cut", plan["version"])
    if proof.head != plan["head"]:
        proof.fault("head")
    if proof.active_at and not same(plan["last_activity_at"], proof.active_at):
        proof.fault("column", about=f"plan {plan_id} last_activity_at")
    prove_rows(session, proof)


def events(session: Session, plan_id: str) -> Iterator[RowMapping]:
    """The plan's events with their words, in order."""
    query = (
        select(Event.__table__, EventBody.salt, EventBody.words, BODY_OF)
        .outerjoin(EventBody, EventBody.event_id == Event.id)
        .where(Event.plan_id == plan_id)
        .order_by(Event.seq)
    )
    yield from session.execute(query).mappings()


def prove_event(proof: PlanProof, row: RowMapping) -> None:
    """One link of the chain: its place, hash, words and what it says."""
    missing = range(proof.seq + 1, row["seq"])
    gap = [seq for seq in missing if not proof.forgiven("event_erased", seq)]
    if gap or row["seq"] <= proof.seq:
        proof.fault("seq_gap", row["seq"])
    if link_hash(proof.head, row["text"]) != row["hash"] and (gap or not missing):
        proof.fault("hash", row["seq"], row["id"])
    proof.seq, proof.head = row["seq"], row["hash"]
    try:
        text = json.loads(row["text"])
    except ValueError:
        return proof.fault("text_unreadable", about=row["id"])
    prove_words(proof, row, text)
    odd = [name for name, key in REPEATED.items() if not same(row[name], text.get(key))]
    if odd:
        proof.fault("event_column", about=f"{row['id']} {','.join(odd)}")
    try:
        replay(proof, text)
    except (TypeError, ValueError, AttributeError, KeyError):  # rewritten, as the hash has said
        proof.fault("text_unreadable", about=row["id"])
    return None


def prove_words(proof: PlanProof, row: RowMapping, text: Mapping[str, Any]) -> None:
    """The words belong to the event, or an erasure says why they are gone."""
    wanted = text.get("digest", "")
    if row["words"] is None:
        if wanted and not proof.forgiven("words_erased", row["seq"], row["id"]):
            proof.fault("words_gone", about=row["id"])
    elif digest_words(row["salt"], row["words"]) != wanted or row["body_of"] != row["plan_id"]:
        proof.fault("words_changed", about=row["id"])


def replay(proof: PlanProof, text: Mapping[str, Any]) -> None:
    """Follow what the event says it did to the subject, the plan and the measures it cancelled."""
    key, plan_id = str(text.get("subject")), str(text.get("plan"))
    proof.machine[key] = str(text.get("machine"))
    own = proof.told.setdefault(key, {})
    if own and own["state"] != text.get("from"):
        proof.fault("state_jump", about=key)
    own.update({column: new for column, (_, new) in text.get("set", {}).items()})
    own["state"] = text.get("to")
    above = text.get("plan_set", {})
    if above:
        proof.told.setdefault(plan_id, {}).update({c: new for c, (_, new) in above.items()})
    for brought, columns in text.get("codes", {}).get("brought", {}).items():
        proof.told.setdefault(brought, {}).update(columns)
    for cancelled in text.get("codes", {}).get("cancelled", ()):
        proof.told.setdefault(cancelled, {}).update(state="closed", close_reason="cancelled")
    for called_off in text.get("codes", {}).get("called_off", ()):
        proof.told.setdefault(called_off, {}).update(state="cancelled")
    for table, row, digest in text.get("rows", ()):
        proof.digests[table, row] = (proof.seq, digest)
    if text.get("active"):
        proof.active_at = str(text.get("told_at") or text.get("at"))


def prove_rows(session: Session, proof: PlanProof) -> None:
    """Each row is as a chain says of it last; none stands there that no chain tells of, and none is gone."""
    plan_id = proof.plan["id"]
    for place, last in municipal_chain.said_of_plan(session, plan_id).items():
        # Erased and brought in rows: whichever chain spoke after the other.
        if last[0] >= proof.digests.get(place, last)[0]:
            proof.digests[place] = last
    left = dict(proof.digests)
    for table in UNDER_PLAN:
        mine = table.c.id if table is PLAN else table.c.plan_id
        for row in session.execute(select(table).where(mine == plan_id)).mappings():
            _, digest = left.pop((table.name, row["id"]), (0, GONE))
            prove_row(proof, table.name, row, digest)
    for (name, key), (_, digest) in left.items():
        if digest != GONE:
            proof.fault("row_gone", about=f"{name} {key}")


def prove_row(proof: PlanProof, name: str, row: RowMapping, digest: str) -> None:
    """One row against what the chains say of it: column by column where the events do, and as a whole."""
    told = proof.told.get(row["id"], {}) if name in REPLAYED else {}
    whole = not any(fault.what == "event_erased" for fault in proof.report.erased)
    if digest == GONE:
        if whole:
            proof.fault("no_event", about=f"{name} {row['id']}")
    elif not compare(proof, name, row, told) and digest_row(name, COLUMNS[name], row) != digest:
        proof.fault("row", about=f"{name} {row['id']}")
    if "content" in row and row["content"] and sha256(row["content"]).hexdigest() != row["sha256"]:
        proof.fault("content", about=f"{name} {row['id']}")


def compare(proof: PlanProof, name: str, row: RowMapping, told: Mapping[str, Any]) -> bool:
    """One row against what the events say of its columns; whether that named anything."""
    odd = [
        column
        for column, value in told.items()
        if column not in NOT_IN_TEXT and column in row and not same(row[column], value)
    ]
    if odd:
        proof.fault("column", about=f"{name} {row['id']} {','.join(sorted(odd))}")
    return bool(odd)


def same(stored: Any, told: Any) -> bool:
    """Whether a column's value is what JSON says; instants are compared as instants."""
    if isinstance(stored, datetime):
        return isinstance(told, str) and datetime.fromisoformat(told).astimezone(UTC) == stored
    return bool(to_plain(stored) == told)
