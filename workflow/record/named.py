"""Whose names a plan's parts need: the keys of everybody who is named on its page; names are read in plan_view."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workflow.record.models import Measure, Plan

PARTY_CHANGES = ("responsible_party_id", "accountable_id")
PARTY_CODES = ("who", "receiver", "representative", "proposed", "to")
PARTY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "participant": ("a",),
    "tenure": ("b",),
    "consent": ("a",),
    "health": ("a",),
    "helper": ("b",),
    "offer": ("c", "f"),
    "wish": ("d", "e"),
    "meeting": ("c", "d"),
    "called": ("b",),
    "event": ("c",),
    "decision": ("c",),
    "representative": ("a",),
}


def people_named(
    plan: Plan, parts: Mapping[str, list[Any]], measures: Iterable[Measure]
) -> set[str]:
    """The ids of everybody who is named on the page."""
    found = {plan.person_id, plan.responsible_party_id, plan.reporter_id}
    for kind, columns in PARTY_COLUMNS.items():
        found.update(getattr(row, column) for row in parts[kind] for column in columns)
    for measure in measures:
        found.update((measure.accountable_id, measure.proposed_by))
    for row in parts["event"]:
        found.update(_told_of(json.loads(row.t1)))
    return {party_id for party_id in found if party_id}


def _told_of(event: Mapping[str, Any]) -> list[str]:
    """The keys in an event's codes and changed columns that may be parties'."""
    changed = [event["set"].get(name, (None, None))[1] for name in PARTY_CHANGES]
    changed += [event["plan_set"].get(name, (None, None))[1] for name in PARTY_CHANGES]
    said = [event["codes"].get(name) for name in PARTY_CODES]
    return [key for key in (*changed, *said) if isinstance(key, str)]
