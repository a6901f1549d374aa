"""What closing a plan brings with it: measures, offers, access and the archive's snapshot."""

from __future__ import annotations

from sqlalchemy import select, update

from workflow.acts.base.context import StepContext
from workflow.acts.plan import offers, tenures
from workflow.acts.sharing.consent_rows import end_consents
from workflow.record.models import Measure, Meeting
from workflow.rules.engine.facts import Facts
from workflow.rules.machine import next_state
from workflow.rules.names.steps import MeasureStep, MeetingStep
from workflow.rules.sharing.scopes import EVERYTHING
from workflow.rules.tables import find_transition

CALLED_OFF = find_transition(MeetingStep.CANCEL).dest


def close_plan(step: StepContext, reason: str) -> None:
    """Close for a reason: open measures are cancelled, open offers end, consents too.

    The closed plan's responsible is the unit that archives (domain 5.0).
    """
    step.set(close_reason=reason, closed_at=step.now, paused_until=None, resting="")
    cancel_measures(step, reason)
    call_off_meetings(step)
    offers.end_offers(step)
    end_consents(step)
    for role in ("coordinator", "acting", "contact"):
        tenures.close_tenure(step, role)
    tenures.responsible(step, None, step.plan["unit_id"])


def cancel_measures(step: StepContext, reason: str) -> None:
    """Measures of a closed plan are closed; the event names them, so verify can replay."""
    open_ = select(Measure.id, Measure.state).where(
        Measure.plan_id == step.plan_id,
        Measure.state != "closed",
    )
    measures = step.conn.execute(open_).all()
    if not measures:
        return
    keys = [key for key, _ in measures]
    ends = {_cancelled(step, state) for _, state in measures}
    assert len(ends) == 1  # `measure.cancel` has one destination
    step.change_rows(
        update(Measure)
        .where(Measure.id.in_(keys))
        .values(state=ends.pop(), close_reason="cancelled", version=Measure.version + 1)
    )
    step.note(cancelled=keys, because=reason)


def call_off_meetings(step: StepContext) -> None:
    """No meeting of a closed plan is still to come; the event names them, so verify can replay."""
    coming = select(Meeting.id, Meeting.state).where(
        Meeting.plan_id == step.plan_id, Meeting.state.in_(("planned", "called"))
    )
    meetings = step.conn.execute(coming).all()
    if not meetings:
        return
    keys = [key for key, _ in meetings]
    change = update(Meeting).where(Meeting.id.in_(keys))
    step.change_rows(change.values(state=CALLED_OFF, version=Meeting.version + 1))
    step.note(called_off=keys)


def _cancelled(step: StepContext, state: str) -> str:
    """Where `measure.cancel` leads, taken by the system because the plan closes (domain 5.1)."""
    system = Facts(
        state=state,
        relations=frozenset({"operator"}),
        scopes=EVERYTHING,
        form=None,
        paused=False,
        resting="",  # what has been a pause or a rest ends with the plan
    )
    return next_state(find_transition(MeasureStep.CANCEL), system)
