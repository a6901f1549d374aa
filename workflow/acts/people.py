"""Making municipalities, units, people and their staff roles; plans and sign-in live elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from workflow.record.models import (
    Absence,
    MunicipalityRow,
    Party,
    Representation,
    StaffRole,
    Unit,
    new_id,
)
from workflow.rules.denials import BadInput

ID_DIGITS = 11
SYNTHETIC_MONTH = 80
# Norwegian order: æ, ø and å come after z, whatever the database's own order is.
LETTERS = str.maketrans({"æ": "z1", "ø": "z2", "å": "z3", "ä": "z1", "ö": "z2"})


def sort_key(name: str) -> str:
    """The key lists are sorted by: Norwegian alphabet, case ignored, at most 240 characters."""
    return name.casefold().translate(LETTERS)[:240]


def identity(national_id: str, key: str) -> str:
    """The digest that stands for a national id in the record; empty where none is known."""
    if not national_id:
        return ""
    return hmac.new(key.encode(), national_id.encode(), hashlib.sha256).hexdigest()


def is_synthetic(national_id: str) -> bool:
    """True for 11 digits whose month is counted up by 80, which no living person has."""
    month = national_id[2:4]
    right = re.fullmatch(rf"\d{{{ID_DIGITS}}}", national_id)
    return bool(right) and SYNTHETIC_MONTH < int(month) <= SYNTHETIC_MONTH + 12


def add_municipality(
    session: Session, name: str, number: str, now: datetime, *, model: str = "A", phone: str = ""
) -> str:
    """A municipality with its four-digit number and decision model A, B or C; returns its key.

    Raises BadInput for a number that is taken or not four digits.
    """
    taken = select(MunicipalityRow.id).where(MunicipalityRow.number == number)
    if not re.fullmatch(r"\d{4}", number):
        raise BadInput([("number", "four_digits", {})])
    if session.execute(taken).first():
        raise BadInput([("number", "taken", {})])
    return _insert(
        session,
        MunicipalityRow,
        number=number,
        name=name,
        decision_model=model,
        phone=phone,
        created_at=now,
    )


def add_unit(
    session: Session,
    municipality_id: str,
    name: str,
    kind: str,
    *,
    phone: str = "",
    parent_id: str | None = None,
) -> str:
    """A unit: kind ordering, coordinating or service; leaders above answer for those below."""
    return _insert(
        session,
        Unit,
        municipality_id=municipality_id,
        name=name,
        kind=kind,
        phone=phone,
        parent_id=parent_id,
    )


def add_party(
    session: Session,
    municipality_id: str,
    name: str,
    now: datetime,
    *,
    born_on: date | None = None,
    national_id: str = "",
    identity_key: str = "",
    **more: Any,
) -> str:
    """One human of a municipality, with or without a national id; returns the key.

    Raises BadInput where the same national id is known already, or the name is empty.
    """
    known = identity(national_id, identity_key)
    _refuse_known(session, municipality_id, name, known)
    return _insert(
        session,
        Party,
        municipality_id=municipality_id,
        name=name,
        sort_key=sort_key(name),
        born_on=born_on,
        national_id_hmac=known,
        created_at=now,
        **more,
    )


def _refuse_known(session: Session, municipality_id: str, name: str, known: str) -> None:
    same = select(func.count()).where(
        Party.municipality_id == municipality_id, Party.national_id_hmac == known
    )
    if known and session.execute(same).scalar():
        raise BadInput([("national_id", "taken", {})])
    if not name.strip():
        raise BadInput([("name", "missing", {})])


def give_role(
    session: Session,
    municipality_id: str,
    party_id: str,
    unit_id: str,
    role: str,
    from_at: datetime,
) -> str:
    """A staff role in a unit from an instant on; returns its key."""
    return _insert(
        session,
        StaffRole,
        municipality_id=municipality_id,
        party_id=party_id,
        unit_id=unit_id,
        role=role,
        from_at=from_at,
    )


def set_absence(
    session: Session,
    municipality_id: str,
    party_id: str,
    from_at: datetime,
    until_at: datetime,
    substitute_id: str | None = None,
    recorded_by: str | None = None,
) -> str:
    """Somebody is away in [from_at, until_at); the substitute gets the same steps meanwhile."""
    return _insert(
        session,
        Absence,
        municipality_id=municipality_id,
        party_id=party_id,
        substitute_id=substitute_id,
        from_at=from_at,
        until_at=until_at,
        recorded_by=recorded_by,
    )


def represent(
    session: Session,
    municipality_id: str,
    person_id: str,
    representative_id: str,
    ground: str,
    from_at: datetime,
    until_at: datetime | None = None,
) -> str:
    """Somebody may act for the person before there is any plan; with a plan it is act A19."""
    return _insert(
        session,
        Representation,
        municipality_id=municipality_id,
        person_id=person_id,
        representative_id=representative_id,
        ground=ground,
        acts="",
        from_at=from_at,
        until_at=until_at,
    )


def _insert(session: Session, model: Any, **values: Any) -> str:
    key = new_id()
    session.execute(insert(model), {"id": key, **values})
    return key
