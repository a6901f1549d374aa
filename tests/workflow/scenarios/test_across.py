"""Each row that takes a plan to another municipality or keeps it here (domain 5.1: `plan.offer_transfer`)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database
from tests.workflow.crossing.pair import neighbour_of
from tests.workflow.proofs import holders, last, proves, rows, whole
from tests.workflow.scenarios import clinic_plan
from tests.world import AGREED, World, make_world
from workflow.record.models import Agreement, Deadline, Document, Event, EventBody, Goal, Measure
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


@proves(PlanStep.OFFER_TRANSFER, PlanStep.RELEASE_ELSEWHERE)
def test_another_municipality_gets_a_new_plan(world: World, backend: Backend) -> None:
    plan = world.active()
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Bo trygt", **AGREED)
    world.measured(plan)
    with neighbour_of(world, backend) as pair:
        key = pair.ask(plan)
        with pytest.raises(Refused, match="offer_is_elsewhere"):
            world.take("oda", PlanStep.ACCEPT_TRANSFER, plan)
        pair.talk()
        pair.accept(key)
        pair.talk()
        old, (new,) = world.plan(plan), pair.there.plans()
        assert (old.state, old.close_reason) == ("closed", "transferred_out")
        assert (new.origin, new.predecessor_id) == ("incoming", plan)
        assert old.number in new.source_name
        assert (new.state, new.outcome) == ("decided", "granted")  # rests on the old decision
        there = pair.there.world
        assert new.unit_id == there.unit["ordering"]
        assert [goal.own_words for goal in rows(there, Goal, new.id)] == ["Bo trygt"]
        assert [m.state for m in rows(there, Measure, new.id)] == ["requested"]


@proves(PlanStep.END_TRANSFER_UNAGREED)
def test_without_the_persons_yes_the_plan_does_not_leave(world: World, backend: Backend) -> None:
    plan = world.active()
    with neighbour_of(world, backend) as pair:
        key = pair.ask(plan)
        pair.talk()
        agreement = last(world, Agreement, plan)
        world.take("kim", PlanStep.OBJECT, plan, agreement_id=agreement.id, words="Nei")
        pair.accept(key)
        pair.talk()
        assert (world.plan(plan).state, holders(world, plan)["responsible"]) == ("active", "mona")
        assert pair.there.plans() == []


@proves(PlanStep.DECLINE_TRANSFER)
def test_a_municipality_does_not_decline_the_discharge_of_its_own(
    world: World, backend: Backend
) -> None:
    plan = world.active()
    with neighbour_of(world, backend) as pair:
        key = pair.ask(plan, discharge_on=world.days(9), first_appointment="Tirsdag kl. 10 hos Per")
        pair.talk()
        with pytest.raises(Refused, match="discharge_stands"):
            pair.refuse(key)
        pair.refuse(key, reason="Bor i byen", residence_disputed=True)
        pair.talk()
        done = last(world, Event, plan)
        assert (done.step_name, world.plan(plan).state) == (PlanStep.DECLINE_TRANSFER, "active")
        assert json.loads(done.text)["codes"]["residence_disputed"] is True


def test_scenario_4_from_an_outside_municipality(world: World, backend: Backend) -> None:
    """The place of treatment lies in another municipality, whose own plan rests on the clinic's."""
    discharge = world.days(20)
    plan = str(clinic_plan.receive(world).plan_id)
    clinic_plan.grant(world, plan)
    with neighbour_of(world, backend) as pair:
        key = pair.ask(plan, discharge_on=discharge, first_appointment="Tirsdag kl. 10 hos Per")
        pair.talk()
        pair.accept(key, rests_on_old="no")
        assert pair.there.plans() == []  # the yes starts nothing: the sender still answers
        pair.talk()
        there, (new,) = pair.there.world, pair.there.plans()
        there.party["kim"] = str(new.person_id)
        assert (new.state, new.origin) == ("requested", "incoming")
        assert holders(there, new.id)["responsible"] == "mona"
        assert world.plan(plan).number in new.source_name
        assert "Døgnrytme" in unmapped(there, new.id)
        assert b"Hele planen" in {paper.content for paper in rows(there, Document, new.id)}
        due = {one.code: one.due_at for one in rows(there, Deadline, new.id) if one.state == "open"}
        assert oslo_date(due[DeadlineCode.DECIDE_INCOMING]) <= discharge
        clinic_plan.grant(there, new.id)
        assert clinic_plan.agree(there, new.id, discharge) == clinic_plan.AT_THE_END
        assert len(rows(there, Goal, new.id)) == 2
        assert (world.plan(plan).state, there.plan(new.id).state) == ("closed", "active")
        for one in (world, there):
            whole(one)


def unmapped(world: World, plan: str) -> str:
    """The clinic's headings that fitted nowhere, as the first event of a plan tells of them."""
    with Session(world.engine) as session:
        began = rows(world, Event, plan)[0]
        return str(json.loads(session.get_one(EventBody, began.id).words)["unmapped"])
