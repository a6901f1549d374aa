"""Slows guessing: failed tries by account and by address, counted for all web processes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Session

from workflow.record.database.portable_sql import one_at_a_time
from workflow.record.models import FailedTry, SpentToken, new_id
from workflow.rules.accounts.networks import networks_of

KEPT = timedelta(days=1)
NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one may fail: `free` times within `window`, then a wait that doubles up to `longest`."""

    free: int
    window: timedelta
    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=15)

    def wait(self, failed: int) -> timedelta:
        """How long after the last try the next one may come; never longer than `longest`."""
        over = failed - self.free
        if over < 0:
            return NONE
        # Past `longest` more doublings change nothing, and a thousand of them no timedelta holds.
        doubled: timedelta = self.first * (1 << min(over, 20))
        return min(self.longest, doubled)


ACCOUNT = Pace(free=5, window=KEPT)
ADDRESS = Pace(free=60, window=timedelta(minutes=15))
SECOND_STEP = Pace(free=5, window=KEPT)
LINKS = Pace(free=3, window=timedelta(hours=1), first=timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Key:
    """Whose tries are counted: a digest that only this installation can make, and the pace."""

    digest: str
    pace: Pace


def key(secret: str, kind: str, text: str, pace: Pace) -> Key:
    """The key of an account (e-mail or party) or of an address; the text itself is not stored."""
    told = f"{kind}:{text.strip().casefold()}".encode()
    return Key(hmac.new(secret.encode(), told, hashlib.sha256).hexdigest(), pace)


def address_keys(secret: str, address: str) -> tuple[Key, ...]:
    """The keys of an address: of IPv6 a line's, a household's and an organisation's network, each with its pace."""
    return tuple(
        key(secret, "address", network.text, replace(ADDRESS, free=ADDRESS.free * network.share))
        for network in networks_of(address)
    )


def take(session: Session, keys: Sequence[Key], now: datetime) -> timedelta:
    """Notes one try of each key and lets it go on (nothing), or says how long to wait and notes none.

    Noted before the password is looked at, so that many tries at once are counted too; whoever
    succeeds is cleared afterwards (`clear`). Commit before the answer is shown.
    """
    conn = session.connection()
    # Always in the same order: two tries of the same two keys would else wait for each other.
    for one in sorted(keys, key=lambda try_key: try_key.digest):
        one_at_a_time(conn, f"try {one.digest[:16]}")
    longest = max(_left(conn, one, now) for one in keys)
    if longest > NONE:
        return longest
    conn.execute(
        insert(FailedTry), [{"id": new_id(), "key_digest": one.digest, "at": now} for one in keys]
    )
    return NONE


def _left(conn: Connection, one: Key, now: datetime) -> timedelta:
    """How long the key must still wait."""
    row = conn.execute(
        select(func.count(), func.max(FailedTry.at)).where(
            FailedTry.key_digest == one.digest, FailedTry.at > now - one.pace.window
        )
    ).one()
    failed, last = row
    return max(NONE, last + one.pace.wait(failed) - now) if failed else NONE


def clear(session: Session, account: Key, others: Iterable[Key], now: datetime) -> None:
    """Somebody succeeded: the account's failed tries are forgotten, of the others this try alone.

    An address keeps its other tries: one account of one's own must not let one guess at others'.
    """
    session.execute(delete(FailedTry).where(FailedTry.key_digest == account.digest))
    for one in others:
        mine = FailedTry.key_digest == one.digest, FailedTry.at == now
        last = select(func.max(FailedTry.id)).where(*mine).scalar_subquery()
        session.execute(delete(FailedTry).where(FailedTry.id == last))


def sweep(conn: Connection, now: datetime) -> int:
    """Forgets tries older than a day, and spent tokens that would be too old anyway; how many tries."""
    conn.execute(delete(SpentToken).where(SpentToken.expires_at < now))
    return int(conn.execute(delete(FailedTry).where(FailedTry.at < now - KEPT)).rowcount)
