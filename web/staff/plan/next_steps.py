"""Which steps stand where on the plan page, by state: the next ones, those not open yet, and all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from web.hints.catalogue import steps_under
from web.hints.step_hints import HEADINGS
from web.page.view_models import NotYet, StepButton
from web.request.translate import gettext
from web.staff.steps.step_buttons import Buttons
from workflow.rules.engine.denials import Denial
from workflow.rules.names.steps import CompositeStep, MeetingStep, PlanStep
from workflow.rules.tables import COMPOSITE_BY_NAME


@dataclass(frozen=True)
class StateSteps:
    """What a plan in a state turns to: its next steps, and those people wait for where they are not open."""

    next: tuple[str, ...]
    awaited: tuple[str, ...]


# The first step of a state that is open is its main one.
TURNS: Mapping[str, StateSteps] = {
    "requested": StateSteps(
        (
            PlanStep.GRANT,
            PlanStep.DENY,
            PlanStep.TOLD_PERSON,
            PlanStep.PROVISIONAL_REPLY,
            PlanStep.CONFIRM_RECEIPT,
            PlanStep.START_INFORMALLY,
            PlanStep.FORWARD,
            PlanStep.WITHDRAW_REQUEST,
        ),
        (PlanStep.GRANT, PlanStep.START_INFORMALLY),
    ),
    "decided": StateSteps(
        (
            CompositeStep.ACCEPT_AND_START,
            PlanStep.ACCEPT_COORDINATOR,
            PlanStep.DECLINE_COORDINATOR,
            PlanStep.START,
            PlanStep.OFFER_COORDINATOR,
            PlanStep.REVERSE,
            PlanStep.APPEAL_UPHELD,
            PlanStep.LAPSE,
            PlanStep.WITHDRAW_REQUEST,
        ),
        (PlanStep.START,),
    ),
    "active": StateSteps(
        (
            CompositeStep.REVIEW_AND_CONTINUE,
            PlanStep.ACCEPT_COORDINATOR,
            PlanStep.DECLINE_COORDINATOR,
            PlanStep.DECIDE_RETROACTIVELY,
            PlanStep.DENY_AFTER_INFORMAL_START,
            MeetingStep.PLAN,
            PlanStep.RESUME,
            PlanStep.SHARE_AGAIN,
            PlanStep.PAUSE,
            PlanStep.OFFER_TRANSFER,
        ),
        (PlanStep.CLOSE, CompositeStep.REVIEW_AND_CONTINUE, PlanStep.DECIDE_RETROACTIVELY),
    ),
    "reviewed": StateSteps(
        (
            PlanStep.CONTINUE,
            PlanStep.ACCEPT_COORDINATOR,
            PlanStep.DECLINE_COORDINATOR,
            PlanStep.CLOSE,
            MeetingStep.PLAN,
            PlanStep.RESUME,
            PlanStep.SHARE_AGAIN,
            PlanStep.PAUSE,
            PlanStep.OFFER_TRANSFER,
        ),
        (PlanStep.CLOSE, PlanStep.CONTINUE),
    ),
    "transferred": StateSteps(
        (
            PlanStep.ACCEPT_TRANSFER,
            PlanStep.DECLINE_TRANSFER,
            PlanStep.WITHDRAW_TRANSFER,
            PlanStep.ACCEPTED_OUTSIDE,
            PlanStep.RECEIPT_OUTSIDE,
            MeetingStep.PLAN,
        ),
        (PlanStep.CLOSE, PlanStep.OFFER_TRANSFER),
    ),
    "closed": StateSteps(
        (
            PlanStep.REOPEN,
            PlanStep.REOPEN_AS_NEED,
            PlanStep.UNDO_WITHDRAWAL,
            PlanStep.REVERSE,
            PlanStep.APPEAL_UPHELD,
        ),
        (PlanStep.REOPEN,),
    ),
}


@dataclass(frozen=True)
class Card:
    """The card of next steps: open ones, those not open yet, and the rest by subject."""

    open: tuple[StepButton, ...]
    not_yet: tuple[NotYet, ...]
    more: tuple[tuple[str, tuple[StepButton, ...]], ...]


def card(buttons: Buttons) -> Card:
    """The steps of the plan itself, as the reader may take them now."""
    state = buttons.view.plan.state
    shown = [step_name for step_name in TURNS[state].next if is_open(buttons, step_name)]
    shown = drop_twins(shown)[:6]
    steps = tuple(buttons.step(one, main=n == 0) for n, one in enumerate(shown))
    return Card(steps, tuple(awaited_steps(buttons, state, shown)), others(buttons, shown))


def drop_twins(shown: list[str]) -> list[str]:
    """The single rows of a composite are left out beside it."""
    composites = (COMPOSITE_BY_NAME[one] for one in shown if one in COMPOSITE_BY_NAME)
    gone = {step_name for composite in composites for step_name in composite.rows}
    return [one for one in shown if one not in gone]


def is_open(buttons: Buttons, step_name: str) -> bool:
    """Whether the step, or a composite's first row, may be taken now by this reader."""
    if not buttons.reads and not buttons.own(step_name):
        return False
    if step_name == CompositeStep.REVIEW_AND_CONTINUE:
        return buttons.of_plan.allows(PlanStep.REVIEW)
    if step_name == CompositeStep.ACCEPT_AND_START:
        granted = buttons.view.plan.outcome == "granted" and buttons.view.plan.state == "decided"
        return granted and buttons.of_plan.allows(PlanStep.ACCEPT_COORDINATOR)
    return buttons.of_plan.allows(step_name)


def awaited_steps(buttons: Buttons, state: str, shown: list[str]) -> Iterable[NotYet]:
    """The steps that people wait for and cannot take now, with why."""
    for step_name in TURNS[state].awaited:
        step_name = PlanStep.REVIEW if step_name == CompositeStep.REVIEW_AND_CONTINUE else step_name
        reasons = reasons_worth_telling(buttons.of_plan.closed.get(step_name, ()))
        mine = not any(one.code == "not_yours_to_decide" for one in reasons)
        if (
            reasons
            and step_name not in shown
            and (
                mine
                or step_name in (PlanStep.DECIDE_RETROACTIVELY, PlanStep.GRANT, PlanStep.REOPEN)
            )
        ):
            if step_name == PlanStep.DECIDE_RETROACTIVELY and not buttons.view.plan.informal:
                continue
            yield buttons.not_yet(step_name, reasons)


def reasons_worth_telling(reasons: tuple[Denial, ...]) -> tuple[Denial, ...]:
    """The reasons worth telling: «not in that state» says nothing beside a reason that helps."""
    useful = tuple(one for one in reasons if not one.code.startswith("wrong_state"))
    if any(one.code == "not_yours_to_decide" for one in useful):
        return tuple(one for one in useful if one.code == "not_yours_to_decide")
    return useful or reasons


def others(buttons: Buttons, shown: list[str]) -> tuple[tuple[str, tuple[StepButton, ...]], ...]:
    """Every other open step of the plan, by what it is about, so that each can be reached."""
    groups = []
    for heading in HEADINGS:
        steps = tuple(
            buttons.step(one)
            for one in steps_under(heading)
            if one not in shown and is_open(buttons, one)
        )
        if steps:
            groups.append((gettext(heading), steps))
    return tuple(groups)
