"""What somebody sees by a role: it is nobody's yes, begins with the role and ends with it."""

from __future__ import annotations

import pytest

from tests.servers.databases import Database
from tests.workflow.proofs import proves, rows
from tests.workflow.sharing.sharing_world import born, give, relations, seen, shared, years
from tests.world import AGREED, World, make_world
from workflow.record.models import Consent, Participant
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.sharing.scopes import BY_ROLE, COORDINATORS_DUTY, DUTY, EVERYTHING


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def replaced(world: World, plan: str, by: str = "per") -> None:
    """Another coordinates from now on."""
    world.later(hours=1)
    asked = {"to_party_id": world.party[by], "wish_coordinator": "Ja"}
    world.take("liv", PlanStep.OFFER_COORDINATOR, plan, **asked)
    world.take(by, PlanStep.ACCEPT_COORDINATOR, plan)


def sources(world: World, plan: str, name: str) -> list[str]:
    """How what somebody sees now came."""
    return [one.source for one in shared(world, plan, name) if not one.withdrawn_at]


def nobodys_yes(one: Consent) -> bool:
    return (one.source, one.given_as, one.giver_id) == (BY_ROLE, "", None)


@proves(PlanStep.ACCEPT_COORDINATOR)
@pytest.mark.parametrize("age", [None, 8, 14, 40])
def test_who_becomes_coordinator_sees_by_the_role_and_by_nobodys_yes(
    world: World, age: int | None
) -> None:
    plan = world.active()
    born(world, years(world, age) if age else None)
    replaced(world, plan)
    (row,) = shared(world, plan, "per")
    assert nobodys_yes(row) and seen(world, plan, "per") == COORDINATORS_DUTY
    assert row.recorded_by == world.party["per"]


@proves(PlanStep.START_INFORMALLY, PlanStep.REPORT_NEED)
def test_an_informal_start_makes_up_no_yes_either(world: World) -> None:
    plan = world.take("mona", PlanStep.REPORT_NEED, person_id=world.party["kim"], **AGREED).plan_id
    assert [nobodys_yes(one) for one in shared(world, plan, "mona")] == [True]
    about = {"coordinator_id": world.party["per"], "most_important": "Leiligheten"}
    world.by_two("mona", "lars", PlanStep.START_INFORMALLY, plan, **about)
    assert [nobodys_yes(one) for one in shared(world, plan, "per")] == [True]


@proves(PlanStep.ACCEPT_COORDINATOR, MeasureStep.PROPOSE, MeasureStep.AGREE)
def test_a_former_coordinator_sees_nothing_and_a_later_measure_reopens_nothing(
    world: World,
) -> None:
    plan = world.active()
    replaced(world, plan)
    assert seen(world, plan, "mona") == set() and relations(world, plan, "mona") == frozenset()
    mona = world.party["mona"]
    proposed = world.take("per", MeasureStep.PROPOSE, plan, text="Ringe", accountable_id=mona)
    assert relations(world, plan, "mona") == frozenset() and seen(world, plan, "mona") == set()
    said = {"accountable_id": mona, "accountable_said_yes": True, "due_on": world.days(9)}
    world.take("per", MeasureStep.AGREE, plan, proposed.subject_id, **said, **AGREED)
    assert sources(world, plan, "mona") == [BY_ROLE] and seen(world, plan, "mona") == DUTY


@proves(PlanStep.LAY_DOWN)
def test_a_coordinator_who_steps_back_sees_what_her_measures_need(world: World) -> None:
    plan = world.active()
    world.measured(plan, "mona")
    give(world, "kim", plan, "mona", scopes=sorted(EVERYTHING))
    world.later(hours=1)
    world.take("mona", PlanStep.LAY_DOWN, plan)
    assert seen(world, plan, "mona") == DUTY and sources(world, plan, "mona") == [BY_ROLE]


@proves(PlanStep.ACCEPT_COORDINATOR, PlanStep.ADD_PARTICIPANT)
def test_the_yes_to_a_participant_stands_when_the_role_is_over(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["per"])
    replaced(world, plan)
    assert sources(world, plan, "per") == ["app", BY_ROLE]
    assert seen(world, plan, "per") == EVERYTHING
    replaced(world, plan, "mona")
    assert sources(world, plan, "per") == ["app"] and seen(world, plan, "per") == DUTY


