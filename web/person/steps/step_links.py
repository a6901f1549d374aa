"""Buttons of the person's pages: a step as a link to its questions, or as one press where it asks nothing.

A step that the engine would refuse now has no button: no page decides that by itself.
"""

from __future__ import annotations

from typing import Any

from flask import url_for

from web.page.view_models import StepButton
from web.person.base.blueprint import may_take
from web.request.translate import gettext
from workflow.words.steps.catalogue import step_words
from workflow.words.text.sentence import PERSON


def ask_link(
    step_name: str, of: str = "", label: str = "", about: str = "", **given: str
) -> StepButton | None:
    """A link to the page that asks what the step needs; `of` is the measure or meeting, `given` is answered.

    None where the step is not open for the reader now.
    """
    if not may_take(step_name, of):
        return None
    return StepButton(words(step_name, label), address(step_name, of, given), about=about)


def press_button(
    step_name: str, of: str = "", label: str = "", about: str = "", **given: str
) -> StepButton | None:
    """A button that takes the step at once; None where it is not open for the reader now."""
    if not may_take(step_name, of):
        return None
    where = url_for("person.take", step_name=step_name, of=of or None)
    fields = tuple(given.items())
    return StepButton(words(step_name, label), where, post=True, fields=fields, about=about)


def only_open(*steps: StepButton | None) -> tuple[StepButton, ...]:
    """Those of some steps that are open."""
    return tuple(one for one in steps if one is not None)


def address(step_name: str, of: str, given: dict[str, str]) -> str:
    """Where a step asks its questions."""
    values: dict[str, Any] = {"step_name": step_name, "of": of or None, **given}
    return url_for("person.step", **values)


def words(step_name: str, label: str) -> str:
    """The label given, else what the step is called to the person."""
    return label or gettext(step_words(step_name, PERSON))
