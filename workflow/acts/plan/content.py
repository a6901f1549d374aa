"""What stands in the plan: what matters, goals, frame, sub-plans, planned transitions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Form,
    Id,
    Line,
    Link,
    Text,
    WithAgreement,
    ask,
    ask_answer,
)
from workflow.acts.base.registry import act
from workflow.record.models import Goal, SubPlan
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_


class WhatMatters(WithAgreement):
    """What matters most, and the person's limits (4.5, 0.5)."""

    most_important: Text | None = ask(N_("Det viktigste for meg"), "textarea", None)
    limits: Text | None = ask(
        N_("Grenser: tider, temaer, hvem som ikke skal være med"), "textarea", None
    )


@act(PlanStep.SET_WHAT_MATTERS, WhatMatters)
def set_what_matters(step: StepContext) -> None:
    """Kept in the person's own words; the limits stand in every call."""
    for name in ("most_important", "limits"):
        value = getattr(step.form, name)
        if value is not None and not step.leaves(name, value):
            step.set(**{name: value})


class AddGoal(WithAgreement):
    """A goal in the person's own words, and clarified (2.5)."""

    own_words: Text = ask(N_("Målet med egne ord"), "textarea", "")
    clarified: Text = ask(N_("Målet, gjort tydelig: lite, målbart, nært"), "textarea", "")
    condition: Text = ask(N_("Hva skal til?"), "textarea", "", folded=True)


@act(PlanStep.ADD_GOAL, AddGoal)
def add_goal(step: StepContext) -> None:
    """A new goal, last in the order."""
    form: AddGoal = step.form
    step.require(own_words=form.own_words or form.clarified)
    last = step.conn.execute(
        select(func.max(Goal.position)).where(Goal.plan_id == step.plan_id)
    ).scalar()
    step.insert(
        Goal,
        position=(last or 0) + 1,
        own_words=form.own_words,
        clarified=form.clarified,
        condition=form.condition,
        status="open",
    )


class ChangeGoal(WithAgreement):
    """The goal as it is now."""

    goal_id: Id = ask(N_("Hvilket mål?"), "open_goal")
    own_words: Text | None = ask(N_("Målet med egne ord"), "textarea", None)
    clarified: Text | None = ask(N_("Målet, gjort tydelig: lite, målbart, nært"), "textarea", None)


@act(PlanStep.CHANGE_GOAL, ChangeGoal)
def change_goal(step: StepContext) -> None:
    """The old words stay in the history."""
    form: ChangeGoal = step.form
    values = {k: v for k in ("own_words", "clarified") if (v := getattr(form, k)) is not None}
    step.require(own_words=values or None)
    step.update(Goal, form.goal_id, **values)


class EndGoal(WithAgreement):
    """Met, or no longer wanted."""

    goal_id: Id = ask(N_("Hvilket mål?"), "open_goal")
    status: str = ask_answer(
        N_("Hvordan gikk det?"),
        "met",
        choices=(("met", N_("Nådd")), ("dropped", N_("Ikke ønsket lenger"))),
    )


@act(PlanStep.END_GOAL, EndGoal)
def end_goal(step: StepContext) -> None:
    """The goal is done with; the next one may grow from it (4.13)."""
    step.update(Goal, step.form.goal_id, status=step.form.status)
    step.note(status=step.form.status)


class Frame(WithAgreement):
    """Who holds the pen, ground rules, the service's own aim (3.13, 3.16, 4.9)."""

    pen_holder: str | None = ask(
        N_("Hvem fører planen?"),
        "choice",
        None,
        choices=(("coordinator", N_("Koordinator")), ("person", N_("Personen selv"))),
    )
    ground_rules: Text | None = ask(
        N_("Kjøreregler: hvem leder, hvem skriver, saksliste, hvordan si fra"), "textarea", None
    )
    service_aim: Text | None = ask(
        N_("Tjenestens eget mål, holdt for seg"), "textarea", None, folded=True
    )


@act(PlanStep.SET_FRAME, Frame)
def set_frame(step: StepContext) -> None:
    """The frame of the work; the service's aim never mixes with the person's goals."""
    for name in ("pen_holder", "ground_rules", "service_aim"):
        value = getattr(step.form, name)
        if value is not None:
            step.set(**{name: value})


class AddSubPlan(WithAgreement):
    """A reference, not a copy (3.18)."""

    title: Line = ask(N_("Hvilken delplan?"), "line", "")
    owner_system: Line = ask(N_("Hvor ligger den?"), "line", "")
    link: Link = ask(N_("Lenke"), "line", "", folded=True)
    responsible: Line = ask(N_("Hvem har ansvaret?"), "line", "")
    review_on: date | None = ask(N_("Når ser dere på den?"), "date", None)


@act(PlanStep.ADD_SUB_PLAN, AddSubPlan)
def add_sub_plan(step: StepContext) -> None:
    """IOP, treatment plan or another more concrete plan, by reference."""
    form: AddSubPlan = step.form
    step.require(title=form.title)
    step.insert(
        SubPlan,
        title=form.title,
        owner_system=form.owner_system,
        link=form.link,  # as it was typed; pages make an address of it only where it is one
        responsible=form.responsible,
        review_on=form.review_on,
    )


class AddTransition(WithAgreement):
    """School, 16, 18, a move, discharge (3.6)."""

    kind: str = ask_answer(
        N_("Hvilken overgang?"),
        "other",
        choices=(
            ("school", N_("Skole eller arbeid")),
            ("age", N_("Fyller 16 eller 18")),
            ("move", N_("Flytting")),
            ("discharge", N_("Hjem fra behandling")),
            ("other", N_("Annet")),
        ),
    )
    on: date | None = ask(N_("Når?"), "date", None)


@act(PlanStep.PLANNED_TRANSITION, AddTransition)
def add_transition(step: StepContext) -> None:
    """A transition with a date, so that it is prepared."""
    step.require(on=step.form.on)
    step.set(transition_on=step.form.on, transition_kind=step.form.kind)


class PrepareTransition(Form):
    """What is in place before the transition."""

    words: Text = ask(N_("Hva er på plass?"), "textarea", "")


@act(PlanStep.TRANSITION_PREPARED, PrepareTransition)
def prepare_transition(step: StepContext) -> None:
    """The nearest transition is prepared, in a few words."""
    step.require(words=step.form.words)
    step.say(words=step.form.words)


class AcceptNewDate(Form):
    """The leader accepts a later review, with a reason."""

    next_review_on: date | None = ask(N_("Ny dato for evaluering"), "date", None)
    reason: Text = ask(N_("Hvorfor?"), "line", "")


@act(PlanStep.ACCEPT_NEW_REVIEW_DATE, AcceptNewDate)
def accept_new_review_date(step: StepContext) -> None:
    """The manager accepts a new date; the old one stays in the history."""
    form: AcceptNewDate = step.form
    step.require(next_review_on=form.next_review_on, reason=form.reason)
    step.set(next_review_on=form.next_review_on)
    step.say(reason=form.reason)
