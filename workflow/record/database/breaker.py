"""A database that does not answer is asked by one thread at a time, so that the others serve the rest.

Without it, one municipality's server that hangs takes every thread of a process, and with them the
pages of all other municipalities.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

QUIET_SECONDS = 5.0


class AwayJustNow(OperationalError):
    """The database did not answer a moment ago, and is not asked again yet."""

    def __init__(self) -> None:
        words = "the database did not answer a moment ago"
        super().__init__(words, None, ConnectionError(words))


class Breaker:
    """Lets connections through; after one that failed, a single try at a time and not at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failed_at: float | None = None
        self._trying = False

    def watch(self, engine: Engine) -> None:
        """Stands before every connection that the engine opens."""

        @event.listens_for(engine, "do_connect")
        def connect(dialect: Any, record: Any, words: Any, options: Any) -> Any:
            self.enter()
            try:
                made = dialect.connect(*words, **options)
            except BaseException:
                self.leave(failed=True)
                raise
            self.leave(failed=False)
            return made

    def enter(self) -> None:
        """Raises AwayJustNow where another is trying, or the last try failed just now."""
        with self._lock:
            if self._failed_at is None:
                return
            if self._trying or self._clock() - self._failed_at < QUIET_SECONDS:
                raise AwayJustNow
            self._trying = True

    def leave(self, failed: bool) -> None:
        """How the try went."""
        with self._lock:
            self._trying = False
            self._failed_at = self._clock() if failed else None
