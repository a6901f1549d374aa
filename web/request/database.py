"""The database of a request: one session that only reads, and units that write; both on one connection at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.orm import Session

from web.request.municipality import current_pools, require_municipality
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Base
from workflow.settings import Settings


class ReadingSession(FlaskSession):
    """The request's own session only reads, so on SQLite it takes no write lock."""

    def get_bind(self, *args: Any, **kwargs: Any) -> sa.Engine | sa.Connection:
        """The municipality's engine, marked as reading; the same mark each time.

        A session keeps one connection for each engine it is given: a new mark for every question
        would take a new connection for every question.
        """
        engine = db.engine
        marks: dict[Any, sa.Engine | sa.Connection] = self.info
        if engine not in marks:
            marks[engine] = engine.execution_options(reading=True)
        return marks[engine]


class Database(SQLAlchemy):
    """Flask-SQLAlchemy, whose engine is that of the municipality that the request is for."""

    @property
    def engine(self) -> sa.engine.Engine:
        """One small pool each, opened when first used."""
        return current_pools().engine(require_municipality().code)


db = Database(model_class=Base, session_options={"class_": ReadingSession})


def install(app: Flask, settings: Settings) -> None:
    """Ties the application to its databases; connects at the first question only."""
    # The extension wants an address of its own; nobody connects there.
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)


def current_engine() -> sa.engine.Engine:
    """The engine of this request's municipality."""
    return db.engine


def db_session() -> Session:
    """The session to read with: the open unit's own, else the request's, closed at its end."""
    held: Session | None = g.get("unit")
    return held if held is not None else db.session()


@contextmanager
def open_unit() -> Iterator[Session]:
    """One transaction that is committed at the end, or not at all if anything is raised.

    The request's reading session is closed first: two transactions of one request would wait
    for each other on SQLite. Inside, db_session() returns this unit's session.
    """
    db.session.remove()
    with unit_of_work(current_engine()) as session:
        g.unit = session
        try:
            yield session
        finally:
            g.unit = None
