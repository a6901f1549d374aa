"""The ordering unit's inbox: requests, complaints and plans coming home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from workflow.record.access.open_plan import Actor
from workflow.record.access.protected_addresses import MASKED, is_marked
from workflow.record.access.relation_columns import ME, NOW, acting_as
from workflow.record.access.relations import BRANCHES
from workflow.record.access.role_holders import in_role, works_here
from workflow.record.in_force import not_withdrawn
from workflow.record.lists.plans import PAGE
from workflow.record.models import Complaint, Consent, Deadline, Party, Plan, StaffRole, Unit
from workflow.rules.engine.vocabulary import ACTIVE, COMPLAINT_WAITS, REQUESTED, REVIEWED
from workflow.rules.names.deadlines import DeadlineCode

IN_USE = (ACTIVE, REVIEWED)
TABS = ("incoming", "mine", "complaints", "home", "twice")
CODES = (
    DeadlineCode.ACKNOWLEDGE_REPORT,
    DeadlineCode.DECIDE_REQUEST,
    DeadlineCode.PROVISIONAL_REPLY,
    DeadlineCode.DECIDE_INCOMING,
    DeadlineCode.DECIDE_INFORMAL_START,
    DeadlineCode.ASSESS_COMPLAINT,
    DeadlineCode.FORWARD_COMPLAINT,
    DeadlineCode.GOVERNOR_ANSWERS,
)


@dataclass(frozen=True, slots=True)
class CaseDeadline:
    """One date to keep: its kind, law or own rule, and the instant."""

    code: str
    basis: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One request or complaint in the inbox."""

    id: str
    number: str
    name: str
    phone: str
    state: str
    row_version: int
    reported_at: datetime
    person_knows: str
    reach_person: str
    consented_at: datetime | None
    origin: str
    source_name: str
    transition_on: date | None
    by_person: bool
    reporter: str
    reporter_from: str
    taken_by: str | None
    taken_by_name: str
    duplicate_of: str
    about: str
    received_on: date | None
    late: bool
    complaint_id: str
    outcome: str
    dues: tuple[CaseDeadline, ...] = field(default=())

    def due(self, *codes: str) -> CaseDeadline | None:
        """The nearest date of these kinds, or of any."""
        dues = [due for due in self.dues if not codes or due.code in codes]
        return min(dues, key=lambda due: due.at, default=None)


def counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """How many stand behind each tab; one statement."""
    row = session.execute(_counts(), _binds(actor, now)).mappings().one()
    return {tab: int(row[tab] or 0) for tab in TABS}


def cases(
    session: Session, actor: Actor, now: datetime, tab: str, page: int = 1
) -> tuple[list[Case], bool]:
    """The lines of a tab, the oldest first, and whether there are more; two statements."""
    start = (page - 1) * PAGE
    known = {**_binds(actor, now), "start": start}
    rows = session.execute(_cases(tab), known).mappings().all()
    shown = rows[:PAGE]
    dues = _dues(session, [row["id"] for row in shown])
    lines = [Case(**_plain(row), dues=tuple(dues.get(row["id"], ()))) for row in shown]
    return lines, len(rows) > PAGE


def one(session: Session, actor: Actor, plan_id: str, now: datetime) -> Case | None:
    """One request as the inbox knows it; the caller has opened the plan already."""
    statement = _columns(None).where(Plan.id == plan_id)
    row = session.execute(statement, _binds(actor, now)).mappings().first()
    if row is None:
        return None
    dues = _dues(session, [plan_id])
    return Case(**_plain(row), dues=tuple(dues.get(plan_id, ())))


def _binds(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"me": actor.party_id, "now": now}


def _plain(row: RowMapping) -> dict[str, Any]:
    empty = {
        name: row[name] or ""
        for name in ("name", "phone", "reporter", "reporter_from", "taken_by_name", "duplicate_of")
    }
    truths = {name: bool(row[name]) for name in ("by_person", "late")}
    if row["state"] != REQUESTED:  # a coordinator answers for the plan by now, not for the case
        empty |= {"taken_by": "", "taken_by_name": ""}
    return {**row, **empty, **truths}


