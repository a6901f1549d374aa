"""Guards of the PLAN table (domain 5.1): pure questions to the facts, each with its denial."""

from __future__ import annotations

from datetime import date, timedelta

from workflow.rules.deadlines.kinds import LONGEST_REVIEW
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.shared_guards import (
    PASS,
    STOP,
    about_person,
    given_value,
    in_use,
    own_words,
)
from workflow.rules.engine.transition import Params, guard
from workflow.rules.names.steps import MeasureStep, PlanStep

REVIEW_FRESH_DAYS = 30
REOPEN_DAYS = 90
PAUSE_DAYS = 90
UNDO_DAYS = 30
APPEAL_GRACE_DAYS = 7
TRIES_NEEDED = 3
TRIES_OVER_DAYS = 60


@guard("second_open_plan", who_can=("coordinating_unit",))
def no_other_open_plan(f: Facts) -> Params | None:
    """One open plan per person; shown to the coordinating unit only, as nobody else may learn of a plan."""
    return STOP if f.other_open_plan and "coordinating_unit" in f.relations else PASS


@guard("second_open_plan", who_can=("coordinating_unit",))
def person_has_no_other_plan(f: Facts) -> Params | None:
    """What was closed does not come back beside another open plan: a person has one."""
    return STOP if f.other_open_plan else PASS


@guard("second_open_plan", who_can=("coordinating_unit",), of_form=True)
def brings_no_second_plan(f: Facts) -> Params | None:
    """A plan that is brought in stands beside no other open one; a closed one may."""
    return STOP if f.other_open_plan and given_value(f, "state") != "closed" else PASS


@guard("is_duplicate", who_can=("coordinating_unit",), clears=PlanStep.ENTERED_IN_ERROR)
def not_duplicate(f: Facts) -> Params | None:
    """A second report of somebody who has a plan is not answered by itself."""
    return STOP if f.shadow else PASS


@guard("reporter_needs_consent", who_can=("person", "representative"), of_form=True)
def reporter_has_consent(f: Facts) -> Params | None:
    """Others report with the person's yes, or say that she does not know yet."""
    if own_words(f) or not given_value(f, "person_id") or given_value(f, "person_knows") == "no":
        return PASS
    return PASS if given_value(f, "agreed_how") else STOP


@guard("reach_person_missing", of_form=True)
def person_can_be_reached(f: Facts) -> Params | None:
    """A person who does not know yet is called or met first: say how."""
    if given_value(f, "person_knows") != "no":
        return PASS
    return PASS if given_value(f, "reach_person") else STOP


@guard("consent_missing", who_can=("person", "representative"), clears=PlanStep.GIVE_CONSENT)
def consent_given(f: Facts) -> Params | None:
    """No plan without consent (pbrl § 2-5); a problem statement needs none."""
    if not about_person(f) or f.consent_to_plan or own_words(f):
        return PASS
    return PASS if given_value(f, "agreed_how") else STOP


@guard("criteria_missing", who_can=("deciding_unit",), of_form=True)
def criteria_assessed(f: Facts) -> Params | None:
    """Both criteria are assessed in text: long-lasting and coordinated (need 3.1)."""
    return PASS if given_value(f, "why_long") and given_value(f, "why_coordinated") else STOP


@guard("wish_not_asked", who_can=("deciding_unit", "coordinating_unit"), of_form=True)
def wish_asked(f: Facts) -> Params | None:
    """The person's wish on a coordinator is asked; model B needs an answer (3.9, 3.22)."""
    if not about_person(f) or f.wish_asked:
        return PASS
    return PASS if given_value(f, "wish_coordinator") else STOP


@guard("reasons_missing", who_can=("deciding_unit",), of_form=True)
def reasons_given(f: Facts) -> Params | None:
    """A no always comes with its reasons (fvl § 24; our default under health law too)."""
    return PASS if given_value(f, "reasons") else STOP


@guard("receiver_missing", of_form=True)
def receiver_named(f: Facts) -> Params | None:
    """Somebody is named as receiver: a person, a unit, a municipality or a place outside."""
    names = ("to_party_id", "to_unit_id", "to_neighbour", "to_name")
    return PASS if any(given_value(f, name) for name in names) else STOP


@guard("receipt_in_future", of_form=True)
def receipt_dated(f: Facts) -> Params | None:
    """The receipt from outside carries a date that has been."""
    on = given_value(f, "receipt_on")
    return PASS if isinstance(on, date) and on <= f.today else STOP


