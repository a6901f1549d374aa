"""The MEETING table (domain 5.2b) as data, with its own five states."""

from __future__ import annotations

from workflow.rules.engine import shared_guards as g
from workflow.rules.engine.transition import ABOUT, CALL, TASK, PartyField, Transition
from workflow.rules.engine.vocabulary import (
    CALLED,
    CANCELLED,
    COORDINATORS,
    HELD,
    MEETING_STATES,
    MINUTED,
    PARTICIPANTS,
    PLANNED,
    START,
    STATE_BEFORE,
    UNCHANGED,
)
from workflow.rules.guards import measure_and_meeting as m
from workflow.rules.guards import plan as p
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeetingStep
from workflow.rules.sharing.scopes import CALENDAR, DOCUMENTS

TEAM = (*COORDINATORS, *PARTICIPANTS)


def _meeting(
    name: str, ref: str, sources: tuple[str, ...], dest: str, **rest: object
) -> Transition:
    """A row of the meeting's table."""
    given: dict[str, object] = {"scope": CALENDAR, "basis": "5.2b", **rest}
    return Transition(name, ref, sources, dest, **given)  # type: ignore[arg-type]


MEETING_TRANSITIONS = (
    _meeting(
        MeetingStep.PLAN,
        "V1",
        (START,),
        PLANNED,
        relations=TEAM,
        persons_own=True,
        guards=(g.plan_open, m.meeting_ahead),
        starts=(DeadlineCode.MEETING_PREPARED,),
        meets=(DeadlineCode.FIRST_APPOINTMENT,),
        notifies=("person", "coordinator", "chair"),
        parties=(
            PartyField("party_ids", TASK),
            PartyField("chair_id", TASK),
            PartyField("minute_taker_id", TASK),
        ),
    ),
    _meeting(
        MeetingStep.CALL,
        "V2",
        (PLANNED,),
        CALLED,
        relations=TEAM,
        persons_own=True,
        agreed=True,
        guards=(g.person_agreed, m.chair, m.called_in_time, g.plan_open),
        meets=(DeadlineCode.MEETING_PREPARED,),
        notifies=("called", "person"),
        urgency=CALL,
    ),
    _meeting(
        MeetingStep.REPORT_ABSENCE,
        "V3",
        (CALLED,),
        UNCHANGED,
        relations=TEAM,
        persons_own=True,
        guards=(m.called,),
        notifies=("chair", "coordinator"),
    ),
    _meeting(
        MeetingStep.MOVE,
        "V4",
        (CALLED,),
        PLANNED,
        relations=TEAM,
        persons_own=True,
        guards=(m.chair, p.reason_given, m.moved_ahead, g.plan_open),
        starts=(DeadlineCode.MEETING_PREPARED,),
        meets=(DeadlineCode.FIRST_APPOINTMENT,),
        notifies=("called", "person"),
        urgency=CALL,
    ),
    _meeting(
        MeetingStep.HELD,
        "V5",
        (CALLED,),
        HELD,
        relations=TEAM,
        persons_own=True,
        guards=(m.minute_taker, m.meeting_time_has_come),
        starts=(DeadlineCode.MINUTES_DUE,),
        meets=(DeadlineCode.FIRST_GOAL,),
        parties=(PartyField("came_ids", ABOUT),),
    ),
    _meeting(
        MeetingStep.SEND_MINUTES,
        "V6",
        (HELD,),
        MINUTED,
        relations=TEAM,
        persons_own=True,
        guards=(m.minute_taker,),
        meets=(DeadlineCode.MINUTES_DUE,),
        notifies=("called", "person"),
        scope=DOCUMENTS,
    ),
    _meeting(
        MeetingStep.CANCEL,
        "V7",
        (PLANNED, CALLED),
        CANCELLED,
        relations=TEAM,
        persons_own=True,
        guards=(p.reason_given, m.chair),
        meets=(DeadlineCode.MEETING_PREPARED,),
        notifies=("called", "person"),
        urgency=CALL,
    ),
    _meeting(
        MeetingStep.TAKE_BACK,
        "V8",
        MEETING_STATES,
        STATE_BEFORE,
        relations=TEAM,
        persons_own=True,
        guards=(g.plan_open, m.something_to_take_back, m.take_back_in_time),
        starts=(DeadlineCode.MEETING_PREPARED,),
        notifies=("coordinator",),
        counts_as_activity=False,
        offer_kinds=(),
        undoes=True,
    ),
    _meeting(
        MeetingStep.REPLY,
        "V9",
        (CALLED,),
        UNCHANGED,
        relations=TEAM,
        persons_own=True,
        guards=(m.called,),
        notifies=("chair",),
    ),
    _meeting(
        MeetingStep.PREPARE,
        "V10",
        (PLANNED, CALLED),
        UNCHANGED,
        relations=TEAM,
        persons_own=True,
    ),
)
