"""What the branches of the relations query are made of: who acts, fixed words, consents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    literal_column,
    null,
    or_,
    select,
)

from workflow.record.in_force import allows, is_away
from workflow.record.models import Absence, Consent
from workflow.record.models.base import KEY, UtcDateTime

ME = bindparam("me", type_=KEY)
NOW = bindparam("now", type_=UtcDateTime())
PLAN = bindparam("plan_id", type_=KEY)
NOBODY = cast(null(), KEY)
BY_LAW = cast(null(), Text)  # a relation that rests on no consent


def acting_as_rows() -> Any:
    """The party itself and everyone it is substitute for now (half-open period)."""
    own = select(cast(ME, KEY).label("party_id"), NOBODY.label("substitute_for"))
    others = select(Absence.party_id, Absence.party_id).where(
        Absence.substitute_id == ME,
        is_away(Absence, NOW),
    )
    return own.union_all(others)


def acting_as() -> CTE:
    """The party and those it stands in for, worked out once for a statement."""
    cte: CTE = acting_as_rows().cte("acting_as")
    return cte


def branch_columns(
    plan_id: Any,
    relation: Any,
    subject_id: Any = None,
    substitute: Any = None,
    scopes: Any = None,
) -> tuple[Any, ...]:
    """The five columns every branch returns; scopes as stored with the consent it rests on."""
    return (
        plan_id.label("plan_id"),
        (literal_word(relation) if isinstance(relation, str) else relation).label("relation"),
        (NOBODY if subject_id is None else subject_id).label("subject_id"),
        (NOBODY if substitute is None else substitute).label("substitute_for"),
        (BY_LAW if scopes is None else scopes).label("scopes"),
    )


def literal_word(value: str) -> ColumnElement[Any]:
    """A word of our own, written out: a bound constant would be sent and typed at every call."""
    return literal_column(f"'{value}'")


def one_of(column: Any, *values: str) -> ColumnElement[bool]:
    """An IN of fixed values, written out: an expanding list is rendered anew at every execution."""
    return or_(*(column == literal_word(value) for value in values))


def of_consent(plan_id: Any, receiver_id: Any) -> ColumnElement[bool]:
    """The consent joined is the receiver's, and the person lets them share, now."""
    return and_(
        Consent.plan_id == plan_id,
        Consent.receiver_id == receiver_id,
        allows(Consent, NOW),
    )


def consent_in_force(plan_id: Any, receiver_id: Any) -> ColumnElement[bool]:
    """The person lets that receiver share, now; what gates reading, and ends at once."""
    return exists(select(literal_column("1")).where(of_consent(plan_id, receiver_id)))
