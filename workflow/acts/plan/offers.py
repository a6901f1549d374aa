"""Who is responsible: opening and closing tenures, consents for those who come in, offers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from workflow.acts.base.context import Step
from workflow.acts.neighbours import ask as crossing
from workflow.acts.neighbours import directory
from workflow.acts.sharing.consent_rows import share_as_coordinator
from workflow.acts.sharing.consent_rows import share_with as share_with  # asked for beside tenures
from workflow.record.access.role_holders import (
    IN_CHARGE,
    holder_on,
    holds_any,
    on_plan,
    people_in,
    units_of,
)
from workflow.record.deadlines import policies
from workflow.record.models import (
    Consent,
    MunicipalityRow,
    Offer,
    Party,
    StaffRole,
    Tenure,
    Unit,
    new_id,
)
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.guards.sharing import giver
from workflow.rules.names.deadlines import DeadlineCode

TENURE = Tenure.__table__
ANSWER_DAYS = 14
# The kind of deadline whose length is how long somebody has to answer; others have ANSWER_DAYS.
ANSWERED_WITHIN = {
    "coordinator": DeadlineCode.COORDINATOR_OFFER_ENDS,
    "measure": DeadlineCode.MEASURE_OFFER_ENDS,
    "transfer": DeadlineCode.TRANSFER_ANSWER,
}


def close_tenure(step: Step, role: str) -> None:
    """End the open tenure of a role at this instant."""
    step.conn.execute(
        update(Tenure).where(
            on_plan(Tenure, step.plan_id, role),
        ),
        {"until_at": step.now},
    )


def open_tenure(step: Step, role: str, party_id: str | None, unit_id: str | None) -> None:
    """Begin a tenure, ending the one before it at the same instant: no gap, no overlap."""
    close_tenure(step, role)
    step.insert(Tenure, role=role, party_id=party_id, unit_id=unit_id, from_at=step.now)


def responsible(step: Step, party_id: str | None, unit_id: str) -> None:
    """Make a human or a unit responsible from this instant (promise P8)."""
    if not step.creates and step.row.machine == "plan" and "id" in step.plan:
        open_tenure(step, "responsible", party_id, unit_id)
    step.set_plan(responsible_party_id=party_id, responsible_unit_id=unit_id)


def unit_of(step: Step, party_id: str) -> str:
    """The unit a party works in; the plan's own unit for people without a staff role."""
    works = units_of(party_id, step.now).order_by(StaffRole.role)
    found: str | None = step.conn.execute(works.limit(1)).scalar()
    fallback: str = step.plan["unit_id"]
    return found or fallback


def party(step: Step, party_id: str, field: str = "party_id") -> Mapping[str, Any]:
    """A party of the plan's municipality. Raises BadInput naming the field.

    Held until the step is settled: nobody's account ends between the look and the giving.
    """
    found = (
        step.conn.execute(
            select(Party.id, Party.name, Party.phone, Party.deactivated_at)
            .where(Party.id == party_id)
            .with_for_update(read=True, key_share=True)
        )
        .mappings()
        .first()
    )
    if found is None or found["deactivated_at"] is not None:
        raise BadInput([(field, "unknown_party", {})])
    return dict(found)


def unit(step: Step, unit_id: str, field: str = "to_unit_id") -> Mapping[str, Any]:
    """A unit. Raises BadInput naming the field."""
    found = (
        step.conn.execute(select(Unit.id, Unit.name).where(Unit.id == unit_id)).mappings().first()
    )
    if found is None:
        raise BadInput([(field, "unknown_unit", {})])
    return dict(found)


def receiving(step: Step, unit_id: str | None, name: str, neighbour: str = "") -> dict[str, Any]:
    """The columns of an offer that name where it goes: an office here, a municipality, or outside.

    Raises BadInput where more than one is named, or a municipality that is asked in its own way.
    """
    if sum(map(bool, (unit_id, name, neighbour))) > 1:
        raise BadInput([("to_neighbour" if neighbour else "to_name", "one_receiver", {})])
    _refuse_known_place(step, name)
    if neighbour:
        return crossing.receiving(step, neighbour)
    if unit_id is None:
        return {"to_name": name}
    found = unit(step, unit_id)
    return {"to_unit_id": found["id"], "to_name": found["name"]}


def _refuse_known_place(step: Step, name: str) -> None:
    """This municipality by its own name, or a neighbour by hand, would be asked by nobody."""
    typed = " ".join(name.split()).casefold().removesuffix(" kommune")
    if not typed:
        return
    own = step.conn.execute(select(MunicipalityRow.name)).scalar() or ""
    if typed == own.casefold().removesuffix(" kommune"):
        raise BadInput([("to_name", "own_place", {})])
    if typed in {one.casefold().removesuffix(" kommune") for _, one in directory.listed(step.conn)}:
        raise BadInput([("to_name", "known_place", {})])


def consent_to_plan(step: Step, source: str) -> None:
    """The person's yes to having a plan at all (pbrl § 2-5)."""
    step.insert(
        Consent,
        giver_id=step.plan.get("person_id"),
        receiver_id=None,
        scope="plan",
        from_at=step.now,
        source=source,
        given_as=giver(step.facts) if step.plan.get("person_id") else "",
        last_discussed_on=step.today,
        recorded_by=step.actor.party_id,
    )


