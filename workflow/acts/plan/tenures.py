"""Who is responsible: tenures that begin and end at the same instant, so that nobody is left out."""

from __future__ import annotations

from sqlalchemy import select, update

from workflow.acts.base.context import StepContext
from workflow.acts.base.references import party, unit_of
from workflow.acts.sharing import duty_rows
from workflow.record.access.role_holders import (
    IN_CHARGE,
    holder_on,
    holds_any,
    on_plan,
    people_in,
)
from workflow.record.models import (
    StaffRole,
    Tenure,
)
from workflow.rules.engine.denials import BadInput, NotThere

TENURE = Tenure.__table__


def close_tenure(step: StepContext, role: str) -> None:
    """End the open tenure of a role at this instant, and with it what a coordinator saw by it."""
    query = holder_on(step.plan_id, role)
    holder = step.conn.execute(query).scalar() if role == "coordinator" else None
    held = update(Tenure).where(on_plan(Tenure, step.plan_id, role))
    step.change_rows(held.values(until_at=step.now))
    if holder:
        duty_rows.end_with_tenure(step, holder)


def open_tenure(step: StepContext, role: str, party_id: str | None, unit_id: str | None) -> None:
    """Begin a tenure, ending the one before it at the same instant: no gap, no overlap."""
    close_tenure(step, role)
    step.insert(Tenure, role=role, party_id=party_id, unit_id=unit_id, from_at=step.now)


def responsible(step: StepContext, party_id: str | None, unit_id: str) -> None:
    """Make a human or a unit responsible from this instant (promise P8)."""
    if not step.creates and step.row.machine == "plan" and "id" in step.plan:
        open_tenure(step, "responsible", party_id, unit_id)
    step.set_plan(responsible_party_id=party_id, responsible_unit_id=unit_id)


def make_coordinator(step: StepContext, party_id: str) -> None:
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
    duty_rows.share_as_coordinator(step, party_id)


def _beside_the_person(step: StepContext) -> str:
    """The municipal contact: who is it already, else who had the plan, else the coordinating unit."""
    had = step.plan.get("responsible_party_id")
    kept = had if had != step.plan.get("person_id") else contact(step)
    return kept or a_coordinating_human(step)


def make_acting(step: StepContext, party_id: str) -> None:
    """A named human of the coordinating unit acts from the same second."""
    for role in ("coordinator", "contact"):
        close_tenure(step, role)
    unit_id = unit_of(step, party_id)
    open_tenure(step, "acting", party_id, unit_id)
    responsible(step, party_id, unit_id)


def may_act(step: StepContext, party_id: str | None, field: str = "acting_id") -> None:
    """Who acts for a vacant plan works in the coordinating unit. Raises BadInput.

    A plan that is brought in from a file keeps whoever the file names.
    """
    party(step, party_id or "", field)
    if step.actor.kind != "operator" and not holds_any(
        step.conn, party_id, step.now, "coordinating"
    ):
        raise BadInput([(field, "not_coordinating", {})])


def change_acting(step: StepContext, party_id: str) -> None:
    """Another human acts from the same second; beside a person who coordinates, as contact."""
    unit_id = unit_of(step, party_id)
    if contact(step) is not None:
        open_tenure(step, "contact", party_id, unit_id)
        return
    open_tenure(step, "acting", party_id, unit_id)
    responsible(step, party_id, unit_id)


def holds_plan(step: StepContext, party_id: str) -> bool:
    """Whether somebody coordinates the plan, acts or is its contact now."""
    held = select(Tenure.id).where(
        on_plan(Tenure, step.plan_id, *IN_CHARGE), Tenure.party_id == party_id
    )
    return step.conn.execute(held.limit(1)).first() is not None


def contact(step: StepContext) -> str | None:
    """The municipal contact beside a person who coordinates her own plan."""
    return step.conn.execute(holder_on(step.plan_id, "contact")).scalar()


def a_coordinating_human(step: StepContext) -> str:
    """Somebody of the coordinating unit who can act now. Raises NotThere where there is nobody."""
    office = people_in(step.now, "coordinating").order_by(StaffRole.from_at)
    party_id: str | None = step.conn.execute(office.limit(1)).scalar()
    if party_id is None:
        raise NotThere("coordinating_unit")
    return party_id
