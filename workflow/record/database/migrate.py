"""Bringing a database to the newest migration; the only module that imports Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from workflow.database_roles import Roles, roles_of
from workflow.record.database.engine import make_engine
from workflow.record.database.grants import give_grants


class UnknownForm(Exception):
    """The database was migrated by a version that is newer, or older than the first release."""


FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, bound to an open connection."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def upgrade(url: str, roles: Roles | None = None) -> str:
    """Migrate the database at `url` to head and give its roles their grants; returns the head's id."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            _take_turn(connection)
            _upgrade(connection)
            give_grants(connection, roles or roles_of(""))
    finally:
        engine.dispose()
    return newest_migration()


def _upgrade(connection: Connection) -> None:
    """Raises UnknownForm."""
    try:
        command.upgrade(config(connection), "head")
    except CommandError as problem:
        raise UnknownForm(
            "the database has a form that this version does not know: take the version that made "
            "it, or begin with an empty database"
        ) from problem


def _take_turn(connection: Connection) -> None:
    """One at a time migrates a database: two that give the same grants would trip over each other."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7160423)"))


def newest_migration() -> str:
    """The newest migration's id."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""
