"""Pages on PostgreSQL with the web's own role, which has its grants and nothing else."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context
from sqlalchemy import event

from web.request.database import db
from workflow.database_roles import roles_of

VARIABLE = "PLANLOP_TEST_ROLES"  # set: every page test runs on PostgreSQL, as the web's role


def serve_as_web_role(app: Flask) -> None:
    """Within a request the connection is the web's role; the test's own hand keeps every right."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        event.listen(engine, "begin", as_the_web)


def as_the_web(connection: Any) -> None:
    """Takes the role for this transaction."""
    if has_request_context():
        connection.connection.cursor().execute(f"SET LOCAL ROLE {roles_of('').web}").close()
