"""The municipality's own chain: what stands in roles, accounts, erasures and seals, link by link.

Whoever writes such a row notes it; before the commit each noted row is read as it stands then, and one
link takes their digests. So a row is covered however it was written, and what was rolled back is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, RowMapping, Table, Update, event, insert, inspect, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete

from workflow.record.database.header import HEADER, first_link
from workflow.record.history.hash_chain import digest_row, link_hash, to_canonical
from workflow.record.history.row_digests import COLUMNS, GONE, IN_EVENTS, TABLES
from workflow.record.models import MunicipalEvent, Plan, new_id

LINK = cast(Table, MunicipalEvent.__table__)
PLAN = cast(Table, Plan.__table__)
AT_A_TIME = 500
Noted = dict[tuple[str, str], Table]
OfPlan = tuple[str | None, int]  # a plan and the number of its last event
# What each connection has written and not yet committed.
PENDING: WeakKeyDictionary[Connection, Noted] = WeakKeyDictionary()


def key_column(table: Table) -> Any:
    """The one column that a row is named by."""
    (column,) = table.primary_key.columns
    return column


def note_rows(where: Connection | Session, model: Any, keys: Iterable[object]) -> None:
    """The next link of the chain says what these rows are when the transaction is committed."""
    conn = where.connection() if isinstance(where, Session) else where
    table: Table = getattr(model, "__table__", model)
    if conn not in PENDING:
        PENDING[conn] = {}
        event.listen(conn, "commit", append_links)
    PENDING[conn].update({(table.name, str(key)): table for key in keys})


def insert_rows(
    where: Connection | Session, model: Any, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> None:
    """Insert one row or several, each with its key, and note them."""
    table: Table = getattr(model, "__table__", model)
    several = [rows] if isinstance(rows, Mapping) else list(rows)
    if several:
        where.execute(insert(table), several)
        name = key_column(table).name
        note_rows(where, table, [row.get(name, 1) for row in several])


def change_rows(where: Connection | Session, statement: Update | Delete) -> int:
    """Run an UPDATE or DELETE and note every row it touches. Returns how many."""
    table = TABLES[statement.table.name]  # type: ignore[union-attr]
    touched = where.execute(statement.returning(key_column(table))).scalars().all()
    if touched:
        note_rows(where, table, touched)
    return len(touched)


def note_objects(session: Session, *objects: Any) -> None:
    """Write what was changed in objects of the session, and note their rows."""
    session.flush()
    for one in objects:
        note_rows(session, type(one), inspect(one).identity)


def append_links(conn: Connection) -> None:
    """Links for everything the transaction noted; nothing where there is no municipality yet."""
    noted = PENDING.get(conn)
    if not noted:
        return
    said = _said_now(conn, noted)
    noted.clear()
    # Held until the commit: of two transactions the second continues what the first wrote.
    own = select(HEADER.c.chain_seq, HEADER.c.chain_head).with_for_update()
    last = conn.execute(own).first()
    if last is None:
        return
    seq, head = last.chain_seq, last.chain_head or first_link(conn)
    for plan_id, version in sorted(said, key=str):
        seq, key = seq + 1, new_id()
        text = to_canonical(
            {
                "id": key,
                "seq": seq,
                "plan": plan_id,
                "version": version,
                "rows": said[plan_id, version],
            }
        )
        head = link_hash(head, text)
        link = {"id": key, "seq": seq, "plan_id": plan_id, "text": text, "hash": head}
        conn.execute(insert(LINK), link)
    conn.execute(update(HEADER).values(chain_seq=seq, chain_head=head))


def _said_now(conn: Connection, noted: Noted) -> dict[OfPlan, list[list[str]]]:
    """Table, key and digest of each noted row as it stands now.

    By the plan it is under and that plan's last event, so that a proof knows which of both chains
    spoke after the other; (None, 0) for all that is under no plan.
    """
    said: dict[OfPlan, list[list[str]]] = {}
    tables = {table.name: table for table in noted.values()}
    for name, table in sorted(tables.items()):
        keys = sorted(key for of, key in noted if of == name)
        for at in range(0, len(keys), AT_A_TIME):
            some = keys[at : at + AT_A_TIME]
            rows = rows_by_key(conn, table, some)
            plans = _plans(conn, table, rows.values())
            for key in some:
                row = rows.get(key)
                digest = digest_row(name, COLUMNS[name], row) if row else GONE
                said.setdefault(plans.get(key, (None, 0)), []).append([name, key, digest])
    return said


def rows_by_key(
    conn: Connection | Session, table: Table, keys: Iterable[str]
) -> dict[str, RowMapping]:
    """Whole rows by their key as text."""
    column = key_column(table)
    wanted = [column.type.python_type(key) for key in keys]
    rows = conn.execute(select(table).where(column.in_(wanted))).mappings()
    return {str(row[column.name]): row for row in rows}


def _plans(conn: Connection, table: Table, rows: Iterable[RowMapping]) -> dict[str, OfPlan]:
    """By a row's key the plan it is under and that plan's last event."""
    if table.name not in IN_EVENTS:
        return {}
    plan_of = {row["id"]: row["id" if table is PLAN else "plan_id"] for row in rows}
    query = select(PLAN.c.id, PLAN.c.version).where(PLAN.c.id.in_(set(plan_of.values())))
    version = {row.id: row.version for row in conn.execute(query)}
    return {key: (plan, version[plan]) for key, plan in plan_of.items()}


def said_of_plan(session: Session, plan_id: str) -> dict[tuple[str, str], tuple[int, str]]:
    """What the chain says last of rows under a plan: the plan's event then, and the digest."""
    mine = select(LINK.c.text).where(LINK.c.plan_id == plan_id).order_by(LINK.c.seq)
    said: dict[tuple[str, str], tuple[int, str]] = {}
    for text in session.execute(mine).scalars():
        link = read_link(text)
        said.update({(table, key): (link["version"], at) for table, key, at in link["rows"]})
    return said


def links(session: Session) -> Iterator[RowMapping]:
    """Every link in order."""
    ordered = select(LINK).order_by(LINK.c.seq).execution_options(yield_per=AT_A_TIME)
    yield from session.execute(ordered).mappings()


def read_link(text: str) -> dict[str, Any]:
    """What a link says. Raises ValueError for what is none."""
    said = json.loads(text)
    if not isinstance(said, dict) or not isinstance(said.get("rows"), list):
        raise ValueError("no rows")
    return said
