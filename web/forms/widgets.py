"""Which control a field of a form model gets, from its own word or its type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from web.request.translate import gettext

WIDGETS = frozenset(
    "text textarea date time datetime number email tel password code checkbox choice select many hidden".split()
)
# What the acts call their controls; the pickers' answers are found by web.forms.pickers.
SAME = {
    "line": "text",
    "check": "checkbox",
    "party": "select",
    "person": "select",
    "staff": "select",
    "staff_or_person": "select",
    "sharing": "select",
    "representative": "select",
    "unit": "select",
    "any_unit": "select",
    "neighbour": "select",
    "look_alike": "select",
    "goal": "select",
    "measure": "select",
    "participant": "select",
    "around": "select",
    "wish": "select",
    "agreement": "select",
    "health_note": "select",
    "open_goal": "select",
    "around_many": "many",
    "called_many": "many",
    "measures": "many",
    "parties": "many",
    "participants": "many",
    "measure_list": "many",
}
LONG_TEXT = 200


class UnknownWidget(ValueError):
    """A form model asks for a control that does not exist."""


def widget_of(info: FieldInfo) -> str:
    """The control of a field; raises UnknownWidget for a word that is not in WIDGETS."""
    asked = picker_of(info)
    if not asked:
        return _by_type(info)
    widget = SAME.get(asked, asked)
    if widget not in WIDGETS:
        raise UnknownWidget(asked)
    return "many" if widget == "select" and is_many(info) else widget


def picker_of(info: FieldInfo) -> str:
    """The form model's own word for the control, or nothing."""
    return str(extra_of(info).get("widget") or "")


def _by_type(info: FieldInfo) -> str:
    if is_many(info):
        return "many"
    kind = plain_type(info.annotation)
    if literals(kind):
        return "choice"
    # bool before int and datetime before date: each is a subclass of the other.
    pairs = (
        (bool, "checkbox"),
        (int, "number"),
        (datetime, "datetime"),
        (date, "date"),
        (time, "time"),
    )
    for base, widget in pairs:
        if isinstance(kind, type) and issubclass(kind, base):
            return widget
    longest = limit_of(info)
    return "textarea" if longest is None or longest > LONG_TEXT else "text"


def is_many(info: FieldInfo) -> bool:
    """Whether the field holds several answers."""
    return get_origin(plain_type(info.annotation)) in (list, tuple, set, frozenset)


def plain_type(annotation: Any) -> Any:
    """The type without its "or none"."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        return kinds[0]
    return annotation


def literals(kind: Any) -> tuple[str, ...]:
    """The answers that a Literal or an Enum allows."""
    if get_origin(kind) is Literal:
        return tuple(str(value) for value in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()


def choices_of(info: FieldInfo) -> tuple[tuple[str, str], ...]:
    """(code, label in the reader's language): the model's own `choices`, else its literals."""
    named: Any = extra_of(info).get("choices")
    if isinstance(named, dict):
        return tuple((str(code), gettext(str(label))) for code, label in named.items())
    if isinstance(named, Sequence):
        return tuple((str(code), gettext(str(label))) for code, label in named)
    kind = plain_type(info.annotation)
    inner = get_args(kind)[0] if is_many(info) and get_args(kind) else kind
    return tuple((code, gettext(code)) for code in literals(inner) if code)


def limit_of(info: FieldInfo) -> int | None:
    """The most characters the field takes, or None."""
    return next((int(m.max_length) for m in info.metadata if isinstance(m, MaxLen)), None)


def extra_of(info: FieldInfo) -> dict[str, Any]:
    """What the form model says of a field beside its type and title."""
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
