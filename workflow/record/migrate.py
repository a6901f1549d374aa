"""Bringing a database to the newest migration; the only module that imports Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from workflow.record.database import make_engine
from workflow.record.wall_statements import raise_walls

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, bound to an open connection."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def upgrade(url: str) -> str:
    """Migrate the database at `url` to head and raise its walls anew; returns the head's id."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), "head")
            raise_walls(connection)
    finally:
        engine.dispose()
    return head()


def head() -> str:
    """The newest migration's id."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""
