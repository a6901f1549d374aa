"""In production the web never works as a role that may do more in the database than the web's own."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from workflow.record.database.grants import WIDTH, why_too_wide


class RoleTooWide(SQLAlchemyError):
    """The role is a superuser, owns the tables, or may do what only jobs may."""


def refuse_wide(connection: Any, record: Any) -> None:
    """Refuses a connection of such a role as soon as it is made. Raises RoleTooWide."""
    with connection.cursor() as cursor:
        why = why_too_wide(cursor.execute(WIDTH.format("current_user")).fetchone())
    # The question began a transaction; the pool must get the connection without one.
    connection.rollback()
    if why:
        connection.close()
        raise RoleTooWide(why)
