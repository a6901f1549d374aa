"""People with roles in every time around now, and how each of the three uses finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, copied
from tests.world import World, make_world
from workflow.acts.engine.load import load_step
from workflow.acts.notices import recipients as tells
from workflow.record.access.open_plan import Actor, resolve_access
from workflow.record.database.engine import unit_of_work
from workflow.record.deadlines.recipients import due_rungs, recipients_of_due
from workflow.record.models import (
    Absence,
    Consent,
    Deadline,
    DeadlineRung,
    Measure,
    MunicipalityRow,
    Offer,
    Party,
    Plan,
    StaffRole,
    new_id,
)
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS

DAY = timedelta(days=1)
Built = tuple[World, str, str]  # a municipality, a plan in use there, and the decision model
OPERATOR = "operator"


@dataclass(frozen=True)
class Time:
    """When somebody holds what a test gives them, counted from now, and whether that is now."""

    begins: timedelta
    ends: timedelta | None
    counts: bool
    account: bool = True


TIMES = {
    "over": Time(-9 * DAY, -DAY, False),
    "ends_now": Time(-9 * DAY, timedelta(), False),
    "begins_now": Time(timedelta(), None, True),
    "open": Time(-9 * DAY, None, True),
    "known_end": Time(-9 * DAY, DAY, True),
    "next_month": Time(30 * DAY, None, False),
    "account_ended": Time(-9 * DAY, None, False, account=False),
}
HELD_NOW = {name for name, time in TIMES.items() if time.counts}


def hire(
    session: Session, party: str, held: dict[str, str], begins: datetime, ends: datetime | None
) -> None:
    """A staff role for somebody from one instant until another."""
    values = {"id": new_id(), "party_id": party, "from_at": begins, "until_at": ends}
    session.execute(insert(StaffRole), {**values, **held})


def newcomer(session: Session, world: World, name: str, time: Time) -> str:
    """Somebody new, with an account or one that has ended."""
    key = new_id()
    ended = None if time.account else world.now - DAY
    session.add(
        Party(
            id=key,
            name=name,
            sort_key=name,
            email=f"{key}@example.test",
            created_at=world.now - 99 * DAY,
            deactivated_at=ended,
        )
    )
    session.flush()
    return key


def candidates(session: Session, world: World, held: dict[str, str]) -> dict[str, str]:
    """One human for each time, with a staff role then; by key."""
    people = {}
    for name, time in TIMES.items():
        key = newcomer(session, world, name, time)
        ends = world.now + time.ends if time.ends is not None else None
        hire(session, key, held, world.now + time.begins, ends)
        people[key] = name
    return people


def offered(session: Session, world: World, plan: str, **to: str | None) -> dict[str, Any]:
    """An open offer on the plan to a unit or a human."""
    values = {
        "id": new_id(),
        "plan_id": plan,
        "kind": "transfer",
        "subject_kind": "plan",
        "subject_id": plan,
        "from_state": "active",
        "from_party_id": world.party["mona"],
        "to_party_id": None,
        "to_unit_id": None,
        "to_name": "",
        "sent_at": world.now,
        "expires_at": world.now + 14 * DAY,
        "outcome": "",
        "reason": "",
        "gaps": "",
        "first_appointment": "",
        **to,
    }
    session.execute(insert(Offer), values)
    return values


def who_may(session: Session, world: World, plan: str, people: Any, relation: str) -> set[str]:
    """Those of them who stand in a relation to the plan."""
    return {
        name
        for key, name in people.items()
        if relation in resolve_access(session, Actor(key), plan, world.now).relations
    }


def told_of_step(
    session: Session,
    world: World,
    plan: str,
    people: Any,
    role: str,
    offer: Any = None,
    subject: Any = None,
    row: str = PlanStep.WRITE,
) -> set[str]:
    """Those of them who hear of a step that tells the role."""
    fired = replace(TRANSITIONS[row], notifies=(role,))
    step = load_step(
        session.connection(), world.actor(OPERATOR), fired, plan, subject, None, world.now
    )
    step.offered = offer
    tells.notify_recipients(step)
    return {people[key] for key in step.notified if key in people}


def told_of_deadline(
    session: Session,
    world: World,
    plan: str,
    people: Any,
    role: str,
    subject: str | None = None,
    code: str = DeadlineCode.TRANSFER_ANSWER,
) -> set[str]:
    """Those of them who are recipients of a step of a ladder that is due for the role."""
    deadline, step = new_id(), new_id()
    session.add(
        Deadline(
            id=deadline,
            plan_id=plan,
            subject_kind="plan",
            subject_id=subject or new_id(),
            code=code,
            basis="local",
            started_at=world.now,
            due_at=world.now,
            state="open",
        )
    )
    session.flush()
    session.add(
        DeadlineRung(
            id=step,
            deadline_id=deadline,
            plan_id=plan,
            due_version=1,
            n=1,
            at=world.now,
            role=role,
            kind="notify",
        )
    )
    session.flush()
    query = recipients_of_due(due_rungs(), [role])
    rows = session.execute(query, {"b_now": world.now})
    return {
        people[row.recipient_id]
        for row in rows
        if row.step_id == step and row.recipient_id in people
    }


def measure_of(session: Session, plan: str, party: str) -> str:
    """A measure that somebody is accountable for."""
    key = new_id()
    session.add(
        Measure(id=key, plan_id=plan, text="ordne det", state="active", accountable_id=party)
    )
    session.flush()
    return key


def away(session: Session, world: World, who: str, substitute: str) -> None:
    """Somebody is away now, and who steps in."""
    session.add(
        Absence(
            id=new_id(),
            party_id=who,
            substitute_id=substitute,
            from_at=world.now - DAY,
            until_at=world.now + DAY,
            recorded_by=who,
        )
    )
    session.flush()


def share(session: Session, world: World, plan: str, party: str) -> None:
    """Kim shares the whole plan with somebody."""
    session.add(
        Consent(
            id=new_id(),
            plan_id=plan,
            giver_id=world.party["kim"],
            receiver_id=party,
            scope="plan",
            from_at=world.now - DAY,
            source="app",
            given_as="person",
            last_discussed_on=world.today,
        )
    )


@contextmanager
def town(backend: Backend, model: str) -> Iterator[Built]:
    """A municipality with a decision model and a plan in use, decided in "ordering", coordinated in "service"."""
    with copied(backend) as copy:
        world = make_world(copy.engine)
        plan = world.active()
        with unit_of_work(copy.engine) as session:
            # Somebody leads there: where nobody holds a role, the next step up would be told.
            lead = {"role": "leader", "unit_id": world.unit["ordering"]}
            hire(session, world.party["ove"], lead, world.now - DAY, None)
            session.execute(update(Plan).values(unit_id=world.unit["ordering"]))
            session.execute(update(MunicipalityRow).values(decision_model=model))
        yield world, plan, model


def assert_all(people: dict[str, set[str]], expected: set[str]) -> None:
    """Every use finds the same people."""
    assert people == dict.fromkeys(people, expected)


def run(built: Built, look: Callable[[Session, World, str], Any]) -> Any:
    """What a look finds in a transaction that leaves nothing behind."""
    world, plan, _ = built
    with world.engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            outcome = look(session, world, plan)
        outer.rollback()
    return outcome
