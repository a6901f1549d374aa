"""An invented municipality for tests of deadlines: units, staff, a plan in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from workflow.record.database.engine import unit_of_work
from workflow.record.deadlines import deadlines, policies
from workflow.record.deadlines.anchors import Subject
from workflow.record.history.municipal_chain import note_objects
from workflow.record.history.row_digests import EXCEPTED
from workflow.record.models import (
    Absence,
    Base,
    DeadlineRung,
    Measure,
    Meeting,
    MunicipalityRow,
    Notice,
    Party,
    Plan,
    StaffRole,
    Tenure,
    Unit,
    new_id,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.transition import Transition

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
STAFF = {
    "cora": ("coordinator", "service"),
    "lea": ("leader", "service"),
    "lena": ("leader", "top"),
    "dag": ("decider", "ordering"),
    "liv": ("leader", "ordering"),
    "kea": ("coordinating", "ke"),
    "ada": ("administrator", "ke"),
    "wes": ("worker", "service"),
    "sub": ("worker", "service"),
}
PRIVATE = ("kim", "rel")


def row(
    *starts: str, meets: tuple[str, ...] = (), clock: str = "", by: tuple[str, ...] = ("x",)
) -> Transition:
    """A row that only says what it does to deadlines."""
    return Transition(
        "plan.x", "X", (), "x", "x", relations=by, starts=starts, meets=meets, deadline_clock=clock
    )


@dataclass
class World:
    """One municipality; names are keys of `party` and `unit`."""

    engine: Engine
    number: str = "1806"
    party: dict[str, str] = field(default_factory=dict)
    unit: dict[str, str] = field(default_factory=dict)

    def add(self, *rows: Base) -> None:
        """Stores rows in a transaction of their own, in the order given."""
        with unit_of_work(self.engine) as session:
            for entity in rows:
                session.add(entity)
                session.flush()
                if entity.__tablename__ not in EXCEPTED:
                    note_objects(session, entity)

    def build(self) -> World:
        """Units under one top, staff with their roles, the person Kim and a relative."""
        rows: list[Base] = [
            MunicipalityRow(
                number=self.number, name="Utvik", decision_model="A", created_at=LONG_AGO
            )
        ]
        for name, kind in (
            ("top", "service"),
            ("service", "service"),
            ("ordering", "ordering"),
            ("ke", "coordinating"),
        ):
            self.unit[name] = new_id()
            parent = None if name == "top" else self.unit["top"]
            rows.append(Unit(id=self.unit[name], name=name, kind=kind, parent_id=parent))
        self.add(*rows, *(row for name in (*STAFF, *PRIVATE) for row in self.hired(name)))
        return self

    def hire(self, name: str) -> None:
        """A party with an address, and its staff role where it has one."""
        self.add(*self.hired(name))

    def hired(self, name: str) -> Iterator[Base]:
        """The rows of somebody who comes to the municipality."""
        self.party[name] = new_id()
        yield Party(
            id=self.party[name],
            name=name.title(),
            sort_key=name,
            created_at=LONG_AGO,
            email=f"{name}@example.invalid",
        )
        if name in STAFF:
            role, unit = STAFF[name]
            place = {"party_id": self.party[name], "unit_id": self.unit[unit]}
            yield StaffRole(id=new_id(), role=role, from_at=LONG_AGO, **place)

    def plan(self, coordinator: str | None = "cora", **columns: Any) -> str:
        """A plan in use, with Cora as coordinator unless said otherwise."""
        key = new_id()
        values: dict[str, Any] = {
            "number": f"{self.number}-{key[-6:]}",
            "state": "active",
            "subject_kind": "person",
            "person_id": self.party["kim"],
            "origin": "need",
            "unit_id": self.unit["ordering"],
            "service_unit_id": self.unit["service"],
            "responsible_unit_id": self.unit["service"],
            "reported_at": LONG_AGO,
            "last_activity_at": LONG_AGO,
            "created_at": LONG_AGO,
            "person_knows": "yes",
            **columns,
        }
        self.add(Plan(id=key, **values))
        if coordinator:
            self.tenure(key, "coordinator", coordinator)
        return key

    def tenure(self, plan: str, role: str, name: str) -> None:
        """Somebody holds a role on the plan."""
        who = {"party_id": self.party[name], "plan_id": plan}
        self.add(Tenure(id=new_id(), role=role, from_at=LONG_AGO, **who))

    def measure(self, plan: str, accountable: str, due_on: date, **columns: Any) -> str:
        """An agreed measure with its date."""
        key = new_id()
        values: dict[str, Any] = {"text": "ordne det", "state": "decided", **columns}
        who = {"accountable_id": self.party[accountable], "plan_id": plan}
        self.add(Measure(id=key, due_on=due_on, **who, **values))
        return key

    def meeting(self, plan: str, chair: str, starts_at: datetime) -> str:
        """A planned meeting."""
        key = new_id()
        who = {"chair_id": self.party[chair], "plan_id": plan}
        self.add(Meeting(id=key, starts_at=starts_at, state="planned", **who))
        return key

    def away(self, name: str, since: datetime, days: int, substitute: str | None) -> None:
        """An absence of so many days."""
        stand_in = self.party[substitute] if substitute else None
        who = {"party_id": self.party[name], "substitute_id": stand_in}
        until = since + timedelta(days=days)
        self.add(Absence(id=new_id(), from_at=since, until_at=until, **who))

    def act(
        self,
        fired: Transition,
        plan: str,
        now: datetime,
        kind: str = "plan",
        subject: str = "",
        offer: Mapping[str, Any] | None = None,
    ) -> None:
        """What the engine does for deadlines when a row was fired."""
        model: Any = {"plan": Plan, "measure": Measure, "meeting": Meeting}[kind]
        with unit_of_work(self.engine) as session:
            values = columns(session.get_one(model, subject or plan))
            own = columns(session.get_one(Plan, plan))
            calendar = policies.read_calendar(session.connection())
            at = Subject(
                plan,
                own,
                kind,
                subject or plan,
                values,
                closing_days=calendar.closing,
                calendar=calendar,
                policy=calendar.policy(own["service_unit_id"] or own["unit_id"], oslo_date(now)),
                offer=offer,
            )
            deadlines.apply(session.connection(), fired, at, now)

    def told(self) -> list[tuple[str, str, str]]:
        """Every notice so far as (recipient, code, role), oldest first."""
        names = {key: name for name, key in self.party.items()}
        with unit_of_work(self.engine) as session:
            rows = session.execute(
                select(Notice.recipient_id, Notice.code, Notice.role).order_by(
                    Notice.created_at, Notice.cause
                )
            ).all()
        return [(names.get(who, who), code, role) for who, code, role in rows]

    def standing(self) -> int:
        """How many steps are not done."""
        with unit_of_work(self.engine) as session:
            query = select(DeadlineRung.id).where(DeadlineRung.done_at.is_(None))
            return len(session.execute(query).all())


def columns(entity: Any) -> Mapping[str, Any]:
    """A stored row as a mapping."""
    return {column.key: getattr(entity, column.key) for column in entity.__table__.columns}
