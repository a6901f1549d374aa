"""The record's own header: which municipality this database holds, and what its chains begin with."""

from __future__ import annotations

import hashlib
from typing import cast

from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from workflow.record.models import MunicipalityRow

HEADER = cast(Table, MunicipalityRow.__table__)


class NoHeader(LookupError):
    """The database holds no municipality yet: `planlop setup` makes it."""


def read_header(session: Session) -> MunicipalityRow:
    """The municipality of this database. Raises NoHeader."""
    row = session.execute(select(MunicipalityRow)).scalar_one_or_none()
    if row is None:
        raise NoHeader("this database holds no municipality yet: run planlop setup")
    return row


def number_of(conn: Connection | Session) -> str:
    """The municipality's four-digit number; empty where there is none yet."""
    return conn.execute(select(HEADER.c.number)).scalar() or ""


def first_link(conn: Connection | Session) -> str:
    """What the first hash of every chain rests on, so that no chain fits into another's record."""
    return hashlib.sha256(f"planlop:{number_of(conn)}".encode()).hexdigest()
