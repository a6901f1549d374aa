"""Tests of a database that does not answer: one thread at a time asks it, the others go on."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.servers.databases import Backend, copied
from tests.world import make_world
from workflow.record.database.breaker import QUIET_SECONDS, AwayJustNow, Breaker
from workflow.record.database.engine import (
    CONNECT_SECONDS,
    WrongDatabase,
    make_engine,
    refuse_other,
)


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where somebody takes the call and never says anything."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(5)
        yield server.getsockname()[1]


def test_a_server_that_never_answers_is_given_up(silent: int) -> None:
    engine = make_engine(f"postgresql://x@127.0.0.1:{silent}/x?sslmode=disable&gssencmode=disable")
    began = time.monotonic()
    with pytest.raises(OperationalError):
        engine.connect()
    assert time.monotonic() - began < 3 * CONNECT_SECONDS


def test_after_a_failure_one_tries_and_the_others_are_told_at_once() -> None:
    moment = [100.0]
    breaker = Breaker(clock=lambda: moment[0])
    breaker.enter()
    breaker.leave(failed=True)
    with pytest.raises(AwayJustNow):
        breaker.enter()
    moment[0] += QUIET_SECONDS
    breaker.enter()
    with pytest.raises(AwayJustNow):
        breaker.enter()  # somebody is trying
    breaker.leave(failed=False)
    breaker.enter()
    breaker.enter()


def test_another_municipalitys_record_is_not_opened(backend: Backend) -> None:
    with copied(backend) as database:
        for number, code in (("", "9101"), ("9102", "9102"), ("9102", "")):
            if number and code:
                make_world(database.engine, number=number)
            engine = make_engine(database.url)
            refuse_other(engine, code)
            with engine.connect() as connection:
                assert connection.execute(text("SELECT 1")).scalar() == 1
            engine.dispose()
        engine = make_engine(database.url)
        refuse_other(engine, "9101")
        with pytest.raises(WrongDatabase, match="9102, not of 9101"):
            engine.connect()
        engine.dispose()
