"""One press is one step (promise P2): the event's key follows from the press."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID, uuid5

from pydantic import BaseModel
from sqlalchemy import Connection, select

from workflow.acts.base.context import StepResult
from workflow.acts.base.form_fields import split_answers
from workflow.record.access.open_plan import Actor
from workflow.record.models import Event, EventBody

# Never to be changed: a form sent again across the change would be a second step.
SPACE = UUID("8c3f0f6e-5c1b-5e0a-9d2e-7f4b6a1d2c90")


def event_of(actor: Actor, step_name: str, about: str | None, form: BaseModel) -> str:
    """The key of the event that a press makes; empty for an act that comes from no press.

    Who, what, about what and the answers are part of it: the same form sent with other words,
    or by somebody else, is another step.
    """
    if not actor.idempotency_key or actor.party_id is None:
        return ""
    # A sign that stands in none of the parts, so that no two presses run together to the same text.
    said = (actor.idempotency_key, actor.party_id, step_name, about or "", form.model_dump_json())
    return str(uuid5(SPACE, "\x1f".join(said)))


def find_taken(conn: Connection, actor: Actor, event_id: str) -> StepResult | None:
    """What the press gave when it was taken before, or None."""
    event = conn.execute(
        select(Event.plan_id, Event.subject_id, Event.step_name, Event.text).where(
            Event.id == event_id, Event.actor_id == actor.party_id
        )
    ).first()
    if event is None:
        return None
    state = str(json.loads(event.text)["to"])
    return StepResult(event_id, event.plan_id, event.subject_id, state, event.step_name)


def has_taken_since(
    conn: Connection,
    actor: Actor,
    step_name: str,
    plan_id: str,
    subject_id: str | None,
    form: BaseModel | None,
    *,
    seen: int,
    since: datetime,
) -> bool:
    """Whether the actor has taken this very step after the version seen and after an instant.

    With a form only a step that said the same counts. Without a subject any subject does.
    """
    asked = (
        select(Event.subject_id, Event.text, EventBody.words)
        .outerjoin(EventBody, EventBody.event_id == Event.id)
        .where(
            Event.plan_id == plan_id,
            Event.step_name == step_name,
            Event.actor_id == actor.party_id,
            Event.seq > seen,
            Event.recorded_at > since,
        )
    )
    return any(
        subject_id in (None, row.subject_id)
        and (form is None or _says(form, json.loads(row.text), json.loads(row.words or "{}")))
        for row in conn.execute(asked)
    )


def _says(form: BaseModel, text: dict[str, object], words: dict[str, str]) -> bool:
    """Whether an event was told with these very answers."""
    codes, spoken = split_answers(form)
    told = {k.removeprefix("form."): v for k, v in words.items() if k.startswith("form.")}
    return (text.get("form") or {}) == codes and told == spoken
