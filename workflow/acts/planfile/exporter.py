"""Writes a plan as a file: as it stands, and with its history if wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.base.registry import ACTS
from workflow.acts.planfile import export_state
from workflow.acts.planfile import schema as shape
from workflow.acts.planfile.event import BROUGHT_IN, PastEvent, read_filled_form
from workflow.acts.planfile.export_record import Record
from workflow.acts.planfile.names import NumberedParts, rename_keys
from workflow.acts.planfile.yaml_text import write_file
from workflow.record.access.protected_addresses import mask_of
from workflow.record.access.redaction import redact_plan, redact_words
from workflow.record.models import Event, EventBody, Plan
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import SCOPES, Visibility
from workflow.rules.tables import TRANSITIONS

NOT_TOLD = frozenset(row.name for row in TRANSITIONS.values() if not row.in_plan_file)
DERIVED = (
    PlanStep.REGISTER_INCOMING
)  # the steps right after it were made by it, one for each line of goals and measures


def export_plan(
    session: Session, plan: Plan, now: datetime, history: bool = False, *, sees: Visibility
) -> str:
    """The plan as a file's text; the caller has opened the plan for the act `export`."""
    return write_file(as_file(session, plan, now, history, sees=sees))


def as_file(
    session: Session, plan: Plan, now: datetime, history: bool = False, *, sees: Visibility
) -> shape.PlanFile:
    """The plan as it stands, and told step by step if wanted, as far as `sees` goes."""
    record = Record(session, redact_plan(plan, sees), now, sees)
    record.events = [_seen(one, sees) for one in read_events(session, plan.id)]
    file = shape.PlanFile(
        planlop=1,
        not_shared=[scope for scope in SCOPES if scope in sees.hidden],
        plan=export_state.content(record),
        goals=export_state.goals(record),
        participants=export_state.participants(record),
        measures=export_state.measures(record),
        meetings=export_state.meetings(record),
        sub_plans=export_state.sub_plans(record),
        history=history_steps(record) if history else [],
    )
    return _masked(record, file.model_copy(update={"people": record.people}))


def _masked(record: Record, file: shape.PlanFile) -> shape.PlanFile:
    """The file without what gives a protected place away; the file of another plan as it is."""
    mask = mask_of(record.session, record.plan.id, record.now)
    if not mask:
        return file
    said = mask.every(file.model_dump(mode="json"))
    hidden = {record.keys[who] for who in mask.who if who in record.keys}
    for key in hidden:
        said["people"][key].update(phone="", email="", organisation="")
    for meeting in said["meetings"]:
        meeting["place"] = ""
    return shape.PlanFile.model_validate(said)


def _seen(one: PastEvent, sees: Visibility) -> PastEvent:
    """The event without words of what is not shared."""
    return PastEvent(one.text, redact_words(one.text["step"], one.words, sees, one.text["subject"]))


def read_events(session: Session, plan_id: str) -> list[PastEvent]:
    """Every event of a plan with its words, in order; words that were erased are empty."""
    query = (
        select(Event.text, EventBody.words)
        .outerjoin(EventBody, EventBody.event_id == Event.id)
        .where(Event.plan_id == plan_id)
        .order_by(Event.seq)
    )
    return [
        PastEvent(json.loads(text), json.loads(words) if words else {})
        for text, words in session.execute(query)
    ]


def history_steps(record: Record) -> list[shape.FileStep]:
    """The history as steps that can be told again; what a step brought with it is left out."""
    made, steps, brought = NumberedParts(), [], 0
    for one in record.events:
        if not tellable(one.text):
            continue
        if brought:
            brought -= 1
        elif record.shows(one):
            steps.append(_told(record, made, one))
            if one.text["step"] == DERIVED:
                brought = _brought(steps[-1].fields)
        made.follow(one.text)
    return steps


def tellable(event: Mapping[str, Any]) -> bool:
    """Whether a step can be told in a file: no paper goes into it, nor what a child keeps."""
    return event["step"] not in NOT_TOLD and not event.get("form", {}).get("kept_from_parents")


def _brought(fields: Mapping[str, Any]) -> int:
    lines = [*fields.get("goals", "").splitlines(), *fields.get("measures", "").splitlines()]
    return len([line for line in lines if line.strip()])


def _told(record: Record, made: NumberedParts, one: PastEvent) -> shape.FileStep:
    text = one.text
    form = ACTS[text["step"]].form

    def name(kind: str, value: Any) -> Any:
        if kind == "people":
            return record.key(value)
        return record.unit(value) if kind == "unit" else made.names.get(value, value)

    given = {} if text["step"] == BROUGHT_IN and record.can_see.hidden else read_filled_form(one)
    in_order = {
        field_name: given[field_name] for field_name in form.model_fields if field_name in given
    }
    creates = text["from"] == "start"
    about = None if creates or text["machine"] == "plan" else made.names[text["subject"]]
    by = record.key(text["actor"]) if text["kind"] == "party" else text["kind"]
    return shape.FileStep(
        at=one.at,
        by=by or "operator",
        step=text["step"],
        about=about,
        lender=record.key(text.get("lender")) or None,
        confirmed_by=record.key(text.get("confirmed_by")) or None,
        by_operator=bool(text.get("by_operator")),
        fields=rename_keys(form, in_order, name),
    )
