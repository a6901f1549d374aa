"""«Gjort!»: a measure is done and how it went is said, in one press of the person's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.both.step_controller import StepRequest, perform_work
from web.request.database import db_session
from workflow.acts.base.registry import ACTS
from workflow.acts.entry.composites import form_of
from workflow.record.models import Measure
from workflow.rules.engine.denials import NotThere
from workflow.rules.names.steps import CompositeStep, MeasureStep

OUTCOME: Mapping[str, str] = {"good": "achieved", "so_so": "partly", "bad": "not_achieved"}


def finish_measure(plan_id: str, measure_id: str, rating: str, words: str) -> None:
    """Done and how it went, in one go; what was ticked done before is only evaluated.

    Raises Refused, Stale, NotThere.
    """
    said = {"rating": rating, "outcome": OUTCOME[rating], "result_words": words}
    if is_done_already(plan_id, measure_id):
        perform_work(
            lambda session: evaluate(session, plan_id, measure_id, said), MeasureStep.EVALUATE
        )
    else:
        StepRequest(CompositeStep.DONE_AND_EVALUATED, plan_id, measure_id).take(
            form_of(CompositeStep.DONE_AND_EVALUATED)(**said)
        )


def is_done_already(plan_id: str, measure_id: str) -> bool:
    """Whether somebody has ticked the measure done already. Raises NotThere."""
    measure = (
        db_session()
        .execute(
            select(Measure.completed_on).where(Measure.id == measure_id, Measure.plan_id == plan_id)
        )
        .first()
    )
    if measure is None:
        raise NotThere(measure_id)
    return measure.completed_on is not None


def evaluate(session: Session, plan_id: str, measure_id: str, said: Mapping[str, Any]) -> None:
    """`measure.evaluate` and `measure.close` in the open transaction."""
    for step_name, form in (
        (MeasureStep.EVALUATE, ACTS[MeasureStep.EVALUATE].form(**said)),
        (MeasureStep.CLOSE, ACTS[MeasureStep.CLOSE].form()),
    ):
        StepRequest(step_name, plan_id, measure_id).take_in(session, form)
