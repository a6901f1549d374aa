"""The scheduler: asks for each municipality's jobs once per slot of time, however many schedulers live."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime

from redis.exceptions import RedisError
from rq import Queue

from jobs.alive import SignOfLife
from jobs.municipalities import list_codes
from jobs.queue import (
    CROSS,
    DELIVER,
    JANITOR,
    NOTE_HEAD,
    REVIEW_LOG,
    SEAL,
    SWEEP,
    ask_once,
    code_of,
    connect_broker,
    open_queue,
)
from workflow.rules.calendar.clock import utc_now
from workflow.settings import Settings

SHORTEST_WAIT = 0.05
LONGEST_WAIT = 1.0
MINUTE, HOUR = 60.0, 3600.0
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Slot:
    """A job that is wanted once in every so many seconds, counted from the epoch."""

    task: str
    seconds: float
    last: int = -1

    def number(self, now: datetime) -> int:
        """Which slot a moment lies in: the same for every scheduler."""
        return int(now.timestamp() // self.seconds)

    def name(self, number: int) -> str:
        """The slot's job id."""
        return f"{self.task.rpartition('.')[2]}-{self.seconds:g}-{number}"


def slots(settings: Settings) -> list[Slot]:
    """What is wanted how often: sweeping and delivering each tick, the rest more rarely."""
    tick = settings.sweep_seconds
    return [
        Slot(SWEEP, tick),
        Slot(DELIVER, tick),
        *([Slot(CROSS, tick)] if settings.municipalities else []),
        Slot(JANITOR, min(MINUTE, settings.lease_seconds)),  # no seldomer than leases run out
        Slot(SEAL, HOUR),
        Slot(NOTE_HEAD, HOUR),  # the first after midnight makes one, the others mail what waits
        Slot(REVIEW_LOG, HOUR),  # the first of a month finds something to do
    ]


@dataclass
class Scheduler:
    """Asks for jobs until `stop` is set. No state of its own survives it, and none needs to."""

    settings: Settings
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.slots = {code: slots(self.settings) for code in list_codes(self.settings)}
        self.sign = SignOfLife("scheduler")

    def run(self) -> None:
        """Looks at the clock and asks, again and again; a broker that is away is tried again."""
        with connect_broker(self.settings.redis_url) as broker:
            queues = [open_queue(broker, code) for code in self.slots]
            while not self.stop.is_set():
                now = utc_now()
                for queue in queues:
                    self.tick(queue, now)
                self.sign.show(self.settings, now)
                self.stop.wait(self.wait_from(utc_now()))
        self.sign.end(self.settings)

    def tick(self, queue: Queue, now: datetime) -> int:
        """Asks for a municipality's slots that have begun; how many nobody else had asked for."""
        asked = 0
        for slot in self.slots[code_of(queue)]:
            number = slot.number(now)
            if number == slot.last:
                continue
            try:
                asked += ask_once(queue, slot.task, slot.name(number), slot.seconds)
            except (RedisError, OSError) as problem:
                log.warning("the broker did not hear: %s", type(problem).__name__)
                return asked
            # Only now: a slot that the broker did not hear of is asked for again.
            slot.last = number
        return asked

    def wait_from(self, now: datetime) -> float:
        """Seconds until the next slot begins, at most one."""
        every = next(iter(self.slots.values()))  # all municipalities' slots begin alike
        ends = [(slot.number(now) + 1) * slot.seconds - now.timestamp() for slot in every]
        return min(LONGEST_WAIT, max(SHORTEST_WAIT, min(ends)))
