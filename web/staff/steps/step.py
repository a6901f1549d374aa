"""Taking any step of a plan: its form, why it is not open, and what happened when it was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from pydantic import BaseModel
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from web.both.history_lines import HistoryLine
from web.both.step_controller import (
    Answer,
    StepRequest,
    explain_problems,
    perform_work,
    receipt_of,
    respond_to_post,
)
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm
from web.hints.catalogue import hints_of
from web.page.confirmation import asked_lines
from web.page.view_models import Reason
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session
from web.request.translate import gettext
from web.staff.blueprint import pages
from web.staff.steps import labels, step_form
from web.staff.steps.step_buttons import READS, Buttons, Subject, buttons_of
from web.staff.steps.step_form import StepQuestion
from workflow.acts.base.context import StepResult
from workflow.acts.engine.idempotency import has_taken_since
from workflow.acts.entry.composites import form_of, part_of_form, rows_of, why_not_any
from workflow.record.access.open_plan import OpenPlan, PlanAccess, resolve_access
from workflow.record.access.role_holders import holder_on
from workflow.record.models import Plan
from workflow.record.shapes.plan import MeetingView
from workflow.rules.engine.denials import Denial, PlanlopError, Refused, Stale
from workflow.rules.engine.policy import may_read
from workflow.rules.names.steps import CompositeStep, MeasureStep, PlanStep
from workflow.rules.tables import TRANSITIONS

SAME_PRESS = timedelta(seconds=15)
Show = Callable[..., str]
Taken = tuple[Sequence[StepResult], PlanAccess]


@pages.get("/plan/<plan_id>/steg/<step:step_name>")
@access_guards.plan_route(*READS, kind="step")
def step(opened: OpenPlan, step_name: str) -> Answer:
    """The step's questions, or why it is not open now."""
    if step_name in (CompositeStep.REVIEW_AND_CONTINUE, PlanStep.REVIEW):
        return redirect(url_for("staff.review", plan_id=opened.plan.id))
    if step_name == PlanStep.KEEP_SIGNED_COPY:
        chosen = request.args.get("party_id")
        return redirect(url_for("staff.signed", plan_id=opened.plan.id, party_id=chosen))
    asked = find_question(opened, step_name)
    denied = why_not_any(
        db_session(),
        current_actor(),
        step_name,
        plan_id=opened.plan.id,
        subject_id=asked.key,
        now=now(),
    )
    if denied:
        return page_of_refusal(asked, denied)
    return page(asked, step_form.blank(asked))


def page_of_refusal(asked: StepQuestion, denied: Sequence[Denial]) -> str:
    """Why the step is not open now."""
    return render_template(
        "staff/not_open.html", **page_context(asked), reasons=reason_lines(asked, denied)
    )


@pages.post("/plan/<plan_id>/steg/<step:step_name>")
@access_guards.plan_route(*READS, kind="step")
def take(opened: OpenPlan, step_name: str) -> Answer:
    """Take the step and lead back to the plan; refused, everything typed is shown again."""
    check_step(step_name)
    return take_posted(PostedForm(opened, step_name, subject_key(opened, step_name), page))


@dataclass
class PostedForm:
    """A form of the plan's pages as it came in; the plan itself is read only to draw it again."""

    opened: OpenPlan
    step_name: str
    key: str | None
    show: Show
    asked: StepQuestion | None = None

    @property
    def step(self) -> StepRequest:
        """The step that the form asks for."""
        return StepRequest(self.step_name, self.opened.plan.id, self.key)

    @property
    def given(self) -> MultiDict[str, str]:
        """The answers that are the step's own."""
        return request.form

    def scant(self) -> WebForm[Any]:
        """What was posted, with the answers of those pickers alone that were answered."""
        model = form_of(self.step_name)
        sent = [name for name in model.model_fields if any(self.given.getlist(name))]
        plan_id, sight = self.opened.plan.id, self.opened.visibility
        where = pickers.Where(db_session(), now(), plan_id, self.key, sight)
        return model_forms.read(model, self.given, choices=pickers.choices_of(model, where, sent))

    def whole(self) -> WebForm[Any]:
        """What was posted as its page shows it, on the plan as it is now."""
        self.asked = fresh_question(self.opened, self.step_name)
        return step_form.read_posted(self.asked)

    def take_in(
        self, session: Session, value: BaseModel, version: int | None
    ) -> Sequence[StepResult]:
        """Take the step in the open transaction, unless it was taken just now from another window."""
        if is_pressed_twice(session, self, value):
            return ()
        return self.step.take_in(session, value, version)

    def draw(self, form: WebForm[Any], error: PlanlopError | None) -> str:
        """The page again: what stands in the way, or what has happened since, above the form."""
        assert self.asked is not None
        reasons = reason_lines(self.asked, error.denials) if isinstance(error, Refused) else ()
        since = news_since(self.asked) if isinstance(error, Stale) else ()
        return self.show(self.asked, form, reasons, since)


