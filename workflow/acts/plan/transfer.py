"""Offering the plan to somebody else and their answer; the sender stays responsible."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Form,
    Id,
    Line,
    NoFields,
    Text,
    WithAgreement,
    WithReason,
    ask,
)
from workflow.acts.base.registry import act
from workflow.acts.neighbours.ask import ask_neighbour
from workflow.acts.neighbours.directory import name_of
from workflow.acts.plan import close_effects, offers, tenures
from workflow.acts.plan.request import Incoming, ReceiptOutside
from workflow.acts.sharing import consent_rows
from workflow.record.models import Agreement, Event
from workflow.rules.engine.denials import BadInput
from workflow.rules.names.steps import PlanStep
from workflow.words.labels.scopes import PARTS
from workflow.words.text.translatable import N_

NeighbourNumber = Annotated[str, StringConstraints(pattern=r"^([0-9]{4})?$")]


class OfferTransfer(WithAgreement):
    """To whom, and on discharge the first appointment after it (0.4)."""

    to_unit_id: Id | None = ask(N_("Hvilket kontor spør vi?"), "any_unit", None)
    to_neighbour: NeighbourNumber = ask(N_("Eller en annen kommune"), "neighbour", "")
    to_name: Line = ask(N_("Eller et sted utenfor"), "line", "")
    discharge_on: date | None = ask(N_("Når kommer personen hjem?"), "date", None)
    first_appointment: Text = ask(N_("Første avtale etterpå: dag, klokka, hos hvem"), "line", "")
    gaps: Text = ask(N_("Hva er ikke på plass ennå?"), "textarea", "", folded=True)
    reason: Text = ask(N_("Hvorfor overføring?"), "textarea", "")
    scopes: list[str] | None = ask(
        N_("Hva vil personen at de som tar over, får se?"), "many", None, choices=PARTS
    )


@act(PlanStep.OFFER_TRANSFER, OfferTransfer)
def offer_transfer(step: StepContext) -> None:
    """Asked; the work and the responsibility stay here until they answer."""
    form: OfferTransfer = step.form
    if form.scopes is not None and not form.scopes:
        raise BadInput([("scopes", "choice_missing", {})])
    asks = bool(form.to_neighbour) and step.recorded_at is None
    if form.to_neighbour and not asks:
        # A story that a file tells: what was asked there once is not asked anew.
        there = name_of(step.conn, form.to_neighbour)
        to: dict[str, Any] = {"to_code": form.to_neighbour, "to_name": there}
    else:
        to = offers.receiving(step, form.to_unit_id, form.to_name, form.to_neighbour)
    if asks:  # all that they can judge by, before they have said yes
        step.require(reason=form.reason)
    days = offers.answer_days(step, "transfer")
    offers.offer(
        step,
        "transfer",
        step.plan_id,
        discharge_on=form.discharge_on,
        gaps=form.gaps,
        asked_because=form.reason,
        first_appointment=form.first_appointment,
        expires_at=step.now + timedelta(days=days),
        **to,
    )
    step.say(reason=form.reason)
    if asks:
        ask_neighbour(step, form.scopes)
    if form.discharge_on:
        step.set(transition_on=form.discharge_on, transition_kind="discharge")


class AcceptTransfer(Form):
    """Who coordinates from now on: oneself, said so, or somebody who is asked."""

    coordinator_id: Id | None = ask(
        N_("Hvem skal være koordinator?"),
        "staff",
        None,
        help=N_(
            "Velg deg selv, eller noen som får spørsmålet. Fram til et ja passer noen på planen."
        ),
    )
    words: Text = ask(N_("Vil du si noe til personen?"), "textarea", "", folded=True)


@act(PlanStep.ACCEPT_TRANSFER, AcceptTransfer)
def accept_transfer(step: StepContext) -> None:
    """Responsibility moves at this instant; a request moves to the right office."""
    offer = offers.answer(step, "accepted")
    unit_id = offer["to_unit_id"] or step.plan["unit_id"]
    if offer["from_state"] == "requested":
        step.set(unit_id=unit_id)
        tenures.responsible(step, None, unit_id)
        return
    chosen = step.form.coordinator_id
    step.require(coordinator_id=chosen)
    offers.end_offers(step, step.plan_id, "coordinator")  # whom the sender asked is asked no more
    if chosen == step.actor.party_id:
        share_as_agreed(step, chosen)
        tenures.make_coordinator(step, chosen)
    else:
        _ask_to_coordinate(step, chosen, unit_id)
    step.say(words=step.form.words)


def _ask_to_coordinate(step: StepContext, party_id: str, unit_id: str) -> None:
    """The plan is the receiver's; who is to coordinate says yes first, and a named human acts till then."""
    party = references.party(step, party_id, "coordinator_id")
    tenures.make_acting(step, tenures.a_coordinating_human(step))
    step.set(service_unit_id=unit_id)  # whose leader hears what the plan waits for
    offers.offer(step, "coordinator", step.plan_id, to_party_id=party_id, to_name=party["name"])
    step.add_recipient(party_id, "receiver")


