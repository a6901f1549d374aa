"""The MEETING table (domain 5.2b) as data, with its own five states."""

from __future__ import annotations

from workflow.rules import guards as g
from workflow.rules import measure_guards as m
from workflow.rules import plan_guards as p
from workflow.rules.row import CALL, Row
from workflow.rules.scopes import CALENDAR, DOCUMENTS
from workflow.rules.vocabulary import (
    AROUND,
    CALLED,
    CANCELLED,
    COORDINATORS,
    HELD,
    MEETING_STATES,
    MINUTED,
    PLANNED,
    START,
    STATE_BEFORE,
    UNCHANGED,
)

TEAM = (*COORDINATORS, *AROUND)


def _meeting(id: str, trigger: str, sources: tuple[str, ...], dest: str, **rest: object) -> Row:
    """A row of the meeting's table."""
    given: dict[str, object] = {"scope": CALENDAR, "basis": "5.2b", **rest}
    return Row(id, "meeting", trigger, sources, dest, **given)  # type: ignore[arg-type]


MEETING_ROWS = (
    _meeting(
        "V1",
        "plan_meeting",
        (START,),
        PLANNED,
        by=TEAM,
        p=True,
        guards=(g.plan_open, m.meeting_ahead),
        starts=("T15.prepare",),
        meets=("T9.first",),
        tells=("person", "coordinator", "chair"),
    ),
    _meeting(
        "V2",
        "call",
        (PLANNED,),
        CALLED,
        by=TEAM,
        p=True,
        agreed=True,
        guards=(g.person_agreed, m.chair, m.called_in_time, g.plan_open),
        meets=("T15.prepare",),
        tells=("called", "person"),
        urgency=CALL,
    ),
    _meeting(
        "V3",
        "report_absence",
        (CALLED,),
        UNCHANGED,
        by=TEAM,
        p=True,
        guards=(m.called,),
        tells=("chair", "coordinator"),
    ),
    _meeting(
        "V4",
        "move",
        (CALLED,),
        PLANNED,
        by=TEAM,
        p=True,
        guards=(m.chair, p.reason_given, m.meeting_ahead, g.plan_open),
        starts=("T15.prepare",),
        meets=("T9.first",),
        tells=("called", "person"),
        urgency=CALL,
    ),
    _meeting(
        "V5",
        "held",
        (CALLED,),
        HELD,
        by=TEAM,
        p=True,
        guards=(m.minute_taker, m.meeting_time_has_come),
        starts=("T15.minutes",),
        meets=("T5",),
    ),
    _meeting(
        "V6",
        "send_minutes",
        (HELD,),
        MINUTED,
        by=TEAM,
        p=True,
        guards=(m.minute_taker,),
        meets=("T15.minutes",),
        tells=("called", "person"),
        scope=DOCUMENTS,
    ),
    _meeting(
        "V7",
        "cancel_meeting",
        (PLANNED, CALLED),
        CANCELLED,
        by=TEAM,
        p=True,
        guards=(p.reason_given, m.chair),
        meets=("T15.prepare",),
        tells=("called", "person"),
        urgency=CALL,
    ),
    _meeting(
        "V8",
        "take_back_meeting",
        MEETING_STATES,
        STATE_BEFORE,
        by=TEAM,
        p=True,
        guards=(g.plan_open, m.something_to_take_back, m.take_back_in_time),
        starts=("T15.prepare",),
        tells=("coordinator",),
        life=False,
        offer_kinds=(),
        undoes=True,
    ),
    _meeting(
        "V9",
        "reply",
        (CALLED,),
        UNCHANGED,
        by=TEAM,
        p=True,
        guards=(m.called,),
        tells=("chair",),
    ),
    _meeting(
        "V10",
        "prepare",
        (PLANNED, CALLED),
        UNCHANGED,
        by=TEAM,
        p=True,
    ),
)
