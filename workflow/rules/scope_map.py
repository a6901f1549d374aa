"""Which scope everything in the record belongs to: rows, dates to keep, words, columns; no SQL here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.scopes import (
    CALENDAR,
    DOCUMENTS,
    EVERYTHING,
    GOALS,
    HEALTH,
    MEASURES,
    MESSAGES,
)

ANYBODYS = ""  # who is here, where the plan stands: whoever the plan is shared with at all sees it
UNPLACED = "unplaced"  # what nobody has put in a scope: only who sees everything by law sees it


def _each(scope: str, codes: str) -> dict[str, str]:
    return dict.fromkeys(codes.split(), scope)


# Every row of the tables; a test holds them together. Reviews are of the measures: their refusals
# and their history name them.
SCOPE_OF_ROW: Mapping[str, str] = {
    **_each(ANYBODYS, "P1 P5 P5a P6 P7 P8 P12a P12b P13 P13y P13n P13e P13u P13w P14 P14b P15 P16"),
    **_each(
        ANYBODYS, "P17 P18a P18b P18c P18d P19 P20 P20c P21a P21b P21c P21u P21v P22a P22b P25"
    ),
    **_each(ANYBODYS, "P26a P26b P27o P27 A5 A6 A7 A8 A16 A19 A23 A25 A27 A28 A29 A40"),
    **_each(ANYBODYS, "A33 A34 A37 A38 A39 A41 A42 A43"),
    **_each(GOALS, "A1 A2 A3 A4 A17 A22"),
    **_each(MEASURES, "P10 P11 M1 M2 M4a M4b M5 M6 M7 M8 M9 M10 M11 M12 M13a M13b M13c M13d"),
    **_each(MEASURES, "M14 M15 M16 M17 M18 M19"),
    **_each(CALENDAR, "V1 V2 V3 V4 V5 V7 V8 V9 V10 V11 A24 A26 A30"),
    **_each(MESSAGES, "A9 A10 A11 A12 A13 A13c A18 A21 A31 A32"),
    **_each(DOCUMENTS, "P2 P3 P4 P9 P9d P20b P23 P24a P24b A14 A15 A20 V6"),
    **_each(HEALTH, "A35 A36"),
}

# Kinds of dates to keep; besides this every date is of the calendar.
SCOPE_OF_DEADLINE: Mapping[str, str] = {
    **_each(CALENDAR, "T1 T2.decide T2.reply T3 T4.appoint T4.accept T7 P13.expire T5 T6 T14"),
    **_each(
        CALENDAR, "T8.review T8.conclude P12.until P20.end T9 T9.first T13.expiry T13.relatives"
    ),
    **_each(CALENDAR, "T15.prepare T17 T17.16 T17.18 T18 T20"),
    **_each(MEASURES, "T11 T12 M13.expire M5.start"),
    **_each(MESSAGES, "T16 T19"),
    **_each(DOCUMENTS, "T10.appeal T10.assess T10.forward T15.minutes"),
}

# Words that people wrote, by the name of the field or column, whatever row they came with.
SCOPE_OF_WORDS: Mapping[str, str] = {
    **_each(GOALS, "why most_important service_aim ground_rules own_words clarified goals wished"),
    **_each(MEASURES, "text measures result_words way_of_working why_not_done next_step condition"),
    **_each(MEASURES, "condition_by person_words worker_words changed unmapped system_code"),
    **_each(CALENDAR, "place agenda written_view support_person stand_in short_notice_reason"),
    **_each(MESSAGES, "answer child_said"),
    **_each(DOCUMENTS, "minutes why_long why_coordinated reasons legal_basis archive_case content"),
    **_each(DOCUMENTS, "document_title document_text first_appointment gaps asked_because"),
    **_each(DOCUMENTS, "service_decision_ref"),
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
# Roles in which people are told because the plan is shared with them; an office, the person and
# who is asked are told because of what they are.
SCOPED_ROLES = frozenset(
    {"coordinator", "coordinator_before", "participants", "called", "accountable", "chair",
     "minute_taker", "addressee"}
)  # fmt: skip
# The plan's own columns that hold something of a scope, and what stands there instead.
PLAN_COLUMNS: Mapping[str, Mapping[str, object]] = {
    GOALS: {"most_important": "", "service_aim": "", "ground_rules": ""},
    CALENDAR: {"next_review_on": None, "transition_on": None, "transition_kind": ""},
    HEALTH: {"limits": ""},
}


def scope_of_row(row_id: str) -> str:
    """The scope a row's subject lies in, or nothing."""
    return SCOPE_OF_ROW.get(row_id, UNPLACED)


def scope_told(code: str, role: str, of_deadline: bool) -> str:
    """The scope somebody must see to be told of something in a role; nothing where the role is enough.

    A date to keep reaches the coordinator whatever she sees, as its kind and the plan's number:
    it is her duty by law, and no word of the plan stands in it.
    """
    if role not in SCOPED_ROLES or (of_deadline and role == "coordinator"):
        return ANYBODYS
    return SCOPE_OF_ROW.get(code) or SCOPE_OF_DEADLINE.get(code, ANYBODYS)


def scopes_of_words(key: str) -> tuple[str, ...]:
    """The scopes of an event's words, kept under `form.field` or `table.column`; all must be seen."""
    table, _, name = key.rpartition(".")
    found = (SCOPE_OF_TABLE.get(table, ANYBODYS), SCOPE_OF_WORDS.get(name, ANYBODYS))
    return tuple(scope for scope in found if scope)


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
