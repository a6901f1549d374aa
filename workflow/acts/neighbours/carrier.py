"""Carrying messages to neighbours, at least once each: the courier is an edge that may be another one later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import SQLAlchemyError

from workflow.acts.neighbours import inbox
from workflow.acts.neighbours.ask import CROSSING
from workflow.acts.neighbours.keys import Keyring, WrongSignature
from workflow.acts.neighbours.messages import (
    CrossingMessage,
    NotForUs,
    NotReadable,
    TooLarge,
    UnknownSender,
    WrongVersion,
    find_event,
    parse_message,
    write_message,
)
from workflow.acts.neighbours.outbox import DELIVERED, OUTBOX, WAITING
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Plan
from workflow.rules.crossing.hand_over import OFFER, REFUSAL, RELEASE, RELEASED, SENDER
from workflow.rules.engine.vocabulary import CLOSED
from workflow.settings import SettingsRefused

LOG = logging.getLogger(__name__)
AT_A_TIME = 50
AWAY = "away"
SAID_ONCE = (OFFER, REFUSAL)
REFUSED = (NotForUs, NotReadable, TooLarge, UnknownSender, WrongSignature, WrongVersion)
# The last one for ever: a release given up would leave a plan closed here and begun nowhere.
LATER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


class CourierFailed(Exception):
    """The other side did not take a message this time; the text is a code."""


class Courier(Protocol):
    """Takes a signed message to a neighbour: now another database here, later another installation."""

    def deliver(self, to: str, raw: bytes, now: datetime) -> None:
        """Comes back once the other side keeps it. Raises CourierFailed."""


@dataclass(frozen=True)
class HereCourier:
    """To another municipality of the same installation: straight into its inbox."""

    engines: Callable[[str], Engine]

    def deliver(self, to: str, raw: bytes, now: datetime) -> None:
        """Stored by a short transaction of the receiver's own. Raises CourierFailed."""
        try:
            with unit_of_work(self.engines(to)) as session:
                inbox.store(session.connection(), raw, now)
        except REFUSED as problem:
            raise CourierFailed(problem.code) from problem
        except (SQLAlchemyError, LookupError, OSError, SettingsRefused) as problem:
            raise CourierFailed(AWAY) from problem


@dataclass(slots=True)
class CarryResult:
    """What one carrying did."""

    delivered: int = 0
    failed: int = 0
    to: set[str] = field(default_factory=set)


def carry_messages(
    engine: Engine, courier: Courier, keyring: Keyring, now: datetime
) -> CarryResult:
    """Carries what is due, the oldest first.

    1. Reads what waits, and lets the database go. 2. Signs and delivers each; the other side keeps
    a second arrival once. 3. Marks it, in a transaction of its own. A crash at any line leaves
    messages waiting, which are carried again. No two databases are held at once. Whatever is wrong
    with one message or one neighbour, the others are carried.
    """
    done, away = CarryResult(), set[str]()
    for key, to, text in _due(engine, now):
        # One that did not answer is not asked again in this round: each try may take seconds.
        failure = (
            AWAY
            if to in away
            else _carry_one(engine, courier, keyring, QueuedMessage(key, to, text), now)
        )
        if failure:
            away |= {to} if failure == AWAY else set()
            _put_off(engine, key, failure, now)
            done.failed += 1
        else:
            _mark(engine, key, now)
            done.delivered += 1
            done.to.add(to)
    return done


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message that waits: its row's key, to whom, and its text."""

    key: str
    to: str
    text: str


def _carry_one(
    engine: Engine, courier: Courier, keyring: Keyring, letter: QueuedMessage, now: datetime
) -> str:
    """Why it was not taken this time, as a code; '' for one that was."""
    try:
        message = parse_message(letter.text.encode())
        if not may_be_said(engine, message):
            return "not_ours_to_say"
        courier.deliver(letter.to, write_message(message, keyring), now)
    except CourierFailed as problem:
        return str(problem)
    except Exception as problem:  # noqa: BLE001 - one message must not keep the others waiting
        LOG.warning("a message of hand-over could not be carried: %s", type(problem).__name__)
        return type(problem).__name__[:40]
    return ""


def may_be_said(engine: Engine, message: CrossingMessage) -> bool:
    """Whether the record itself says what the message says.

    The web lays messages down and jobs sign them. A release that no job of this side decided, which
    the web's role alone could have laid down, would make two responsible: it is not signed. Nor is
    one of a plan that has not ended here at that very instant.
    """
    if find_event(message) != RELEASE:
        return True
    query = (
        select(CROSSING.c.package_sha256, CROSSING.c.released_at)
        .join(Plan, Plan.id == CROSSING.c.plan_id)
        .where(
            CROSSING.c.id == message.crossing,
            CROSSING.c.side == SENDER,
            CROSSING.c.state == RELEASED,
            Plan.state == CLOSED,
            Plan.closed_at == CROSSING.c.released_at,
        )
    )
    with unit_of_work(engine) as session:
        known = session.execute(query).first()
    said: Any = message.body
    return known is not None and tuple(known) == (said.package_sha256, said.released_at)


def _due(engine: Engine, now: datetime) -> list[tuple[str, str, str]]:
    query = (
        select(OUTBOX.c.id, OUTBOX.c.neighbour_code, OUTBOX.c.text)
        .where(OUTBOX.c.state == WAITING, OUTBOX.c.next_try_at <= now, OUTBOX.c.text.is_not(None))
        .order_by(OUTBOX.c.made_at, OUTBOX.c.id)
        .limit(AT_A_TIME)
    )
    with unit_of_work(engine) as session:
        return [(row.id, row.neighbour_code, row.text) for row in session.execute(query)]


def _mark(engine: Engine, key: str, now: datetime) -> None:
    """Taken by the other side; what speaks of the person and need not be said again is let go."""
    values = {"state": DELIVERED, "delivered_at": now, "failure": ""}
    said = (OUTBOX.c.id == key, OUTBOX.c.kind.in_(SAID_ONCE))
    with unit_of_work(engine) as session:
        session.execute(update(OUTBOX).where(OUTBOX.c.id == key).values(**values))
        session.execute(update(OUTBOX).where(*said).values(text=None))


def _put_off(engine: Engine, key: str, failure: str, now: datetime) -> None:
    row = select(OUTBOX.c.attempts).where(OUTBOX.c.id == key)
    with unit_of_work(engine) as session:
        tries = session.execute(row).scalar_one() + 1
        later = now + LATER[min(tries, len(LATER)) - 1]
        values = {"attempts": tries, "next_try_at": later, "failure": failure}
        session.execute(update(OUTBOX).where(OUTBOX.c.id == key).values(**values))
