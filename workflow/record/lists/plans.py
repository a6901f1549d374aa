"""Lists of plans for staff, in one statement each: mine, and found by a search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from workflow.record.access.open_plan import Actor
from workflow.record.access.protected_addresses import is_strictly_protected
from workflow.record.access.relation_columns import ME, acting_as
from workflow.record.access.relations import BRANCHES, Branch
from workflow.record.access.role_holders import on_plan
from workflow.record.database.portable_sql import materialize
from workflow.record.lists.visible_deadlines import next_deadline, over_date, visibility_columns
from workflow.record.models import Deadline, MunicipalityRow, Offer, Party, Plan, Tenure
from workflow.record.models.base import UtcDateTime
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.engine.policy import READING
from workflow.rules.engine.vocabulary import ACTIVE, CLOSED, DECIDED, REVIEWED, TRANSFERRED
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.text.name_order import search_words

PAGE = 50
COORDINATES: tuple[str, ...] = ("coordinator",)
TAKES_PART: tuple[str, ...] = ("participant", "accountable", "helper")
SORTS = ("due", "name", "life")
ONLY = ("", "over", "quiet", "vacant", "closed")
IN_USE = (ACTIVE, REVIEWED, TRANSFERRED)
SHORTEST_NUMBER = 3
# Whoever only leads or coordinates a whole municipality may not learn who has a plan.
NAMED = tuple(name for name in BRANCHES if name in READING["read"])
OFFICES = frozenset({"deciding_unit", "leader", "coordinating_unit", "privacy_officer"})
NUMBERED = tuple(name for name in BRANCHES if name in READING["read_overview"])
TENURE = cast(Table, Tenure.__table__)
QUIET_SINCE = bindparam("quiet_since", type_=UtcDateTime())


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan in a list: codes, dates and the name where the reader may see it."""

    id: str
    number: str
    name: str
    state: str
    outcome: str
    close_reason: str
    informal: bool
    resting: str
    paused_until: Any
    last_activity_at: datetime
    code: str
    basis: str
    due_at: datetime | None
    quiet: bool
    vacant: bool
    asked: str
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and whether there are more after it."""

    lines: list[PlanLine]
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many plans of a list stand behind each of its filters."""

    everything: int
    over: int
    quiet: int
    vacant: int
    closed: int


def list_parameters(actor: Actor, now: datetime, **more: Any) -> dict[str, Any]:
    """What every statement here needs to know of the reader and the moment."""
    return {
        "me": actor.party_id,
        "now": now,
        "quiet_since": now - timedelta(days=KINDS[DeadlineCode.QUIET_PLAN].length),
        **more,
    }


def mine(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    relations: tuple[str, ...] = (),
    only: str = "",
    sort: str = "due",
    page: int = 1,
) -> Page:
    """The plans that the reader works on, 50 a page, one statement; closed ones only on request.

    relations: COORDINATES, TAKES_PART, or nothing for both and the cases the reader has taken.
    """
    statement = _mine(relations, only, sort)
    rows = (
        session.execute(statement, list_parameters(actor, now, start=(page - 1) * PAGE))
        .mappings()
        .all()
    )
    return Page([_line(row) for row in rows[:PAGE]], len(rows) > PAGE)


def counts(
    session: Session, actor: Actor, now: datetime, relations: tuple[str, ...] = ()
) -> Counts:
    """How many of the reader's plans stand behind each filter; one statement."""
    row = session.execute(_counts(relations), list_parameters(actor, now)).one()
    return Counts(*(int(number or 0) for number in row))


def search(session: Session, actor: Actor, now: datetime, text: str, page: int = 1) -> Page:
    """Plans by number, or by name among those the reader may read; one statement.

    A leader and the coordinating unit find a plan by its number and are not told whose it is.
    """
    words = search_words(text)
    number = "".join(text.split()).upper()
    if len(number) < SHORTEST_NUMBER:
        return Page([], False)
    patterns = {f"word{n}": f"%{_plain(word)}%" for n, word in enumerate(words)}
    known = list_parameters(actor, now, start=(page - 1) * PAGE, number=number, **patterns)
    rows = session.execute(_search(len(words)), known).mappings().all()
    return Page([_line(row) for row in rows[:PAGE]], len(rows) > PAGE)


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def quiet() -> ColumnElement[bool]:
    """In use, not resting, and without a sign of life for 90 calendar days."""
    return and_(
        Plan.state.in_(IN_USE),
        Plan.paused_until.is_(None),
        Plan.resting == "",
        Plan.last_activity_at < QUIET_SINCE,
    )


