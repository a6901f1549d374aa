"""What the event says of a plan that was brought in, for an export to tell again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from workflow.acts.base.nested_words import join_words
from workflow.acts.planfile import schema as shape
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.steps import PlanStep

BROUGHT_IN = PlanStep.BRING_IN
# The lists of a plan that is brought in, by the table whose rows they became.
LISTED = {
    "goal": "goals",
    "participant": "participants",
    "measure": "measures",
    "meeting": "meetings",
    "sub_plan": "sub_plans",
}


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One event as an export reads it: its text, its words, and the day it is told of."""

    text: Mapping[str, Any]
    words: Mapping[str, str]

    @property
    def at(self) -> datetime:
        """The instant it is told of, which for a plan from a file is not when it was recorded."""
        return datetime.fromisoformat(self.text.get("told_at") or self.text["at"])

    @property
    def day(self) -> date:
        """Its Norwegian day."""
        return oslo_date(self.at)


@dataclass(frozen=True)
class BroughtPlan:
    """A plan as it was brought in, read from the event: its parts by the keys they got here."""

    event: PastEvent

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The step's form, as it was filled in."""
        return read_filled_form(self.event)

    @property
    def plan(self) -> Mapping[str, Any]:
        """What was said of the plan itself."""
        said: Mapping[str, Any] = self.fields["plan"]
        return said

    @cached_property
    def _parts(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        made = self.event.text["made"]
        return {
            (table, key): part
            for table, name in LISTED.items()
            for key, part in zip(
                (key for of, key in made if of == table), self.fields.get(name, ()), strict=True
            )
        }

    def part(self, table: str, key: str) -> Mapping[str, Any]:
        """What was said of one thing."""
        return self._parts.get((table, key), {})

    def review(self, went_on: Callable[[PastEvent], date | None]) -> shape.FileReview | None:
        """A review from before the plan came here; the plan may have gone on here."""
        told = self.plan.get("review")
        if not told:
            return None
        review = shape.FileReview.model_validate(told)
        review.continued_on = review.continued_on or went_on(self.event)
        return review

    def end(self, key: Callable[[str | None], str | None], shown: bool) -> shape.FileClosing:
        """How a plan ended that was closed before it came here; people by the names of `key`."""
        told = shape.FileClosing.model_validate(self.plan["closed"])
        named = {name: key(getattr(told, name)) for name in ("leader", "second")}
        return told.model_copy(update={**named, "words": told.words if shown else ""})


def read_filled_form(one: PastEvent) -> dict[str, Any]:
    """The form of a step as it was filled in, its words back in their places."""
    own = {
        name.removeprefix("form."): said
        for name, said in one.words.items()
        if name.startswith("form.")
    }
    return join_words(one.text.get("form", {}), own)
