"""One press is one step (promise P2): the event's key follows from the press; deciding lives in engine."""

from __future__ import annotations

import json
from uuid import UUID, uuid5

from pydantic import BaseModel
from sqlalchemy import Connection, select

from workflow.acts.step import Done
from workflow.record.access import Actor
from workflow.record.models import Event

SPACE = UUID("8c3f0f6e-5c1b-5e0a-9d2e-7f4b6a1d2c90")


def event_of(actor: Actor, row_id: str, about: str | None, form: BaseModel) -> str:
    """The key of the event that a press makes; empty for an act that comes from no press.

    Who, what, about what and the answers are part of it: the same form sent with other words,
    or by somebody else, is another step.
    """
    if not actor.press or actor.party_id is None:
        return ""
    said = (actor.press, actor.party_id, row_id, about or "", form.model_dump_json())
    return str(uuid5(SPACE, "\x1f".join(said)))


def taken(conn: Connection, actor: Actor, event_id: str) -> Done | None:
    """What the press gave when it was taken before, or None."""
    found = conn.execute(
        select(Event.plan_id, Event.subject_id, Event.row_id, Event.text).where(
            Event.id == event_id, Event.actor_id == actor.party_id
        )
    ).first()
    if found is None:
        return None
    state = str(json.loads(found.text)["to"])
    return Done(event_id, found.plan_id, found.subject_id, state, found.row_id)
