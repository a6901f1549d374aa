"""The dates of a plan that a list shows its reader: open ones, of the scopes shared with her."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, case, exists, literal_column, not_, select, true
from sqlalchemy.sql.elements import True_

from workflow.record.access.relation_columns import NOW
from workflow.record.access.scope_sql import is_among, relation_sees
from workflow.record.models import Deadline, Plan
from workflow.rules.deadlines.kinds import NEVER_OVERDUE
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.sharing.scopes import BY_LAW, CALENDAR, CONSENTED, SCOPES
from workflow.rules.tables.scope_map import SCOPE_OF_DEADLINE

DEADLINE = cast(Table, Deadline.__table__)
HIDDEN = (
    *NEVER_OVERDUE,
    DeadlineCode.QUIET_PLAN,
)  # `quiet_plan` is counted from the last sign of life, not from its row
DATED = tuple(one for one in SCOPES if one in SCOPE_OF_DEADLINE.values())
ANYBODY = tuple(sorted({*BY_LAW, *CONSENTED}))
# The branches of the relations query that say more than their own name.
RELATIONS_OF = {
    "coordinator": ("coordinator", "acting_coordinator"),
    "participant": ("participant", "relative"),
}


def visibility_columns(relation: Any, branch: str) -> list[Any]:
    """sees_… for each scope that dates are of: 1 where a row of that branch of relations opens it."""
    relations = RELATIONS_OF.get(branch, (branch,))
    return [flag(relation, scope, relations).label(column_of_scope(scope)) for scope in DATED]


def flag(relation: Any, scope: str, relations: tuple[str, ...]) -> ColumnElement[int]:
    """1 where a row of the relations query, which says one of these relations, opens a scope."""
    seen = relation_sees(relation.c.relation, relation.c.scopes, scope, relations)
    return literal_column("1") if isinstance(seen, True_) else case((seen, 1), else_=0)


def opens_scope(relation: Any, scope: str) -> ColumnElement[bool]:
    """A row of the relations query, whatever it says, opens a scope."""
    seen: ColumnElement[bool] = relation_sees(
        relation.c.relation, relation.c.scopes, scope, ANYBODY
    )
    return seen


def column_of_scope(scope: str) -> str:
    """What the column of a scope is called."""
    return f"sees_{scope}"


def is_visible_date(code: Any, seen: Any) -> ColumnElement[bool]:
    """A date of a kind is the reader's to see: the calendar is shared, and what it is about."""
    if seen is None:
        return true()
    # What hides a date is asked, not what shows it: where all is shared that is four numbers a row.
    hidden = [
        and_(seen.c[column_of_scope(scope)] == 0, is_among(code, _kinds(scope)))
        for scope in DATED
        if scope != CALENDAR
    ]
    return and_(seen.c[column_of_scope(CALENDAR)] == 1, *(not_(one) for one in hidden))


def _kinds(scope: str) -> Iterable[str]:
    return (code for code, of in SCOPE_OF_DEADLINE.items() if of == scope)


def over_date(seen: Any = None) -> ColumnElement[bool]:
    """An open deadline of the plan, shared with the reader, is over its date.

    seen: what of the outer statement holds the sees_… columns; nothing where law opens all.
    """
    late = DEADLINE.alias("late")
    return (
        exists()
        .where(
            late.c.plan_id == Plan.id,
            late.c.state == "open",
            late.c.due_at < NOW,
            late.c.code.not_in(HIDDEN),
            is_visible_date(late.c.code, seen),
        )
        .correlate(*(Plan,) if seen is None else (Plan, seen))
    )


def next_deadline(codes: tuple[str, ...] = (), seen: Any = None) -> Any:
    """The id of the plan's next date to keep, of some kinds or any, as a correlated part."""
    other = DEADLINE.alias("next_deadline")
    wanted = other.c.code.in_(codes) if codes else other.c.code.not_in(HIDDEN)
    return (
        select(other.c.id)
        .where(
            other.c.plan_id == Plan.id,
            other.c.state == "open",
            wanted,
            is_visible_date(other.c.code, seen),
        )
        .order_by(other.c.due_at)
        .limit(1)
        .correlate(*(Plan,) if seen is None else (Plan, seen))
        .scalar_subquery()
    )
