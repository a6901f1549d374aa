"""The staff's buttons: which steps are one click, which ask for more, and where each leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import g, url_for

from web.hints.catalogue import hints_of
from web.page.refusals import reason_of
from web.page.view_models import NotYet, Reason, StepButton
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session
from web.staff.steps.labels import refusal_names, step_title
from workflow.acts.engine.availability import Possible, Steps, prepare_steps
from workflow.acts.entry.composites import rows_of
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Measure
from workflow.record.plan.view import PlanView, read_opened_view
from workflow.record.shapes.plan import MeetingView
from workflow.rules.engine.denials import Denial
from workflow.rules.engine.policy import may_read
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.tables import TRANSITIONS
from workflow.words.steps.catalogue import URLS

PLACE = PlanStep.REVIEW  # any step: its verb is taken off, and another one set
Subject = Measure | MeetingView | None


@dataclass(frozen=True)
class Buttons:
    """Makes the buttons of one plan's page for one reader."""

    asked: Steps
    of_plan: Possible

    @property
    def view(self) -> PlanView:
        """The plan as it was read."""
        return self.asked.view

    @property
    def coordinates(self) -> bool:
        """Whether the reader coordinates the plan now."""
        return bool(self.asked.access.relations & {"coordinator", "acting_coordinator"})

    @property
    def reads(self) -> bool:
        """Whether the reader may read what stands in the plan."""
        return may_read("read", self.asked.access.relations)

    def own(self, step_name: str) -> bool:
        """Whether the step is the reader's own, not one that they would record for the person."""
        mine = self.asked.access.relations
        return any(mine & set(TRANSITIONS[one].relations) for one in rows_of(step_name))

    def step(self, step_name: str, subject: Subject = None, **look: Any) -> StepButton:
        """The button of one step; `look` may hold main, about, label, and answers given."""
        main, about = bool(look.pop("main", False)), str(look.pop("about", ""))
        name = str(look.pop("label", "")) or self.name_of(step_name)
        hints = hints_of(step_name)
        if hints.page:
            address = url_for(hints.page, plan_id=self.view.plan.id, **look)
            return StepButton(name, address, main=main, about=about)
        # Where the person's yes must be told a step that asks nothing leads to a form.
        post = hints.one_click and not self.asks_agreement(step_name, subject)
        return StepButton(
            name,
            self.address(step_name, subject, {} if post else look),
            post=post,
            main=main,
            version=self.version(step_name, subject) if post else None,
            fields=(("_seen", str(self.view.plan.version)),) if post else (),
            about=about,
        )

    def name_of(self, step_name: str) -> str:
        """The words on the button."""
        return name_of(step_name, bool(self.view.coordinator.id))

    def address(self, step_name: str, subject: Subject, given: Mapping[str, Any]) -> str:
        """Where the step is asked about and taken."""
        # A plan page has far over a hundred such addresses: built once, then filled in.
        start: str | None = g.setdefault("step_address", {}).get(self.view.plan.id)
        if start is None:
            whole = url_for("staff.step", plan_id=self.view.plan.id, step_name=PLACE)
            start = g.step_address[self.view.plan.id] = whole.removesuffix(URLS[PLACE])
        asked: dict[str, Any] = {} if subject is None else {"subject": subject.id}
        asked.update({name: value for name, value in given.items() if value is not None})
        query = "?" + urlencode(asked, doseq=True) if asked else ""
        return start + URLS[step_name] + query

    def version(self, step_name: str, subject: Subject) -> int | None:
        """The version of the row that the step edits; none where it makes a new one."""
        machine = TRANSITIONS[rows_of(step_name)[0]].machine
        if machine == "plan":
            return self.view.plan.row_version
        return subject.version if subject is not None else None

    def asks_agreement(self, step_name: str, subject: Subject = None) -> bool:
        """Whether one of the step's rows needs the person's yes told."""
        key = subject.id if subject is not None else None
        return any(self.asked.asks_agreement(one, key) for one in rows_of(step_name))

    def not_yet(self, step_name: str, reasons: tuple[Denial, ...]) -> NotYet:
        """A step not open now, with its reasons and the button that clears each."""
        told: list[Reason] = []
        for one in map(self.reason, reasons):
            twice = any(one.step and one.step == before.step for before in told)
            told.append(Reason(one.words, one.who, None) if twice else one)
        return NotYet(self.name_of(step_name), tuple(told))

    def reason(self, denial: Denial) -> Reason:
        """One reason, with the button that clears it where the reader may press it."""
        clears = self.clearing(denial)
        names = refusal_names(self.view)
        if not denial.code.startswith("wrong_state"):
            names = {key: said for key, said in names.items() if key not in OFFERS_OWN}
        reason = reason_of(denial, clears, names)
        return Reason(reason.words, () if clears else reason.who, clears)

    def clearing(self, denial: Denial) -> StepButton | None:
        """The button that clears a denial, if the reader may press it now."""
        wanted = PlanStep.REVIEW if denial.code in NEEDS_REVIEW else denial.clears
        if wanted in (MeasureStep.EVALUATE, MeasureStep.CLOSE) and self.coordinates:
            wanted = PlanStep.REVIEW
        if wanted == PlanStep.REVIEW and not self.of_plan.allows(PlanStep.REVIEW):
            return None
        return self.step(wanted) if self.of_plan.allows(wanted) else None


OFFERS_OWN = ("s", "d")  # who is asked and until when: of the offer, not of any other day
# What clears a refusal that names no step of its own: a plan in use is reviewed before it ends.
NEEDS_REVIEW = frozenset({"wrong_state", "review_too_old"})


def name_of(step_name: str, coordinated: bool) -> str:
    """What a step is called; asking the first coordinator is not changing one."""
    return step_title(step_name, first=not coordinated)


READS = ("read", "read_summary", "read_overview")  # the widest that the reader may is opened


def buttons_of(opened: OpenPlan) -> Buttons:
    """The plan read whole, ready to say which steps are open for the reader."""
    view = read_opened_view(db_session(), opened, now())
    asked = prepare_steps(view, current_actor(), opened.access)
    return Buttons(asked, asked.of_plan())
