"""Tests that the servers the other tests stand on really start and really end."""

from __future__ import annotations

from redis import Redis
from sqlalchemy import text

from jobs.broker import Broker
from tests.servers.databases import Database


def test_both_kinds_of_database_answer(fresh_database: Database) -> None:
    with fresh_database.engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_the_broker_answers_on_its_socket_only(broker: Broker) -> None:
    with Redis.from_url(broker.url) as client:
        assert client.ping()
        assert client.config_get("port") == {"port": "0"}
