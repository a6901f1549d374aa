"""Guards of sharing: who gives, what is chosen, and the undo; no SQL here."""

from __future__ import annotations

from datetime import timedelta

from workflow.rules.engine.facts import Facts
from workflow.rules.engine.shared_guards import PASS, STOP, given_value
from workflow.rules.engine.transition import Params, guard
from workflow.rules.engine.vocabulary import PERSON_SIDE
from workflow.rules.guards.plan import UNDO_DAYS
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.ages import decides_alone, is_heard

PERSON, PARENT, BOTH_PARENTS = "person", "parent", "both_parents"
GUARDIAN, POWER = "guardian", "power"
PARENTS = frozenset({PARENT, BOTH_PARENTS})
# What a representation may leave out (Representation.acts); empty covers everything.
NOT_SHARING = "not_sharing"


def who_says_yes(f: Facts) -> str:
    """Who says yes: person, parent, both_parents, guardian or power.

    The person for herself, a representative on the ground she acts on, else what is told; where
    nothing is told of somebody under 16, whoever represents her.
    """
    asked = str(given_value(f, "given_as") or _told_of(f))
    if PERSON in f.relations:
        return PERSON
    if "representative" in f.relations:
        both = asked == BOTH_PARENTS and f.acts_as == PARENT
        return BOTH_PARENTS if both else f.acts_as or GUARDIAN
    if asked:
        return asked
    if given_value(f, "kept_from_parents"):
        return PERSON  # what parents are not told of they do not say yes to
    if decides_alone(f.person_age) or not f.representatives:
        return PERSON
    return PARENT if PARENT in f.representatives else f.representatives[0]


def _told_of(f: Facts) -> str:
    """Who is said to have agreed, where whoever acts for the person is named and not the ground."""
    if given_value(f, "agreed_by") != "representative":
        return ""
    return f.representatives[0] if f.representatives else GUARDIAN


def from_file(f: Facts) -> bool:
    """A plan that is brought in from a file keeps what the file says was given."""
    return "operator" in f.relations


def undoes_own(f: Facts) -> bool:
    """The person takes back her own stop, within 30 calendar days of it."""
    return bool(given_value(f, "again")) and f.stopped_by == f.person_id and in_time(f)


def in_time(f: Facts) -> bool:
    """Whether sharing with this receiver was stopped less than 30 calendar days ago."""
    return f.stopped_at is not None and f.now < f.stopped_at + timedelta(days=UNDO_DAYS)


@guard(
    "nothing_shared",
    who_can=("person", "representative"),
    clears=PlanStep.STOP_SHARING_WITH,
    of_form=True,
)
def something_shared(f: Facts) -> Params | None:
    """Who shares nothing with somebody stops sharing; that is another step."""
    chosen = given_value(f, "scopes")
    empty = chosen is not None and not chosen
    return STOP if empty and given_value(f, "party_id") and not given_value(f, "again") else PASS


@guard(
    "parents_give", who_can=("representative",), clears=PlanStep.ADD_REPRESENTATION, of_form=True
)
def old_enough(f: Facts) -> Params | None:
    """Under 16 a parent or guardian says yes; from 12 the child alone where parents are not told."""
    to_plan = not given_value(f, "party_id") and hasattr(f.form, "given_as")
    shares = (to_plan or given_value(f, "party_id")) and not from_file(f)
    if not shares or decides_alone(f.person_age) or who_says_yes(f) != PERSON or undoes_own(f):
        return PASS
    return PASS if is_heard(f.person_age) and given_value(f, "kept_from_parents") else STOP


@guard(
    "parents_give", who_can=("representative",), clears=PlanStep.ADD_REPRESENTATION, of_form=True
)
def plan_yes_of_age(f: Facts) -> Params | None:
    """Under 16 a parent or guardian says yes to having a plan; the child herself may ask for one."""
    said = given_value(f, "agreed_how") and not from_file(f)
    if not said or decides_alone(f.person_age) or PERSON in f.relations:
        return PASS
    return PASS if who_says_yes(f) != PERSON else STOP


