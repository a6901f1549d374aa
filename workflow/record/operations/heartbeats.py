"""Signs of life: when each named part last did its work, and who is alive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, delete, or_, select
from sqlalchemy.orm import Session

from workflow.record.database.portable_sql import upsert
from workflow.record.models import Heartbeat

HEARTBEAT = cast(Table, Heartbeat.__table__)
WORKER, SCHEDULER = "worker:", "scheduler:"
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of one part: its name, the instant (UTC) and what it said of itself."""

    name: str
    at: datetime
    figures: Mapping[str, Any]


def beat(conn: Connection, name: str, at: datetime, figures: Mapping[str, Any]) -> None:
    """Leaves word of when a named part last did its work."""
    values = {"name": name, "at": at, "figures": json.dumps(figures)}
    conn.execute(upsert(conn.dialect.name, HEARTBEAT, values, "name"))


def beats(conn: Connection | Session) -> dict[str, Beat]:
    """Every sign there is, by name."""
    rows = conn.execute(select(HEARTBEAT))
    return {row.name: Beat(row.name, row.at, read_figures(row.figures)) for row in rows}


def read_figures(figures: str) -> Mapping[str, Any]:
    """What a part said of itself; a bare word says nothing more."""
    try:
        values = json.loads(figures or "{}")
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def last(conn: Connection | Session, name: str) -> datetime | None:
    """When a named part last did its work, or None."""
    query = select(HEARTBEAT.c.at).where(HEARTBEAT.c.name == name)
    return conn.execute(query).scalar()


def end_beat(conn: Connection, name: str) -> None:
    """A part that ends by itself takes its sign along."""
    conn.execute(delete(HEARTBEAT).where(HEARTBEAT.c.name == name))


def forget_silent(conn: Connection, before: datetime) -> int:
    """Drops the signs of workers and schedulers that have been silent since before a moment."""
    alive = or_(HEARTBEAT.c.name.like(f"{WORKER}%"), HEARTBEAT.c.name.like(f"{SCHEDULER}%"))
    return int(conn.execute(delete(HEARTBEAT).where(and_(alive, HEARTBEAT.c.at < before))).rowcount)
