"""What stands in the fields of a sharing before anybody changes them, for staff and the person alike."""

from __future__ import annotations

from typing import Any

from web.request.clock import today
from web.request.database import db_session
from web.request.language import current_language
from workflow.record.access.representatives import age_of
from workflow.record.plan.view import PlanView
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.sharing.ages import decides_alone, is_heard
from workflow.rules.sharing.scopes import SCOPES
from workflow.words.labels.scopes import visible_parts

CHILDS = ("given_as", "child_said", "kept_from_parents")


def current_choice(view: PlanView, party_id: str | None) -> dict[str, Any]:
    """The parts ticked and the last day: what is shared now; of a new receiver the person has chosen nothing."""
    now_shared = [one for one in view.sharing if party_id and one.receiver_id == party_id]
    if not now_shared:
        return {"scopes": []}
    scopes = frozenset[str]().union(*(one.scopes for one in now_shared))
    until = now_shared[0].until_at
    return {"scopes": in_order(scopes), "until_on": oslo_date(until) if until else None}


def in_order(scopes: frozenset[str]) -> list[str]:
    """The parts in the order of the page."""
    return [one for one in SCOPES if one in scopes]


def seen_words(scopes: frozenset[str]) -> str:
    """«Ser: mål, tiltak», in the reader's language."""
    return visible_parts(scopes, current_language())


def person_age(view: PlanView) -> int | None:
    """How old the person is today, where it is known."""
    return age_of(db_session(), view.plan.person_id, today())


def unasked_fields(view: PlanView, represented: bool) -> frozenset[str]:
    """The questions about a child that are left out for somebody who decides alone."""
    years = person_age(view)
    left = set() if is_heard(years) else {"child_said", "kept_from_parents"}
    if decides_alone(years) and not represented:
        left.add("given_as")
    return frozenset(left)
