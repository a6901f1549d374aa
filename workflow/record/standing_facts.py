"""Facts that ask whether something stands under the plan, waiting or in force; all others stand in lookups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workflow.record.in_force import allows
from workflow.record.models import Complaint, Consent, DataRequest, Deadline, Wish
from workflow.rules.deadline_kinds import TRANSITIONS

if TYPE_CHECKING:
    from workflow.record.lookups import StoredFacts


def _has(f: StoredFacts, model: Any, *where: Any) -> bool:
    """Whether a row of that kind stands under the plan."""
    here = (model.plan_id == f.plan_id,)
    return f.conn.execute(select(model.id).where(*here, *where).limit(1)).first() is not None


def _consent(f: StoredFacts) -> bool:
    return _has(f, Consent, Consent.receiver_id.is_(None), allows(Consent, f.now))


def _transition(f: StoredFacts) -> bool:
    return _has(f, Deadline, Deadline.code.in_(TRANSITIONS), Deadline.state == "open")


def _complaint(f: StoredFacts) -> bool:
    return _has(f, Complaint, Complaint.outcome == "")


def _access_asked(f: StoredFacts) -> bool:
    return _has(f, Wish, Wish.kind == "access", Wish.answered_at.is_(None))


def _data_asked(f: StoredFacts) -> bool:
    return _has(f, DataRequest, DataRequest.kind != "export", DataRequest.answered_at.is_(None))


def _more_time_left(f: StoredFacts) -> bool:
    waits = (DataRequest.kind != "export", DataRequest.answered_at.is_(None))
    return _has(f, DataRequest, *waits, DataRequest.longer_at.is_(None)) or _has(
        f, Wish, Wish.kind == "access", Wish.answered_at.is_(None), Wish.longer_at.is_(None)
    )


def _emergency_waits(f: StoredFacts) -> bool:
    return _has(f, Deadline, Deadline.code == "T20", Deadline.state == "open")


STANDING: Mapping[str, Callable[[StoredFacts], Any]] = {
    "consent_to_plan": _consent,
    "transition_stands": _transition,
    "complaint_open": _complaint,
    "access_asked": _access_asked,
    "data_asked": _data_asked,
    "more_time_left": _more_time_left,
    "emergency_waits": _emergency_waits,
}
