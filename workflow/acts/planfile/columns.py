"""Columns that a plan file calls by the same name as the record: read and written alike."""

from __future__ import annotations

PLAN_COLUMNS = tuple(
    "problem person_knows reach_person most_important limits service_aim ground_rules pen_holder "
    "wish_coordinator informal started_on next_review_on resting".split()
)
# How a measure was judged, said once it has been evaluated.
JUDGED = ("outcome", "rating", "result_words", "way_of_working")
MEASURE_COLUMNS = tuple(
    "text state agreed_on due_on due_time look_again_on not_before completed_on evaluated_on "
    "agreed_consequence condition condition_by kind system_code service_decision_ref close_reason "
    "unmet_code".split()
)
MEETING_COLUMNS = tuple(
    "kind state place agenda written_view support_person short_notice_reason held_on minutes "
    "cancel_reason".split()
)
AROUND_COLUMNS = ("kind", "role", "level", "can_do")
