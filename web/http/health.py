"""Two addresses for machines: is the process alive, and can it serve; nothing about anybody."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from web.request import access_guards
from web.request.municipality import current_pools, current_registry, find_municipality

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@access_guards.public()
def healthz() -> Response:
    """200 while the process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@access_guards.public()
def readyz() -> Response:
    """200 while the database answers, else 503; asked by no municipality's name, while any does.

    So that one municipality whose database is away does not take the others down with it.
    """
    named = find_municipality()
    asked = (named,) if named else current_registry().municipalities
    if any(answers(one.code) for one in asked):
        return Response("ok\n", mimetype="text/plain")
    return Response("no database\n", status=503, mimetype="text/plain")


def answers(code: str) -> bool:
    """Whether a municipality's database answers."""
    try:
        with current_pools().engine(code).connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
