"""Guessing is slowed: a growing wait by account and by address, never for ever, shared by all processes."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from workflow.acts.accounts import throttle
from workflow.record.database.engine import unit_of_work
from workflow.record.models import FailedTry
from workflow.rules.accounts.networks import networks_of

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
    (address,) = throttle.address_keys(SECRET, "192.0.2.7")
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


def fail_from(session: Session, addresses: Iterable[str]) -> int:
    """How many tries one who changes the address each time may make."""
    for count, address in enumerate(addresses):
        if throttle.take(session, throttle.address_keys(SECRET, address), NOW) > NONE:
            return count
    raise AssertionError("nobody was ever slowed")


def test_who_changes_the_address_within_a_line_has_no_more_tries(session: Session) -> None:
    assert fail_from(session, (f"2001:db8:1:1::{n:x}" for n in range(1, 76))) == 60


def test_a_household_and_an_organisation_have_four_and_sixteen_times_as_many() -> None:
    first, second, third = throttle.address_keys(SECRET, "2001:db8:1:100::1")
    assert [one.pace.free for one in (first, second, third)] == [60, 240, 960]
    household = throttle.address_keys(SECRET, "2001:db8:1:1ff::1")
    assert household[0] != first and household[1:] == (second, third)
    organisation = throttle.address_keys(SECRET, "2001:db8:1:ff00::1")
    assert organisation[1] != second and organisation[2] == third
    assert not set(throttle.address_keys(SECRET, "2001:db8:2::1")) & {first, second, third}


def test_two_lines_do_not_slow_each_other(session: Session) -> None:
    fail_from(session, (f"2001:db8:1:1::{n:x}" for n in range(1, 76)))
    neighbour = throttle.address_keys(SECRET, "2001:db8:1:2::1")
    assert throttle.take(session, neighbour, NOW) == NONE


def test_an_address_is_counted_by_what_it_is_and_not_how_it_is_written() -> None:
    def texts(address: str) -> list[str]:
        return [network.text for network in networks_of(address)]

    assert texts("192.0.2.7") == texts("::ffff:192.0.2.7") == ["192.0.2.7"]
    assert texts("2001:DB8:0::1") == texts("2001:db8::1%eth0")
    assert texts("2001:db8::1") == ["2001:db8::/64", "2001:db8::/56", "2001:db8::/48"]
    assert texts("") == [""] and texts("unix:") == ["unix:"]
