"""The rows of the table Tiltak | Ansvarlig | Fullført | Evaluert, with each measure's own steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from web.hints.catalogue import hints_of
from web.hints.measure import MEASURE_HINTS
from web.page.formats import clock_time, day, weekday
from web.page.view_models import MeasureRow, StepButton
from web.request.translate import gettext
from web.staff.steps.labels import join_accountable, measure_state
from web.staff.steps.step_buttons import Buttons
from workflow.acts.engine.availability import Possible
from workflow.acts.plan.measures import UNMET
from workflow.record.models import Measure
from workflow.record.shapes.plan import GoalView
from workflow.rules.names.steps import CompositeStep, MeasureStep

PUT_AWAY = ("refused", "cancelled", "service_denied")


@dataclass(frozen=True)
class GoalSection:
    """One goal with the rows of its measures, and the button that adds one."""

    goal: GoalView | None
    number: int
    rows: tuple[MeasureRow, ...]
    add: StepButton | None


def goal_parts(buttons: Buttons) -> list[GoalSection]:
    """The goals in order with their measures; last those that hang on what matters most."""
    listed = [goal for goal in buttons.view.goals if goal.status == "open"]
    parts = [
        GoalSection(goal, number, rows(buttons, goal.id), adder(buttons, goal.id))
        for number, goal in enumerate(listed, 1)
    ]
    loose = rows(buttons, None)
    if loose or not listed:
        parts.append(GoalSection(None, 0, loose, None if listed else adder(buttons, "")))
    return parts


def ended_parts(buttons: Buttons) -> list[GoalSection]:
    """The goals that are met or not wanted any more, with their measures."""
    listed = [goal for goal in buttons.view.goals if goal.status != "open"]
    return [GoalSection(goal, 0, rows(buttons, goal.id), None) for goal in listed]


def adder(buttons: Buttons, goal_id: str) -> StepButton | None:
    """«+ Tiltak»: agreed in the meeting for who coordinates, a proposal for others."""
    if not buttons.of_plan.allows(MeasureStep.PROPOSE):
        return None
    wanted = CompositeStep.AGREE_IN_MEETING if buttons.coordinates else MeasureStep.PROPOSE
    given: dict[str, Any] = {"goal_id": goal_id} if goal_id else {}
    return buttons.step(wanted, label=gettext("+ Tiltak"), **given)


def rows(buttons: Buttons, goal_id: str | None) -> tuple[MeasureRow, ...]:
    """The measures of a goal, without those put away."""
    listed = [m for m in buttons.view.of_goal(goal_id) if m.close_reason not in PUT_AWAY]
    return tuple(row(buttons, measure) for measure in listed)


def put_away(buttons: Buttons) -> tuple[MeasureRow, ...]:
    """Measures that were put away or said no to, kept neutrally (need 4.14)."""
    listed = [m for m in buttons.view.measures if m.close_reason in PUT_AWAY]
    return tuple(row(buttons, measure) for measure in listed)


def row(buttons: Buttons, measure: Measure) -> MeasureRow:
    """One measure as the table shows it."""
    done = measure.completed_on is not None
    plain = measure.state in ("decided", "active") and not done
    finished = measure.close_reason == "done"
    listed = list(offered_steps(buttons, measure))
    return MeasureRow(
        id=measure.id,
        number=measure.position,
        text=measure.text,
        accountable=join_accountable(buttons.view, measure) or "–",
        state=measure.state,
        state_words="" if plain or finished or done else measure_state(measure),
        due="" if done else due_words(buttons, measure),
        completed=day(measure.completed_on) if done else "",
        evaluated=day(measure.evaluated_on) if measure.evaluated_on else "",
        notes=tuple(notes(measure)),
        steps=tuple(stepping(buttons, measure, listed)),
        front=min(2, sum(hints_of(step_name).front for step_name in listed)),
    )


def due_words(buttons: Buttons, measure: Measure) -> str:
    """When it is agreed to be done: a day and hour, after another measure, or by occasion."""
    before = next((m for m in buttons.view.measures if m.id == measure.after_id), None)
    if before is not None and before.completed_on is None:
        return gettext("etter %(number)s", number=before.position)
    if measure.due_on and measure.due_time:
        hour = clock_time(measure.due_time)
        return gettext("%(day)s kl. %(hour)s", day=weekday(measure.due_on), hour=hour)
    if measure.due_on:
        return gettext("innen %(day)s", day=weekday(measure.due_on))
    if measure.look_again_on:
        return gettext("når anledningen byr seg, se igjen %(day)s", day=day(measure.look_again_on))
    return ""


def notes(measure: Measure) -> Iterator[str]:
    """What else was agreed about it."""
    if measure.agreed_consequence and measure.close_reason == "":
        yield gettext("Hvis ikke: %(what)s", what=measure.agreed_consequence)
    if measure.condition:
        by = measure.condition_by
        yield gettext("Vilkår fra %(who)s: %(what)s", who=by or "–", what=measure.condition)
    if measure.result_words:
        yield f"«{measure.result_words}»"
    if measure.way_of_working:
        yield gettext("Slik jobbet vi sammen: %(words)s", words=measure.way_of_working)
    if measure.unmet_code:
        yield gettext("Ikke dekket: %(why)s", why=gettext(dict(UNMET)[measure.unmet_code]).lower())
    if measure.service_decision_ref:
        yield gettext("Vedtak om tjenesten: %(ref)s", ref=measure.service_decision_ref)
    if measure.system_code:
        yield gettext("Kode i rusmiddelpolitisk plan: %(code)s", code=measure.system_code)


def offered_steps(buttons: Buttons, measure: Measure) -> Iterator[str]:
    """The measure's open steps, the one most wanted first."""
    options = buttons.asked.of_measure(measure)
    return (one for one in MEASURE_HINTS if is_offered(buttons, measure, options, one))


def stepping(buttons: Buttons, measure: Measure, listed: list[str]) -> Iterator[StepButton]:
    """Their buttons; what moves the measure on stands out."""
    for step_name in listed:
        yield buttons.step(step_name, measure, main=hints_of(step_name).main, about=measure.text)


def is_offered(buttons: Buttons, measure: Measure, options: Possible, step_name: str) -> bool:
    """Whether the step belongs on the row now."""
    if step_name == CompositeStep.DONE_AND_EVALUATED:
        return (
            buttons.coordinates
            and options.allows(MeasureStep.DONE)
            and measure.state != "transferred"
        )
    if (
        step_name in (MeasureStep.DONE, MeasureStep.BEGIN)
        and buttons.coordinates
        and not accountable(buttons, measure)
    ):
        return (
            step_name == MeasureStep.BEGIN
            and measure.state == "decided"
            and options.allows(MeasureStep.BEGIN)
        )
    if step_name == MeasureStep.CAME_TO_NOTHING and measure.completed_on is not None:
        return False
    if step_name == MeasureStep.EVALUATE:
        return options.allows(MeasureStep.EVALUATE) and measure.completed_on is not None
    return options.allows(step_name)


def accountable(buttons: Buttons, measure: Measure) -> bool:
    """Whether the reader is accountable for the measure."""
    return "accountable" in buttons.asked.access.towards(measure.id)
