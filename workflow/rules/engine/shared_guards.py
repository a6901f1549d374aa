"""Guards that several tables share: agreement, dates, offers and a plan in use."""

from __future__ import annotations

from datetime import date

from workflow.rules.engine.facts import Facts
from workflow.rules.engine.transition import Params, guard
from workflow.rules.engine.vocabulary import ACTIVE, CLOSED, PERSON_SIDE, REVIEWED, TRANSFERRED
from workflow.rules.names.steps import MeasureStep, PlanStep

PASS: Params | None = None
STOP: Params = {}


def given_value(facts: Facts, name: str) -> object:
    """What the form says in a field, or None where the form has no such field."""
    return getattr(facts.form, name, None)


def own_words(facts: Facts) -> bool:
    """The actor is the person or acts with the person's own right."""
    return bool(facts.relations & PERSON_SIDE)


def about_person(facts: Facts) -> bool:
    """False on a plan about a problem statement: consent, wish and rating do not apply there."""
    return facts.subject_kind == "person"


def in_use(facts: Facts) -> bool:
    """Active, reviewed, or transferred from one of these (domain 5.0)."""
    if facts.plan_state in (ACTIVE, REVIEWED):
        return True
    return facts.plan_state == TRANSFERRED and facts.started_on is not None


@guard("person_not_agreed", who_can=("person", "representative"), of_form=True)
def person_agreed(f: Facts) -> Params | None:
    """The act carries an agreement, or the person takes the step herself."""
    return PASS if own_words(f) or given_value(f, "agreed_how") else STOP


@guard("agreement_in_future", of_form=True)
def agreement_not_in_future(f: Facts) -> Params | None:
    """What was agreed was agreed today or before."""
    when = given_value(f, "agreed_on")
    return {"date": when} if isinstance(when, date) and when > f.today else PASS


@guard("plan_closed", who_can=("coordinating_unit",), clears=PlanStep.REOPEN)
def plan_open(f: Facts) -> Params | None:
    """Nothing is added to a closed plan."""
    return STOP if f.plan_state == CLOSED else PASS


@guard("plan_not_in_use", who_can=("coordinator",), clears=PlanStep.START)
def plan_in_use(f: Facts) -> Params | None:
    """The plan is in use, offered to somebody or not, informal included."""
    return PASS if in_use(f) else STOP


@guard("no_open_offer")
def offer_open(f: Facts) -> Params | None:
    """There is an offer that waits for an answer."""
    return PASS if f.offer else STOP


def _no_offer_open(f: Facts) -> Params | None:
    """At most one open offer per subject and kind."""
    return {"name": f.offer["to_name"]} if f.offer else PASS


no_offer_open = guard("offer_already_open", clears=PlanStep.WITHDRAW_TRANSFER)(_no_offer_open)
no_coordinator_asked = guard("offer_already_open", clears=PlanStep.WITHDRAW_COORDINATOR_OFFER)(
    _no_offer_open
)
nobody_confirms_already = guard("offer_already_open", clears=PlanStep.WITHDRAW_CONFIRMATION)(
    _no_offer_open
)
nobody_asked = guard("offer_already_open", clears=MeasureStep.WITHDRAW_OFFER)(_no_offer_open)


@guard("not_your_question")
def asked_by_oneself(f: Facts) -> Params | None:
    """A question is taken back by whoever asked it."""
    asked = not f.offer or f.offer["from_party_id"] in (f.actor_id, None)
    return PASS if asked else STOP


@guard("offer_is_elsewhere")
def offer_is_here(f: Facts) -> Params | None:
    """The offer went to an office of this municipality."""
    asked = f.offer  # that nobody is asked is said by offer_open
    here = not asked or (asked["to_unit_id"] and not asked["to_code"])
    return PASS if here else STOP


@guard("offer_is_here")
def offer_is_elsewhere(f: Facts) -> Params | None:
    """The offer went to another municipality."""
    return PASS if not f.offer or f.offer["to_code"] else STOP


@guard("offer_is_inside")
def offer_is_outside(f: Facts) -> Params | None:
    """The offer went to somebody outside, who answers on paper."""
    inside = f.offer and (f.offer["to_unit_id"] or f.offer["to_code"])
    return STOP if inside else PASS


@guard("discharge_stands", who_can=("coordinating_unit",), of_form=True)
def discharge_not_declined(f: Facts) -> Params | None:
    """A municipality cannot decline the discharge of its own resident; it may dispute residence."""
    asked = f.offer or {}
    comes_home = asked.get("discharge_on") and asked.get("to_code")
    return PASS if not comes_home or given_value(f, "residence_disputed") else STOP


@guard("offer_not_expired", who_can=("clock",))
def offer_expired(f: Facts) -> Params | None:
    """The clock expires an offer only after its last day."""
    if f.offer is None:
        return PASS  # that nobody is asked is said by offer_open
    expires = f.offer["expires_at"]
    return PASS if expires is not None and expires <= f.now else STOP


@guard("no_complaint")
def complaint_waits(f: Facts) -> Params | None:
    """There is a complaint that the office has not looked at yet."""
    return PASS if f.complaint_new else STOP


@guard("complaint_not_forwarded", who_can=("deciding_unit",), clears=PlanStep.ASSESS_COMPLAINT)
def governor_asked(f: Facts) -> Params | None:
    """There is a complaint that waits for the county governor."""
    return PASS if f.complaint_forwarded else STOP


@guard(
    "uphold_instead", who_can=("coordinating_unit",), clears=PlanStep.APPEAL_UPHELD, of_form=True
)
def no_is_upheld_by_its_step(f: Facts) -> Params | None:
    """Where the county governor upsets a no, the case is decided anew: that has its own step."""
    return STOP if f.outcome == "denied" and given_value(f, "outcome") == "upheld" else PASS


@guard("reverse_instead", who_can=("deciding_unit",), clears=PlanStep.REVERSE, of_form=True)
def no_is_reversed_by_its_step(f: Facts) -> Params | None:
    """A no becomes a yes by its own step and letter; said alone it would leave the person with the no."""
    return STOP if f.outcome == "denied" and given_value(f, "outcome") == "reversed" else PASS


@guard("no_access_request")
def access_waits(f: Facts) -> Params | None:
    """Somebody has asked for access and has no answer yet."""
    return PASS if f.access_asked else STOP


@guard("no_data_request")
def data_request_waits(f: Facts) -> Params | None:
    """Somebody has asked for correction or erasure and has no answer yet."""
    return PASS if f.data_asked else STOP


@guard("no_more_time")
def more_time_left(f: Facts) -> Params | None:
    """A request about data waits for which more time was not taken before."""
    return PASS if f.more_time_left else STOP


@guard("no_emergency")
def emergency_to_follow_up(f: Facts) -> Params | None:
    """Somebody has opened the plan in an emergency and nobody has looked at why yet."""
    return PASS if f.emergency_waits else STOP


@guard("complaint_open", who_can=("deciding_unit",), clears=PlanStep.ASSESS_COMPLAINT)
def no_complaint_open(f: Facts) -> Params | None:
    """A complaint freezes closing by the clock and by lapse, until the county governor has answered too."""
    return STOP if f.complaint_open else PASS
