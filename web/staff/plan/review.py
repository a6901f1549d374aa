"""Reviewing a plan together on one page: an answer for every open measure, then the plan goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from flask import render_template, request, url_for
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from web.both.step_controller import Answer, StepRequest
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.request import access_guards
from web.request.database import db_session
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from web.staff.plan.measure_table import due_words
from web.staff.plan.sharing import list_relatives
from web.staff.steps import labels, step_form
from web.staff.steps.step import (
    PostedForm,
    fresh_question,
    is_pressed_twice,
    news_since,
    page_of_refusal,
    reason_lines,
    take_posted,
)
from web.staff.steps.step_buttons import Buttons, buttons_of
from web.staff.steps.step_form import StepQuestion
from workflow.acts.base.context import StepResult
from workflow.acts.base.registry import ACTS
from workflow.acts.entry import composites
from workflow.acts.plan.measures import HOW_IT_WENT, OUTCOMES
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Measure
from workflow.rules.engine.denials import PlanlopError, Refused, Stale
from workflow.rules.names.steps import CompositeStep, MeasureStep, PlanStep

CARRY, DONE, AGAIN = "carry", "done", "again"
ANSWERS = (
    (CARRY, N_("Fortsetter som før")),
    (DONE, N_("Ferdig")),
    (AGAIN, N_("Evaluert, fortsetter med ny dato")),
)
WAITING = ("decided", "active", "transferred")
WRITTEN = TypeAdapter(date)


@dataclass(frozen=True)
class MeasureAnswer:
    """What was said about one measure."""

    measure: Measure
    answer: str = CARRY
    outcome: str = ""
    rating: str = ""
    due_on: str = ""
    words: str = ""
    version: int | None = None
    errors: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """The part of the controls' names that tells the measures apart."""
        return self.measure.id


@pages.get("/plan/<plan_id>/evaluering")
@access_guards.plan_route("read", kind="review")
def review(opened: OpenPlan) -> Answer:
    """All open measures with «fortsetter som før» chosen, and the questions about the plan."""
    asked = step_form.question(buttons_of(opened), CompositeStep.REVIEW_AND_CONTINUE, None)
    denied = asked.buttons.of_plan.closed.get(PlanStep.REVIEW, ())
    if denied:
        return page_of_refusal(asked, denied)
    listed = [MeasureAnswer(measure, version=measure.version) for measure in waiting(asked.buttons)]
    return show(asked, narrow_form(step_form.blank(asked), asked.buttons), listed)


@pages.post("/plan/<plan_id>/evaluering")
@access_guards.plan_route("read", kind="review")
def reviewed(opened: OpenPlan) -> Answer:
    """Every answer and the review itself in one transaction; `plan.continue` too unless «bare evaluer»."""
    return take_posted(PostedReview(opened, CompositeStep.REVIEW_AND_CONTINUE, None, show))


class PostedReview(PostedForm):
    """The review as it came in: an answer for every open measure, and those about the plan."""

    @property
    def given(self) -> MultiDict[str, str]:
        """The answers about the plan, without those of the measures."""
        known = composites.form_of(CompositeStep.REVIEW_AND_CONTINUE).model_fields
        return MultiDict(
            (name, value)
            for name, value in request.form.items(multi=True)
            if name in known or name in model_forms.OWN
        )

    def scant(self) -> WebForm[Any]:
        """The answers about the plan, refused where one about a measure is."""
        return self.judge(super().scant(), self.listed)

    def whole(self) -> WebForm[Any]:
        """The same as the page shows it, on the plan as it is now."""
        asked = self.asked = fresh_question(self.opened, self.step_name)
        form = model_forms.read(asked.model, self.given, choices=asked.choices, only=asked.names)
        shown = narrow_form(step_form.arrange(form, asked), asked.buttons)
        return self.judge(shown, waiting(asked.buttons))

    def judge(self, form: WebForm[Any], measures: Sequence[Measure]) -> WebForm[Any]:
        """The form without its value where a measure's answer cannot be accepted."""
        wrong = any(check_answer(read_answer(measure)).errors for measure in measures)
        return replace(form, value=None) if wrong else form

    @cached_property
    def listed(self) -> Sequence[Measure]:
        """The measures that must be answered for, as far as the reader sees them."""
        if self.opened.visibility.hidden:
            return waiting(buttons_of(self.opened))
        wanted = select(Measure).where(
            Measure.plan_id == self.opened.plan.id, Measure.state.in_(WAITING)
        )
        return db_session().execute(wanted.order_by(Measure.position)).scalars().all()

    def take_in(
        self, session: Session, value: BaseModel, version: int | None
    ) -> Sequence[StepResult]:
        """Take all rows in the open transaction, unless they were taken just now from another window."""
        if not is_pressed_twice(session, self):
            everything(session, self, value, version)
        return ()

    def draw(self, form: WebForm[Any], error: PlanlopError | None) -> str:
        """The page again, with every measure's answer as it was given."""
        assert self.asked is not None
        listed = [check_answer(read_answer(measure)) for measure in waiting(self.asked.buttons)]
        if isinstance(error, Stale):
            listed = [replace(one, version=one.measure.version) for one in listed]
        reasons = reason_lines(self.asked, error.denials) if isinstance(error, Refused) else ()
        since = news_since(self.asked) if isinstance(error, Stale) else ()
        return show(self.asked, form, listed, reasons, since)


def waiting(buttons: Buttons) -> list[Measure]:
    """The measures that the review must answer for."""
    return [measure for measure in buttons.view.measures if measure.state in WAITING]


