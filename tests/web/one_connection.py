"""A request holds one connection at a time: a pool of one is enough, and nobody waits for himself."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context, request
from sqlalchemy import event

from web.request.database import db

HELD = "planlop.held"


class TwoConnections(AssertionError):
    """A request asked for a second connection while it held one."""


def refuse_second_connection(app: Flask) -> None:
    """Every page test fails where its request would hold two."""
    with app.app_context():
        pool = db.engine.pool
    event.listen(pool, "checkout", _take)
    event.listen(pool, "checkin", _give_back)


def _take(connection: Any, record: Any, proxy: Any) -> None:
    if not has_request_context():
        return
    held = request.environ.setdefault(HELD, [])
    if held:
        raise TwoConnections(request.path)
    held.append(1)
    record.info[HELD] = held


def _give_back(connection: Any, record: Any) -> None:
    held = record.info.pop(HELD, None)
    if held:
        held.pop()
