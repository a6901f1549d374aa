"""The MEASURE table (domain 5.2) as data; plans and meetings stand beside."""

from __future__ import annotations

from workflow.rules import guards as g
from workflow.rules import measure_guards as m
from workflow.rules import plan_guards as p
from workflow.rules.plan_rows import AGREED
from workflow.rules.row import Row
from workflow.rules.vocabulary import (
    ACTIVE,
    AROUND,
    CLOSED,
    COORDINATORS,
    DECIDED,
    NOT_CLOSED,
    REQUESTED,
    REVIEWED,
    START,
    STATE_BEFORE,
    STATES,
    TRANSFERRED,
    UNCHANGED,
)

TEAM = (*COORDINATORS, *AROUND)


def _measure(id: str, trigger: str, sources: tuple[str, ...], dest: str, **rest: object) -> Row:
    """A row of the measure's table."""
    return Row(id, "measure", trigger, sources, dest, **rest)  # type: ignore[arg-type]


MEASURE_ROWS = (
    _measure(
        "M1", "propose", (START,), REQUESTED,
        by=(*TEAM, "deciding_unit", "coordinating_unit"), p=True,
        guards=(g.plan_open, m.linked), starts=("T19",), tells=("person", "coordinator"), basis="4.5",
    ),
    _measure(
        "M2", "agree", (REQUESTED,), DECIDED,
        by=COORDINATORS, agreed=True,
        guards=(*AGREED, g.plan_open, m.accountable_accepted, m.due_or_look_again, m.due_ahead),
        starts=("T11", "M5.start"), meets=("T19",), tells=("person", "accountable"),
        basis="1.6, litra e–f",
    ),
    _measure(
        "M4a", "refuse", (REQUESTED, DECIDED), CLOSED,
        p=True, meets=("T11", "T19", "M5.start"), tells=("coordinator",), basis="4.14",
    ),
    _measure(
        "M4b", "service_denies", (REQUESTED, DECIDED), CLOSED,
        by=TEAM, guards=(p.reason_given,), meets=("T11", "T19", "M5.start"),
        tells=("person", "coordinator"), basis="1.10, 0.14",
    ),
    _measure(
        "M5", "begin", (DECIDED,), ACTIVE,
        by=("accountable", "clock", *COORDINATORS), p=True,
        guards=(g.plan_in_use, m.start_has_come), meets=("M5.start",), basis="5.2",
    ),
    _measure(
        "M6", "done", (DECIDED, ACTIVE, TRANSFERRED), ACTIVE,
        by=("accountable",), p=True, guards=(m.done_by_today, m.not_done_yet),
        starts=("T12",), meets=("T11", "M5.start"), tells=("coordinator",), basis="4.8",
    ),
    _measure(
        "M7", "evaluate", (ACTIVE,), REVIEWED,
        by=COORDINATORS, p=True, agreed=True,
        guards=(*AGREED, m.done_or_why_not, m.outcome_given),
        meets=("T12", "T11"), tells=("person", "coordinator"), basis="4.10–4.11",
    ),
    _measure(
        "M8", "go_on", (REVIEWED,), ACTIVE,
        by=COORDINATORS, p=True, agreed=True,
        guards=(*AGREED, m.due_or_look_again, m.due_ahead), starts=("T11",),
        tells=("person", "accountable"), basis="4.13",
    ),
    _measure(
        "M9", "close", (REVIEWED,), CLOSED,
        by=COORDINATORS, p=True, agreed=True, guards=AGREED, basis="4.13",
    ),
    _measure(
        "M10", "came_to_nothing", (DECIDED, ACTIVE), UNCHANGED,
        by=("accountable", "helper", *COORDINATORS), p=True,
        tells=("person", "coordinator"), basis="4.12",
    ),
    _measure(
        "M11", "move_date", (DECIDED, ACTIVE), UNCHANGED,
        by=("accountable", *COORDINATORS), p=True,
        guards=(m.own_or_staff, p.reason_given, m.due_or_look_again, m.due_ahead),
        starts=("T11",), tells=("person", "accountable"), basis="civicrm-core#7972",
    ),
    _measure(
        "M12", "offer", (DECIDED, ACTIVE), TRANSFERRED,
        by=("accountable", *COORDINATORS), guards=(g.no_offer_open, p.receiver_named),
        starts=("M13.expire",), tells=("receiver", "person"), basis="0.4",
    ),
    _measure(
        "M13a", "accept", (TRANSFERRED,), STATE_BEFORE,
        by=("receiver",), guards=(g.offer_open,), starts=("T11",), meets=("M13.expire",),
        tells=("person", "coordinator"), basis="0.4",
    ),
    _measure(
        "M13b", "decline", (TRANSFERRED,), STATE_BEFORE,
        by=("receiver",), guards=(g.offer_open,), meets=("M13.expire",),
        tells=("coordinator", "accountable"), basis="0.4",
    ),
    _measure(
        "M13c", "expire", (TRANSFERRED,), STATE_BEFORE,
        by=("clock",), guards=(g.offer_open, g.offer_expired), meets=("M13.expire",),
        tells=("coordinator", "accountable"), basis="casepro#130", life=False,
    ),
    _measure(
        "M13d", "withdraw_offer", (TRANSFERRED,), STATE_BEFORE,
        by=("accountable", *COORDINATORS), guards=(g.offer_open,), meets=("M13.expire",),
        tells=("receiver",), basis="hmislk/hmis#8272",
    ),
    _measure(
        "M14", "cancel", NOT_CLOSED, CLOSED,
        by=COORDINATORS, agreed=True, guards=(*AGREED, p.reason_given),
        meets=("T11", "T12", "T19", "M5.start", "M13.expire"), tells=("person", "accountable"),
        basis="5.2",
    ),
    _measure(
        "M15", "reopen", (CLOSED,), ACTIVE,
        by=COORDINATORS, agreed=True, guards=(*AGREED, g.plan_in_use), starts=("T11",),
        tells=("person", "accountable"), basis="5.2",
    ),
    _measure(
        "M16", "take_back", STATES, STATE_BEFORE,
        by=TEAM, p=True,
        guards=(g.plan_open, m.something_to_take_back, m.take_back_in_time),
        tells=("coordinator",), basis="GDPR art. 16", life=False,
    ),
    _measure(
        "M17", "set_condition", (REQUESTED, DECIDED, ACTIVE), UNCHANGED,
        by=(*COORDINATORS, "participant"), tells=("person",), basis="4.7",
    ),
    _measure(
        "M18", "change_details", (REQUESTED, DECIDED, ACTIVE), UNCHANGED,
        by=COORDINATORS, p=True, tells=("person",), basis="0.13, 4.12, litra f",
    ),
)
