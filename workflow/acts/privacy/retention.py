"""How long closed plans are kept, what is past its time, and erasing exactly that after a dry run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Engine, Table, exists, func, select, update
from sqlalchemy.orm import Session

from workflow.acts.privacy import erasure, party_removal
from workflow.acts.privacy.erasure import UNDER, ErasureReason
from workflow.record.database.engine import unit_of_work
from workflow.record.history.hash_chain import to_canonical
from workflow.record.history.municipal_chain import change_rows
from workflow.record.models import (
    Complaint,
    DataRequest,
    Document,
    Erasure,
    EventBody,
    MunicipalityRow,
    Party,
    Plan,
    StaffRole,
    Wish,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.calendar.workdays import add_months
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.engine.vocabulary import CLOSED, COMPLAINT_WAITS

BASIS = "retention"
LONGEST_YEARS = 100
MONTHS = 12


@dataclass(frozen=True, slots=True)
class RetentionItem:
    """One plan past its time: how many events' words, documents, rows and people would go."""

    plan_id: str
    number: str
    closed_on: date | None
    words: int
    documents: int
    rows: int
    people: int


@dataclass(frozen=True, slots=True)
class Lot:
    """What a dry run found; the token stands for exactly this set, as it was then."""

    token: str
    items: tuple[RetentionItem, ...]

    def as_dict(self) -> dict[str, Any]:
        """The lot as the command prints it."""
        return {
            "token": self.token,
            "plans": [
                {name: getattr(one, name) for name in RetentionItem.__slots__} for one in self.items
            ],
        }


@dataclass(frozen=True)
class ErasedPlan:
    """One plan whose words are gone, with the receipt."""

    number: str
    receipt: str


def set_years(session: Session, years: int | None) -> None:
    """Keep closed plans so many calendar years; None keeps them for ever, which is the default.

    The archive law may forbid a municipality to erase at all. Raises BadInput beyond 1 to 100.
    """
    if years is not None and not 1 <= years <= LONGEST_YEARS:
        raise BadInput([("years", "years_out_of_range", {})])
    change_rows(session, update(MunicipalityRow).values(retention_years=years))


def years_of(session: Session) -> int | None:
    """How many calendar years closed plans are kept; None for ever."""
    query = select(MunicipalityRow.retention_years)
    return session.execute(query).scalar()


def past_time(session: Session, now: datetime) -> Lot:
    """The closed plans whose time is out, oldest first: what a real run would erase.

    A plan with an open complaint or a request that waits for an answer is never among them.
    """
    return _lot(session, _past(session, now))


def _past(session: Session, now: datetime) -> list[Plan]:
    years = years_of(session)
    if years is None:
        return []
    query = (
        select(Plan)
        .where(Plan.state == CLOSED, ~Plan.frozen)
        .where(Plan.closed_at.is_not(None), ~_erased(), *(~waits for waits in _waiting()))
        .order_by(Plan.closed_at, Plan.id)
    )
    plans = session.execute(query).scalars()
    return [one for one in plans if _is_past(one, years, oslo_date(now))]


def _is_past(plan: Plan, years: int, today: date) -> bool:
    assert plan.closed_at is not None
    return add_months(oslo_date(plan.closed_at), years * MONTHS) <= today


def _erased() -> ColumnElement[bool]:
    """The words of the plan went, by its time or by mistake, and none were written since."""
    return exists().where(
        Erasure.plan_id == Plan.id, Erasure.event_id.is_(None), Erasure.until_seq >= Plan.version
    )


def _waiting() -> tuple[ColumnElement[bool], ...]:
    """Somebody waits for an answer on the plan."""
    return (
        exists().where(Complaint.plan_id == Plan.id, Complaint.outcome.in_(COMPLAINT_WAITS)),
        exists().where(Wish.plan_id == Plan.id, Wish.kind == "access", Wish.answered_at.is_(None)),
        exists().where(DataRequest.plan_id == Plan.id, DataRequest.answered_at.is_(None)),
    )


def _lot(session: Session, plans: Sequence[Plan], more: Iterable[str] = ()) -> Lot:
    """The lot of these plans; `more` are keys that the token covers besides."""
    return Lot(_token(plans, more), tuple(_item(session, plan) for plan in plans))


def _token(plans: Iterable[Plan], more: Iterable[str] = ()) -> str:
    """A digest of which plans, each as it stands now."""
    # With version and head: a plan that somebody has touched since is not what the dry run showed.
    told = {"plans": sorted([one.id, one.version, one.head] for one in plans), "more": sorted(more)}
    return hashlib.sha256(to_canonical(told).encode()).hexdigest()[:32]


