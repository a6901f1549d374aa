"""Applies what neighbours have said: one message, one transaction, and a second arrival changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workflow.acts.crossing import receiver, sender
from workflow.acts.crossing.ask import CROSSING
from workflow.acts.crossing.inbox import APPLIED, INBOX, PUZZLING, WAITING, open_letter
from workflow.acts.crossing.keys import CannotOpen, Keyring
from workflow.acts.crossing.messages import find_event
from workflow.acts.crossing.talk import Heard, NotYet
from workflow.record.database import unit_of_work
from workflow.rules.crossing import RECEIVER, SENDER, UNKNOWN, contradicts, find_row
from workflow.rules.denials import PlanlopError, PlanMoved

AT_A_TIME = 50
TRIES = 8
LATER = timedelta(minutes=1)
# Which side a message speaks to.
SIDE = {
    "offer": RECEIVER, "lapse": RECEIVER, "release": RECEIVER, "acceptance": SENDER,
    "refusal": SENDER, "receipt": SENDER, "forgotten": SENDER,
}  # fmt: skip
DEEDS: Mapping[str, Callable[[Heard], None]] = {
    "offer": receiver.hear_offer,
    "lapse": receiver.hear_lapse,
    "release": receiver.hear_release,
    "acceptance": sender.hear_acceptance,
    "refusal": sender.hear_refusal,
    "receipt": sender.hear_receipt,
    "forgotten": sender.hear_forgotten,
}


@dataclass(slots=True)
class Done:
    """What one round did: applied, left for later, and beyond the program."""

    applied: int = 0
    later: int = 0
    puzzling: int = 0


def apply(engine: Engine, keyring: Keyring, now: datetime) -> Done:
    """Applies what is due, the oldest first.

    Each message in a transaction of its own with its mark: a crash leaves it waiting and nothing
    else. What contradicts what this side knows is left for a human, and changes nothing.
    """
    done = Done()
    for code, key in _due(engine, now):
        outcome = _try(engine, keyring, code, key, now)
        done.applied += outcome == APPLIED
        done.later += outcome == WAITING
        done.puzzling += outcome == PUZZLING
    return done


def _due(engine: Engine, now: datetime) -> list[tuple[str, str]]:
    query = (
        select(INBOX.c.neighbour_code, INBOX.c.id)
        .where(INBOX.c.state == WAITING, INBOX.c.next_try_at <= now)
        .order_by(INBOX.c.arrived_at, INBOX.c.id)
        .limit(AT_A_TIME)
    )
    with unit_of_work(engine) as session:
        return [(row.neighbour_code, row.id) for row in session.execute(query)]


def _try(engine: Engine, keyring: Keyring, code: str, key: str, now: datetime) -> str:
    """How it went with one message."""
    try:
        with unit_of_work(engine) as session:
            return _apply_one(session, keyring, code, key, now)
    except NotYet as early:
        return _put_off(engine, code, key, "early", early.until)
    except (PlanMoved, DBAPIError):
        return _put_off(engine, code, key, "raced", now)
    except (PlanlopError, CannotOpen) as problem:
        return _put_off(engine, code, key, type(problem).__name__, now + LATER)


def _apply_one(session: Session, keyring: Keyring, code: str, key: str, now: datetime) -> str:
    """1. Reads the message anew, by its signature. 2. Asks the rules what it is here. 3. Does it."""
    mine = (INBOX.c.neighbour_code == code, INBOX.c.id == key)
    row = session.execute(select(INBOX).where(*mine, INBOX.c.state == WAITING)).mappings().first()
    if row is None:
        return APPLIED  # another worker was before us
    message = open_letter(session.connection(), row["raw"])
    what = find_event(message)
    found = known_crossing(session, message.crossing)
    state = found["state"] if found else UNKNOWN
    foreign = found is not None and (
        found["neighbour_code"] != message.sender or found["side"] != SIDE[what]
    )
    if foreign or contradicts(SIDE[what], state, what):
        return _mark(session, mine, PUZZLING, now)
    if find_row(SIDE[what], state, what) is not None:
        DEEDS[what](Heard(session, message, found, keyring, now))
    return _mark(session, mine, APPLIED, now)


def known_crossing(session: Session, crossing_id: str) -> dict[str, Any] | None:
    """What this side knows of a hand-over."""
    query = select(CROSSING).where(CROSSING.c.id == crossing_id)
    found = session.execute(query).mappings().first()
    return dict(found) if found else None


def _mark(session: Session, mine: Any, state: str, now: datetime) -> str:
    """What was applied is kept as its digest alone; what puzzles is kept to be looked at."""
    values: dict[str, Any] = {"state": state, "applied_at": now}
    if state == APPLIED:
        values["raw"] = None
    session.execute(update(INBOX).where(*mine).values(**values))
    return state


def _put_off(engine: Engine, code: str, key: str, failure: str, until: datetime) -> str:
    """Tried again later; what fails again and again is left for a human."""
    mine = (INBOX.c.neighbour_code == code, INBOX.c.id == key)
    with unit_of_work(engine) as session:
        tries = session.execute(select(INBOX.c.attempts).where(*mine)).scalar_one()
        tries += failure != "early"
        state = PUZZLING if tries >= TRIES else WAITING
        values = {"attempts": tries, "next_try_at": until, "failure": failure[:40], "state": state}
        session.execute(update(INBOX).where(*mine).values(**values))
    return state


def digest_of(raw: bytes) -> str:
    """What is kept of bytes that are let go."""
    return hashlib.sha256(raw).hexdigest()
