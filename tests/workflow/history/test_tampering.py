"""Whoever holds the database changes it by hand, past triggers and keys: verify names each change.

Every column of every table that a chain covers is changed, every row deleted, every tail cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, Integer, LargeBinary, Table, Time, delete, select, update
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, copied
from tests.workflow.history.test_verify import unlocked
from tests.world import AGREED, MONDAY, World, make_world
from workflow.record.access.open_plan import Actor, write_trace
from workflow.record.database.engine import unit_of_work
from workflow.record.history.access_seals import seal
from workflow.record.history.municipal_chain import insert_rows, key_column
from workflow.record.history.row_digests import (
    APART,
    EXCEPTED,
    OF_MUNICIPALITY,
    TABLES,
    UNDER_PLAN,
)
from workflow.record.history.verify import WORDS_ERASED, Fault, verify_within
from workflow.record.models import Base, Event, MunicipalEvent, MunicipalityRow, Plan, new_id
from workflow.record.models.base import UtcDateTime
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep

CHAINED = ("event", "event_body", "municipal_event", "access")
WATCHED = sorted({table.name for table in (*UNDER_PLAN, *OF_MUNICIPALITY)} | {*CHAINED})
# Changed by hand and named by nobody, since nobody's right, duty or word hangs on it.
WITHOUT_MEANING = {
    "signed_head.mailed_at",
    "authenticator.counter",
    "authenticator.used_at",
    "identity.used_at",
}
# The database itself lets nothing else stand there.
CANNOT = {"municipality.sole"}


@pytest.fixture(scope="module")
def town(backend: Backend) -> Iterator[World]:
    """A municipality with a row in every table that is covered."""
    with copied(backend) as database:
        world = make_world(database.engine)
        _live(world)
        _fill(world)
        yield world


def _live(world: World) -> str:
    """A plan with a measure, a meeting, a pause and a look at it."""
    plan = world.active()
    world.measured(plan)
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Bo for meg selv", **AGREED)
    world.take("mona", MeasureStep.PROPOSE, plan, text="Søke støttekontakt", **AGREED)
    world.take("mona", MeetingStep.PLAN, plan, starts_on=world.days(20), place="MAT")
    world.take("kim", PlanStep.PAUSE, plan, reason="Ferie", until_on=world.days(20))
    with unit_of_work(world.engine) as session:
        write_trace(
            session, Actor(world.party["mona"]), "read", "coordinator", MONDAY, plan_id=plan
        )
    with unit_of_work(world.engine) as session:
        seal(session.connection(), MONDAY + timedelta(hours=3))
    return plan


def _fill(world: World) -> None:
    """A row in each table that no step above wrote to, laid by the program's own way."""
    with unit_of_work(world.engine) as session:
        for table in (*UNDER_PLAN, *OF_MUNICIPALITY):
            if table.name != "access_seal" and not _rows(session, table):
                insert_rows(session, table, _made_up(session, table))


def _rows(session: Session, table: Table) -> list[Any]:
    return list(session.execute(select(table)).mappings())


def _made_up(session: Session, table: Table) -> dict[str, Any]:
    """A row that stands in its place: it points at rows that are there."""
    values: dict[str, Any] = {}
    for column in table.c:
        points = next(iter(column.foreign_keys), None)
        if column.primary_key:
            values[column.name] = new_id() if column.name == "id" else "9001"
        elif column.name == "plan_id":
            values[column.name] = session.execute(select(Plan.id).limit(1)).scalar()
        elif points is not None:
            values[column.name] = session.execute(select(points.column).limit(1)).scalar()
        elif not column.nullable and column.default is None:
            values[column.name] = _another(column, None)
    if table.name == "erasure":
        values["receipt"] = f"{WORDS_ERASED}made up"
    if "content" in values:
        values["sha256"] = sha256(values["content"]).hexdigest()
    return values


def _another(column: Any, value: Any) -> Any:
    """Something else of the same kind."""
    kind = column.type
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Integer):
        return (value or 0) + 1
    if isinstance(kind, LargeBinary):
        return b"another"
    if isinstance(kind, UtcDateTime):
        return (value or MONDAY) + timedelta(days=1)
    if isinstance(kind, Date):
        return (value or date(2026, 3, 9)) + timedelta(days=1)
    if isinstance(kind, Time):
        return time(7, 7) if value != time(7, 7) else time(8, 8)
    longest = getattr(kind, "length", None) or 40
    return ("z" if str(value or "")[:1] != "z" else "y") + str(value or "")[1 : longest - 1]


@contextmanager
def by_hand(world: World) -> Iterator[Session]:
    """As the owner of the database: no trigger, no key, and nothing of it stays."""
    with Session(world.engine) as session:
        conn = session.connection()
        unlocked(conn)
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        else:
            conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield session
        session.rollback()


def found(session: Session) -> list[Fault]:
    return verify_within(session).broken


