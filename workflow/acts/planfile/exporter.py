"""Writing a plan as a file: as it stands, and with its history if wanted; reading stands beside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.base.registry import ACTS
from workflow.acts.planfile import schema as shape
from workflow.acts.planfile.event import BROUGHT_IN, BroughtPlan, Happened, filled_in
from workflow.acts.planfile.names import Made, renamed
from workflow.acts.planfile.yaml_text import write
from workflow.record.access.protected_addresses import mask_of
from workflow.record.access.redaction import narrowed_plan, narrowed_rows, words_seen
from workflow.record.models import Base, Event, EventBody, Party, Plan, Unit
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import SCOPES, Sight
from workflow.rules.tables import ROWS
from workflow.rules.tables.scope_map import scope_of_row

LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o"})
NOTHING_SEEN = Sight()
NOT_TOLD = frozenset(row.name for row in ROWS.values() if not row.in_plan_file)
DERIVED = (
    PlanStep.REGISTER_INCOMING
)  # the steps right after it were made by it, one for each line of goals and measures


@dataclass
class Record:
    """One plan as far as its reader sees it, and the names the file gives to people."""

    session: Session
    plan: Plan
    now: datetime
    sees: Sight = NOTHING_SEEN
    events: Sequence[Happened] = ()
    people: dict[str, shape.Human] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    @cached_property
    def brought(self) -> BroughtPlan | None:
        """What the plan was when it was brought in, where it had its life elsewhere."""
        first = self.events[0] if self.events else None
        return BroughtPlan(first) if first and first.text["step"] == BROUGHT_IN else None

    def part(self, table: str, key: str) -> Mapping[str, Any]:
        """What the file said of something that was brought in; nothing of what was made here."""
        return self.brought.part(table, key) if self.brought else {}

    def rows(self, model: type[Base], *order: Any) -> Sequence[Any]:
        """The rows of a table under the plan, oldest first."""
        table: Any = model
        query = select(model).where(table.plan_id == self.plan.id)
        found = self.session.execute(query.order_by(*(order or (table.id,)))).scalars().all()
        return narrowed_rows(found, self.sees)

    def key(self, party_id: str | None) -> str | None:
        """The name the file uses for somebody; given at first use."""
        if party_id is None:
            return None
        if party_id not in self.keys:
            party = self.session.get(Party, party_id)
            assert party is not None
            self.keys[party_id] = key = self._free_key(party.name)
            self.people[key] = shape.Human(
                name=party.name,
                email=party.email,
                organisation=party.organisation,
                title=party.title,
                phone=party.phone,
                born_on=party.born_on,
                protection=cast(Any, party.protection),
            )
        return self.keys[party_id]

    def _free_key(self, name: str) -> str:
        first = name.casefold().translate(LETTERS).split()[0]
        base = re.sub(r"[^a-z]", "", first)[:30] or "person"
        taken = set(self.keys.values())
        return next(k for k in (base, *(f"{base}-{n}" for n in range(2, 999))) if k not in taken)

    def all_keys(self, party_ids: Iterable[str]) -> list[str]:
        """Several people, in the order of their names."""
        wanted = set(party_ids)
        query = select(Party.id).where(Party.id.in_(wanted)).order_by(Party.sort_key, Party.name)
        return [cast(str, self.key(one)) for one in self.session.execute(query).scalars()]

    def unit(self, unit_id: str | None) -> str:
        """A unit's name."""
        query = select(Unit.name).where(Unit.id == unit_id)
        return self.session.execute(query).scalar() or ""

    def day_of(self, table: str, key: str) -> date:
        """The day something was made."""
        told = self.part(table, key).get("on")
        if told:
            return date.fromisoformat(told)
        for one in self.events:
            if one.text["subject"] == key or [table, key] in one.text["made"]:
                return one.day
        return oslo_date(self.plan.reported_at)

    def last(self, *step_names: str) -> Happened | None:
        """The last event of these rows that the reader sees."""
        listed = (one for one in reversed(self.events) if one.text["step"] in step_names)
        return next((one for one in listed if self.shows(one)), None)

    def shows(self, one: Happened) -> bool:
        """Whether an event is shared with the reader."""
        return self.sees.sees(scope_of_row(one.text["step"]), one.text["subject"])


def export_plan(
    session: Session, plan: Plan, now: datetime, history: bool = False, *, sees: Sight
) -> str:
    """The plan as a file's text; the caller has opened the plan for the act `export`."""
    return write(as_file(session, plan, now, history, sees=sees))


def as_file(
    session: Session, plan: Plan, now: datetime, history: bool = False, *, sees: Sight
) -> shape.PlanFile:
    """The plan as it stands, and told step by step if wanted, as far as `sees` goes."""
    from workflow.acts.planfile import export_state as written

    record = Record(session, narrowed_plan(plan, sees), now, sees)
    record.events = [_seen(one, sees) for one in read_events(session, plan.id)]
    file = shape.PlanFile(
        planlop=1,
        not_shared=[scope for scope in SCOPES if scope in sees.hidden],
        plan=written.content(record),
        goals=written.goals(record),
        participants=written.participants(record),
        measures=written.measures(record),
        meetings=written.meetings(record),
        sub_plans=written.sub_plans(record),
        history=told(record) if history else [],
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


def _seen(one: Happened, sees: Sight) -> Happened:
    """The event without words of what is not shared."""
    return Happened(one.text, words_seen(one.text["step"], one.words, sees, one.text["subject"]))


def read_events(session: Session, plan_id: str) -> list[Happened]:
    """Every event of a plan with its words, in order; words that were erased are empty."""
    query = (
        select(Event.text, EventBody.words)
        .outerjoin(EventBody, EventBody.event_id == Event.id)
        .where(Event.plan_id == plan_id)
        .order_by(Event.seq)
    )
    return [
        Happened(json.loads(text), json.loads(words) if words else {})
        for text, words in session.execute(query)
    ]


def told(record: Record) -> list[shape.Told]:
    """The history as steps that can be told again; what a step brought with it is left out."""
    made, steps, brought = Made(), [], 0
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


def _told(record: Record, made: Made, one: Happened) -> shape.Told:
    text = one.text
    form = ACTS[text["step"]].form

    def name(kind: str, value: Any) -> Any:
        if kind == "people":
            return record.key(value)
        return record.unit(value) if kind == "unit" else made.names.get(value, value)

    given = {} if text["step"] == BROUGHT_IN and record.sees.hidden else filled_in(one)
    in_order = {
        field_name: given[field_name] for field_name in form.model_fields if field_name in given
    }
    creates = text["from"] == "start"
    about = None if creates or text["machine"] == "plan" else made.names[text["subject"]]
    by = record.key(text["actor"]) if text["kind"] == "party" else text["kind"]
    return shape.Told(
        at=one.at,
        by=by or "operator",
        step=text["step"],
        about=about,
        beside=bool(text.get("beside")),
        fields=renamed(form, in_order, name),
    )
