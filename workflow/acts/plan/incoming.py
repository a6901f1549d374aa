"""Goals and measures of a plan that came from elsewhere, taken in one by one as proposals."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.acts.base.context import StepResult
from workflow.record.access.open_plan import Actor
from workflow.rules.names.steps import MeasureStep, PlanStep


def adopt(session: Session, actor: Actor, done: StepResult, form: Any, now: datetime) -> None:
    """Each line of goals and measures becomes a goal and a proposed measure (scenario 4).

    The person then says yes or no to each. Taking them in is part of registering the plan, so it
    does not rest on what the one who registers may do later.
    """
    from workflow.acts.engine.fire import fire
    from workflow.acts.plan.content import AddGoal
    from workflow.acts.plan.measures import Propose

    taking_in = replace(actor, kind="operator")
    agreed = {"agreed_how": form.agreed_how or "paper", "agreed_on": form.agreed_on}
    for line in filter(None, map(str.strip, form.goals.splitlines())):
        goal = AddGoal(own_words=line, **agreed)
        fire(session, taking_in, PlanStep.ADD_GOAL, plan_id=done.plan_id, form=goal, now=now)
    for line in filter(None, map(str.strip, form.measures.splitlines())):
        measure = Propose(text=line, **agreed)
        fire(session, taking_in, MeasureStep.PROPOSE, plan_id=done.plan_id, form=measure, now=now)
