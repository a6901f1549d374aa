"""Nobody leaves with a silent role: what is held passes to a named human first, then the account ends."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from tests.servers.databases import Database
from tests.workflow.leavers import (
    another_plan,
    deactivate,
    deadline,
    everything,
    hand_over,
    held,
    kinds,
    measured_by,
    party,
    swept,
)
from tests.workflow.proofs import holders, last, proves, rows, shared_with, whole
from tests.world import AGREED, World, make_world
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    MeasureHelper,
    Meeting,
    Notice,
    Offer,
    Party,
    Wish,
    new_id,
)
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def test_all_that_is_held_is_listed_with_who_can_clear_it(world: World) -> None:
    plan, measure, meeting = everything(world)
    responsibilities = held(world, "mona")
    assert [one.kind for one in responsibilities] == [
        "coordinator",
        "accountable",
        "meeting",
        "helper",
        "question",
        "substitute",
    ]
    assert (
        responsibilities[1].key == measure
        and responsibilities[2].key == meeting
        and responsibilities[2].detail == "both"
    )
    assert {one.plan_id for one in responsibilities if one.plan_id} == {plan}
    assert responsibilities[0].number == world.plan(plan).number
    assert all(one.who_can for one in responsibilities)


@proves(PlanStep.VACATE, MeasureStep.ACCOUNTABLE_LEAVES, MeetingStep.HAND_ON, PlanStep.STAFF_LEAVES)
def test_everything_is_handed_over_in_one_form(world: World) -> None:
    plan, measure, _meeting = everything(world)
    due = world.measure(measure).due_on
    moved = hand_over(world, "liv", "mona", acting="leif", stand_in="oda")
    assert moved == {
        "coordinator": 1,
        "accountable": 1,
        "meeting": 1,
        "helper": 1,
        "question": 1,
        "substitute": 1,
    }
    assert holders(world, plan) == {"responsible": "leif", "acting": "leif"}
    now = world.measure(measure)
    assert (now.accountable_id, now.due_on, now.state) == (world.party["leif"], due, "decided")
    met = last(world, Meeting, plan)
    assert (met.chair_id, met.minute_taker_id) == (world.party["leif"], world.party["leif"])
    assert rows(world, MeasureHelper, plan) == []
    assert last(world, Wish, plan).to_party_id == world.party["leif"]
    assert deadline(world, plan, DeadlineCode.VACANCY) == world.days(14)
    assert held(world, "mona") == []
    deactivate(world, "adam", "mona")
    assert party(world, "mona").deactivated_at == world.now


def test_the_person_and_the_new_one_are_told_and_nobody_is_asked_twice(world: World) -> None:
    plan, _measure, _ = everything(world)
    hand_over(world, "liv", "mona", acting="leif", stand_in="oda")
    told_of: dict[str, list[str]] = {}
    with unit_of_work(world.engine) as session:
        for step_name, who in session.execute(
            select(Notice.code, Notice.recipient_id).where(Notice.plan_id == plan)
        ):
            told_of.setdefault(step_name, []).append(who)
    for step_name in (PlanStep.VACATE, MeasureStep.ACCOUNTABLE_LEAVES, MeetingStep.HAND_ON):
        assert {world.party["kim"], world.party["leif"]} <= set(told_of[step_name]), step_name
        assert len(told_of[step_name]) == len(set(told_of[step_name]))
    assert world.party["kim"] in told_of[PlanStep.STAFF_LEAVES]


def test_nothing_is_moved_where_a_name_is_left_out(world: World) -> None:
    plan, measure, _ = everything(world)
    with pytest.raises(BadInput) as wrong:
        hand_over(world, "liv", "mona")
    assert [name for name, _, _ in wrong.value.problems] == ["acting_id", "stand_in_id"]
    with pytest.raises(BadInput, match="not_coordinating"):
        hand_over(world, "liv", "mona", acting="ali", stand_in="oda")
    with pytest.raises(BadInput, match="substitute_self"):  # Per for Per
        hand_over(world, "liv", "mona", acting="leif", stand_in="per")
    assert holders(world, plan)["coordinator"] == "mona"
    assert world.measure(measure).accountable_id == world.party["mona"]


def test_the_leaver_cannot_take_over_from_themselves(world: World) -> None:
    everything(world)
    with pytest.raises(BadInput, match="unknown_party"):
        hand_over(world, "liv", "mona", acting="leif", stand_in="oda", measures="mona")


def test_a_named_human_gets_the_measures_where_the_person_shares_with_them(world: World) -> None:
    _plan, measure, _ = everything(world)
    hand_over(world, "liv", "mona", acting="leif", stand_in="oda", measures="ali")
    assert world.measure(measure).accountable_id == world.party["leif"]  # Ali does not see it
    other = another_plan(world)
    world.take("per", PlanStep.ADD_PARTICIPANT, other, party_id=world.party["ali"], **AGREED)
    key = measured_by(world, other, "per")
    hand_over(world, "leif", "per", acting="liv", measures="ali")
    assert world.measure(key).accountable_id == world.party["ali"]


def test_what_a_person_has_taken_on_herself_is_nobody_elses(world: World) -> None:
    plan = world.active()
    own = world.measured(plan, accountable="kim")
    for by in ("liv", "mona"):
        with pytest.raises(Refused, match="persons_own_measure"):
            world.take(
                by, MeasureStep.ACCOUNTABLE_LEAVES, plan, own, to_party_id=world.party["mona"]
            )
    other = world.measured(plan)
    with pytest.raises(Refused, match="persons_own_measure"):
        world.take(
            "liv", MeasureStep.ACCOUNTABLE_LEAVES, plan, other, to_party_id=world.party["kim"]
        )
    with pytest.raises(Refused, match="receiver_not_shared_with"):
        world.take(
            "liv", MeasureStep.ACCOUNTABLE_LEAVES, plan, other, to_party_id=world.party["ali"]
        )
    world.take(
        "liv",
        MeasureStep.ACCOUNTABLE_LEAVES,
        plan,
        other,
        to_party_id=world.party["ali"],
        agreed_how="spoken",
    )
    assert world.measure(other).accountable_id == world.party["ali"]
    assert "ali" in shared_with(world, plan)


def test_a_ladder_goes_on_with_the_new_holder(world: World) -> None:
    """The measure's date and version stand; the rungs to come reach whoever has it now."""
    plan = world.active()
    measure = world.measured(plan)
    before = world.measure(measure).due_version
    hand_over(world, "liv", "mona", acting="leif")
    world.later(days=11)
    swept(world)
    with unit_of_work(world.engine) as session:
        recipients = session.execute(
            select(Notice.recipient_id).where(
                Notice.plan_id == plan, Notice.code == DeadlineCode.MEASURE_DUE
            )
        )
        names = {key: name for name, key in world.party.items()}
        assert {names[key] for key in recipients.scalars()} == {"leif"}
    assert world.measure(measure).due_version == before