def list_vacant() -> ColumnElement[bool]:
    """Granted or in use, and nobody is coordinator."""
    held = TENURE.alias("held")
    coordinated = exists().where(on_plan(held, Plan.id, "coordinator")).correlate(Plan)
    granted = or_(Plan.outcome == "granted", Plan.informal)
    return and_(Plan.state.in_((DECIDED, *IN_USE)), granted, ~coordinated)


def _filter(only: str) -> tuple[ColumnElement[bool], ...]:
    """What a plan must be; what is over its date depends on what the reader sees of it."""
    if only == "closed":
        return (Plan.state == CLOSED,)
    filters = {"quiet": quiet, "vacant": list_vacant}
    return (Plan.state != CLOSED, *((filters[only](),) if only in filters else ()))


def _late(only: str, seen: Any) -> tuple[ColumnElement[bool], ...]:
    return (over_date(seen),) if only == "over" else ()


def _taken(me: CTE) -> Select[Any]:
    """Cases the reader has taken from the office's inbox."""
    return BRANCHES["deciding_unit"](me).where(Plan.responsible_party_id == ME)


def _scope(names: tuple[str, ...], *where: ColumnElement[bool], taken: bool = False) -> Subquery:
    """plan_id, named (1 where the name may be shown) and sees_… of the plans a reader stands to."""
    me = acting_as()
    parts: list[tuple[str, Branch]] = [(name, BRANCHES[name]) for name in names]
    if taken:
        parts.append(("deciding_unit", _taken))
    made = [_narrow(branch(me).where(Plan.shadow == 0, *where), name) for name, branch in parts]
    return _once(union_all(*made).subquery())


def _once(every: Subquery) -> Subquery:
    """Each plan once; named where any relation lets the name be shown, each scope likewise."""
    flags = [one for one in every.c if one.name != "plan_id"]
    return (
        select(every.c.plan_id, *(func.max(one).label(one.name) for one in flags))
        .group_by(every.c.plan_id)
        .subquery()
    )


def _narrow(branch: Select[Any], name: str) -> Select[Any]:
    rows = branch.subquery()
    named = literal(int(name in NAMED)).label("named")
    return select(rows.c.plan_id, named, *visibility_columns(rows, name))


def _columns(named: ColumnElement[Any]) -> tuple[Any, ...]:
    shown = func.coalesce(Party.name, Plan.problem)
    asked = and_(Offer.plan_id == Plan.id, Offer.outcome == "", Offer.subject_id == Plan.id)
    return (
        Plan.id,
        Plan.number,
        Plan.state,
        Plan.outcome,
        Plan.close_reason,
        Plan.informal,
        Plan.resting,
        Plan.paused_until,
        Plan.last_activity_at,
        case((named == 1, shown), else_="").label("name"),
        Deadline.code,
        Deadline.basis,
        Deadline.due_at,
        quiet().label("quiet"),
        list_vacant().label("vacant"),
        *(
            select(column).where(asked).limit(1).correlate(Plan).scalar_subquery().label(name)
            for name, column in (("asked", Offer.to_name), ("answer_by", Offer.expires_at))
        ),
    )