@proves(PlanStep.PHASE_OUT)
def test_a_coordinator_who_leaves_the_group_coordinates_still(world: World) -> None:
    plan = world.active()
    world.take("kim", PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["mona"])
    world.later(hours=1)
    (here,) = [one for one in rows(world, Participant, plan) if one.party_id == world.party["mona"]]
    world.take("kim", PlanStep.PHASE_OUT, plan, participant_id=here.id)
    assert sources(world, plan, "mona") == [BY_ROLE]


@proves(MeasureStep.ACCEPT, MeasureStep.CANCEL, MeasureStep.TAKE_BACK)
def test_who_has_a_measure_sees_the_plan_as_long_as_it_is_theirs(world: World) -> None:
    plan = world.active()
    key = world.measured(plan, "per")
    assert sources(world, plan, "per") == [BY_ROLE]
    world.take("mona", MeasureStep.OFFER, plan, key, to_party_id=world.party["ali"])
    world.take("ali", MeasureStep.ACCEPT, plan, key)
    assert [nobodys_yes(one) for one in shared(world, plan, "ali")] == [True]
    assert sources(world, plan, "per") == []
    world.later(hours=1)
    world.take("mona", MeasureStep.CANCEL, plan, key, reason="Ikke nå", **AGREED)
    assert sources(world, plan, "ali") == []
    world.take("mona", MeasureStep.TAKE_BACK, plan, key, reason="Feil", **AGREED)
    assert sources(world, plan, "ali") == [BY_ROLE]
    world.later(hours=1)
    world.take("kim", PlanStep.STOP_SHARING_WITH, plan, party_id=world.party["ali"])
    world.take("mona", MeasureStep.CANCEL, plan, key, reason="Ikke nå", **AGREED)
    world.take("mona", MeasureStep.TAKE_BACK, plan, key, reason="Feil", **AGREED)
    assert sources(world, plan, "ali") == []  # what the person stopped stays stopped


@proves(MeasureStep.CLOSE)
def test_what_a_measure_gave_ends_when_it_is_closed(world: World) -> None:
    plan = world.active()
    key = world.measured(plan, "per", helper_ids=[world.party["ali"]])
    world.take("per", MeasureStep.DONE, plan, key, **AGREED)
    world.take("mona", MeasureStep.EVALUATE, plan, key, outcome="achieved", rating="good", **AGREED)
    world.take("mona", MeasureStep.CLOSE, plan, key, **AGREED)
    assert sources(world, plan, "per") == sources(world, plan, "ali") == []
    assert sources(world, plan, "mona") == [BY_ROLE]


@proves(MeasureStep.CHANGE_DETAILS)
def test_who_helps_no_more_sees_no_more(world: World) -> None:
    plan = world.active()
    key = world.measured(plan, "mona", helper_ids=[world.party["per"]])
    assert sources(world, plan, "per") == [BY_ROLE]
    helping = {"helper_ids": [world.party["ali"]], **AGREED}
    world.take("mona", MeasureStep.CHANGE_DETAILS, plan, key, **helping)
    assert (sources(world, plan, "per"), sources(world, plan, "ali")) == ([], [BY_ROLE])
    assert sources(world, plan, "mona") == [BY_ROLE]


@proves(PlanStep.OFFER_TRANSFER, PlanStep.ACCEPT_TRANSFER)
def test_what_was_said_of_a_transfer_is_written_as_it_was_said(world: World) -> None:
    plan = world.active()
    asked = {"to_unit_id": world.unit["coordinating"], "reason": "Flytter", "scopes": ["goals"]}
    world.take("mona", PlanStep.OFFER_TRANSFER, plan, **asked, agreed_how="paper")
    world.take("liv", PlanStep.ACCEPT_TRANSFER, plan, coordinator_id=world.party["liv"])
    assert sources(world, plan, "liv") == ["paper"] and seen(world, plan, "liv") == {"goals"}
