"""Trying a step from one of the lists' pages, and telling on its form why it did not go; the rules live in workflow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from web import field_errors
from web.actor import current_actor
from web.clock import now
from web.database import db, engine
from web.denied import reason_of, voice
from web.doorbell import ring
from web.forms import Form
from web.language import language
from workflow.acts.engine import perform
from workflow.acts.step import Done
from workflow.rules.denials import BadInput, PlanlopError, Refused
from workflow.words.denials import error_text

Model = TypeVar("Model", bound=BaseModel)
# Beside which field a refusal stands, where the form has that field.
FIELD_OF = {
    "criteria_missing": "why_long",
    "reasons_missing": "reasons",
    "wish_not_asked": "wish_coordinator",
    "consent_missing": "agreed_how",
    "person_not_agreed": "agreed_how",
    "reach_person_missing": "reach_person",
    "receiver_missing": "to_party_id",
    "receiver_absent": "to_party_id",
}
Names = Mapping[str, object] | None


def take(
    row_id: str, plan_id: str, form: BaseModel | None = None, version: int | None = None
) -> Done:
    """Take a step in a transaction of its own. Raises Refused, Stale, NotThere, BadInput."""
    db.session.remove()
    done = perform(
        engine(), current_actor(), row_id, plan_id=plan_id, form=form, version=version, now=now()
    )
    ring()
    return done


def explained(form: Form[Model], error: PlanlopError, names: Names = None) -> Form[Model]:
    """The form with what stands in the way: beside its fields where they are meant, else above."""
    if isinstance(error, Refused):
        for denial in error.denials:
            where = _known(form, FIELD_OF.get(denial.code, ""))
            form = form.with_error(reason_of(denial, names=names).words, where)
        return form
    if isinstance(error, BadInput):
        for name, code, params in error.problems:
            form = form.with_error(field_errors.sentence(code, "", params), _known(form, name))
        return form
    return form.with_error(error_text(error, language(), voice(), names))


def needing(form: Form[Model], names: Collection[str]) -> Form[Model]:
    """The form with these fields not called optional; whether they are needed the step decides."""
    fields = tuple(
        replace(shown, required=True) if shown.name in names else shown for shown in form.fields
    )
    return replace(form, fields=fields)


def _known(form: Form[Any], name: str) -> str:
    return name if name in {shown.name for shown in form.fields} else ""
