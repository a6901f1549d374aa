"""The five questions (need 4.5): one talk gives what matters, a goal, what it takes and a measure."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.base.context import StepResult
from workflow.acts.base.form_fields import Id, Text, WithAgreement, ask
from workflow.acts.engine import fire
from workflow.acts.plan.content import AddGoal, WhatMatters
from workflow.acts.plan.measures import Propose
from workflow.record.access.open_plan import Actor
from workflow.record.models import Goal
from workflow.rules.engine.denials import BadInput, Denial
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.words.text.translatable import N_

ROWS = (PlanStep.SET_WHAT_MATTERS, PlanStep.ADD_GOAL, MeasureStep.PROPOSE)


class FiveQuestions(WithAgreement):
    """What the person answers, in the person's own words; only the first question must be answered."""

    most_important: Text = ask(N_("Hva er det viktigste for deg å få orden på?"), "textarea", "")
    condition: Text = ask(N_("Hva er det som skal til?"), "textarea", "")
    own_words: Text = ask(
        N_("Hvordan kan du få det til? Hva er målet?"),
        "textarea",
        "",
        help=N_("Lite og nært er best. Du kan bruke dine egne ord."),
    )
    text: Text = ask(N_("Hva slags hjelp trenger du? Hva gjør vi først?"), "line", "")
    accountable_id: Id | None = ask(N_("Hvem ordner det praktiske?"), "around", None)
    helper_ids: list[Id] = ask(N_("Sammen med"), "around_many", [])
    due_on: date | None = ask(N_("Avtalt til"), "date", None)
    agreed_consequence: Text = ask(
        N_("Hvis det ikke blir noe av: hva har vi avtalt?"), "line", "", folded=True
    )


def talk(
    session: Session, actor: Actor, plan_id: str, form: FiveQuestions, now: datetime
) -> list[StepResult]:
    """Keep the answers as what matters, a goal and a measure; unanswered questions are skipped.

    Raises BadInput where nothing is answered, and what the rows raise.
    """
    taken: list[StepResult] = []
    for step_name, part in parts(form):
        if isinstance(part, Propose) and any(done.step_name == PlanStep.ADD_GOAL for done in taken):
            part.goal_id = newest_goal(session, plan_id)
        taken.append(fire.fire(session, actor, step_name, plan_id=plan_id, form=part, now=now))
    if not taken:
        raise BadInput([("most_important", "missing", {})])
    return taken


def newest_goal(session: Session, plan_id: str) -> str | None:
    """The goal that was added last, which the measure of the same talk hangs on."""
    newest = select(Goal.id).where(Goal.plan_id == plan_id).order_by(Goal.position.desc()).limit(1)
    return session.execute(newest).scalar()


def parts(form: FiveQuestions) -> list[tuple[str, WithAgreement]]:
    """Which rows the answers become, with their forms, in the order they are taken."""
    agreed = form.model_dump(include={"agreed_how", "agreed_by", "agreed_on"})
    made: list[tuple[str, WithAgreement]] = []
    if form.most_important:
        made.append(
            (PlanStep.SET_WHAT_MATTERS, WhatMatters(most_important=form.most_important, **agreed))
        )
    if form.own_words or form.condition:
        goal = form.own_words or form.most_important
        made.append(
            (PlanStep.ADD_GOAL, AddGoal(own_words=goal, condition=form.condition, **agreed))
        )
    if form.text:
        measure = form.model_dump(
            include={"text", "accountable_id", "helper_ids", "due_on", "agreed_consequence"}
        )
        made.append((MeasureStep.PROPOSE, Propose(**measure, **agreed)))
    return made


def why_not(session: Session, actor: Actor, plan_id: str | None, now: datetime) -> list[Denial]:
    """The denials of the rows that the talk may become; a goal in the talk frees `measure.propose` of its own."""
    denials: list[Denial] = []
    for step_name in ROWS:
        for denial in fire.why_not(session, actor, step_name, plan_id=plan_id, now=now):
            if denial not in denials:
                denials.append(denial)
    return denials
