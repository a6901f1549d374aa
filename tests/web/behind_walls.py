"""Pages on PostgreSQL with the web role: each request stands behind the walls; no test lives here."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context
from sqlalchemy import event

from web.database import db
from workflow.record.walls import WEB

VARIABLE = "PLANLOP_TEST_WALLS"  # set: every page test runs on PostgreSQL, behind its walls


def stand_behind_walls(app: Flask) -> None:
    """Within a request the connection is the web's role; the test's own hand still sees all."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        event.listen(engine, "begin", as_the_web)


def as_the_web(connection: Any) -> None:
    """Takes the role for this transaction."""
    if has_request_context():
        connection.connection.cursor().execute(f"SET LOCAL ROLE {WEB}").close()
