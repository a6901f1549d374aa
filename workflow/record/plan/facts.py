"""Every fact of a plan with both of its sources, and the facts of a step from the record or from a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from workflow.record.access.open_plan import Actor, PlanAccess
from workflow.record.plan.fact_sources import PageFacts, PlanFacts, StoredFacts, complete_facts
from workflow.record.plan.facts_columns import COLUMNS
from workflow.record.plan.facts_consent import GIVING
from workflow.record.plan.facts_pending import STANDING
from workflow.record.plan.facts_under_plan import LOOKUPS
from workflow.record.plan.facts_undo import BACK
from workflow.record.plan.view import PlanView
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import START

# What whoever asks says itself; everything else is looked up.
GIVEN = frozenset({"now", "form"})
FACTS = complete_facts(COLUMNS, LOOKUPS, STANDING, GIVING, BACK, given=GIVEN)
PlanFacts.declared = FACTS
# What a plan says that is not there yet: the step makes it.
NOT_YET: Mapping[str, Any] = {
    "id": "",
    "state": START,
    "subject_kind": "person",
    "shadow": 0,
    "informal": False,
    **dict.fromkeys(("outcome", "close_reason", "resting", "most_important"), ""),
    **dict.fromkeys(("person_id", "wish_asked_at", "paused_until", "started_on", "ends_on"), None),
    **dict.fromkeys(("reviewed_on", "closed_at"), None),
}


def facts_of_record(
    conn: Connection,
    row: Transition,
    actor: Actor,
    standing: PlanAccess,
    plan: Mapping[str, Any],
    subject: Mapping[str, Any],
    form: Any,
    now: datetime,
) -> StoredFacts:
    """The facts of a step about to be taken; plan and subject are empty where the step makes them."""
    return StoredFacts(
        conn=conn,
        row=row,
        actor=actor,
        access=standing,
        plan=plan or NOT_YET,
        subject=subject,
        form=form,
        now=now,
        read={},
    )


def facts_of_page(
    view: PlanView, actor: Actor, standing: PlanAccess, plan: Mapping[str, Any]
) -> PageFacts:
    """The facts that all steps of one page share; `view` is the plan as it stands."""
    return PageFacts(
        view=view,
        actor=actor,
        access=standing,
        plan=plan,
        form=None,
        now=view.now,
        shared=None,
    )


def facts_of_step(page: PageFacts, row: Transition, subject: Mapping[str, Any]) -> PageFacts:
    """The facts of one step of a page; the subject is empty where the step makes it."""
    return PageFacts(
        view=page.view,
        actor=page.actor,
        access=page.access,
        plan=page.plan,
        form=None,
        now=page.now,
        shared=page,
        row=row,
        subject=subject,
    )
