"""Each row from need to use, with what it brings with it (domain 5.1: `plan.report_need`–`plan.vacate`)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

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
    text,
    told,
    words,
)
from tests.world import AGREED, World, make_world
from workflow.record.access.open_plan import open_for_reading
from workflow.record.models import (
    Agreement,
    Decision,
    Document,
    Goal,
    Measure,
    Offer,
    Pause,
    Tenure,
)
from workflow.rules.engine.denials import NotThere, Refused
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@proves(PlanStep.REPORT_NEED)
def test_a_person_asks_for_a_plan(world: World) -> None:
    done = world.take(
        "kim", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Beholde leiligheten"
    )
    plan = world.plan(done.plan_id)
    assert (plan.state, plan.outcome, plan.version, plan.shadow) == ("requested", "", 1, 0)
    assert plan.number.startswith(plan.number[:4] + "-")
    assert plan.responsible_unit_id == world.unit["ordering"]
    assert holders(world, plan.id) == {"responsible": None}
    assert shared_with(world, plan.id) == {"plan"}
    assert told(world, done) == {"oda", "ove"}
    assert words(world, done)["plan.most_important"] == "Beholde leiligheten"
    assert "leiligheten" not in str(text(world, done))


@proves(PlanStep.REPORT_NEED)
def test_a_report_about_somebody_who_does_not_know_goes_to_the_office_only(world: World) -> None:
    kim = world.party["kim"]
    with pytest.raises(Refused, match="reporter_needs_consent"):
        world.take("ali", PlanStep.REPORT_NEED, person_id=kim)
    with pytest.raises(Refused, match="reach_person_missing"):
        world.take("ali", PlanStep.REPORT_NEED, person_id=kim, person_knows="no")
    done = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=kim, person_knows="no", reach_person="På senteret"
    )
    assert told(world, done) == {"oda", "ove"}
    assert shared_with(world, done.plan_id) == set()


@proves(PlanStep.REPORT_NEED)
def test_a_second_report_is_seen_by_the_coordinating_unit_only(world: World) -> None:
    first = world.requested()
    done = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Gjeld", **AGREED
    )
    assert done.state == "requested"  # the same receipt as anybody gets
    second = world.plan(done.plan_id)
    assert (second.shadow, second.duplicate_of) == (1, first)
    assert told(world, done) == {"liv", "leif"}
    open_for_reading(world.engine, world.actor("liv"), second.id, "read_overview", world.now)
    for name in ("kim", "oda", "ali", "lars"):
        with pytest.raises(NotThere):
            open_for_reading(world.engine, world.actor(name), second.id, "read_overview", world.now)
    with pytest.raises(Refused, match="second_open_plan"):
        world.take("liv", PlanStep.REPORT_NEED, person_id=world.party["kim"], **AGREED)


@proves(PlanStep.REGISTER_INCOMING)
def test_a_plan_from_elsewhere_is_taken_in_line_by_line(world: World) -> None:
    done = world.take(
        "liv",
        PlanStep.REGISTER_INCOMING,
        person_id=world.party["kim"],
        source_name="Klinikken",
        goals="Bo trygt\n",
        measures="Ringe\nBesøke",
        unmapped="Døgnrytme",
        **AGREED,
    )
    plan = world.plan(done.plan_id)
    assert (plan.state, plan.origin, plan.source_name) == ("requested", "incoming", "Klinikken")
    stored = only(world, Document, plan.id)
    assert (stored.kind, stored.code) == ("incoming", "A02-2")
    assert [goal.own_words for goal in rows(world, Goal, plan.id)] == ["Bo trygt"]
    states = [(measure.text, measure.state) for measure in rows(world, Measure, plan.id)]
    assert states == [("Ringe", "requested"), ("Besøke", "requested")]
    assert words(world, done)["unmapped"] == "Døgnrytme"


@proves(PlanStep.BRING_IN)
def test_a_plan_that_had_its_life_elsewhere_stands_as_it_stood(world: World) -> None:
    mona, ali, long_ago = world.party["mona"], world.party["ali"], world.days(-90)
    plan = {
        "state": "active",
        "person": world.party["kim"],
        "reported_on": long_ago,
        "consent": "paper",
        "answer": {
            "granted": True,
            "on": world.days(-60),
            "why_long": "År",
            "why_coordinated": "Nav",
        },
        "started_on": world.days(-50),
        "coordinator": mona,
        "next_review_on": world.days(20),
        "shares_with": [mona],
    }
    done = world.take(
        "liv",
        PlanStep.BRING_IN,
        kept_in="Samspill",
        stood_on=world.days(-1),
        plan=plan,
        goals=[{"own_words": "Bo trygt", "on": long_ago}],
        participants=[{"who": ali, "on": long_ago}],
    )
    assert world.plan(done.plan_id).state == "active"
    assert holders(world, done.plan_id) == {"responsible": "mona", "coordinator": "mona"}
    assert shared_with(world, done.plan_id) == {"plan", "mona"}  # who takes part is given nothing
    assert told(world, done) == {"kim", "mona"}
    assert text(world, done)["codes"]["stood_on"] == world.days(-1).isoformat()
    assert words(world, done)["form.goals.0.own_words"] == "Bo trygt"
    assert rows(world, Document, done.plan_id) == []


@proves(PlanStep.GRANT, PlanStep.ACCEPT_COORDINATOR)
def test_a_grant_asks_the_coordinator_in_the_same_act(world: World) -> None:
    plan = world.granted()
    row = world.plan(plan)
    assert (row.state, row.outcome, row.wish_coordinator) == ("decided", "granted", "Mona")
    assert open_offers(world, plan) == [("coordinator", "mona")]
    decision = only(world, Decision, plan)
    assert (decision.kind, decision.regime, decision.notified_how) == (
        "grant",
        "health",
        "handed_over",
    )
    assert decision.appeal_until is not None
    assert decision.appeal_until >= world.days(28)
    assert only(world, Document, plan).kind == "letter"
    done = world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
    assert holders(world, plan) == {"responsible": "mona", "coordinator": "mona"}
    assert open_offers(world, plan) == []
    assert "mona" in shared_with(world, plan)
    assert "kim" in told(world, done)


@proves(PlanStep.DENY)
def test_a_denial_carries_reasons_letter_and_window(world: World) -> None:
    plan = world.requested()
    with pytest.raises(Refused, match="reasons_missing"):
        world.take("oda", PlanStep.DENY, plan)
    done = world.take("oda", PlanStep.DENY, plan, reasons="Ikke langvarig", regime="social")
    decision = only(world, Decision, plan)
    assert (done.state, world.plan(plan).outcome) == ("decided", "denied")
    assert decision.appeal_until is not None
    assert world.days(21) <= decision.appeal_until <= world.days(24)
    letter = only(world, Document, plan).content.decode()
    assert "Ikke langvarig" in letter
    assert "statsforvalter" in letter.lower()
    assert "ombud" in letter.lower()
    assert told(world, done) == {"kim"}


@proves(PlanStep.FORWARD, PlanStep.RECEIPT_OUTSIDE)
def test_forwarded_outside_and_received_there(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.FORWARD, plan, to_name="Bydelen", reason="Bor der")
    assert world.plan(plan).state == "transferred"
    assert holders(world, plan) == {"responsible": None}  # the duty stays
    done = world.take("oda", PlanStep.RECEIPT_OUTSIDE, plan, receipt_on=world.today)
    assert (done.state, world.plan(plan).close_reason) == ("closed", "forwarded")
    assert last(world, Offer, plan).outcome == "accepted"
    assert "kim" in told(world, done)


@proves(PlanStep.WITHDRAW_REQUEST)
def test_the_person_withdraws_the_request(world: World) -> None:
    plan = world.granted()
    done = world.take("kim", PlanStep.WITHDRAW_REQUEST, plan)
    assert (done.state, world.plan(plan).close_reason) == ("closed", "withdrawn")
    assert open_offers(world, plan) == []
    assert shared_with(world, plan) == set()


@proves(PlanStep.START)
def test_start_needs_coordinator_goal_or_answer_and_a_date(world: World) -> None:
    plan = world.granted()
    world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
    for on in (None, world.today, world.days(181)):
        with pytest.raises(Refused, match="review_date_wrong"):
            world.take("mona", PlanStep.START, plan, next_review_on=on)
    done = world.take("mona", PlanStep.START, plan, next_review_on=world.days(180))
    row = world.plan(plan)
    assert (done.state, row.started_on, row.informal) == ("active", world.today, False)
    assert "kim" in told(world, done)


@proves(PlanStep.START_INFORMALLY, PlanStep.DECIDE_RETROACTIVELY)
def test_informal_start_and_its_decision_with_true_dates(world: World) -> None:
    plan = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Hus", **AGREED
    ).plan_id
    with pytest.raises(Refused, match="informal_needs_leader"):
        world.take("ali", PlanStep.START_INFORMALLY, plan, coordinator_id=world.party["mona"])
    world.by_two(
        "ali",
        "lars",
        PlanStep.START_INFORMALLY,
        plan,
        coordinator_id=world.party["mona"],
    )
    row = world.plan(plan)
    assert (row.state, row.informal) == ("active", True)
    assert holders(world, plan) == {"responsible": "mona", "coordinator": "mona"}
    started = world.today
    world.later(days=39)
    with pytest.raises(Refused, match="effective_date_wrong"):
        world.take(
            "oda",
            PlanStep.DECIDE_RETROACTIVELY,
            plan,
            why_long="År",
            why_coordinated="Nav",
            effective_from=started - timedelta(days=1),
        )
    done = world.take(
        "oda",
        PlanStep.DECIDE_RETROACTIVELY,
        plan,
        why_long="År",
        why_coordinated="Nav",
        effective_from=started,
    )
    row = world.plan(plan)
    assert (row.state, row.informal, row.retroactive) == ("active", False, True)
    decision = only(world, Decision, plan)
    assert (decision.effective_from, decision.made_on) == (started, world.today)
    assert text(world, done)["effective_from"] == started.isoformat()
    assert text(world, done)["at"].startswith(world.today.isoformat())


@proves(PlanStep.DENY_AFTER_INFORMAL_START)
def test_denied_after_informal_start_cuts_access(world: World) -> None:
    plan = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Hus", **AGREED
    ).plan_id
    world.by_two(
        "ali",
        "lars",
        PlanStep.START_INFORMALLY,
        plan,
        coordinator_id=world.party["mona"],
    )
    done = world.take("oda", PlanStep.DENY_AFTER_INFORMAL_START, plan, reasons="Ikke langvarig")
    assert (done.state, world.plan(plan).outcome) == ("decided", "denied")
    assert holders(world, plan) == {"responsible": None}
    assert shared_with(world, plan) == {"plan"}
    assert "mona" in told(world, done) | {"mona"}
    for name in ("mona", "ali"):
        with pytest.raises(NotThere):
            open_for_reading(world.engine, world.actor(name), plan, "read", world.now)


@proves(PlanStep.REVIEW, PlanStep.CONTINUE)
def test_review_and_on_again(world: World) -> None:
    plan = world.active()
    measure = world.measured(plan)
    world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["frida"],
        kind="relative",
        **AGREED,
    )
    world.later(days=1)
    with pytest.raises(Refused) as refused:
        world.take("mona", PlanStep.REVIEW, plan, rating="not_reached")
    codes = [denial.code for denial in refused.value.denials]
    assert codes == [
        "person_not_agreed",
        "review_incomplete",
        "rating_missing",
        "relatives_not_discussed",
    ]
    done = world.take(
        "mona",
        PlanStep.REVIEW,
        plan,
        rating="good",
        person_words="Fint",
        carried=[measure],
        relatives_discussed=True,
        **AGREED,
    )
    assert done.state == "reviewed"
    assert last(world, Document, plan).kind == "snapshot"
    assert "Ringe Nav" in last(world, Document, plan).content.decode()
    agreement = last(world, Agreement, plan)
    assert (agreement.how, agreement.by, agreement.event_id) == ("spoken", "person", done.event_id)
    assert told(world, done) == {"kim"}  # a spoken yes is told to her
    done = world.take("mona", PlanStep.CONTINUE, plan, next_review_on=world.days(180), **AGREED)
    assert (done.state, world.plan(plan).next_review_on) == ("active", world.days(180))


@proves(PlanStep.PAUSE, PlanStep.RESUME)
def test_a_pause_stops_all_but_the_named_rows(world: World) -> None:
    plan = world.active()
    measure = world.measured(plan)
    world.take("kim", PlanStep.PAUSE, plan, reason="Ferie", until_on=world.days(90))
    assert world.plan(plan).paused_until == world.days(90)
    for name, row, subject in (
        ("kim", MeasureStep.DONE, measure),
        ("kim", PlanStep.ADD_GOAL, None),
        ("kim", MeetingStep.PLAN, None),
    ):
        with pytest.raises(Refused, match="paused"):
            world.take(name, row, plan, subject)
    world.take("kim", PlanStep.WRITE, plan, words="Hei")
    world.later(days=30)
    world.take("kim", PlanStep.PAUSE, plan, reason="Mer ferie", until_on=world.days(90))  # renewed
    world.take("clock", PlanStep.RESUME, plan)
    assert world.plan(plan).paused_until is None
    assert [pause.ended_on for pause in rows(world, Pause, plan)] == [world.today] * 2


@proves(
    PlanStep.OFFER_COORDINATOR,
    PlanStep.DECLINE_COORDINATOR,
    PlanStep.WITHDRAW_COORDINATOR_OFFER,
    PlanStep.EXPIRE_COORDINATOR,
)
def test_another_coordinator_is_asked_and_nothing_changes_till_yes(world: World) -> None:
    plan = world.active()
    ask = {"to_party_id": world.party["per"], "wish_coordinator": "Per"}
    done = world.take("kim", PlanStep.OFFER_COORDINATOR, plan, **ask)
    assert told(world, done) == {"per"}
    with pytest.raises(Refused, match="offer_already_open"):
        world.take("mona", PlanStep.OFFER_COORDINATOR, plan, **ask)
    world.take("per", PlanStep.DECLINE_COORDINATOR, plan, reason="For mye nå")
    assert last(world, Offer, plan).outcome == "declined"
    world.take("liv", PlanStep.OFFER_COORDINATOR, plan, **ask)
    world.take("liv", PlanStep.WITHDRAW_COORDINATOR_OFFER, plan)
    assert last(world, Offer, plan).outcome == "withdrawn"
    world.take("mona", PlanStep.OFFER_COORDINATOR, plan, **ask)
    with pytest.raises(Refused, match="offer_not_expired"):
        world.take("clock", PlanStep.EXPIRE_COORDINATOR, plan)
    world.later(days=30)
    world.take("clock", PlanStep.EXPIRE_COORDINATOR, plan)
    assert last(world, Offer, plan).outcome == "expired"
    assert holders(world, plan) == {"responsible": "mona", "coordinator": "mona"}


@proves(PlanStep.OFFER_COORDINATOR, PlanStep.ACCEPT_COORDINATOR, PlanStep.LAY_DOWN)
def test_the_person_coordinates_beside_a_contact_and_lays_it_down(world: World) -> None:
    plan = world.active()
    world.take(
        "kim",
        PlanStep.OFFER_COORDINATOR,
        plan,
        to_party_id=world.party["kim"],
        wish_coordinator="Meg selv",
    )
    world.take("kim", PlanStep.ACCEPT_COORDINATOR, plan)
    assert holders(world, plan) == {
        "responsible": "kim",
        "coordinator": "kim",
        "contact": "mona",
    }
    world.take("kim", PlanStep.REVIEW, plan, rating="good")  # her own coordinator's work
    done = world.take("kim", PlanStep.LAY_DOWN, plan)
    assert holders(world, plan) == {"responsible": "mona", "acting": "mona"}
    assert "liv" in told(world, done)


@proves(PlanStep.LAY_DOWN, PlanStep.VACATE)
def test_a_vacant_plan_has_a_named_human_from_the_same_second(world: World) -> None:
    plan = world.active()
    world.take("mona", PlanStep.LAY_DOWN, plan)
    assert holders(world, plan) == {"responsible": "liv", "acting": "liv"}
    world.take("liv", PlanStep.VACATE, plan, acting_id=world.party["leif"])
    assert holders(world, plan) == {"responsible": "leif", "acting": "leif"}
    spans = [t for t in rows(world, Tenure, plan) if t.role == "responsible"]
    assert all(a.until_at == b.from_at for a, b in pairwise(spans))
    world.take(
        "leif",
        PlanStep.OFFER_COORDINATOR,
        plan,
        to_party_id=world.party["per"],
        wish_coordinator="Per",
    )
    world.take("per", PlanStep.ACCEPT_COORDINATOR, plan)
    assert holders(world, plan) == {"responsible": "per", "coordinator": "per"}
