"""Who coordinates: asking, answering, laying down, vacancy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Form,
    Id,
    NoFields,
    Text,
    WithAgreement,
    WithConfirmer,
    WithReason,
    ask,
)
from workflow.acts.base.registry import act
from workflow.acts.plan import offers, tenures, transfer
from workflow.acts.sharing import consent_rows
from workflow.record.models import Event
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_


class OfferCoordinator(WithAgreement, WithConfirmer):
    """Whom we ask, and what the person wished (3.22)."""

    to_party_id: Id | None = ask(N_("Hvem spør vi?"), "staff_or_person", None)
    wish_coordinator: Text = ask(N_("Hvem ønsker personen som koordinator?"), "line", "")
    reason: Text = ask(N_("Hvorfor en annen enn personen ønsket?"), "line", "", folded=True)


@act(PlanStep.OFFER_COORDINATOR, OfferCoordinator)
def offer_coordinator(step: StepContext) -> None:
    """Ask somebody to coordinate; nothing changes until they say yes."""
    form: OfferCoordinator = step.form
    step.require(to_party_id=form.to_party_id)
    party = references.party(step, form.to_party_id or "", "to_party_id")
    if form.wish_coordinator:
        step.set(wish_coordinator=form.wish_coordinator, wish_asked_at=step.now)
    offers.offer(
        step, "coordinator", step.plan_id, to_party_id=form.to_party_id, to_name=party["name"]
    )
    step.say(reason=form.reason)


class Accept(Form):
    """Yes."""

    words: Text = ask(N_("Vil du si noe?"), "textarea", "", folded=True)


class AcceptWithScopes(Accept):
    """Of a plan from another municipality: what the person lets over, and how that was said."""

    scopes: list[str] | None = ask("", "many", None)
    source: str = ask("", "line", "")


@act(PlanStep.ACCEPT_COORDINATOR, Accept)
def accept_coordinator(step: StepContext) -> None:
    """From this instant the receiver coordinates and is responsible."""
    offer = offers.answer(step, "accepted")
    receiver = offer["to_party_id"]
    if isinstance(step.form, AcceptWithScopes) and step.form.scopes is not None:
        # Before the role, which shares what the duty needs where nothing was said.
        consent_rows.share_with(step, receiver, step.form.source, frozenset(step.form.scopes))
    _share_as_agreed(step, offer)
    tenures.make_coordinator(step, receiver)
    step.say(words=step.form.words)


def _share_as_agreed(step: StepContext, offer: Mapping[str, Any]) -> None:
    """Who was asked by an office that took the plan over sees what the person let go along."""
    taken_over = select(Event.id).where(
        Event.plan_id == step.plan_id,
        Event.step_name == PlanStep.ACCEPT_TRANSFER,
        Event.recorded_at == offer["sent_at"],
    )
    if step.conn.execute(taken_over).first() is not None:
        transfer.share_as_agreed(step, offer["to_party_id"])


@act(PlanStep.DECLINE_COORDINATOR, WithReason)
def decline_coordinator(step: StepContext) -> None:
    """No, with the reason; the plan keeps whoever it had."""
    offers.answer(step, "declined", step.form.reason)


@act(PlanStep.EXPIRE_COORDINATOR, NoFields)
def expire_coordinator(step: StepContext) -> None:
    """Nobody answered in time."""
    offers.answer(step, "expired")


@act(PlanStep.WITHDRAW_COORDINATOR_OFFER, WithAgreement)
def withdraw_coordinator_offer(step: StepContext) -> None:
    """The question is taken back."""
    offers.answer(step, "withdrawn")


class LayDown(Form):
    """No reason is asked of anybody."""

    words: Text = ask(N_("Vil du si hvorfor?"), "textarea", "", folded=True)


@act(PlanStep.LAY_DOWN, LayDown)
def lay_down(step: StepContext) -> None:
    """The contact or the coordinating unit acts from the same second."""
    tenures.make_acting(step, tenures.contact(step) or tenures.a_coordinating_human(step))
    step.say(words=step.form.words)


class Vacate(WithConfirmer):
    """Who acts, by name."""

    acting_id: Id | None = ask(N_("Hvem passer på planen nå?"), "staff", None)
    reason: Text = ask(N_("Hvorfor?"), "line", "")


class VacateAsLeft(Vacate):
    """Of a coordinator who leaves, whose plans are handed on."""

    leaves: bool = ask("", "check", True)


@act(PlanStep.VACATE, Vacate)
def vacate(step: StepContext) -> None:
    """Without coordinator: a named human of the coordinating unit acts (F11)."""
    tenures.may_act(step, step.form.acting_id)
    tenures.make_acting(step, step.form.acting_id)
    step.say(reason=step.form.reason)
