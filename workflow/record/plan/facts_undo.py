"""Facts of a subject's last step, which may be taken back: where to, whose it was, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from workflow.record.models import Event
from workflow.record.plan.fact_sources import Fact, PageFacts, PlanFacts, StoredFacts
from workflow.record.plan.parts_query import event_text
from workflow.record.shapes.plan import LastStepView
from workflow.rules.engine.vocabulary import START
from workflow.rules.tables import UNDOING

NO_STEP: Mapping[str, Any] = {"to": "", "by": None, "at": None, "built": False, "set": {}}


def last_step(f: StoredFacts) -> Mapping[str, Any]:
    """The step that could be taken back now: where to, by whom, when and what it changed."""
    return f.once("last_step", lambda: _stored(f))


def _stored(f: StoredFacts) -> Mapping[str, Any]:
    last = f.conn.execute(
        select(Event.step_name, Event.actor_id, Event.recorded_at, Event.text)
        .where(Event.plan_id == f.plan_id)
        .where(Event.subject_id == f.subject_key)
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    if last is None:
        return NO_STEP
    return _taken(f, last.step_name, last.actor_id, last.recorded_at, event_text(last.text))


def _page(f: PageFacts) -> Mapping[str, Any]:
    steps = (one for one in f.view.parts[LastStepView] if one.subject_id == f.subject_key)
    return next(
        (_taken(f, one.step_name, one.actor_id, one.at, one.text) for one in steps), NO_STEP
    )


def _taken(
    f: PlanFacts, step_name: str, by: str | None, at: datetime, text: Mapping[str, Any]
) -> Mapping[str, Any]:
    # What was moved by another thing's step since is not where its own last step left it.
    if step_name in UNDOING or text["to"] != f.subject["state"]:
        return NO_STEP
    before = "" if text["from"] == START else text["from"]
    return {
        "to": before,
        "by": by,
        "at": at,
        "built": is_built_upon(text),
        "event_id": text["id"],
        "set": text["set"],
    }


def is_built_upon(text: Mapping[str, Any]) -> bool:
    """The step made something others act on, or answered a question; agreements are its own.

    A step that made other things (an offer, a meeting's people) is not simply undone.
    """
    made = [name for name, _ in text["made"] if name not in ("agreement", "consent")]
    return bool(made) or "offer" in text["codes"]


def _back(name: str, key: str) -> Fact:
    return Fact(name, lambda f: last_step(f)[key], lambda f: _page(f)[key])


BACK = (
    _back("back_to", "to"),
    _back("back_by", "by"),
    _back("back_at", "at"),
    _back("built_upon", "built"),
)
