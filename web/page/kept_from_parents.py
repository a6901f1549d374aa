"""Takes what a child keeps from the parents out of every page that a parent reads."""

from __future__ import annotations

from web.request.clock import now
from web.request.database import db_session
from web.request.reader import current_reader
from workflow.record.access.kept_from_parents import hides_from
from workflow.record.access.open_plan import OpenPlan
from workflow.record.plan.view import PlanView, leave_out_kept


def list_hidden(opened: OpenPlan) -> frozenset[str]:
    """Whom the reader is not to hear of: what a child keeps, where a parent reads."""
    if "representative" not in opened.relations:
        return frozenset()
    return hides_from(db_session(), opened.plan, current_reader().party_id, now())


def as_reader_may_hear(view: PlanView, opened: OpenPlan) -> PlanView:
    """The plan as the reader may hear of it."""
    return leave_out_kept(view, list_hidden(opened))
