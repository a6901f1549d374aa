"""Which steps are open on a plan and why others are not, from a plan already read; nothing is taken here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.record.access.open_plan import Actor, PlanAccess, resolve_access
from workflow.record.models import Measure, Plan
from workflow.record.plan.fact_sources import PageFacts
from workflow.record.plan.facts import facts_of_page, facts_of_step
from workflow.record.plan.view import PlanView, plan_view
from workflow.record.shapes.plan import MeetingView
from workflow.rules.engine.denials import Denial
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.policy import on_behalf
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import PERSON_SIDE
from workflow.rules.machine import denials
from workflow.rules.tables import TABLES, TRANSITIONS


@dataclass(frozen=True, slots=True)
class Possible:
    """The steps that are open on one subject now, by name, and for each other step its reasons."""

    open: tuple[str, ...]
    closed: Mapping[str, tuple[Denial, ...]]

    def allows(self, step_name: str) -> bool:
        """True where the step may be taken once its form is filled in."""
        return step_name in self.open


@dataclass(frozen=True)
class Steps:
    """Asks the rules about every subject of one plan, for one reader, without the database."""

    view: PlanView
    facts: PageFacts

    @property
    def actor(self) -> Actor:
        """Whose steps they are."""
        return self.facts.actor

    @property
    def access(self) -> PlanAccess:
        """How the reader stands to the plan."""
        return self.facts.access

    def of_plan(self) -> Possible:
        """The plan's own rows, and the rows that make a measure or a meeting."""
        new = [row for row in TRANSITIONS.values() if row.creates and row.machine != "plan"]
        rows = [*(row for row in TABLES["plan"] if not row.creates), *new]
        return self._ask(rows, self.facts.plan)

    def allows(self, step_name: str, key: str = "") -> bool:
        """Whether a step of the plan, or of its measure or meeting `key`, may be taken once its form is filled in."""
        row = TRANSITIONS[step_name]
        subject = self._find_subject(row, key)
        return subject is not None and not denials(row, self._facts(row, subject))

    def _find_subject(self, row: Transition, key: str) -> Mapping[str, Any] | None:
        """What the row's step is about, as it stands for the rules; None where the plan has no such thing."""
        if not row.has_subject:
            return self.facts.plan
        whole = self.view.for_rules
        if row.machine == "measure":
            measure = next((one for one in whole.measures if one.id == key), None)
            return None if measure is None else values_of(measure)
        meeting = next((one for one in whole.meetings if one.id == key), None)
        return None if meeting is None else values_of_meeting(meeting)

    def of_measure(self, measure: Measure) -> Possible:
        """The rows of one measure."""
        rows = [row for row in TABLES["measure"] if row.has_subject]
        return self._ask(rows, values_of(measure))

    def of_meeting(self, meeting: MeetingView) -> Possible:
        """The rows of one meeting."""
        rows = [row for row in TABLES["meeting"] if row.has_subject]
        return self._ask(rows, values_of_meeting(meeting))

    def asks_agreement(self, step_name: str, key: str | None = None) -> bool:
        """The reader must say how the person agreed: the row carries it, or is the person's own."""
        row = TRANSITIONS[step_name]
        facts = Facts(relations=self.access.relations_for(row, key, lambda: None))
        if facts.relations & PERSON_SIDE:
            return False
        first_yes = row.first_yes and not self.facts.consent_to_plan
        return row.agreed or on_behalf(row, facts) or first_yes

    def _ask(self, rows: Iterable[Transition], subject: Mapping[str, Any]) -> Possible:
        refusals = {row.name: tuple(denials(row, self._facts(row, subject))) for row in rows}
        return Possible(
            tuple(step_name for step_name, reasons in refusals.items() if not reasons),
            {step_name: reasons for step_name, reasons in refusals.items() if reasons},
        )

    def _facts(self, row: Transition, subject: Mapping[str, Any]) -> PageFacts:
        return facts_of_step(self.facts, row, {} if row.creates else subject)


MEETING_COLUMNS = ("id", "state", "chair_id", "minute_taker_id", "starts_at")


def values_of(row: Measure | Plan) -> dict[str, Any]:
    """A stored row's columns as the rules read them."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def values_of_meeting(meeting: MeetingView) -> dict[str, Any]:
    """A meeting's columns as the rules read them."""
    return {name: getattr(meeting, name) for name in MEETING_COLUMNS}


def prepare_steps(view: PlanView, actor: Actor, stands: PlanAccess) -> Steps:
    """Make ready to ask; what the plan's steps share is worked out once for all of them."""
    whole = view.for_rules
    return Steps(view, facts_of_page(whole, actor, stands, values_of(whole.plan)))


def open_steps(session: Session, actor: Actor, plan: Plan, now: datetime) -> Steps:
    """Read a plan and make ready to ask which of its steps are open; four statements."""
    stands = resolve_access(session, actor, plan.id, now)
    return prepare_steps(plan_view(session, plan, now, sees=stands.visibility()), actor, stands)
