"""What a coordinator says to the person instead of a mail: the lines that wait, said or not reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import Form, ask
from workflow.acts.delivery.enqueue import DELIVERY, NOTICE, PARTY, PLAN
from workflow.record.access.open_plan import Actor
from workflow.record.access.relation_columns import ME, acting_as
from workflow.record.access.relations import BRANCHES
from workflow.record.access.role_holders import IN_CHARGE, on_plan
from workflow.record.in_force import has_account
from workflow.record.models import Deadline, Plan, Tenure
from workflow.record.models.base import UtcDateTime
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.notices.timing import COORDINATOR
from workflow.words.text.translatable import N_

DEADLINE = Deadline.__table__
SAID, NOT_REACHED = "said", "not_reached"
LONGEST_DAYS = 14
MOST = 100


class Again(Form):
    """When to try to reach the person again."""

    again_on: date = ask(N_("Når prøver du igjen?"), "date")


@dataclass(frozen=True, slots=True)
class ToSay:
    """One plan with news that its person is to be told of by the reader; no content.

    chosen: she wants it so; else nothing else reaches her, and without a telephone a letter must.
    """

    plan_id: str
    number: str
    name: str
    phone: str
    chosen: bool
    newest: str
    since: datetime
    again_at: datetime
    tries: int


OWN_CHANNEL = (DELIVERY.c.channel == COORDINATOR, DELIVERY.c.state == "waiting")
# Why a line is not true any more; the same reasons as a mail's at sending.
untrue = case(
    (~has_account(PARTY), "left"),
    (and_(DEADLINE.c.id.is_not(None), DEADLINE.c.state != "open"), "met"),
    (and_(DEADLINE.c.id.is_not(None), DEADLINE.c.due_version != NOTICE.c.due_version), "moved"),
    (NOTICE.c.read_at.is_not(None), "read"),
    (or_(PLAN.c.person_id.is_(None), PLAN.c.person_id != NOTICE.c.recipient_id), "not_shared"),
    else_="",
)
LINES = (
    select(DELIVERY.c.id, untrue.label("reason"))
    .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
    .join(PARTY, PARTY.c.id == DELIVERY.c.recipient_id)
    .outerjoin(PLAN, PLAN.c.id == NOTICE.c.plan_id)
    .outerjoin(DEADLINE, DEADLINE.c.id == NOTICE.c.deadline_id)
    .where(*OWN_CHANNEL)
)


@lru_cache(maxsize=1)
def _theirs() -> Select[Any]:
    """The plans whose person the reader speaks to: as coordinator, as responsible, or as office.

    The next one only where there is none before.
    """
    me = acting_as()
    held = BRANCHES["coordinator"](me).subquery()
    coordinated = exists().where(on_plan(Tenure, Plan.id, *IN_CHARGE))
    responsible = select(Plan.id.label("plan_id")).where(
        Plan.responsible_party_id.in_(select(me.c.party_id)),
        Plan.resting != "stopped",
        ~coordinated,
    )
    deciding = BRANCHES["deciding_unit"](me).subquery()
    nobodys = select(Plan.id).where(
        Plan.id.in_(select(deciding.c.plan_id)),
        Plan.responsible_party_id.is_(None),
        ~coordinated,
    )
    plans = union(select(held.c.plan_id), responsible, nobodys).subquery("theirs")
    return select(plans.c.plan_id)


@lru_cache(maxsize=1)
def _listed() -> Select[Any]:
    now = bindparam("now", type_=UtcDateTime())
    again = func.min(DELIVERY.c.next_try_at)
    return (
        select(
            PLAN.c.id,
            PLAN.c.number,
            PARTY.c.name,
            case((PARTY.c.protection != "", ""), else_=PARTY.c.phone).label("phone"),
            (func.max(PARTY.c.channel) == COORDINATOR).label("chosen"),
            func.max(DELIVERY.c.id).label("newest"),
            func.min(NOTICE.c.created_at).label("since"),
            again.label("again_at"),
            func.max(DELIVERY.c.attempts).label("tries"),
            (again > now).label("later"),
        )
        .select_from(DELIVERY)
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .join(PARTY, PARTY.c.id == DELIVERY.c.recipient_id)
        .join(PLAN, PLAN.c.id == NOTICE.c.plan_id)
        .outerjoin(DEADLINE, DEADLINE.c.id == NOTICE.c.deadline_id)
        .where(*OWN_CHANNEL, PLAN.c.id.in_(_theirs()), DELIVERY.c.recipient_id != ME, untrue == "")
        .group_by(PLAN.c.id, PLAN.c.number, PARTY.c.name, PARTY.c.phone, PARTY.c.protection)
        .order_by(again, PLAN.c.id)
        .limit(MOST)
    )


def _binds(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"me": actor.party_id, "now": now}


def list_to_tell(session: Session, actor: Actor, now: datetime) -> list[ToSay]:
    """Whom the reader is to tell, those to be told now first; what is not true any more is left out."""
    rows = session.execute(_listed(), _binds(actor, now)).mappings()
    return [ToSay(**{name: row[COLUMNS.get(name, name)] for name in NAMES}) for row in rows]


NAMES = ("plan_id", "number", "name", "phone", "chosen", "newest", "since", "again_at", "tries")
COLUMNS: Mapping[str, str] = {"plan_id": "id"}


def how_many(session: Session, actor: Actor, now: datetime) -> int:
    """How many people the reader is to tell now; one statement."""
    notices = _listed().subquery()
    counted = select(func.count()).select_from(notices).where(~notices.c.later)
    return int(session.execute(counted, _binds(actor, now)).scalar_one())


def drop_untrue(conn: Connection, now: datetime) -> int:
    """Takes out the lines that are not true any more, with the reason; returns how many."""
    reasons: dict[str, list[str]] = {}
    for row in conn.execute(LINES.where(untrue != "")):
        reasons.setdefault(row.reason, []).append(row.id)
    for reason, ids in reasons.items():
        change = update(DELIVERY).where(DELIVERY.c.id.in_(ids), DELIVERY.c.state == "waiting")
        conn.execute(change.values(state="dropped", reason=reason, ended_at=now))
    return sum(map(len, reasons.values()))


def mark_told(session: Session, actor: Actor, plan_id: str, newest: str, now: datetime) -> int:
    """«Sagt fra»: the lines up to the newest one shown are sent; the delivery names who said it.

    What came after the page was drawn waits on. Returns how many. Raises NotThere.
    """
    ids = _waiting(session, actor, plan_id, newest, now)
    done = {"state": "sent", "reason": SAID, "claimed_by": actor.party_id, "ended_at": now}
    return _changed(session, ids, {**done, "attempts": DELIVERY.c.attempts + 1})


def try_later(
    session: Session, actor: Actor, plan_id: str, newest: str, form: Again, now: datetime
) -> int:
    """«Fikk ikke tak i»: the lines stand again from 00:00 Europe/Oslo of the day named.

    Within 14 calendar days. Returns how many. Raises NotThere, BadInput.
    """
    today = oslo_date(now)
    if not today < form.again_on <= today + timedelta(days=LONGEST_DAYS):
        raise BadInput([("again_on", "again_days", {})])
    ids = _waiting(session, actor, plan_id, newest, now)
    later = {"next_try_at": at_oslo(form.again_on, time(0)), "reason": NOT_REACHED}
    later |= {"claimed_by": actor.party_id, "attempts": DELIVERY.c.attempts + 1}
    return _changed(session, ids, later)


def _waiting(
    session: Session, actor: Actor, plan_id: str, newest: str, now: datetime
) -> Sequence[str]:
    """The ids of the reader's own waiting lines of a plan. Raises NotThere where it is not theirs."""
    theirs = _theirs().subquery()
    mine = select(theirs.c.plan_id).where(theirs.c.plan_id == plan_id)
    if session.execute(mine, _binds(actor, now)).first() is None:
        raise NotThere(plan_id)
    lines = LINES.where(
        NOTICE.c.plan_id == plan_id,
        DELIVERY.c.id <= newest,
        DELIVERY.c.recipient_id != actor.party_id,
        untrue == "",
    )
    return [row.id for row in session.execute(lines)]


def _changed(session: Session, ids: Sequence[str], values: Mapping[str, Any]) -> int:
    for key in ids:
        mine = update(DELIVERY).where(DELIVERY.c.id == key, DELIVERY.c.state == "waiting")
        session.execute(mine.values(**values))
    return len(ids)
