"""Pages on PostgreSQL with the web role: each request stands behind the walls; no test lives here."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context, request
from sqlalchemy import event

from web.database import db
from workflow.database_roles import roles_of

VARIABLE = "PLANLOP_TEST_WALLS"  # set: every page test runs on PostgreSQL, behind its walls

DEMO = {("signin.choose", "GET"), ("signin.as_invented", "POST")}


def stand_behind_walls(app: Flask) -> None:
    """Within a request the connection is the web's role; the test's own hand still sees all."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        event.listen(engine, "begin", as_the_web)


def as_the_web(connection: Any) -> None:
    """Takes the role for this transaction; the demo's list of people is on no walled installation."""
    if has_request_context() and (request.endpoint, request.method) not in DEMO:
        connection.connection.cursor().execute(f"SET LOCAL ROLE {roles_of('').web}").close()
