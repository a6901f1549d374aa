"""Each row that hands a plan on, ends it or takes it up again, with what it brings (domain 5.1)."""

from __future__ import annotations

import json

import pytest

from tests.servers.databases import Database
from tests.workflow.proofs import (
    holders,
    last,
    only,
    open_offers,
    proves,
    rows,
    shared_with,
    told,
)
from tests.world import AGREED, World, make_world
from workflow.record.access.open_plan import open_for_reading
from workflow.record.models import (
    Complaint,
    Consent,
    Deadline,
    Decision,
    Document,
    Event,
    Measure,
    Offer,
)
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def readable(world: World, plan: str, *names: str) -> set[str]:
    """Those of the named who can read the content."""
    readers = set()
    for name in names:
        try:
            open_for_reading(world.engine, world.actor(name), plan, "read", world.now)
        except NotThere:
            continue
        readers.add(name)
    return readers


def offered(world: World, **to: object) -> str:
    """A plan in use that is offered to somebody."""
    plan = world.active()
    world.measured(plan)
    world.take(
        "mona", PlanStep.OFFER_TRANSFER, plan, reason="Flytter", **(to or unit_of(world)), **AGREED
    )
    return plan


def unit_of(world: World) -> dict[str, object]:
    """To the other coordinators' office."""
    return {"to_unit_id": world.unit["service"]}


@proves(PlanStep.OFFER_TRANSFER, PlanStep.ACCEPT_TRANSFER)
def test_handed_over_here_at_the_instant_of_the_yes(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="appointment_missing"):
        world.take(
            "mona",
            PlanStep.OFFER_TRANSFER,
            plan,
            discharge_on=world.days(9),
            **unit_of(world),
            **AGREED,
        )
    done = world.take(
        "mona", PlanStep.OFFER_TRANSFER, plan, gaps="Bolig", **unit_of(world), **AGREED
    )
    assert done.state == "transferred"
    assert holders(world, plan)["responsible"] == "mona"
    assert only_open(world, plan) == "transfer"
    assert readable(world, plan, "per", "mona") == {"mona"}  # the summary only, till accepted
    open_for_reading(world.engine, world.actor("per"), plan, "read_summary", world.now)
    done = world.take("per", PlanStep.ACCEPT_TRANSFER, plan, coordinator_id=world.party["per"])
    assert done.state == "active"
    assert holders(world, plan) == {"responsible": "per", "coordinator": "per"}
    assert told(world, done) == {"kim", "mona"}
    assert readable(world, plan, "per", "mona") == {"per"}


@proves(PlanStep.ACCEPT_TRANSFER, PlanStep.ACCEPT_COORDINATOR)
def test_who_takes_over_says_who_coordinates_and_that_one_says_yes(world: World) -> None:
    plan = offered(world, to_unit_id=world.unit["service"], scopes=["goals"])
    with pytest.raises(BadInput, match="coordinator_id: missing"):
        world.take("lars", PlanStep.ACCEPT_TRANSFER, plan)
    done = world.take("lars", PlanStep.ACCEPT_TRANSFER, plan, coordinator_id=world.party["per"])
    assert holders(world, plan) == {"responsible": "liv", "acting": "liv"}
    assert open_offers(world, plan) == [("coordinator", "per")]
    assert {"kim", "mona", "per"} <= told(world, done)
    assert readable(world, plan, "lars", "per") == set()
    running = {one.code for one in rows(world, Deadline, plan) if one.state == "open"}
    asked = {DeadlineCode.COORDINATOR_ANSWERS, DeadlineCode.COORDINATOR_OFFER_ENDS}
    assert running >= {DeadlineCode.VACANCY, *asked}
    assert DeadlineCode.TRANSFER_ANSWER not in running
    world.take("per", PlanStep.ACCEPT_COORDINATOR, plan)
    assert holders(world, plan) == {"responsible": "per", "coordinator": "per"}
    of_per = [one for one in rows(world, Consent, plan) if one.receiver_id == world.party["per"]]
    assert [one.scopes for one in of_per if one.withdrawn_at is None] == ["goals"]


