"""The fixtures of the jobs' tests: a yard with real servers, and settings for code in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from jobs.broker import Broker
from tests.jobs.yard import Yard, yard
from tests.servers.databases import Backend, copied
from tests.servers.mail import mail_server


@pytest.fixture
def place(backend: Backend, broker: Broker, tmp_path: Path) -> Iterator[Yard]:
    """An emptied broker, a database of its own, a mail server."""
    with Redis.from_url(broker.url) as client:
        client.flushall()
    with (
        copied(backend) as database,
        mail_server() as (inbox, port),
        yard(database, broker, inbox, port, tmp_path) as made,
    ):
        yield made


@pytest.fixture
def here(place: Yard, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """The yard, with this process's settings pointing at it."""
    for name, value in place.environment.items():
        if name.startswith("PLANLOP_"):
            monkeypatch.setenv(name, value)
    return place
