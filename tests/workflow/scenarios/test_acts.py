"""Each act that moves no state, the composites, and that no row of the tables is left unproven."""

from __future__ import annotations

import importlib
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Database
from tests.workflow.proofs import (
    PROVEN,
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
from workflow.acts.entry.composites import form_of, perform_any
from workflow.record.access.open_plan import resolve_access
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Agreement,
    Event,
    Goal,
    Measure,
    Participant,
    Party,
    Representation,
    SubPlan,
    Wish,
)
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.steps import CompositeStep, MeasureStep, PlanStep
from workflow.rules.tables import TRANSITIONS


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@proves(
    PlanStep.SET_WHAT_MATTERS,
    PlanStep.ADD_GOAL,
    PlanStep.CHANGE_GOAL,
    PlanStep.END_GOAL,
    PlanStep.SET_FRAME,
    PlanStep.PLANNED_TRANSITION,
    PlanStep.ADD_SUB_PLAN,
)
def test_content_stands_in_the_persons_own_words(world: World) -> None:
    plan = world.active()
    done = world.take(
        "kim", PlanStep.SET_WHAT_MATTERS, plan, most_important="Husleia", limits="Ikke før 10"
    )
    assert world.plan(plan).most_important == "Husleia"
    assert words(world, done)["plan.limits"] == "Ikke før 10"
    world.take("kim", PlanStep.ADD_GOAL, plan, own_words="Betale i tide")
    goal = only(world, Goal, plan)
    world.take(
        "mona", PlanStep.CHANGE_GOAL, plan, goal_id=goal.id, clarified="Innen den 20. hver måned"
    )
    world.take("kim", PlanStep.END_GOAL, plan, goal_id=goal.id, status="met")
    goal = only(world, Goal, plan)
    assert (goal.own_words, goal.clarified, goal.status) == (
        "Betale i tide",
        "Innen den 20. hver måned",
        "met",
    )
    world.take(
        "mona",
        PlanStep.SET_FRAME,
        plan,
        pen_holder="person",
        ground_rules="Mona leder",
        service_aim="Færre kriser",
    )
    assert world.plan(plan).pen_holder == "person"
    world.take("kim", PlanStep.PLANNED_TRANSITION, plan, kind="school", on=world.days(200))
    assert world.plan(plan).transition_kind == "school"
    world.take(
        "mona", PlanStep.ADD_SUB_PLAN, plan, title="IOP", link="javascript:x", owner_system="Skolen"
    )
    assert (only(world, SubPlan, plan).title, only(world, SubPlan, plan).link) == (
        "IOP",
        "javascript:x",
    )


@proves(
    PlanStep.ADD_PARTICIPANT,
    PlanStep.PARTICIPANT_LEAVES,
    PlanStep.PHASE_OUT,
    PlanStep.GIVE_CONSENT,
    PlanStep.VOLUNTEER_WITH_COMPANION,
)
def test_people_come_with_consent_and_go_with_it(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="person_not_agreed"):
        world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"])
    world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=world.party["ali"],
        role="Veileder",
        **AGREED,
    )
    world.take(
        "mona", PlanStep.ADD_PARTICIPANT, plan, name="Dr. Berg", organisation="Fastlege", **AGREED
    )
    world.take(
        "kim",
        PlanStep.VOLUNTEER_WITH_COMPANION,
        plan,
        party_id=world.party["sara"],
        companion_id=world.party["hege"],
    )
    ali, berg, sara = rows(world, Participant, plan)
    assert (berg.party_id, sara.kind, sara.companion_of) == (
        None,
        "volunteer",
        world.party["hege"],
    )
    assert {"ali", "sara"} <= shared_with(world, plan)
    done = world.take(
        "ali", PlanStep.PARTICIPANT_LEAVES, plan, participant_id=ali.id, reason="Slutter"
    )
    assert {"kim", "mona"} <= told(world, done)
    world.take("kim", PlanStep.PHASE_OUT, plan, participant_id=sara.id, reason="Klarer det selv")
    assert shared_with(world, plan) == {"plan", "mona"}
    left = [(one.leave_code, one.left_at is None) for one in rows(world, Participant, plan)]
    assert left == [("left", False), ("", True), ("phased_out", False)]
    world.take("kim", PlanStep.GIVE_CONSENT, plan, party_id=world.party["frida"])
    assert "frida" in shared_with(world, plan)


