"""Reads a month of the access log for its review: who looked how often at what; nothing of the plans themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.orm import aliased

from workflow.record.access.role_holders import works_here
from workflow.record.models import Access, HomeAddress, Party, Plan, StaffRole
from workflow.record.same_party import is_same_place
from workflow.rules.privacy.access_log_rules import Hour, hour_of

AT_A_TIME = 1000
Looks = list[tuple[datetime, Hour]]


@dataclass(frozen=True, slots=True)
class Pair:
    """One reader and one plan in the month: how often, first and last, and both names."""

    party_id: str
    plan_id: str
    person_id: str | None
    reader: str
    person: str
    looks: int
    first_at: datetime
    last_at: datetime


def _staff_looks(since: datetime, until: datetime) -> tuple[Any, ...]:
    """Plans opened by those who worked here then; refused tries and the person's side left out."""
    return (
        Access.at >= since,
        Access.at < until,
        Access.plan_id.is_not(None),
        Access.party_id.is_not(None),
        Access.unit_id.is_not(None),
        Access.refused.is_(False),
        Access.ground.not_in(("person", "representative", "relative")),
    )


def count_rows(conn: Connection, since: datetime, until: datetime) -> int:
    """Every row of the month, lists, refused tries and commands too."""
    return int(
        conn.execute(select(func.count()).where(Access.at >= since, Access.at < until)).scalar_one()
    )


def pairs(conn: Connection, since: datetime, until: datetime) -> Sequence[Pair]:
    """Each reader with each plan, in one statement."""
    reader, person = aliased(Party), aliased(Party)
    rows = conn.execute(
        select(
            Access.party_id,
            Access.plan_id,
            Plan.person_id,
            reader.name,
            person.name,
            func.count(),
            func.min(Access.at),
            func.max(Access.at),
        )
        .select_from(Access)
        .join(Plan, Plan.id == Access.plan_id)
        .join(reader, reader.id == Access.party_id)
        .outerjoin(person, person.id == Plan.person_id)
        .where(*_staff_looks(since, until))
        .group_by(
            Access.party_id,
            Access.plan_id,
            Plan.person_id,
            reader.name,
            reader.sort_key,
            person.name,
        )
        .order_by(reader.sort_key, Access.party_id, Access.plan_id)
    )
    return [
        Pair(str(row[0]), str(row[1]), row[2], row[3], row[4] or "", row[5], row[6], row[7])
        for row in rows
    ]


def hours(
    conn: Connection,
    since: datetime,
    until: datetime,
    closing: frozenset[date],
) -> Mapping[str, list[tuple[datetime, Hour, str]]]:
    """Each reader's looks with their hour and plan."""
    looks: dict[str, list[tuple[datetime, Hour, str]]] = defaultdict(list)
    for party, plan, at in _stream(conn, since, until):
        looks[party].append((at, hour_of(at, closing), plan))
    return looks


def usual_hours(
    conn: Connection,
    since: datetime,
    until: datetime,
    closing: frozenset[date],
) -> Mapping[str, Counter[Hour]]:
    """How each reader's looks fall on the hours; memory holds the counts only."""
    counts: dict[str, Counter[Hour]] = defaultdict(Counter)
    for party, _, at in _stream(conn, since, until):
        counts[party][hour_of(at, closing)] += 1
    return counts


def _stream(
    conn: Connection, since: datetime, until: datetime
) -> Iterator[tuple[str, str, datetime]]:
    query = (
        select(Access.party_id, Access.plan_id, Access.at)
        .where(*_staff_looks(since, until))
        .order_by(Access.at, Access.id)
    )
    for row in conn.execute(query.execution_options(yield_per=AT_A_TIME)):
        yield str(row[0]), str(row[1]), row[2]


def roles(conn: Connection, now: datetime) -> Mapping[str, list[str]]:
    """The staff roles in force, by party."""
    by_party: dict[str, list[str]] = defaultdict(list)
    for party, role in conn.execute(
        select(StaffRole.party_id, StaffRole.role).where(works_here(StaffRole, now))
    ):
        by_party[party].append(role)
    return by_party


def neighbours(conn: Connection) -> set[tuple[str, str]]:
    """Pairs of parties who live at the same address, each pair both ways; the address itself stays here."""
    one, other = aliased(HomeAddress), aliased(HomeAddress)
    rows = conn.execute(
        select(one.party_id, other.party_id)
        .join(other, and_(is_same_place(one, other), other.party_id != one.party_id))
        .where(one.party_id.in_(select(StaffRole.party_id)))
    )
    return {(row[0], row[1]) for row in rows}
