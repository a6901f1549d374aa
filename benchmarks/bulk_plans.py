"""Plans laid in bulk for the benchmarks, as the acts would have left them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert

from workflow.record.models import (
    Consent,
    Deadline,
    DeadlineRung,
    Measure,
    MunicipalityRow,
    Participant,
    Party,
    Plan,
    StaffRole,
    Tenure,
    Unit,
    new_id,
)
from workflow.rules.names.deadlines import DeadlineCode

MEASURES, PARTICIPANTS = 12, 8
OTHER_DEADLINES = (
    DeadlineCode.FIRST_GOAL,
    DeadlineCode.DECIDE_INFORMAL_START,
    DeadlineCode.REVIEW,
    DeadlineCode.QUIET_PLAN,
    DeadlineCode.WISH_FOR_COORDINATOR,
)


@dataclass(frozen=True, slots=True)
class BenchPlans:
    """What was laid: the coordinator and (plan, measure) pairs to be done."""

    coordinator_id: str
    measures: tuple[tuple[str, str], ...]
    plans: tuple[str, ...]


def lay_plans(engine: Engine, plans: int, now: datetime) -> BenchPlans:
    """A municipality with `plans` active plans of 12 measures, 8 participants, 6 deadlines each."""
    with engine.begin() as conn:
        unit, staff = _town(conn, now)
        keys = [new_id() for _ in range(plans)]
        pairs: list[tuple[str, str]] = []
        for number, key in enumerate(keys):
            pairs.extend(_plan(conn, unit, staff, key, number, now))
    return BenchPlans(staff[0], tuple(pairs), tuple(keys))


def _town(conn: Connection, now: datetime) -> tuple[str, list[str]]:
    """One municipality, one unit, a coordinator and the people around."""
    unit = new_id()
    conn.execute(
        insert(MunicipalityRow),
        {"number": "9999", "name": "Bench", "decision_model": "A", "created_at": now},
    )
    conn.execute(insert(Unit), {"id": unit, "name": "MAT", "kind": "service"})
    staff = [new_id() for _ in range(PARTICIPANTS)]
    conn.execute(insert(Party), [_party(key, f"Helper {n}", now) for n, key in enumerate(staff)])
    conn.execute(
        insert(StaffRole),
        {
            "id": new_id(),
            "party_id": staff[0],
            "unit_id": unit,
            "role": "coordinator",
            "from_at": now,
        },
    )
    return unit, staff


def _party(key: str, name: str, now: datetime) -> dict[str, Any]:
    return {"id": key, "name": name, "sort_key": name, "created_at": now}


def _plan(
    conn: Connection, unit: str, staff: list[str], key: str, number: int, now: datetime
) -> list[tuple[str, str]]:
    """One plan and all that stands under it."""
    person, base = new_id(), {"plan_id": key}
    conn.execute(insert(Party), _party(person, f"Person {number:06}", now))
    conn.execute(
        insert(Plan),
        {
            "id": key,
            "number": f"0000-{number:06}",
            "state": "active",
            "subject_kind": "person",
            "person_id": person,
            "unit_id": unit,
            "service_unit_id": unit,
            "responsible_unit_id": unit,
            "responsible_party_id": staff[0],
            "reported_at": now,
            "person_knows": "yes",
            "started_on": now.date(),
            "last_activity_at": now,
            "created_at": now,
            "outcome": "granted",
            "next_review_on": now.date() + timedelta(days=90),
        },
    )
    _people(conn, base, unit, staff, now)
    return _measures(conn, base, staff[0], now)


def _people(
    conn: Connection, base: dict[str, str], unit: str, staff: list[str], now: datetime
) -> None:
    """The coordinator's tenures, the consents and the participants of one plan."""
    conn.execute(
        insert(Tenure),
        [
            {
                "id": new_id(),
                **base,
                "role": role,
                "party_id": staff[0],
                "unit_id": unit,
                "from_at": now,
            }
            for role in ("responsible", "coordinator")
        ],
    )
    conn.execute(
        insert(Consent),
        [
            {
                "id": new_id(),
                **base,
                "receiver_id": who,
                "scope": "plan",
                "from_at": now,
                "source": "app",
            }
            for who in (None, *staff)
        ],
    )
    conn.execute(
        insert(Participant),
        [
            {
                "id": new_id(),
                **base,
                "party_id": who,
                "name": "Helper",
                "kind": "professional",
                "from_at": now,
            }
            for who in staff
        ],
    )


def _measures(
    conn: Connection, base: dict[str, str], accountable: str, now: datetime
) -> list[tuple[str, str]]:
    """Twelve measures under way; the plan's other deadlines and one for the first measure."""
    due: date = now.date() + timedelta(days=10)
    keys = [new_id() for _ in range(MEASURES)]
    conn.execute(
        insert(Measure),
        [
            {
                "id": key,
                **base,
                "position": n,
                "text": f"Measure {n}",
                "state": "decided",
                "accountable_id": accountable,
                "due_on": due,
                "original_due_on": due,
            }
            for n, key in enumerate(keys)
        ],
    )
    plan = [(code, "plan", base["plan_id"]) for code in OTHER_DEADLINES]
    for code, kind, subject in (*plan, (DeadlineCode.MEASURE_DUE, "measure", keys[0])):
        _deadline(conn, base, code, kind, subject, now)
    return [(base["plan_id"], key) for key in keys]


def _deadline(
    conn: Connection, base: dict[str, str], code: str, kind: str, subject: str, now: datetime
) -> None:
    """One open deadline with a ladder of three."""
    key = new_id()
    conn.execute(
        insert(Deadline),
        {
            "id": key,
            **base,
            "subject_kind": kind,
            "subject_id": subject,
            "code": code,
            "basis": "local",
            "started_at": now,
            "due_at": now + timedelta(days=10),
            "state": "open",
        },
    )
    conn.execute(
        insert(DeadlineRung),
        [
            {
                "id": new_id(),
                **base,
                "deadline_id": key,
                "due_version": 1,
                "n": n,
                "at": now + timedelta(days=9 + n),
                "role": "coordinator",
                "kind": "notify",
            }
            for n in range(3)
        ],
    )
