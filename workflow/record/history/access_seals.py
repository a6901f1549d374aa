"""Seals each closed hour of access rows with one chained digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, Table, func, select

from workflow.record.database.header import first_link
from workflow.record.history.hash_chain import to_plain
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.models import Access, AccessSeal, new_id

ACCESS = cast(Table, Access.__table__)
SEAL = cast(Table, AccessSeal.__table__)
HOUR = timedelta(hours=1)
GRACE = timedelta(minutes=5)  # a look that was begun within the hour has long been kept by then
COLUMNS = tuple(column.name for column in ACCESS.c)


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """An hour whose access rows are not those that were sealed, or whose chain does not hold."""

    hour: datetime


def hour_of(at: datetime) -> datetime:
    """The full hour (UTC) in which a moment lies."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def seal(conn: Connection, now: datetime) -> int:
    """Seals every hour closed for five minutes and not sealed yet; returns how many.

    One digest for each hour, over its rows and the seal before, an hour without a look too: else one
    could be laid there later. The first is the hour of the first look, and rests on the municipality's
    number.
    """
    sealed = conn.execute(select(func.max(SEAL.c.hour))).scalar()
    since, until = sealed + HOUR if sealed else None, hour_of(now - GRACE)
    head, new, due = _head(conn), list[dict[str, Any]](), since
    for hour, rows in _hours(conn, since, until):
        for empty in _hours_between(due or hour, hour):
            new.append(_seal(empty, (), head, now))
            head = new[-1]["hash"]
        new.append(_seal(hour, rows, head, now))
        head, due = new[-1]["hash"], hour + HOUR
    for empty in _hours_between(due or until, until):
        new.append(_seal(empty, (), head, now))
        head = new[-1]["hash"]
    insert_rows(conn, SEAL, new)
    return len(new)


def _hours_between(since: datetime, until: datetime) -> Iterator[datetime]:
    """Every full hour from one on and before the other."""
    while since < until:
        yield since
        since += HOUR


def find_broken_seals(conn: Connection) -> list[BrokenSeal]:
    """Every hour that no longer agrees with its seal or with the one before, or has none.

    What was looked at after the last seal is proved by nothing yet.
    """
    seals, head = [], first_link(conn)
    stored = conn.execute(select(SEAL).order_by(SEAL.c.hour)).mappings().all()
    if not stored:
        return []
    due = stored[0]["hour"]
    before = conn.execute(select(func.min(ACCESS.c.at)).where(ACCESS.c.at < due)).scalar()
    if before is not None:
        seals.append(BrokenSeal(hour_of(before)))
    for row in stored:
        seals += [BrokenSeal(hour) for hour in _hours_between(due, row["hour"])]
        rows = _rows(conn, row["hour"], row["hour"] + HOUR)
        digest, count = _digest(head, rows)
        if (digest, count) != (row["hash"], row["rows"]):
            seals.append(BrokenSeal(row["hour"]))
        head, due = row["hash"], row["hour"] + HOUR
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
        content = [to_plain(row[column]) for column in COLUMNS]
        digest.update(json.dumps(content, ensure_ascii=False).encode() + b"\n")
        count += 1
    return digest.hexdigest(), count
