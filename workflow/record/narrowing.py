"""A plan as read, with what one reader does not see taken out; the only place where that is done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from workflow.record.models import Measure, Plan
from workflow.rules.scope_map import (
    PLAN_COLUMNS,
    SCOPE_OF_DEADLINE,
    SCOPE_OF_TABLE,
    UNPLACED,
    scope_of_row,
    scopes_of_words,
)
from workflow.rules.scopes import (
    CALENDAR,
    DOCUMENTS,
    GOALS,
    HEALTH,
    MEASURES,
    MESSAGES,
    Sight,
)
from workflow.words.text_places import SPOKEN_ALONE, scopes_of_text

# The scope of each kind of part; nothing: who is here and what is asked of whom, seen by all who
# read. Deadlines, wishes, offers and events are looked at one by one.
SCOPE_OF_PART: Mapping[str, str] = {
    "goal": GOALS,
    "participant": "",
    "tenure": "",
    "consent": "",
    "health": HEALTH,
    "helper": MEASURES,
    "offer": "",
    "deadline": "",
    "wish": "",
    "meeting": CALENDAR,
    "called": CALENDAR,
    "event": "",
    "try": MESSAGES,
    "decision": DOCUMENTS,
    "complaint": DOCUMENTS,
    "sub_plan": GOALS,
    "representative": "",
    "unit": "",
    "municipality": "",
}
OF_MEASURE = frozenset({"measure", "accountable"})  # offers whose subject is a measure


def narrowed_plan(plan: Plan, sight: Sight) -> Plan:
    """The plan's row without the columns of hidden scopes; the very row where none holds anything.

    The copy belongs to no session: nothing written to it is ever stored.
    """
    empty = {
        name: value
        for scope in sight.hidden
        for name, value in PLAN_COLUMNS.get(scope, {}).items()
        if getattr(plan, name) != value
    }
    return _copy(plan, empty) if empty else plan


def narrowed_measures(measures: Iterable[Measure], sight: Sight) -> tuple[Measure, ...]:
    """The measures the reader sees; agreed consequences are of health, hidden goals have no key."""
    kept = (one for one in measures if sight.sees(MEASURES, one.id))
    return tuple(_narrowed_measure(one, sight) for one in kept)


def _narrowed_measure(one: Measure, sight: Sight) -> Measure:
    empty: dict[str, object] = {}
    if one.agreed_consequence and HEALTH not in sight.scopes:
        empty["agreed_consequence"] = ""
    if one.goal_id and GOALS not in sight.scopes:
        empty["goal_id"] = None  # it stands among those without a goal: it is not lost with it
    return _copy(one, empty) if empty else one


def narrowed_rows(rows: Sequence[Any], sight: Sight) -> Sequence[Any]:
    """Rows of one table under a plan, as far as the reader sees them."""
    if not rows or not sight.hidden:
        return rows
    table = rows[0].__tablename__
    if table == "measure":
        return narrowed_measures(rows, sight)
    if table == "measure_helper":
        return [one for one in rows if sight.sees(MEASURES, one.measure_id)]
    if table == "offer" and DOCUMENTS not in sight.scopes:
        empty = {"first_appointment": "", "gaps": "", "asked_because": ""}
        return [_copy(one, empty) for one in rows]
    if table == "meeting" and not sight.sees(DOCUMENTS):
        rows = [_copy(one, {"minutes": ""}) for one in rows]
    return [one for one in rows if sight.sees(SCOPE_OF_TABLE.get(table, ""))]


def _copy(row: Any, changed: Mapping[str, object]) -> Any:
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return type(row)(**{**values, **changed})


def with_asked(sight: Sight, parts: Mapping[str, list[Any]]) -> Sight:
    """The sight with the measures the reader is asked to take over."""
    asked = {row.b for row in parts["offer"] if row.id in sight.own and row.a in OF_MEASURE}
    return replace(sight, own=sight.own | asked) if asked else sight


def narrowed_parts(parts: Mapping[str, list[Any]], sight: Sight) -> dict[str, list[Any]]:
    """The parts under the plan the reader sees, kind by kind; an unknown kind is nobody's."""
    return {kind: _narrowed(kind, rows, sight) for kind, rows in parts.items()}


def _narrowed(kind: str, rows: list[Any], sight: Sight) -> list[Any]:
    if kind in ONE_BY_ONE:
        seen = (ONE_BY_ONE[kind](row, sight) for row in rows)
        return [row for row in seen if row is not None]
    scope = SCOPE_OF_PART.get(kind, UNPLACED)
    return [row for row in rows if sight.sees(scope)]


def _without(row: Any, **changed: object) -> Any:
    """A row of the parts' statement with some of its columns emptied; the row may be a copy already."""
    known = vars(row) if isinstance(row, SimpleNamespace) else row._mapping
    return SimpleNamespace(**{**known, **changed})


def _helper(row: Any, sight: Sight) -> Any:
    return row if sight.sees(MEASURES, row.a) else None


def _deadline(row: Any, sight: Sight) -> Any:
    dated = CALENDAR in sight.scopes and sight.sees(SCOPE_OF_DEADLINE.get(row.a, UNPLACED))
    return row if dated or row.d in sight.own else None


def _wish(row: Any, sight: Sight) -> Any:
    office = sight.letters and row.e in (None, sight.letters)
    own = sight.me and sight.me in (row.d, row.e)
    return row if office or own or sight.sees(MESSAGES) else None


def _offer(row: Any, sight: Sight) -> Any:
    if row.id in sight.own:
        return row
    if row.a in OF_MEASURE and not sight.sees(MEASURES, row.b):
        return None
    return row if sight.sees(DOCUMENTS) else _without(row, t2="", t3="", t4="")


def _meeting(row: Any, sight: Sight) -> Any:
    if not sight.sees(CALENDAR):
        return None
    return row if sight.sees(DOCUMENTS) else _without(row, t5="")


def _event(row: Any, sight: Sight) -> Any:
    if not sight.sees(scope_of_row(row.a), row.b):
        return None
    if not row.t2:
        return row
    return _without(row, t2=json.dumps(words_seen(row.a, json.loads(row.t2), sight, row.b)))


ONE_BY_ONE = {
    "helper": _helper,
    "deadline": _deadline,
    "wish": _wish,
    "offer": _offer,
    "meeting": _meeting,
    "event": _event,
}


def words_seen(
    row_id: str, words: Mapping[str, str], sight: Sight, subject_id: str | None
) -> dict[str, str]:
    """An event's words without those of hidden scopes, by what they are called and by their step."""

    def seen(key: str) -> bool:
        needed = {*scopes_of_words(key), *scopes_of_text(row_id, key)}
        return all(sees_word(scope, sight, subject_id) for scope in needed)

    return {key: said for key, said in words.items() if seen(key)}


def sees_word(scope: str, sight: Sight, subject_id: str | None) -> bool:
    """Whether words of a scope are seen; about one's own measure all but what is of health."""
    if scope == SPOKEN_ALONE:
        return sight.alone
    return scope in sight.scopes if scope != MEASURES else sight.sees(scope, subject_id)
