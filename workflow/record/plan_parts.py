"""One statement for all the small parts under a plan; what a reader sees of them is put together in plan_view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from workflow.record.in_force import allows, is_held, represents
from workflow.record.models import (
    Complaint,
    Consent,
    Deadline,
    Decision,
    Event,
    EventBody,
    Goal,
    HealthNote,
    MeasureHelper,
    Meeting,
    MeetingParty,
    MunicipalityRow,
    Offer,
    Participant,
    Plan,
    Representation,
    SubPlan,
    Tenure,
    Unit,
    Wish,
)
from workflow.record.models.base import KEY, UtcDateTime

# Every branch gives the same columns, so that one round trip brings everything (design §9).
COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("id", "a", "b", "c", "d", "e", "f", "g"), KEY),
    **dict.fromkeys(("t1", "t2", "t3", "t4", "t5"), Text()),
    **dict.fromkeys(("day1", "day2", "day3"), Date()),
    **dict.fromkeys(("at1", "at2"), UtcDateTime()),
    **dict.fromkeys(("n", "m"), Integer()),
}
PLAN = bindparam("plan_id", type_=KEY)
NOW = bindparam("now", type_=UtcDateTime())
EVENTS = bindparam("events", type_=Integer())
MEETINGS_SHOWN = 20


def _part(kind: str, **given: Any) -> Select[Any]:
    """One branch: the columns given, and typed nothing for the rest."""
    columns = [
        (given[name] if name in given else cast(null(), kind_)).label(name)
        for name, kind_ in COLUMNS.items()
    ]
    return select(cast(literal(kind), Text).label("kind"), *columns)


def _under(model: Any) -> tuple[ColumnElement[bool], ...]:
    """Rows of this plan."""
    return (model.plan_id == PLAN,)


def _flag(condition: Any) -> ColumnElement[int]:
    """A truth as a number, alike on both databases."""
    return case((condition, 1), else_=0)


def _goals() -> Select[Any]:
    return _part(
        "goal",
        id=Goal.id,
        a=Goal.status,
        t1=Goal.own_words,
        t2=Goal.clarified,
        t3=Goal.condition,
        n=Goal.position,
        m=Goal.version,
    ).where(*_under(Goal))


def _participants() -> Select[Any]:
    p = Participant
    return _part(
        "participant",
        id=p.id,
        a=p.party_id,
        b=p.kind,
        c=p.level,
        d=p.leave_code,
        e=p.companion_of,
        t1=p.name,
        t2=p.role,
        t3=p.organisation,
        t4=p.phone,
        t5=p.can_do,
        at1=p.from_at,
        at2=p.left_at,
        n=p.version,
    ).where(*_under(p))


def _tenures() -> Select[Any]:
    t = Tenure
    return _part("tenure", id=t.id, a=t.role, b=t.party_id, c=t.unit_id, at1=t.from_at).where(
        *_under(t), is_held(t)
    )


def _consents() -> Select[Any]:
    c = Consent
    return _part(
        "consent",
        id=c.id,
        a=c.receiver_id,
        b=c.source,
        c=c.given_as,
        d=c.document_id,
        t1=c.scopes,
        n=_flag(c.kept_from_parents.is_(True)),
        day1=c.last_discussed_on,
        day2=c.discuss_again_on,
        at1=c.from_at,
        at2=c.until_at,
    ).where(*_under(c), allows(c, NOW))


def _health() -> Select[Any]:
    h = HealthNote
    return _part("health", id=h.id, a=h.written_by, t1=h.words, at1=h.written_at).where(
        *_under(h), h.ended_at.is_(None)
    )


def _helpers() -> Select[Any]:
    h = MeasureHelper
    return _part("helper", id=h.id, a=h.measure_id, b=h.party_id).where(*_under(h))


def _offers() -> Select[Any]:
    o = Offer
    return _part(
        "offer",
        id=o.id,
        a=o.kind,
        b=o.subject_id,
        c=o.to_party_id,
        d=o.to_unit_id,
        e=o.from_state,
        f=o.from_party_id,
        g=o.to_code,
        t1=o.to_name,
        t2=o.first_appointment,
        t3=o.gaps,
        t4=o.asked_because,
        day1=o.discharge_on,
        at1=o.sent_at,
        at2=o.expires_at,
    ).where(*_under(o), o.outcome == "")


def _deadlines() -> Select[Any]:
    d = Deadline
    return _part(
        "deadline",
        id=d.id,
        a=d.code,
        b=d.basis,
        c=d.subject_kind,
        d=d.subject_id,
        e=d.state,
        t1=d.source,
        at1=d.due_at,
    ).where(*_under(d), d.state.in_(["open", "paused"]))


def _wishes() -> Select[Any]:
    w = Wish
    return _part(
        "wish",
        id=w.id,
        a=w.kind,
        b=w.step,
        c=w.subject_id,
        d=w.from_party_id,
        e=w.to_party_id,
        t1=w.words,
        at1=w.sent_at,
    ).where(*_under(w), w.answered_at.is_(None))


def _meetings() -> Select[Any]:
    m = Meeting
    last = select(m.id).where(*_under(m)).order_by(m.starts_at.desc()).limit(MEETINGS_SHOWN)
    return _part(
        "meeting",
        id=m.id,
        a=m.kind,
        b=m.state,
        c=m.chair_id,
        d=m.minute_taker_id,
        e=m.person_present,
        t1=m.place,
        t2=m.agenda,
        t3=m.written_view,
        t4=m.support_person,
        t5=m.minutes,
        day1=m.held_on,
        at1=m.starts_at,
        at2=m.called_at,
        n=m.version,
    ).where(m.id.in_(last))


def _called() -> Select[Any]:
    c = MeetingParty
    return _part(
        "called",
        id=c.id,
        a=c.meeting_id,
        b=c.party_id,
        c=c.reply,
        d=c.came,
        t1=c.reason,
        t2=c.stand_in,
    ).where(*_under(c))


def _events() -> Select[Any]:
    e = Event
    last = (
        select(e.id, e.row_id, e.subject_id, e.actor_id, e.recorded_at, e.text, e.seq)
        .where(*_under(e))
        .order_by(e.seq.desc())
        .limit(EVENTS)
        .subquery()
    )
    return (
        _part(
            "event",
            id=last.c.id,
            a=last.c.row_id,
            b=last.c.subject_id,
            c=last.c.actor_id,
            t1=last.c.text,
            t2=EventBody.words,
            at1=last.c.recorded_at,
            n=last.c.seq,
        )
        .select_from(last)
        .outerjoin(EventBody, EventBody.event_id == last.c.id)
    )


def _tries() -> Select[Any]:
    return _part("try", id=Event.id, at1=Event.recorded_at).where(
        *_under(Event), Event.row_id == "A10"
    )


def _decisions() -> Select[Any]:
    d = Decision
    return _part(
        "decision",
        id=d.id,
        a=d.kind,
        b=d.regime,
        c=d.made_by,
        d=d.notified_how,
        e=d.document_id,
        t1=d.reasons,
        t2=d.archive_case,
        day1=d.made_on,
        day2=d.effective_from,
        day3=d.appeal_until,
        n=_flag(d.retroactive),
    ).where(*_under(d))


def _complaints() -> Select[Any]:
    c = Complaint
    return _part("complaint", id=c.id, a=c.about, t1=c.words, day1=c.received_on).where(
        *_under(c), c.outcome == ""
    )


def _sub_plans() -> Select[Any]:
    s = SubPlan
    return _part(
        "sub_plan",
        id=s.id,
        t1=s.title,
        t2=s.owner_system,
        t3=s.link,
        t4=s.responsible,
        day1=s.review_on,
    ).where(*_under(s))


def _representatives() -> Select[Any]:
    r = Representation
    person = select(Plan.person_id).where(Plan.id == PLAN).scalar_subquery()
    return _part("representative", id=r.id, a=r.representative_id, b=r.ground).where(
        r.person_id == person,
        represents(r, NOW),
    )


def _units() -> Select[Any]:
    u = Unit
    ours = or_(u.id == Plan.unit_id, u.id == Plan.service_unit_id, u.id == Plan.responsible_unit_id)
    return (
        _part("unit", id=u.id, a=u.kind, t1=u.name, t4=u.phone)
        .select_from(u)
        .join(Plan, ours)
        .where(Plan.id == PLAN)
    )


def _municipality() -> Select[Any]:
    m = MunicipalityRow
    return _part("municipality", id=m.number, a=m.decision_model, t1=m.name, t4=m.phone)


BRANCHES: tuple[Callable[[], Select[Any]], ...] = (
    _goals,
    _participants,
    _tenures,
    _consents,
    _health,
    _helpers,
    _offers,
    _deadlines,
    _wishes,
    _meetings,
    _called,
    _events,
    _tries,
    _decisions,
    _complaints,
    _sub_plans,
    _representatives,
    _units,
    _municipality,
)
# Binds: plan_id, now, events (how many of the last).
PARTS: CompoundSelect[Any] = union_all(*(branch() for branch in BRANCHES))
