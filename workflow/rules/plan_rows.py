"""The PLAN table (domain 5.1), gathered; acts that move no state stand in act_rows."""

from __future__ import annotations

from workflow.rules.plan_appeal_rows import APPEAL_ROWS
from workflow.rules.plan_end_rows import END_ROWS, TRANSFER_ROWS
from workflow.rules.plan_request_rows import REQUEST_ROWS
from workflow.rules.plan_use_rows import COORDINATOR_ROWS, USE_ROWS

PLAN_ROWS = (
    *REQUEST_ROWS,
    *USE_ROWS,
    *COORDINATOR_ROWS,
    *TRANSFER_ROWS,
    *END_ROWS,
    *APPEAL_ROWS,
)
