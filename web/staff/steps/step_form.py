"""The form of any step: which questions the reader sees, in what order, and what is filled in already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import request
from pydantic import BaseModel

from web.forms import model_forms, pickers
from web.forms.model_forms import FormField, WebForm
from web.forms.widgets import choices_of, extra_of, is_many
from web.hints.catalogue import hints_of
from web.page.consent_fields import current_choice, person_age, unasked_fields
from web.request.clock import now, today
from web.request.database import db_session
from web.staff.steps.step_buttons import Buttons, Subject
from workflow.acts.entry.composites import form_of
from workflow.record.access.redaction import can_see_word
from workflow.record.deadlines.policies import policy_on
from workflow.record.models import Measure
from workflow.record.shapes.plan import MeetingView, RepresentativeView
from workflow.rules.guards.measure_and_meeting import CALL_DAYS_AHEAD
from workflow.rules.guards.sharing import PARENT
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.sharing.ages import decides_alone
from workflow.rules.tables.scope_map import scopes_of_words

AGREEMENT = ("agreed_how", "agreed_by", "agreed_on")


@dataclass(frozen=True)
class StepQuestion:
    """One step asked of the reader, about one subject of one plan."""

    buttons: Buttons
    step_name: str
    subject: Subject
    model: type[BaseModel]

    @property
    def key(self) -> str | None:
        """The subject's id, where it is not the plan itself."""
        return self.subject.id if self.subject is not None else None

    @property
    def names(self) -> tuple[str, ...]:
        """The fields shown: without the agreement where the step rests on none."""
        asks = self.buttons.asks_agreement(self.step_name, self.subject)
        unseen = {name for name in hints_of(self.step_name).holds if not self.can_see(name)}
        left_out = unseen | self.needless | self.without_answers
        return tuple(
            name
            for name in self.model.model_fields
            if name not in left_out and (asks or name not in AGREEMENT)
        )

    @property
    def without_answers(self) -> frozenset[str]:
        """Another municipality is not asked about where none can be reached."""
        if "to_neighbour" not in self.model.model_fields or self.choices["to_neighbour"]:
            return frozenset()
        return frozenset({"to_neighbour"})

    @property
    def needless(self) -> frozenset[str]:
        """What a sharing does not ask: a child's words of an adult, and the undo, which is a button."""
        if self.step_name not in (
            PlanStep.ADD_PARTICIPANT,
            PlanStep.VOLUNTEER_WITH_COMPANION,
            PlanStep.GIVE_CONSENT,
        ):
            return frozenset()
        view = self.buttons.view
        return unasked_fields(view, bool(view.parts[RepresentativeView])) | {"again"}

    def can_see(self, name: str) -> bool:
        """Whether the words that a field holds now are shared with the reader."""
        key = self.subject.id if isinstance(self.subject, Measure) else None
        scopes = scopes_of_words(name)
        return all(can_see_word(scope, self.buttons.view.visibility, key) for scope in scopes)

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """The answers of every picker on the form."""
        view = self.buttons.view
        where = pickers.Where(db_session(), now(), view.plan.id, self.key, view.visibility)
        return {**pickers.choices_of(self.model, where), **self.narrowed}

    @property
    def narrowed(self) -> dict[str, list[tuple[str, str]]]:
        """Answers that hold for some: a parent acts for a child under 16, and for nobody older."""
        if self.step_name != PlanStep.ADD_REPRESENTATION or not self.decides_alone:
            return {}
        grounds = choices_of(self.model.model_fields["ground"])
        return {"ground": [one for one in grounds if one[0] != PARENT]}

    @property
    def decides_alone(self) -> bool:
        """Whether the person is known to be 16 or older."""
        years = person_age(self.buttons.view)
        return years is not None and decides_alone(years)


def question(buttons: Buttons, step_name: str, subject: Subject) -> StepQuestion:
    """A step as a question. Raises UnknownStep."""
    return StepQuestion(buttons, step_name, subject, form_of(step_name))


def blank(asked: StepQuestion) -> WebForm[Any]:
    """The form with what is known filled in: current words, suggested days, the page's own answers."""
    values = {**suggest(asked), **current(asked), **answers_from_address(asked)}
    form = model_forms.show(
        asked.model,
        values,
        choices=asked.choices,
        version=asked.buttons.version(asked.step_name, asked.subject),
        only=asked.names,
    )
    return arrange(form, asked)


