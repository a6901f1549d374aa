"""The branch of the relations query for emergency access: one human, one plan, an hour."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, exists, literal_column, select

from workflow.record.access.relation_columns import ME, NOW, branch_columns
from workflow.record.access.role_holders import in_other_role
from workflow.record.in_force import opens_in_emergency
from workflow.record.models import EmergencyAccess, Plan, StaffRole


def emergency_branch(me: CTE) -> Select[Any]:
    """Open emergency access, while a staff role other than administrator's is in force."""
    works_here = exists(
        select(literal_column("1")).where(
            StaffRole.party_id == ME, in_other_role(StaffRole, NOW, "administrator")
        )
    )
    return (
        select(*branch_columns(Plan.id, "emergency"))
        .select_from(Plan)
        .join(EmergencyAccess, EmergencyAccess.plan_id == Plan.id)
        .where(
            Plan.shadow == 0,
            EmergencyAccess.party_id == ME,
            opens_in_emergency(EmergencyAccess, NOW),
            works_here,
        )
    )
