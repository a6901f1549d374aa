"""Messages that neighbours have brought: each kept once, checked by its signature, and applied once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, insert, select

from workflow.acts.neighbours.directory import keys_of, list_neighbours
from workflow.acts.neighbours.messages import (
    CrossingMessage,
    UnknownSender,
    find_event,
    read_message,
    reread_message,
)
from workflow.record.database.header import number_of
from workflow.record.models import Inbox
from workflow.rules.crossing.hand_over import OFFER

INBOX = cast(Table, Inbox.__table__)
WAITING, APPLIED, PUZZLING = "waiting", "applied", "puzzling"


def open_letter(conn: Connection, raw: bytes) -> CrossingMessage:
    """The message, if a neighbour of ours signed it for us. Raises what `messages.read_message` raises."""
    return read_message(raw, keys_of(conn), number_of(conn))


def reopen_letter(raw: bytes) -> CrossingMessage:
    """A message that was checked when it came; the neighbour's key may be another one by now."""
    return reread_message(raw)


def store(conn: Connection, raw: bytes, now: datetime) -> None:
    """Keeps a message that has come; one that is here already is left as it is.

    Raises what `open_letter` raises, and UnknownSender for a question of one who is no neighbour any
    more: what was begun before may still be answered, nothing new begins.
    """
    message = open_letter(conn, raw)
    if find_event(message) == OFFER and message.sender not in dict(list_neighbours(conn)):
        raise UnknownSender(message.sender)
    here = select(INBOX.c.id).where(
        INBOX.c.neighbour_code == message.sender, INBOX.c.id == message.id
    )
    if conn.execute(here).first() is not None:
        return
    conn.execute(
        insert(INBOX),
        {
            "neighbour_code": message.sender,
            "id": message.id,
            "crossing_id": message.crossing,
            "kind": find_event(message),
            "raw": raw,
            "digest": hashlib.sha256(raw).hexdigest(),
            "arrived_at": now,
            "state": WAITING,
            "next_try_at": now,
            "failure": "",
        },
    )