def _deciding(me: CTE, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """The plans that the reader's office decides."""
    branch = BRANCHES["deciding_unit"](me).where(Plan.shadow == 0, *where)
    return Plan.id.in_(select(branch.subquery().c.plan_id))


def _coordinating(me: CTE) -> ColumnElement[bool]:
    """The reader belongs to the coordinating unit, or stands in for somebody who does."""
    return exists().where(
        StaffRole.party_id.in_(select(me.c.party_id)),
        in_role(StaffRole, NOW, "coordinating"),
    )


def _home() -> ColumnElement[bool]:
    return or_(Plan.origin == "incoming", Plan.transition_kind == "discharge")


def _tab(tab: str, me: CTE) -> tuple[ColumnElement[bool], ...]:
    """What a tab holds. A second report is shown to the coordinating unit only."""
    if tab == "twice":
        return (Plan.shadow == 1, Plan.state == REQUESTED, _coordinating(me))
    if tab == "complaints":
        waits = Complaint.outcome.in_(COMPLAINT_WAITS)
        return (waits, _deciding(me, Plan.id.in_(select(Complaint.plan_id).where(waits))))
    narrower = {"mine": (Plan.responsible_party_id == ME,), "home": (_home(),)}.get(tab, ())
    return (_deciding(me, _unanswered(), *narrower),)


def _unanswered() -> ColumnElement[bool]:
    """Requested, or begun before its decision (3.10)."""
    return or_(Plan.state == REQUESTED, and_(Plan.informal, Plan.state.in_(IN_USE)))


@lru_cache(maxsize=8)
def _cases(tab: str) -> Select[Any]:
    """A page of a tab; the page is chosen first, so that a line is worked out for 51 only."""
    complaint = tab == "complaints"
    order = (Complaint.received_on, Complaint.id) if complaint else (Plan.reported_at, Plan.id)
    chosen: Select[Any] = select((Complaint.id if complaint else Plan.id).label("key"))
    if complaint:
        chosen = chosen.join(Plan, _same_plan(Complaint))
    page = (
        chosen.where(*_tab(tab, acting_as()))
        .order_by(*order)
        .limit(PAGE + 1)
        .offset(bindparam("start"))
    ).subquery("page")
    key = Complaint.id if complaint else Plan.id
    query = _columns(Complaint if complaint else None)
    return query.join(page, page.c.key == key).order_by(*order)


def _same_plan(other: Any) -> ColumnElement[bool]:
    same: ColumnElement[bool] = other.plan_id == Plan.id
    return same


def _consented_at() -> Any:
    """When the person said yes to having a plan; null where she has not."""
    return (
        select(func.min(Consent.from_at))
        .where(
            Consent.plan_id == Plan.id,
            Consent.receiver_id.is_(None),
            not_withdrawn(Consent),
        )
        .correlate(Plan)
        .scalar_subquery()
    )


def _workplace() -> Any:
    """The unit that who reported works at, where they work here."""
    return (
        select(Unit.name)
        .join(StaffRole, StaffRole.unit_id == Unit.id)
        .where(
            StaffRole.party_id == Plan.reporter_id,
            works_here(StaffRole, NOW),
        )
        .limit(1)
        .correlate(Plan)
        .scalar_subquery()
    )


def _columns(complaint: Any) -> Select[Any]:
    reporter, taker, other = aliased(Party), aliased(Party), aliased(Plan)
    nothing: tuple[Any, ...] = (
        literal(""),
        literal(None),
        literal(False),
        literal(""),
        literal(""),
    )
    said = (
        (
            complaint.about,
            complaint.received_on,
            complaint.late,
            complaint.id,
            complaint.outcome,
        )
        if complaint
        else nothing
    )
    columns: tuple[Any, ...] = (
        Plan.id,
        Plan.number,
        func.coalesce(Party.name, Plan.problem).label("name"),
        case((is_marked(NOW), ""), else_=Party.phone).label("phone"),
        Plan.state,
        Plan.row_version,
        Plan.reported_at,
        Plan.person_knows,
        case((is_marked(NOW), MASKED), else_=Plan.reach_person).label("reach_person"),
        _consented_at().label("consented_at"),
        Plan.origin,
        Plan.source_name,
        Plan.transition_on,
        case((Plan.reporter_id == Plan.person_id, 1), else_=0).label("by_person"),
        reporter.name.label("reporter"),
        func.coalesce(
            _workplace(), case((reporter.protection != "", ""), else_=reporter.organisation)
        ).label("reporter_from"),
        Plan.responsible_party_id.label("taken_by"),
        taker.name.label("taken_by_name"),
        other.number.label("duplicate_of"),
        *(
            value.label(name)
            for value, name in zip(
                said, ("about", "received_on", "late", "complaint_id", "outcome"), strict=True
            )
        ),
    )
    statement = (
        select(*columns)
        .select_from(Plan)
        .outerjoin(Party, Party.id == Plan.person_id)
        .outerjoin(reporter, reporter.id == Plan.reporter_id)
        .outerjoin(taker, taker.id == Plan.responsible_party_id)
        .outerjoin(other, other.id == Plan.duplicate_of)
    )
    if complaint is None:
        return statement
    return statement.join(complaint, _same_plan(complaint))


@lru_cache(maxsize=1)
def _counts() -> Select[Any]:
    """One number for each tab, in a single row."""
    me = acting_as()
    asked = select(
        func.count(Plan.id).label("incoming"),
        func.sum(case((Plan.responsible_party_id == ME, 1), else_=0)).label("mine"),
        func.sum(case((_home(), 1), else_=0)).label("home"),
    ).where(*_tab("incoming", me))
    complained = select(func.count(Complaint.id).label("complaints")).join(
        Plan, Plan.id == Complaint.plan_id
    )
    again = select(func.count(Plan.id).label("twice")).where(*_tab("twice", me))
    parts = (asked, complained.where(*_tab("complaints", me)), again)
    rows = [part.subquery() for part in parts]
    columns: list[Any] = [column for row in rows for column in row.c]
    return select(*columns).select_from(rows[0]).join(rows[1], true()).join(rows[2], true())


def _dues(session: Session, plan_ids: Sequence[str]) -> dict[str, list[CaseDeadline]]:
    """The open dates of the inbox, by plan."""
    dues: dict[str, list[CaseDeadline]] = {}
    rows = session.execute(
        select(Deadline.plan_id, Deadline.code, Deadline.basis, Deadline.due_at).where(
            Deadline.plan_id.in_(plan_ids),
            Deadline.state == "open",
            Deadline.code.in_(CODES),
        )
    )
    for plan_id, code, basis, at in rows:
        dues.setdefault(plan_id, []).append(CaseDeadline(code, basis, at))
    return dues


def has_begun(session: Session, plan_id: str | None) -> bool:
    """Whether a plan has come further than a request: it is read on its own page then."""
    query = select(Plan.id).where(Plan.id == plan_id, Plan.state != "requested")
    return plan_id is not None and session.execute(query).first() is not None