def read_answer(measure: Measure) -> MeasureAnswer:
    """What was posted about a measure."""

    def said(name: str) -> str:
        return model_forms.without_foul(
            model_forms.tidy_text(request.form.get(f"{name}-{measure.id}", ""))
        )

    version = said("versjon")
    return MeasureAnswer(
        measure,
        answer=said("svar") or CARRY,
        outcome=said("utfall"),
        rating=said("syn"),
        due_on=model_forms.in_iso(said("dato"), "date"),
        words=said("ord")[:2000],
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
    )


def check_answer(one: MeasureAnswer) -> MeasureAnswer:
    """With what must be filled in before it can be saved."""
    return replace(one, errors=tuple(problems(with_shared(one))))


def with_shared(one: MeasureAnswer) -> MeasureAnswer:
    """With what was answered for all, where an evaluated measure has no answer of its own."""
    if one.answer == CARRY:
        return one
    shared = read_shared()
    return replace(one, outcome=one.outcome or shared["utfall"], rating=one.rating or shared["syn"])


def read_shared() -> dict[str, str]:
    """What was answered for all the measures that are evaluated; nothing before somebody has answered."""
    return {name: request.form.get(f"{name}-alle", "") for name in ("utfall", "syn")}


def problems(one: MeasureAnswer) -> Iterator[str]:
    """What cannot be accepted about one measure's answer."""
    if one.answer not in dict(ANSWERS):
        yield gettext("Velg ett av svarene.")
    judged = one.answer != CARRY
    if one.outcome not in dict(OUTCOMES) and (judged or one.outcome):
        yield gettext("Velg hvordan det gikk.")
    if one.rating not in dict(HOW_IT_WENT) and (judged or one.rating):
        yield gettext("Velg hva personen syntes.")
    if one.answer == AGAIN and day_of(one.due_on) is None:
        yield gettext("Skriv en ny dato.")
    if one.answer == AGAIN and not one.measure.completed_on and not one.words:
        yield gettext("Skriv noen ord om hvorfor det ikke er gjort ennå.")


def day_of(text: str) -> date | None:
    """A posted day, or nothing."""
    try:
        return WRITTEN.validate_strings(text) if text else None
    except ValidationError:
        return None


def narrow_form(form: WebForm[Any], buttons: Buttons) -> WebForm[Any]:
    """Without the carried measures, which answer above, and relatives where nobody is to be discussed."""
    hidden = {"carried"}
    if not buttons.asked.facts.undiscussed_relatives:
        hidden |= {"relatives_discussed", "relatives_why_not", "relatives_again_on"}
    return replace(form, fields=tuple(one for one in form.fields if one.name not in hidden))


def everything(
    session: Session, posted: PostedReview, value: BaseModel, version: int | None
) -> None:
    """The measures' rows, then `plan.review`, then `plan.continue` unless the plan is only reviewed."""
    listed = [with_shared(read_answer(measure)) for measure in posted.listed]
    # Evaluated and going on is open again by then: it is carried, with its new date.
    carried = [one.id for one in listed if one.answer != DONE]
    whole = value.model_copy(update={"carried": carried})
    for one in listed:
        take_rows(session, one, whole)
    for n, step_name in enumerate(
        (PlanStep.REVIEW,) if "_bare" in request.form else (PlanStep.REVIEW, PlanStep.CONTINUE)
    ):
        # The version read with the page counts for the first row; the second follows it.
        step = StepRequest(step_name, posted.opened.plan.id)
        step.take_in(session, composites.part_of_form(step_name, whole), None if n else version)


def take_rows(session: Session, one: MeasureAnswer, value: Any) -> None:
    """The rows that one answer becomes; a carried measure becomes none."""
    version = one.version
    for step_name, said in rows_for(one):
        agreed = value.model_dump(include=set(step_form.AGREEMENT))
        form = ACTS[step_name].form(**agreed, **said)
        StepRequest(step_name, one.measure.plan_id, one.id).take_in(session, form, version)
        version = None


def rows_for(one: MeasureAnswer) -> Iterator[tuple[str, dict[str, Any]]]:
    """Row and fields, in the order they are taken."""
    if one.answer == CARRY:
        return
    if one.answer == DONE and not one.measure.completed_on:
        yield MeasureStep.DONE, {}
    if one.answer == AGAIN and one.measure.state == "decided":
        yield MeasureStep.BEGIN, {}
    words = {"why_not_done": one.words} if one.answer == AGAIN else {}
    yield (
        MeasureStep.EVALUATE,
        {
            "outcome": one.outcome,
            "rating": one.rating,
            "result_words": one.words if one.answer == DONE else "",
            **words,
        },
    )
    if one.answer == DONE:
        yield MeasureStep.CLOSE, {}
    else:
        yield MeasureStep.GO_ON, {"due_on": day_of(one.due_on)}


def show(
    asked: StepQuestion,
    form: WebForm[Any],
    listed: list[MeasureAnswer],
    reasons: Any = (),
    news: Any = (),
) -> str:
    """The page: one row of questions for each measure, then those about the plan."""
    buttons = asked.buttons
    return render_template(
        "staff/review.html",
        view=buttons.view,
        plan=buttons.view.plan,
        form=form,
        listed=[
            (
                one,
                labels.join_accountable(buttons.view, one.measure),
                due_words(buttons, one.measure),
            )
            for one in listed
        ],
        answers=[(code, gettext(words)) for code, words in ANSWERS],
        shared=read_shared(),
        relatives=list_relatives(buttons),
        outcomes=[(code, gettext(words)) for code, words in OUTCOMES],
        ratings=[(code, gettext(words)) for code, words in HOW_IT_WENT],
        reasons=[replace(one, step=None) for one in reasons],
        news=news,
        back=url_for("staff.plan", plan_id=buttons.view.plan.id),
        address=url_for("staff.review", plan_id=buttons.view.plan.id),
    )
