"""Offering the plan to somebody else and their answer; the sender stays responsible (P15–P19)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflow.acts import closing, tenures
from workflow.acts.forms import Agreed, Form, Id, Line, Nothing, Reason, Text, ask
from workflow.acts.registry import act
from workflow.acts.request import ReceiptOutside
from workflow.acts.step import Done, Step
from workflow.record.access import Actor
from workflow.record.models import Plan
from workflow.words.marking import N_

DISCHARGE_ANSWER_DAYS = 7


class OfferTransfer(Agreed):
    """P15: to whom, and on discharge the first appointment after it (0.4)."""

    to_unit_id: Id | None = ask(N_("Hvilket kontor spør vi?"), "any_unit", None)
    to_name: Line = ask(N_("Eller et sted utenfor"), "line", "")
    discharge_on: date | None = ask(N_("Når kommer personen hjem?"), "date", None)
    first_appointment: Text = ask(N_("Første avtale etterpå: dag, klokka, hos hvem"), "line", "")
    gaps: Text = ask(N_("Hva er ikke på plass ennå?"), "textarea", "", folded=True)
    reason: Text = ask(N_("Hvorfor overføring?"), "textarea", "")


@act("P15", OfferTransfer)
def offer_transfer(step: Step) -> None:
    """Asked; the work and the responsibility stay here until they answer."""
    form: OfferTransfer = step.form
    to: dict[str, Any] = {"to_name": form.to_name}
    if form.to_unit_id:
        unit = tenures.unit(step, form.to_unit_id)
        to = {"to_unit_id": unit["id"], "to_name": unit["name"]}
        if unit["municipality_id"] != step.municipality_id:
            to["to_municipality_id"] = unit["municipality_id"]
    days = DISCHARGE_ANSWER_DAYS if form.discharge_on else tenures.ANSWER_DAYS
    tenures.offer(
        step,
        "transfer",
        step.plan_id,
        discharge_on=form.discharge_on,
        gaps=form.gaps,
        first_appointment=form.first_appointment,
        expires_at=step.now + timedelta(days=days),
        **to,
    )
    step.say(reason=form.reason)
    if form.discharge_on:
        step.set(transition_on=form.discharge_on, transition_kind="discharge")


class AcceptTransfer(Form):
    """P16: who coordinates from now on; the one who accepts where nobody is named."""

    words: Text = ask(N_("Vil du si noe til personen?"), "textarea", "", folded=True)


@act("P16", AcceptTransfer)
def accept_transfer(step: Step) -> None:
    """Responsibility moves at this instant; a request moves to the right office."""
    found = tenures.answer(step, "accepted")
    unit_id = found["to_unit_id"] or step.plan["unit_id"]
    if found["from_state"] == "requested":
        step.set(unit_id=unit_id)
        tenures.responsible(step, None, unit_id)
        return
    tenures.make_coordinator(step, step.actor.party_id or found["to_party_id"])
    step.say(words=step.form.words)


class AcceptElsewhere(Form):
    """P17: another municipality takes over with its own decision, or resting on the old."""

    rests_on_old: bool = ask(N_("Vi bygger på det gamle vedtaket"), "check", True)


def _successor(session: Session, actor: Actor, done: Done, form: Any, now: datetime) -> None:
    """A new plan at the receiver: requested, origin incoming, with its predecessor."""
    from workflow.acts.engine import fire
    from workflow.acts.request import Incoming

    old = session.execute(select(Plan).where(Plan.id == done.plan_id)).scalar_one()
    offer_unit = session.execute(select(Plan.unit_id).where(Plan.id == done.plan_id)).scalar()
    person = _same_person(session, actor, old.person_id, now)
    coming = Incoming(
        person_id=person,
        source_name=old.number,
        agreed_how="paper",
        goals="",
        measures="",
        document_text=old.most_important or old.number,
    )
    fire(session, actor, "P2", form=coming, now=now)
    assert offer_unit is not None


def _same_person(session: Session, actor: Actor, person_id: str | None, now: datetime) -> str:
    """The person as a party of the receiving municipality, made where they are new there."""
    from workflow.record.models import Party, new_id

    old = session.execute(select(Party).where(Party.id == person_id)).scalar_one()
    known = select(Party.id).where(
        Party.municipality_id == actor.municipality_id,
        Party.national_id_hmac == old.national_id_hmac,
        Party.national_id_hmac != "",
    )
    found = session.execute(known).scalar()
    if found:
        return found
    key = new_id()
    copied = ("name", "sort_key", "national_id_hmac", "born_on", "phone", "email", "language")
    session.execute(
        insert(Party),
        {
            "id": key,
            "municipality_id": actor.municipality_id,
            "created_at": now,
            **{name: getattr(old, name) for name in copied},
        },
    )
    return key


@act("P17", AcceptElsewhere, then=_successor)
def accept_elsewhere(step: Step) -> None:
    """The receiver gets a new plan; this one closes here as transferred out."""
    tenures.answer(step, "accepted")
    step.note(rests_on_old=step.form.rests_on_old)
    closing.close_plan(step, "transferred_out")


@act("P18a", Reason)
def decline_transfer(step: Step) -> None:
    """They cannot; the plan stays where it was, and who is responsible is told."""
    tenures.answer(step, "declined", step.form.reason)


@act("P18b", Nothing)
def expire_transfer(step: Step) -> None:
    """No answer in time: the plan stays, both coordinating units hear of it."""
    tenures.answer(step, "expired")


@act("P18c", Agreed)
def withdraw_transfer(step: Step) -> None:
    """The question is taken back."""
    tenures.answer(step, "withdrawn")


@act("P19", ReceiptOutside)
def accepted_outside(step: Step) -> None:
    """They have the plan; the person gets a copy on paper."""
    tenures.answer(step, "accepted")
    step.say(receipt_from=step.form.receipt_from)
    step.effective_from = step.form.receipt_on
    closing.close_plan(step, "transferred_out")