def take_posted(posted: PostedForm) -> Answer:
    """Takes what a form asks for, and leads to the page that the step belongs to."""
    form = posted.scant()

    def work(value: BaseModel) -> Taken:
        return perform_work(
            lambda session: once(session, posted, value, form.version), posted.step_name
        )

    return respond_to_post(
        form,
        work,
        lambda taken: back(posted, taken),
        posted.draw,
        whole=posted.whole,
        explain=explain_form,
        step=posted.step,
    )


def once(session: Session, posted: PostedForm, value: BaseModel, version: int | None) -> Taken:
    """Take what was posted; what was done, and how the reader stands to the plan after it."""
    done = posted.take_in(session, value, version)
    return done, resolve_access(session, current_actor(), posted.opened.plan.id, now())


def explain_form(form: WebForm[Any], error: PlanlopError) -> WebForm[Any]:
    """The form as every page explains it; the reasons of a refusal stand above, with their buttons."""
    return form if isinstance(error, Refused) else explain_problems(form, error)


def check_step(step_name: str) -> None:
    """404 for steps that are asked about elsewhere; what is no step has no address."""
    if hints_of(step_name).only_there:
        abort(404)


def subject_key(opened: OpenPlan, step_name: str) -> str | None:
    """The measure or meeting of the address, which the engine looks for.

    404 where it is hidden, and where the address names one for a step that is about none: it would
    be dropped in silence, and another thing changed than the one that was meant.
    """
    row = TRANSITIONS[rows_of(step_name)[0]]
    if not row.has_subject:
        refuse_subject()
        return None
    if opened.visibility.hidden:
        subject_of(buttons_of(opened), step_name)
    return request.args.get("subject", "")


def refuse_subject() -> None:
    """404 where the address names a measure or meeting for a step that is about none."""
    if request.args.get("subject"):
        abort(404)


def find_question(opened: OpenPlan, step_name: str) -> StepQuestion:
    """The step asked about, and what it is about; 404 for what is not of this plan."""
    check_step(step_name)
    buttons = buttons_of(opened)
    return step_form.question(buttons, step_name, subject_of(buttons, step_name))


def subject_of(buttons: Buttons, step_name: str) -> Subject:
    """The measure or meeting of the address; nothing where the step is about the plan."""
    key = request.args.get("subject", "")
    row = TRANSITIONS[rows_of(step_name)[0]]
    if not row.has_subject:
        refuse_subject()
        return None
    listed = buttons.view.measures if row.machine == "measure" else buttons.view.meetings
    subject: Subject = next((one for one in listed if one.id == key), None)
    if subject is None:
        abort(404)
    return subject


def fresh_question(opened: OpenPlan, step_name: str) -> StepQuestion:
    """The step's question on the plan as it is now."""
    plan = db_session().get(Plan, opened.plan.id)
    assert plan is not None
    stands = resolve_access(db_session(), current_actor(), plan.id, now())
    buttons = buttons_of(OpenPlan(plan, stands, ""))
    return step_form.question(buttons, step_name, subject_of(buttons, step_name))


def page_context(asked: StepQuestion) -> dict[str, Any]:
    """What every page of a step shows beside the form."""
    view = asked.buttons.view
    content = "read" if may_read("read", asked.buttons.asked.access.relations) else ""
    return {
        "view": view,
        "plan": view.plan,
        "content": content,
        "title_words": asked.buttons.name_of(asked.step_name),
        "about": about(asked),
        "step_name": asked.step_name,
        "subject": asked.subject,
        "back": where_next(asked, view.plan.id),
        "address": asked.buttons.address(asked.step_name, asked.subject, {}),
        "others": siblings(asked),
        "confirms": to_confirm(asked),
    }


