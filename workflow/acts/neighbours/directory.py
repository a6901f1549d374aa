"""The municipalities that a plan may be handed over to, as this record knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol, cast

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.orm import Session

from workflow.acts.neighbours.keys import PublicKey
from workflow.record.database.header import number_of
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.models import Neighbour
from workflow.rules.text.name_order import sort_by_name

NEIGHBOUR = cast(Table, Neighbour.__table__)
HERE = "here"  # the courier to another database of the same installation


class NeighbourEntry(Protocol):
    """A municipality as the installation's registry names it."""

    @property
    def code(self) -> str:
        """Its number."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def telephone(self) -> str:
        """Where somebody answers."""

    @property
    def base_url(self) -> str:
        """Where its pages are."""

    @property
    def public_key(self) -> str:
        """What its messages are checked by; empty where nothing can cross."""


def sync(session: Session, entries: Iterable[NeighbourEntry], now: datetime) -> None:
    """Knows the others of the registry as they stand there; one that is gone may be asked no more."""
    conn = session.connection()
    own = number_of(conn)
    wanted = {one.code: one for one in entries if one.public_key and one.code != own}
    known = {row.code: row for row in conn.execute(select(NEIGHBOUR))}
    for code, one in wanted.items():
        said = {
            "name": one.name,
            "phone": one.telephone[:20],
            "address": one.base_url[:200],
            "public_key": one.public_key,
        }
        if code not in known:
            fresh = {"code": code, "courier": HERE, "added_at": now, "until_at": None}
            insert_rows(conn, NEIGHBOUR, {**fresh, **said})
        elif any(known[code]._mapping[name] != value for name, value in said.items()) or (
            known[code].until_at is not None
        ):
            change = update(NEIGHBOUR).where(NEIGHBOUR.c.code == code)
            change_rows(conn, change.values(**said, until_at=None))
    gone = known.keys() - wanted.keys()
    if gone:
        still = NEIGHBOUR.c.code.in_(gone) & NEIGHBOUR.c.until_at.is_(None)
        change_rows(conn, update(NEIGHBOUR).where(still).values(until_at=now))


def list_neighbours(conn: Connection | Session) -> list[tuple[str, str]]:
    """(code, name) of those that may be asked, by name."""
    query = select(NEIGHBOUR.c.code, NEIGHBOUR.c.name).where(NEIGHBOUR.c.until_at.is_(None))
    known = [(row.code, row.name) for row in conn.execute(query)]
    return sort_by_name(known, lambda one: one[1])


def name_of(conn: Connection | Session, code: str) -> str:
    """What a neighbour is called; its number where it is not known any more."""
    query = select(NEIGHBOUR.c.name).where(NEIGHBOUR.c.code == code)
    return conn.execute(query).scalar() or code


def keys_of(conn: Connection | Session) -> Mapping[str, PublicKey]:
    """The public keys by code; also of those who are asked no more, since they may still answer."""
    rows = conn.execute(select(NEIGHBOUR.c.code, NEIGHBOUR.c.public_key))
    return {row.code: PublicKey.from_text(row.public_key) for row in rows}