class ReleaseElsewhere(Form):
    """Who takes over at the other municipality, as its acceptance says."""

    crossing_id: Id | None = ask("", "line", None)
    coordinator: Line = ask("", "line", "")
    phone: Line = ask("", "line", "")
    unit: Line = ask("", "line", "")
    rests_on_old: bool = ask("", "check", False)


class Successor(Incoming):
    """`plan.register_incoming` for a plan that comes from another municipality: which plan it follows."""

    predecessor_id: Id | None = ask("", "line", None)


@dataclass(frozen=True, slots=True)
class AgreedParts:
    """The parts that the person lets go along, and how she said so when the plan was offered."""

    scopes: frozenset[str]
    how: str


def share_as_agreed(step: StepContext, coordinator_id: str) -> None:
    """Who coordinates after a transfer sees what the person let go along, where she chose."""
    if (agreed := _agreed(step.conn, step.plan_id)) is not None:
        consent_rows.share_with(step, coordinator_id, agreed.how, agreed.scopes)


def _agreed(conn: Connection | Session, plan_id: str) -> AgreedParts | None:
    """What was said when the plan was offered last; None for no choice."""
    asked = conn.execute(
        select(Event.text, Agreement.how)
        .join(Agreement, Agreement.event_id == Event.id)
        .where(Event.plan_id == plan_id, Event.step_name == PlanStep.OFFER_TRANSFER)
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    chosen = json.loads(asked.text).get("form", {}).get("scopes") if asked else None
    return AgreedParts(frozenset(chosen), asked.how) if asked and chosen else None


@act(PlanStep.RELEASE_ELSEWHERE, ReleaseElsewhere)
def release_elsewhere(step: StepContext) -> None:
    """The other municipality's yes has come: this plan closes here as transferred out."""
    offers.answer(step, "accepted")
    step.note(rests_on_old=step.form.rests_on_old, crossing=step.form.crossing_id)
    step.say(coordinator=step.form.coordinator, unit=step.form.unit)
    close_effects.close_plan(step, "transferred_out")


class DeclineTransfer(WithReason):
    """Why; and where somebody comes home, that they do not live here."""

    residence_disputed: bool = ask(
        N_("Personen bor ikke i vår kommune"), "check", False, folded=True
    )


@act(PlanStep.DECLINE_TRANSFER, DeclineTransfer)
def decline_transfer(step: StepContext) -> None:
    """They cannot; the plan stays where it was, and who is responsible is told."""
    offers.answer(step, "declined", step.form.reason)
    step.note(residence_disputed=step.form.residence_disputed or None)


@act(PlanStep.EXPIRE_TRANSFER, NoFields)
def expire_transfer(step: StepContext) -> None:
    """No answer in time: the plan stays, both coordinating units hear of it."""
    offers.answer(step, "expired")


@act(PlanStep.END_TRANSFER_UNAGREED, NoFields)
def end_transfer_unagreed(step: StepContext) -> None:
    """Read again before the plan left, the person's yes no longer stood: it stays where it was."""
    offers.answer(step, "withdrawn")


@act(PlanStep.WITHDRAW_TRANSFER, WithAgreement)
def withdraw_transfer(step: StepContext) -> None:
    """The question is taken back."""
    offers.answer(step, "withdrawn")


@act(PlanStep.ACCEPTED_OUTSIDE, ReceiptOutside)
def accept_outside(step: StepContext) -> None:
    """They have the plan; the person gets a copy on paper."""
    offers.answer(step, "accepted")
    step.say(receipt_from=step.form.receipt_from)
    step.effective_from = step.form.receipt_on
    close_effects.close_plan(step, "transferred_out")
