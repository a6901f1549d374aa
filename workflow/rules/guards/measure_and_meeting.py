"""Guards of the MEASURE and MEETING tables (domain 5.2, 5.2b): pure questions to the facts, each with its denial."""

from __future__ import annotations

from datetime import date, timedelta

from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.shared_guards import PASS, STOP, given_value
from workflow.rules.engine.transition import Params, guard
from workflow.rules.names.steps import MeasureStep, PlanStep

TAKE_BACK_HOURS = 24
CALL_DAYS_AHEAD = 7
# The operator stands in for the coordinator when a plan is brought in from a file.
LEADS_THE_WORK = frozenset({"coordinator", "acting_coordinator", "operator"})


@guard("no_goal_link", who_can=("coordinator", "person"), clears=PlanStep.ADD_GOAL, of_form=True)
def linked(f: Facts) -> Params | None:
    """A measure hangs on a goal or on what matters most."""
    return PASS if given_value(f, "goal_id") or f.most_important or f.goals else STOP


@guard("accountable_not_accepted", who_can=("accountable",), clears=MeasureStep.OFFER, of_form=True)
def accountable_accepted(f: Facts) -> Params | None:
    """Accountability holds from a yes: present and said so, oneself, or an accepted offer."""
    who = given_value(f, "accountable_id") or f.accountable_id
    if who is None:
        return {"name": ""}
    if given_value(f, "accountable_said_yes") or who == f.actor_id or f.accountable_accepted:
        return PASS
    return {"name": f.accountable_name}


@guard("accountable_was_absent", who_can=("accountable",), clears=MeasureStep.OFFER, of_form=True)
def accountable_was_there(f: Facts) -> Params | None:
    """Who was away, or did not come to the meeting of that day, cannot be said to have agreed."""
    if not given_value(f, "accountable_said_yes") or not f.accountable_absent:
        return PASS
    return {"name": f.accountable_name}


@guard("due_missing", of_form=True)
def due_or_look_again(f: Facts) -> Params | None:
    """A date, or a date to look at it again when the occasion decides (4.4)."""
    return PASS if given_value(f, "due_on") or given_value(f, "look_again_on") else STOP


@guard("due_in_past", of_form=True)
def due_ahead(f: Facts) -> Params | None:
    """A new date lies today or ahead."""
    days = (given_value(f, "due_on"), given_value(f, "look_again_on"))
    past = [day for day in days if isinstance(day, date) and day < f.today]
    return {"date": past[0]} if past else PASS


@guard("done_in_future", of_form=True)
def done_by_today(f: Facts) -> Params | None:
    """Nothing is done on a day that has not come."""
    on = given_value(f, "completed_on")
    return {"date": on} if isinstance(on, date) and on > f.today else PASS


@guard("already_done", clears=MeasureStep.EVALUATE)
def not_done_yet(f: Facts) -> Params | None:
    """A measure is ticked done once per cycle."""
    return {"date": f.completed_on} if f.completed_on else PASS


@guard("why_not_done_missing", of_form=True)
def done_or_why_not(f: Facts) -> Params | None:
    """An evaluation rests on a done date or on why it was not done."""
    return PASS if f.completed_on or given_value(f, "why_not_done") else STOP


@guard("outcome_missing", of_form=True)
def outcome_given(f: Facts) -> Params | None:
    """Achieved, partly or not (4.13)."""
    return PASS if given_value(f, "outcome") else STOP


@guard("not_own_measure", who_can=("accountable", "coordinator"))
def own_or_staff(f: Facts) -> Params | None:
    """The person moves the date of her own measures; others' are asked for."""
    if f.relations & {"accountable", *LEADS_THE_WORK}:
        return PASS
    return PASS if f.accountable_id is not None and f.accountable_id == f.person_id else STOP


@guard("not_before_ahead", who_can=("clock",))
def start_has_come(f: Facts) -> Params | None:
    """The clock starts a measure on its first day, not before."""
    if "clock" not in f.relations or f.not_before is None:
        return PASS
    return PASS if f.not_before <= f.today else {"date": f.not_before}


@guard("nothing_to_take_back")
def something_to_take_back(f: Facts) -> Params | None:
    """There is a last step, and nothing has been built upon it."""
    return PASS if f.back_to and not f.built_upon else STOP


@guard("take_back_too_late", who_can=("coordinator",), of_form=True)
def take_back_in_time(f: Facts) -> Params | None:
    """Whoever took it within 24 hours; the coordinator later, with a reason."""
    if f.back_at is None:
        return STOP
    fresh = f.now - f.back_at <= timedelta(hours=TAKE_BACK_HOURS)
    if fresh and f.actor_id is not None and f.back_by == f.actor_id:
        return PASS
    coordinates = f.relations & LEADS_THE_WORK
    return PASS if coordinates and given_value(f, "reason") else STOP


@guard("not_chair", who_can=("coordinator",))
def chair(f: Facts) -> Params | None:
    """The chair, or the coordinator where the chair is the person."""
    if f.relations & LEADS_THE_WORK:
        return PASS
    return PASS if f.is_chair else STOP


@guard("not_minute_taker", who_can=("coordinator",))
def minute_taker(f: Facts) -> Params | None:
    """The chair or the minute-taker."""
    if f.is_chair or f.is_minute_taker:
        return PASS
    return PASS if f.relations & LEADS_THE_WORK else STOP


@guard("not_called")
def called(f: Facts) -> Params | None:
    """Only the one who is called reports that they cannot come."""
    return PASS if f.is_called else STOP


@guard("meeting_not_come", of_form=False)
def meeting_time_has_come(f: Facts) -> Params | None:
    """A meeting is held once its hour has come."""
    return PASS if f.starts_at <= f.now else {"date": oslo_date(f.starts_at)}


@guard("short_notice", of_form=True)
def called_in_time(f: Facts) -> Params | None:
    """Seven calendar days ahead, or a reason for less."""
    days = (oslo_date(f.starts_at) - f.today).days
    return (
        PASS
        if days >= CALL_DAYS_AHEAD or given_value(f, "short_notice_reason")
        else {"count": days}
    )


@guard("meeting_in_past", of_form=True)
def meeting_ahead(f: Facts) -> Params | None:
    """A meeting is planned for a time to come."""
    day = given_value(f, "starts_on")
    return PASS if isinstance(day, date) and day >= f.today else STOP


@guard("meeting_in_past", of_form=True)
def moved_ahead(f: Facts) -> Params | None:
    """A meeting is moved to a time to come; where only the hour changes, the day is what it was."""
    day = given_value(f, "starts_on") or oslo_date(f.starts_at)
    return PASS if isinstance(day, date) and day >= f.today else STOP
