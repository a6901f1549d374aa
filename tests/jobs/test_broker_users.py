"""Tests of the broker's users against a real server: the web rings and counts, jobs work, nobody else comes in."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis import Redis
from redis.exceptions import NoPermissionError, RedisError
from rq import Queue
from rq.command import send_shutdown_command
from rq.registry import clean_registries
from rq.serializers import JSONSerializer

from jobs.broker import server_binary
from jobs.broker.users import FILES
from jobs.commands import broker_users
from jobs.known_jobs import KnownJob
from jobs.queue import DELIVER, ask_once, connect_broker, open_queue, ring_workers
from jobs.worker import PlanlopWorker, make_worker
from tests.jobs.yard import Yard
from workflow.processes import stop_child
from workflow.settings import load_settings


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The address of each user of a server that was started with the list of the command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "secrets"
    made = CliRunner().invoke(broker_users, [str(folder), "--address", f"127.0.0.1:{port}"])
    assert made.exit_code == 0, made.output
    words = [str(server_binary()), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen(
        [*words, "--aclfile", str(folder / FILES[0]), "--loglevel", "nothing"], cwd=tmp_path
    )
    try:
        wait_for(f"redis://127.0.0.1:{port}/0")
        yield {
            "web": (folder / FILES[1]).read_text().strip(),
            "jobs": (folder / FILES[2]).read_text().strip(),
            "nobody": f"redis://127.0.0.1:{port}/0",
        }
    finally:
        stop_child(server)


def wait_for(address: str) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            with Redis.from_url(address) as client:
                client.execute_command("PING")
                return
        except (RedisError, OSError):
            time.sleep(0.05)
    raise AssertionError("the server did not start")


def test_the_web_rings_and_counts(addresses: dict[str, str]) -> None:
    with Redis.from_url(addresses["web"]) as client:
        for name in ("planlop", "planlop-9999"):
            queue = Queue(name, connection=client, serializer=JSONSerializer)
            queue.enqueue(DELIVER, job_id=f"{name}-1", result_ttl=0, failure_ttl=3600)
            assert len(queue) == 1
    counted = FixedWindowRateLimiter(storage_from_string(addresses["web"]))
    limit = parse("2 per 60 second")
    assert [counted.hit(limit, "planlop", "9999:read:x") for _ in range(3)] == [True, True, False]
    assert counted.get_window_stats(limit, "planlop", "9999:read:x").remaining == 0


FORBIDDEN = (
    "KEYS *",
    "SCAN 0",
    "HGETALL rq:job:a",
    "LRANGE rq:queue:planlop 0 -1",
    "LPOP rq:queue:planlop",
    "RPUSH rq:queue:other a",
    "HSET rq:worker:a b c",
    "DEL rq:job:a",
    "DEL rq:queue:planlop",
    "EXPIRE rq:job:a 0",
    "GET rq:job:a",
    "HSET LIMITS:a b c",
    "PUBLISH rq:pubsub:a stop",
    "EVAL x 0",
    "FLUSHALL",
    "CONFIG GET *",
    "ACL LIST",
    "MONITOR",
    "SHUTDOWN",
)


@pytest.mark.parametrize("words", FORBIDDEN)
def test_the_web_may_nothing_else(addresses: dict[str, str], words: str) -> None:
    with Redis.from_url(addresses["web"]) as client, pytest.raises(NoPermissionError):
        client.execute_command(*words.split())


def test_the_web_commands_no_worker(addresses: dict[str, str]) -> None:
    with Redis.from_url(addresses["web"]) as client, pytest.raises(NoPermissionError):
        send_shutdown_command(client, "worker")


def test_nobody_comes_in_without_a_password(addresses: dict[str, str]) -> None:
    with Redis.from_url(addresses["nobody"]) as client:
        assert client.execute_command("PING")
        for words in ("LLEN rq:queue:planlop", "INFO", "SET a b", "FLUSHALL"):
            with pytest.raises(NoPermissionError):
                client.execute_command(*words.split())


def test_jobs_ask_take_and_clean_up(
    addresses: dict[str, str], here: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = here.tell_many(2)
    monkeypatch.setenv("PLANLOP_REDIS_URL", addresses["jobs"])
    assert ring_workers(addresses["jobs"], DELIVER)
    with connect_broker(addresses["jobs"]) as broker:
        assert ask_once(open_queue(broker), DELIVER, "slot", 30)
        assert not ask_once(open_queue(broker), DELIVER, "slot", 30)
        worker = make_worker(load_settings())
        assert isinstance(worker, PlanlopWorker)
        worker.work(burst=True, logging_level="ERROR")
        clean_registries(open_queue(broker, "", KnownJob))
        assert len(open_queue(broker)) == 0
    assert sorted(here.inbox.to()) == sorted(everybody)


@pytest.mark.parametrize("words", ["FLUSHALL", "CONFIG GET *", "ACL LIST", "MONITOR", "SET a b"])
def test_jobs_may_nothing_with_the_server_itself(addresses: dict[str, str], words: str) -> None:
    with Redis.from_url(addresses["jobs"]) as client, pytest.raises(NoPermissionError):
        client.execute_command(*words.split())


def test_passwords_that_are_in_use_are_not_written_over(tmp_path: Path) -> None:
    first, again = (CliRunner().invoke(broker_users, [str(tmp_path)]) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 1)
    assert "is there already" in again.output and "Traceback" not in again.output
    assert tmp_path.stat().st_mode & 0o077 == 0
