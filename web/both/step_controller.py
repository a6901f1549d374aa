"""Takes a step for any page: one transaction, one answer for each thing that may stop it, nothing typed lost.

A page gives the form that was posted, what is to be done with it, where it leads and how it is
drawn again. Which status and which words a refusal, a wrong field or a change meanwhile gets is
decided here alone, so that no two pages answer the same thing differently. A step that succeeds
reads what it rests on and never the page it stood on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.forms import field_errors
from web.forms.model_forms import WebForm
from web.page.refusals import reader_voice, reason_of, status_of
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import current_engine, db, db_session
from web.request.doorbell import ring_workers
from web.request.language import current_language
from web.request.translate import gettext
from workflow.acts.base.context import StepResult
from workflow.acts.engine.fire import retry_races
from workflow.acts.entry.composites import rows_of, take_any
from workflow.record.models import Measure, Meeting, Plan
from workflow.rules.engine.denials import (
    BadInput,
    PlanlopError,
    PlanMoved,
    Refused,
    SecondOpenPlan,
    Stale,
)
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS
from workflow.words.refusals.refusals import error_text
from workflow.words.steps.catalogue import WORDS

Model = TypeVar("Model", bound=BaseModel)
Result = TypeVar("Result")
Answer = str | Response | tuple[str, int]
Names = Mapping[str, object]
Draw = Callable[[WebForm[Any], PlanlopError | None], str]
Explain = Callable[[WebForm[Any], PlanlopError], WebForm[Any]]
# What a form can be drawn again for; anything else is a page of its own (web.http.error_pages).
STOPS = (Refused, BadInput, Stale, PlanMoved, SecondOpenPlan)
# Beside which field a refusal stands, where the form has that field.
FIELD_OF: Mapping[str, str] = {
    "criteria_missing": "why_long",
    "reasons_missing": "reasons",
    "wish_not_asked": "wish_coordinator",
    "consent_missing": "agreed_how",
    "person_not_agreed": "agreed_how",
    "reach_person_missing": "reach_person",
    "receiver_missing": "to_party_id",
    "receiver_absent": "to_party_id",
}


@dataclass(frozen=True)
class StepRequest:
    """A step asked for by a page: which, of which plan, about which measure or meeting."""

    step_name: str
    plan_id: str | None = None
    subject_id: str | None = None

    def take_in(
        self, session: Session, form: BaseModel | None, version: int | None = None
    ) -> list[StepResult]:
        """Take it in the open transaction. Raises what `take` raises, and PlanMoved."""
        return take_any(
            session,
            current_actor(),
            self.step_name,
            plan_id=self.plan_id,
            subject_id=self.subject_id,
            form=form,
            version=version,
            now=now(),
        )

    def take(self, form: BaseModel | None = None, version: int | None = None) -> list[StepResult]:
        """Take it in a transaction of its own.

        Raises Refused, Stale, NotThere, BadInput, SecondOpenPlan.
        """
        return perform_work(lambda session: self.take_in(session, form, version), self.step_name)

    def version_now(self) -> int | None:
        """The version of the row that the step edits, as it is now; none where it makes a new one."""
        row = TRANSITIONS[rows_of(self.step_name)[0]]
        if row.machine == "plan":
            return self._stored(Plan.row_version, Plan.id == self.plan_id)
        if row.creates:
            return None
        model = Measure if row.machine == "measure" else Meeting
        return self._stored(model.version, model.id == self.subject_id)

    def _stored(self, column: Any, here: Any) -> int | None:
        number: int | None = db_session().execute(select(column).where(here)).scalar()
        return number


def respond_to_post(
    form: WebForm[Model],
    work: Callable[[Model], Result],
    done: Callable[[Result], Response | str],
    draw: Draw,
    *,
    whole: Callable[[], WebForm[Model]] | None = None,
    explain: Explain | None = None,
    step: StepRequest | None = None,
) -> Answer:
    """Do the work with what was posted and lead on; else the form again, with what stands in the way.

    whole: reads the posted form again with all that its page shows, where `form` was read with no
    more than the step needs. step: whose version a form changed meanwhile is given, so that it can
    be saved again.
    """
    if form.value is None and whole is not None:
        form = whole()
    if form.value is None:
        return draw(form, None), status_of(BadInput(()))
    try:
        result = work(form.value)
    except STOPS as error:
        typed = (explain or explain_problems)(whole() if whole is not None else form, error)
        if isinstance(error, Stale) and step is not None and typed.version is not None:
            typed = replace(typed, version=step.version_now())
        return draw(typed, error), status_of(error)
    return done(result)


def receipt_of(done: Sequence[StepResult], saved: str) -> str:
    """The line that says it is saved; where a second human was asked, that nothing is done yet."""
    if any(one.step_name == PlanStep.ASK_CONFIRMATION for one in done):
        return gettext(WORDS[PlanStep.ASK_CONFIRMATION].done)
    return saved


def perform_work(work: Callable[[Session], Result], step_name: str) -> Result:
    """Run the work in a transaction of its own, again where another step came between; then ring.

    Raises Stale, SecondOpenPlan, and what the work raises.
    """
    # A reading transaction left open would wait for this one on SQLite.
    db.session.remove()
    result = retry_races(current_engine(), work, step_name)
    ring_workers()
    return result


def explain_problems(
    form: WebForm[Model], error: PlanlopError, names: Names | None = None
) -> WebForm[Model]:
    """The form with what stands in the way: beside its fields where they are meant, else above."""
    if isinstance(error, Refused):
        for denial in error.denials:
            where = _known(form, FIELD_OF.get(denial.code, ""))
            form = form.with_error(reason_of(denial, names=names).words, where)
        return form
    if isinstance(error, BadInput):
        return with_problems(form, error)
    return form.with_error(error_text(error, current_language(), reader_voice(), names))


def with_problems(form: WebForm[Model], wrong: BadInput) -> WebForm[Model]:
    """The form with each problem beside its field, or above where the form does not show it."""
    for name, code, params in wrong.problems:
        form = form.with_error(field_errors.error_sentence(code, "", params), _known(form, name))
    return form


def _known(form: WebForm[Any], name: str) -> str:
    return name if name in {shown.name for shown in form.fields} else ""
