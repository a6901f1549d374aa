"""The test persons and their municipality: each has a meaning, and one must see nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import workflow.acts.entry.catalogue
from tests.servers.emptied import empty_used
from workflow.acts.base.context import StepResult
from workflow.acts.base.registry import ACTS
from workflow.acts.engine.fire import perform
from workflow.record.access.open_plan import Actor
from workflow.record.database.engine import unit_of_work
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.models import (
    Event,
    Measure,
    MunicipalityRow,
    Party,
    Plan,
    StaffRole,
    Unit,
    new_id,
)
from workflow.rules.names.steps import MeasureStep, PlanStep

assert workflow.acts.entry.catalogue.MODULES
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)  # Monday 9 March 2026, 10.00 in Oslo

# name -> (staff role, unit) where they work; nobody's name is a real person's.
STAFF = {
    "oda": ("decider", "ordering"),
    "ove": ("decider", "ordering"),
    "mona": ("coordinator", "service"),
    "per": ("coordinator", "service"),
    "lars": ("leader", "service"),
    "lise": ("leader", "top"),
    "liv": ("coordinating", "coordinating"),
    "leif": ("coordinating", "coordinating"),
    "adam": ("administrator", "coordinating"),
    "pia": ("privacy_officer", "coordinating"),
    "ali": ("worker", "nav"),
    "berit": ("worker", "nav"),
}
OTHERS = ("kim", "mor", "frida", "nosy", "sara", "hege", "vik")
AGREED: dict[str, Any] = {"agreed_how": "spoken"}


@dataclass
class World:
    """A municipality with its people; `now` moves only when a test moves it."""

    engine: Engine
    party: dict[str, str] = field(default_factory=dict)
    unit: dict[str, str] = field(default_factory=dict)
    now: datetime = MONDAY
    elsewhere: set[str] = field(default_factory=set)  # rows taken in another municipality

    def actor(self, name: str) -> Actor:
        """A test person as actor; `clock` and `operator` are actors too."""
        if name in ("clock", "operator"):
            return Actor(None, name)
        return Actor(self.party[name])

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    @property
    def today(self) -> date:
        """The Norwegian day (all test hours lie well within one)."""
        return self.now.date()

    def days(self, count: int) -> date:
        """A day that many calendar days ahead."""
        return self.today + timedelta(days=count)

    def take(
        self,
        name: str,
        step_name: str,
        plan: str | None = None,
        subject: str | None = None,
        /,
        version: Any = None,
        **fields: Any,
    ) -> StepResult:
        """A test person takes a step with these fields."""
        form = ACTS[step_name].form(**fields)
        return perform(
            self.engine,
            self.actor(name),
            step_name,
            plan_id=plan,
            subject_id=subject,
            form=form,
            version=version,
            now=self.now,
        )

    def by_two(
        self,
        name: str,
        second: str,
        step_name: str,
        plan: str,
        subject: str | None = None,
        /,
        **fields: Any,
    ) -> StepResult:
        """A test person asks for a step that two stand behind, and the second one confirms it."""
        confirmer_id = self.party[second]
        asked = self.take(name, step_name, plan, subject, confirmer_id=confirmer_id, **fields)
        assert asked.step_name == PlanStep.ASK_CONFIRMATION
        self.take(second, PlanStep.CONFIRM, plan)
        return self.newest(plan)

    def newest(self, plan_id: str) -> StepResult:
        """What the plan's newest event left."""
        with Session(self.engine) as session:
            query = select(Event).where(Event.plan_id == plan_id).order_by(Event.seq.desc())
            event = session.execute(query.limit(1)).scalar_one()
            state = str(json.loads(event.text)["to"])
            return StepResult(event.id, plan_id, event.subject_id, state, event.step_name)

    def plan(self, plan_id: str) -> Plan:
        """The plan's row as it stands."""
        with Session(self.engine) as session:
            return session.execute(select(Plan).where(Plan.id == plan_id)).scalar_one()

    def measure(self, measure_id: str) -> Measure:
        """The measure's row as it stands."""
        with Session(self.engine) as session:
            return session.execute(select(Measure).where(Measure.id == measure_id)).scalar_one()

    def requested(self) -> str:
        """Kim asks for a plan."""
        return self.take(
            "kim", PlanStep.REPORT_NEED, person_id=self.party["kim"], why="Beholde leiligheten"
        ).plan_id

    def granted(self) -> str:
        """Oda grants it and asks Mona to coordinate."""
        plan = self.requested()
        self.take(
            "oda",
            PlanStep.GRANT,
            plan,
            why_long="Varer i år",
            why_coordinated="MAT og Nav",
            wish_coordinator="Mona",
            to_party_id=self.party["mona"],
        )
        return plan

    def active(self) -> str:
        """Mona says yes and starts."""
        plan = self.granted()
        self.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
        self.take("mona", PlanStep.START, plan, next_review_on=self.days(90))
        return plan

    def measured(self, plan: str, accountable: str = "mona", **fields: Any) -> str:
        """A measure agreed with somebody accountable, due in ten days."""
        step = self.take("mona", MeasureStep.PROPOSE, plan, text="Ringe Nav", **fields)
        self.take(
            "mona",
            MeasureStep.AGREE,
            plan,
            step.subject_id,
            accountable_id=self.party[accountable],
            accountable_said_yes=True,
            due_on=self.days(10),
            **AGREED,
        )
        return step.subject_id


def make_world(engine: Engine, model: str = "A", number: str = "9000") -> World:
    """Build the municipality afresh: units, staff with roles, the person and those around.

    A database holds one: whatever another test left in it goes.
    """
    empty_used(engine)
    world = World(engine)
    with unit_of_work(engine) as session:
        insert_rows(
            session,
            MunicipalityRow,
            {
                "number": number,
                "name": "Fjordvik",
                "decision_model": model,
                "phone": "76 00 00 00",
                "created_at": MONDAY,
            },
        )
        _units(session, world)
        _parties(session, world)
    return world


def _units(session: Session, world: World) -> None:
    world.unit = {name: new_id() for name in ("top", "ordering", "coordinating", "service", "nav")}
    insert_rows(
        session,
        Unit,
        [
            {
                "id": key,
                "name": name,
                "kind": name if name in ("ordering", "coordinating") else "service",
                "phone": "76 00 00 01",
                "parent_id": None if name == "top" else world.unit["top"],
            }
            for name, key in world.unit.items()
        ],
    )


def _parties(session: Session, world: World) -> None:
    world.party = {name: new_id() for name in (*STAFF, *OTHERS)}
    insert_rows(
        session,
        Party,
        [
            {
                "id": key,
                "name": name.title(),
                "sort_key": name,
                "phone": "900 00 000",
                "email": f"{name}@example.test",
                "created_at": MONDAY,
            }
            for name, key in world.party.items()
        ],
    )
    insert_rows(
        session,
        StaffRole,
        [
            {
                "id": new_id(),
                "party_id": world.party[name],
                "unit_id": world.unit[unit],
                "role": role,
                "from_at": MONDAY - timedelta(days=900),
            }
            for name, (role, unit) in STAFF.items()
        ],
    )
