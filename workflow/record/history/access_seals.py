"""Seals each closed hour of access rows with one chained digest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, Table, func, insert, select

from workflow.record.database.header import first_link
from workflow.record.models import Access, AccessSeal, new_id

ACCESS = cast(Table, Access.__table__)
SEAL = cast(Table, AccessSeal.__table__)
HOUR = timedelta(hours=1)
GRACE = timedelta(minutes=5)  # a look that was begun within the hour has long been kept by then
COLUMNS = (
    "id",
    "plan_id",
    "party_id",
    "unit_id",
    "act",
    "ground",
    "substitute_for",
    "refused",
    "plan_ids",
)


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """An hour whose access rows are not those that were sealed, or whose chain does not hold."""

    hour: datetime


def hour_of(at: datetime) -> datetime:
    """The full hour (UTC) in which a moment lies."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def seal(conn: Connection, now: datetime) -> int:
    """Seals every hour closed for five minutes and not sealed yet; returns how many.

    One digest for each hour with a look in it, over the hour's rows and the seal before; the first
    rests on the municipality's number.
    """
    sealed = conn.execute(select(func.max(SEAL.c.hour))).scalar()
    since = sealed + HOUR if sealed else None
    until = hour_of(now - GRACE)
    head, new = _head(conn), list[dict[str, Any]]()
    for hour, rows in _hours(conn, since, until):
        new.append(_seal(hour, rows, head, now))
        head = new[-1]["hash"]
    if new:
        conn.execute(insert(SEAL), new)
    return len(new)


def find_broken_seals(conn: Connection) -> list[BrokenSeal]:
    """Every sealed hour that no longer agrees with its rows or with the seal before it."""
    seals, head = [], first_link(conn)
    stored = conn.execute(select(SEAL).order_by(SEAL.c.hour)).mappings().all()
    for row in stored:
        rows = _rows(conn, row["hour"], row["hour"] + HOUR)
        digest, count = _digest(head, rows)
        if (digest, count) != (row["hash"], row["rows"]):
            seals.append(BrokenSeal(row["hour"]))
        head = row["hash"]
    return seals


def _head(conn: Connection) -> str:
    """The last seal, else what the first one rests on."""
    last = select(SEAL.c.hash).order_by(SEAL.c.hour.desc()).limit(1)
    return conn.execute(last).scalar() or first_link(conn)


def _rows(conn: Connection, since: datetime | None, until: datetime) -> Iterable[RowMapping]:
    query = select(ACCESS).where(ACCESS.c.at < until)
    if since is not None:
        query = query.where(ACCESS.c.at >= since)
    # One order for sealing and for proving: the digest must meet the rows as it met them then.
    ordered = query.order_by(ACCESS.c.at, ACCESS.c.id)
    return conn.execute(ordered.execution_options(yield_per=1000)).mappings()


def _hours(conn: Connection, since: datetime | None, until: datetime) -> Any:
    return groupby(_rows(conn, since, until), lambda row: hour_of(row["at"]))


def _seal(
    hour: datetime,
    rows: Iterable[RowMapping],
    head: str,
    now: datetime,
) -> dict[str, Any]:
    digest, count = _digest(head, rows)
    return {
        "id": new_id(),
        "hour": hour,
        "rows": count,
        "hash": digest,
        "sealed_at": now,
    }


def _digest(before: str, rows: Iterable[RowMapping]) -> tuple[str, int]:
    digest, count = sha256(before.encode()), 0
    for row in rows:
        content = [*(row[name] for name in COLUMNS), row["at"].isoformat()]
        if row["reason"]:  # rows without one are sealed as they were before reasons were kept
            content.append(row["reason"])
        if row["crossing_id"] or row["elsewhere"]:
            content += [row["crossing_id"], row["elsewhere"], str(row["seen_at"])]
        digest.update(json.dumps(content, ensure_ascii=False).encode() + b"\n")
        count += 1
    return digest.hexdigest(), count
