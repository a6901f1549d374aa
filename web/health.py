"""Two addresses for machines: is the process alive, and can it serve; nothing about anybody."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from web import guards
from web.database import engine

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@guards.public()
def healthz() -> Response:
    """200 while the process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@guards.public()
def readyz() -> Response:
    """200 while the database answers, else 503."""
    try:
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Response("no database\n", status=503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
