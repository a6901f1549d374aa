"""Where a press of a button led: the same press, sent again, is led to the same place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import Connection, Table, delete, literal, select
from sqlalchemy.orm import Session

from workflow.record.database.portable_sql import insert_ignoring
from workflow.record.models import PressAnswer
from workflow.record.models.base import KEY, UtcDateTime

SPACE = UUID("5f1c1a52-6f0e-5d0b-8a5d-0d8f6f0f6c11")
TABLE: Table = PressAnswer.__table__  # type: ignore[assignment]
# A form is sent twice within seconds; who finds an old page again after a day is told how things stand.
KEPT = timedelta(days=1)


def key_of_press(
    press: str, party_id: str, address: str, answers: Iterable[tuple[str, str]]
) -> str:
    """The key of one press: who pressed, where, and with which answers, are part of it."""
    said = "\x1e".join(f"{name}\x1f{text}" for name, text in answers)
    return str(uuid5(SPACE, "\x1d".join((press, party_id, address, said))))


def find_answer(session: Session, key: str) -> str | None:
    """Where the press led when it was taken before, or None."""
    return session.execute(select(PressAnswer.location).where(PressAnswer.id == key)).scalar()


def keep_answer(session: Session, key: str, location: str, now: datetime) -> None:
    """Keeps where a press led (now: aware UTC); of two at once the first one stands."""
    conn = session.connection()
    row = select(literal(key, KEY), literal(location), literal(now, UtcDateTime()))
    names = ["id", "location", "at"]
    conn.execute(insert_ignoring(conn.dialect.name, TABLE, names, row))


def forget_old(conn: Connection, now: datetime) -> None:
    """Forgets presses older than a day."""
    conn.execute(delete(PressAnswer).where(PressAnswer.at < now - KEPT))
