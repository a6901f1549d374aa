"""One plan as far as the reader of its file sees it, and the names that the file gives to people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.planfile import schema as shape
from workflow.acts.planfile.event import BROUGHT_IN, BroughtPlan, PastEvent
from workflow.record.access.redaction import redact_rows
from workflow.record.models import Base, Party, Plan, Unit
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.sharing.scopes import Visibility
from workflow.rules.tables.scope_map import scope_of_row

LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o"})
NOTHING_SEEN = Visibility()


@dataclass
class Record:
    """One plan as far as its reader sees it, and the names the file gives to people."""

    session: Session
    plan: Plan
    now: datetime
    can_see: Visibility = NOTHING_SEEN
    events: Sequence[PastEvent] = ()
    people: dict[str, shape.FileHuman] = field(default_factory=dict)
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
        rows = self.session.execute(query.order_by(*(order or (table.id,)))).scalars().all()
        return redact_rows(rows, self.can_see)

    def key(self, party_id: str | None) -> str | None:
        """The name the file uses for somebody; given at first use."""
        if party_id is None:
            return None
        if party_id not in self.keys:
            party = self.session.get(Party, party_id)
            assert party is not None
            self.keys[party_id] = key = self._free_key(party.name)
            self.people[key] = shape.FileHuman(
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
        query = select(Party.id).where(Party.id.in_(wanted)).order_by(Party.sort_key, Party.id)
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

    def last(self, *step_names: str) -> PastEvent | None:
        """The last event of these rows that the reader sees."""
        listed = (one for one in reversed(self.events) if one.text["step"] in step_names)
        return next((one for one in listed if self.shows(one)), None)

    def shows(self, one: PastEvent) -> bool:
        """Whether an event is shared with the reader."""
        return self.can_see.can_see(scope_of_row(one.text["step"]), one.text["subject"])
