"""A process that starts workers and schedulers in an instant, on a clock that a test sets."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from workflow.processes import bind_to

CLOCK_FILE = "PLANLOP_CHAOS_CLOCK"
TAKES_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)


class Clock:
    """The wall clock, moved by as many seconds as a file says, and by this process's own error."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.wrong_by = timedelta()
        self.wall = import_module("workflow.rules.calendar.clock").utc_now

    def __call__(self) -> datetime:
        moved: datetime = self.wall() + timedelta(seconds=float(self.file.read_text()))
        return moved + self.wrong_by


def main() -> None:
    """Puts the clock in place before anything reads it, then forks a child for each line asked for."""
    clock = Clock(Path(os.environ[CLOCK_FILE]))
    vars(import_module("workflow.rules.calendar.clock"))["utc_now"] = clock
    for module in ("jobs.worker", "jobs.scheduler", "jobs.commands"):
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead leave at once
    # What a killed worker was doing goes on without it: end_all must find it too.
    ctypes.CDLL(None).prctl(TAKES_ORPHANS, 1, 0, 0, 0)
    try:
        for line in sys.stdin:
            print(born(json.loads(line), clock), flush=True)
    finally:
        end_all()


def born(asked: dict[str, Any], clock: Clock) -> int:
    """Forks one child that works; its process id."""
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        bind_to(parent)()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a worker waits for the child at work
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        clock.wrong_by = timedelta(days=asked["days_wrong"])
        work(asked["command"])
        code = 0
    finally:
        os._exit(code)


def work(command: str) -> None:
    """What `planlop worker` and `planlop scheduler` do; a crash says why before the child is gone."""
    try:
        import_module("jobs.commands").__dict__[command].callback()
    except BaseException:
        traceback.print_exc()
        raise


def children() -> list[int]:
    """The process ids of everybody who is a child of this process now, orphans of the killed too."""
    own = os.getpid()
    return [int(pid) for pid in Path(f"/proc/{own}/task/{own}/children").read_text().split()]


def end_all(patience: float = 8.0) -> None:
    """Asks everybody to end, and kills who has not."""
    for pid in children():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    ends = time.monotonic() + patience
    while children() and time.monotonic() < ends:
        time.sleep(0.05)
    while children():
        for pid in children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


if __name__ == "__main__":
    main()
