"""Which scope everything in the record belongs to: rows, dates to keep, words, columns."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.sharing.scopes import (
    ANYBODYS,
    CALENDAR,
    DOCUMENTS,
    EVERYTHING,
    GOALS,
    HEALTH,
    MEASURES,
    MESSAGES,
    UNPLACED,
)
from workflow.rules.tables import TRANSITIONS


def _each(scope: str, words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), scope)


# Said in each row; gathered here for what is asked by code.
SCOPE_OF_ROW: Mapping[str, str] = {row.name: row.scope for row in TRANSITIONS.values()}
# Kinds of dates to keep.
SCOPE_OF_DEADLINE: Mapping[str, str] = {
    DeadlineCode.ACKNOWLEDGE_REPORT: CALENDAR,
    DeadlineCode.DECIDE_REQUEST: CALENDAR,
    DeadlineCode.PROVISIONAL_REPLY: CALENDAR,
    DeadlineCode.DECIDE_INCOMING: CALENDAR,
    DeadlineCode.APPOINT_COORDINATOR: CALENDAR,
    DeadlineCode.COORDINATOR_ANSWERS: CALENDAR,
    DeadlineCode.START_PLAN: CALENDAR,
    DeadlineCode.FIRST_GOAL: CALENDAR,
    DeadlineCode.DECIDE_INFORMAL_START: CALENDAR,
    DeadlineCode.VACANCY: CALENDAR,
    DeadlineCode.REVIEW: CALENDAR,
    DeadlineCode.CONCLUDE_REVIEW: CALENDAR,
    DeadlineCode.TRANSFER_ANSWER: CALENDAR,
    DeadlineCode.FIRST_APPOINTMENT: CALENDAR,
    DeadlineCode.CONSENT_ENDS: CALENDAR,
    DeadlineCode.DISCUSS_WITH_RELATIVES: CALENDAR,
    DeadlineCode.QUIET_PLAN: CALENDAR,
    DeadlineCode.RESTING_PLAN: CALENDAR,
    DeadlineCode.SETTLE_DUPLICATE: CALENDAR,
    DeadlineCode.MEETING_PREPARED: CALENDAR,
    DeadlineCode.TRANSITION: CALENDAR,
    DeadlineCode.TURNS_16: CALENDAR,
    DeadlineCode.TURNS_18: CALENDAR,
    DeadlineCode.DATA_REQUEST: CALENDAR,
    DeadlineCode.EMERGENCY_FOLLOW_UP: CALENDAR,
    DeadlineCode.PAUSE_ENDS: CALENDAR,
    DeadlineCode.COORDINATOR_OFFER_ENDS: CALENDAR,
    DeadlineCode.CONFIRMATION_ENDS: CALENDAR,
    DeadlineCode.ENDS_BY_DECISION: CALENDAR,
    DeadlineCode.MEASURE_DUE: MEASURES,
    DeadlineCode.MEASURE_EVALUATION: MEASURES,
    DeadlineCode.MEASURE_OFFER_ENDS: MEASURES,
    DeadlineCode.MEASURE_STARTS: MEASURES,
    DeadlineCode.WISH_FOR_COORDINATOR: MESSAGES,
    DeadlineCode.ANSWER_PERSON: MESSAGES,
    DeadlineCode.APPEAL_WINDOW: DOCUMENTS,
    DeadlineCode.ASSESS_COMPLAINT: DOCUMENTS,
    DeadlineCode.FORWARD_COMPLAINT: DOCUMENTS,
    DeadlineCode.GOVERNOR_ANSWERS: DOCUMENTS,
    DeadlineCode.MINUTES_DUE: DOCUMENTS,
}

# Words that people wrote, by the name of the field or column, whatever row they came with.
SCOPE_OF_WORDS: Mapping[str, str] = {
    **_each(GOALS, "why most_important service_aim ground_rules own_words clarified goals wished"),
    **_each(MEASURES, "text measures result_words way_of_working why_not_done next_step condition"),
    **_each(MEASURES, "condition_by person_words worker_words changed unmapped system_code"),
    **_each(CALENDAR, "place agenda written_view support_person stand_in short_notice_reason"),
    **_each(MESSAGES, "answer child_said"),
    **_each(DOCUMENTS, "minutes why_long why_coordinated reasons legal_basis archive_case content"),
    **_each(DOCUMENTS, "document_title document_text first_appointment gaps asked_because answers"),
    **_each(DOCUMENTS, "service_decision_ref paper"),
    **_each(HEALTH, "limits agreed_consequence"),
}
# Tables whose words are of one scope, where the field alone does not say it.
SCOPE_OF_TABLE: Mapping[str, str] = {
    "goal": GOALS,
    "sub_plan": GOALS,
    "measure": MEASURES,
    "meeting": CALENDAR,
    "meeting_party": CALENDAR,
    "wish": MESSAGES,
    "document": DOCUMENTS,
    "decision": DOCUMENTS,
    "complaint": DOCUMENTS,
    "health_note": HEALTH,
}
# Parts in parts of a plan that was brought in, which the event keeps under the file's names for them.
SCOPE_OF_FORM_PART: Mapping[str, str] = {
    "goals": GOALS,
    "sub_plans": GOALS,
    "measures": MEASURES,
    "meetings": CALENDAR,
    "answer": DOCUMENTS,
    "ending": DOCUMENTS,
    "review": MEASURES,
    "health": HEALTH,
}
# Roles in which people are told because the plan is shared with them; an office, the person and
# who is asked are told because of what they are.
SCOPED_ROLES = frozenset(
    {
        "coordinator",
        "coordinator_before",
        "participants",
        "called",
        "accountable",
        "chair",
        "minute_taker",
        "addressee",
    }
)
# The plan's own columns that hold something of a scope, and what stands there instead.
PLAN_COLUMNS: Mapping[str, Mapping[str, object]] = {
    GOALS: {"most_important": "", "service_aim": "", "ground_rules": ""},
    CALENDAR: {"next_review_on": None, "transition_on": None, "transition_kind": ""},
    HEALTH: {"limits": ""},
}


def scope_of_row(step_name: str) -> str:
    """The scope a row's subject lies in, or nothing."""
    return SCOPE_OF_ROW.get(step_name, UNPLACED)


