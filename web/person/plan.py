"""The whole plan for the person: goals with their measures, and the page that ticks one done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, request, url_for
from pydantic import BaseModel
from werkzeug.wrappers import Response

from web.both.past_review import last_review
from web.both.step_controller import Answer, respond_to_post
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.forms.pickers import shorten_text
from web.page.measure_notes import NO_LONGER
from web.page.view_models import StepButton
from web.person import achievements
from web.person.achievements import AchievementLine
from web.person.base.blueprint import pages, render_person_page, view_of
from web.person.home import can_finish
from web.person.steps.step_links import ask_link, only_open
from web.person.steps.take_step import OUTCOME, finish_measure
from web.request import access_guards
from web.request.translate import N_, gettext
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Measure
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import GoalView, HealthNoteView
from workflow.rules.names.steps import MeasureStep, PlanStep

RATINGS = (("good", N_("Bra")), ("so_so", N_("Sånn passe")), ("bad", N_("Ikke bra")))
LONGEST = 1000


@dataclass(frozen=True)
class GoalBlock:
    """A goal with its measures; no goal: what hangs on what matters most."""

    goal: GoalView | None
    rows: tuple[tuple[AchievementLine, tuple[StepButton, ...]], ...]
    steps: tuple[StepButton, ...] = ()


@pages.get("/min/<plan_id>/planen", endpoint="plan")
@access_guards.plan_route("own_pages", kind="person-plan")
def whole_plan(opened: OpenPlan) -> str:
    """Goals and measures, with what the person can change."""
    view = view_of(opened)
    is_person = "person" in opened.relations
    parts = [goal_part(view, goal, is_person) for goal in view.goals if goal.status != "dropped"]
    loose = rows(view, view.of_goal(None), is_person)
    if loose:
        parts.append(GoalBlock(None, loose))
    return render_person_page(
        "plan.html",
        opened,
        view,
        title=gettext("Planen min"),
        parts=parts,
        finishable=any(can_finish(m) for m in view.measures),
        add=only_open(
            ask_link(PlanStep.ADD_GOAL, label=gettext("Jeg har et mål")),
            ask_link(MeasureStep.PROPOSE, label=gettext("Jeg har et forslag")),
        ),
        more=more_steps(),
        health=[(note, take_away(note)) for note in view.health],
        write_health=ask_link(PlanStep.WRITE_HEALTH),
        review=last_review(opened),
    )


def take_away(note: HealthNoteView) -> StepButton | None:
    """A note on her health that no longer holds."""
    about = shorten_text(note.words)
    return ask_link(
        PlanStep.END_HEALTH, label=gettext("Gjelder ikke lenger"), about=about, note_id=note.id
    )


def goal_part(view: PlanView, goal: GoalView, is_person: bool) -> GoalBlock:
    """One goal, its measures, and the steps of a goal that is open."""
    about = goal.own_words or goal.clarified
    steps = only_open(
        ask_link(PlanStep.CHANGE_GOAL, label=gettext("Endre"), about=about, goal_id=goal.id),
        ask_link(
            PlanStep.END_GOAL, label=gettext("Ferdig med målet"), about=about, goal_id=goal.id
        ),
    )
    open_goal = goal.status == "open"  # the row is of the plan, and knows no goal before its form
    return GoalBlock(goal, rows(view, view.of_goal(goal.id), is_person), steps if open_goal else ())


def rows(
    view: PlanView, measures: Sequence[Measure], is_person: bool
) -> tuple[tuple[AchievementLine, tuple[StepButton, ...]], ...]:
    """The agreed measures with the person's steps on each."""
    shown = [m for m in measures if m.state != "requested"]
    shown = [m for m in shown if m.close_reason not in NO_LONGER]
    return tuple((achievements.line(view, m, is_person), steps_of(view, m)) for m in shown)