@proves(PlanStep.CHANGE_ACTING)
def test_who_acts_and_the_contact_can_leave_too(world: World) -> None:
    plan = world.active()
    gone = {"acting_id": world.party["leif"], "reason": "Slutter"}
    world.by_two("liv", "lars", PlanStep.VACATE, plan, **gone)
    due = deadline(world, plan, DeadlineCode.VACANCY)
    world.later(days=5)
    assert kinds(world, "leif") == ["acting"]
    hand_over(world, "leif", "leif", acting="liv")
    assert holders(world, plan) == {"responsible": "liv", "acting": "liv"}
    assert deadline(world, plan, DeadlineCode.VACANCY) == due  # passing it around wins no time
    world.take("liv", PlanStep.OFFER_COORDINATOR, plan, to_party_id=world.party["kim"], **AGREED)
    world.take("kim", PlanStep.ACCEPT_COORDINATOR, plan)
    assert kinds(world, "liv") == ["contact"]
    hand_over(world, "liv", "liv", acting="leif")
    assert holders(world, plan) == {
        "responsible": "kim",
        "coordinator": "kim",
        "contact": "leif",
    }


@proves(PlanStep.WITHDRAW_COORDINATOR_OFFER, MeasureStep.WITHDRAW_OFFER)
def test_what_they_were_asked_is_taken_back(world: World) -> None:
    plan = world.active()
    measure = world.measured(plan)
    per = world.party["per"]
    world.take("kim", PlanStep.OFFER_COORDINATOR, plan, to_party_id=per, wish_coordinator="Per")
    world.take("mona", MeasureStep.OFFER, plan, measure, to_party_id=per)
    assert kinds(world, "per") == ["offer.coordinator", "offer.measure"]
    hand_over(world, "liv", "per")
    assert {one.outcome for one in rows(world, Offer, plan)} == {"accepted", "withdrawn"}
    assert world.measure(measure).state == "decided"
    deactivate(world, "liv", "per")


def test_who_was_to_confirm_leaves_and_the_question_with_them(world: World) -> None:
    plan = world.active()
    wrong = {"reason": "Feil person", "confirmer_id": world.party["leif"]}
    world.take("liv", PlanStep.ENTERED_IN_ERROR, plan, **wrong)
    assert kinds(world, "leif") == ["offer"]
    hand_over(world, "liv", "leif")
    assert {one.outcome for one in rows(world, Offer, plan)} == {"accepted", "ended"}
    deactivate(world, "liv", "leif")


@proves(PlanStep.STAFF_LEAVES)
def test_a_case_taken_in_hand_goes_back_to_the_office(world: World) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.TAKE_CASE, plan)
    assert kinds(world, "oda") == ["case"]
    hand_over(world, "lise", "oda")
    assert world.plan(plan).responsible_party_id is None
    assert world.plan(plan).responsible_unit_id == world.unit["ordering"]
    deactivate(world, "adam", "oda")


def test_a_leader_prepares_what_is_theirs_and_ends_nothing(world: World) -> None:
    plan, measure, _ = everything(world)
    world.take("mona", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], **AGREED)
    moved = hand_over(world, "lars", "mona", measures="ali", meetings="ali", stand_in="oda")
    assert set(moved) == {"accountable", "meeting", "helper", "question", "substitute"}
    assert world.measure(measure).accountable_id == world.party["ali"]
    assert kinds(world, "mona") == ["coordinator"]
    with pytest.raises(Refused):
        deactivate(world, "lars", "mona")
    with pytest.raises(NotThere):
        hand_over(world, "lars", "oda")  # works elsewhere


def test_forty_plans_move_at_once_or_not_at_all(world: World) -> None:
    plans = []
    with unit_of_work(world.engine) as session:
        for count in range(6):
            world.party[f"p{count}"] = new_id()
            session.execute(
                insert(Party),
                {
                    "id": world.party[f"p{count}"],
                    "name": f"P{count}",
                    "sort_key": f"p{count}",
                    "created_at": world.now,
                },
            )
    for count in range(6):
        plan = another_plan(world, f"p{count}")
        plans.append((plan, measured_by(world, plan, "per")))
    with pytest.raises(BadInput):
        hand_over(world, "liv", "per", acting="per")
    assert kinds(world, "per").count("coordinator") == 6
    assert hand_over(world, "liv", "per", acting="leif") == {"coordinator": 6, "accountable": 6}
    for plan, measure in plans:
        assert holders(world, plan)["acting"] == "leif"
        assert world.measure(measure).accountable_id == world.party["leif"]
    whole(world)
