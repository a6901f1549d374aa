"""Notes on the person's health, read only within that part of what she shares."""

from __future__ import annotations

from sqlalchemy import select

from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import Id, Text, WithAgreement, ask
from workflow.acts.base.registry import act
from workflow.record.models import HealthNote
from workflow.rules.engine.denials import BadInput
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_


class WriteHealth(WithAgreement):
    """What helpers should know, in plain words; no diagnosis is asked for (2.3)."""

    words: Text = ask(N_("Hva bør de som hjelper, vite om helsen?"), "textarea", "")


@act(PlanStep.WRITE_HEALTH, WriteHealth)
def write_health(step: StepContext) -> None:
    """A note of its own; who wrote it and when stands beside."""
    step.require(words=step.form.words)
    step.insert(
        HealthNote,
        words=step.form.words,
        written_by=step.actor.party_id,
        written_at=step.now,
    )


class EndHealth(WithAgreement):
    """Which note no longer holds."""

    note_id: Id = ask(N_("Hva gjelder ikke lenger?"), "health_note", "")
    reason: Text = ask(N_("Hvorfor?"), "line", "", folded=True)


@act(PlanStep.END_HEALTH, EndHealth)
def end_health(step: StepContext) -> None:
    """Struck out: nobody sees it in the plan any more; the history keeps that it was there."""
    key = step.form.note_id
    step.require(note_id=key)
    open_note = select(HealthNote.id).where(
        HealthNote.id == key, HealthNote.plan_id == step.plan_id, HealthNote.ended_at.is_(None)
    )
    if step.conn.execute(open_note).first() is None:
        raise BadInput([("note_id", "not_on_this_plan", {})])
    step.update(HealthNote, key, ended_at=step.now)
