"""Whether a row of the register is somebody who is named: by name, e-mail or telephone, asked here alone.

All three are weak: two humans share a name, a family shares an e-mail. A national id is strong, and
who decides between them weighs it first (`workflow/acts/people/evidence.py`). What is empty is equal
to nobody: two who have no telephone have none in common.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, select
from sqlalchemy.orm import Session

from workflow.record.models import Unit
from workflow.rules.text.name_order import email_key, is_same_name, sort_key


def has_name(party: Any, name: str) -> ColumnElement[bool]:
    """Parties of that name, however it is written."""
    key = sort_key(name)
    return party.sort_key == key if key else false()


def has_email(party: Any, email: str) -> ColumnElement[bool]:
    """Parties with that e-mail, whatever the size of its letters."""
    key = email_key(email)
    return func.lower(party.email) == key if key else false()


def has_phone(party: Any, phone: str) -> ColumnElement[bool]:
    """Parties with that telephone; the number as it is stored."""
    return party.phone == phone if phone else false()


def has_national_id(party: Any, digest: str) -> ColumnElement[bool]:
    """The party with the national id of that digest."""
    return party.national_id_hmac == digest if digest else false()


def units_named(conn: Connection | Session, name: str) -> list[str]:
    """The keys of the units of that name; a municipality has few, and reads them all."""
    rows = conn.execute(select(Unit.id, Unit.name))
    return [key for key, known in rows if is_same_name(name, known)]


def is_same_place(one: Any, other: Any) -> ColumnElement[bool]:
    """Two addresses that are one; without a street there is none."""
    street = func.lower(func.trim(one.street))
    return and_(
        one.postcode == other.postcode, street == func.lower(func.trim(other.street)), street != ""
    )
