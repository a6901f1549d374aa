"""Which rows are not shared with whom, scope by scope, where everything but that scope is shared; written down."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep

# In the scene of the grid. Every other person and row: not refused for this reason.
NOT_SHARED: Mapping[str, Mapping[str, str]] = {
    "goals": {
        PlanStep.SET_WHAT_MATTERS: "mona vik",
        PlanStep.ADD_GOAL: "mona vik",
        PlanStep.CHANGE_GOAL: "mona vik",
        PlanStep.END_GOAL: "mona vik",
        PlanStep.ADD_SUB_PLAN: "mona vik",
        PlanStep.SET_FRAME: "mona vik",
    },
    "measures": {
        PlanStep.REVIEW: "mona vik",
        PlanStep.CONTINUE: "mona vik",
        MeasureStep.PROPOSE: "frida mona vik ali sara hege",
        MeasureStep.AGREE: "mona vik",
        MeasureStep.REFUSE: "mona vik",
        MeasureStep.SERVICE_DENIES: "mona vik ali",
        MeasureStep.BEGIN: "mona vik",
        MeasureStep.DONE: "mona vik",
        MeasureStep.EVALUATE: "mona vik",
        MeasureStep.GO_ON: "mona vik",
        MeasureStep.CLOSE: "mona vik",
        MeasureStep.CAME_TO_NOTHING: "mona vik",
        MeasureStep.MOVE_DATE: "mona vik",
        MeasureStep.OFFER: "mona vik",
        MeasureStep.WITHDRAW_OFFER: "mona vik",
        MeasureStep.CANCEL: "mona vik",
        MeasureStep.REOPEN: "mona vik",
        MeasureStep.TAKE_BACK: "frida mona vik ali",
        MeasureStep.SET_CONDITION: "mona vik ali",
        MeasureStep.CHANGE_DETAILS: "mona vik",
        MeasureStep.ACCOUNTABLE_LEAVES: "mona vik",
    },
    "calendar": {
        PlanStep.PLANNED_TRANSITION: "mona vik",
        PlanStep.TRANSITION_PREPARED: "mona vik",
        MeetingStep.PLAN: "frida mona vik ali sara hege",
        MeetingStep.CALL: "frida mona vik ali sara hege",
        MeetingStep.REPORT_ABSENCE: "frida mona vik ali sara hege",
        MeetingStep.MOVE: "frida mona vik ali sara hege",
        MeetingStep.HELD: "frida mona vik ali sara hege",
        MeetingStep.CANCEL: "frida mona vik ali sara hege",
        MeetingStep.TAKE_BACK: "frida mona vik ali sara hege",
        MeetingStep.REPLY: "frida mona vik ali sara hege",
        MeetingStep.PREPARE: "frida mona vik ali sara hege",
        MeetingStep.HAND_ON: "mona vik",
    },
    "messages": {
        PlanStep.TALKED: "frida mona vik ali sara hege",
        PlanStep.WRITE: "frida mona vik ali sara hege",
        PlanStep.ANSWER: "mona vik",
        PlanStep.ASK_FOR_STEP: "mona vik",
        PlanStep.WISH_COORDINATOR: "mona vik",
        PlanStep.TOLD_PERSON: "mona vik",
    },
    "documents": {
        PlanStep.COPY_GIVEN: "frida mona vik ali sara hege",
        MeetingStep.SEND_MINUTES: "frida mona vik ali sara hege",
    },
    "health": {
        PlanStep.WRITE_HEALTH: "mona vik sara",
        PlanStep.END_HEALTH: "mona vik sara",
    },
}
