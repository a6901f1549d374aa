"""What each role of a municipality may do in its own PostgreSQL database, and that nobody else gets in.

SQLite is one file of one operator and has no roles, so nothing happens there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from workflow.database_roles import Roles
from workflow.record.models import Base

READ, ADD, WRITE = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE"
DROP = f"{WRITE}, DELETE"


@dataclass(frozen=True, slots=True)
class TableGrant:
    """What the web may do with a table, and what workers, schedulers and commands may."""

    web: str = WRITE
    jobs: str = DROP


KEPT = TableGrant(ADD, ADD)  # written once and never changed


def _all_but(table: str, new: Sequence[str], later: Sequence[str]) -> str:
    """Reading all of a table; adding with every column but the new, changing every one but the later."""
    columns = [one.name for one in Base.metadata.tables[table].c]
    added = ", ".join(name for name in columns if name not in new)
    changed = ", ".join(name for name in columns if name not in later)
    return f"SELECT, INSERT ({added}), UPDATE ({changed})"


GRANTS: Mapping[str, TableGrant] = {
    # The right to a column is what locking the row asks for.
    "municipality": TableGrant("SELECT, UPDATE (phone, retention_years, chain_seq, chain_head)"),
    "failed_try": TableGrant(DROP),
    "spent_token": TableGrant(DROP),
    "heartbeat": TableGrant(READ),
    # People and offices.
    "unit": TableGrant(),
    "party": TableGrant(),
    "staff_role": TableGrant(),
    "absence": TableGrant(DROP),
    "closing_day": TableGrant(DROP),
    "deadline_policy": TableGrant(),
    "representation": TableGrant(),
    "home_address": TableGrant(DROP),
    "correction": TableGrant(DROP),
    # Signing in.
    "sign_in": TableGrant(),
    "invitation": TableGrant(),
    "identity": TableGrant(DROP),
    "credential": TableGrant(DROP),
    "authenticator": TableGrant(DROP),
    # The plan.
    "plan": TableGrant(),
    "tenure": TableGrant(),
    "participant": TableGrant(),
    "consent": TableGrant(),
    "goal": TableGrant(),
    "measure": TableGrant(),
    "measure_helper": TableGrant(DROP),
    "meeting": TableGrant(),
    "meeting_party": TableGrant(DROP),
    "offer": TableGrant(),
    "decision": TableGrant(),
    "agreement": TableGrant(),
    "pause": TableGrant(),
    "deadline": TableGrant(),
    "ladder_step": TableGrant(DROP),
    "notice": TableGrant(),
    "delivery": TableGrant(),
    "message": TableGrant(DROP),
    "wish": TableGrant(),
    "sub_plan": TableGrant(),
    "complaint": TableGrant(),
    "document": TableGrant(),
    "health_note": TableGrant(),
    # What crosses the border: the web asks and answers, jobs sign, carry and receive.
    "neighbour": TableGrant(READ),
    # When a plan was released, and that it was received, only a job says: the web can make up neither,
    # nor turn one hand-over into another.
    "crossing": TableGrant(
        _all_but(
            "crossing",
            ("released_at", "received_at"),
            (
                "id",
                "side",
                "neighbour_code",
                "plan_id",
                "offer_id",
                "package_sha256",
                "released_at",
                "received_at",
                "received_number",
                "offered_at",
                "summary_digest",
            ),
        )
    ),
    "outbox": TableGrant(),
    "inbox": TableGrant("SELECT (id, state)"),  # whether something stands still, never what it says
    # The record and its traces.
    "event": KEPT,
    "event_body": TableGrant(ADD, "SELECT, INSERT, DELETE"),
    "municipal_event": KEPT,
    "access": KEPT,
    "access_seal": TableGrant("", ADD),
    # What a night noted is a job's word; it may only add when it went out.
    "signed_head": TableGrant("", f"{ADD}, UPDATE (mailed_at)"),
    "head_leaf": TableGrant("", ADD),
    "erasure": TableGrant(READ, WRITE),
    # Oversight: who opened what, why and until when is written once; its end and its answer are added.
    "break_glass": TableGrant(
        "SELECT, INSERT, UPDATE (ended_at, reviewed_at, reviewed_by, outcome, answer)"
    ),
    "log_review": TableGrant(),
    "log_finding": TableGrant(),
    "data_request": TableGrant(),
    # Where calls go: whether there is one, never its secret.
    "webhook": TableGrant("SELECT (id, made_at, ended_at)"),
}


def give_grants(conn: Connection, roles: Roles) -> bool:
    """Gives each role exactly its grants and takes every other, in the transaction given.

    1. Makes the roles that are not there yet, where the connecting role may.
    2. Nobody but the three connects to this database or looks into its schema.
    3. Each table's grants anew.

    May run any number of times; whether the roles are there. Where they are not and cannot be made
    nothing is done, and `planlop doctor` says so. Nothing on SQLite.
    """
    if conn.dialect.name != "postgresql" or not _roles_there(conn, roles):
        return False
    for statement in _statements(roles):
        conn.exec_driver_sql(statement)
    return True


def _roles_there(conn: Connection, roles: Roles) -> bool:
    """Whether the roles stand, after those that are not there yet were made."""
    known = set(conn.execute(text("SELECT rolname FROM pg_roles")).scalars())
    missing = [role for role in roles if role not in known]
    may = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    if missing and not conn.execute(text(may)).scalar():
        return {roles.web, roles.jobs} <= known
    for role in missing:
        # Another run may make the same role on the same server at the same time.
        conn.exec_driver_sql(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    return True


def _statements(roles: Roles) -> Iterator[str]:
    """The database and its schema first, then table by table."""
    both = f"{roles.web}, {roles.jobs}"
    yield from _of_database("REVOKE ALL ON DATABASE", f"FROM PUBLIC, {both}")
    yield from _of_database("GRANT CONNECT ON DATABASE", f"TO {both}")
    yield f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {both}"
    yield f"GRANT USAGE ON SCHEMA public TO {both}"
    # Grants only add up: what an older version gave would stay.
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {both}"
    yield f"GRANT SELECT ON alembic_version TO {both}"
    for table, grant in GRANTS.items():
        for role, verbs in ((roles.web, grant.web), (roles.jobs, grant.jobs)):
            if verbs:
                yield f"GRANT {verbs} ON {table} TO {role}"


def _of_database(before: str, after: str) -> Iterator[str]:
    """A statement about the database that the connection is on, whatever its name."""
    yield (
        f"DO $$ BEGIN EXECUTE '{before} ' || quote_ident(current_database()) || ' {after}'; END $$"
    )


# What makes a role wider than the web's: each is a way past its grants.
WIDTH = """SELECT r.rolname, r.rolsuper, r.rolcreaterole,
  EXISTS (SELECT 1 FROM pg_tables t WHERE t.schemaname = 'public' AND t.tablename = 'plan'
    AND pg_has_role(r.oid, t.tableowner, 'MEMBER')),
  to_regclass('public.access_seal') IS NOT NULL
    AND has_table_privilege(r.oid, 'public.access_seal', 'INSERT')
  FROM pg_roles r WHERE r.rolname = {}"""
WHY = ("is a superuser", "may make roles", "owns the tables", "may do what only jobs may")
OPEN_TO_ALL = """SELECT has_database_privilege('public', current_database(), 'CONNECT'),
  has_schema_privilege('public', 'public', 'USAGE')"""


def why_too_wide(row: Sequence[Any]) -> str:
    """Why the role of a row of WIDTH is wider than the web's, or nothing."""
    why = ", ".join(words for words, is_so in zip(WHY, row[1:], strict=True) if is_so)
    return f"{row[0]} {why}" if why else ""


def find_grant_faults(conn: Connection, roles: Roles) -> list[str]:
    """What is wrong with the roles and their grants, for `planlop doctor`; empty when all is well."""
    told: list[str] = []
    for role, allowed in ((roles.web, 0), (roles.jobs, 1)):
        row = conn.execute(text(WIDTH.format(f"'{role}'"))).one_or_none()
        if row is None:
            told.append(f"{role} is not there: run planlop migrate as a role that may make roles")
        else:
            told.append(why_too_wide(row[: len(row) - allowed] + (False,) * allowed))
    connect, look = conn.execute(text(OPEN_TO_ALL)).one()
    told.append("everybody may connect to the database" if connect else "")
    told.append("everybody may look into the schema" if look else "")
    return [one for one in told if one]
