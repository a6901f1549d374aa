"""What a thing was before its last step, for the steps that take one back."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from workflow.acts.base.context import StepContext, is_words
from workflow.acts.delivery import outbox
from workflow.record.models import Event, EventBody
from workflow.record.plan.facts_undo import last_step


def undo(step: StepContext) -> None:
    """Undo the last step by this new event; notices of it not yet sent are dropped."""
    back = last_step(step.facts)
    # First what waits in the queue: a mail of a step taken back would tell what no longer is.
    outbox.drop_of_event(step.conn, back["event_id"], step.now)
    step.set(
        **{
            column: revive(step.table, column, old)
            for column, (old, _) in back["set"].items()
            if column != "version"
        }
    )
    step.set(**_words_before(step, back["event_id"]))
    step.say(reason=step.form.reason)


def _words_before(step: StepContext, event_id: str) -> dict[str, str]:
    """The words the last step wrote over, from the bodies of the steps before it.

    What has been erased is gone: then the words stay as they are.
    """
    bodies = step.conn.execute(
        select(Event.id, EventBody.words)
        .join(EventBody, EventBody.event_id == Event.id)
        .where(
            Event.plan_id == step.plan_id,
            Event.subject_id == step.subject["id"],
        )
        .order_by(Event.seq.desc())
    ).all()
    told = [(key, json.loads(words)) for key, words in bodies]
    # The step taken back said no words of its own, so it wrote none over.
    if not told or told[0][0] != event_id:
        return {}
    earlier = [words for _, words in told[1:]]
    columns = [c.name for c in step.table.columns if is_words(step.table, c.name)]
    names = {name: f"{step.table.name}.{name}" for name in columns}
    return {
        name: next((words[key] for words in earlier if key in words), "")
        for name, key in names.items()
        if key in told[0][1]
    }


def revive(table: Any, column: str, value: Any) -> Any:
    """A column's value from its JSON form."""
    kind = table.c[column].type.python_type
    if value is None or not isinstance(value, str) or kind is str:
        return value
    if kind in (date, time, datetime):
        return kind.fromisoformat(value)
    return value
