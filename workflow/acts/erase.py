"""Erasing the words of a plan that was entered on the wrong person; chain, codes and dates stay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Engine, Table, Text, delete, func, insert, select, update
from sqlalchemy.orm import Session

from workflow.acts.step import is_words
from workflow.record.audit import WORDS_ERASED
from workflow.record.chain import canonical
from workflow.record.database import unit_of_work
from workflow.record.models import (
    Complaint,
    Decision,
    Document,
    Erasure,
    EventBody,
    Goal,
    Measure,
    Meeting,
    MeetingParty,
    Offer,
    Participant,
    Pause,
    Plan,
    SubPlan,
    Wish,
    new_id,
)
from workflow.rules.denials import BadInput, Denial, NotThere, Refused

UNDER = (
    Measure, Meeting, MeetingParty, Goal, Participant, SubPlan, Offer, Decision, Complaint, Pause,
    Wish, Document,
)  # fmt: skip
# The chain's end, and references to the law and the archive, which say nothing of anybody.
KEPT = frozenset({
    "plan.head", "decision.legal_basis", "decision.archive_case", "document.mime",
})  # fmt: skip
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
    if asked_by == confirmed_by:
        raise Refused([Denial("second_person_missing", {}, ("coordinating_unit", "leader"))])
    _require(reason=reason.strip(), basis=basis.strip())
    with unit_of_work(engine) as session:
        plan = session.execute(select(Plan).where(Plan.id == plan_id)).scalar_one_or_none()
        if plan is None:
            raise NotThere(plan_id)
        values = {
            "id": new_id(), "municipality_id": plan.municipality_id, "plan_id": plan_id,
            "event_id": None, "reason": reason, "basis": basis[:40], "asked_by": asked_by,
            "confirmed_by": confirmed_by, "from_seq": 1, "until_seq": plan.version,
            "receipt": "", "erased_at": now,
        }  # fmt: skip
        session.execute(insert(Erasure), values)
        bodies = _erase(session, plan_id)
        receipt = receipt_of({**values, "bodies": bodies})
        session.execute(update(Erasure).where(Erasure.id == values["id"]).values(receipt=receipt))
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
    told = hashlib.sha256(canonical(values).encode()).hexdigest()
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
    session.execute(update(plan).where(plan.c.id == plan_id).values(blank(plan)))
    for model in UNDER:
        table = cast(Table, model.__table__)
        session.execute(update(table).where(table.c.plan_id == plan_id).values(blank(table)))
    return bodies


def blank(table: Table) -> dict[str, Any]:
    """Empty values for every column that holds what people wrote; a document loses its bytes."""
    names = [
        column.name
        for column in table.columns
        if (is_words(table, column.name) or isinstance(column.type, Text))
        and f"{table.name}.{column.name}" not in KEPT
    ]
    values: dict[str, Any] = {name: "" for name in names if name != "sha256"}
    return {**values, "content": b"", "sha256": NOTHING} if "content" in table.c else values
