"""Notices in the app: written once per cause and recipient, listed, counted, marked as read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from workflow.acts.delivery.enqueue import queue_of_event
from workflow.record.access.relation_columns import one_of
from workflow.record.access.relations import relations_query, stands_to
from workflow.record.access.scope_sql import is_among, scope_to_notify
from workflow.record.access.standing import PlanAccess, make_access
from workflow.record.database.prepared import PreparedStatement
from workflow.record.lists.plans import NAMED
from workflow.record.models import Deadline, Delivery, Meeting, Notice, Party, Plan, new_id
from workflow.record.models.base import KEY
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.kinds import LAW, OFFICE_ROLES
from workflow.rules.engine.transition import Transition
from workflow.rules.notices.timing import FAREWELLS
from workflow.rules.tables.scope_map import scope_to_notify as scope_of_told
from workflow.words.notices.digest import DigestLine

NOTICE = cast(Table, Notice.__table__)
DELIVERY = cast(Table, Delivery.__table__)
PARTY = cast(Table, Party.__table__)
PLAN = cast(Table, Plan.__table__)
DEADLINE = cast(Table, Deadline.__table__)
MEETING = cast(Table, Meeting.__table__)
PERSON = cast(Table, Party.__table__).alias("person")

# Those who work on a plan or take part in it; an office goes by the plan's number.
KNOW_THE_NAME = frozenset(NAMED)
ADD_NOTICE = insert(NOTICE)
# The badge stands on every page, and must not cost more for who never reads.
MOST_COUNTED = 100


def notify(
    conn: Connection,
    row: Transition,
    event_id: str,
    recipients: Sequence[tuple[str, str]],
    plan_id: str,
    subject_id: str,
    now: datetime,
    stand_ins: Mapping[str, str] | None = None,
) -> None:
    """Writes one notice of an event for each (party, role), and its mail where wanted.

    In the engine's transaction. The first role given for a party is kept. stand_ins: of those told,
    who is told only in whose place.
    """
    roles: dict[str, str] = {}
    for party_id, role in recipients:
        roles.setdefault(party_id, role)
    if not roles:
        return
    cause = f"e:{event_id}"
    shared = {
        "plan_id": plan_id,
        "cause": cause,
        "code": row.name,
        "subject_id": subject_id,
        "due_version": 0,
        "params": "",
        "created_at": now,
    }
    conn.execute(
        ADD_NOTICE,
        [
            {
                **shared,
                "id": new_id(),
                "recipient_id": key,
                "role": role,
                "substitute_for": (stand_ins or {}).get(key),
            }
            for key, role in roles.items()
        ],
    )
    queue_of_event(conn, row.name, cause, now)


def notify_of_staff(
    conn: Connection,
    cause: str,
    code: str,
    parties: Sequence[str],
    params: str,
    now: datetime,
) -> None:
    """Writes one notice about a colleague, not about a plan, for each party, and its mail."""
    shared = {
        "cause": cause,
        "code": code,
        "plan_id": None,
        "subject_id": None,
        "due_version": 0,
        "role": "coordinating",
        "params": params,
        "created_at": now,
    }
    if parties:
        conn.execute(
            ADD_NOTICE, [{**shared, "id": new_id(), "recipient_id": key} for key in parties]
        )
        queue_of_event(conn, code, cause, now)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as a list shows it: codes and ids only, the sentence is found in words."""

    id: str
    code: str
    role: str
    plan_id: str | None
    plan_number: str
    subject_id: str | None
    for_person: bool
    substitute_for: str | None
    due_at: datetime | None
    params: Mapping[str, Any]
    created_at: datetime
    read_at: datetime | None
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    still_stands: bool = False  # about a deadline that is open under the date it was told of
    basis: str = ""
    meeting_at: datetime | None = None
    person_name: str = ""  # where the reader works on the plan and knows whose it is
    has_left: bool = False  # the reader stands to the plan no more, and could not open it


LISTED = (
    select(
        NOTICE.c.id,
        NOTICE.c.code,
        NOTICE.c.role,
        NOTICE.c.plan_id,
        NOTICE.c.subject_id,
        NOTICE.c.deadline_id,
        NOTICE.c.substitute_for,
        NOTICE.c.params,
        NOTICE.c.created_at,
        NOTICE.c.read_at,
        NOTICE.c.acknowledged_at,
        NOTICE.c.snoozed_until,
        PLAN.c.number,
        PLAN.c.person_id,
        PLAN.c.reporter_id,
        PLAN.c.resting,
        DEADLINE.c.due_at,
        DEADLINE.c.basis,
        MEETING.c.starts_at,
        PERSON.c.name.label("person_name"),
        and_(DEADLINE.c.state == "open", DEADLINE.c.due_version == NOTICE.c.due_version).label(
            "still_stands"
        ),
    )
    .outerjoin(PLAN, PLAN.c.id == NOTICE.c.plan_id)
    .outerjoin(DEADLINE, DEADLINE.c.id == NOTICE.c.deadline_id)
    .outerjoin(MEETING, MEETING.c.id == NOTICE.c.subject_id)
    .outerjoin(PERSON, PERSON.c.id == PLAN.c.person_id)
    .where(
        NOTICE.c.recipient_id == bindparam("b_party"),
    )
    .order_by(NOTICE.c.read_at.is_not(None), NOTICE.c.created_at.desc(), NOTICE.c.id.desc())
    .limit(bindparam("b_limit"))
)
TOLD, ABOUT = NOTICE.alias("told"), PLAN.alias("about")
NEWEST = (
    select(
        TOLD.c.id,
        TOLD.c.recipient_id,
        TOLD.c.plan_id,
        TOLD.c.role,
        TOLD.c.deadline_id,
        TOLD.c.code,
        TOLD.c.subject_id,
    )
    .where(
        TOLD.c.recipient_id == bindparam("b_party", type_=KEY),
        TOLD.c.read_at.is_(None),
    )
    .order_by(TOLD.c.created_at.desc())
    .limit(MOST_COUNTED)
    .subquery("newest")
)
NEWEST_SCOPE = scope_to_notify(NEWEST.c.code, NEWEST.c.role, NEWEST.c.deadline_id.is_not(None))
# The same as `_still_theirs` and `_told_as_office`, so that the badge counts what the list shows.
UNREAD = (
    select(func.count())
    .select_from(NEWEST)
    .outerjoin(ABOUT, ABOUT.c.id == NEWEST.c.plan_id)
    .where(
        or_(
            NEWEST.c.plan_id.is_(None),
            is_among(NEWEST.c.code, sorted(FAREWELLS)),
            and_(ABOUT.c.reporter_id == NEWEST.c.recipient_id, NEWEST_SCOPE == ""),
            and_(
                NEWEST.c.deadline_id.is_not(None),
                one_of(NEWEST.c.role, *OFFICE_ROLES),
                ABOUT.c.resting != "stopped",
            ),
            stands_to("newest.recipient_id", "about.id", "newest"),
        )
    )
)
COUNTED = PreparedStatement(UNREAD)


