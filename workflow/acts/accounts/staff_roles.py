"""Making municipalities, units, people and their staff roles, as set-up, demo and plan files do."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.accounts.sessions import end_old_sessions
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.models import (
    Absence,
    MunicipalityRow,
    Party,
    Representation,
    StaffRole,
    Unit,
    new_id,
)
from workflow.rules.engine.denials import BadInput
from workflow.rules.text.contact import NotAnEmail, NotAPhone, plain_email, plain_phone
from workflow.rules.text.name_order import sort_key, tidy_name


def add_municipality(
    session: Session, name: str, number: str, now: datetime, *, model: str = "A", phone: str = ""
) -> None:
    """The record's header: the municipality, its four-digit number and decision model A, B or C.

    Raises BadInput for a number that is not four digits, for what is no telephone, or where the database
    holds one already.
    """
    if not re.fullmatch(r"[0-9]{4}", number):
        raise BadInput([("number", "four_digits", {})])
    if session.execute(select(MunicipalityRow.sole)).first():
        raise BadInput([("number", "taken", {})])
    header = {"number": number, "name": name, "decision_model": model, "phone": _phone(phone)}
    insert_rows(session, MunicipalityRow, {**header, "created_at": now})


def add_unit(
    session: Session,
    name: str,
    kind: str,
    *,
    phone: str = "",
    parent_id: str | None = None,
) -> str:
    """A unit: kind ordering, coordinating or service; the leader above answers for those below.

    Raises BadInput for what is no telephone.
    """
    return _insert(
        session,
        Unit,
        name=name,
        kind=kind,
        phone=_phone(phone),
        parent_id=parent_id,
    )


def add_party(
    session: Session, name: str, now: datetime, *, phone: str = "", email: str = "", **more: Any
) -> str:
    """One human; returns the key. Raises BadInput without a name, and for no telephone or e-mail.

    Somebody who is registered by form, with a national id, comes by `register.create`.
    """
    if not name.strip():
        raise BadInput([("name", "missing", {})])
    return _insert(
        session,
        Party,
        name=tidy_name(name),
        sort_key=sort_key(name),
        created_at=now,
        phone=_phone(phone),
        email=_email(email),
        **more,
    )


def _phone(text: str) -> str:
    try:
        return plain_phone(text)
    except NotAPhone as wrong:
        raise BadInput([("phone", "phone_wrong", {})]) from wrong


def _email(text: str) -> str:
    try:
        return plain_email(text)
    except NotAnEmail as wrong:
        raise BadInput([("email", "email_wrong", {})]) from wrong


def give_role(
    session: Session,
    party_id: str,
    unit_id: str,
    role: str,
    from_at: datetime,
) -> str:
    """A staff role in a unit from an instant on; sessions end then. Returns its key."""
    end_old_sessions(session, party_id, from_at)
    return _insert(
        session,
        StaffRole,
        party_id=party_id,
        unit_id=unit_id,
        role=role,
        from_at=from_at,
    )


def note_absence(
    session: Session,
    party_id: str,
    from_at: datetime,
    until_at: datetime,
    substitute_id: str,
) -> str:
    """Somebody is away in [from_at, until_at), as it was noted before; now it is `absences`."""
    return _insert(
        session,
        Absence,
        party_id=party_id,
        substitute_id=substitute_id,
        from_at=from_at,
        until_at=until_at,
    )


def represent(
    session: Session,
    person_id: str,
    representative_id: str,
    ground: str,
    from_at: datetime,
    until_at: datetime | None = None,
) -> str:
    """Somebody may act for the person before there is any plan; with a plan it is act `plan.add_representation`."""
    return _insert(
        session,
        Representation,
        person_id=person_id,
        representative_id=representative_id,
        ground=ground,
        acts="",
        from_at=from_at,
        until_at=until_at,
    )


def _insert(session: Session, model: Any, **values: Any) -> str:
    key = new_id()
    insert_rows(session, model, {"id": key, **values})
    return key