def _item(session: Session, plan: Plan) -> RetentionItem:
    here = sum(_count(session, cast(Table, model.__table__), plan.id) for model in UNDER)
    return RetentionItem(
        plan.id,
        plan.number,
        oslo_date(plan.closed_at) if plan.closed_at else None,
        _count(session, cast(Table, EventBody.__table__), plan.id),
        _count(session, cast(Table, Document.__table__), plan.id),
        here,
        len(_forgettable(session, plan.id)),
    )


def _count(session: Session, table: Table, plan_id: str) -> int:
    query = select(func.count()).select_from(table).where(table.c.plan_id == plan_id)
    return session.execute(query).scalar() or 0


def _forgettable(session: Session, plan_id: str) -> list[str]:
    """Those on whom nothing is kept once this plan's words are gone."""
    erased = {plan_id, *session.execute(select(Plan.id).where(_erased())).scalars()}
    near = party_removal.people_of_plan(session, plan_id)
    return [key for key in near if not party_removal.is_needed(session, key, erased)]


def run(
    engine: Engine,
    token: str,
    asked_by: str,
    confirmed_by: str,
    now: datetime,
    tell: Callable[[str], None] = lambda words: None,
) -> list[ErasedPlan]:
    """Erases the plans of a dry run, each in a transaction of its own.

    1. The token must stand for what is past its time now, with what a run by the same token has
    erased already: a run that was stopped goes on where it was. 2. Each plan: the words, then
    whoever nothing is kept on any more. A crash at any line leaves whole plans only.
    Raises BadInput where the set is another one, Refused where the two are the same.
    """
    why = ErasureReason(f"past its time: {token}", BASIS, asked_by, confirmed_by)
    why.check()
    with Session(engine) as session:
        left = _past(session, now)
        before = session.execute(select(Plan).where(Plan.id.in_(_by(why)))).scalars().all()
        if not token or _token([*left, *before]) != token:
            raise BadInput([("token", "dry_run_first", {})])
        keys = [plan.id for plan in left]
    return [_erase_one(engine, key, why, now, tell) for key in keys]


def _by(why: ErasureReason) -> Any:
    """The plans that a run with the same token has erased."""
    return select(Erasure.plan_id).where(Erasure.reason == why.reason, Erasure.basis == BASIS)


def _erase_one(
    engine: Engine, plan_id: str, why: ErasureReason, now: datetime, tell: Callable[[str], None]
) -> ErasedPlan:
    with unit_of_work(engine) as session:
        plan = session.get_one(Plan, plan_id)
        receipt = erasure.erase_plan(session, plan, why, now)
        party_removal.close_doors(session, plan_id)
        party_removal.remove_party(session, _forgettable(session, plan_id), now)
        done = ErasedPlan(plan.number, receipt)
    tell(done.number)
    return done


def of_person(session: Session, party_id: str) -> Lot:
    """What would go with a person entered by mistake: all her plans, her sign-in and her name."""
    return _lot(session, _plans_of(session, party_id), (party_id,))


def _plans_of(session: Session, party_id: str) -> list[Plan]:
    query = select(Plan).where(Plan.person_id == party_id, ~_erased()).order_by(Plan.id)
    return list(session.execute(query).scalars())


def erase_person(
    engine: Engine, party_id: str, token: str, why: ErasureReason, now: datetime
) -> list[ErasedPlan]:
    """Erases a person entered by mistake in one transaction: plans, then sign-in, address and name.

    Raises BadInput without the token of the dry run, or for somebody who works here; Refused,
    NotThere.
    """
    why.check()
    with unit_of_work(engine) as session:
        party = session.get(Party, party_id)
        if party is None:
            raise NotThere(party_id)
        works = select(StaffRole.id).where(StaffRole.party_id == party_id)
        if session.execute(works.limit(1)).first() is not None:
            raise BadInput([("party", "works_here", {})])
        plans = _plans_of(session, party_id)
        if _token(plans, (party_id,)) != token:
            raise BadInput([("token", "dry_run_first", {})])
        done = [ErasedPlan(one.number, erasure.erase_plan(session, one, why, now)) for one in plans]
        for one in plans:
            party_removal.close_doors(session, one.id)
        row = erasure.open_erasure(session, party_id, 0, why, now)
        party_removal.remove_party(session, [party_id], now)
        return [*done, ErasedPlan("", erasure.close_erasure(session, row, [party_id]))]