def names(faults: list[Fault], table: Table, row: Any) -> bool:
    """Whether what is found says which row it is; of a chain's own link, that it does not hold."""
    key = str(row[next(iter(table.primary_key)).name])
    by_name = {f"{table.name} {key}" in fault.about for fault in faults}
    return True in by_name if table.name not in (*CHAINED, "plan", "municipality") else bool(faults)


def newest(session: Session, table: Table) -> Any:
    """One row of a table, the last by its key."""
    order = next(iter(table.primary_key))
    return session.execute(select(table).order_by(order.desc()).limit(1)).mappings().one()


def same_row(table: Table, row: Any) -> Any:
    key = next(iter(table.primary_key))
    return key == row[key.name]


def test_nothing_is_wrong_before_anybody_touches_it(town: World) -> None:
    with by_hand(town) as session:
        assert found(session) == []


@pytest.mark.parametrize("name", WATCHED)
def test_every_column_changed_by_hand_is_named(town: World, name: str) -> None:
    table, unseen = TABLES[name], set()
    for column in table.c:
        if f"{name}.{column.name}" in CANNOT:
            continue
        with by_hand(town) as session:
            row = newest(session, table)
            changed = {column.name: _another(column, row[column.name])}
            session.execute(update(table).where(same_row(table, row)).values(changed))
            if not names(found(session), table, row):
                unseen.add(f"{name}.{column.name}")
    assert unseen == {one for one in WITHOUT_MEANING if one.startswith(f"{name}.")}


@pytest.mark.parametrize("name", WATCHED)
def test_every_row_deleted_by_hand_is_named(town: World, name: str) -> None:
    table = TABLES[name]
    with by_hand(town) as session:
        row = newest(session, table)
        session.execute(delete(table).where(same_row(table, row)))
        assert names(found(session), table, row)


@pytest.mark.parametrize("name", sorted({*WATCHED} - {"event", "event_body", "municipality"}))
def test_every_row_laid_beside_is_named(town: World, name: str) -> None:
    table = TABLES[name]
    with by_hand(town) as session:
        row = dict(newest(session, table))
        key = next(iter(table.primary_key))
        row[key.name] = "9002" if name == "neighbour" else new_id()
        for column in table.c:  # whatever may stand once only
            if column.name in ("token_hash", "subject", "number", "hour", "seq", "month", "day"):
                row[column.name] = _another(column, row[column.name])
            if column.name in ("credential_id", "national_id_hmac", "party_id", "subject_id"):
                row[column.name] = _another(column, row[column.name])
        if name == "plan":
            row["person_id"] = None
        if name in ("tenure", "offer"):
            row["role" if name == "tenure" else "kind"] = "another"
        session.execute(table.insert().values(row))
        assert found(session)


def test_the_last_event_cut_with_the_head_is_named(town: World) -> None:
    with by_hand(town) as session:
        last, before = session.scalars(select(Event).order_by(Event.seq.desc()).limit(2)).all()
        session.execute(
            delete(TABLES["event_body"]).where(TABLES["event_body"].c.event_id == last.id)
        )
        session.execute(delete(Event).where(Event.id == last.id))
        session.execute(update(Plan).values(version=before.seq, head=before.hash))
        assert found(session)


def test_the_last_link_cut_with_the_head_is_named(town: World) -> None:
    with by_hand(town) as session:
        links = select(MunicipalEvent).order_by(MunicipalEvent.seq.desc()).limit(2)
        last, before = session.scalars(links).all()
        session.execute(delete(MunicipalEvent).where(MunicipalEvent.id == last.id))
        session.execute(
            update(MunicipalityRow).values(chain_seq=before.seq, chain_head=before.hash)
        )
        assert found(session)


def test_a_whole_plan_gone_is_named_by_who_looked_at_it(town: World) -> None:
    with by_hand(town) as session:
        plan_id = session.scalars(select(Plan.id)).one()
        for table in reversed(Base.metadata.sorted_tables):
            if "plan_id" in table.c and table.name not in ("access", "municipal_event"):
                session.execute(delete(table).where(table.c.plan_id == plan_id))
        session.execute(delete(Plan).where(Plan.id == plan_id))
        assert {"plan_gone"} <= {fault.what for fault in found(session)}


def test_every_table_is_covered_or_excepted_with_its_reason() -> None:
    covered = {table.name for table in (*UNDER_PLAN, *OF_MUNICIPALITY)}
    assert covered.isdisjoint(EXCEPTED)
    assert covered | {*EXCEPTED} == {*TABLES}
    assert all(EXCEPTED.values())
    assert not {"staff_role", "consent", "party", "credential", "representation"} & {*EXCEPTED}


def test_what_no_digest_covers_is_named_otherwise_or_means_nothing() -> None:
    for name in APART:
        table, column = name.split(".")
        assert column in TABLES[table].c, name
    assert {*APART} >= WITHOUT_MEANING


def test_a_key_names_a_row() -> None:
    for table in (*UNDER_PLAN, *OF_MUNICIPALITY):
        assert key_column(table) is not None
    assert isinstance(MONDAY, datetime)