def is_of_sharing(step_name: str) -> bool:
    """Whether a step tells who is let in or out again."""
    row = TRANSITIONS.get(step_name)
    return row is not None and row.of_sharing


def scope_to_notify(code: str, role: str, of_deadline: bool) -> str:
    """The scope somebody must see to be told of something in a role; nothing where the role is enough.

    A date to keep reaches the coordinator whatever she sees, as its kind and the plan's number:
    it is her duty by law, and no word of the plan stands in it.
    """
    if role not in SCOPED_ROLES or (of_deadline and role == "coordinator"):
        return ANYBODYS
    return SCOPE_OF_ROW.get(code) or SCOPE_OF_DEADLINE.get(code, ANYBODYS)


def scopes_of_words(key: str) -> tuple[str, ...]:
    """The scopes of an event's words, kept under `form.field` or `table.column`; all must be seen.

    Words of a plan that was brought in stand deeper (`form.goals.0.own_words`): each part of the
    path has its scope.
    """
    *tables, name = key.split(".")
    scopes = [SCOPE_OF_WORDS.get(name, ANYBODYS)]
    parts = {**SCOPE_OF_TABLE, **SCOPE_OF_FORM_PART}
    scopes += [parts.get(table, ANYBODYS) for table in tables]
    return tuple(scope for scope in dict.fromkeys(scopes) if scope)


# What a stored document holds beside being one: a call has the person's limits and the ground rules, a copy of a plan
# has all of it. A kind nobody has thought of needs every scope.
SCOPES_OF_DOCUMENT: Mapping[str, frozenset[str]] = {
    "letter": frozenset({DOCUMENTS}),
    "complaint": frozenset({DOCUMENTS}),
    "minutes": frozenset({DOCUMENTS, CALENDAR}),
    "call": frozenset({DOCUMENTS, CALENDAR, HEALTH, GOALS}),
    "consent": frozenset({DOCUMENTS}),
}


def scopes_of_document(kind: str) -> frozenset[str]:
    """The scopes a reader must see, all of them, to be given a stored document."""
    return SCOPES_OF_DOCUMENT.get(kind, EVERYTHING)
