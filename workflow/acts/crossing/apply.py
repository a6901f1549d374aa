"""Applies what neighbours have said: one message, one transaction, and a second arrival changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workflow.acts.crossing import receiver, sender
from workflow.acts.crossing.talk import ClockBehind, IncomingMessage
from workflow.acts.neighbours.ask import CROSSING
from workflow.acts.neighbours.inbox import APPLIED, INBOX, PUZZLING, WAITING, reopen_letter
from workflow.acts.neighbours.keys import Keyring
from workflow.acts.neighbours.messages import find_event
from workflow.record.database.engine import unit_of_work
from workflow.rules.crossing.hand_over import RECEIVER, SENDER, UNKNOWN, contradicts, find_row
from workflow.rules.engine.denials import PlanMoved

LOG = logging.getLogger(__name__)
AT_A_TIME = 50
TRIES = 8
ENDED = "ended_the_worker"
MOST_BEGUN = 3  # tries in a row that were begun and never ended: they took the worker with them
LATER = timedelta(minutes=1)
# What puzzles stays on the operations page and is tried on: a release that nobody can begin would
# leave a person without anybody responsible, so it goes through as soon as its cause is mended.
SELDOM = timedelta(hours=1)
# Which side a message speaks to.
SIDE = {
    "offer": RECEIVER,
    "lapse": RECEIVER,
    "release": RECEIVER,
    "acceptance": SENDER,
    "refusal": SENDER,
    "receipt": SENDER,
    "forgotten": SENDER,
}
DEEDS: Mapping[str, Callable[[IncomingMessage], None]] = {
    "offer": receiver.hear_offer,
    "lapse": receiver.hear_lapse,
    "release": receiver.hear_release,
    "acceptance": sender.hear_acceptance,
    "refusal": sender.hear_refusal,
    "receipt": sender.hear_receipt,
    "forgotten": sender.hear_forgotten,
}


@dataclass(slots=True)
class RoundResult:
    """What one round did: applied, left for later, and beyond the program."""

    applied: int = 0
    later: int = 0
    puzzling: int = 0


def apply_messages(engine: Engine, keyring: Keyring, now: datetime) -> RoundResult:
    """Applies what is due, the oldest first.

    Each message in a transaction of its own with its mark: a crash leaves it waiting and nothing
    else. What contradicts what this side knows changes nothing, and a human must look. Whatever is
    wrong with one message, the others behind it are not kept waiting.
    """
    done = RoundResult()
    for code, key in _due(engine, now):
        outcome = _try(engine, keyring, code, key, now)
        done.applied += outcome == APPLIED
        done.later += outcome == WAITING
        done.puzzling += outcome == PUZZLING
    return done


def _due(engine: Engine, now: datetime) -> list[tuple[str, str]]:
    query = (
        select(INBOX.c.neighbour_code, INBOX.c.id)
        .where(INBOX.c.state != APPLIED, INBOX.c.next_try_at <= now)
        .order_by(INBOX.c.arrived_at, INBOX.c.id)
        .limit(AT_A_TIME)
    )
    with unit_of_work(engine) as session:
        return [(row.neighbour_code, row.id) for row in session.execute(query)]


def _try(engine: Engine, keyring: Keyring, code: str, key: str, now: datetime) -> str:
    """How it went with one message.

    The try is counted before it begins: one that ends the worker itself would else be begun for ever.
    """
    if not _count(engine, code, key, now):
        return _put_off(engine, code, key, ENDED, now + SELDOM, now)
    try:
        with unit_of_work(engine) as session:
            return _apply_one(session, keyring, code, key, now)
    except ClockBehind as early:
        return _put_off(engine, code, key, "early", early.until, now)
    except (PlanMoved, DBAPIError):
        # Without a wait: whoever won the race is done by now.
        return _put_off(engine, code, key, "raced", now, now)
    except Exception as problem:  # noqa: BLE001 - a neighbour's message must not stop the others
        kind = type(problem).__name__
        LOG.warning("a message of hand-over could not be applied: %s", kind)
        return _put_off(engine, code, key, kind, now + LATER, now)


def _apply_one(session: Session, keyring: Keyring, code: str, key: str, now: datetime) -> str:
    """1. Takes the row, so that of two workers one waits and finds it applied. 2. Reads the message.
    3. Asks the rules what it is here. 4. Does it."""
    mine = (INBOX.c.neighbour_code == code, INBOX.c.id == key)
    take = update(INBOX).where(*mine, INBOX.c.state != APPLIED)
    if not session.connection().execute(take.values(state=APPLIED, applied_at=now)).rowcount:
        return APPLIED  # another worker was before us
    raw = session.execute(select(INBOX.c.raw).where(*mine)).scalar_one()
    message = reopen_letter(raw)
    what = find_event(message)
    crossing = known_crossing(session, message.crossing)
    state = crossing["state"] if crossing else UNKNOWN
    foreign = crossing is not None and (
        crossing["neighbour_code"] != message.sender or crossing["side"] != SIDE[what]
    )
    if foreign or contradicts(SIDE[what], state, what):
        again = {"state": PUZZLING, "failure": "contradicts", "next_try_at": now + SELDOM}
        session.execute(update(INBOX).where(*mine).values(**again))
        return PUZZLING
    if find_row(SIDE[what], state, what) is not None:
        DEEDS[what](IncomingMessage(session, message, crossing, keyring, now))
    # What was applied is kept as its digest alone.
    session.execute(update(INBOX).where(*mine).values(raw=None, failure=""))
    return APPLIED


def known_crossing(session: Session, crossing_id: str) -> dict[str, Any] | None:
    """What this side knows of a hand-over."""
    query = select(CROSSING).where(CROSSING.c.id == crossing_id)
    crossing = session.execute(query).mappings().first()
    return dict(crossing) if crossing else None


def _count(engine: Engine, code: str, key: str, now: datetime) -> bool:
    """Notes that a try begins; False where the last ones began and never came to an end."""
    mine = (INBOX.c.neighbour_code == code, INBOX.c.id == key, INBOX.c.state != APPLIED)
    with unit_of_work(engine) as session:
        begun = session.execute(select(INBOX.c.begun).where(*mine)).scalar()
        if begun is None:
            return True  # applied meanwhile
        session.execute(update(INBOX).where(*mine).values(begun=begun + 1))
        return bool(begun < MOST_BEGUN)


def _put_off(
    engine: Engine, code: str, key: str, failure: str, until: datetime, now: datetime
) -> str:
    """Tried again later; what fails again and again is shown to a human, and tried seldomer.

    Nothing where it has been applied meanwhile: whoever lost a race changes nothing.
    """
    mine = (INBOX.c.neighbour_code == code, INBOX.c.id == key, INBOX.c.state != APPLIED)
    with unit_of_work(engine) as session:
        tries = session.execute(select(INBOX.c.attempts).where(*mine)).scalar()
        if tries is None:
            return APPLIED
        tries += failure != "early"
        state = PUZZLING if tries >= TRIES or failure == ENDED else WAITING
        at = max(until, now + SELDOM) if state == PUZZLING else until
        values = {"attempts": tries, "next_try_at": at, "failure": failure[:40], "state": state}
        if failure != ENDED:
            values["begun"] = 0
        session.execute(update(INBOX).where(*mine).values(**values))
    return state
