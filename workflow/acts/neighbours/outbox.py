"""Messages that wait to be carried to a neighbour: written with the step they tell of, signed later.

The web puts them here and cannot sign; a job signs when it carries. Ed25519 gives the same bytes each
time, so a second carrying is the same message.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, update

from workflow.acts.neighbours.messages import CrossingMessage, find_event, spell_part
from workflow.record.database.header import number_of
from workflow.record.models import Outbox, new_id
from workflow.rules.crossing.hand_over import OFFER

OUTBOX = cast(Table, Outbox.__table__)
WAITING, DELIVERED, DROPPED = "waiting", "delivered", "dropped"


def envelope(conn: Connection, crossing_id: str, to: str, now: datetime) -> dict[str, Any]:
    """What every message of ours says of itself."""
    return {
        "id": new_id(),
        "crossing": crossing_id,
        "sender": number_of(conn),
        "receiver": to,
        "made_at": now,
    }


def put(conn: Connection, message: CrossingMessage, now: datetime) -> None:
    """Lays a message down, in the transaction of what it tells of; said already, it is said again."""
    kind = find_event(message)
    text = spell_part(message)
    again = (
        update(OUTBOX)
        .where(OUTBOX.c.crossing_id == message.crossing, OUTBOX.c.kind == kind)
        .values(state=WAITING, next_try_at=now, attempts=0, failure="")
    )
    if conn.execute(again).rowcount:
        return
    conn.execute(
        insert(OUTBOX),
        {
            "id": message.id,
            "crossing_id": message.crossing,
            "kind": kind,
            "text": text,
            "neighbour_code": message.receiver,
            "made_at": now,
            "state": WAITING,
            "failure": "",
            "digest": hashlib.sha256(text.encode()).hexdigest(),
            "next_try_at": now,
        },
    )


def forget_offer(conn: Connection, crossing_id: str) -> None:
    """The summary leaves the outbox too: one that was not carried yet never goes."""
    offer = (OUTBOX.c.crossing_id == crossing_id, OUTBOX.c.kind == OFFER)
    conn.execute(update(OUTBOX).where(*offer).values(text=None))
    waits = update(OUTBOX).where(*offer, OUTBOX.c.state == WAITING)
    conn.execute(waits.values(state=DROPPED))


def forget_text(conn: Connection, crossing_id: str, kind: str) -> None:
    """What need not be said again is kept as its digest alone."""
    # Delivered it is, whatever its mark: their answer is the proof, and a crash may have come between.
    done = (OUTBOX.c.crossing_id == crossing_id, OUTBOX.c.kind == kind)
    conn.execute(update(OUTBOX).where(*done).values(text=None, state=DELIVERED))


def say_again(conn: Connection, crossing_id: str, kind: str, now: datetime) -> bool:
    """Carries a message once more to who has lost it; whether it was kept."""
    kept = (OUTBOX.c.crossing_id == crossing_id, OUTBOX.c.kind == kind, OUTBOX.c.text.is_not(None))
    again = update(OUTBOX).where(*kept).values(state=WAITING, next_try_at=now, attempts=0)
    return bool(conn.execute(again).rowcount)
