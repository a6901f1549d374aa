"""Kills, cut connections, an emptied broker and a clock that jumps, at random but for the seed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine, make_url, text

from jobs.broker import Broker
from jobs.broker import start as start_broker
from tests.jobs.nursery import CLOCK_FILE
from tests.servers.databases import Database
from tests.servers.rough_mail import RoughInbox, rough_mail_server
from workflow.processes import stop_child
from workflow.record.database.engine import make_engine
from workflow.settings import broker_folder

ROOT = Path(__file__).parents[2]
WITNESS = "witness"
PLACES = ("worker", "worker", "scheduler", "scheduler")
DAYS_WRONG = -8
MOMENT = 0.3  # seconds
ONE_IN_WRONG = 6
FIRST_DAY = datetime(2026, 3, 2, 7, 5, tzinfo=UTC)  # a Monday, five past eight in Oslo


@dataclass
class Storm:
    """Two workers and two schedulers on a clock of their own, and everything that befalls them."""

    database: Database
    folder: Path
    seed: int
    random: random.Random = field(init=False)
    inbox: RoughInbox = field(init=False)
    broker: Broker = field(init=False)
    nursery: subprocess.Popen[bytes] = field(init=False)
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    fell: list[str] = field(default_factory=list)
    living: list[tuple[str, int, int]] = field(default_factory=list)
    took: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.clock_file = self.folder / "clock"
        self.set_clock(FIRST_DAY - datetime.now(UTC))
        self.engine = witness(self.database)
        self.lock = threading.Lock()

    def set_clock(self, moved: timedelta) -> None:
        """Moves the clock of all processes, in one step."""
        self.moved = moved
        # Renamed into place: a process that reads it meanwhile never meets half a number.
        draft = self.folder / "clock.new"
        draft.write_text(str(moved.total_seconds()))
        draft.rename(self.clock_file)

    def now(self) -> datetime:
        """The moment (aware UTC) as the processes see it."""
        return datetime.now(UTC) + self.moved

    def jump(self, days: int) -> None:
        """The same hour so many days later."""
        self.set_clock(self.moved + timedelta(days=days))

    # -- the mail server's side --

    def taken(self, message_id: str, recipient: str) -> None:
        """The mail server has taken a mail: which deliveries it carries is asked while it is so."""
        key = message_id.strip("<>").partition("@")[0]
        with self.engine.connect().execution_options(reading=True) as conn:
            rows = conn.execute(
                text("SELECT id FROM delivery WHERE message_id = :key"), {"key": key}
            )
            self.took.append((key, recipient, tuple(rows.scalars())))

    # -- processes --

    def start(self, command: str, days_wrong: int = 0) -> None:
        """One more process."""
        assert self.nursery.stdin is not None and self.nursery.stdout is not None
        asked = {"command": command, "days_wrong": days_wrong}
        self.nursery.stdin.write(json.dumps(asked).encode() + b"\n")
        self.nursery.stdin.flush()
        self.living.append((command, int(self.nursery.stdout.readline()), days_wrong))

    def fill(self, right: bool = False) -> None:
        """Starts what is missing of two workers and two schedulers; some with a wrong clock."""
        missing = Counter(PLACES) - Counter(command for command, _, _ in self.living)
        for command in missing.elements():
            wrong = not right and self.random.randrange(ONE_IN_WRONG) == 0
            self.faults["clocks 8 days behind"] += wrong
            self.start(command, DAYS_WRONG if wrong else 0)

    def kill(self, place: int, whom: str) -> None:
        """kill -9 of a process, of the one doing its job, or of both."""
        command, pid, _ = self.living[place]
        horses = at_work(pid) if command == "worker" and whom != "parent" else []
        if not alive(pid):
            self.fell.append(command)
        victims = [("work horse", horse) for horse in horses if whom != "parent"]
        if whom != "horse" or not victims:
            victims.append((command, pid))
            del self.living[place]
        for name, victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                self.kills[name] += 1

    def strike(self, most: int) -> None:
        """Kills one to `most` of the processes at once, and starts new ones in their place."""
        for _ in range(self.random.randint(1, most)):
            if self.living:
                whom = self.random.choice(("both", "both", "parent", "horse"))
                self.kill(self.random.randrange(len(self.living)), whom)
        if self.random.random() < 0.15:
            self.kill_broker()
        self.fill()

    def right_clocks(self) -> None:
        """Lets those whose clock is wrong end, and starts others."""
        for process in [process for process in self.living if process[2]]:
            self.living.remove(process)
            with suppress(ProcessLookupError):
                os.kill(process[1], signal.SIGTERM)
        self.fill(right=True)

    # -- broker and database --

    def kill_broker(self) -> None:
        """kill -9 of the broker, with all it knew, and a new one in its place."""
        self.broker.process.kill()
        self.broker.process.wait()
        self.kills["broker"] += 1
        self.broker = start_broker(self.folder)

    def empty_broker(self) -> None:
        """FLUSHALL."""
        with Redis.from_url(self.broker.url) as client, suppress(RedisError):
            client.flushall()
            self.faults["broker emptied"] += 1

    def cut_database(self, seconds: float) -> None:
        """PostgreSQL: ends every connection. SQLite: holds the writer's lock for some seconds."""
        if self.database.is_postgresql:
            with self.engine.connect() as conn:
                self.faults["connections cut"] += len(conn.execute(text(CUT)).all())
            return
        self.faults["writer's lock held"] += 1
        threading.Thread(target=self.hold, args=(seconds,), daemon=True).start()

    def hold(self, seconds: float) -> None:
        """Nobody else writes for so long."""
        with self.lock, self.engine.begin():
            time.sleep(seconds)

    @contextmanager
    def raging(self) -> Iterator[Storm]:
        """Everything that a storm needs, ended with the block."""
        log = self.folder / "log"
        with rough_mail_server(self.seed, self.taken) as (inbox, port), log.open("wb") as told:
            self.inbox = inbox
            self.broker = start_broker(self.folder)
            self.nursery = nursery(self.environment(port), told)
            try:
                self.fill()
                yield self
            finally:
                assert self.nursery.stdin is not None
                self.nursery.stdin.close()  # it ends everybody, orphans too
                with suppress(subprocess.TimeoutExpired):
                    self.nursery.wait(20)
                stop_child(self.nursery)
                assert self.nursery.stdout is not None
                self.nursery.stdout.close()
                self.broker.stop()
                shutil.rmtree(broker_folder(self.folder), ignore_errors=True)
                self.engine.dispose()

    def environment(self, port: int) -> dict[str, str]:
        """Short leases and ticks."""
        return {
            **os.environ,
            "PLANLOP_HOME": str(self.folder),
            "PLANLOP_DATABASE_URL": self.database.url,
            "PLANLOP_REDIS_URL": f"unix://{broker_folder(self.folder) / 'broker.sock'}",
            "PLANLOP_SMTP_PORT": str(port),
            "PLANLOP_SMTP_TIMEOUT": "2",  # the rough server dawdles for longer now and then
            "PLANLOP_LEASE_SECONDS": "2",
            "PLANLOP_SWEEP_SECONDS": "1",
            CLOCK_FILE: str(self.clock_file),
        }


CUT = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name <> '{WITNESS}'
"""


def witness(database: Database) -> Engine:
    """The test's own connections, which nobody cuts."""
    url = make_url(database.url)
    if database.is_postgresql:
        url = url.update_query_dict({"application_name": WITNESS})
    return make_engine(url.render_as_string(hide_password=False))


def nursery(environment: dict[str, str], told: IO[bytes]) -> subprocess.Popen[bytes]:
    """The process that forks workers and schedulers when asked to."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.nursery"],
        env=environment,
        cwd=ROOT,
        process_group=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=told,
    )


def at_work(pid: int) -> list[int]:
    """The process that does a worker's job, waited for a moment, for most of the time there is none."""
    ends = time.monotonic() + MOMENT
    while not (pids := children(pid)) and time.monotonic() < ends:
        time.sleep(0.01)
    return pids


def children(pid: int) -> list[int]:
    """The children of a process; none of one that is dead."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(word) for word in listed.split()]


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()
