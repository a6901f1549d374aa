"""Erasing the words of a plan, entered on the wrong person or past its time; chain, codes and dates stay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Engine, Table, Text, delete, func, select, update
from sqlalchemy.orm import Session

from workflow import security_log
from workflow.acts.base.context import is_words
from workflow.acts.neighbours.ask import lapse_erased
from workflow.acts.neighbours.outbox import WAITING, forget_offer
from workflow.record.database.engine import unit_of_work
from workflow.record.history.hash_chain import to_canonical
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.history.verify import WORDS_ERASED
from workflow.record.models import (
    Complaint,
    Crossing,
    DataRequest,
    Decision,
    Document,
    EmergencyAccess,
    Erasure,
    EventBody,
    Goal,
    HealthNote,
    Inbox,
    LogFinding,
    Measure,
    Meeting,
    MeetingParty,
    Offer,
    Outbox,
    Participant,
    Pause,
    Plan,
    SubPlan,
    Wish,
    new_id,
    new_salt,
)
from workflow.rules.engine.denials import BadInput, Denial, NotThere, Refused
from workflow.rules.engine.own_interest import BY_TWO

UNDER = (
    Measure,
    Meeting,
    MeetingParty,
    Goal,
    Participant,
    SubPlan,
    Offer,
    Decision,
    Complaint,
    Pause,
    Wish,
    Document,
    HealthNote,
    DataRequest,
    EmergencyAccess,
    LogFinding,
    Crossing,
)
# The chain's end, and references to the law and the archive, which say nothing of anybody.
KEPT = frozenset(
    {
        "plan.head",
        "decision.legal_basis",
        "decision.archive_case",
        "document.mime",
        "crossing.summary_digest",
        "crossing.package_sha256",
    }
)
# Private, though shorter than what counts as words.
ALSO = {
    "participant": {"phone": ""},
    "crossing": {"coordinator_phone": "", "national_id_hmac": ""},
}
RECEIPT_LENGTH = 64
NOTHING = hashlib.sha256(b"").hexdigest()


def erase_words(
    engine: Engine,
    plan_id: str,
    reason: str,
    basis: str,
    asked_by: str,
    confirmed_by: str,
    now: datetime,
) -> str:
    """Erases every word under a plan in one transaction and returns the receipt.

    The erasure row names reason, basis and two people, and `verify` reports the gap it leaves.
    Raises Refused where the two are the same, BadInput without a reason or basis, NotThere.
    """
    why = ErasureReason(reason, basis, asked_by, confirmed_by)
    why.check()
    with unit_of_work(engine) as session:
        plan = session.execute(select(Plan).where(Plan.id == plan_id)).scalar_one_or_none()
        if plan is None:
            raise NotThere(plan_id)
        return erase_plan(session, plan, why, now)


@dataclass(frozen=True, slots=True)
class ErasureReason:
    """Why words go: in words that name nobody, the rule as a short code, and the two who stand for it."""

    reason: str
    basis: str
    asked_by: str
    confirmed_by: str

    def check(self) -> None:
        """Raises Refused where the two are the same, BadInput without a reason or basis."""
        if self.asked_by == self.confirmed_by:
            raise Refused([Denial(BY_TWO, {}, ("coordinating_unit", "leader"))])
        _require(reason=self.reason.strip(), basis=self.basis.strip())


def erase_plan(session: Session, plan: Plan, why: ErasureReason, now: datetime) -> str:
    """Erases a plan's words inside the caller's transaction and returns the receipt."""
    lapse_erased(session.connection(), plan.id, now)
    row = open_erasure(session, plan.id, plan.version, why, now)
    return close_erasure(session, row, _erase(session, plan.id))


def open_erasure(
    session: Session, subject_id: str, until_seq: int, why: ErasureReason, now: datetime
) -> dict[str, Any]:
    """The erasure row without its receipt: while it is open, words may be deleted."""
    values = {
        "id": new_id(),
        "plan_id": subject_id,
        "event_id": None,
        "reason": why.reason,
        "basis": why.basis[:40],
        "asked_by": why.asked_by,
        "confirmed_by": why.confirmed_by,
        "from_seq": 1,
        "until_seq": until_seq,
        "receipt": "",
        "erased_at": now,
    }
    insert_rows(session, Erasure, values)
    return values


def close_erasure(session: Session, values: dict[str, Any], gone: list[str]) -> str:
    """Gives the open row its receipt, which covers what it says and what is gone."""
    receipt = receipt_of({**values, "bodies": gone})
    mine = update(Erasure).where(Erasure.id == values["id"])
    change_rows(session, mine.values(receipt=receipt))
    security_log.note("erased", plan=values["plan_id"], receipt=receipt, count=len(gone))
    return receipt


def _require(**fields: str) -> None:
    empty: list[tuple[str, str, Mapping[str, object]]] = [
        (name, "missing", {}) for name, value in fields.items() if not value
    ]
    if empty:
        raise BadInput(empty)


def count_words(session: Session, plan_id: str) -> int:
    """How many events of the plan hold words."""
    query = select(func.count()).where(EventBody.plan_id == plan_id)
    return session.execute(query).scalar() or 0


def receipt_of(values: Mapping[str, Any]) -> str:
    """What proves the erasure: a digest of everything it says, the events it touched included."""
    told = hashlib.sha256(to_canonical(values).encode()).hexdigest()
    return f"{WORDS_ERASED}{told}"[:RECEIPT_LENGTH]


def _erase(session: Session, plan_id: str) -> list[str]:
    """Delete the bodies, blank the words under the plan; returns the events that lost theirs."""
    bodies = list(
        session.execute(
            select(EventBody.event_id).where(EventBody.plan_id == plan_id).order_by("event_id")
        ).scalars()
    )
    session.execute(delete(EventBody).where(EventBody.plan_id == plan_id))
    plan = cast(Table, Plan.__table__)
    change_rows(session, update(plan).where(plan.c.id == plan_id).values(blank(plan)))
    for model in UNDER:
        table = cast(Table, model.__table__)
        change_rows(session, update(table).where(table.c.plan_id == plan_id).values(blank(table)))
    _forget_messages(session, plan_id)
    return bodies


def _forget_messages(session: Session, plan_id: str) -> None:
    """What was said of the plan to another municipality; a release on its way still arrives."""
    keys = session.scalars(select(Crossing.id).where(Crossing.plan_id == plan_id)).all()
    for key in keys:
        forget_offer(session.connection(), key)
    said, heard = cast(Table, Outbox.__table__), cast(Table, Inbox.__table__)
    told = (said.c.crossing_id.in_(keys), said.c.state != WAITING)
    session.execute(update(said).where(*told).values(text=None))
    read = (heard.c.crossing_id.in_(keys), heard.c.state != WAITING)
    session.execute(update(heard).where(*read).values(raw=None))


def blank(table: Table) -> dict[str, Any]:
    """Empty values for every column that holds what people wrote; a document loses its bytes."""
    names = [
        column.name
        for column in table.columns
        if (is_words(table, column.name) or isinstance(column.type, Text))
        and f"{table.name}.{column.name}" not in KEPT
    ]
    values: dict[str, Any] = {name: "" for name in names if name != "sha256"}
    # What the chain said of the words before is tied to a salt that is gone too.
    values["salt"] = new_salt()
    values.update(ALSO.get(table.name, {}))
    return {**values, "content": b"", "sha256": NOTHING} if "content" in table.c else values
