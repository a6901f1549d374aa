"""Offers: who is asked for what, how long there is to answer, and how an offer ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, select, update

from workflow.acts.base.context import StepContext
from workflow.acts.base.references import unit
from workflow.acts.neighbours import ask as crossing
from workflow.acts.neighbours import directory
from workflow.record.deadlines import policies
from workflow.record.models import (
    MunicipalityRow,
    Offer,
    new_id,
)
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.text.name_order import is_same_name, sort_key

OFFER = cast(Table, Offer.__table__)
ANSWER_DAYS = 14
# The kind of deadline whose length is how long somebody has to answer; others have ANSWER_DAYS.
ANSWERED_WITHIN = {
    "coordinator": DeadlineCode.COORDINATOR_OFFER_ENDS,
    "confirmation": DeadlineCode.CONFIRMATION_ENDS,
    "measure": DeadlineCode.MEASURE_OFFER_ENDS,
    "transfer": DeadlineCode.TRANSFER_ANSWER,
}


def receiving(
    step: StepContext, unit_id: str | None, name: str, neighbour: str = ""
) -> dict[str, Any]:
    """The columns of an offer that name where it goes: an office here, a municipality, or outside.

    Raises BadInput where more than one is named, or a municipality that is asked in its own way.
    """
    if sum(map(bool, (unit_id, name, neighbour))) > 1:
        raise BadInput([("to_neighbour" if neighbour else "to_name", "one_receiver", {})])
    _refuse_known_place(step, name)
    if neighbour:
        return crossing.offer_columns(step, neighbour)
    if unit_id is None:
        return {"to_name": name}
    office = unit(step, unit_id)
    return {"to_unit_id": office["id"], "to_name": office["name"]}


def _refuse_known_place(step: StepContext, name: str) -> None:
    """This municipality by its own name, or a neighbour by hand, would be asked by nobody."""
    own = step.conn.execute(select(MunicipalityRow.name)).scalar() or ""
    if _is_same_place(name, own):
        raise BadInput([("to_name", "own_place", {})])
    if any(_is_same_place(name, one) for _, one in directory.list_neighbours(step.conn)):
        raise BadInput([("to_name", "known_place", {})])


def _is_same_place(one: str, other: str) -> bool:
    """Whether two names are of one municipality, with or without «kommune» after them."""
    return is_same_name(*(sort_key(name).removesuffix(" kommune") for name in (one, other)))


def answer_days(step: StepContext, kind: str) -> int:
    """Calendar days that somebody has to answer an offer of this kind, by the plan's policy."""
    code = ANSWERED_WITHIN.get(kind)
    return policies.of_plan(step.facts).kinds[code].length if code else ANSWER_DAYS


def offer(step: StepContext, kind: str, subject_id: str, **to: Any) -> None:
    """Ask somebody: one open offer per subject and kind; remembered for deadlines and notices."""
    values = {
        "id": new_id(),
        "plan_id": step.plan_id,
        "kind": kind,
        "subject_kind": step.row.machine,
        "subject_id": subject_id,
        "from_state": step.facts.state,
        "from_party_id": step.actor.party_id,
        "to_party_id": None,
        "to_unit_id": None,
        "to_code": None,
        "to_name": "",
        "sent_at": step.now,
        "outcome": "",
        "reason": "",
        "asked_because": "",
        "gaps": "",
        "asked_step": "",
        "asked_form": "",
        "first_appointment": "",
        "discharge_on": None,
        **to,
    }
    values.setdefault("expires_at", step.now + timedelta(days=answer_days(step, kind)))
    step.add_row(OFFER, values)
    step.made.append(("offer", str(values["id"])))
    step.offered = values
    step.note(to=values["to_party_id"], to_unit=values["to_unit_id"])
    step.say(to_name=values["to_name"])


def answer(step: StepContext, outcome: str, reason: str = "") -> Mapping[str, Any]:
    """Answer the open offer; its row is swapped, so two answers cannot both win."""
    question = step.offer
    open_one = update(Offer).where(Offer.id == question["id"], Offer.outcome == "")
    answered = {
        "outcome": outcome,
        "reason": reason,
        "answered_at": step.now,
        "answered_by": step.actor.party_id,
    }
    if step.change_rows(open_one.values(**answered)) != 1:
        raise NotThere(question["id"])
    crossing.lapse(step, question["id"], outcome)
    step.offered = question
    step.note(offer=question["id"], outcome=outcome)
    step.say(reason=reason)
    return question


def end_offers(step: StepContext, subject_id: str | None = None, *kinds: str) -> None:
    """Open offers end with the plan that closes, or with what they were about (domain 5.1)."""
    ending = [
        Offer.plan_id == step.plan_id,
        Offer.outcome == "",
        Offer.kind.in_(kinds) if kinds else Offer.kind != "undo",
    ]
    if subject_id is not None:
        ending.append(Offer.subject_id == subject_id)
    abroad = step.conn.execute(select(Offer.id).where(*ending, Offer.to_code.is_not(None)))
    for offer_id in abroad.scalars().all():
        crossing.lapse(step, offer_id, "ended")
    step.change_rows(update(Offer).where(*ending).values(outcome="ended", answered_at=step.now))
