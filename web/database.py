"""The database of a request: Flask-SQLAlchemy on workflow's base; statements and `commit` live elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow.record.database import make_engine, unit_of_work
from workflow.record.grants import WIDTH, why_too_wide
from workflow.record.models import Base
from workflow.settings import Settings


class Reading(FlaskSession):
    """The request's own session only reads, so on SQLite it takes no write lock."""

    def get_bind(self, *args: Any, **kwargs: Any) -> sa.Engine | sa.Connection:
        """The application's engine, marked as reading; the same mark each time.

        A session keeps one connection for each engine it is given: a new mark for every question
        would take a new connection for every question.
        """
        engine = super().get_bind(*args, **kwargs)
        marks: dict[Any, sa.Engine | sa.Connection] = self.info
        if engine not in marks:
            marks[engine] = engine.execution_options(reading=True)
        return marks[engine]


class Database(SQLAlchemy):
    """Flask-SQLAlchemy with the engine that workflow makes, so that web and jobs connect alike."""

    def _make_engine(
        self, bind_key: str | None, options: dict[str, Any], app: Flask
    ) -> sa.engine.Engine:
        engine = make_engine(
            str(options["url"]) if isinstance(options["url"], str) else shown(options)
        )
        if app.extensions["planlop_settings"].production:
            sa.event.listen(engine, "connect", refuse_wide)
        return engine


class RoleTooWide(SQLAlchemyError):
    """In production the web never connects as a role that may do more than the web's own."""


def refuse_wide(connection: Any, record: Any) -> None:
    """Refuses a connection of such a role. Raises RoleTooWide."""
    with connection.cursor() as cursor:
        why = why_too_wide(cursor.execute(WIDTH.format("current_user")).fetchone())
    connection.rollback()
    if why:
        connection.close()
        raise RoleTooWide(why)


def shown(options: dict[str, Any]) -> str:
    """The address in options as text, password included."""
    url: sa.engine.URL = options["url"]
    return url.render_as_string(hide_password=False)


db = Database(model_class=Base, session_options={"class_": Reading})


def install(app: Flask, settings: Settings) -> None:
    """Ties the application to the settings' database; connects at the first question only."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(app)


def engine() -> sa.engine.Engine:
    """The engine of the running application."""
    return db.engine


def db_session() -> Session:
    """The session to read with: the open unit's own, else the request's, closed at its end."""
    held: Session | None = g.get("unit")
    return held if held is not None else db.session()


@contextmanager
def unit() -> Iterator[Session]:
    """One transaction that is committed at the end, or not at all if anything is raised.

    The request's reading session is closed first: two transactions of one request would wait
    for each other on SQLite. Inside, db_session() returns this unit's session.
    """
    db.session.remove()
    with unit_of_work(engine()) as session:
        g.unit = session
        try:
            yield session
        finally:
            g.unit = None
