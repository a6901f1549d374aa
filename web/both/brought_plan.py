"""The plan that came along from elsewhere, as a page to read: its file in headings and lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from web.page.formats import day
from web.request.database import db_session
from web.request.translate import gettext
from workflow.acts.planfile.schema import FileMeasure, PlanFile
from workflow.acts.planfile.yaml_text import PlanFileRefused, read_file
from workflow.record.access.protected_addresses import Mask
from workflow.record.models import Document

FILE = "application/yaml"


@dataclass(frozen=True)
class Heading:
    """A heading with the lines under it; a goal has its measures there."""

    title: str
    lines: tuple[str, ...]


def brought_plan(kept: Document, mask: Mask) -> list[Heading]:
    """The headings of the file that a stored text is a copy of; none where it came as a text alone."""
    query = select(Document.content).where(
        Document.plan_id == kept.plan_id, Document.event_id == kept.event_id, Document.mime == FILE
    )
    content = db_session().execute(query).scalar()
    if kept.kind != "incoming" or content is None:
        return []
    try:
        file, _ = read_file(content)
    except PlanFileRefused:  # written by another version: the text is shown as it came
        return []
    shown = PlanFile.model_validate(mask.every(file.model_dump(mode="json")))
    return [one for one in _headings(shown) if one.lines]


def _headings(file: PlanFile) -> Iterator[Heading]:
    plan = file.plan
    if plan is not None:
        yield Heading(gettext("Det viktigste"), _lines(plan.most_important))
        yield Heading(gettext("Grenser"), _lines(plan.limits))
        yield Heading(gettext("Kjøreregler"), _lines(plan.ground_rules))
        yield Heading(gettext("Helse"), tuple(note.words for note in plan.health))
    for number, goal in enumerate(file.goals, 1):
        own = [line for line in (goal.own_words, goal.clarified, goal.condition) if line]
        under = (_measure(file, one) for one in file.measures if one.goal == number)
        title = gettext("Mål %(number)d", number=number)
        yield Heading(title, (*dict.fromkeys(own), *under))
    loose = (_measure(file, one) for one in file.measures if one.goal is None)
    yield Heading(gettext("Tiltak"), tuple(loose))
    yield Heading(gettext("Folk rundt planen"), tuple(_people(file)))
    yield Heading(gettext("Andre planer"), tuple(one.title for one in file.sub_plans))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


def _measure(file: PlanFile, one: FileMeasure) -> str:
    """A measure with who does it and the days that are known."""
    who = file.people.get(one.accountable or "")
    until, done = one.due_on, one.completed_on
    parts = (
        one.text,
        who.name if who else "",
        gettext("avtalt til %(day)s", day=day(until)) if until and not done else "",
        gettext("gjort %(day)s", day=day(done)) if done else "",
    )
    return " · ".join(part for part in parts if part)


def _people(file: PlanFile) -> Iterator[str]:
    for one in file.participants:
        known = file.people.get(one.who or "")
        name = known.name if known else one.name
        yield ", ".join(part for part in (name, one.role, one.organisation) if part)
