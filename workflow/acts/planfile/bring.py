"""Bringing in a plan that had its life elsewhere: one step, one event, and what the file says.

Nothing is played again: no letter is written, nobody is asked, no consent is taken for granted. What
came is kept with the event, so that the history says what there was and an export can tell it again.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import Form, Line, ask
from workflow.acts.base.registry import act
from workflow.acts.plan import letters
from workflow.acts.plan.request import new_plan
from workflow.acts.planfile import deadline_rows, rows, schema
from workflow.acts.planfile.check import Contradiction, Place, find_contradictions
from workflow.acts.planfile.columns import PLAN_COLUMNS
from workflow.acts.planfile.deadline_rows import noon_of
from workflow.acts.planfile.names import named_people
from workflow.record.in_force import has_account
from workflow.record.models import (
    Party,
)
from workflow.rules.engine.denials import BadInput
from workflow.rules.guards.plan import UNDO_DAYS
from workflow.rules.names.steps import PlanStep


class BringIn(Form):
    """A plan as it stood; names of people are their keys here."""

    kept_in: Line = ask("", "line", "")
    stood_on: date | None = ask("", "date", None)
    plan: schema.FileContent = ask("", "parts")
    goals: list[schema.FileGoal] = ask("", "parts", [])
    participants: list[schema.FileParticipant] = ask("", "parts", [])
    measures: list[schema.FileMeasure] = ask("", "parts", [])
    meetings: list[schema.FileMeeting] = ask("", "parts", [])
    sub_plans: list[schema.FileSubPlan] = ask("", "parts", [])

    @property
    def state(self) -> str:
        """Where the plan stood, and so stands here."""
        return self.plan.state

    @property
    def person_id(self) -> str | None:
        """Whose plan it is."""
        return self.plan.person


@act(PlanStep.BRING_IN, BringIn, follow=rows.fill)
def bring_in(step: StepContext) -> None:
    """The plan's own row, as it stood. Raises BadInput with everything that cannot be."""
    form: BringIn = step.form
    odd = [*find_contradictions(form, step.today), *_unknown_people(step), *_unknown_units(step)]
    if odd:
        raise BadInput([(".".join(map(str, one.place)), one.code, {}) for one in odd])
    _lay_plan(step, form.plan)
    stood_on = form.stood_on or step.today
    step.effective_from = stood_on
    step.note(
        stood_on=stood_on.isoformat(),
        goals=len(form.goals),
        measures=len(form.measures),
        meetings=len(form.meetings),
        participants=len(form.participants),
    )


def _unknown_people(step: StepContext) -> list[Contradiction]:
    """Everybody the plan names is in the register."""
    named = list(named_people(BringIn, step.form.model_dump()))
    known = select(Party.id).where(Party.id.in_({key for _, key in named}), has_account(Party))
    here = set(step.conn.execute(known).scalars())
    text = "is not in the register"
    return [Contradiction(place, "unknown_party", text) for place, key in named if key not in here]


def _unknown_units(step: StepContext) -> list[Contradiction]:
    """The offices are ours."""
    plan = step.form.plan
    places: list[tuple[Place, str]] = [(("plan", "unit"), plan.unit)]
    if plan.offer:
        places.append((("plan", "offer", "to_unit"), plan.offer.to_unit))
    return [
        Contradiction(place, "unknown_unit", "is no office here")
        for place, name in places
        if name and rows.find_unit(step, name) is None
    ]


def _lay_plan(step: StepContext, plan: schema.FileContent) -> None:
    """The columns of the plan's row."""
    at = partial(noon_of, now=step.now)
    answer, rest = plan.answer, (plan.rested_on or step.today) if plan.resting else None
    new_plan(
        step,
        rows.find_unit(step, plan.unit) if plan.unit else None,
        person_id=plan.person,
        subject_kind="person" if plan.person else "problem",
        origin="incoming" if plan.from_elsewhere else "need",
        source_name=plan.from_elsewhere,
        reported_at=at(plan.reported_on),
        reporter_id=None,
        last_activity_at=at(max(deadline_rows.past_days(step.form, step.today))),
        outcome=("granted" if answer.granted else "denied") if answer else "",
        retroactive=bool(answer and answer.granted and answer.after_start),
        effective_from=(answer.effective_from or answer.on) if answer and answer.granted else None,
        wish_asked_at=at(plan.reported_on) if plan.wish_coordinator else None,
        reviewed_on=plan.review.on if plan.review else None,
        rested_at=at(rest) if rest else None,
        **{name: getattr(plan, name) for name in PLAN_COLUMNS},
    )
    _lay_holders(step, plan)
    _lay_end(step, plan)
    step.plan.update(step.changes)


def _lay_holders(step: StepContext, plan: schema.FileContent) -> None:
    """Who is responsible: the coordinator, who acts while there is none, else the office."""
    holder = rows.responsible_party(plan)
    if holder is None:
        return
    beside = plan.contact if holder == plan.person and plan.contact else holder
    unit_id = references.unit_of(step, beside)
    step.set(responsible_party_id=holder, responsible_unit_id=unit_id)
    if holder == plan.coordinator:
        step.set(service_unit_id=unit_id)


def _lay_end(step: StepContext, plan: schema.FileContent) -> None:
    """What holds the plan, or has ended it."""
    if plan.transition:
        step.set(transition_on=plan.transition.on, transition_kind=plan.transition.kind)
    if plan.pause:
        step.set(paused_until=plan.pause.until_on)
    elif plan.resting == "stopped":
        step.set(paused_until=(plan.rested_on or step.today) + timedelta(days=UNDO_DAYS))
    if plan.ending:
        step.set(ends_on=letters.appeal_until(step, plan.ending.regime, plan.ending.on))
    if plan.closed:
        closed_at = noon_of(plan.closed.on, step.now)
        step.set(close_reason=plan.closed.why, closed_at=closed_at)
