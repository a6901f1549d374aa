"""The PLAN table (domain 5.1), gathered."""

from __future__ import annotations

from workflow.rules.tables.plan_appeal import APPEAL_ROWS
from workflow.rules.tables.plan_confirmation import CONFIRMATION_ROWS
from workflow.rules.tables.plan_end import END_ROWS, TRANSFER_ROWS
from workflow.rules.tables.plan_in_use import COORDINATOR_ROWS, USE_ROWS
from workflow.rules.tables.plan_request import REQUEST_ROWS

PLAN_TRANSITIONS = (
    *REQUEST_ROWS,
    *USE_ROWS,
    *COORDINATOR_ROWS,
    *TRANSFER_ROWS,
    *END_ROWS,
    *APPEAL_ROWS,
    *CONFIRMATION_ROWS,
)