def read_posted(asked: StepQuestion) -> WebForm[Any]:
    """What was posted, read against the model."""
    form = model_forms.read(asked.model, request.form, choices=asked.choices, only=asked.names)
    return arrange(form, asked)


def arrange(form: WebForm[Any], asked: StepQuestion) -> WebForm[Any]:
    """The agreement's question stands last, and what a start cannot do without is not folded."""
    fields = sorted(form.fields, key=lambda shown: shown.name in AGREEMENT)
    # The acts say themselves what they cannot do without; «valgfritt» on a page would be a guess.
    plain = (replace(shown, required=True) for shown in fields)
    return replace(form, fields=tuple(unfold(shown, asked) for shown in plain))


def unfold(shown: FormField, asked: StepQuestion) -> FormField:
    """What matters most is asked openly where a start has nothing else to begin with."""
    view = asked.buttons.view
    bare = not view.goals and not view.plan.most_important
    if shown.name == "most_important" and bare:
        return replace(shown, folded=False)
    if shown.name == "short_notice_reason" and isinstance(asked.subject, MeetingView):
        near = asked.subject.starts_at - now() < timedelta(days=CALL_DAYS_AHEAD)
        return replace(shown, folded=not near and not shown.errors)
    return shown


def _within(asked: StepQuestion, name: str, days: int) -> int:
    """The days suggested, and no more than the plan may go between reviews."""
    if name != "next_review_on":
        return days
    plan, conn = asked.buttons.view.plan, db_session().connection()
    unit_id = plan.service_unit_id or plan.unit_id
    return min(days, policy_on(conn, unit_id, today()).review_days)


def suggest(asked: StepQuestion) -> dict[str, Any]:
    """Days counted from today, who usually comes, and what stands already: nothing that anybody said or did."""
    suggestions: dict[str, Any] = {}
    for name, info in asked.model.model_fields.items():
        days = extra_of(info).get("suggest_days")
        if days is not None:
            suggestions[name] = today() + timedelta(days=_within(asked, name, int(days)))
    if "completed_on" in asked.model.model_fields:
        suggestions["completed_on"] = today()
    if asked.step_name == MeetingStep.PLAN:
        suggestions["party_ids"] = usual(asked.buttons)
    if asked.step_name == PlanStep.GIVE_CONSENT:
        suggestions |= current_choice(asked.buttons.view, request.args.get("party_id"))
    if asked.step_name == PlanStep.DECIDE_RETROACTIVELY:
        suggestions["effective_from"] = asked.buttons.view.plan.started_on
    return suggestions


def usual(buttons: Buttons) -> list[str]:
    """Who was called last time, else everybody around: the person approves (need 3.15)."""
    before = [m for m in buttons.view.meetings if m.state != "cancelled"]
    if before:
        return [one.party_id for one in before[-1].called]
    return [buttons.view.plan.person_id] if buttons.view.plan.person_id else []


def current(asked: StepQuestion) -> dict[str, Any]:
    """What the row holds now, for steps that change words and dates."""
    names = hints_of(asked.step_name).holds
    source: Any = asked.subject if asked.subject is not None else asked.buttons.view.plan
    values = {name: getattr(source, name) for name in names}
    if asked.step_name == MeasureStep.CHANGE_DETAILS and isinstance(asked.subject, Measure):
        values["helper_ids"] = list(asked.buttons.view.helpers(asked.subject.id))
    goal_id = request.args.get("goal_id")
    goal = next((one for one in asked.buttons.view.goals if one.id == goal_id), None)
    if asked.step_name == PlanStep.CHANGE_GOAL and goal is not None:
        values |= {"own_words": goal.own_words, "clarified": goal.clarified}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def answers_from_address(asked: StepQuestion) -> dict[str, Any]:
    """Answers that the page before gave in the address: ids only, never words."""
    answers: dict[str, Any] = {}
    for name, info in asked.model.model_fields.items():
        values = [value for value in request.args.getlist(name) if len(value) <= LONGEST_ID]
        if values:
            answers[name] = values if is_many(info) else values[0]
    return answers


LONGEST_ID = 36
