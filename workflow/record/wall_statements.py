"""The statements that build the walls of PostgreSQL: roles, grants, policies; SQLite has one file and no roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, text

from workflow.record.wall_functions import function_statements
from workflow.record.walls import (
    DOOR,
    HOUSE,
    ITSELF,
    JOBS,
    NONE,
    OFFICES,
    PEOPLE,
    PLAN,
    ROLES,
    TOLD,
    WALLS,
    WEB,
    WORKERS,
    Wall,
)

# COLLATE: keys are compared byte by byte, as their indexes are.
_HERE = '((SELECT public.planlop_here()) COLLATE "C")'


def _among(column: str, function: str) -> str:
    """The column's value is one of those that the function finds, worked out once for a statement."""
    return f'{column} = ANY(((SELECT public.{function}()) COLLATE "C")::varchar[])'


# Of two that both let a row in, the server tries the one with the later name first: our own rows.
POLICIES = (
    "wall_all", "wall_own", "wall_beyond_select", "wall_beyond_insert", "wall_beyond_update",
    "wall_beyond_delete",
)  # fmt: skip
BEYOND = {
    PLAN: _among("plan_id", "planlop_crossing"),
    ITSELF: _among("id", "planlop_crossing"),
    TOLD: "EXISTS (SELECT 1 FROM public.notice n WHERE n.id = notice_id)",
    DOOR: _among("party_id", "planlop_at_door"),
    PEOPLE: f"{_among('id', 'planlop_at_door')} OR public.planlop_near(id, municipality_id)",
    HOUSE: _among("municipality_id", "planlop_neighbours"),
    WORKERS: f"{_among('municipality_id', 'planlop_neighbours')} OR {_among('party_id', 'planlop_at_door')}",
    OFFICES: f"{_HERE} IS NOT NULL",
}


TABLE_OWNER = """SELECT quote_ident(tableowner) FROM pg_tables
  WHERE schemaname = 'public' AND tablename = 'plan'"""


def raise_walls(conn: Connection) -> bool:
    """Builds every wall anew, in the transaction given; whether the roles are there.

    1. Makes the roles that are not there yet, where the connecting role may.
    2. Gives each role exactly its grants, and takes every other.
    3. Puts a policy round each table that has rows of a municipality's own.

    May run any number of times. Where the roles are not there and cannot be made nothing is
    done, and `planlop doctor` says so. Nothing on SQLite.
    """
    if conn.dialect.name != "postgresql" or not _roles_there(conn):
        return False
    owner = conn.execute(text(TABLE_OWNER)).scalar_one()
    for statement in _statements(owner):
        conn.exec_driver_sql(statement)
    return True


def _roles_there(conn: Connection) -> bool:
    """Whether the roles stand, after those that are not there yet were made."""
    found = set(conn.execute(text("SELECT rolname FROM pg_roles")).scalars())
    missing = [role for role in ROLES if role not in found]
    may = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    if missing and not conn.execute(text(may)).scalar():
        return WEB in found and JOBS in found
    for role in missing:
        # Another run may make the same role on the same server at the same time.
        conn.exec_driver_sql(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    return True


def _statements(owner: str) -> Iterator[str]:
    """Functions, then the grants of the whole schema, then table by table."""
    yield from function_statements(WEB)
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {WEB}, {JOBS}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {WEB}, {JOBS}"
    yield f"GRANT SELECT ON alembic_version TO {WEB}, {JOBS}"
    yield (
        "DO $$ BEGIN EXECUTE 'REVOKE TEMPORARY ON DATABASE ' || quote_ident(current_database())"
        " || ' FROM PUBLIC'; END $$"
    )
    for name, wall in WALLS.items():
        yield from _grants(name, wall)
        if name in walled():
            yield from _policies(name, wall, owner)


def _grants(table: str, wall: Wall) -> Iterator[str]:
    for role, verbs in ((WEB, wall.web), (JOBS, wall.jobs)):
        if verbs:
            yield f"GRANT {verbs} ON {table} TO {role}"


def _policies(table: str, wall: Wall, owner: str) -> Iterator[str]:
    """Own rows; the door beyond; and all rows for the owner and for the background."""
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    for name in POLICIES:
        yield f"DROP POLICY IF EXISTS {name} ON {table}"
    yield f"CREATE POLICY wall_all ON {table} TO {owner}, {JOBS} USING (true) WITH CHECK (true)"
    own = f"{wall.key or 'municipality_id'} = {_HERE}"
    yield f"CREATE POLICY wall_own ON {table} TO {WEB} USING ({own}) WITH CHECK ({own})"
    if wall.open:
        yield f"CREATE POLICY wall_beyond_select ON {table} FOR SELECT TO {WEB} USING (true)"
    if wall.beyond == NONE:
        return
    door = BEYOND[wall.beyond]
    for verb in wall.through.split(", "):
        using = "" if verb == "INSERT" else f"USING ({door})"
        check = f"WITH CHECK ({door})" if verb in ("INSERT", "UPDATE") else ""
        yield f"CREATE POLICY wall_beyond_{verb.lower()} ON {table} FOR {verb} TO {WEB} {using} {check}"


# Who is a superuser, passes by policies, makes roles, or is the tables' owner stands inside.
INSIDE = """SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
  EXISTS (SELECT 1 FROM pg_tables t WHERE t.schemaname = 'public' AND t.tablename = 'plan'
    AND pg_has_role(r.oid, t.tableowner, 'MEMBER'))
  FROM pg_roles r WHERE r.rolname = {}"""
WHY = ("is a superuser", "passes by row-level security", "may make roles", "owns the tables")
BARE = """SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relname = ANY(:names)
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"""


def stands_inside(row: Sequence[Any]) -> str:
    """Why the role of a row of INSIDE stands inside the walls, or nothing."""
    why = ", ".join(words for words, is_so in zip(WHY, row[1:], strict=True) if is_so)
    return f"{row[0]} {why}" if why else ""


def holes(conn: Connection) -> list[str]:
    """What is wrong with the walls, for `planlop doctor`: roles that stand inside, tables without."""
    found = [
        stands_inside(conn.execute(text(INSIDE.format(f"'{role}'"))).one_or_none() or _nobody(role))
        for role in (WEB, JOBS)
    ]
    here = conn.execute(text(INSIDE.format("current_user"))).one()
    bare = conn.execute(text(BARE), {"names": walled()}).scalar_one()
    told = [*found, *([] if here[0] in ROLES else [stands_inside(here)])]
    return [*filter(None, told), *([f"{bare} tables have no wall"] if bare else [])]


def _nobody(role: str) -> tuple[Any, ...]:
    """A role that there is not: nobody connects as it, so all do as somebody else."""
    return (f"{role} is not there, so what connects", False, False, False, True)


def walled() -> list[str]:
    """The tables that policies stand round."""
    return sorted(name for name, wall in WALLS.items() if wall.key or not wall.open)
