"""Offering the plan to somebody else and their answer; the sender stays responsible (P15–P19)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from workflow.acts import closing, shares, tenures
from workflow.acts.forms import Agreed, Form, Id, Line, Nothing, Reason, Text, ask
from workflow.acts.parties import LookAlike, NewParty, look_alikes
from workflow.acts.registry import act
from workflow.acts.request import Grant, Incoming, ReceiptOutside
from workflow.acts.step import Done, Step
from workflow.record.access import Actor
from workflow.record.models import Decision, Event, Goal, Measure, Offer, Party, Plan, new_id
from workflow.rules.clock import oslo_date
from workflow.rules.denials import BadInput
from workflow.rules.scopes import EVERYTHING, GOALS, MEASURES
from workflow.words.marking import N_
from workflow.words.sharing import PARTS


class OfferTransfer(Agreed):
    """P15: to whom, and on discharge the first appointment after it (0.4)."""

    to_unit_id: Id | None = ask(N_("Hvilket kontor spør vi?"), "any_unit", None)
    to_name: Line = ask(N_("Eller et sted utenfor"), "line", "")
    discharge_on: date | None = ask(N_("Når kommer personen hjem?"), "date", None)
    first_appointment: Text = ask(N_("Første avtale etterpå: dag, klokka, hos hvem"), "line", "")
    gaps: Text = ask(N_("Hva er ikke på plass ennå?"), "textarea", "", folded=True)
    reason: Text = ask(N_("Hvorfor overføring?"), "textarea", "")
    scopes: list[str] | None = ask(
        N_("Hva vil personen at de som tar over, får se?"), "many", None, choices=PARTS
    )


@act("P15", OfferTransfer)
def offer_transfer(step: Step) -> None:
    """Asked; the work and the responsibility stay here until they answer."""
    form: OfferTransfer = step.form
    if form.scopes is not None and not form.scopes:
        raise BadInput([("scopes", "choice_missing", {})])
    to = tenures.receiving(step, form.to_unit_id, form.to_name)
    days = tenures.answer_days(step, "transfer")
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
    coordinator = step.actor.party_id or found["to_party_id"]
    tenures.make_coordinator(step, coordinator)
    if (agreed := _agreed(step.conn, step.plan_id)) is not None:
        shares.share_with(step, coordinator, "app", agreed)
    step.say(words=step.form.words)


class AcceptElsewhere(Form):
    """P17: another municipality takes over with its own decision, or resting on the old."""

    rests_on_old: bool = ask(N_("Vi bygger på det gamle vedtaket"), "check", True)
    person_id: Id | None = ask(
        N_("Står personen i registeret hos dere fra før?"), "look_alike", None
    )


class Successor(Incoming):
    """P2 for a plan that comes from another municipality here: which plan it follows."""

    predecessor_id: Id | None = ask("", "line", None)


def _successor(session: Session, actor: Actor, done: Done, form: Any, now: datetime) -> None:
    """A new plan at the receiver: requested, or granted where it rests on the old decision."""
    from workflow.acts.engine import fire, why_not

    old = session.execute(select(Plan).where(Plan.id == done.plan_id)).scalar_one()
    goals, measures = _brought(session, done)
    parts = _agreed(session, done.plan_id) or EVERYTHING
    coming = Successor(
        person_id=_here(session, actor, old.person_id, form.person_id, now),
        predecessor_id=old.id,
        source_name=old.number,
        agreed_how="paper",
        goals="\n".join(goals) if GOALS in parts else "",
        measures="\n".join(measures) if MEASURES in parts else "",
        document_text=(old.most_important if GOALS in parts else "") or old.number,
        **_discharge(session, done, oslo_date(now)),
    )
    new = fire(session, actor, "P2", form=coming, now=now)
    answer = _old_answer(session, old) if form.rests_on_old else None
    here: dict[str, Any] = {"plan_id": new.plan_id, "form": answer, "now": now}
    if answer is not None and not why_not(session, actor, "P3", **here):
        fire(session, actor, "P3", **here)


def _discharge(session: Session, done: Done, today: date) -> dict[str, Any]:
    """The day the person comes home, if it lies ahead, and what was agreed for afterwards."""
    found = session.execute(
        select(Offer.discharge_on, Offer.first_appointment).where(
            Offer.plan_id == done.plan_id, Offer.kind == "transfer", Offer.outcome == "accepted"
        )
    ).first()
    if found is None or found.discharge_on is None or found.discharge_on < today:
        return {}
    return {"discharge_on": found.discharge_on, "first_appointment": found.first_appointment}


def _brought(session: Session, done: Done) -> tuple[list[str], list[str]]:
    """The goals that stand and the measures that were open, each on one line."""
    goals = session.execute(
        select(Goal.own_words, Goal.clarified)
        .where(Goal.plan_id == done.plan_id, Goal.status == "open")
        .order_by(Goal.position)
    ).all()
    text = session.execute(select(Event.text).where(Event.id == done.event_id)).scalar_one()
    ended = json.loads(text)["codes"].get("cancelled", [])
    measures = session.execute(
        select(Measure.text).where(Measure.id.in_(ended)).order_by(Measure.position)
    ).scalars()
    lines = [" ".join((own or clear).split()) for own, clear in goals]
    return lines, [" ".join(words.split()) for words in measures]


def _agreed(conn: Connection | Session, plan_id: str) -> frozenset[str] | None:
    """The parts that the person lets go along, said when the plan was offered; None for no choice."""
    asked = conn.execute(
        select(Event.text)
        .where(Event.plan_id == plan_id, Event.row_id == "P15")
        .order_by(Event.seq.desc())
        .limit(1)
    ).scalar()
    chosen = json.loads(asked).get("form", {}).get("scopes") if asked else None
    return frozenset(chosen) if chosen else None


def _old_answer(session: Session, old: Plan) -> Grant | None:
    """The old decision as the receiver's own, or None where there was no yes."""
    found = session.execute(
        select(Decision.regime, Decision.why_long, Decision.why_coordinated)
        .where(Decision.plan_id == old.id, Decision.why_long != "")
        .order_by(Decision.made_on.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    return Grant(
        why_long=found.why_long,
        why_coordinated=found.why_coordinated,
        regime=found.regime,
        wish_coordinator=old.wish_coordinator or "–",
    )


def _here(
    session: Session, actor: Actor, old_id: str | None, chosen: str | None, now: datetime
) -> str:
    """The person as a party of the receiving municipality: the one chosen there, else a new one.

    The digest of a national id is of use to its own municipality alone, so whether it is the same
    human is for somebody who knows to say; a new party comes without. Raises BadInput.
    """
    old = session.execute(select(Party).where(Party.id == old_id)).scalar_one()
    if chosen is not None:
        if chosen not in [one.party_id for one in look_alikes_of(session, old)]:
            raise BadInput([("person_id", "unknown_party", {})])
        return chosen
    key = new_id()
    copied = ("name", "sort_key", "born_on", "phone", "email", "language", "protection")
    values = {name: getattr(old, name) for name in copied}
    fresh = {"id": key, "created_at": now}
    session.execute(insert(Party), {**fresh, **values})
    return key


def look_alikes_of(session: Session, old: Party) -> Sequence[LookAlike]:
    """Who in a receiver's own register may be the person of a plan that is offered to it."""
    described = NewParty(name=old.name, born_on=old.born_on, phone=old.phone)
    return look_alikes(session, described)


@act("P17", AcceptElsewhere, then=_successor)
def accept_elsewhere(step: Step) -> None:
    """The receiver gets a new plan; this one closes here as transferred out."""
    tenures.answer(step, "accepted")
    step.note(rests_on_old=step.form.rests_on_old)
    closing.close_plan(step, "transferred_out")


class DeclineTransfer(Reason):
    """P18a: why; and where somebody comes home, that they do not live here."""

    residence_disputed: bool = ask(N_("Personen bor ikke i vår kommune"), "check", False,
                                   folded=True)  # fmt: skip


@act("P18a", DeclineTransfer)
def decline_transfer(step: Step) -> None:
    """They cannot; the plan stays where it was, and who is responsible is told."""
    tenures.answer(step, "declined", step.form.reason)
    step.note(residence_disputed=step.form.residence_disputed or None)


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
