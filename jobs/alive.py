"""The sign of life that a worker or scheduler leaves, so that one that died is missed."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from jobs.municipalities import list_codes, settings_of
from jobs.tasks import open_engine
from workflow.acts.operations.sweep_alarm import watch_sweeps
from workflow.record.database.engine import unit_of_work
from workflow.record.operations import heartbeats
from workflow.settings import Settings

EVERY_SECONDS = 60.0
log = logging.getLogger(__name__)


class SignOfLife:
    """One process's own row among each municipality's heartbeats, renewed once a minute, gone when it ends well."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.name = f"{kind}:{socket.gethostname()[:40]}-{os.getpid()}"
        self.shown: float | None = None

    def show(self, settings: Settings, now: datetime) -> bool:
        """Renews the sign at `now` (aware UTC) and looks whether anybody sweeps; whether it was time.

        A database that is away is tried again in a minute.
        """
        if self.shown is not None and time.monotonic() - self.shown < EVERY_SECONDS:
            return False
        self.shown = time.monotonic()

        def write(conn: Connection) -> None:
            heartbeats.beat(conn, self.name, now, {})
            heartbeats.beat(conn, self.kind, now, {})
            watch_sweeps(conn, now)

        return self._try(settings, write)

    def end(self, settings: Settings) -> None:
        """Takes the sign away."""
        self._try(settings, lambda conn: heartbeats.end_beat(conn, self.name))

    def _try(self, settings: Settings, work: Callable[[Connection], None]) -> bool:
        done = [self._try_one(code, settings, work) for code in list_codes(settings)]
        return all(done)

    def _try_one(self, code: str, settings: Settings, work: Callable[[Connection], None]) -> bool:
        own = settings_of(code) if code else settings
        try:
            with open_engine(own) as engine, unit_of_work(engine) as session:
                work(session.connection())
        except SQLAlchemyError as problem:
            log.error("%s could not leave word: %s", self.kind, type(problem).__name__)
            return False
        return True
