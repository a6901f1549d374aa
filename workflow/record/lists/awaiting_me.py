"""What waits for one reader: offers to answer, meetings and dates to keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from workflow.record.access.open_plan import Actor
from workflow.record.access.protected_addresses import is_marked, mask_of
from workflow.record.access.relation_columns import ME, NOW, acting_as
from workflow.record.access.relations import BRANCHES, waits_for
from workflow.record.lists.visible_deadlines import opens_scope
from workflow.record.models import (
    Deadline,
    Measure,
    Meeting,
    MeetingParty,
    Offer,
    Party,
    Plan,
    Unit,
)
from workflow.record.models.base import UtcDateTime
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.sharing.scopes import CALENDAR, UNPLACED
from workflow.rules.tables.scope_map import SCOPE_OF_DEADLINE

MOST_OFFERS = 100
MOST_DATES = 200
OWN_DATES = (
    DeadlineCode.REVIEW,
    DeadlineCode.CONCLUDE_REVIEW,
    DeadlineCode.FIRST_GOAL,
    DeadlineCode.DECIDE_INFORMAL_START,
    DeadlineCode.CONSENT_ENDS,
    DeadlineCode.DISCUSS_WITH_RELATIVES,
    DeadlineCode.MINUTES_DUE,
    DeadlineCode.TRANSITION,
    DeadlineCode.TURNS_16,
    DeadlineCode.TURNS_18,
    DeadlineCode.ANSWER_PERSON,
)


@dataclass(frozen=True, slots=True)
class WaitingOffer:
    """An offer that waits for the reader or the reader's unit: the summary, nothing more."""

    id: str
    kind: str
    plan_id: str
    subject_id: str
    number: str
    name: str
    measure: str
    asked_by: str
    asked_phone: str
    unit: str
    sent_at: datetime
    expires_at: datetime | None
    discharge_on: date | None
    first_appointment: str
    gaps: str
    from_state: str
    asked_because: str
    asked_step: str
    asked_form: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A line of the calendar: a generic kind, an instant and the plan's number, no name."""

    kind: str
    plan_id: str
    number: str
    at: datetime
    place: str
    state: str
    subject_id: str


def offers(session: Session, actor: Actor, now: datetime) -> list[WaitingOffer]:
    """The open offers to the reader or the reader's units, the oldest first; one statement."""
    rows = session.execute(_offers(), _binds(actor, now)).mappings().all()
    return [_asked(session, dict(row), now) for row in rows]


def _asked(session: Session, row: dict[str, Any], now: datetime) -> WaitingOffer:
    """One offer; what would give a protected place away is taken out of its words."""
    names = ("name", "measure", "asked_by", "asked_phone", "unit")
    values = {**row, **{name: row[name] or "" for name in names}}
    if values.pop("protected"):
        mask = mask_of(session, row["plan_id"], now)
        hidden = ("measure", "first_appointment", "gaps", "asked_because", "asked_form")
        values.update({name: mask(values[name]) for name in hidden})
    return WaitingOffer(**values)


def how_many(session: Session, actor: Actor, now: datetime) -> int:
    """How many offers wait for an answer; one statement."""
    counted = select(func.count()).select_from(_offers().subquery())
    return int(session.execute(counted, _binds(actor, now)).scalar_one())


def calendar(session: Session, actor: Actor, now: datetime, until: datetime) -> list[CalendarEntry]:
    """The reader's meetings and dates in [now, until), by time; one statement, no names."""
    statement = _calendar()
    rows = session.execute(statement, {**_binds(actor, now), "until": until})
    return [CalendarEntry(*row) for row in rows]


def _binds(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"me": actor.party_id, "now": now}