def only_open(world: World, plan: str) -> str:
    """The kind of the one open offer."""
    ((kind, _),) = open_offers(world, plan)
    return kind


@proves(PlanStep.DECLINE_TRANSFER, PlanStep.EXPIRE_TRANSFER, PlanStep.WITHDRAW_TRANSFER)
def test_declined_expired_or_withdrawn_it_stays_where_it_was(world: World) -> None:
    plan = offered(world)
    done = world.take("per", PlanStep.DECLINE_TRANSFER, plan, reason="Ingen plass")
    assert (done.state, holders(world, plan)["responsible"]) == ("active", "mona")
    assert {"kim", "mona", "liv"} <= told(world, done)
    world.take("mona", PlanStep.OFFER_TRANSFER, plan, **unit_of(world), **AGREED)
    world.take("kim", PlanStep.WITHDRAW_TRANSFER, plan)
    world.take("mona", PlanStep.REVIEW, plan, rating="good", carried=keys(world, plan), **AGREED)
    world.take("mona", PlanStep.OFFER_TRANSFER, plan, **unit_of(world), **AGREED)
    world.later(days=15)
    assert world.take("clock", PlanStep.EXPIRE_TRANSFER, plan).state == "reviewed"  # as it was
    outcomes = [offer.outcome for offer in rows(world, Offer, plan)]
    assert outcomes == ["accepted", "declined", "withdrawn", "expired"]


def keys(world: World, plan: str) -> list[str]:
    """The measures of a plan."""
    return [measure.id for measure in rows(world, Measure, plan)]


@proves(PlanStep.ACCEPTED_OUTSIDE)
def test_taken_over_outside_on_a_dated_receipt(world: World) -> None:
    inside = offered(world)
    with pytest.raises(Refused, match="offer_is_inside"):
        world.take("mona", PlanStep.ACCEPTED_OUTSIDE, inside, receipt_on=world.today)
    world.take("kim", PlanStep.WITHDRAW_TRANSFER, inside)
    world.take("mona", PlanStep.OFFER_TRANSFER, inside, to_name="Klinikken", **AGREED)
    with pytest.raises(Refused, match="receipt_in_future"):
        world.take("mona", PlanStep.ACCEPTED_OUTSIDE, inside, receipt_on=world.days(1))
    world.take(
        "mona", PlanStep.ACCEPTED_OUTSIDE, inside, receipt_on=world.today, receipt_from="Kari"
    )
    assert world.plan(inside).close_reason == "transferred_out"
    assert {measure.state for measure in rows(world, Measure, inside)} == {"closed"}


@proves(PlanStep.CLOSE)
def test_closed_on_a_fresh_review_with_every_measure_closed(world: World) -> None:
    plan = world.active()
    measure = world.measured(plan)
    world.take("mona", PlanStep.REVIEW, plan, rating="good", carried=[measure], **AGREED)
    with pytest.raises(Refused, match="measures_open"):
        world.take("mona", PlanStep.CLOSE, plan, reason="Nådd", **AGREED)
    world.take("mona", MeasureStep.CANCEL, plan, measure, reason="Ikke nødvendig", **AGREED)
    done = world.take("mona", PlanStep.CLOSE, plan, reason="Nådd", **AGREED)
    assert (done.state, world.plan(plan).close_reason) == ("closed", "goals_met")
    assert holders(world, plan) == {"responsible": None}
    assert shared_with(world, plan) == set()
    assert readable(world, plan, "kim", "mona", "oda") == {"kim", "oda"}


