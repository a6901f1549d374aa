"""What requests would have kept: every transaction runs in full and is rolled back where it would be committed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from web.http import sweep_alarm
from workflow.record.database import engine as database

WRITES = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# What a refused request may leave: who tried, when a session was last in use, a failed sign-in.
KEPT_OF_REFUSED = frozenset({"access", "sign_in", "failed_try", "spent_token"})


@dataclass
class Sent:
    """The statements of one request, and the tables in which something would have been kept."""

    statements: list[str] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)
    wrote: set[str] = field(default_factory=set)

    def clear(self) -> None:
        """Begin anew, for the next request."""
        self.statements.clear()
        self.pending.clear()
        self.wrote.clear()

    def note(self, _conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """One statement on its way to the database."""
        if statement.startswith("BEGIN"):
            return
        self.statements.append(statement)
        if match := WRITES.match(statement):
            self.pending.add(match.group(1).lower())

    def settle(self, keeps: bool) -> None:
        """A transaction is over."""
        if keeps:
            self.wrote |= self.pending
        self.pending.clear()


@contextmanager
def nothing_kept(engine: Engine) -> Iterator[Sent]:
    """While it is open nothing is committed; what would have been is noted.

    The look at the sweeps, which one request a minute takes along, stands still: it is no part of
    what that request was asked for.
    """
    sent = Sent()

    class Undone(Session):
        def commit(self) -> None:
            self.flush()
            self.expunge_all()  # what was read stays readable, as after a real commit
            sent.settle(keeps=True)
            self.rollback()

    def undone(_conn: Any) -> None:
        sent.settle(keeps=False)

    event.listen(engine, "before_cursor_execute", sent.note)
    event.listen(engine, "rollback", undone)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "Session", Undone)
        patch.setattr(sweep_alarm, "EVERY_SECONDS", math.inf)
        yield sent
    event.remove(engine, "before_cursor_execute", sent.note)
    event.remove(engine, "rollback", undone)