@guard("not_granted", who_can=("deciding_unit",), clears=PlanStep.GRANT)
def granted(f: Facts) -> Params | None:
    """The answer was yes."""
    return PASS if f.outcome == "granted" else STOP


@guard("not_denied")
def denied(f: Facts) -> Params | None:
    """The answer was no, or it was decided to end the plan and it ended."""
    against = f.outcome == "denied" or f.close_reason in ("denied", "ended_by_decision")
    return PASS if against else STOP


@guard(
    "coordinator_not_accepted",
    who_can=("coordinating_unit", "deciding_unit"),
    clears=PlanStep.OFFER_COORDINATOR,
)
def coordinator_accepted(f: Facts) -> Params | None:
    """Somebody has said yes to being coordinator."""
    return PASS if f.coordinator_id else {"name": (f.offer or {}).get("to_name") or ""}


@guard("nothing_to_start_with", who_can=("coordinator", "person"), clears=PlanStep.ADD_GOAL)
def has_goal(f: Facts) -> Params | None:
    """One goal or one answered question is a full start (need 1.12, 4.2)."""
    return PASS if f.goals or f.most_important or given_value(f, "most_important") else STOP


@guard("review_date_wrong", of_form=True)
def review_date_ahead(f: Facts) -> Params | None:
    """The next review lies ahead, at most 180 calendar days away, fewer where chosen so."""
    on, most = given_value(f, "next_review_on"), f.review_days
    if isinstance(on, date) and f.today < on <= f.today + timedelta(days=most):
        return PASS
    return {"count": most} if most < LONGEST_REVIEW else STOP


@guard("informal_needs_leader", who_can=("leader",), clears=PlanStep.ASK_CONFIRMATION, of_form=True)
def informal_allowed(f: Facts) -> Params | None:
    """Model C, or a leader starts it, or has confirmed it from their own sign-in."""
    if f.decision_model == "C" or "leader" in f.relations:
        return PASS
    return PASS if f.confirmed_by else STOP


@guard("nobody_coordinates", of_form=True)
def somebody_coordinates(f: Facts) -> Params | None:
    """No start without a named human who coordinates."""
    return PASS if f.coordinator_id or given_value(f, "coordinator_id") else STOP


@guard("not_informal")
def informal(f: Facts) -> Params | None:
    """Only what began informally is decided afterwards."""
    return PASS if f.informal else STOP


@guard("review_date_wrong", of_form=True)
def new_review_date_ahead(f: Facts) -> Params | None:
    """A review date that is given lies ahead, at most 180 calendar days away."""
    return review_date_ahead.check(f) if given_value(f, "next_review_on") else PASS


@guard("date_in_past", of_form=True)
def expected_ahead(f: Facts) -> Params | None:
    """The answer that is promised comes today or later."""
    on = given_value(f, "expected_on")
    return {"date": on} if isinstance(on, date) and on < f.today else PASS


@guard("no_transition", who_can=("coordinator", "person"), clears=PlanStep.PLANNED_TRANSITION)
def transition_planned(f: Facts) -> Params | None:
    """There is a transition that is not prepared yet."""
    return PASS if f.transition_stands else STOP


@guard("no_goal", who_can=("person", "coordinator"), clears=PlanStep.ADD_GOAL)
def goal_there(f: Facts) -> Params | None:
    """There is a goal that is not ended."""
    return PASS if f.goals else STOP


@guard("goals_unread", who_can=("person", "representative"), clears=PlanStep.GIVE_CONSENT)
def goals_seen(f: Facts) -> Params | None:
    """Who picks one of the goals reads them: the coordinating unit's law opens no words of them."""
    return PASS if f.sees_goals else STOP


@guard("goal_ended", who_can=("person", "coordinator"), clears=PlanStep.ADD_GOAL, of_form=True)
def goal_open(f: Facts) -> Params | None:
    """A goal ends once, and what is ended stands as it was (4.13)."""
    return STOP if f.goal_ended else PASS


@guard("nobody_around", who_can=("person", "coordinator"), clears=PlanStep.ADD_PARTICIPANT)
def somebody_around(f: Facts) -> Params | None:
    """There is somebody around the plan who may leave it."""
    return PASS if f.participants else STOP


@guard("no_wish", before_form=True)
def wish_there(f: Facts) -> Params | None:
    """Something waits for an answer that is the actor's to give."""
    return PASS if f.wish_waits else STOP


