"""`--field name=value` as the form of a step: names of people and units become their ids."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from workflow.cli.base.answer import CommandError
from workflow.cli.base.refusals import WrongUse, in_words, pairs_of, wrong_field
from workflow.cli.base.target import find_party

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from sqlalchemy.orm import Session

    from workflow.acts.base.form_fields import Form

PEOPLE = {
    "person",
    "party",
    "staff",
    "around",
    "staff_or_person",
    "around_many",
    "called_many",
    "sharing",
    "representative",
}
UNITS = {"unit", "any_unit"}


def read_form(session: Session, form: type[Form], given: Sequence[str]) -> Form:
    """The filled form. Raises WrongUse that names each field that cannot be read."""
    from pydantic import ValidationError

    values: dict[str, Any] = {}
    for name, text in pairs_of(given):
        info = form.model_fields.get(name)
        value = text if info is None else value_of(session, info, text)
        if info is not None and is_list(info):
            values[name] = [*values.get(name, []), *value]
        else:
            values[name] = value
    try:
        return form(**values)
    except ValidationError as problem:
        raise unreadable(problem, form) from problem


def unreadable(problem: Any, form: type[Form]) -> CommandError:
    """Which fields were wrong, and which there are."""
    errors = [
        wrong_field(".".join(map(str, one["loc"])), one["type"], one.get("ctx", {}), one["msg"])
        for one in problem.errors(include_url=False, include_input=False)
    ]
    known = ", ".join(form.model_fields) or "none"
    words = f"{in_words(errors)}\nThe fields are: {known}"
    return WrongUse("bad_input", words, {"fields": errors})


def value_of(session: Session, info: FieldInfo, text: str) -> Any:
    """One value: names become ids, an empty text is nothing, lists are split at commas."""
    if is_list(info):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [key_of(session, info, part) for part in parts]
    if not text and type(None) in get_args(info.annotation):
        return None
    return key_of(session, info, text)


def key_of(session: Session, info: FieldInfo, text: str) -> str:
    """The id behind a name, for the fields that ask for people or units."""
    extra = info.json_schema_extra
    widget = extra.get("widget") if isinstance(extra, dict) else ""
    if widget in PEOPLE:
        return find_party(session, text).id
    return unit_key(session, text) if widget in UNITS else text


def unit_key(session: Session, text: str) -> str:
    """The id of the unit with that id or name. Raises CommandError where not exactly one."""
    from sqlalchemy import select

    from workflow.record.models import Unit
    from workflow.record.same_party import units_named

    by_id = session.execute(select(Unit.id).where(Unit.id == text)).scalars().all()
    unit_ids = by_id or units_named(session, text)
    if len(unit_ids) != 1:
        raise CommandError("unit", f"There is not exactly one unit {text!r}.")
    return unit_ids[0]


def is_list(info: FieldInfo) -> bool:
    """Whether the field holds several values."""
    kind = info.annotation
    if get_origin(kind) in (Union, types.UnionType):
        return any(get_origin(part) is list for part in get_args(kind))
    return get_origin(kind) is list
