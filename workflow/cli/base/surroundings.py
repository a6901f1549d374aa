"""What a command meets around it that is not as it should be, as a sentence: settings, files, ports, databases.

One place for every command, so that none has to think of it. A fault of our own goes through and shows
where it came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from workflow.cli.base.answer import CommandError

# What SQLite and PostgreSQL say of a table or column that is not there.
OF_NO_TABLE = ("no such table", "no such column")
NO_TABLE_CODES = ("42P01", "42703")
# Told without the address itself: a password may stand there.
NO_ADDRESS = (
    "The database's address cannot be read: sqlite:////path/of/a/file, or postgresql://host/name."
)
NOT_MIGRATED = "The database has not the form of this version. `planlop migrate` brings it there; was it the right one?"


class SpokenGroup(click.Group):
    """A group of commands in which what is wrong around them ends in a sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was named. Raises CommandError."""
        with explain_surroundings():
            return super().invoke(ctx)


@contextmanager
def explain_surroundings() -> Iterator[None]:
    """Turns what an operator can mend into an answer; everything else goes through."""
    try:
        yield
    except click.ClickException:
        raise
    except (OSError, ValueError) as problem:
        if told := of_settings(problem) or of_files(problem):
            raise told from problem
        raise
    except Exception as problem:
        if told := of_database(problem):
            raise told from problem
        raise


def of_settings(problem: Exception) -> CommandError | None:
    """A setting that cannot be, by its variable."""
    from workflow.settings import SettingsRefused

    return (
        CommandError("settings", f"Settings: {problem}")
        if isinstance(problem, SettingsRefused)
        else None
    )


def of_files(problem: Exception) -> CommandError | None:
    """A file, folder or address that is not there, is another's, or is in use."""
    if not isinstance(problem, OSError) or problem.errno is None:
        return None
    where = " -> ".join(str(name) for name in (problem.filename, problem.filename2) if name)
    return CommandError("file", f"{where or 'This machine'}: {problem.strerror}.")


def of_database(problem: Exception) -> CommandError | None:
    """A database that is down, is none, has another form, or whose address cannot be read."""
    from sqlalchemy.exc import ArgumentError, DBAPIError

    if isinstance(problem, ArgumentError):
        return CommandError("database_address", NO_ADDRESS)
    if not isinstance(problem, DBAPIError):
        return None
    said = str(problem.orig)
    code = getattr(problem.orig, "sqlstate", "")
    if code in NO_TABLE_CODES or any(words in said for words in OF_NO_TABLE):
        return CommandError("database_form", NOT_MIGRATED)
    if not _is_out_of_reach(problem):
        return None
    return CommandError("database", f"The database does not answer: {said}{_place()}")


def _place() -> str:
    """The file of the database, if it is one; what else stands in an address is not for a screen."""
    from workflow.cli.base.municipalities import settings_here
    from workflow.settings import SettingsRefused

    try:
        url = settings_here().database_url
    except (CommandError, SettingsRefused, OSError):
        return ""
    return f" ({url.removeprefix('sqlite:///')})" if url.startswith("sqlite") else ""


def _is_out_of_reach(problem: Exception) -> bool:
    """A server that is away, a file that cannot be opened or holds something else; no mistake in a query."""
    from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

    plain = type(problem) is DatabaseError
    return plain or isinstance(problem, OperationalError | InterfaceError)
