"""Whether what was to be told still holds at the moment it is sent."""

from __future__ import annotations

from workflow.acts.delivery.channel import Channel, PendingDelivery
from workflow.rules.deadlines.kinds import OFFICE_ROLES
from workflow.rules.notices.timing import AT_ONCE


def reason_to_drop(carrier: Channel, row: PendingDelivery) -> str:
    """Why a message must not go out after all, as a code, or nothing.

    left, no_address (or the carrier's own), met, moved, read, not_shared.
    """
    if row.gone:
        return "left"
    if unreachable := carrier.why_not(row):
        return unreachable
    if row.deadline_state and row.deadline_state != "open":
        return "met"
    if row.due_version != row.current_version:
        return "moved"
    if carrier.together and row.read and row.code not in AT_ONCE:
        return "read"
    return "" if may_be_notified(row) else "not_shared"


def may_be_notified(row: PendingDelivery) -> bool:
    """Whether the person still shares with this recipient; an office is told of its deadlines only."""
    if row.plan_id is None or row.for_person:
        return True
    if row.deadline_state and row.role in OFFICE_ROLES:
        return not row.stopped
    return row.hears