def _listed(scope: Subquery, sort: str, only: str = "") -> Select[Any]:
    """The lines of a scope in order, one more than a page so that the next page is known of.

    The page is chosen first, so that what a line shows is worked out for 51 plans only.
    """
    order: dict[str, tuple[Any, ...]] = {
        "due": (Deadline.due_at.is_(None), Deadline.due_at, Party.sort_key),
        "name": (Party.sort_key.is_(None), Party.sort_key),
        "life": (Plan.last_activity_at,),
    }
    chosen = (
        select(scope)
        .join(Plan, Plan.id == scope.c.plan_id)
        .outerjoin(Party, Party.id == Plan.person_id)
        .where(*_late(only, scope))
    )
    if sort == "due":
        chosen = chosen.outerjoin(Deadline, Deadline.id == next_deadline(seen=scope))
    page = (
        chosen.order_by(*order[sort], Plan.id)
        .limit(PAGE + 1)
        .offset(bindparam("start"))
        .subquery("page")
    )
    return (
        select(*_columns(page.c.named))
        .select_from(page)
        .join(Plan, Plan.id == page.c.plan_id)
        .outerjoin(Party, Party.id == Plan.person_id)
        .outerjoin(Deadline, Deadline.id == next_deadline(seen=page))
        .order_by(*order[sort], Plan.id)
    )


@lru_cache(maxsize=64)
def _mine(relations: tuple[str, ...], only: str, sort: str) -> Select[Any]:
    names = relations or (*COORDINATES, *TAKES_PART)
    return _listed(_scope(names, *_filter(only), taken=not relations), sort, only)


@lru_cache(maxsize=8)
def _counts(relations: tuple[str, ...]) -> Select[Any]:
    names = relations or (*COORDINATES, *TAKES_PART)
    scope = _scope(names, taken=not relations)
    wanted = [(*_filter(only), *_late(only, scope)) for only in ONLY]
    return (
        select(*(func.sum(case((and_(*each), 1), else_=0)) for each in wanted))
        .select_from(scope)
        .join(Plan, Plan.id == scope.c.plan_id)
    )


@lru_cache(maxsize=8)
def _search(words: int) -> Select[Any]:
    """First what matches in the municipality, then who of it the reader stands to."""
    # Worked out once: each branch would else search the whole municipality anew.
    numbered = materialize(_by_number(), "numbered")
    any_match = materialize(
        union_all(select(numbered.c.id), _by_name(words)) if words else _by_number(), "matching"
    )
    me = acting_as()
    made = [
        _narrow(
            BRANCHES[name](me).where(
                Plan.shadow == 0,
                _findable(name),
                Plan.id.in_(select((any_match if name in NAMED else numbered).c.id)),
            ),
            name,
        )
        for name in NUMBERED
    ]
    return _listed(_once(union_all(*made).subquery()), "name")


def _by_number() -> Any:
    """Plans whose number begins so, with or without the municipality's part."""
    code = select(MunicipalityRow.number)
    typed: ColumnElement[str] = bindparam("number", type_=String)
    return union_all(
        *(
            # A range and no LIKE, so that the index on the number is used.
            select(Plan.id).where(Plan.number.between(start, start + "ZZZZZZ"))
            for start in (code.scalar_subquery() + "-" + typed, typed)
        )
    )


def _findable(name: str) -> ColumnElement[bool]:
    """Of strictly protected people (code 6) only who stands to the plan finds it, no whole office."""
    if name not in OFFICES:
        return true()
    strict = select(Party.id).where(is_strictly_protected())
    hidden = and_(Plan.person_id.is_not(None), Plan.person_id.in_(strict))
    taken = Plan.responsible_party_id == ME
    return or_(~hidden, taken) if name == "deciding_unit" else ~hidden


def _by_name(words: int) -> Select[Any]:
    """Plans of people in whose name every word stands."""
    return (
        select(Plan.id)
        .join(Party, Party.id == Plan.person_id)
        .where(
            *(Party.sort_key.like(bindparam(f"word{n}"), escape="\\") for n in range(words)),
        )
    )


def _line(row: Any) -> PlanLine:
    return PlanLine(
        **{
            name: row[name]
            for name in (
                "id",
                "number",
                "name",
                "state",
                "outcome",
                "close_reason",
                "resting",
                "paused_until",
                "last_activity_at",
                "due_at",
                "answer_by",
            )
        },
        informal=bool(row["informal"]),
        code=row["code"] or "",
        basis=row["basis"] or "",
        quiet=bool(row["quiet"]),
        vacant=bool(row["vacant"]),
        asked=row["asked"] or "",
    )
