"""One fact with both of its sources, the record and a page's data, and the facts of a step from either.

Guards are asked twice: by a page that shows which steps are open, over a plan it has read, and by the
engine that takes one, over its connection. A fact declared once, with both sources side by side, cannot
be known to the one and forgotten by the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Connection

from workflow.record.access.open_plan import Actor, PlanAccess
from workflow.record.plan.view import PlanView
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.transition import Transition

Answer = TypeVar("Answer")


class AskedWithoutForm(LookupError):
    """A page asked for a fact that only a filled-in form can give; its guard lacks `of_form`."""


class PlanFacts(Facts):
    """What both sources stand on: the step, who asks, the plan's row and the subject's.

    `subject` is empty where the step makes it. `declared` is handed in by plan_facts, which knows
    all facts.
    """

    row: Transition
    actor: Actor
    access: PlanAccess
    plan: Mapping[str, Any]
    subject: Mapping[str, Any]
    declared: ClassVar[Mapping[str, Fact]]

    @property
    def subject_key(self) -> str:
        """The subject's key; none where the step makes it."""
        key: str = self.subject.get("id", "")
        return key


class StoredFacts(PlanFacts):
    """Facts of one step, read lazily over one connection inside the step's transaction."""

    conn: Connection
    read: dict[str, Any]

    def find(self, name: str) -> Any:
        """Look the fact up in the record. Raises AttributeError for what is no fact."""
        fact = self.declared.get(name)
        return fact.stored(self) if fact is not None else super().find(name)

    def once(self, what: str, read: Callable[[], Answer]) -> Answer:
        """What several facts rest on, read when the first of them is asked for."""
        if what not in self.read:
            self.read[what] = read()
        answer: Answer = self.read[what]
        return answer


class PageFacts(PlanFacts):
    """Facts of one step from a plan already read: nothing more is asked of the database.

    `view` is the plan as it stands, before anything was taken out for the reader: what she does
    not see still decides. `shared` holds what is the same for every step of the page.
    """

    view: PlanView
    shared: PageFacts | None

    def find(self, name: str) -> Any:
        """Answer from the page's data. Raises AttributeError for what is no fact."""
        fact = self.declared.get(name)
        if fact is None:
            return super().find(name)
        if fact.of_plan and self.shared is not None:
            return getattr(self.shared, name)
        return fact.page(self)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, from the record and from a page. of_plan: the same for all steps of one plan and reader."""

    name: str
    stored: Callable[[StoredFacts], Any]
    page: Callable[[PageFacts], Any]
    of_plan: bool = False


def same_fact(name: str, source: Callable[[PlanFacts], Any], *, of_plan: bool = False) -> Fact:
    """A fact that both know from the rows they have in hand."""
    return Fact(name, source, source, of_plan)


def of_form(name: str, stored: Callable[[StoredFacts], Any]) -> Fact:
    """A fact of what the form says; a page shows steps before a form is filled in."""

    def page(facts: PageFacts) -> Any:
        raise AskedWithoutForm(name)

    return Fact(name, stored, page)


class IncompleteFacts(LookupError):
    """A fact is declared without its sources, or the other way round."""


def complete_facts(*groups: tuple[Fact, ...], given: frozenset[str]) -> Mapping[str, Fact]:
    """All facts by name. Raises IncompleteFacts unless each fact of the rules has one source pair."""
    listed = [fact for group in groups for fact in group]
    names = [fact.name for fact in listed]
    wanted = set(Facts.__annotations__) - given
    if wrong := (set(names) ^ wanted) | {name for name in names if names.count(name) > 1}:
        raise IncompleteFacts(", ".join(sorted(wrong)))
    return {fact.name: fact for fact in listed}