@guard("date_in_past", of_form=True)
def sharing_ends_later(f: Facts) -> Params | None:
    """A consent that has an end lasts today at least."""
    on = given_value(f, "until_on")
    return {"date": on} if isinstance(on, date) and on < f.today else PASS


@guard("complaint_in_future", of_form=True)
def complaint_not_in_future(f: Facts) -> Params | None:
    """A complaint came today or before; however late it is, it is received."""
    on = given_value(f, "received_on")
    return {"date": on} if isinstance(on, date) and on > f.today else PASS


@guard("effective_date_wrong", of_form=True)
def effective_between(f: Facts) -> Params | None:
    """Start ≤ effective_from ≤ made_on; the recorded times stay true."""
    from_, made = given_value(f, "effective_from"), given_value(f, "made_on") or f.today
    if not isinstance(from_, date) or not isinstance(made, date) or made > f.today:
        return STOP
    return PASS if (f.started_on or from_) <= from_ <= made else {"date": f.started_on}


@guard(
    "review_incomplete",
    who_can=("coordinator", "person"),
    clears=MeasureStep.EVALUATE,
    of_form=True,
)
def measures_answered(f: Facts) -> Params | None:
    """Each open measure is evaluated or carried; "goes on as before" is an answer."""
    carried = set(getattr(f.form, "carried", ()))
    left = [text for key, text in _pairs(f.unanswered_measures) if key not in carried]
    return {"count": len(left), "list": ", ".join(filter(None, left))} if left else PASS


def _pairs(items: tuple[str, ...]) -> list[tuple[str, str]]:
    """Split "id text" items, as the facts carry them."""
    return [(item.partition(" ")[0], item.partition(" ")[2]) for item in items]


@guard("rating_missing", who_can=("person", "coordinator"), of_form=True)
def person_rated(f: Facts) -> Params | None:
    """The person's own rating, or "did not wish to", or "not reached" with tries (2.2)."""
    if not about_person(f):
        return PASS
    rating = given_value(f, "rating")
    if rating == "not_reached" and not f.tries:
        return {"tries": 0}
    return PASS if rating else STOP


@guard("relatives_not_discussed", who_can=("coordinator", "person"), of_form=True)
def relatives_discussed(f: Facts) -> Params | None:
    """Each relative's consent is discussed, or put off with a reason and a date (2.6)."""
    if not f.undiscussed_relatives or given_value(f, "relatives_discussed"):
        return PASS
    if given_value(f, "relatives_why_not") and given_value(f, "relatives_again_on"):
        return PASS
    return {"list": ", ".join(f.undiscussed_relatives)}


@guard("pause_too_long", of_form=True)
def pause_short(f: Facts) -> Params | None:
    """A pause has an end at most 90 calendar days away."""
    until = given_value(f, "until_on")
    if not isinstance(until, date) or until <= f.today:
        return STOP
    return PASS if until <= f.today + timedelta(days=PAUSE_DAYS) else STOP


@guard("not_paused")
def is_paused(f: Facts) -> Params | None:
    """There is a pause to end."""
    return PASS if f.paused else STOP


@guard("not_active_now", clears=PlanStep.RESUME)
def not_paused(f: Facts) -> Params | None:
    """A pause may be renewed by its own row only; here the plan must be running."""
    return STOP if f.resting else PASS


@guard(
    "receiver_absent",
    who_can=("coordinator", "coordinating_unit"),
    clears=PlanStep.OFFER_COORDINATOR,
)
def receiver_present(f: Facts) -> Params | None:
    """Nobody is made coordinator while away."""
    return STOP if f.receiver_absent else PASS


@guard("acting_missing", who_can=("coordinating_unit",), of_form=True)
def acting_named(f: Facts) -> Params | None:
    """A vacant plan has a named human acting from the same second."""
    return PASS if given_value(f, "acting_id") else STOP


@guard(
    "coordinator_works",
    who_can=("leader", "coordinating_unit"),
    clears=PlanStep.ASK_CONFIRMATION,
    of_form=True,
)
def coordinator_gone(f: Facts) -> Params | None:
    """Whoever coordinates is not relieved by one human alone, nor without a reason; she is told.

    By the clock nobody decides; whoever leaves is relieved by what is handed on.
    """
    if f.coordinator_id is None or "clock" in f.relations or given_value(f, "leaves"):
        return PASS
    return PASS if f.confirmed_by and given_value(f, "reason") else STOP


