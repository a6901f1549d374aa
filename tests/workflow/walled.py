"""Two municipalities with a row in every table, and a session in the first; no test lives here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, LargeBinary, Table, Time

from tests.servers.databases import Database
from tests.servers.walls import plain
from tests.world import World, make_world
from workflow.acts.sessions import open_session
from workflow.record import doors
from workflow.record.database import unit_of_work
from workflow.record.models import Base, Party, new_id
from workflow.record.models.base import UtcDateTime
from workflow.record.wall_statements import walled

AT = datetime(2026, 3, 9, 9, tzinfo=UTC)
PLAIN: tuple[tuple[Any, Any], ...] = (
    (Boolean, False), (Integer, 99), (Date, AT.date()), (Time, time(9)), (LargeBinary, b"-"),
    ((DateTime, UtcDateTime), AT),
)  # fmt: skip
SAME = "same-in-both@example.test"


@dataclass
class Two:
    """The municipality whose session is shown, the other one, and the session's secret."""

    database: Database
    here: World
    there: World
    token: str


def two_towns(database: Database) -> Two:
    """Both in use, each with a plan, and a row of every table beside."""
    here, there = make_world(database.engine), make_world(database.engine, "B")
    for world in (here, there):
        plan = world.active() if world is here else _active_in_b(world)
        for name in sorted(set(walled()) - {"municipality"}):
            fill(database, Base.metadata.tables[name], world, plan)
    with unit_of_work(database.engine) as session:
        party = session.get_one(Party, here.party["mona"])
        token = open_session(session, party, here.now, method="demo")
    doors.stand_with("")
    return Two(database, here, there, token)


def _active_in_b(world: World) -> str:
    """In model B the system coordinator decides."""
    plan = world.requested()
    fields = {"why_long": "Varer i år", "why_coordinated": "MAT og Nav", "wish_coordinator": "Mona"}
    world.take("liv", "P3", plan, to_party_id=world.party["mona"], **fields)
    world.take("mona", "P13y", plan)
    world.take("mona", "P7", plan, next_review_on=world.days(90))
    return plan


def fill(database: Database, table: Table, world: World, plan: str) -> None:
    """Stores one more row of the table in the municipality; its other keys point nowhere."""
    values = {column.name: value_of(column, world, plan) for column in table.c}
    with psycopg.connect(plain(database.url)) as connection:
        connection.execute("SET session_replication_role = replica")  # no foreign keys, no triggers
        connection.execute(insertion(table.name, values), list(values.values()))


def insertion(table: str, values: dict[str, Any]) -> sql.Composed:
    """An INSERT of these columns."""
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() for _ in values),
    )


def value_of(column: Column[Any], world: World, plan: str) -> Any:
    """A value that the column takes: our municipality and plan, else something fresh."""
    known = {"municipality_id": world.municipality_id, "plan_id": plan, "email": SAME}
    if column.name in known:
        return known[column.name]
    kind = column.type
    for one, value in PLAIN:
        if isinstance(kind, one):
            return value
    length = getattr(kind, "length", None) or 40
    return new_id() if length >= 36 else new_id()[-min(length, 12) :]
