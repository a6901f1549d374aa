"""An invented municipality for the page tests; every name and number in it is made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.record.models import MunicipalityRow, Party, Plan, StaffRole, Unit, new_id


@dataclass(frozen=True)
class Town:
    """The ids of the people and units of the test municipality."""

    coordinator: str
    leader: str
    decider: str
    person: str
    stranger: str
    plan: str
    ordering: str
    service: str


def founded(session: Session, since: datetime) -> Town:
    """Stores the municipality with three units, three staff, a person with a plan, and a stranger."""
    session.add(MunicipalityRow(number="0001", name="Fjellvik", created_at=since))
    session.flush()
    units = {
        kind: unit(session, name, kind)
        for kind, name in (
            ("ordering", "Tildelingskontoret"),
            ("service", "Miljøtjenesten"),
            ("coordinating", "Koordinerende enhet"),
        )
    }
    people = {
        "coordinator": party(session, "Mona Lie", since),
        "leader": party(session, "Inger Bakke", since),
        "decider": party(session, "Ola Dahl", since),
        "person": party(session, "Kim Olsen", since),
        "stranger": party(session, "Sara Nilsen", since),
    }
    for role, kind in (("coordinator", "service"), ("leader", "service"), ("decider", "ordering")):
        hold(session, people[role], units[kind], role, since)
    plan = plan_of(session, people, units, since)
    return Town(**people, plan=plan, ordering=units["ordering"], service=units["service"])


def unit(session: Session, name: str, kind: str) -> str:
    """Stores a unit and returns its id."""
    stored = Unit(id=new_id(), name=name, kind=kind)
    session.add(stored)
    session.flush()
    return stored.id


def party(session: Session, name: str, since: datetime) -> str:
    """Stores a human and returns the id."""
    first = name.split()[0].lower()
    stored = Party(
        id=new_id(),
        name=name,
        sort_key=name.lower(),
        email=f"{first}@example.invalid",
        phone="91011223",
        created_at=since,
    )
    session.add(stored)
    session.flush()
    return stored.id


def hold(session: Session, who: str, unit_id: str, role: str, since: datetime) -> None:
    """Gives somebody a role in a unit."""
    session.add(
        StaffRole(
            id=new_id(),
            party_id=who,
            unit_id=unit_id,
            role=role,
            from_at=since,
        )
    )


def plan_of(
    session: Session, people: dict[str, str], units: dict[str, str], since: datetime
) -> str:
    """Stores a plan in use with the coordinator responsible, and returns its id."""
    stored = Plan(
        id=new_id(),
        number="0001-7F3KQX",
        state="active",
        outcome="granted",
        close_reason="",
        subject_kind="person",
        origin="need",
        person_knows="yes",
        resting="",
        person_id=people["person"],
        unit_id=units["ordering"],
        service_unit_id=units["service"],
        responsible_unit_id=units["service"],
        responsible_party_id=people["coordinator"],
        reported_at=since,
        created_at=since,
        last_activity_at=since,
    )
    session.add(stored)
    session.flush()
    return stored.id
