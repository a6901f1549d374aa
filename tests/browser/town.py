"""Invented municipalities for the browser: one without any plan, one with forty; whoever signs in is found here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, copied
from workflow.acts.base.context import StepResult
from workflow.acts.deadlines.policy_versions import set_policy
from workflow.acts.entry.composites import form_of, perform_any
from workflow.demo import town as towns
from workflow.demo.load import load_demo
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.history.municipal_chain import change_rows
from workflow.record.models import (
    Deadline,
    Event,
    Notice,
    Party,
    Plan,
    new_id,
)
from workflow.rules.calendar.clock import oslo_date, utc_now
from workflow.rules.deadlines.policy import Choices
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import CompositeStep, PlanStep

SPOKEN = {"agreed_how": "spoken"}


@contextmanager
def empty_town(backend: Backend) -> Iterator[Database]:
    """The invented municipality with its people and no plan; it has no quiet hours, so night is as day."""
    now, always = utc_now(), Choices(quiet_from=time(0), quiet_until=time(0))
    with copied(backend) as database:
        with unit_of_work(database.engine) as session:
            town = towns.build(session, now)
            set_policy(session, town.actor("operator"), None, today(), always, None, now)
        yield database


@contextmanager
def full_town(backend: Backend) -> Iterator[Database]:
    """The municipality of the demo, with plans in every state."""
    with copied(backend) as database:
        with unit_of_work(database.engine) as session:
            load_demo(session, utc_now())
        yield database


def today() -> date:
    """The Norwegian day."""
    return oslo_date(utc_now())


@dataclass(frozen=True)
class People:
    """The people of a town by name, and what they do away from the screen."""

    engine: Engine

    def key(self, name: str) -> str:
        """The party of that name."""
        with Session(self.engine) as session:
            return session.execute(select(Party.id).where(Party.name == name)).scalar_one()

    def name(self, party_id: str | None) -> str:
        """What somebody is called."""
        with Session(self.engine) as session:
            return session.execute(select(Party.name).where(Party.id == party_id)).scalar_one()

    def owner(self, plan: str) -> str:
        """Whom a plan is about."""
        with Session(self.engine) as session:
            return self.name(
                session.execute(select(Plan.person_id).where(Plan.id == plan)).scalar()
            )

    def take(
        self, name: str, step: str, plan: str | None = None, subject: str | None = None, **said: Any
    ) -> StepResult:
        """Somebody takes a step with these answers; the last row's event."""
        done = perform_any(
            self.engine,
            Actor(self.key(name)),
            step,
            plan_id=plan,
            subject_id=subject,
            form=form_of(step)(**said),
            now=utc_now(),
        )
        return done[-1]

    def give_address(self, name: str, email: str) -> None:
        """The office notes where somebody gets mail."""
        with unit_of_work(self.engine) as session:
            change_rows(session, update(Party).where(Party.name == name).values(email=email))

    def requested(self, name: str = "Kim Nordnes") -> str:
        """A plan that the person has asked for."""
        return self.take(
            name, PlanStep.REPORT_NEED, person_id=self.key(name), why="Beholde leiligheten"
        ).plan_id

    def begun(self, name: str = "Kim Nordnes") -> str:
        """A plan in use: Mona coordinates, the papers follow."""
        plan = self.take(
            "Mona Lillevik",
            CompositeStep.REPORT_AND_START,
            person_id=self.key(name),
            why="Beholde leiligheten",
            coordinator_id=self.key("Mona Lillevik"),
            confirmer_id=self.key("Lars Vestgård"),
            **SPOKEN,
        ).plan_id
        self.take("Lars Vestgård", PlanStep.CONFIRM, plan)
        self.take(
            "Mona Lillevik",
            PlanStep.ADD_GOAL,
            plan,
            own_words="Betale husleia i rett tid",
            **SPOKEN,
        )
        return plan

    def agreed(self, plan: str, text: str) -> StepResult:
        """A measure agreed with Kim."""
        return self.take(
            "Mona Lillevik",
            CompositeStep.AGREE_IN_MEETING,
            plan,
            text=text,
            accountable_id=self.key("Mona Lillevik"),
            accountable_said_yes=True,
            due_on=today(),
            **SPOKEN,
        )

    def plan(self, name: str) -> str:
        """The plan of that person."""
        with Session(self.engine) as session:
            owner = select(Party.id).where(Party.name == name)
            return session.execute(select(Plan.id).where(Plan.person_id.in_(owner))).scalar_one()

    def reminded(self, name: str, plan: str, role: str) -> str:
        """A reminder of a date of the plan that still stands, to somebody; the notice's id."""
        who, cause = self.key(name), f"d:{plan}:1:0"
        with unit_of_work(self.engine) as session:
            known = select(Notice.id).where(Notice.cause == cause, Notice.recipient_id == who)
            if notice_id := session.execute(known).scalar():
                return notice_id
            due = (
                session.execute(
                    select(Deadline).where(
                        Deadline.plan_id == plan,
                        Deadline.state == "open",
                        Deadline.code == DeadlineCode.MEASURE_DUE,
                    )
                )
                .scalars()
                .first()
            )
            assert due is not None
            notice = Notice(
                id=new_id(),
                plan_id=plan,
                recipient_id=who,
                cause=cause,
                code=due.code,
                subject_id=due.subject_id,
                deadline_id=due.id,
                due_version=due.due_version,
                role=role,
                created_at=utc_now(),
            )
            session.add(notice)
            return notice.id

    def rows(self, plan: str) -> list[str]:
        """The rows taken on a plan, in order."""
        with Session(self.engine) as session:
            query = select(Event.step_name).where(Event.plan_id == plan).order_by(Event.seq)
            return list(session.execute(query).scalars())
