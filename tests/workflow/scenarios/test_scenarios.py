"""The worked scenarios 1–4 (domain 7), told as they happened; single rows stand in the files beside."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.proofs import holders, last, rows, text, told, whole, words
from tests.workflow.scenarios import clinic_plan
from tests.world import AGREED, World, make_world
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.entry.five_questions import FiveQuestions, talk
from workflow.record.access.open_plan import resolve_access
from workflow.record.database.engine import unit_of_work
from workflow.record.lists.incomplete_plans import list_incomplete_plans
from workflow.record.models import (
    Deadline,
    Decision,
    Document,
    Event,
    Goal,
    Measure,
    Notice,
    StaffRole,
    new_id,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep


def codes(world: World, plan: str, state: str = "open") -> dict[str, date]:
    """The plan's deadlines in a state, with the Norwegian day each falls due."""
    return {
        deadline.code: oslo_date(deadline.due_at)
        for deadline in rows(world, Deadline, plan)
        if deadline.state == state
    }


def heard(world: World, name: str) -> set[str]:
    """The deadline codes somebody has been reminded of."""
    with unit_of_work(world.engine) as session:
        query = select(Notice.code).where(
            Notice.recipient_id == world.party[name], Notice.cause.like("d:%")
        )
        return set(session.execute(query).scalars())


class Narvik:
    """Scenario 1: a man in his forties, in active use, no decision; the rent is four months late."""

    def __init__(self, database: Database) -> None:
        self.world = make_world(database.engine)
        self.d0 = self.world.today
        # Mona is his contact in the community support service (MAT).
        self.joint: dict[str, Any] = {
            "accountable_id": self.world.party["kim"],
            "helper_ids": [self.world.party["mona"]],
        }

    def day(self, count: int) -> None:
        """Go to the day D<count>."""
        self.world.later(days=count - (self.world.today - self.d0).days)

    def questions(self) -> None:
        """D0: the five questions, in his own words."""
        world = self.world
        self.plan = world.take(
            "mona",
            PlanStep.REPORT_NEED,
            person_id=world.party["kim"],
            why="Beholde leiligheten",
            **AGREED,
        ).plan_id
        asked = FiveQuestions(
            most_important="Beholde leiligheten",
            condition="Få betalt det jeg skylder",
            own_words="Betale husleia i rett tid hver måned",
            text="Bestille time på Nav",
            **self.joint,
        )
        with unit_of_work(world.engine) as session:
            taken = talk(session, world.actor("kim"), self.plan, asked, world.now)
        self.book = taken[-1].subject_id

    def start(self) -> None:
        """D1: he puts his case himself; work begins, the papers follow."""
        world, given = self.world, {"accountable_said_yes": True, **AGREED}
        world.by_two(
            "mona",
            "lars",
            PlanStep.START_INFORMALLY,
            self.plan,
            coordinator_id=world.party["mona"],
        )
        self.attend = world.take(
            "mona",
            MeasureStep.PROPOSE,
            self.plan,
            text="Møte til timen hos Nav",
            agreed_consequence="Uten oppmøte blir det ingen avtale om trekk",
            **self.joint,
        ).subject_id
        self.deduct = world.take(
            "mona",
            MeasureStep.PROPOSE,
            self.plan,
            text="Få husleia trukket fra trygda",
            condition_by="Nav",
            condition="Et system for å betale framover",
            **self.joint,
        ).subject_id
        world.take("mona", MeasureStep.AGREE, self.plan, self.book, due_on=world.today, **given)
        world.take("mona", MeasureStep.AGREE, self.plan, self.attend, due_on=world.days(3), **given)
        world.take("mona", MeasureStep.AGREE, self.plan, self.deduct, due_on=world.days(6), **given)


@pytest.fixture
def narvik(fresh_database: Database) -> Narvik:
    return Narvik(fresh_database)


