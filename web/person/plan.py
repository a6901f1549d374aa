"""The whole plan for the person: goals with their measures, and the page that ticks done; rules live in workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from web import forms, guards
from web.person import managed
from web.person.buttons import ask
from web.person.door import page, pages, view_of
from web.person.home import is_open
from web.person.managed import Line
from web.person.taking import OUTCOME, finish
from web.steps import Step
from web.words import N_, gettext
from workflow.record.access import Opened
from workflow.record.models import Measure
from workflow.record.plan_shapes import GoalView
from workflow.record.plan_view import PlanView

RATINGS = (("good", N_("Bra")), ("so_so", N_("Sånn passe")), ("bad", N_("Ikke bra")))
LONGEST = 1000


@dataclass(frozen=True)
class Part:
    """A goal with its measures; no goal: what hangs on what matters most."""

    goal: GoalView | None
    rows: tuple[tuple[Line, tuple[Step, ...]], ...]
    steps: tuple[Step, ...] = ()


@pages.get("/min/<plan_id>/planen", endpoint="plan")
@guards.plan_route("own_pages", kind="person-plan")
def whole_plan(opened: Opened) -> str:
    """Goals and measures, with what the person can change."""
    view = view_of(opened)
    is_person = "person" in opened.relations
    parts = [goal_part(view, goal, is_person) for goal in view.goals if goal.status != "dropped"]
    loose = rows(view, view.of_goal(None), is_person)
    if loose:
        parts.append(Part(None, loose))
    live = view.plan.state != "closed" and not view.plan.resting
    return page("plan.html", opened, view, title=gettext("Planen min"), parts=parts, open=live)


def goal_part(view: PlanView, goal: GoalView, is_person: bool) -> Part:
    """One goal, its measures, and the steps of a goal that is open."""
    about = goal.own_words or goal.clarified
    steps = (
        ask("A3", label=gettext("Endre"), about=about, goal_id=goal.id),
        ask("A4", label=gettext("Ferdig med målet"), about=about, goal_id=goal.id),
    )
    open_goal = goal.status == "open"
    return Part(goal, rows(view, view.of_goal(goal.id), is_person), steps if open_goal else ())


def rows(
    view: PlanView, measures: Sequence[Measure], is_person: bool
) -> tuple[tuple[Line, tuple[Step, ...]], ...]:
    """The agreed measures with the person's steps on each."""
    shown = [m for m in measures if m.state != "requested"]
    shown = [m for m in shown if m.close_reason not in managed.NO_LONGER]
    return tuple((managed.line(view, m, is_person), steps_of(view, m)) for m in shown)


def steps_of(view: PlanView, measure: Measure) -> tuple[Step, ...]:
    """What the person can do with a measure that is under way."""
    if not is_open(measure) or measure.completed_on:
        return ()
    about = measure.text
    made = [ask("M10", measure.id, about=about)]
    if measure.accountable_id == view.plan.person_id and measure.state != "transferred":
        made.append(ask("M11", measure.id, gettext("Flytt datoen"), about))
    return tuple(made)


@pages.get("/min/<plan_id>/gjort")
@guards.plan_route("own_pages", kind="person-plan")
def done(opened: Opened) -> str:
    """Which measure is done, and how it went: one press says both."""
    view = view_of(opened)
    is_person = "person" in opened.relations
    waiting = [managed.line(view, m, is_person) for m in view.measures if is_open(m)]
    ratings = [(code, gettext(words)) for code, words in RATINGS]
    return page("done.html", opened, view, title=gettext("Gjort!"), lines=waiting, ratings=ratings)


@pages.post("/min/<plan_id>/gjort/<of>")
@guards.plan_route("own_pages", kind="person-plan")
def tick(opened: Opened, of: str) -> Response:
    """Done and evaluated, in the person's view (C4)."""
    rating = request.form.get("rating", "")
    if rating not in OUTCOME:
        abort(400)
    words = forms.without_foul(forms.tidy(request.form.get("words", "")))[:LONGEST]
    finish(opened.plan.id, of, rating, words)
    flash(gettext("Så bra at du sa fra. Det er skrevet i planen."))
    return redirect(url_for("person.home", plan_id=opened.plan.id), 303)
