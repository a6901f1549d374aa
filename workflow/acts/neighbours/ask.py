"""The sender's side in its own steps: another municipality is asked, and what is taken back lapses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, func, select, update

from workflow.acts.base.context import StepContext
from workflow.acts.neighbours import directory, outbox
from workflow.acts.neighbours.messages import (
    LAPSE_REASONS,
    LapseReason,
    OfferLapsed,
    OfferMessage,
    PlanSummary,
    ReleaseMessage,
    digest_summary,
    spell_part,
)
from workflow.record.access.protected_addresses import mask_of
from workflow.record.access.role_holders import holder_on
from workflow.record.history.municipal_chain import change_rows, insert_rows
from workflow.record.models import Crossing, Goal, Measure, Party, new_id
from workflow.rules.crossing.hand_over import CLOSE, EXPIRE, LAPSED, OFFERED, SENDER, WITHDRAW
from workflow.rules.engine.denials import BadInput
from workflow.rules.sharing.scopes import GOALS, MEASURES, SCOPES

CROSSING = cast(Table, Crossing.__table__)
# How an offer ended, and what that is to the other side.
ENDS: Mapping[str, str] = {"withdrawn": WITHDRAW, "expired": EXPIRE, "ended": CLOSE}


def offer_columns(step: StepContext, code: str) -> dict[str, Any]:
    """The columns of an offer to another municipality. Raises BadInput."""
    known = dict(directory.list_neighbours(step.conn))
    if code not in known:
        raise BadInput([("to_neighbour", "unknown_neighbour", {})])
    if not step.plan.get("person_id"):
        raise BadInput([("to_neighbour", "problem_stays", {})])
    return {"to_code": code, "to_name": known[code]}


def ask_neighbour(step: StepContext, scopes: list[str] | None) -> None:
    """The hand-over begins: what we know of it, and the offer with the summary alone."""
    offer = step.offered
    assert offer is not None
    key, summary = new_id(), summarise(step, offer, scopes)
    insert_rows(
        step.conn,
        CROSSING,
        {
            "id": key,
            "side": SENDER,
            "neighbour_code": offer["to_code"],
            "state": OFFERED,
            "plan_id": step.plan_id,
            "offer_id": offer["id"],
            "summary": spell_part(summary),
            "summary_digest": digest_summary(summary),
            "expires_at": offer["expires_at"],
            "offered_at": step.now,
            "why": "",
            "reason": "",
            "version": 1,
            "coordinator_name": "",
            "coordinator_phone": "",
            "unit_name": "",
        },
    )
    said = outbox.envelope(step.conn, key, offer["to_code"], step.now)
    outbox.put(step.conn, OfferMessage(**said, body=summary), step.now)


def summarise(step: StepContext, offer: Mapping[str, Any], scopes: list[str] | None) -> PlanSummary:
    """All that the receiver sees before it has answered."""
    person, asks, holds = (_party(step, key) for key in _people(step))
    chosen = tuple(scopes or SCOPES)
    mask = mask_of(
        step.conn, step.plan_id, step.now
    )  # the receiver could not know what to take out
    return PlanSummary(
        name=person["name"],
        born_on=person["born_on"],
        protection=person["protection"],
        language=person["language"],
        number=step.plan["number"],
        follows=step.plan.get("predecessor_id"),
        asked_by=asks["name"],
        asked_phone=asks["phone"],
        coordinator=holds["name"],
        coordinator_phone=holds["phone"],
        discharge_on=offer["discharge_on"],
        first_appointment=mask(offer["first_appointment"]),
        gaps=mask(offer["gaps"]),
        reason=mask(step.form.reason),
        scopes=chosen,
        goals=_count(step, Goal, Goal.status == "open") * (GOALS in chosen),
        measures=_count(step, Measure, Measure.state != "closed") * (MEASURES in chosen),
        granted=step.plan["outcome"] == "granted",
        expires_at=offer["expires_at"],
    )


def _people(step: StepContext) -> tuple[str | None, str | None, str | None]:
    """The person, who asks, and who coordinates now."""
    held = holder_on(step.plan_id, "coordinator", "acting").limit(1)
    holds = step.conn.execute(held).scalar() or step.plan["responsible_party_id"]
    return step.plan["person_id"], step.actor.party_id, holds


def _party(step: StepContext, key: str | None) -> Mapping[str, Any]:
    party = step.conn.execute(select(Party.__table__).where(Party.id == key)).mappings().first()
    return dict(party) if party else {"name": "", "phone": ""}


def _count(step: StepContext, model: Any, *where: Any) -> int:
    query = select(func.count()).select_from(model).where(model.plan_id == step.plan_id, *where)
    return int(step.conn.execute(query).scalar_one())


def lapse(step: StepContext, offer_id: str, outcome: str) -> None:
    """The question to another municipality falls away: both sides forget who it was about.

    outcome: withdrawn, expired or ended, as the offer has it; any other is not ours to tell.
    """
    what = ENDS.get(outcome)
    crossing = open_of(step, offer_id) if what else None
    if what is not None and crossing is not None:
        _lapse(step.conn, crossing, LAPSE_REASONS[what], step.now)


def lapse_erased(conn: Connection, plan_id: str, now: datetime) -> None:
    """A plan whose words are erased is not handed over: the other side must forget them too."""
    asked = (CROSSING.c.plan_id == plan_id, CROSSING.c.side == SENDER, CROSSING.c.state == OFFERED)
    for crossing in conn.execute(select(CROSSING).where(*asked)).mappings().all():
        _lapse(conn, dict(crossing), LAPSE_REASONS[CLOSE], now)


def _lapse(conn: Connection, crossing: Mapping[str, Any], why: LapseReason, now: datetime) -> None:
    change = update(CROSSING).where(CROSSING.c.id == crossing["id"], CROSSING.c.state == OFFERED)
    ended = {"state": LAPSED, "why": why, "ended_at": now, "summary": ""}
    change_rows(conn, change.values(**ended, version=CROSSING.c.version + 1))
    outbox.forget_offer(conn, crossing["id"])
    said = outbox.envelope(conn, crossing["id"], crossing["neighbour_code"], now)
    outbox.put(conn, ReleaseMessage(**said, body=OfferLapsed(why=why)), now)


def open_of(step: StepContext, offer_id: str) -> Mapping[str, Any] | None:
    """The hand-over that an offer began, while nothing has ended it."""
    query = select(CROSSING).where(CROSSING.c.offer_id == offer_id, CROSSING.c.state == OFFERED)
    crossing = step.conn.execute(query).mappings().first()
    return dict(crossing) if crossing else None
