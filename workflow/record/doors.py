"""Before which door of the record a web request stands: whose session it shows, or what it signs in with.

PostgreSQL's policies read both, see wall_statements; workers and commands show nothing, since
their role sees all. SQLite has no policies, so nothing happens there.
"""

from __future__ import annotations

from contextvars import ContextVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

SESSION: ContextVar[str] = ContextVar("planlop_session", default="")
SHOWN = "SELECT set_config('planlop.session', %s, true)"
KNOCKED = "SELECT set_config('planlop.door', %s, true)"


def stand_with(token: str) -> None:
    """Every transaction begun from now on, in this request, shows this session's secret."""
    SESSION.set(token)


def at_begin(connection: Connection) -> None:
    """Shows the request's session to the transaction that begins."""
    token = SESSION.get()
    if token:
        # On the driver's own cursor: it is no statement of ours, but part of each beginning.
        connection.connection.cursor().execute(SHOWN, (token,)).close()


def show(session: Session, token: str) -> None:
    """Goes on as the session just opened, in this transaction and in those that follow."""
    stand_with(token)
    _tell(session, SHOWN, token)


def knock(session: Session, kind: str, value: str) -> None:
    """Names the account that somebody is signing in to, for this transaction only.

    kind: email; party (its key); person (a national id's digest); link (a one-time link's secret); identity
    («provider:subject»); passkey (its id); provider («provider:session» or «provider:subject»).
    """
    _tell(session, KNOCKED, f"{kind}:{value}")


def _tell(session: Session, statement: str, value: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(statement, (value,))
