"""Whose names a plan's parts need: the keys of everybody who is named on its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflow.record.models import Measure, Plan
from workflow.record.shapes.plan import OF_RULES, EventView, Mark, PlanParts, marked_fields

PARTY_CHANGES = ("responsible_party_id", "accountable_id")
PARTY_CODES = ("who", "receiver", "representative", "proposed", "to")


def named_parties(plan: Plan, parts: PlanParts, measures: Iterable[Measure]) -> set[str]:
    """The ids of everybody who is named on the page."""
    party_ids = {plan.person_id, plan.responsible_party_id, plan.reporter_id}
    for shape in parts.rows.keys() - OF_RULES:
        for name in marked_fields(shape, Mark.PARTY):
            party_ids.update(getattr(row, name) for row in parts.rows[shape])
    for measure in measures:
        party_ids.update((measure.accountable_id, measure.proposed_by))
    for event in parts[EventView]:
        party_ids.update(_told_of(event.text))
    return {party_id for party_id in party_ids if party_id}


def _told_of(event: Mapping[str, Any]) -> list[str]:
    """The keys in an event's codes and changed columns that may be parties'."""
    changed = [event["set"].get(name, (None, None))[1] for name in PARTY_CHANGES]
    changed += [event["plan_set"].get(name, (None, None))[1] for name in PARTY_CHANGES]
    said = [event["codes"].get(name) for name in PARTY_CODES]
    return [key for key in (*changed, *said) if isinstance(key, str)]
