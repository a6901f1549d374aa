"""Proves the municipality's own chain and every row that it covers, and that no plan is gone as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workflow.record.database.header import HEADER, first_link
from workflow.record.history.hash_chain import digest_row, link_hash
from workflow.record.history.municipal_chain import key_column, links, read_link
from workflow.record.history.row_digests import COLUMNS, GONE, OF_MUNICIPALITY, UNDER_PLAN
from workflow.record.models import Access, Event, EventBody, HeadLeaf, Notice, Plan

PLAN_ID = select(Plan.id)
# What would be left of a plan whose rows and chain somebody took away together.
POINTING = tuple(
    cast(Table, model.__table__) for model in (Event, EventBody, Notice, Access, HeadLeaf)
)
Said = tuple[str, int, str]  # what is wrong, at which link, about what


class LinkCount(Protocol):
    """What counts the links that were proved."""

    links: int


def find_faults(session: Session, report: LinkCount) -> Iterator[Said]:
    """Links that do not follow each other, and rows that are not as the chain says of them last."""
    told: dict[tuple[str, str], str] = {}
    seq, head = 0, first_link(session)
    for link in links(session):
        report.links += 1
        if link["seq"] != seq + 1:
            yield "link_gap", link["seq"], ""
        if link_hash(head, link["text"]) != link["hash"]:
            yield "link", link["seq"], ""
        seq, head = link["seq"], link["hash"]
        try:
            said = read_link(link["text"])
        except ValueError:
            yield "link_unreadable", seq, ""
            continue
        if [said.get(name) for name in ("id", "seq", "plan")] != [
            link[name] for name in ("id", "seq", "plan_id")
        ]:
            yield "link_column", seq, link["id"]
        if said["plan"] is None:
            told.update({(table, key): digest for table, key, digest in said["rows"]})
    end = session.execute(select(HEADER.c.chain_seq, HEADER.c.chain_head)).first()
    if end is not None and tuple(end) != (seq, head if seq else ""):
        yield "link_tail_cut", end.chain_seq, ""
    yield from _odd_rows(session, told)


def _odd_rows(session: Session, told: dict[tuple[str, str], str]) -> Iterator[Said]:
    """Rows that were changed, laid beside the chain, or taken away."""
    for table in OF_MUNICIPALITY:
        name = key_column(table).name
        for row in session.execute(select(table)).mappings():
            key = str(row[name])
            digest = told.pop((table.name, key), GONE)
            if digest == GONE:
                yield "row_beside", 0, f"{table.name} {key}"
            elif digest_row(table.name, COLUMNS[table.name], row) != digest:
                yield "row", 0, f"{table.name} {key}"
    for (kind, key), digest in told.items():
        if digest != GONE:
            yield "row_gone", 0, f"{kind} {key}"


def find_orphans(session: Session) -> Iterator[str]:
    """Rows that name a plan which is not there; none is ever deleted."""
    for table in (*UNDER_PLAN, *POINTING):
        if table.name == "plan":
            continue
        gone = select(table.c.plan_id).where(
            table.c.plan_id.is_not(None), table.c.plan_id.not_in(PLAN_ID)
        )
        for plan_id in session.execute(gone.distinct()).scalars():
            yield f"{table.name} {plan_id}"
