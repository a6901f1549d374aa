"""The page hints name only what is there: fields of the step's form, pages, steps, kinds of questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from web.hints.catalogue import HINTS
from web.hints.step_hints import FIVE_QUESTIONS, HEADINGS, StepHints
from web.staff.lists.offers import ASKS
from workflow.acts.entry.composites import form_of
from workflow.rules.tables import TRANSITIONS


def endpoints(hints: StepHints) -> Iterator[str]:
    """The pages that a step's hints name."""
    yield from filter(None, (hints.page, hints.back, hints.news))
    if hints.person:
        yield hints.person.after


@pytest.mark.parametrize("step_name", HINTS)
def test_the_fields_named_are_those_of_the_form(step_name: str) -> None:
    hints = HINTS[step_name]
    fields = set(form_of(step_name).model_fields)
    named = {*hints.holds, *filter(None, hints.named_by)}
    assert named <= fields
    if hints.person:
        assert set(hints.person.only) <= fields
        assert {*hints.person.needs, *hints.person.labels} <= set(hints.person.only)


def test_the_pages_and_headings_are_there(app: Flask) -> None:
    assert {page for hints in HINTS.values() for page in endpoints(hints)} <= set(
        app.view_functions
    )
    assert {hints.heading for hints in HINTS.values()} == {"", *HEADINGS}


def test_steps_and_questions_named_are_there() -> None:
    for step_name, hints in HINTS.items():
        assert set(hints.answers) <= set(ASKS)
        instead = hints.person.instead[0] if hints.person else ""
        assert not instead or instead in TRANSITIONS
        assert not hints.withdraws or TRANSITIONS[step_name].offer_kinds
    assert HINTS[FIVE_QUESTIONS].page
