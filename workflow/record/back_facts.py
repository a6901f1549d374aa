"""Facts of a subject's last step, which may be taken back (M16, V8): where to, whose it was, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflow.record.fact_sources import Fact, PageFacts, StoredFacts
from workflow.record.models import Event
from workflow.rules.vocabulary import START

DROPPED = {"M16", "V8"}
NO_STEP: Mapping[str, Any] = {"to": "", "by": None, "at": None, "built": False, "set": {}}


def last_step(f: StoredFacts) -> Mapping[str, Any]:
    """The step that could be taken back now: where to, by whom, when and what it changed."""
    return f.once("last_step", lambda: _stored(f))


def _stored(f: StoredFacts) -> Mapping[str, Any]:
    last = f.conn.execute(
        select(Event.row_id, Event.actor_id, Event.recorded_at, Event.text)
        .where(Event.plan_id == f.plan_id)
        .where(Event.subject_id == f.subject_key)
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    return _taken(f, *last) if last else NO_STEP


def _page(f: PageFacts) -> Mapping[str, Any]:
    last = (row for row in f.view.parts["last_step"] if row.b == f.subject_key)
    return next((_taken(f, row.a, row.c, row.at1, row.t1) for row in last), NO_STEP)


def _taken(f: StoredFacts | PageFacts, row_id: str, by: str | None, at: Any, text: str) -> Any:
    told = json.loads(text)
    # What was moved by another thing's step since is not where its own last step left it.
    if row_id in DROPPED or told["to"] != f.subject["state"]:
        return NO_STEP
    before = "" if told["from"] == START else told["from"]
    return {
        "to": before,
        "by": by,
        "at": at,
        "built": built(told),
        "event_id": told["id"],
        "set": told["set"],
    }


def built(text: Mapping[str, Any]) -> bool:
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
