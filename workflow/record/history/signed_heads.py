"""One head a night for the whole record: what all its chains end in, to be kept where nobody here can change it.

Whoever holds the database can rewrite every chain from its beginning, and nothing in the database would
tell. A head that was noted elsewhere does: what stands now must continue it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import Table, and_, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from workflow.record.database.header import HEADER, first_link, number_of
from workflow.record.database.portable_sql import one_at_a_time
from workflow.record.history.hash_chain import to_canonical
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.models import (
    AccessSeal,
    Event,
    HeadLeaf,
    MunicipalEvent,
    Plan,
    SignedHead,
    new_id,
)

HEAD, LEAF, PLAN = (cast(Table, one.__table__) for one in (SignedHead, HeadLeaf, Plan))
EVENT, SEAL, LINK = (cast(Table, one.__table__) for one in (Event, AccessSeal, MunicipalEvent))
AT_A_TIME = 1000
Said = tuple[str, str]  # what does not hold, about what


def last_head(session: Session) -> Mapping[str, Any] | None:
    """The newest head that is kept, if any."""
    row = session.execute(select(HEAD).order_by(HEAD.c.seq.desc()).limit(1)).mappings().first()
    return dict(row) if row else None


def describe_record(session: Session, now: datetime) -> dict[str, Any]:
    """What the record rests on now, and the leaves that are new since the head before, stored.

    Number of plans and events, a root over every plan's last event, the end of the municipality's own
    chain, and the last sealed hour. One writes at a time.
    """
    one_at_a_time(session.connection(), "signed_head")
    before = last_head(session)
    seq = before["seq"] + 1 if before else 1
    _add_leaves(session, seq)
    plans, events = session.execute(select(func.count(), func.sum(PLAN.c.version))).one()
    chain = session.execute(select(HEADER.c.chain_seq, HEADER.c.chain_head)).one()
    seal = session.execute(select(SEAL.c.hour, SEAL.c.hash).order_by(SEAL.c.hour.desc()).limit(1))
    sealed = seal.first()
    return {
        "municipality": number_of(session),
        "seq": seq,
        "at": now.astimezone(UTC).isoformat(),
        "plans": plans,
        "events": int(events or 0),
        "root": _grow_root(session, before["root"] if before else first_link(session), seq),
        "chain": list(chain),
        "seal": [sealed.hour.isoformat(), sealed.hash] if sealed else None,
    }


def keep_head(session: Session, said: Mapping[str, Any], key: str, signature: str) -> str:
    """Keeps a head with its signature (base64, empty without a key). Returns its key."""
    key_of_row = new_id()
    row = {
        "id": key_of_row,
        "seq": said["seq"],
        "at": datetime.fromisoformat(said["at"]),
        "root": said["root"],
        "text": to_canonical(said),
        "key": key,
        "signature": signature,
    }
    insert_rows(session, HEAD, row)
    return key_of_row


def _add_leaves(session: Session, seq: int) -> None:
    """A leaf for each plan whose last event has none yet: what a night costs is what the day changed."""
    known = exists().where(LEAF.c.plan_id == PLAN.c.id, LEAF.c.seq == PLAN.c.version)
    new = select(PLAN.c.id, PLAN.c.version, PLAN.c.head, literal(seq)).where(~known)
    session.execute(insert(LEAF).from_select(["plan_id", "seq", "hash", "head_seq"], new))


def _grow_root(session: Session, before: str, seq: int) -> str:
    """The root of a head: the root before it, and the leaves that it added."""
    digest = sha256(before.encode())
    own = select(LEAF).where(LEAF.c.head_seq == seq).order_by(LEAF.c.plan_id, LEAF.c.seq)
    for leaf in session.execute(own.execution_options(yield_per=AT_A_TIME)).mappings():
        digest.update(f"{leaf['plan_id']} {leaf['seq']} {leaf['hash']}\n".encode())
    return digest.hexdigest()


def find_breaks(session: Session, said: Mapping[str, Any]) -> Iterator[Said]:
    """Why what stands now does not continue a head that was noted; nothing where it does.

    1. It is this municipality's. 2. The leaves give its root. 3. Each of their events stands as it
    did, so each plan's chain goes on from there. 4. So does the municipality's own chain, and the
    seal. 5. As many plans and events as were counted are still there.
    """
    if said["municipality"] != number_of(session):
        yield "head_elsewhere", str(said["municipality"])
        return
    root = first_link(session)
    for seq in range(1, said["seq"] + 1):
        root = _grow_root(session, root, seq)
    if root != said["root"]:
        yield "head_root", str(said["seq"])
    yield from _lost_events(session, said["seq"])
    yield from _lost_ends(session, said)
    now = session.execute(select(func.count(), func.sum(PLAN.c.version))).one()
    for name, then, here in zip(
        ("plans", "events"), (said["plans"], said["events"]), now, strict=True
    ):
        if (here or 0) < then:
            yield "head_fewer", f"{name} {here or 0} {then}"


def _lost_events(session: Session, seq: int) -> Iterator[Said]:
    """Plans whose chain no longer goes through the event that a head names."""
    same = and_(
        EVENT.c.plan_id == LEAF.c.plan_id, EVENT.c.seq == LEAF.c.seq, EVENT.c.hash == LEAF.c.hash
    )
    lost = (
        select(LEAF.c.plan_id, LEAF.c.seq)
        .outerjoin(EVENT, same)
        .where(LEAF.c.head_seq <= seq, EVENT.c.id.is_(None))
    )
    for plan_id, at in session.execute(lost):
        yield "head_event", f"{plan_id} {at}"


def _lost_ends(session: Session, said: Mapping[str, Any]) -> Iterator[Said]:
    """The municipality's own chain, and the seal, where they do not hold what the head names."""
    seq, head = said["chain"]
    link = session.execute(select(LINK.c.hash).where(LINK.c.seq == seq)).scalar()
    if seq and link != head:
        yield "head_chain", str(seq)
    if said["seal"]:
        hour, seal = said["seal"]
        own = select(SEAL.c.hash).where(SEAL.c.hour == datetime.fromisoformat(hour))
        if session.execute(own).scalar() != seal:
            yield "head_seal", hour