@proves(
    PlanStep.TALKED,
    PlanStep.WRITE,
    PlanStep.ANSWER,
    PlanStep.ASK_FOR_STEP,
    PlanStep.WISH_COORDINATOR,
    PlanStep.COPY_GIVEN,
    PlanStep.OBJECT,
)
def test_signs_of_life_wishes_and_answers(world: World) -> None:
    plan = world.active()
    world.later(days=5)
    world.take("mona", PlanStep.TALKED, plan)  # one tap
    assert world.plan(plan).last_activity_at == world.now
    done = world.take("kim", PlanStep.WRITE, plan, words="Ring meg")
    assert told(world, done) == {"mona"}
    message = only(world, Wish, plan)
    world.take("mona", PlanStep.ANSWER, plan, wish_id=message.id, answer="I morgen")
    assert only(world, Wish, plan).answer == "I morgen"
    world.take("kim", PlanStep.ASK_FOR_STEP, plan, step=MeasureStep.MOVE_DATE, words="Flytt møtet")
    done = world.take("kim", PlanStep.WISH_COORDINATOR, plan, wish_coordinator="Per")
    assert {"liv", "leif"} <= told(world, done)
    assert world.plan(plan).wish_coordinator == "Per"
    assert text(world, world.take("mona", PlanStep.COPY_GIVEN, plan, large=True))["codes"] == {
        "large": True
    }
    world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    done = world.take("kim", PlanStep.OBJECT, plan, words="Det sa jeg ikke")
    assert last(world, Agreement, plan).objected_at == world.now
    assert {"mona", "liv"} <= told(world, done)


@proves(
    PlanStep.PROVISIONAL_REPLY, PlanStep.CONFIRM_RECEIPT, PlanStep.TOLD_PERSON, PlanStep.TAKE_CASE
)
def test_the_office_answers_on_the_way(world: World) -> None:
    plan = world.take(
        "ali",
        PlanStep.REPORT_NEED,
        person_id=world.party["kim"],
        person_knows="no",
        reach_person="Døra",
    ).plan_id
    assert told(world, world.take("oda", PlanStep.CONFIRM_RECEIPT, plan)) == {"ali"}
    world.take("oda", PlanStep.TAKE_CASE, plan)
    assert world.plan(plan).responsible_party_id == world.party["oda"]
    world.take("oda", PlanStep.TOLD_PERSON, plan, said="yes", **AGREED)
    assert (world.plan(plan).person_knows, shared_with(world, plan)) == ("yes", {"plan"})
    with pytest.raises(Refused, match="date_in_past"):
        world.take("oda", PlanStep.PROVISIONAL_REPLY, plan, reason="Kø", expected_on=world.days(-1))
    done = world.take(
        "oda", PlanStep.PROVISIONAL_REPLY, plan, reason="Kø", expected_on=world.days(20)
    )
    assert told(world, done) == {"kim"}
    assert text(world, done)["codes"]["expected_on"] == world.days(20).isoformat()


@proves(PlanStep.ASK_COORDINATOR, PlanStep.ACCEPT_NEW_REVIEW_DATE, PlanStep.PROPOSE_COORDINATOR)
def test_the_manager_asks_accepts_and_proposes_without_content(world: World) -> None:
    plan = world.active()
    assert told(
        world, world.take("lars", PlanStep.ASK_COORDINATOR, plan, words="Går det bra?")
    ) == {"mona"}
    with pytest.raises(Refused, match="review_date_wrong"):
        world.take(
            "lars",
            PlanStep.ACCEPT_NEW_REVIEW_DATE,
            plan,
            next_review_on=world.days(400),
            reason="Ferie",
        )
    world.take(
        "lars",
        PlanStep.ACCEPT_NEW_REVIEW_DATE,
        plan,
        next_review_on=world.days(120),
        reason="Ferie",
    )
    assert world.plan(plan).next_review_on == world.days(120)
    assert told(
        world, world.take("lars", PlanStep.PROPOSE_COORDINATOR, plan, party_id=world.party["per"])
    ) == {
        "liv",
        "leif",
    }


@proves(PlanStep.ADD_REPRESENTATION)
def test_a_parent_acts_until_the_sixteenth_birthday(world: World) -> None:
    plan = world.active()
    with unit_of_work(world.engine) as session:
        born = date(2010, 6, 1)
        session.execute(update(Party).where(Party.id == world.party["kim"]), {"born_on": born})
    world.take(
        "mona",
        PlanStep.ADD_REPRESENTATION,
        plan,
        representative_id=world.party["mor"],
        ground="parent",
        until_on=date(2030, 1, 1),
    )
    midnight = at_oslo(date(2026, 6, 1), time(0, 0))

    def acts_for_her(now: datetime) -> bool:
        with unit_of_work(world.engine) as session:
            access = resolve_access(session, world.actor("mor"), plan, now)
        return "representative" in access.relations

    assert acts_for_her(world.now)
    assert acts_for_her(midnight - timedelta(seconds=1))
    assert not acts_for_her(midnight)
    world.now = midnight
    with pytest.raises(BadInput, match="ground: decides_alone"):
        world.take(
            "mona",
            PlanStep.ADD_REPRESENTATION,
            plan,
            representative_id=world.party["mor"],
            ground="parent",
        )
    world.take(
        "mona",
        PlanStep.ADD_REPRESENTATION,
        plan,
        representative_id=world.party["frida"],
        ground="guardian",
        until_on=world.days(30),
    )
    with unit_of_work(world.engine) as session:
        ends = session.execute(
            select(Representation.until_at)
            .where(Representation.person_id == world.party["kim"])
            .order_by(Representation.id)
        ).scalars()
        assert next(ends) == midnight


