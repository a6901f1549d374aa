"""How many jobs stood in the queue that are none of ours: a sign that a stranger reaches the broker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from workflow.record.operations import heartbeats
from workflow.record.operations.heartbeats import Beat

PART = "refused_jobs"
# Long enough that somebody who looks once a week sees it.
SHOWN = timedelta(days=8)


def count_one(conn: Connection, now: datetime) -> None:
    """Counts one more that was refused at `now` (aware UTC); after a quiet week the count begins anew."""
    earlier = count_lately(heartbeats.beats(conn), now)
    heartbeats.beat(conn, PART, now, {"count": earlier + 1})


def count_lately(beats: Mapping[str, Beat], now: datetime) -> int:
    """How many were refused, where the last was not longer ago than it is shown."""
    last = beats.get(PART)
    if last is None or now - last.at > SHOWN:
        return 0
    count = last.figures.get("count", 0)
    return count if isinstance(count, int) else 0