def test_scenario_1_the_rent_in_narvik(narvik: Narvik) -> None:
    world = narvik.world
    narvik.questions()
    narvik.day(1)
    narvik.start()
    plan = narvik.plan
    row = world.plan(plan)
    assert (row.state, row.informal, row.started_on) == ("active", True, world.today)
    assert [goal.own_words for goal in rows(world, Goal, plan)] == [
        "Betale husleia i rett tid hver måned"
    ]
    assert len(rows(world, Measure, plan)) == 3  # a complete start

    # D1: he rings with Mona beside him; done, evaluated, and the plan on paper in his hand.
    world.take("kim", MeasureStep.DONE, plan, narvik.book)
    world.take(
        "kim",
        MeasureStep.EVALUATE,
        plan,
        narvik.book,
        outcome="achieved",
        way_of_working="Jeg ringte selv",
    )
    copy = world.take("mona", PlanStep.COPY_GIVEN, plan)
    assert text(world, copy)["step"] == PlanStep.COPY_GIVEN

    # D4: he is not at home. Nobody takes it over, no manager hears of it.
    narvik.day(4)
    world.take(
        "mona",
        MeasureStep.CAME_TO_NOTHING,
        plan,
        narvik.attend,
        next_step="Vi venter til du kommer",
    )
    after = world.measure(narvik.attend)
    assert (after.accountable_id, after.state) == (world.party["kim"], "decided")
    narvik.day(6)
    sweep(world.engine, world.now)
    assert heard(world, "lars") == heard(world, "lise") == set()

    # D7: he comes back and has got a day's respite himself; D8 both are done.
    narvik.day(7)
    world.take(
        "kim", MeasureStep.MOVE_DATE, plan, narvik.attend, due_on=world.days(1), reason="Ny time"
    )
    narvik.day(8)
    for key in (narvik.attend, narvik.deduct):
        world.take("kim", MeasureStep.DONE, plan, key)
        world.take("kim", MeasureStep.EVALUATE, plan, key, outcome="achieved")
        world.take("kim", MeasureStep.CLOSE, plan, key)
    late = world.measure(narvik.attend)
    d4, d8 = narvik.d0 + timedelta(days=4), narvik.d0 + timedelta(days=8)
    assert (late.original_due_on, late.completed_on, late.evaluated_on) == (d4, d8, d8)
    four_columns = [
        (m.text, m.accountable_id, m.completed_on is not None, m.evaluated_on is not None)
        for m in rows(world, Measure, plan)
    ]
    assert {row[1:] for row in four_columns} == {(world.party["kim"], True, True)}

    # One month: the law asks for a provisional reply, which says that the work has begun.
    assert codes(world, plan)[DeadlineCode.PROVISIONAL_REPLY] == date(2026, 4, 9)
    assert DeadlineCode.DECIDE_REQUEST not in codes(world, plan)
    narvik.day(28)
    reply = world.take(
        "oda",
        PlanStep.PROVISIONAL_REPLY,
        plan,
        reason="Vedtaket kommer",
        expected_on=world.days(20),
    )
    assert text(world, reply)["codes"]["begun"] is True

    # Day 30 of the informal start: Mona is reminded; D40: the decision, effective D1.
    narvik.day(32)
    sweep(world.engine, world.now)
    assert DeadlineCode.DECIDE_INFORMAL_START in heard(world, "mona")
    narvik.day(40)
    effective = narvik.d0 + timedelta(days=1)
    done = world.take(
        "oda",
        PlanStep.DECIDE_RETROACTIVELY,
        plan,
        why_long="Over mange år",
        effective_from=effective,
        why_coordinated="Fastlege, MAT, Nav",
        regime="social",
    )
    decided = last(world, Decision, plan)
    assert (decided.effective_from, decided.made_on) == (effective, world.today)
    assert text(world, done)["at"].startswith(world.today.isoformat())  # the audit shows D40
    assert world.plan(plan).informal is False
    whole(world)


def with_model(database: Database, model: str) -> World:
    """The same person in a municipality of that practice."""
    return make_world(database.engine, model)


def plan_a(world: World) -> str:
    """A: the ordering unit decides and asks the coordinator in the same act."""
    plan = world.requested()
    with pytest.raises(NotThere):  # a coordinator cannot grant, nor see the request
        world.take(
            "mona", PlanStep.GRANT, plan, why_long="År", why_coordinated="Nav", wish_coordinator="–"
        )
    for person in ("mona", "liv", "lars"):
        assert "deciding_unit" not in relations(world, person, plan)
    world.take(
        "oda",
        PlanStep.GRANT,
        plan,
        why_long="År",
        why_coordinated="Nav",
        wish_coordinator="Ingen bestemt",
        to_party_id=world.party["mona"],
    )
    return plan


def plan_b(world: World) -> str:
    """B: the system coordinator decides; nobody is appointed before the wish is recorded."""
    plan = world.requested()
    yes = {"why_long": "År", "why_coordinated": "Nav", "to_party_id": world.party["mona"]}
    with pytest.raises(Refused, match="wish_not_asked"):
        world.take("liv", PlanStep.GRANT, plan, **yes)
    world.take("liv", PlanStep.GRANT, plan, wish_coordinator="Mona", **yes)
    return plan


def plan_c(world: World) -> str:
    """C: they just began to work like that; the decision follows."""
    plan = world.take(
        "ali",
        PlanStep.REPORT_NEED,
        person_id=world.party["kim"],
        why="Beholde leiligheten",
        **AGREED,
    ).plan_id
    world.take("ali", PlanStep.START_INFORMALLY, plan, coordinator_id=world.party["mona"])
    with unit_of_work(world.engine) as session:  # the leader of the office that answers
        role = {"role": "leader", "unit_id": world.unit["ordering"], "from_at": world.now}
        session.add(StaffRole(id=new_id(), party_id=world.party["ove"], **role))
    world.later(days=20)
    world.take(
        "ove",
        PlanStep.DECIDE_RETROACTIVELY,
        plan,
        why_long="År",
        why_coordinated="Nav",
        effective_from=world.days(-20),
    )
    return plan


