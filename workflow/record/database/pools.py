"""One small pool of connections per municipality, opened when first used and closed when idle.

Fifty municipalities in every process would else hold all connections that PostgreSQL has.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, QueuePool

from workflow.record.database.breaker import Breaker
from workflow.record.database.engine import make_engine, refuse_other
from workflow.registry import Registry, Role

SMALL: Mapping[str, Any] = {"pool_size": 4, "max_overflow": 4}


@dataclass
class OpenPool:
    """An engine with its pool, and when it was last asked for."""

    engine: Engine
    used_at: float


class Pools:
    """The engines of one role; threads may share it.

    An engine stays usable after its pool was closed: it then opens connections anew, which this
    object no longer counts. So ask for it again instead of keeping it.
    """

    def __init__(
        self,
        registry: Registry,
        role: Role,
        make: Callable[..., Engine] = make_engine,
        options: Mapping[str, Any] = SMALL,
        idle_seconds: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.registry = registry
        self.role: Role = role
        self.idle_seconds = idle_seconds
        self._make = make
        self._options = options
        self._clock = clock
        self._open: dict[str, OpenPool] = {}
        self._lock = Lock()
        self._process = os.getpid()

    def engine(self, code: str) -> Engine:
        """The engine of a municipality, the same for all threads.

        Raises UnknownMunicipality, and SettingsRefused where its address cannot be had.
        """
        with self._lock:
            self._forget_after_fork()
            if code not in self._open:
                self._open[code] = OpenPool(self._make_engine(code), 0.0)
            pool = self._open[code]
            pool.used_at = self._clock()
            return pool.engine

    def close_idle(self) -> int:
        """Closes pools that nobody has asked for lately and nobody has a connection of; how many.

        A connection that is taken meanwhile lives on until it is given back.
        """
        before = self._clock() - self.idle_seconds
        with self._lock:
            self._forget_after_fork()
            idle = [
                code
                for code, one in self._open.items()
                if one.used_at <= before and not count_connections_out(one.engine)
            ]
            engines = [self._open.pop(code).engine for code in idle]
        for engine in engines:  # outside the lock: saying goodbye to a server may take long
            engine.dispose()
        return len(engines)

    def close(self) -> None:
        """Closes all pools; a later question opens them anew."""
        with self._lock:
            self._forget_after_fork()
            engines = [one.engine for one in self._open.values()]
            self._open.clear()
        for engine in engines:
            engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _make_engine(self, code: str) -> Engine:
        url = self.registry.by_code(code).database_url(self.role)
        kept = {} if url.startswith("sqlite") else self._options
        engine = self._make(url, **kept)
        refuse_other(engine, code)
        Breaker(clock=self._clock).watch(engine)
        return engine

    def _forget_after_fork(self) -> None:
        """Leaves the parent's connections to the parent: two processes on one socket mix answers."""
        if self._process != os.getpid():
            for one in self._open.values():
                one.engine.dispose(close=False)
            self._open.clear()
            self._process = os.getpid()


def count_connections_out(engine: Engine) -> int:
    """How many connections somebody holds; 0 where the pool keeps none to close."""
    pool = engine.pool
    return pool.checkedout() if isinstance(pool, QueuePool) else 0