@proves(PlanStep.END_BY_DECISION, PlanStep.END_WHEN_LAPSED)
def test_ended_by_decision_once_the_window_has_lapsed(world: World) -> None:
    plan = offered(world)
    done = world.take("oda", PlanStep.END_BY_DECISION, plan, reasons="Behovet er borte")
    row = world.plan(plan)
    assert done.state == "active"
    assert row.ends_on == last(world, Decision, plan).appeal_until
    assert last(world, Document, plan).kind == "letter"
    assert open_offers(world, plan) == []  # nobody is left holding a question that is gone
    world.later(days=20)
    with pytest.raises(Refused, match="not_ended_yet"):
        world.take("clock", PlanStep.END_WHEN_LAPSED, plan)
    world.take("kim", PlanStep.COMPLAIN, plan, about="ending", words="Jeg trenger den")
    world.later(days=30)
    with pytest.raises(Refused, match="complaint_open"):
        world.take("clock", PlanStep.END_WHEN_LAPSED, plan)
    world.take("ove", PlanStep.ASSESS_COMPLAINT, plan, outcome="withdrawn")
    world.take("clock", PlanStep.END_WHEN_LAPSED, plan)
    assert world.plan(plan).close_reason == "ended_by_decision"


@proves(PlanStep.STOP_SHARING_WITH)
def test_sharing_with_one_ends_at_once(world: World) -> None:
    plan = world.active()
    world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], **AGREED)
    assert readable(world, plan, "ali", "mona") == {"ali", "mona"}
    done = world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["ali"])
    assert readable(world, plan, "ali", "mona") == {"mona"}
    assert told(world, done) == set()
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["mona"])
    assert readable(world, plan, "mona") == set()


@proves(PlanStep.STOP_SHARING, PlanStep.SHARE_AGAIN)
def test_sharing_with_all_rests_and_is_undone_in_one_step(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.STOP_SHARING, plan)
    assert world.plan(plan).resting == "stopped"
    assert readable(world, plan, "kim", "mona", "oda", "lars") == {"kim"}
    with pytest.raises(NotThere):
        world.take("mona", PlanStep.TALKED, plan)
    world.take("kim", PlanStep.SHARE_AGAIN, plan)
    assert readable(world, plan, "kim", "mona") == {"kim", "mona"}


@proves(PlanStep.WITHDRAW_CONSENT, PlanStep.UNDO_WITHDRAWAL)
def test_consent_withdrawn_and_undone_within_thirty_days(world: World) -> None:
    plan = offered(world)
    done = world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    assert (done.state, world.plan(plan).close_reason) == ("closed", "consent_withdrawn")
    assert readable(world, plan, "kim", "mona", "per") == {"kim"}
    assert open_offers(world, plan) == [("undo", "kim")]
    world.later(days=29)
    done = world.take("kim", PlanStep.UNDO_WITHDRAWAL, plan)
    assert done.state == "active"  # the offer to others ended with it
    assert holders(world, plan) == {"responsible": "liv", "acting": "liv"}
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    world.later(days=31)
    with pytest.raises(Refused, match="undo_too_late"):
        world.take("kim", PlanStep.UNDO_WITHDRAWAL, plan)


@proves(PlanStep.WITHDRAW_CONSENT)
def test_an_undo_never_makes_a_second_open_plan(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    world.requested()
    with pytest.raises(Refused, match="second_open_plan"):
        world.take("kim", PlanStep.UNDO_WITHDRAWAL, plan)


@proves(PlanStep.END_DEATH_OR_MOVED)
def test_death_closes_with_a_leader(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="second_human_missing"):
        world.take("mona", PlanStep.END_DEATH_OR_MOVED, plan, reason="Død")
    with pytest.raises(BadInput, match="confirmer_id: cannot_confirm"):
        world.by_two(
            "mona",
            "ali",
            PlanStep.END_DEATH_OR_MOVED,
            plan,
            reason="Død",
        )
    done = world.by_two(
        "mona",
        "lars",
        PlanStep.END_DEATH_OR_MOVED,
        plan,
        reason="Død",
    )
    assert world.plan(plan).close_reason == "death"
    assert told(world, done) == set()


@proves(PlanStep.LET_REST, PlanStep.TRIED_TO_REACH, PlanStep.SHARE_AGAIN)
def test_rests_only_after_three_tries_over_sixty_days(world: World) -> None:
    plan = world.active()
    world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], **AGREED)
    for days in (0, 30, 29):
        world.later(days=days)
        world.take("mona", PlanStep.TRIED_TO_REACH, plan, how="phone")
    with pytest.raises(Refused, match="too_few_tries"):
        world.by_two(
            "mona",
            "lars",
            PlanStep.LET_REST,
            plan,
        )
    world.later(days=1)
    world.take("mona", PlanStep.TRIED_TO_REACH, plan, how="visit")
    world.by_two(
        "mona",
        "lars",
        PlanStep.LET_REST,
        plan,
    )
    assert world.plan(plan).resting == "out_of_contact"
    assert readable(world, plan, "mona", "ali", "kim") == {"mona", "kim"}
    world.take("kim", PlanStep.SHARE_AGAIN, plan)
    assert world.plan(plan).resting == ""


