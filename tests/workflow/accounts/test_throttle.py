"""Guessing is slowed: a growing wait by account and by address, never for ever, shared by all processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from workflow.acts.accounts import throttle
from workflow.record.database.engine import unit_of_work
from workflow.record.models import FailedTry

NOW = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
SECRET = "a secret of this test"
NONE = timedelta(0)


def account(text: str = "ada@example.test") -> throttle.Key:
    """The key of an account."""
    return throttle.key(SECRET, "account", text, throttle.ACCOUNT)


def test_the_wait_grows_to_a_quarter_of_an_hour_and_no_further(session: Session) -> None:
    waits, at = [], NOW
    for _ in range(14):
        wait = throttle.take(session, (account(),), at)
        waits.append(wait.total_seconds())
        at += wait
        if wait:
            assert throttle.take(session, (account(),), at) == NONE
    assert waits[:5] == [0] * 5
    assert waits[5:] == [15, 30, 60, 120, 240, 480, 900, 900, 900]


def test_a_day_later_all_is_forgotten(session: Session) -> None:
    for _ in range(5):
        throttle.take(session, (account(),), NOW)
    assert throttle.take(session, (account(),), NOW) > NONE
    assert throttle.take(session, (account(),), NOW + timedelta(days=1, seconds=1)) == NONE
    throttle.sweep(session.connection(), NOW + timedelta(days=2))
    assert session.execute(select(func.count()).select_from(FailedTry)).scalar_one() == 1


def test_a_waiting_try_is_not_counted(session: Session) -> None:
    for _ in range(5):
        throttle.take(session, (account(),), NOW)
    for _ in range(20):
        assert throttle.take(session, (account(),), NOW) == timedelta(seconds=15)


def test_success_clears_the_account_but_not_the_address(session: Session) -> None:
    address = throttle.key(SECRET, "address", "192.0.2.7", throttle.ADDRESS)
    for _ in range(3):
        throttle.take(session, (account(), address), NOW)
    throttle.clear(session, account(), (address,), NOW)
    left = session.execute(select(FailedTry.key_digest)).scalars().all()
    assert left == [address.digest] * 2


def test_the_keys_tell_nothing_without_the_secret() -> None:
    one = account()
    assert "ada" not in one.digest and len(one.digest) == 64
    assert one == account(" ADA@example.test ") and one != account("b@example.test")
    assert one.digest != throttle.key("another", "account", "ada@example.test", one.pace).digest


def test_many_at_once_are_counted_once_each(fresh_database: Database) -> None:
    def attempt(_: int) -> bool:
        with unit_of_work(fresh_database.engine) as session:
            return throttle.take(session, (account("many@example.test"),), NOW) == NONE

    with ThreadPoolExecutor(8) as pool:
        let = list(pool.map(attempt, range(24)))
    assert sum(let) == throttle.ACCOUNT.free
