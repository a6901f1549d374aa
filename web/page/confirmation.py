"""What a second human is asked to confirm, in words: the step, and what its form says."""

from __future__ import annotations

import json
from typing import Any

from pydantic.fields import FieldInfo
from sqlalchemy import select

from web.page.formats import day
from web.request.database import db_session
from web.request.translate import gettext
from workflow.acts.entry.composites import form_of
from workflow.record.models import Party, Unit
from workflow.words.steps.catalogue import step_words

Line = tuple[str, str]


def asked_lines(step_name: str, asked_form: str) -> list[Line]:
    """The step that waits for a confirmation, and each answer that its form holds; empty where none does."""
    if not step_name:
        return []
    said = json.loads(asked_form).get("form", {}) if asked_form else {}
    model = form_of(step_name)
    answers = ((model.model_fields[name], value) for name, value in said.items())
    lines = [(gettext(field.title or ""), _in_words(field, value)) for field, value in answers]
    return [(gettext("Det som skal bekreftes"), gettext(step_words(step_name))), *lines]


def _in_words(field: FieldInfo, value: Any) -> str:
    """An answer as people say it: a name, a day, a choice by its words, or what was written."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    choices: dict[str, str] = dict(extra.get("choices") or ())  # type: ignore[arg-type]
    if isinstance(value, list):
        return ", ".join(_one(extra, choices, one) for one in value)
    return _one(extra, choices, value)


def _one(extra: dict[str, Any], choices: dict[str, str], value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Ja") if value else gettext("Nei")
    if extra.get("widget") == "date":
        return day(value)
    if str(value) in choices:
        return gettext(choices[str(value)])
    return _name(str(value)) or str(value)


def _name(key: str) -> str:
    """What a key is called: a human, or an office."""
    session = db_session()
    for model in (Party, Unit):
        name = session.execute(select(model.name).where(model.id == key)).scalar()
        if name:
            return str(name)
    return ""