@proves(PlanStep.COMPLAIN, PlanStep.ASSESS_COMPLAINT)
def test_a_late_complaint_is_received_and_marked(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Nei")
    with pytest.raises(Refused, match="complaint_in_future"):
        world.take("kim", PlanStep.COMPLAIN, plan, words="Uenig", received_on=world.days(1))
    world.later(days=60)
    done = world.take("kim", PlanStep.COMPLAIN, plan, words="Uenig")
    complaint = only(world, Complaint, plan)
    assert (complaint.late, complaint.outcome, world.plan(plan).frozen) == (True, "", True)
    assert {"oda", "ove"} <= told(world, done)
    with pytest.raises(Refused, match="complaint_open"):
        world.take("liv", PlanStep.LAPSE, plan)
    world.take(
        "ove", PlanStep.ASSESS_COMPLAINT, plan, outcome="forwarded", words="Vi står ved svaret"
    )
    assert only(world, Complaint, plan).forwarded_on == world.today
    with pytest.raises(Refused, match="no_complaint"):
        world.take("ove", PlanStep.ASSESS_COMPLAINT, plan)


@proves(PlanStep.REVERSE)
def test_a_no_becomes_a_yes_by_another_head(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Nei")
    world.take("kim", PlanStep.COMPLAIN, plan, words="Uenig")
    with pytest.raises(Refused, match="maker_alone"):
        world.take("oda", PlanStep.REVERSE, plan, reason="Ja")
    world.take("ove", PlanStep.REVERSE, plan, reason="Ja", to_party_id=world.party["mona"])
    assert (world.plan(plan).state, world.plan(plan).outcome) == ("decided", "granted")
    assert only_open(world, plan) == "coordinator"
    assert only(world, Complaint, plan).outcome == "reversed"


@proves(PlanStep.APPEAL_UPHELD, PlanStep.LAPSE)
def test_a_no_that_nobody_complained_of_lapses_and_may_be_upset_from_above(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Nei")
    world.later(days=29)
    with pytest.raises(Refused, match="appeal_running"):
        world.take("liv", PlanStep.LAPSE, plan)
    world.later(days=14)
    world.take("liv", PlanStep.LAPSE, plan)
    assert world.plan(plan).close_reason == "denied"
    world.take("liv", PlanStep.APPEAL_UPHELD, plan, reason="Medhold", document_text="Brev")
    assert (world.plan(plan).state, world.plan(plan).outcome) == ("requested", "")
    assert last(world, Document, plan).kind == "complaint"


@proves(PlanStep.REOPEN, PlanStep.REOPEN_AS_NEED)
def test_reopened_within_ninety_days_or_as_a_new_need(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    back = {"reason": "Ønsker det", **AGREED}
    world.later(days=90)
    with pytest.raises(Refused, match="review_date_wrong"):
        world.take("liv", PlanStep.REOPEN, plan, **back)
    world.take("liv", PlanStep.REOPEN, plan, next_review_on=world.days(60), **back)
    assert world.plan(plan).state == "active"
    assert holders(world, plan) == {"responsible": "liv", "acting": "liv"}
    world.take("kim", PlanStep.WITHDRAW_CONSENT, plan)
    world.later(days=91)
    with pytest.raises(Refused, match="closed_too_long"):
        world.take("liv", PlanStep.REOPEN, plan, next_review_on=world.days(60), **back)
    world.take("liv", PlanStep.REOPEN_AS_NEED, plan, **back)
    row = world.plan(plan)
    assert (row.state, row.outcome, row.started_on) == ("requested", "", None)
    assert holders(world, plan) == {"responsible": None}
    assert "plan" in shared_with(world, plan)


def test_a_denied_plan_is_not_reopened_as_in_use(world: World) -> None:
    plan = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Hus", **AGREED
    ).plan_id
    world.by_two("ali", "lars", PlanStep.START_INFORMALLY, plan, coordinator_id=world.party["mona"])
    world.take("oda", PlanStep.DENY_AFTER_INFORMAL_START, plan, reasons="Nei")
    world.later(days=45)
    world.take("liv", PlanStep.LAPSE, plan)
    with pytest.raises(Refused, match="nothing_decided"):
        world.take("liv", PlanStep.REOPEN, plan, reason="x", next_review_on=world.days(9), **AGREED)


@proves(PlanStep.ASK_CONFIRMATION, PlanStep.CONFIRM, PlanStep.ENTERED_IN_ERROR)
def test_entered_in_error_takes_a_second_person(world: World) -> None:
    plan = world.active()
    world.take(
        "mona",
        PlanStep.OFFER_COORDINATOR,
        plan,
        to_party_id=world.party["per"],
        wish_coordinator="Per",
    )
    with pytest.raises(Refused, match="not_yours_to_decide"):
        world.take("per", PlanStep.ENTERED_IN_ERROR, plan)  # asked about other things
    wrong = {"reason": "Feil person"}
    with pytest.raises(Refused, match="second_human_missing"):
        world.take("liv", PlanStep.ENTERED_IN_ERROR, plan, **wrong)
    leif = world.party["leif"]
    asked = world.take("liv", PlanStep.ENTERED_IN_ERROR, plan, confirmer_id=leif, **wrong)
    assert asked.step_name == PlanStep.ASK_CONFIRMATION
    assert world.plan(plan).state == "active"
    with pytest.raises(Refused, match="not_yours_to_decide"):
        world.take("liv", PlanStep.CONFIRM, plan)
    world.take("leif", PlanStep.CONFIRM, plan)
    assert (world.plan(plan).state, world.plan(plan).close_reason) == ("closed", "error")
    last_event = last(world, Event, plan)
    assert json.loads(last_event.text)["step"] == PlanStep.ENTERED_IN_ERROR
    assert json.loads(last_event.text)["confirmed_by"] == leif
    assert last_event.actor_id == world.party["liv"]
    with pytest.raises(Refused, match="was_error"):
        world.take("liv", PlanStep.REOPEN_AS_NEED, plan, reason="Nei", **AGREED)


@proves(PlanStep.ENTERED_IN_ERROR)
def test_a_one_person_office_takes_the_leader_along(world: World) -> None:
    plan = world.active()
    with pytest.raises(BadInput, match="cannot_confirm"):
        world.by_two("liv", "ali", PlanStep.ENTERED_IN_ERROR, plan, reason="Feil")
    world.by_two("liv", "lise", PlanStep.ENTERED_IN_ERROR, plan, reason="Feil")
    assert world.plan(plan).close_reason == "error"


def test_who_answers_one_question_cannot_answer_another(world: World) -> None:
    """A receiver of a measure is no receiver of the plan."""
    plan = world.active()
    measure = world.measured(plan)
    world.take("mona", MeasureStep.OFFER, plan, measure, to_party_id=world.party["ali"])
    world.take("mona", PlanStep.OFFER_TRANSFER, plan, **unit_of(world), **AGREED)
    with pytest.raises(Refused, match="not_yours_to_decide"):
        world.take("ali", PlanStep.ACCEPT_TRANSFER, plan)
    with pytest.raises(Refused, match="not_yours_to_decide"):
        world.take("per", MeasureStep.ACCEPT, plan, measure)
    world.take("ali", MeasureStep.ACCEPT, plan, measure)
