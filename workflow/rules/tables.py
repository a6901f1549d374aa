"""All rows and composites by id and trigger; what a row means stands in its own table."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.act_rows import ACT_ROWS
from workflow.rules.denials import UnknownStep
from workflow.rules.leaving_rows import LEAVING_ROWS
from workflow.rules.measure_rows import MEASURE_ROWS
from workflow.rules.meeting_rows import MEETING_ROWS
from workflow.rules.plan_rows import PLAN_ROWS
from workflow.rules.row import Composite, Row
from workflow.rules.sharing_rows import SHARING_ROWS

EVERY_ROW = (
    *PLAN_ROWS,
    *ACT_ROWS,
    *SHARING_ROWS,
    *MEASURE_ROWS,
    *MEETING_ROWS,
    *LEAVING_ROWS,
)
TABLES: Mapping[str, tuple[Row, ...]] = {
    machine: tuple(row for row in EVERY_ROW if row.machine == machine)
    for machine in ("plan", "measure", "meeting")
}

COMPOSITES = (
    Composite("C1", "report_and_start", ("P1", "P8"), "3.10, 4.4"),
    Composite("C2", "agreed_in_meeting", ("M1", "M2"), "4.5"),
    Composite("C3", "do_it_now", ("M1", "M2", "M5"), "4.10"),
    Composite("C4", "done_and_evaluated", ("M6", "M7", "M9"), "4.8"),
    Composite("C5", "accept_and_start", ("P13y", "P7"), "5.0"),
    Composite("C6", "review_and_continue", ("P10", "P11"), "5.0"),
)

ROWS: Mapping[str, Row] = {row.id: row for table in TABLES.values() for row in table}
UNDOING = frozenset(row.id for row in ROWS.values() if row.undoes)
COMPOSITE_BY_ID: Mapping[str, Composite] = {c.id: c for c in COMPOSITES}
_BY_TRIGGER: Mapping[tuple[str, str], Row] = {(r.machine, r.trigger): r for r in ROWS.values()}


def row(step: str, machine: str = "") -> Row:
    """The row with that id, or that trigger within a machine. Raises UnknownStep."""
    if step in ROWS:
        return ROWS[step]
    machines = (machine,) if machine else tuple(TABLES)
    for name in machines:
        if (name, step) in _BY_TRIGGER:
            return _BY_TRIGGER[name, step]
    raise UnknownStep(step)
