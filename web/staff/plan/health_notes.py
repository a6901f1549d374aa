"""What stands about the person's health, on the plan page of those it is shared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.page.view_models import StepButton
from web.staff.steps.step_buttons import Buttons
from workflow.rules.names.steps import PlanStep


@dataclass(frozen=True)
class Note:
    """A note, who wrote it and when, and the button that takes it away."""

    words: str
    who: str
    at: datetime
    end: StepButton | None


@dataclass(frozen=True)
class HealthSection:
    """The notes, and the button that writes one; empty where health is not shared."""

    notes: tuple[Note, ...] = ()
    write: StepButton | None = None


def health_section(buttons: Buttons) -> HealthSection:
    """The notes the reader sees, the newest first."""
    view, allows = buttons.view, buttons.of_plan.allows
    if "health" in view.hidden:
        return HealthSection()
    notes = tuple(
        Note(
            one.words,
            view.name(one.written_by),
            one.written_at,
            buttons.step(PlanStep.END_HEALTH, note_id=one.id, about=one.words[:40])
            if allows(PlanStep.END_HEALTH)
            else None,
        )
        for one in view.health
    )
    return HealthSection(
        notes, buttons.step(PlanStep.WRITE_HEALTH) if allows(PlanStep.WRITE_HEALTH) else None
    )
