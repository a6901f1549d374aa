"""Whether a role, a consent, an absence and their like hold at an instant: asked here and nowhere else.

A period is half-open: it holds from its first instant and no longer at its last, so that one ends and
the next begins without a gap and without a doubling. One that begins next month holds nothing today,
and one whose end is known holds until then (law and practice know both: a post from the first of the
month, a parent's representation until the birthday).

Some things end by an act and never on a date set beforehand: a tenure, a withdrawal, an account. They
end when it is written, whatever the reader's clock says, so that no clock that runs slow keeps open
what somebody has ended.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, or_

At = datetime | ColumnElement[Any]


class Period(Protocol):
    """Something with a first instant and perhaps a last."""

    @property
    def from_at(self) -> datetime: ...
    @property
    def until_at(self) -> datetime | None: ...


def covers(period: Period, at: datetime) -> bool:
    """Whether a row that was read already holds at an instant."""
    return period.from_at <= at and (period.until_at is None or at < period.until_at)


def _columns(table: Any) -> Any:
    """A table's or an alias's columns; a model's attributes are its own."""
    return getattr(table, "c", table)


def _not_over(table: Any, at: Any) -> ColumnElement[bool]:
    until = _columns(table).until_at
    return or_(until.is_(None), until > at)


def _within(table: Any, at: Any) -> ColumnElement[bool]:
    return and_(_columns(table).from_at <= at, _not_over(table, at))


def holds_role(role: Any, at: At) -> ColumnElement[bool]:
    """A staff role at an instant."""
    return _within(role, at)


def holds_or_will(role: Any, at: At) -> ColumnElement[bool]:
    """A staff role that runs at an instant or is still to come."""
    return _not_over(role, at)


def represents(representation: Any, at: At) -> ColumnElement[bool]:
    """A representative's right to act for the person at an instant."""
    return _within(representation, at)


def is_away(absence: Any, at: At) -> ColumnElement[bool]:
    """An absence at an instant; one that was taken back has no length, and so never holds."""
    columns = _columns(absence)
    return and_(columns.from_at <= at, columns.until_at > at)


def is_away_or_will_be(absence: Any, at: At) -> ColumnElement[bool]:
    """An absence that runs at an instant or is still to come."""
    columns = _columns(absence)
    return and_(columns.until_at > at, columns.until_at > columns.from_at)


def meets(absence: Any, start: At, end: At) -> ColumnElement[bool]:
    """An absence of which some part lies between two instants."""
    columns = _columns(absence)
    return and_(columns.from_at < end, columns.until_at > start, columns.until_at > columns.from_at)


def has_not_begun(absence: Any, at: At) -> ColumnElement[bool]:
    """An absence that is still to come."""
    later: ColumnElement[bool] = _columns(absence).from_at > at
    return later


def allows(consent: Any, at: At) -> ColumnElement[bool]:
    """A consent that was not withdrawn and whose last day has not passed."""
    return and_(not_withdrawn(consent), _not_over(consent, at))


def not_withdrawn(one: Any) -> ColumnElement[bool]:
    """What nobody has taken back, a consent or a policy's version, however long it was meant to last."""
    taken_back: ColumnElement[bool] = _columns(one).withdrawn_at.is_(None)
    return taken_back


def is_taken_back(consent: Any) -> ColumnElement[bool]:
    """A consent that somebody has withdrawn."""
    return ~not_withdrawn(consent)


def is_held(tenure: Any) -> ColumnElement[bool]:
    """A tenure that nobody has ended."""
    ended: ColumnElement[bool] = _columns(tenure).until_at.is_(None)
    return ended


def takes_part(participant: Any) -> ColumnElement[bool]:
    """A participant who has not left."""
    left: ColumnElement[bool] = _columns(participant).left_at.is_(None)
    return left


def has_account(party: Any) -> ColumnElement[bool]:
    """Somebody whose account nobody has ended."""
    ended: ColumnElement[bool] = _columns(party).deactivated_at.is_(None)
    return ended


def opens_in_emergency(access: Any, at: At) -> ColumnElement[bool]:
    """Emergency access that was not ended and whose hour has not passed."""
    columns = _columns(access)
    return and_(columns.ended_at.is_(None), columns.until_at > at)
