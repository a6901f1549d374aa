"""Taking a step from a page of the person's: one call to the use case, then the workers are rung."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from web.actor import current_actor
from web.clock import now
from web.database import db, engine
from web.doorbell import ring
from workflow.acts import engine as steps
from workflow.acts.composite import form_of, perform_any
from workflow.acts.engine import retried
from workflow.acts.registry import ACTS
from workflow.record.models import Measure
from workflow.rules.denials import NotThere

OUTCOME: Mapping[str, str] = {"good": "achieved", "so_so": "partly", "bad": "not_achieved"}


def take(
    step_id: str,
    plan_id: str | None,
    subject_id: str | None,
    form: BaseModel,
    version: int | None = None,
) -> None:
    """Take a step in a transaction of its own. Raises Refused, Stale, NotThere, BadInput."""
    db.session.remove()
    perform_any(
        engine(), current_actor(), step_id, plan_id=plan_id, subject_id=subject_id, form=form,
        version=version, now=now(),
    )  # fmt: skip
    ring()


def finish(plan_id: str, measure_id: str, rating: str, words: str) -> None:
    """Done and how it went, in one go; what was ticked done before is only evaluated (C4).

    Raises Refused, Stale, NotThere.
    """
    said = {"rating": rating, "outcome": OUTCOME[rating], "result_words": words}
    if not done_before(plan_id, measure_id):
        take("C4", plan_id, measure_id, form_of("C4")(**said))
        return
    db.session.remove()
    retried(engine(), lambda session: evaluate(session, plan_id, measure_id, said), "M7")
    ring()


def done_before(plan_id: str, measure_id: str) -> bool:
    """Whether somebody has ticked the measure done already. Raises NotThere."""
    found = db.session.execute(
        select(Measure.completed_on).where(Measure.id == measure_id, Measure.plan_id == plan_id)
    ).first()
    if found is None:
        raise NotThere(measure_id)
    return found.completed_on is not None


def evaluate(session: Session, plan_id: str, measure_id: str, said: Mapping[str, Any]) -> None:
    """M7 and M9 in the open transaction."""
    for row_id, form in (("M7", ACTS["M7"].form(**said)), ("M9", ACTS["M9"].form())):
        steps.fire(
            session, current_actor(), row_id, plan_id=plan_id, subject_id=measure_id, form=form,
            now=now(),
        )  # fmt: skip