def several(
    world: World, name: str, step_name: str, plan: str | None, key: str | None = None, **fields: Any
) -> list[str]:
    """A composite taken by a test person: the steps of its events."""
    form = form_of(step_name)(**fields)
    done = perform_any(
        world.engine,
        world.actor(name),
        step_name,
        plan_id=plan,
        subject_id=key,
        form=form,
        now=world.now,
    )
    with unit_of_work(world.engine) as session:
        events = [session.get_one(Event, one.event_id) for one in done]
        return [f"{event.step_name}:{event.seq}" for event in events]


def test_composites_take_row_by_row_each_with_its_event(world: World) -> None:
    who = {"accountable_id": world.party["kim"], "accountable_said_yes": True}
    taken = several(
        world,
        "ali",
        CompositeStep.REPORT_AND_START,
        None,
        person_id=world.party["kim"],
        why="Hus",
        agreed_how="spoken",
        coordinator_id=world.party["mona"],
        confirmer_id=world.party["lars"],
    )
    assert taken == ["plan.report_need:1", "plan.ask_confirmation:2"]
    with unit_of_work(world.engine) as session:
        event = select(Event.plan_id)
        plan = session.execute(event.limit(1)).scalar_one()
    world.take("lars", PlanStep.CONFIRM, plan)
    given = {**who, "due_on": world.days(5), **AGREED}
    assert several(world, "mona", CompositeStep.AGREE_IN_MEETING, plan, text="Ringe", **given) == [
        "measure.propose:5",
        "measure.agree:6",
    ]
    assert several(world, "mona", CompositeStep.DO_IT_NOW, plan, text="Gå ned", **given) == [
        "measure.propose:7",
        "measure.agree:8",
        "measure.begin:9",
    ]
    first, second = rows(world, Measure, plan)
    assert several(world, "kim", CompositeStep.DONE_AND_EVALUATED, plan, first.id) == [
        "measure.done:10",
        "measure.evaluate:11",
        "measure.close:12",
    ]
    more: dict[str, Any] = {
        "rating": "good",
        "carried": [second.id],
        "next_review_on": world.days(90),
    }
    assert several(world, "mona", CompositeStep.REVIEW_AND_CONTINUE, plan, **more, **AGREED) == [
        "plan.review:13",
        "plan.continue:14",
    ]


def test_a_composite_is_taken_whole_or_not_at_all(world: World) -> None:
    plan = world.granted()
    with pytest.raises(Refused, match="review_date_wrong"):
        several(world, "mona", CompositeStep.ACCEPT_AND_START, plan)
    assert open_offers(world, plan) == [("coordinator", "mona")]
    assert several(
        world, "mona", CompositeStep.ACCEPT_AND_START, plan, next_review_on=world.days(90)
    ) == ["plan.accept_coordinator:3", "plan.start:4"]


PROVED_BESIDE = (
    "offboarding.test_offboarding",
    "privacy.test_data_requests",
    "privacy.test_emergency_access",
    "plan.test_health_notes",
    "sharing.test_sharing",
)


def test_every_row_of_the_tables_is_proven() -> None:
    for part in ("request", "end", "across", "measure", "acts", "rights"):
        importlib.import_module(f"tests.workflow.scenarios.test_{part}")
    for other in PROVED_BESIDE:
        importlib.import_module(f"tests.workflow.{other}")
    assert set(TRANSITIONS) - PROVEN == set()


def test_a_wish_is_words_and_never_the_name_of_a_step(world: World) -> None:
    """A link says which step is meant; what is read by people is what somebody wrote."""
    plan = world.active()
    with pytest.raises(BadInput):
        world.take("kim", PlanStep.ASK_FOR_STEP, plan, step=PlanStep.COPY_GIVEN)
    world.take("kim", PlanStep.ASK_FOR_STEP, plan, step="Ring Nav")
    assert [(one.step, one.words) for one in rows(world, Wish, plan)] == [("", "Ring Nav")]


def test_a_goal_ends_once_and_is_not_changed_afterwards(world: World) -> None:
    plan = world.active()
    with pytest.raises(Refused, match="no_goal"):
        world.take("kim", PlanStep.END_GOAL, plan, goal_id="x")
    world.take("kim", PlanStep.ADD_GOAL, plan, own_words="Betale i tide")
    goal = only(world, Goal, plan)
    world.take("kim", PlanStep.ADD_GOAL, plan, own_words="Sove om natta")
    world.take("kim", PlanStep.END_GOAL, plan, goal_id=goal.id, status="met")
    version = world.plan(plan).version
    for fields in ({"status": "dropped"}, {"status": "met"}):
        with pytest.raises(Refused, match="goal_ended"):
            world.take("kim", PlanStep.END_GOAL, plan, goal_id=goal.id, **fields)
    with pytest.raises(Refused, match="goal_ended"):
        world.take("kim", PlanStep.CHANGE_GOAL, plan, goal_id=goal.id, own_words="Mer")
    assert world.plan(plan).version == version