def to_confirm(asked: StepQuestion) -> list[tuple[str, str]]:
    """What the reader is asked to confirm, above the form that confirms it or does not."""
    if asked.step_name not in (PlanStep.CONFIRM, PlanStep.DECLINE_CONFIRMATION):
        return []
    waiting = (one for one in asked.buttons.view.offers if one.kind == "confirmation")
    return [line for one in waiting for line in asked_lines(one.asked_step, one.asked_form)]


def about(asked: StepQuestion) -> str:
    """What the step is about, in a line under the heading."""
    return str(getattr(asked.subject, "text", "")) or ""


def siblings(asked: StepQuestion) -> list[Any]:
    """The other ways to the same thing: only proposed, agreed, or done at once."""
    family = (CompositeStep.AGREE_IN_MEETING, CompositeStep.DO_IT_NOW, MeasureStep.PROPOSE)
    if asked.step_name not in family or not asked.buttons.coordinates:
        return []
    goal = request.args.get("goal_id", "")
    look: dict[str, Any] = {"goal_id": goal} if goal else {}
    return [asked.buttons.step(one, **look) for one in family if one != asked.step_name]


def page(asked: StepQuestion, form: WebForm[Any], reasons: Any = (), news: Any = ()) -> str:
    """The step's page with its form; what stands in the way is said above it."""
    return render_template(
        "staff/step.html", **page_context(asked), form=form, reasons=reasons, news=news
    )


def reason_lines(asked: StepQuestion, denials: Sequence[Denial]) -> list[Reason]:
    """The reasons as the page shows them, each with the button that clears it."""
    return [asked.buttons.reason(denial) for denial in denials]


def news_since(asked: StepQuestion) -> list[HistoryLine]:
    """What has happened since the page was drawn; the last event at least."""
    since = tuple(event for event in asked.buttons.view.events if event.seq > seen_version())
    return labels.event_lines(asked.buttons.view, since or asked.buttons.view.events[:1])


def seen_version() -> int:
    """The plan's version that the page was drawn from; everything is new to a page without one."""
    said = request.form.get("_seen", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def is_pressed_twice(session: Session, posted: PostedForm, value: BaseModel | None = None) -> bool:
    """The same came before from another window: the reader has just taken this step, saying this.

    One and the same press is the engine's to know; other words are another step, never dropped.
    Without a value only the step is compared: a page whose rows carry versions asks so.
    """
    if "_seen" not in request.form:
        return False
    last = rows_of(posted.step_name)[-1]
    return has_taken_since(
        session.connection(),
        current_actor(),
        last,
        posted.opened.plan.id,
        posted.key,
        None if value is None else part_of_form(last, value),
        seen=seen_version(),
        since=now() - SAME_PRESS,
    )


def back(posted: PostedForm, taken: Taken) -> Response:
    """To the page the step belongs to, with a line that says it is saved."""
    done, stands = taken
    named = (
        PlanStep.REVIEW
        if posted.step_name == CompositeStep.REVIEW_AND_CONTINUE and "_bare" in request.form
        else posted.step_name
    )
    first = named == PlanStep.OFFER_COORDINATOR and not has_coordinator(posted.opened.plan.id)
    name = labels.step_title(named, first=first)
    flash(receipt_of(done, gettext("Lagret: %(what)s.", what=name)))
    row = TRANSITIONS[rows_of(posted.step_name)[0]]
    meeting = posted.key if row.machine == "meeting" else None
    return redirect(page_after(posted.opened.plan.id, stands, meeting), 303)


def has_coordinator(plan_id: str) -> bool:
    """Whether the plan has a coordinator."""
    return db_session().execute(holder_on(plan_id, "coordinator")).first() is not None


def where_next(asked: StepQuestion, plan_id: str) -> str:
    """The page that the step belongs to."""
    stands = resolve_access(db_session(), current_actor(), plan_id, now())
    meeting = asked.subject.id if isinstance(asked.subject, MeetingView) else None
    return page_after(plan_id, stands, meeting)


def page_after(plan_id: str, stands: PlanAccess, meeting_id: str | None) -> str:
    """The meeting's own page, the plan, or the front door for who may no longer read it."""
    if not any(may_read(act, stands.relations) for act in READS):
        return url_for("home.front")
    if meeting_id and may_read("read", stands.relations):
        return url_for("staff.meeting", plan_id=plan_id, meeting_id=meeting_id)
    return url_for("staff.plan", plan_id=plan_id)