@lru_cache(maxsize=1)
def _offers() -> Select[Any]:
    """As the relation «receiver» finds them, substitutes included."""
    me = acting_as()
    sender = aliased(Party)
    columns: tuple[Any, ...] = (
        Offer.id,
        Offer.kind,
        Offer.plan_id,
        Offer.subject_id,
        Plan.number,
        Party.name,
        Measure.text.label("measure"),
        sender.name.label("asked_by"),
        sender.phone.label("asked_phone"),
        Unit.name.label("unit"),
        Offer.sent_at,
        Offer.expires_at,
        Offer.discharge_on,
        Offer.first_appointment,
        Offer.gaps,
        Offer.from_state,
        Offer.asked_because,
        Offer.asked_step,
        Offer.asked_form,
        is_marked(NOW).label("protected"),
    )
    return (
        select(*columns)
        .select_from(Offer)
        .join(Plan, Plan.id == Offer.plan_id)
        .outerjoin(Party, Party.id == Plan.person_id)
        .outerjoin(sender, sender.id == Offer.from_party_id)
        .outerjoin(Unit, Unit.id == Offer.to_unit_id)
        .outerjoin(Measure, Measure.id == Offer.subject_id)
        .where(Offer.outcome == "", waits_for(me), Plan.resting != "stopped", Offer.kind != "undo")
        .order_by(Offer.sent_at, Offer.id)
        .limit(MOST_OFFERS)
    )


@lru_cache(maxsize=1)
def _calendar() -> Select[Any]:
    until = bindparam("until", type_=UtcDateTime())
    now = bindparam("now", type_=UtcDateTime())
    me = acting_as()
    both = union_all(_meetings(me, now, until), *_dates(me, until)).subquery()
    return select(both).order_by(both.c[3]).limit(MOST_DATES)


def _meetings(me: CTE, now: Any, until: Any) -> Select[Any]:
    """Meetings ahead that the reader leads or is called to, on plans the reader still stands to."""
    branches = [
        BRANCHES[name](me).subquery()
        for name in ("coordinator", "participant", "accountable", "helper")
    ]
    related = union_all(
        *(select(one.c.plan_id).where(opens_scope(one, CALENDAR)) for one in branches)
    ).subquery()
    invited = select(MeetingParty.meeting_id).where(MeetingParty.party_id == ME)
    place = case((is_marked(NOW), ""), else_=Meeting.place).label("place")
    columns: tuple[Any, ...] = (
        literal("meeting"),
        Plan.id,
        Plan.number,
        Meeting.starts_at,
        place,
        Meeting.state,
        Meeting.id,
    )
    return (
        select(*columns)
        .select_from(Meeting)
        .join(Plan, Plan.id == Meeting.plan_id)
        .where(
            Meeting.state.in_(("planned", "called")),
            Meeting.starts_at >= now,
            Meeting.starts_at < until,
            or_(Meeting.chair_id == ME, Meeting.id.in_(invited)),
            Meeting.plan_id.in_(select(related.c.plan_id)),
        )
    )


def _own_dates(own: Any) -> list[ColumnElement[bool]]:
    """The kinds of a coordinator's own dates, each as far as what it is about is shared with her."""
    kinds = {code: SCOPE_OF_DEADLINE.get(code, UNPLACED) for code in OWN_DATES}
    return [
        and_(
            Deadline.code.in_([code for code in kinds if kinds[code] == scope]),
            opens_scope(own, scope),
            opens_scope(own, CALENDAR),
        )
        for scope in sorted(set(kinds.values()) - {UNPLACED})
    ]


def _dates(me: CTE, until: Any) -> tuple[Select[Any], Select[Any]]:
    """Dates of the plans the reader coordinates, and of the measures the reader answers for."""
    own = BRANCHES["coordinator"](me).subquery()
    tasks = BRANCHES["accountable"](me).subquery()
    columns: tuple[Any, ...] = (
        Deadline.code,
        Plan.id,
        Plan.number,
        Deadline.due_at,
        literal(""),
        Deadline.basis,
        Deadline.subject_id,
    )
    queries = [
        select(*columns)
        .select_from(mine)
        .join(Plan, Plan.id == mine.c.plan_id)
        .join(
            Deadline,
            and_(
                Deadline.plan_id == Plan.id,
                Deadline.state == "open",
                Deadline.due_at < until,
                which,
            ),
        )
        for mine, which in (
            (own, or_(*_own_dates(own))),
            (
                tasks,
                and_(
                    Deadline.code == DeadlineCode.MEASURE_DUE,
                    Deadline.subject_id == tasks.c.subject_id,
                ),
            ),
        )
    ]
    return queries[0], queries[1]
