"""What a child keeps from the parents, out of every page that a parent reads; what that is stands in workflow."""

from __future__ import annotations

from web.request.clock import now
from web.request.database import db_session
from web.request.reader import reader
from workflow.record.access.kept_from_parents import hides_from
from workflow.record.access.open_plan import Opened
from workflow.record.plan.view import PlanView, without_kept


def hidden_from_reader(opened: Opened) -> frozenset[str]:
    """Whom the reader is not to hear of: what a child keeps, where a parent reads."""
    if "representative" not in opened.relations:
        return frozenset()
    return hides_from(db_session(), opened.plan, reader().party_id, now())


def as_told(view: PlanView, opened: Opened) -> PlanView:
    """The plan as the reader may hear of it."""
    return without_kept(view, hidden_from_reader(opened))
