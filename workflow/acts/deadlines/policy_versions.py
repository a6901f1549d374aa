"""Choosing how deadlines are counted and told here: saved as a dated version, put into force on its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, Engine, Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from workflow.record.access.open_plan import Actor
from workflow.record.access.role_holders import holds_any
from workflow.record.database.engine import unit_of_work
from workflow.record.deadlines.policies import Calendar, read_calendar
from workflow.record.deadlines.recount import PolicyTurn, recount
from workflow.record.history.municipal_chain import change_rows, insert_rows, note_rows
from workflow.record.in_force import not_withdrawn
from workflow.record.models import (
    ClosingDay,
    DeadlinePolicy,
    MunicipalityRow,
    Unit,
    new_id,
)
from workflow.record.models.base import UtcDateTime
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.policy import Choices, find_refusals
from workflow.rules.engine.denials import BadInput, Denial, NotThere, Refused

POLICY = cast(Table, DeadlinePolicy.__table__)
CLOSING_DAY = cast(Table, ClosingDay.__table__)
MOST_CLOSING_DAYS = 200


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """A version that was saved; applied: it holds already, and so many running deadlines changed."""

    version_id: str
    applied: bool
    moved: int


WAITING = select(POLICY.c.id).where(
    POLICY.c.applied_at.is_(None),
    not_withdrawn(POLICY),
    POLICY.c.valid_from <= bindparam("b_today"),
)
MARK = (
    update(POLICY)
    .where(POLICY.c.id.in_(bindparam("b_ids", expanding=True)))
    .values(applied_at=bindparam("b_now", type_=UtcDateTime()))
)


def set_policy(
    session: Session,
    actor: Actor,
    unit_id: str | None,
    valid_from: date,
    choices: Choices,
    closing_days: Iterable[date] | None,
    now: datetime,
) -> SavedVersion:
    """Save what a municipality (unit_id None) or one of its units chooses from a Norwegian day on.

    closing_days: all of the municipality's own, in force at once; None leaves them as they are.
    1. Refuse what is looser than the law or out of bounds. 2. Save the version. 3. Where its day
    has come, or closing days changed, count the running deadlines anew; else the first sweep on
    its day does. By the coordinating unit. Raises Refused, NotThere, BadInput.
    """
    may_choose(session, actor, now)
    _check(session, actor, unit_id, valid_from, choices, closing_days, now)
    conn = session.connection()
    # Before it is read: a version saved meanwhile would be counted from a calendar that is gone.
    _hold(conn)
    before = read_calendar(conn)
    key = new_id()
    values = {
        "id": key,
        "unit_id": unit_id,
        "valid_from": valid_from,
        "choices": choices.text(),
        "made_by": actor.party_id,
        "made_at": now,
    }
    insert_rows(conn, POLICY, values)
    if closing_days is not None:
        _close(conn, before.closing, frozenset(closing_days))
    moved = _put_into_force(conn, before.closing, now)
    return SavedVersion(key, valid_from <= oslo_date(now), moved)


def withdraw(session: Session, actor: Actor, version_id: str, now: datetime) -> None:
    """Take back a version whose day has not come. Raises Refused for one in force, NotThere."""
    may_choose(session, actor, now)
    version = session.execute(
        select(POLICY.c.valid_from, POLICY.c.applied_at).where(
            POLICY.c.id == version_id,
            not_withdrawn(POLICY),
        )
    ).first()
    if version is None:
        raise NotThere(version_id)
    if version.applied_at is not None or version.valid_from <= oslo_date(now):
        raise Refused([Denial("policy_in_effect")])
    mine = update(POLICY).where(POLICY.c.id == version_id)
    change_rows(session, mine.values(withdrawn_at=now))


def is_waiting(conn: Connection, now: datetime) -> bool:
    """Whether there is a version whose Norwegian day has come and that is not in force yet."""
    return conn.execute(WAITING.limit(1), {"b_today": oslo_date(now)}).first() is not None


def put_into_force(engine: Engine, now: datetime) -> int:
    """Versions whose day has come, in one transaction; returns how many deadlines changed.

    A crash leaves all or nothing. Twice, or from two machines, has no effect: a version is marked
    in the transaction that counted its deadlines anew, and one at a time holds the municipality.
    """
    with unit_of_work(engine) as session:
        conn = session.connection()
        _hold(conn)
        closing = read_calendar(conn).closing
        return _put_into_force(conn, closing, now)


def apply_due(conn: Connection, now: datetime) -> int:
    """What waits, in the caller's own transaction; returns how many deadlines changed."""
    if not is_waiting(conn, now):
        return 0
    _hold(conn)
    return _put_into_force(conn, read_calendar(conn).closing, now)


def _hold(conn: Connection) -> None:
    """One at a time changes the municipality's policies; rows that only point at it are not held up."""
    here = select(MunicipalityRow.sole)
    conn.execute(here.with_for_update(key_share=True))


def _put_into_force(conn: Connection, closing: frozenset[date], now: datetime) -> int:
    """The running deadlines by what holds today, counted before by the versions in force and `closing`."""
    today = oslo_date(now)
    after = read_calendar(conn)
    fresh = [v.id for v in after.versions if v.applied_at is None and v.valid_from <= today]
    known = tuple(v for v in after.versions if v.applied_at is not None)
    moved = recount(conn, PolicyTurn(Calendar(closing, known), after, today), now)
    if fresh:
        conn.execute(MARK, {"b_ids": fresh, "b_now": now})
        note_rows(conn, POLICY, fresh)
    return moved


def _close(conn: Connection, before: frozenset[date], after: frozenset[date]) -> None:
    gone, new = before - after, after - before
    if gone:
        change_rows(conn, delete(CLOSING_DAY).where(CLOSING_DAY.c.day.in_(gone)))
    if new:
        rows = [{"id": new_id(), "day": day} for day in new]
        insert_rows(conn, CLOSING_DAY, rows)


def may_choose(session: Session, actor: Actor, now: datetime) -> None:
    """Raises Refused for anybody but the coordinating unit and the operator."""
    if actor.kind == "operator":
        return
    if not holds_any(session, actor.party_id, now, "coordinating"):
        raise Refused([Denial("not_yours_to_decide", {}, ("coordinating_unit",))])


def problems(
    unit_id: str | None,
    valid_from: date,
    choices: Choices,
    closing_days: Iterable[date] | None,
    now: datetime,
) -> list[tuple[str, str, Mapping[str, object]]]:
    """Everything that keeps a version from being saved, as (field, code, params)."""
    mistakes: list[tuple[str, str, Mapping[str, object]]] = [
        *find_refusals(choices, unit=unit_id is not None)
    ]
    if valid_from < oslo_date(now):
        mistakes.append(("valid_from", "policy_in_past", {}))
    if closing_days is None:
        return mistakes
    if unit_id is not None:
        mistakes.append(("closing_days", "policy_municipal", {}))
    if len(set(closing_days)) > MOST_CLOSING_DAYS:
        mistakes.append(("closing_days", "policy_many_days", {"most": MOST_CLOSING_DAYS}))
    return mistakes


def _check(
    session: Session,
    actor: Actor,
    unit_id: str | None,
    valid_from: date,
    choices: Choices,
    closing_days: Iterable[date] | None,
    now: datetime,
) -> None:
    if unit_id is not None:
        own = (Unit.id == unit_id,)
        if session.execute(select(Unit.id).where(*own)).first() is None:
            raise NotThere(unit_id)
    mistakes: Sequence[tuple[str, str, Mapping[str, object]]] = problems(
        unit_id, valid_from, choices, closing_days, now
    )
    if mistakes:
        raise BadInput(mistakes)
