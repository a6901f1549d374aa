"""The form of a released plan's package: what may stand in it, how long, and nothing else.

A neighbour's signature says who wrote a package and not that it is whole: what does not fit is
refused by name before a row is written.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import FailFast, Field, StringConstraints

from workflow.acts.base.form_fields import FIRST_YEAR, LAST_YEAR, Line, Text
from workflow.acts.neighbours.messages import (
    MOST,
    Digest,
    FullLine,
    MessageKey,
    Moment,
    ScopeCode,
    SentPhone,
    WirePart,
)

Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), lt=date(LAST_YEAR, 1, 1))]
FullText = Annotated[Text, Field(min_length=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{0,3}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,40}$")]
Email = Annotated[str, StringConstraints(max_length=200)]
Title = Annotated[str, StringConstraints(max_length=200)]
PlanFile = Annotated[str, StringConstraints(max_length=20_000_000)]
MOST_DOCUMENTS, MOST_LEFT_OUT = 5_000, 1_000


class PersonPart(WirePart):
    """Who it is about, by name, day and how to reach them; never by number."""

    name: FullLine
    born_on: Day | None
    phone: SentPhone
    email: Email
    language: Language
    protection: Literal["", "confidential", "strict"]


class RepresentativePart(WirePart):
    """Who acts for the person, on what ground and until when."""

    name: FullLine
    phone: SentPhone
    email: Email
    language: Language
    protection: Literal["", "confidential", "strict"]
    ground: Literal["parent", "guardian", "power"]
    acts: Code
    until_at: Moment | None


class GoalPart(WirePart):
    """An open goal: the person's own words, the worker's, and what it takes."""

    own_words: Text
    clarified: Text
    condition: Text


class MeasurePart(WirePart):
    """An open measure; `goal` counts from nought among the goals that came along."""

    text: FullText
    goal: int | None
    due_on: Day | None
    not_before: Day | None
    agreed_consequence: Text
    condition: Text
    condition_by: Line
    proposed_by_person: bool


class HealthPart(WirePart):
    """A note on health, with who wrote it there."""

    words: FullText
    written_by: Line


class DecisionPart(WirePart):
    """The old decision, where the answer was yes."""

    regime: Code
    why_long: Text
    why_coordinated: Text


class AgreementPart(WirePart):
    """How the person's yes to the hand-over was given, and when."""

    how: Literal["", "app", "spoken", "paper"]
    on: Day | None


class PaperPart(WirePart):
    """A document as it was kept."""

    kind: Code
    code: Code
    title: Title
    language: Language
    template_version: int
    mime: Annotated[str, StringConstraints(max_length=120)]
    sha256: Digest
    created_at: Moment
    content: bytes


class PackageForm(WirePart):
    """Everything that crosses with a release."""

    form: Literal[1] = 1
    number: FullLine
    plan_id: MessageKey
    follows: MessageKey | None = Field(description="The plan that this one came from, if any.")
    person: PersonPart
    representatives: Annotated[tuple[RepresentativePart, ...], Field(max_length=50), FailFast()]
    scopes: Annotated[tuple[ScopeCode, ...], Field(min_length=1, max_length=6), FailFast()]
    agreed: AgreementPart
    discharge_on: Day | None
    first_appointment: Text
    most_important: Text
    limits: Text
    ground_rules: Text
    wish_coordinator: Text
    goals: Annotated[tuple[GoalPart, ...], Field(max_length=MOST), FailFast()]
    measures: Annotated[tuple[MeasurePart, ...], Field(max_length=MOST), FailFast()]
    unmapped: Annotated[tuple[FullText, ...], Field(max_length=MOST), FailFast()]
    health: Annotated[tuple[HealthPart, ...], Field(max_length=MOST), FailFast()]
    decision: DecisionPart | None
    plan_file: PlanFile
    documents: Annotated[tuple[PaperPart, ...], Field(max_length=MOST_DOCUMENTS), FailFast()] = ()
    left_out: Annotated[tuple[Title, ...], Field(max_length=MOST_LEFT_OUT), FailFast()] = ()
