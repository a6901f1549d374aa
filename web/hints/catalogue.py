"""The page hints of every step, gathered; what a page asks of them stands here."""

from __future__ import annotations

from collections.abc import Mapping

from web.hints.content import CONTENT_HINTS
from web.hints.course import COURSE_HINTS
from web.hints.measure import MEASURE_HINTS
from web.hints.meeting import MEETING_HINTS
from web.hints.step_hints import PersonPage, StepHints

HINTS: Mapping[str, StepHints] = {**CONTENT_HINTS, **COURSE_HINTS, **MEASURE_HINTS, **MEETING_HINTS}
PLAIN = StepHints()


def hints_of(step_name: str) -> StepHints:
    """The hints of a step; a step that nobody takes on a page has none."""
    return HINTS.get(step_name, PLAIN)


def steps_under(heading: str) -> tuple[str, ...]:
    """The steps that stand under a heading of the plan's page, in their order."""
    return tuple(step_name for step_name, hints in HINTS.items() if hints.heading == heading)


def answering_steps(kind: str) -> tuple[str, ...]:
    """The steps that answer a kind of question, the yes first."""
    return tuple(step_name for step_name, hints in HINTS.items() if kind in hints.answers)


def person_page(step_name: str) -> PersonPage:
    """What a step asks the person; every field that is hers where nothing is said."""
    return hints_of(step_name).person or PersonPage()