def relations(world: World, name: str, plan: str) -> frozenset[str]:
    """How somebody stands to a plan."""
    with Session(world.engine) as session:
        return resolve_access(session, world.actor(name), plan, world.now).relations


def in_use(world: World, plan: str) -> None:
    """The coordinator says yes and starts, where that has not been done; a goal and a measure."""
    if world.plan(plan).state == "decided":
        world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
        world.take("mona", PlanStep.START, plan, next_review_on=world.days(90))
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Bo trygt", **AGREED)
    world.measured(plan)


def contents(world: World, plan: str) -> tuple[object, ...]:
    """What the nine points ask for, as far as this plan goes."""
    row = world.plan(plan)
    return (
        row.state,
        row.outcome,
        row.most_important,
        holders(world, plan)["coordinator"],
        [goal.own_words for goal in rows(world, Goal, plan)],
        [(m.text, m.state) for m in rows(world, Measure, plan)],
    )


def test_scenario_2_three_practices_one_end(fresh_database: Database) -> None:
    ends, logs = [], []
    for model, made in (("A", plan_a), ("B", plan_b), ("C", plan_c)):
        world = with_model(fresh_database, model)
        plan = made(world)
        in_use(world, plan)
        whole(world)
        ends.append(contents(world, plan))
        logs.append([event.step_name for event in rows(world, Event, plan)])
    assert ends[0] == ends[1] == ends[2]
    assert logs[0] == logs[1]
    assert logs[2][:3] == [
        PlanStep.REPORT_NEED,
        PlanStep.START_INFORMALLY,
        PlanStep.DECIDE_RETROACTIVELY,
    ]


def test_scenario_2_nobody_judges_their_own_decision_alone(fresh_database: Database) -> None:
    world = with_model(fresh_database, "A")
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Nei")
    world.take("kim", PlanStep.COMPLAIN, plan, words="Uenig")
    again = {"reason": "Ja"}
    with pytest.raises(Refused, match="maker_alone"):
        world.take("oda", PlanStep.REVERSE, plan, **again)
    with pytest.raises(BadInput, match="confirmer_id: unknown_party"):
        world.take("oda", PlanStep.REVERSE, plan, confirmer_id=new_id(), **again)
    world.by_two("oda", "ove", PlanStep.REVERSE, plan, **again)
    assert world.plan(plan).outcome == "granted"


def test_scenario_3_the_ombudsmans_case(fresh_database: Database) -> None:
    """Denied; in use all the same without a written decision; then the coordinator leaves."""
    world = make_world(fresh_database.engine)
    first = world.requested()
    world.take("oda", PlanStep.DENY, first, reasons="Ikke langvarig")
    world.later(days=40)
    world.take("liv", PlanStep.LAPSE, first)
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
    world.later(days=61)
    sweep(world.engine, world.now)
    world.later(days=14)
    sweep(world.engine, world.now)
    assert DeadlineCode.DECIDE_INFORMAL_START in heard(
        world, "liv"
    )  # the coordinating unit is told
    done = world.by_two(
        "liv", "lars", PlanStep.VACATE, plan, acting_id=world.party["leif"], reason="Mona slutter"
    )
    assert holders(world, plan) == {"responsible": "leif", "acting": "leif"}  # the same second
    assert {"kim", "mona"} <= told(world, done)
    assert codes(world, plan)[DeadlineCode.VACANCY] >= world.days(14)
    with Session(world.engine) as session:
        for what in ("informal", "vacant"):
            listed, _ = list_incomplete_plans(session, world.actor("liv"), world.now, what, None)
            assert plan in {line.plan_id for line in listed}
    whole(world)


def test_scenario_4_a_plan_from_the_place_of_treatment(fresh_database: Database) -> None:
    """Discharge on D20; the clinic's plan has 2 goals, 5 measures, another template, no IOP."""
    world = make_world(fresh_database.engine)
    discharge = world.days(20)
    done = clinic_plan.receive(world, discharge_on=discharge)
    plan = done.plan_id
    row = world.plan(plan)
    assert (row.state, row.origin, row.source_name) == ("requested", "incoming", "Klinikken")
    assert holders(world, plan) == {"responsible": None}
    assert row.responsible_unit_id == row.unit_id == world.unit["ordering"]
    stored = rows(world, Document, plan)[0]
    assert (stored.code, stored.content.decode()) == ("A02-2", "Hele planen")
    assert codes(world, plan)[DeadlineCode.DECIDE_INCOMING] <= discharge
    assert "Døgnrytme" in words(world, done)["unmapped"]  # shown, not lost

    clinic_plan.grant(world, plan)
    assert {m.text for m in rows(world, Measure, plan)} == set(clinic_plan.NAMES)
    assert clinic_plan.agree(world, plan, discharge) == clinic_plan.AT_THE_END
    assert len(rows(world, Goal, plan)) == 2
    after = [m.due_on for m in rows(world, Measure, plan) if m.state == "decided"]
    assert all(due is not None and due > discharge for due in after)
    whole(world)
