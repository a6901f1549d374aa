"""What the scopes narrow, as SQL: who may be told of what, and what of a list is shown, by the rules' own tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, or_, true

from workflow.record.access.relation_columns import literal_word
from workflow.rules.sharing.scopes import BY_LAW, CONSENTED, SCOPES
from workflow.rules.tables.scope_map import SCOPE_OF_DEADLINE, SCOPE_OF_ROW, SCOPED_ROLES


def is_among(column: Any, codes: Iterable[str]) -> ColumnElement[bool]:
    """One of words of our own; nothing for none.

    Written as comparisons: SQLite would fill a table of its own for each IN, in every branch.
    """
    return or_(false(), *(column == literal_word(code) for code in codes))


def holds_scope(stored: Any, scope: str) -> ColumnElement[bool]:
    """Whether stored scopes hold one scope; empty is everything, NULL is no consent."""
    return or_(stored == "", (" " + stored + " ").like(f"% {scope} %"))


def relation_sees(relation: Any, stored: Any, scope: str, readers: Iterable[str]) -> Any:
    """Whether a relation out of `readers` (those that open reading) opens a scope.

    Where they leave nothing to ask of a row, nothing is asked.
    """
    listed = tuple(readers)
    lawful = [name for name in listed if name in BY_LAW and scope in BY_LAW[name]]
    consented = [name for name in listed if name in CONSENTED]
    if len(lawful) == len(listed):
        return true()
    if len(consented) == len(listed):
        return holds_scope(stored, scope)
    return or_(
        is_among(relation, lawful), and_(is_among(relation, consented), holds_scope(stored, scope))
    )


def scope_to_notify(code: Any, role: Any, of_deadline: ColumnElement[bool]) -> ColumnElement[Any]:
    """The rules' `scope_to_notify` over columns: the scope's code, or nothing."""
    whens = [
        (is_among(code, (one for one in every if every[one] == scope)), literal_word(scope))
        for every in (SCOPE_OF_ROW, SCOPE_OF_DEADLINE)
        for scope in SCOPES
        if scope in every.values()
    ]
    free = or_(
        role.not_in([literal_word(one) for one in sorted(SCOPED_ROLES)]),
        and_(of_deadline, role == literal_word("coordinator")),
    )
    return case((free, literal_word("")), *whens, else_=literal_word(""))


def can_be_notified(relation: Any, scope: Any, subject_id: Any, readers: Iterable[str]) -> Any:
    """Whether one relation of the recipient's (a row of the relations query) sees what is told of."""
    listed = tuple(readers)
    seen = [
        and_(
            scope == literal_word(one),
            relation_sees(relation.c.relation, relation.c.scopes, one, listed),
        )
        for one in SCOPES
    ]
    own = and_(relation.c.subject_id == subject_id, scope != literal_word("health"))
    return or_(scope == literal_word(""), own, *seen)
