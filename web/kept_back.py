"""What a child keeps from the parents, out of every page that a parent reads; what that is stands in workflow."""

from __future__ import annotations

from web.clock import now
from web.database import db_session
from web.sessions import reader
from workflow.record.access import Opened
from workflow.record.kept_back import hides_from, without_kept
from workflow.record.plan_view import PlanView


def hidden_from_reader(opened: Opened) -> frozenset[str]:
    """Whom the reader is not to hear of: what a child keeps, where a parent reads."""
    if "representative" not in opened.relations:
        return frozenset()
    return hides_from(db_session(), opened.plan, reader().party_id, now())


def as_told(view: PlanView, opened: Opened) -> PlanView:
    """The plan as the reader may hear of it."""
    return without_kept(view, hidden_from_reader(opened))
