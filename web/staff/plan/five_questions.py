"""The five questions, asked together: the person's own words become goal, condition, measure and who helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from pydantic import BaseModel
from sqlalchemy.orm import Session

from web.both.step_controller import Answer
from web.forms.model_forms import WebForm
from web.hints.step_hints import FIVE_QUESTIONS
from web.request import access_guards
from web.staff.blueprint import pages
from web.staff.steps import step_form
from web.staff.steps.step import PostedForm, page_of_refusal, take_posted
from web.staff.steps.step_buttons import buttons_of
from web.staff.steps.step_form import StepQuestion
from workflow.acts.base.context import StepResult
from workflow.acts.entry import five_questions
from workflow.record.access.open_plan import OpenPlan


@pages.get("/plan/<plan_id>/fem-sporsmal")
@access_guards.plan_route("read", kind="questions")
def questions(opened: OpenPlan) -> Answer:
    """The questions, with what the person has said before."""
    asked = step_form.question(buttons_of(opened), FIVE_QUESTIONS, None)
    closed = asked.buttons.of_plan.closed
    denied = {
        one.code: one for step_name in five_questions.ROWS for one in closed.get(step_name, ())
    }
    if denied:
        return page_of_refusal(asked, list(denied.values()))
    return show(asked, step_form.blank(asked))


@pages.post("/plan/<plan_id>/fem-sporsmal")
@access_guards.plan_route("read", kind="questions")
def answered(opened: OpenPlan) -> Answer:
    """Keep what was answered; unanswered questions are skipped."""
    return take_posted(PostedConversation(opened, FIVE_QUESTIONS, None, show))


class PostedConversation(PostedForm):
    """The answers as they came in: each conversation is one of its own, however alike two are."""

    def take_in(
        self, session: Session, value: BaseModel, version: int | None
    ) -> Sequence[StepResult]:
        """Take what was answered in the open transaction."""
        return self.step.take_in(session, value, version)


def show(asked: StepQuestion, form: WebForm[Any], reasons: Any = (), news: Any = ()) -> str:
    """The page: one question at a time, down the page."""
    plan = asked.buttons.view.plan
    return render_template(
        "staff/questions.html",
        view=asked.buttons.view,
        plan=plan,
        form=form,
        reasons=reasons,
        news=news,
        back=url_for("staff.plan", plan_id=plan.id),
        address=url_for("staff.questions", plan_id=plan.id),
    )