def steps_of(view: PlanView, measure: Measure) -> tuple[StepButton, ...]:
    """What the person can do with a measure; the first one is the most common.

    What is done is looked back on and not changed. Who does it by herself also moves its day.
    """
    of, about = measure.id, measure.text
    if measure.state == "reviewed":
        again = ask_link(MeasureStep.GO_ON, of, gettext("Vi gjør det en gang til"), about)
        return only_open(ask_link(MeasureStep.CLOSE, of, about=about), again, undo(measure))
    if measure.completed_on:
        return only_open(undo(measure))
    own = (
        ask_link(MeasureStep.MOVE_DATE, of, gettext("Flytt datoen"), about),
        ask_link(MeasureStep.OFFER, of, gettext("Spør en annen om å gjøre det"), about),
        ask_link(MeasureStep.BEGIN, of, about=about),
    )
    return only_open(
        ask_link(MeasureStep.CAME_TO_NOTHING, of, about=about),
        *(own if measure.accountable_id == view.plan.person_id else ()),
        ask_link(MeasureStep.CHANGE_DETAILS, of, gettext("Endre ordene"), about),
        undo(measure),
    )


def undo(measure: Measure) -> StepButton | None:
    """The way back from what was done."""
    if not (measure.completed_on or measure.evaluated_on):
        return None
    return ask_link(MeasureStep.TAKE_BACK, measure.id, about=measure.text)


def more_steps() -> tuple[StepButton, ...]:
    """What is seldom needed, but hers to do."""
    return only_open(
        ask_link(PlanStep.TALKED, label=gettext("Vi har snakket sammen")),
        ask_link(PlanStep.SET_FRAME, label=gettext("Slik vil jeg at vi jobber sammen")),
        ask_link(PlanStep.PLANNED_TRANSITION, label=gettext("Noe stort skal endre seg for meg")),
        ask_link(PlanStep.VOLUNTEER_WITH_COMPANION, label=gettext("Jeg vil ha med en frivillig")),
        ask_link(PlanStep.ADD_SUB_PLAN, label=gettext("Jeg har en annen plan også")),
    )


@pages.get("/min/<plan_id>/gjort")
@access_guards.plan_route("own_pages", kind="person-plan")
def done(opened: OpenPlan) -> str:
    """Which measure is done, and how it went: one press says both."""
    return done_page(opened)


def done_page(opened: OpenPlan, of: str = "", words: str = "", stopped: Sequence[str] = ()) -> str:
    """The open measures; the one that was just tried stands with its words, and why it was stopped."""
    view = view_of(opened)
    is_person = "person" in opened.relations
    waiting = [m for m in view.measures if can_finish(m) or m.id == of]
    return render_person_page(
        "done.html",
        opened,
        view,
        title=gettext("Gjort!"),
        lines=[(achievements.line(view, m, is_person), came_to_nothing(m)) for m in waiting],
        ratings=[(code, gettext(said)) for code, said in RATINGS],
        of=of,
        words=words,
        stopped=stopped,
    )


def came_to_nothing(measure: Measure) -> StepButton | None:
    """The other end of a measure that is not done; nothing for one that is."""
    if measure.completed_on:
        return None
    label = gettext("Det ble ikke noe av")
    return ask_link(MeasureStep.CAME_TO_NOTHING, measure.id, label, measure.text)


class MeasureRating(BaseModel):
    """How a measure went."""

    rating: str
    words: str


@pages.post("/min/<plan_id>/gjort/<of>")
@access_guards.plan_route("own_pages", kind="person-plan")
def tick(opened: OpenPlan, of: str) -> Answer:
    """Done and evaluated, in the person's view."""
    rating = request.form.get("rating", "")
    if rating not in OUTCOME:
        abort(400)
    words = model_forms.without_foul(model_forms.tidy_text(request.form.get("words", "")))[:LONGEST]

    def finished(_: object) -> Response:
        flash(gettext("Så bra at du sa fra. Det er skrevet i planen."))
        return redirect(url_for("person.home", plan_id=opened.plan.id), 303)

    return respond_to_post(
        WebForm((), value=MeasureRating(rating=rating, words=words)),
        lambda said: finish_measure(opened.plan.id, of, said.rating, said.words),
        finished,
        lambda form, _: done_page(opened, of, words, form.general),
    )