@guard("person_gives", who_can=("person",), of_form=True)
def no_parent_from_16(f: Facts) -> Params | None:
    """From the 16th birthday no parent says yes in the person's place."""
    late = f.person_age is not None and decides_alone(f.person_age)
    return STOP if late and who_says_yes(f) in PARENTS and not from_file(f) else PASS


@guard(
    "giver_not_representing",
    who_can=("coordinating_unit",),
    clears=PlanStep.ADD_REPRESENTATION,
    of_form=True,
)
def giver_represents(f: Facts) -> Params | None:
    """Whoever is said to have given consent represents the person now; for both parents, two do."""
    who = who_says_yes(f)
    of_age = f.person_age is not None and decides_alone(f.person_age)
    if who == PERSON or from_file(f) or (of_age and who in PARENTS):
        return PASS  # why no parent from 16 is said by the guard above
    if who == BOTH_PARENTS:
        return PASS if f.representatives.count(PARENT) > 1 else STOP
    return PASS if who in f.representatives else STOP


@guard("child_not_heard", who_can=("representative",), of_form=True)
def child_is_heard(f: Facts) -> Params | None:
    """From 12 the child is heard, or it is said why not, before somebody else says yes."""
    if not given_value(f, "party_id") or not is_heard(f.person_age) or who_says_yes(f) == PERSON:
        return PASS
    return PASS if given_value(f, "child_said") or given_value(f, "again") or from_file(f) else STOP


@guard("kept_from_parents_wrong", of_form=True)
def may_be_kept(f: Facts) -> Params | None:
    """Only a child of 12 to 15 may ask that parents are not told, and only by a yes of her own."""
    if not given_value(f, "kept_from_parents"):
        return PASS
    return PASS if is_heard(f.person_age) and who_says_yes(f) == PERSON else STOP


@guard(
    "sharing_is_old",
    who_can=("person", "representative"),
    clears=PlanStep.GIVE_CONSENT,
    of_form=True,
)
def undone_in_time(f: Facts) -> Params | None:
    """What was stopped more than 30 calendar days ago is a new sharing, and is asked anew."""
    return PASS if not given_value(f, "again") or in_time(f) else STOP


@guard("beyond_representation", who_can=("person",))
def within_representation(f: Facts) -> Params | None:
    """A representation may leave out what is shared; then the person chooses herself."""
    acts_for = "representative" in f.relations and PERSON not in f.relations
    return STOP if acts_for and f.acts_within == NOT_SHARING else PASS


GIVING = (old_enough, no_parent_from_16, giver_represents, within_representation, may_be_kept)
CHOOSING = (something_shared, *GIVING, child_is_heard, undone_in_time)


@guard("shared_with_nobody", who_can=("person", "representative"), clears=PlanStep.GIVE_CONSENT)
def shares_with_somebody(f: Facts) -> Params | None:
    """There is somebody whom the person shares the plan with now."""
    return PASS if f.receivers else STOP


@guard("no_health_note", who_can=("person",), clears=PlanStep.WRITE_HEALTH)
def health_note_there(f: Facts) -> Params | None:
    """A note on the person's health holds now."""
    return PASS if f.health_notes else STOP


@guard("nobody_represents", who_can=("coordinating_unit",), clears=PlanStep.ADD_REPRESENTATION)
def somebody_represents(f: Facts) -> Params | None:
    """Somebody may act for the person now."""
    return PASS if f.representatives else STOP


@guard("not_your_representation", who_can=("person",), of_form=True)
def ends_own_or_persons(f: Facts) -> Params | None:
    """Whoever acts for the person lays down what is her own; of others the person decides."""
    others = "representative" in f.relations and PERSON not in f.relations
    own = given_value(f, "representative_id") == f.actor_id
    return STOP if others and not own else PASS


@guard("paper_missing", who_can=("person", "coordinating_unit"), of_form=True)
def office_has_paper(f: Facts) -> Params | None:
    """An office ends it on a document, or writes down that the person said so."""
    said = f.relations & PERSON_SIDE or given_value(f, "agreed_how")
    return PASS if said or given_value(f, "paper") or from_file(f) else STOP
