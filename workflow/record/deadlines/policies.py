"""Which deadline policy holds for a plan on a day, read with the closing days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Table,
    Text,
    literal_column,
    null,
    select,
)
from sqlalchemy import cast as sql_cast

from workflow.record.database.prepared import PreparedStatement
from workflow.record.in_force import not_withdrawn
from workflow.record.models import ClosingDay, DeadlinePolicy
from workflow.record.models.base import KEY, UtcDateTime
from workflow.rules.deadlines.policy import STANDARD, Choices, Policy, merge_choices

POLICY = cast(Table, DeadlinePolicy.__table__)
CLOSING_DAY = cast(Table, ClosingDay.__table__)


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version; unit_id None = the whole municipality, applied_at None = not in effect yet."""

    id: str
    unit_id: str | None
    valid_from: date
    text: str
    made_by: str | None
    made_at: datetime
    applied_at: datetime | None

    @property
    def choices(self) -> Choices:
        """What the version chooses."""
        return _choices(self.text)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What deadlines of one municipality are counted by: its closing days and its versions."""

    closing: frozenset[date]
    versions: tuple[Version, ...]

    def policy(self, unit_id: str | None, day: date) -> Policy:
        """The policy of a unit on a Norwegian day: standard, the municipality's, then the unit's."""
        return policy_of(self.versions, unit_id, day)


BARE = Calendar(frozenset(), ())

# A far-off version costs the hot path nothing but its row; withdrawn ones are left out.
EVERYTHING = PreparedStatement(
    select(
        sql_cast(null(), KEY).label("id"),
        sql_cast(null(), KEY).label("unit_id"),
        CLOSING_DAY.c.day.label("day"),
        literal_column("''", Text).label("text"),
        sql_cast(null(), KEY).label("made_by"),
        sql_cast(null(), UtcDateTime()).label("made_at"),
        sql_cast(null(), UtcDateTime()).label("applied_at"),
    ).union_all(
        select(
            POLICY.c.id,
            POLICY.c.unit_id,
            POLICY.c.valid_from,
            POLICY.c.choices,
            POLICY.c.made_by,
            POLICY.c.made_at,
            POLICY.c.applied_at,
        ).where(not_withdrawn(POLICY))
    )
)


def read_calendar(conn: Connection) -> Calendar:
    """Closing days and policy versions of a municipality, in one statement."""
    closing: list[date] = []
    versions: list[Version] = []
    for row in EVERYTHING.all(conn, {}):
        if row["id"] is None:
            closing.append(row["day"])
        else:
            versions.append(_version(row))
    return Calendar(frozenset(closing), tuple(sorted(versions, key=_order)))


def of_plan(facts: Any) -> Policy:
    """The policy of the plan at hand; the calendar read for it stays with the facts of the step."""
    policies: Calendar | None = facts.__dict__.get("calendar")
    if policies is None:
        policies = facts.__dict__["calendar"] = read_calendar(facts.conn)
    unit_id = facts.plan.get("service_unit_id") or facts.plan.get("unit_id")
    return policies.policy(unit_id, facts.today)


def versions(conn: Connection) -> tuple[Version, ...]:
    """All versions of a municipality but the withdrawn ones, oldest first, units' own among them."""
    return read_calendar(conn).versions


def policy_on(conn: Connection, unit_id: str | None, day: date) -> Policy:
    """What holds in a unit (None = the municipality) on a Norwegian day; STANDARD where nothing is chosen."""
    return read_calendar(conn).policy(unit_id, day)


def policy_of(versions: Sequence[Version], unit_id: str | None, day: date) -> Policy:
    """The same from versions already read."""
    return lay_over(
        in_force(versions, None, day), in_force(versions, unit_id, day) if unit_id else None
    )


def in_force(versions: Sequence[Version], unit_id: str | None, day: date) -> Version | None:
    """The version of this very unit (None = the municipality) that holds on a day: the latest begun."""
    begun = [v for v in versions if v.unit_id == unit_id and v.valid_from <= day]
    return max(begun, key=_order, default=None)


def lay_over(own: Version | None, units: Version | None) -> Policy:
    """The standard with a municipality's version and then a unit's laid over it."""
    if own is None and units is None:
        return STANDARD
    return policy_from(own.text if own else "", units.text if units else "")


@lru_cache(maxsize=512)
def policy_from(own: str, units: str) -> Policy:
    """The policy of two stored texts; a unit's hours, channels and limits are the municipality's."""
    policy = merge_choices(STANDARD, _choices(own)) if own else STANDARD
    if not units:
        return policy
    theirs = _choices(units)
    return merge_choices(policy, Choices(lengths=theirs.lengths, ladders=theirs.ladders))


@lru_cache(maxsize=512)
def _choices(text: str) -> Choices:
    return Choices.model_validate_json(text)


def _order(version: Version) -> tuple[date, datetime, str]:
    return version.valid_from, version.made_at, version.id


def _version(row: dict[str, Any]) -> Version:
    return Version(
        id=row["id"],
        unit_id=row["unit_id"],
        valid_from=row["day"],
        text=row["text"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        applied_at=row["applied_at"],
    )