@guard("appointment_missing", of_form=True)
def discharge_prepared(f: Facts) -> Params | None:
    """A discharge carries date and first appointment after it, or says that none is set (0.4)."""
    if not given_value(f, "discharge_on"):
        return PASS
    return PASS if given_value(f, "first_appointment") or given_value(f, "gaps") else STOP


@guard("reason_missing", of_form=True)
def reason_given(f: Facts) -> Params | None:
    """The act says why."""
    return PASS if given_value(f, "reason") else STOP


@guard("review_too_old", who_can=("coordinator",), clears=PlanStep.REVIEW)
def review_fresh(f: Facts) -> Params | None:
    """A plan is closed on a review younger than 30 calendar days."""
    if f.reviewed_on is None:
        return STOP
    return PASS if (f.today - f.reviewed_on).days < REVIEW_FRESH_DAYS else {"date": f.reviewed_on}


@guard("measures_open", who_can=("coordinator", "person"), clears=MeasureStep.CLOSE)
def measures_closed(f: Facts) -> Params | None:
    """Every measure is closed or handed on before the plan is."""
    left = [text for _, text in _pairs(f.open_measures)]
    return {"count": len(left), "list": ", ".join(filter(None, left))} if left else PASS


@guard("not_in_use")
def plan_is_in_use(f: Facts) -> Params | None:
    """Active, reviewed, or transferred from one of these."""
    return PASS if in_use(f) else STOP


@guard("not_ended_yet", who_can=("clock",))
def end_has_come(f: Facts) -> Params | None:
    """The window of an ending by decision has lapsed."""
    return PASS if f.ends_on is not None and f.ends_on < f.today else STOP


@guard("nothing_to_undo")
def rests_or_stopped(f: Facts) -> Params | None:
    """The plan rests, because sharing was stopped or nobody was reached."""
    return PASS if f.resting else STOP


@guard("undo_too_late", who_can=("coordinating_unit",), clears=PlanStep.REOPEN_AS_NEED)
def undo_in_time(f: Facts) -> Params | None:
    """A withdrawn consent is undone within 30 calendar days."""
    expires = f.offer["expires_at"] if f.offer else None
    return STOP if expires is not None and expires <= f.now else PASS


@guard("too_few_tries", who_can=("coordinator",), clears=PlanStep.TRIED_TO_REACH)
def tried_enough(f: Facts) -> Params | None:
    """At least 3 tries over at least 60 calendar days; never for a no-show alone."""
    if len(f.tries) < TRIES_NEEDED:
        return {"count": len(f.tries)}
    return PASS if (f.tries[-1] - f.tries[0]).days >= TRIES_OVER_DAYS else {"count": len(f.tries)}


@guard(
    "maker_alone",
    who_can=("deciding_unit", "coordinating_unit"),
    clears=PlanStep.ASK_CONFIRMATION,
    of_form=True,
)
def not_the_maker_alone(f: Facts) -> Params | None:
    """Whoever made the decision does not handle its appeal alone (scenario 2)."""
    if f.actor_id is None or f.actor_id != f.decision_made_by:
        return PASS
    return PASS if f.confirmed_by else STOP


@guard("appeal_running", who_can=("clock",))
def appeal_lapsed(f: Facts) -> Params | None:
    """appeal_until + 7 calendar days have gone, so a letter in the post is counted."""
    if f.appeal_until is None:
        return STOP
    free = f.appeal_until + timedelta(days=APPEAL_GRACE_DAYS)
    return PASS if free < f.today else {"date": free}


@guard("closed_too_long", who_can=("coordinating_unit",), clears=PlanStep.REOPEN_AS_NEED)
def closed_recently(f: Facts) -> Params | None:
    """Within 90 calendar days the same decision still carries."""
    if f.closed_on is None:
        return STOP
    return PASS if (f.today - f.closed_on).days <= REOPEN_DAYS else {"date": f.closed_on}


@guard("was_error")
def not_error(f: Facts) -> Params | None:
    """What was entered in error stays out."""
    return STOP if f.close_reason == "error" else PASS


@guard("handed_over")
def not_handed_over(f: Facts) -> Params | None:
    """Another place answers for it now: two would, if it were reopened here (promise P8)."""
    return STOP if f.close_reason == "transferred_out" else PASS


@guard("nothing_decided")
def has_decision(f: Facts) -> Params | None:
    """There is a decision that carries the plan on when it is reopened."""
    if f.outcome == "denied":
        return STOP
    return PASS if f.outcome == "granted" or f.started_on is not None else STOP
