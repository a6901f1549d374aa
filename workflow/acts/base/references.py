"""Whom and which unit a form means: looked up in the record and held, or refused by the name of the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflow.acts.base.context import StepContext
from workflow.record.access.role_holders import units_of
from workflow.record.models import (
    Party,
    StaffRole,
    Unit,
)
from workflow.rules.engine.denials import BadInput


def unit_of(step: StepContext, party_id: str) -> str:
    """The unit a party works in; the plan's own unit for people without a staff role."""
    works = units_of(party_id, step.now).order_by(StaffRole.role)
    unit_id: str | None = step.conn.execute(works.limit(1)).scalar()
    fallback: str = step.plan["unit_id"]
    return unit_id or fallback


def party(step: StepContext, party_id: str, field: str = "party_id") -> Mapping[str, Any]:
    """A party of the plan's municipality. Raises BadInput naming the field.

    Held until the step is settled: nobody's account ends between the look and the giving.
    """
    row = (
        step.conn.execute(
            select(Party.id, Party.name, Party.phone, Party.deactivated_at)
            .where(Party.id == party_id)
            .with_for_update(read=True, key_share=True)
        )
        .mappings()
        .first()
    )
    if row is None or row["deactivated_at"] is not None:
        raise BadInput([(field, "unknown_party", {})])
    return dict(row)


def unit(step: StepContext, unit_id: str, field: str = "to_unit_id") -> Mapping[str, Any]:
    """A unit. Raises BadInput naming the field."""
    row = step.conn.execute(select(Unit.id, Unit.name).where(Unit.id == unit_id)).mappings().first()
    if row is None:
        raise BadInput([(field, "unknown_unit", {})])
    return dict(row)


def own_unit(step: StepContext, unit_id: str | None, field: str = "unit_id") -> None:
    """The unit is there. Raises BadInput naming the field."""
    if unit_id:
        unit(step, unit_id, field)
