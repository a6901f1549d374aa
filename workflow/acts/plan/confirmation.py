"""Asking a second human to confirm a step, and their answer; a yes takes the step as it was asked.

The step is kept with the question: its name, what it is about, and what its form said. It is judged
anew when it is taken, for whoever asked may no longer have the right, and the plan may have moved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.base import references
from workflow.acts.base.context import StepContext, StepResult
from workflow.acts.base.form_fields import (
    LONGEST,
    Form,
    Id,
    NoFields,
    Short,
    WithReason,
    ask,
    ask_second,
    clean_text,
)
from workflow.acts.base.registry import ACTS, act
from workflow.acts.engine.fire import fire
from workflow.acts.plan import offers
from workflow.record.access.open_plan import Actor, resolve_access
from workflow.record.access.role_holders import units_led, units_of
from workflow.record.models import Event, Offer
from workflow.rules.engine.denials import BadInput, Denial, NotThere, Refused, WrongSubject
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.own_interest import widened_parties
from workflow.rules.engine.transition import Transition
from workflow.rules.names.steps import PlanStep
from workflow.rules.tables import TRANSITIONS, find_transition

# A form may have a text in each of its fields.
Answers = Annotated[str, StringConstraints(max_length=20 * LONGEST), AfterValidator(clean_text)]


class AskConfirmation(Form):
    """Which step, about what, what its form says as JSON, and who is asked to confirm it."""

    step: Short = ask("", "hidden", "")
    subject_id: Id | None = ask("", "hidden", None)
    answers: Answers = ask("", "textarea", "{}")
    confirmer_id: Id | None = ask_second()


@act(PlanStep.ASK_CONFIRMATION, AskConfirmation)
def ask_confirmation(step: StepContext) -> None:
    """Asked of one human who may confirm it; nothing else changes until they say yes.

    Raises BadInput where the step is not open even to two, or for who may not confirm it.
    """
    form: AskConfirmation = step.form
    if form.step not in TRANSITIONS:
        raise BadInput([("step", "cannot_be_asked", {})])
    row = TRANSITIONS[form.step]
    second = references.party(step, form.confirmer_id or "", "confirmer_id")
    if not _may_confirm(step, row, second["id"]):
        raise BadInput([("confirmer_id", "cannot_confirm", {})])
    _try_once(step, row, second["id"])
    offers.offer(
        step,
        "confirmation",
        step.plan_id,
        to_party_id=second["id"],
        to_name=second["name"],
        asked_step=row.name,
        asked_form=json.dumps({"subject": form.subject_id, "form": json.loads(form.answers)}),
    )
    step.note(asks=row.name)


def _may_confirm(step: StepContext, row: Transition, second: str) -> bool:
    """Somebody else, who gains nothing by it, and who has the competence."""
    gains = widened_parties(row, Facts(form=_filled(step.form)))
    if second in step.facts.own_parties | gains:
        return False
    stands = resolve_access(step.conn, Actor(second), step.plan_id, step.now).relations
    return _is_competent(step, row, stands, second, {step.actor.party_id, *gains})


def _is_competent(
    step: StepContext, row: Transition, stands: frozenset[str], second: str, near: set[str | None]
) -> bool:
    """A relation to the plan that confirms the row; or a leader of who asks or is named, whoever's it is."""
    if stands & set(row.seconds):
        return True
    led = set(step.conn.execute(units_led(second, step.now)).scalars())
    offices = {
        unit for one in near if one for unit in step.conn.execute(units_of(one, step.now)).scalars()
    }
    return "leader" in row.seconds and bool(offices & led)


def _try_once(step: StepContext, row: Transition, second: str) -> None:
    """Take the step as if it were confirmed, and undo it: nobody is asked to confirm what cannot be.

    Raises BadInput, by the names of the step's own form where that is what is wrong.
    """
    form: AskConfirmation = step.form
    asker = Actor(step.actor.party_id, step.actor.kind, confirmed_by=second)
    with Session(step.conn, join_transaction_mode="create_savepoint") as trial:
        about: dict[str, Any] = {"plan_id": step.plan_id, "subject_id": form.subject_id}
        try:
            fire(trial, asker, row.name, **about, form=_filled(form), now=step.now)
        except (Refused, NotThere, WrongSubject) as refused:
            raise BadInput([("step", "cannot_be_asked", {})]) from refused
        finally:
            trial.rollback()


def _filled(form: AskConfirmation) -> Form:
    """The form of the step that is asked about."""
    said: Form = ACTS[form.step].form(**json.loads(form.answers))
    return said


class Confirm(Form):
    """Yes; nothing is asked besides."""


@act(
    PlanStep.CONFIRM,
    Confirm,
    then=lambda session, actor, done, form, now: take_confirmed(session, actor, done, now),
)
def confirm(step: StepContext) -> None:
    """The second human stands behind it from their own sign-in; the step follows, with both names.

    Raises Refused where who answers could not have been asked: a substitute of who was.
    """
    asked = _asked(step)
    row = find_transition(asked["asked_step"])
    gains = widened_parties(row, Facts(form=_said(asked)))
    near = {step.offer["from_party_id"], *gains}
    second = step.actor.party_id or ""
    if second in gains or not _is_competent(step, row, step.access.relations, second, near):
        raise Refused([Denial("not_yours_to_confirm", {}, row.seconds)])
    offers.answer(step, "accepted")
    step.note(asks=row.name)


def _asked(step: StepContext) -> dict[str, Any]:
    columns = select(Offer.asked_step, Offer.asked_form).where(Offer.id == step.offer["id"])
    return dict(step.conn.execute(columns).mappings().one())


def _said(asked: Mapping[str, Any]) -> Form:
    """The form of the step that is asked about, as it was filled in."""
    said: Form = ACTS[asked["asked_step"]].form(**json.loads(asked["asked_form"])["form"])
    return said


def take_confirmed(session: Session, actor: Actor, done: StepResult, now: datetime) -> None:
    """Take the step as it was asked, in the name of who asked, with the second human's beside it.

    Raises Refused where it is not open any more; then nothing is confirmed either.
    """
    told = session.execute(select(Event.text).where(Event.id == done.event_id)).scalar_one()
    offer = session.get_one(Offer, json.loads(told)["codes"]["offer"])
    asked = {"asked_step": offer.asked_step, "asked_form": offer.asked_form}
    kind = "party" if offer.from_party_id else "operator"
    asker = Actor(offer.from_party_id, kind, confirmed_by=actor.party_id)
    about = {"plan_id": done.plan_id, "subject_id": json.loads(offer.asked_form)["subject"]}
    try:
        fire(session, asker, offer.asked_step, **about, form=_said(asked), now=now)
    except NotThere as error:
        raise Refused([Denial("asker_gone", {}, ("receiver",))]) from error


@act(PlanStep.DECLINE_CONFIRMATION, WithReason)
def decline_confirmation(step: StepContext) -> None:
    """No, with the reason; nothing has changed."""
    step.note(asks=_asked(step)["asked_step"])
    offers.answer(step, "declined", step.form.reason)


@act(PlanStep.WITHDRAW_CONFIRMATION, NoFields)
def withdraw_confirmation(step: StepContext) -> None:
    """The question is taken back."""
    step.note(asks=_asked(step)["asked_step"])
    offers.answer(step, "withdrawn")


@act(PlanStep.EXPIRE_CONFIRMATION, NoFields)
def expire_confirmation(step: StepContext) -> None:
    """Nobody confirmed it in time: it was not done."""
    step.note(asks=_asked(step)["asked_step"])
    offers.answer(step, "expired")