def list_notices(
    session: Session, party_id: str, now: datetime, limit: int = 100
) -> list[NoticeLine]:
    """A person's notices, unread first, newest first.

    Notices about plans to which the person no longer stands are left out, and those about
    what is not shared with her.
    """
    ids = {"b_party": party_id, "b_limit": limit}
    rows = session.execute(LISTED, ids).mappings().all()
    known = _still_theirs(session, party_id, rows, now)
    return [
        _line(row, party_id, known.get(row["plan_id"]))
        for row in rows
        if _told_as_office(row) or _is_theirs(row, party_id, known.get(row["plan_id"]))
    ]


def _is_theirs(row: RowMapping, party_id: str, stands: PlanAccess | None) -> bool:
    """What the notice tells of is the recipient's to know now."""
    if row["plan_id"] is None or row["code"] in FAREWELLS:
        return True
    scope = scope_of_told(row["code"], row["role"], row["deadline_id"] is not None)
    if not scope:
        return stands is not None or row["reporter_id"] == party_id
    return stands is not None and stands.visibility().can_see(scope, row["subject_id"])


def _told_as_office(row: RowMapping) -> bool:
    """A deadline told to an office needs no relation to the plan, only that it is not stopped."""
    due = row["due_at"] is not None
    return due and row["role"] in OFFICE_ROLES and row["resting"] != "stopped"


def _still_theirs(
    session: Session,
    party_id: str,
    notices: Sequence[RowMapping],
    now: datetime,
) -> dict[str, PlanAccess]:
    """How the party stands to the plans, out of those listed, that they may still hear of."""
    asked = {row["plan_id"] for row in notices if row["plan_id"]}
    relations = relations_query().subquery()
    query = select(relations).where(relations.c.plan_id.in_(asked))
    binds = {"me": party_id, "now": now}
    rows: dict[str, list[Any]] = {}
    for row in session.execute(query, binds):
        rows.setdefault(row.plan_id, []).append(row)
    return {plan_id: make_access(held, party_id) for plan_id, held in rows.items()}


def _line(row: RowMapping, party_id: str, stands: PlanAccess | None) -> NoticeLine:
    by_name = stands is not None and bool(KNOW_THE_NAME & stands.relations)
    return NoticeLine(
        row["id"],
        row["code"],
        row["role"],
        row["plan_id"],
        row["number"] or "",
        row["subject_id"],
        row["person_id"] == party_id,
        row["substitute_for"],
        row["due_at"],
        json.loads(row["params"] or "{}"),
        row["created_at"],
        row["read_at"],
        row["acknowledged_at"],
        row["snoozed_until"],
        bool(row["still_stands"]),
        row["basis"] or "",
        row["starts_at"],
        (row["person_name"] or "") if by_name and row["person_id"] != party_id else "",
        row["code"] in FAREWELLS and stands is None,
    )


def unread(session: Session, party_id: str, now: datetime) -> int:
    """How many unread notices the list shows the person: the badge, a hundred at most.

    Polling it leaves no trace.
    """
    ids = {"b_party": party_id, "now": now}
    return int(COUNTED.rows(session.connection(), ids)[0][0])


def mark_read(
    session: Session,
    party_id: str,
    now: datetime,
    ids: Sequence[str] | None = None,
) -> int:
    """Marks the person's own notices as read, all of them or those named; returns how many."""
    change = update(NOTICE).where(
        NOTICE.c.recipient_id == party_id,
        NOTICE.c.read_at.is_(None),
    )
    if ids is not None:
        change = change.where(NOTICE.c.id.in_(ids))
    return int(session.execute(change.values(read_at=now)).rowcount)  # type: ignore[attr-defined]


def line_of_notice(line: NoticeLine) -> DigestLine:
    """A notice as its line tells of it."""
    return DigestLine(
        line.code,
        line.plan_number,
        line.for_person,
        line.role,
        told_on=None,  # the list shows the moment beside the words
        due_on=oslo_date(line.due_at) if line.due_at else None,
        by_law=line.basis == LAW,
        meeting_on=oslo_date(line.meeting_at) if line.meeting_at else None,
        figures={key: one for key, one in line.params.items() if isinstance(one, int)},
    )
