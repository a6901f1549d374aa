"""What one request costs: product files whose code ran, transactions begun, statements sent.

Files and statements do not depend on the machine, so a bound on them holds on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from workflow.record.database.prepared import PreparedStatement

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = tuple(f"{ROOT / ring}/" for ring in ("web", "workflow"))


@dataclass
class Effort:
    """The files, transactions and statements of what ran while it was measured."""

    files: set[str] = field(default_factory=set)
    transactions: int = 0
    statements: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.files)} files, {self.transactions} transactions, "
            f"{len(self.statements)} statements"
        )


@contextmanager
def effort(engine: Engine) -> Iterator[Effort]:
    """Measures the block; what was measured is whole once the block has ended."""
    spent = Effort()

    def enter(frame: FrameType, what: str, _: Any) -> None:
        if what == "call" and frame.f_code.co_filename.startswith(PRODUCT):
            spent.files.add(frame.f_code.co_filename.removeprefix(f"{ROOT}/"))

    def begin(*_: Any) -> None:
        spent.transactions += 1

    def send(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            spent.statements.append(statement)

    run = PreparedStatement.run

    def run_prepared(
        statement: PreparedStatement, conn: Connection, given: Mapping[str, Any]
    ) -> Any:
        cursor = run(statement, conn, given)
        spent.statements.append(str(statement.statement))
        return cursor

    event.listen(engine, "begin", begin)
    event.listen(engine, "before_cursor_execute", send)
    before = sys.getprofile()
    with pytest.MonkeyPatch.context() as patch:
        # These go to the driver itself, past the engine's events.
        patch.setattr(PreparedStatement, "run", run_prepared)
        sys.setprofile(enter)
        try:
            yield spent
        finally:
            sys.setprofile(before)
            event.remove(engine, "begin", begin)
            event.remove(engine, "before_cursor_execute", send)
