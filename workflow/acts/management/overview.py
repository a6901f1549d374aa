"""The figures of the managers' Monday overview: how much is over its date, by law, and how long; no name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update

from workflow.acts.delivery.enqueue import NOTICE
from workflow.record.access.role_holders import STAFF, UNIT
from workflow.record.deadlines.recipients import DEADLINE, PLAN, staff_now
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.kinds import LAW
from workflow.rules.names.deadlines import DeadlineCode

TOLD = update(NOTICE).where(NOTICE.c.id == bindparam("b_id")).values(params=bindparam("b_params"))


@dataclass(frozen=True, slots=True)
class _OverDate:
    """What is over its date in one unit, measures apart from all else."""

    unit_id: str | None
    of_measures: bool
    over: int
    law: int
    oldest: datetime


def note_figures(
    conn: Connection, week: str, over_date: Any, unit_of_plan: Any, binds: Mapping[str, Any]
) -> None:
    """Writes into each notice of the week's overview what its reader will find.

    over_date and unit_of_plan, with their binds, are the conditions of the page that the overview leads to. A
    substitute reads the figures of whom she steps in for, besides her own.
    """
    now: datetime = binds["b_now"]
    late_rows = _by_unit(conn, over_date, unit_of_plan, binds)
    roles = _roles(conn, now)
    told = select(NOTICE.c.id, NOTICE.c.recipient_id, NOTICE.c.substitute_for).where(
        NOTICE.c.cause == f"w:{week}"
    )
    changes = []
    for notice_id, *holders in conn.execute(told):
        units, everywhere = _seen_by(roles, holders)
        seen = [
            one for one in late_rows if one.unit_id in units or (everywhere and not one.of_measures)
        ]
        params = {"week": week, **_sum(seen, oslo_date(now))}
        changes.append({"b_id": notice_id, "b_params": json.dumps(params)})
    if changes:
        conn.execute(TOLD, changes)


def _by_unit(
    conn: Connection, over_date: Any, unit_of_plan: Any, binds: Mapping[str, Any]
) -> list[_OverDate]:
    late = (
        select(
            unit_of_plan.label("unit_id"),
            (DEADLINE.c.code == DeadlineCode.MEASURE_DUE).label("of_measures"),
            case((DEADLINE.c.basis == LAW, 1), else_=0).label("law"),
            DEADLINE.c.due_at,
        )
        .select_from(DEADLINE.join(PLAN, PLAN.c.id == DEADLINE.c.plan_id))
        .where(over_date)
        .subquery("late")
    )
    figures = (func.count(), func.sum(late.c.law), func.min(late.c.due_at))
    query = select(late.c.unit_id, late.c.of_measures, *figures).group_by(
        late.c.unit_id, late.c.of_measures
    )
    return [_OverDate(*row) for row in conn.execute(query, dict(binds))]


def _roles(conn: Connection, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Who leads and who coordinates, with their units and those below."""
    below: dict[str | None, list[str]] = {}
    for key, parent in conn.execute(select(UNIT.c.id, UNIT.c.parent_id)):
        below.setdefault(parent, []).append(key)
    held = select(STAFF.c.party_id, STAFF.c.role, STAFF.c.unit_id).where(
        staff_now("leader", "coordinating")
    )
    roles: dict[str, list[tuple[str, str]]] = {}
    for party_id, role, unit_id in conn.execute(held, {"b_now": now}):
        units = [unit_id, *below.get(unit_id, ())]
        roles.setdefault(party_id, []).extend((role, unit) for unit in units)
    return roles


def _seen_by(
    roles: dict[str, list[tuple[str, str]]], holders: Iterable[str | None]
) -> tuple[set[str], bool]:
    """The units whose plans they lead, and whether they see those of all."""
    held = [one for holder in holders if holder for one in roles.get(holder, ())]
    units = {unit for role, unit in held if role == "leader"}
    return units, any(role == "coordinating" for role, _ in held)


def _sum(seen: list[_OverDate], today: date) -> dict[str, int]:
    if not seen:
        return {}
    oldest = min(oslo_date(one.oldest) for one in seen)
    return {
        "over": sum(one.over for one in seen),
        "law": sum(one.law for one in seen),
        "oldest": (today - oldest).days,
    }
