"""Tests of the invented municipality: forty plans in every state, and what a sweep then tells."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, copied
from workflow.acts.deadlines.sweep import sweep
from workflow.demo.load import demo_sign_ins, load_demo
from workflow.demo.town import STAFF, UNITS
from workflow.record.database.engine import unit_of_work
from workflow.record.history.verify import verify
from workflow.record.models import (
    Delivery,
    Event,
    Measure,
    Meeting,
    MunicipalityRow,
    Notice,
    Offer,
    Party,
    Plan,
)
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep

NOW = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
SLOWEST_SECONDS = 60  # a hang, not a measure: about two seconds on a quiet machine
OVERDUE_KINDS = {
    DeadlineCode.ACKNOWLEDGE_REPORT,
    DeadlineCode.PROVISIONAL_REPLY,
    DeadlineCode.DECIDE_REQUEST,
    DeadlineCode.APPOINT_COORDINATOR,
    DeadlineCode.COORDINATOR_ANSWERS,
    DeadlineCode.DECIDE_INFORMAL_START,
    DeadlineCode.VACANCY,
    DeadlineCode.REVIEW,
    DeadlineCode.CONCLUDE_REVIEW,
    DeadlineCode.MEASURE_DUE,
    DeadlineCode.QUIET_PLAN,
    DeadlineCode.MEETING_PREPARED,
    DeadlineCode.MINUTES_DUE,
    DeadlineCode.WISH_FOR_COORDINATOR,
}


@pytest.fixture(scope="module")
def demo(backend: Backend) -> Iterator[Database]:
    """A database with the demo loaded once; the tests only read it, and the sweep comes last."""
    with copied(backend) as database:
        with unit_of_work(database.engine) as session:
            load_demo(session, NOW)
        yield database


@pytest.fixture
def session(demo: Database) -> Iterator[Session]:
    with Session(demo.engine) as opened:
        yield opened


def test_forty_plans_in_every_state(session: Session) -> None:
    states = dict(session.execute(select(Plan.state, func.count()).group_by(Plan.state)).all())
    assert sum(states.values()) == 40
    assert set(states) == {"requested", "decided", "active", "reviewed", "transferred", "closed"}
    measures = set(session.execute(select(Measure.state)).scalars())
    assert {"requested", "decided", "active", "closed"} <= measures
    assert len(set(session.execute(select(Meeting.state)).scalars())) >= 3


def test_people_and_units(session: Session) -> None:
    assert (len(STAFF), len(UNITS)) == (12, 4)  # three units and the one above them
    for name, email, hmac in session.execute(
        select(Party.name, Party.email, Party.national_id_hmac)
    ):
        assert re.fullmatch(r"[a-z.\-]+@example\.test", email), name
        assert hmac == ""
    names = set(session.execute(select(Party.name)).scalars())
    assert {name for name, _ in demo_sign_ins()} <= names


def test_each_plan_is_the_one_it_should_be(session: Session) -> None:
    plans = {plan.person_id: plan for plan in session.execute(select(Plan)).scalars()}
    names = dict(session.execute(select(Party.name, Party.id)).all())

    def of(name: str) -> Plan:
        return plans[names[name]]

    assert of("Kim Nordnes").state == "active"
    assert of("Kim Nordnes").retroactive
    assert of("Jon Petter Lia").paused_until is not None
    assert of("Ida Sletta").frozen
    assert of("Marit Hjelle").origin == "incoming"
    assert of("Gunn Åsebø").responsible_party_id == names["Gunn Åsebø"]
    assert of("Roger Stenvoll").informal
    assert of("Elin Kverndal").resting == "out_of_contact"
    waiting = select(Offer.kind).where(Offer.outcome == "")
    assert {"transfer", "coordinator"} <= set(session.execute(waiting).scalars())
    born = dict(session.execute(select(Party.name, Party.born_on)).all())
    nora = born["Nora Finstad"]
    assert nora is not None
    assert (NOW.date() - nora).days // 365 == 17


def test_the_narvik_case_as_it_is_told(session: Session) -> None:
    kim = select(Plan).join(Party, Party.id == Plan.person_id).where(Party.name == "Kim Nordnes")
    plan = session.execute(kim).scalar_one()
    rows = session.execute(
        select(Measure).where(Measure.plan_id == plan.id).order_by(Measure.position)
    ).scalars()
    first, appointment, deduction, now = rows
    assert first.completed_on == first.evaluated_on
    assert appointment.original_due_on is not None
    assert appointment.completed_on is not None
    assert (appointment.completed_on - appointment.original_due_on).days == 4
    assert deduction.condition_by == "Nav"
    assert (now.state, now.completed_on) == ("active", None)
    taken = list(
        session.execute(
            select(Event.step_name).where(Event.plan_id == plan.id).order_by(Event.seq)
        ).scalars()
    )
    assert {
        PlanStep.START_INFORMALLY,
        MeasureStep.CAME_TO_NOTHING,
        PlanStep.COPY_GIVEN,
        PlanStep.PROVISIONAL_REPLY,
        PlanStep.DECIDE_RETROACTIVELY,
    } <= set(taken)
    assert taken.index(PlanStep.PROVISIONAL_REPLY) < taken.index(PlanStep.DECIDE_RETROACTIVELY)


def test_nothing_happens_after_the_loading(session: Session) -> None:
    latest = session.execute(select(func.max(Event.recorded_at))).scalar()
    assert latest is not None
    assert latest <= NOW


def test_old_news_is_read(session: Session) -> None:
    unread = session.execute(select(func.min(Notice.created_at)).where(Notice.read_at.is_(None)))
    oldest = unread.scalar()
    assert oldest is not None
    assert (NOW - oldest).days <= 10
    states = set(session.execute(select(Delivery.state)).scalars())
    assert states == {"sent", "waiting"}


def test_the_chain_holds(demo: Database) -> None:
    report = verify(demo.engine)
    assert report.ok, report.broken
    assert report.plans == 40


def test_loading_is_quick(backend: Backend) -> None:
    with copied(backend) as database, unit_of_work(database.engine) as session:
        began = time.perf_counter()
        load_demo(session, NOW.replace(hour=22, minute=59))
        taken = time.perf_counter() - began
    print(f"\ndemo loaded in {taken:.1f} s")
    assert taken < SLOWEST_SECONDS


def test_one_municipality_once(session: Session) -> None:
    assert session.execute(select(MunicipalityRow.number)).scalars().all() == ["9999"]


def test_a_sweep_raises_notices_of_many_kinds(demo: Database) -> None:
    first = sweep(demo.engine, NOW)
    with Session(demo.engine) as session:
        codes = set(session.execute(select(Notice.code).where(Notice.cause.like("d:%"))).scalars())
        leaders = set(
            session.execute(select(Notice.role).where(Notice.code == DeadlineCode.REVIEW)).scalars()
        )
    assert codes >= OVERDUE_KINDS, OVERDUE_KINDS - codes
    assert {"coordinator", "leader", "leader_2"} <= leaders
    assert first.notices > 50
    assert sweep(demo.engine, NOW).notices == 0