def make_coordinator(step: Step, party_id: str) -> None:
    """A human is coordinator, and responsible, from this instant; an acting one steps back.

    Where the person holds the role a named municipal contact stays.
    """
    unit_id = unit_of(step, party_id)
    if party_id == step.plan.get("person_id"):
        beside = _beside_the_person(step)
        unit_id = unit_of(step, beside)  # whose leader hears what the person's plan waits for
        open_tenure(step, "contact", beside, unit_id)
    else:
        close_tenure(step, "contact")
    open_tenure(step, "coordinator", party_id, unit_id)
    close_tenure(step, "acting")
    responsible(step, party_id, unit_id)
    step.set_plan(service_unit_id=unit_id)
    share_as_coordinator(step, party_id, "app")


def _beside_the_person(step: Step) -> str:
    """The municipal contact: who is it already, else who had the plan, else the coordinating unit."""
    had = step.plan.get("responsible_party_id")
    kept = had if had != step.plan.get("person_id") else contact(step)
    return kept or a_coordinating_human(step)


def make_acting(step: Step, party_id: str) -> None:
    """A named human of the coordinating unit acts from the same second."""
    for role in ("coordinator", "contact"):
        close_tenure(step, role)
    unit_id = unit_of(step, party_id)
    open_tenure(step, "acting", party_id, unit_id)
    responsible(step, party_id, unit_id)


def may_act(step: Step, party_id: str | None, field: str = "acting_id") -> None:
    """Who acts for a vacant plan works in the coordinating unit. Raises BadInput.

    A plan that is brought in from a file keeps whoever the file names.
    """
    party(step, party_id or "", field)
    if step.actor.kind != "operator" and not holds_any(
        step.conn, party_id, step.now, "coordinating"
    ):
        raise BadInput([(field, "not_coordinating", {})])


def change_acting(step: Step, party_id: str) -> None:
    """Another human acts from the same second; beside a person who coordinates, as contact."""
    unit_id = unit_of(step, party_id)
    if contact(step) is not None:
        open_tenure(step, "contact", party_id, unit_id)
        return
    open_tenure(step, "acting", party_id, unit_id)
    responsible(step, party_id, unit_id)


def holds_plan(step: Step, party_id: str) -> bool:
    """Whether somebody coordinates the plan, acts or is its contact now."""
    held = select(Tenure.id).where(
        on_plan(Tenure, step.plan_id, *IN_CHARGE), Tenure.party_id == party_id
    )
    return step.conn.execute(held.limit(1)).first() is not None


def contact(step: Step) -> str | None:
    """The municipal contact beside a person who coordinates her own plan."""
    return step.conn.execute(holder_on(step.plan_id, "contact")).scalar()


def leader(step: Step, party_id: str | None, field: str = "leader_id") -> None:
    """Whoever is named as leader is one. Raises BadInput naming the field."""
    if party_id is None:
        return
    if not holds_any(step.conn, party_id, step.now, "leader"):
        raise BadInput([(field, "not_a_leader", {})])


def own_unit(step: Step, unit_id: str | None, field: str = "unit_id") -> None:
    """The unit is there. Raises BadInput naming the field."""
    if unit_id:
        unit(step, unit_id, field)


def a_coordinating_human(step: Step) -> str:
    """Somebody of the coordinating unit who can act now. Raises NotThere where there is nobody."""
    office = people_in(step.now, "coordinating").order_by(StaffRole.from_at)
    found: str | None = step.conn.execute(office.limit(1)).scalar()
    if found is None:
        raise NotThere("coordinating_unit")
    return found


def answer_days(step: Step, kind: str) -> int:
    """Calendar days that somebody has to answer an offer of this kind, by the plan's policy."""
    code = ANSWERED_WITHIN.get(kind)
    return policies.of_plan(step.facts).kinds[code].length if code else ANSWER_DAYS


def offer(step: Step, kind: str, subject_id: str, **to: Any) -> None:
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
        "first_appointment": "",
        "discharge_on": None,
        **to,
    }
    values.setdefault("expires_at", step.now + timedelta(days=answer_days(step, kind)))
    step.conn.execute(insert(Offer), values)
    step.made.append(("offer", str(values["id"])))
    step.offered = values
    step.note(to=values["to_party_id"], to_unit=values["to_unit_id"])
    step.say(to_name=values["to_name"])


def answer(step: Step, outcome: str, reason: str = "") -> Mapping[str, Any]:
    """Answer the open offer; its row is swapped, so two answers cannot both win."""
    found = step.offer
    done = step.conn.execute(
        update(Offer).where(Offer.id == found["id"], Offer.outcome == ""),
        {
            "outcome": outcome,
            "reason": reason,
            "answered_at": step.now,
            "answered_by": step.actor.party_id,
        },
    )
    if done.rowcount != 1:
        raise NotThere(found["id"])
    crossing.lapse(step, found["id"], outcome)
    step.offered = found
    step.note(offer=found["id"], outcome=outcome)
    step.say(reason=reason)
    return found


def end_offers(step: Step, subject_id: str | None = None, *kinds: str) -> None:
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
    step.conn.execute(update(Offer).where(*ending), {"outcome": "ended", "answered_at": step.now})
