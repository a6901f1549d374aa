"""A database, a broker, a mail server and worker processes for tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from jobs.broker import Broker
from tests.servers.databases import Database
from tests.servers.mail import Inbox
from tests.workflow.deadline_world import LONG_AGO, World
from workflow.acts.notices import inbox as notices
from workflow.processes import start_child, stop_child
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, Party, StaffRole, new_id
from workflow.rules.calendar.clock import utc_now
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS

WAIT = 20.0
ANY_HOUR = {"quiet_from": "00:00", "quiet_until": "00:00"}  # the tests run at night too


@dataclass
class Yard:
    """Where workers work in a test, with short leases and ticks."""

    world: World
    environment: dict[str, str]
    inbox: Inbox
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: str, **more: str) -> subprocess.Popen[bytes]:
        """Starts `planlop worker` or `planlop scheduler`."""
        program = Path(sys.executable).parent / "planlop"
        child = start_child(
            [program, command], {**self.environment, **more}, output=subprocess.DEVNULL
        )
        self.children.append(child)
        return child

    def tell_many(self, count: int) -> set[str]:
        """An offer told to so many people of the coordinating unit; returns their addresses."""
        plan = self.world.plan(person_id=None)
        people = {f"k{number}": new_id() for number in range(count)}
        for name, key in people.items():
            self.world.add(
                Party(
                    id=key,
                    name=name,
                    sort_key=name,
                    created_at=LONG_AGO,
                    email=f"{name}@example.invalid",
                    **ANY_HOUR,
                ),
                StaffRole(
                    id=new_id(),
                    party_id=key,
                    unit_id=self.world.unit["ke"],
                    role="coordinating",
                    from_at=LONG_AGO,
                ),
            )
        with unit_of_work(self.world.engine) as session:
            told = [(key, "receiver") for key in people.values()]
            notices.notify(
                session.connection(),
                TRANSITIONS[PlanStep.OFFER_TRANSFER],
                new_id(),
                told,
                plan,
                plan,
                utc_now() - timedelta(seconds=1),
            )
        return {f"{name}@example.invalid" for name in people}

    def states(self) -> dict[str, str]:
        """The state of the delivery of each address."""
        query = select(Party.email, Delivery.state).join(Party, Party.id == Delivery.recipient_id)
        with unit_of_work(self.world.engine) as session:
            return {row.email: row.state for row in session.execute(query)}

    def settled(self) -> bool:
        """Whether nothing waits and nothing is on its way."""
        return not {"waiting", "sending"} & set(self.states().values())


def until(true: Callable[[], bool], seconds: float = WAIT) -> None:
    """Waits until something is so; fails after `seconds`."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.05)


def kill_hard(child: subprocess.Popen[bytes]) -> None:
    """kill -9 of a worker and of the process that does its job at this moment."""
    listed = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
    for pid in (child.pid, *map(int, listed)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    child.wait()


@contextmanager
def yard(database: Database, broker: Broker, inbox: Inbox, port: int, home: Path) -> Iterator[Yard]:
    """A yard whose children end with the block."""
    environment = {
        **os.environ,
        "PLANLOP_HOME": str(home),
        "PLANLOP_DATABASE_URL": database.url,
        "PLANLOP_REDIS_URL": broker.url,
        "PLANLOP_SMTP_PORT": str(port),
        "PLANLOP_SMTP_TIMEOUT": "2",
        "PLANLOP_LEASE_SECONDS": "2",
        "PLANLOP_SWEEP_SECONDS": "1",
    }
    made = Yard(World(database.engine).build(), environment, inbox)
    try:
        yield made
    finally:
        for child in made.children:
            stop_child(child)
