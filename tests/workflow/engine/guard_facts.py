"""What makes each guard pass and what makes it stop, as data for the walks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from workflow.rules.engine.facts import Facts
from workflow.rules.engine.transition import Transition
from workflow.rules.names.steps import MeasureStep
from workflow.rules.sharing.scopes import EVERYTHING

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
TODAY = date(2026, 3, 9)
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def day(count: int) -> date:
    """A day that many calendar days from today."""
    return TODAY + timedelta(days=count)


OFFER: Mapping[str, Any] = {
    "id": "o",
    "from_state": "active",
    "to_party_id": "me",
    "from_party_id": "asker",
    "to_unit_id": None,
    "to_code": None,
    "to_name": "Mona",
    "expires_at": EARLIER,
}
# What holds of a plan where nothing else is said of it.
PLAIN: Mapping[str, Any] = {
    "scopes": EVERYTHING,
    "subject_kind": "person",
    "review_days": 180,
    **dict.fromkeys(
        ("close_reason", "resting", "receiver_name", "accountable_name", "acts_within"), ""
    ),
    **dict.fromkeys(
        (
            "informal",
            "paused",
            "shadow",
            "complaint_open",
            "complaint_new",
            "complaint_forwarded",
            "access_asked",
            "emergency_waits",
            "data_asked",
            "more_time_left",
            "transition_stands",
            "receiver_absent",
            "receiver_shares",
            "built_upon",
            "other_open_plan",
            "goal_ended",
        ),
        False,
    ),
    **dict.fromkeys(("open_measures", "unanswered_measures", "undiscussed_relatives"), ()),
    **dict.fromkeys(
        ("offer", "acting_id", "not_before", "person_age", "stopped_at", "stopped_by"), None
    ),
}
FACTS: Mapping[str, Any] = {
    **PLAIN,
    "actor_id": "me",
    "own_parties": frozenset({"me"}),
    "confirmed_by": "second",
    "lender_id": None,
    "maker_id": "maker",
    "now": NOW,
    "today": TODAY,
    "plan_id": "p",
    "decision_model": "C",
    "outcome": "granted",
    "started_on": day(-40),
    "goals": 1,
    "sees_goals": True,
    "participants": 1,
    "health_notes": 1,
    "receivers": 1,
    "wish_waits": True,
    "most_important": "Huset",
    "consent_to_plan": True,
    "wish_asked": True,
    "coordinator_id": "c",
    "reviewed_on": TODAY,
    "closed_on": TODAY,
    "appeal_until": day(-30),
    "ends_on": day(-1),
    "decision_made_by": "other",
    "tries": (day(-70), day(-40), day(-1)),
    "accountable_id": "me",
    "person_id": "me",
    "accountable_accepted": True,
    "accountable_absent": False,
    "is_chair": True,
    "is_minute_taker": True,
    "is_called": True,
    "starts_at": EARLIER,
    "back_to": "active",
    "back_by": "me",
    "back_at": EARLIER,
    "plan_state": "active",
    "acts_as": "guardian",
    "representatives": ("guardian",),
}
FORM: Mapping[str, Any] = {
    "confirmer_id": None,
    "person_knows": "yes",
    "agreed_how": "spoken",
    "agreed_on": TODAY,
    "why_long": "Ja",
    "why_coordinated": "Ja",
    "wish_coordinator": "Mona",
    "reasons": "Ja",
    "to_party_id": "me",
    "receipt_on": TODAY,
    "next_review_on": day(90),
    "coordinator_id": "c",
    "reason": "Ja",
    "effective_from": day(-40),
    "made_on": TODAY,
    "rating": "good",
    "until_on": day(30),
    "acting_id": "c",
    "goal_id": "g",
    "due_on": day(5),
    "completed_on": TODAY,
    "outcome": "achieved",
    "short_notice_reason": "Ja",
    "starts_on": day(5),
    "gaps": "Nei",
    "received_on": TODAY,
    "expected_on": day(9),
    "person_id": "p",
    "state": "active",
}

Change = tuple[Mapping[str, Any], Mapping[str, Any]]  # facts, form
# Where a guard needs other facts than those above to pass.
PASSES: Mapping[str, Mapping[str, Any]] = {
    "no_open_offer": {"offer": OFFER},
    "offer_not_expired": {"offer": OFFER},
    "not_your_question": {"offer": {**OFFER, "from_party_id": "me"}},
    "not_denied": {"outcome": "denied"},
    "not_paused": {"paused": True},
    "nothing_to_undo": {"resting": "stopped"},
    "not_informal": {"informal": True},
    "nothing_to_take_back": {"offer": None},
    "no_complaint": {"complaint_new": True},
    "complaint_not_forwarded": {"complaint_forwarded": True},
    "no_access_request": {"access_asked": True},
    "no_emergency": {"emergency_waits": True},
    "no_data_request": {"data_asked": True},
    "no_more_time": {"more_time_left": True},
    "no_transition": {"transition_stands": True},
    "undo_too_late": {"offer": {**OFFER, "expires_at": LATER}},
    "offer_is_elsewhere": {"offer": {**OFFER, "to_unit_id": "u"}},
    "offer_is_here": {"offer": {**OFFER, "to_code": "n"}},
    "nobody_acts": {"acting_id": "a"},
    "not_your_representation": {"actor_id": None},
    "persons_own_measure": {"person_id": "kim"},
    "receiver_not_shared_with": {"receiver_shares": True},
}
# What stops each guard.
STOPS: Mapping[str, Change] = {
    "coordinator_works": ({"confirmed_by": None}, {}),
    "not_your_question": ({"offer": OFFER}, {}),
    "second_open_plan": ({"other_open_plan": True}, {}),
    "goals_unread": ({"sees_goals": False}, {}),
    "no_goal": ({"goals": 0}, {}),
    "goal_ended": ({"goal_ended": True}, {}),
    "nobody_around": ({"participants": 0}, {}),
    "no_wish": ({"wish_waits": False}, {}),
    "no_health_note": ({"health_notes": 0}, {}),
    "shared_with_nobody": ({"receivers": 0}, {}),
    "is_duplicate": ({"shadow": True}, {}),
    "reach_person_missing": ({}, {"person_knows": "no"}),
    "consent_missing": ({"consent_to_plan": False}, {"agreed_how": ""}),
    "reporter_needs_consent": ({}, {"agreed_how": ""}),
    "criteria_missing": ({}, {"why_long": ""}),
    "wish_not_asked": ({"wish_asked": False}, {"wish_coordinator": ""}),
    "reasons_missing": ({}, {"reasons": ""}),
    "receiver_missing": ({}, {"to_party_id": None}),
    "receipt_in_future": ({}, {"receipt_on": day(1)}),
    "not_granted": ({"outcome": ""}, {}),
    "not_denied": ({"outcome": "granted"}, {}),
    "coordinator_not_accepted": ({"coordinator_id": None}, {}),
    "nothing_to_start_with": ({"goals": 0, "most_important": ""}, {}),
    "review_date_wrong": ({}, {"next_review_on": day(181)}),
    "informal_needs_leader": ({"decision_model": "A", "confirmed_by": None}, {}),
    "nobody_coordinates": ({"coordinator_id": None}, {"coordinator_id": None}),
    "not_informal": ({"informal": False}, {}),
    "effective_date_wrong": ({}, {"effective_from": day(-41)}),
    "review_incomplete": ({"unanswered_measures": ("k Ringe",)}, {}),
    "rating_missing": ({}, {"rating": ""}),
    "relatives_not_discussed": ({"undiscussed_relatives": ("Mor",)}, {}),
    "pause_too_long": ({}, {"until_on": day(91)}),
    "not_paused": ({"paused": False}, {}),
    "not_active_now": ({"resting": "stopped"}, {}),
    "receiver_absent": ({"receiver_absent": True}, {}),
    "acting_missing": ({}, {"acting_id": None}),
    "appointment_missing": ({}, {"discharge_on": day(5), "gaps": ""}),
    "reason_missing": ({}, {"reason": ""}),
    "review_too_old": ({"reviewed_on": day(-30)}, {}),
    "measures_open": ({"open_measures": ("k Ringe",)}, {}),
    "not_in_use": ({"plan_state": "decided"}, {}),
    "plan_not_in_use": ({"plan_state": "decided"}, {}),
    "not_ended_yet": ({"ends_on": TODAY}, {}),
    "nothing_to_undo": ({"resting": ""}, {}),
    "undo_too_late": ({"offer": OFFER}, {}),
    "too_few_tries": ({"tries": (day(-59), day(-5), TODAY)}, {}),
    "maker_alone": ({"decision_made_by": "me", "confirmed_by": None}, {}),
    "appeal_running": ({"appeal_until": day(-7)}, {}),
    "closed_too_long": ({"closed_on": day(-91)}, {}),
    "was_error": ({"close_reason": "error"}, {}),
    "handed_over": ({"close_reason": "transferred_out"}, {}),
    "nothing_decided": ({"outcome": "", "started_on": None}, {}),
    "person_not_agreed": ({}, {"agreed_how": ""}),
    "agreement_in_future": ({}, {"agreed_on": day(1)}),
    "plan_closed": ({"plan_state": "closed"}, {}),
    "no_open_offer": ({"offer": None}, {}),
    "offer_already_open": ({"offer": OFFER}, {}),
    "offer_not_expired": ({"offer": {**OFFER, "expires_at": LATER}}, {}),
    "offer_is_elsewhere": ({"offer": {**OFFER, "to_code": "n"}}, {}),
    "offer_is_here": ({"offer": OFFER}, {}),
    "offer_is_inside": ({"offer": {**OFFER, "to_unit_id": "u"}}, {}),
    "complaint_open": ({"complaint_open": True}, {}),
    "discharge_stands": (
        {"offer": {**OFFER, "discharge_on": day(9), "to_code": "n"}},
        {"residence_disputed": False},
    ),
    "no_complaint": ({"complaint_new": False}, {}),
    "complaint_not_forwarded": ({"complaint_forwarded": False}, {}),
    "reverse_instead": ({"outcome": "denied"}, {"outcome": "reversed"}),
    "uphold_instead": ({"outcome": "denied"}, {"outcome": "upheld"}),
    "no_access_request": ({"access_asked": False}, {}),
    "no_emergency": ({"emergency_waits": False}, {}),
    "no_data_request": ({"data_asked": False}, {}),
    "no_more_time": ({"more_time_left": False}, {}),
    "no_transition": ({"transition_stands": False}, {}),
    "no_goal_link": ({"goals": 0, "most_important": ""}, {"goal_id": None}),
    "accountable_was_absent": ({"accountable_absent": True}, {"accountable_said_yes": True}),
    "accountable_not_accepted": ({"accountable_accepted": False, "actor_id": "x"}, {}),
    "due_missing": ({}, {"due_on": None}),
    "due_in_past": ({}, {"due_on": day(-1)}),
    "done_in_future": ({}, {"completed_on": day(1)}),
    "already_done": ({"completed_on": TODAY}, {}),
    "why_not_done_missing": ({"completed_on": None}, {}),
    "outcome_missing": ({}, {"outcome": ""}),
    "not_own_measure": ({"accountable_id": "x"}, {}),
    "not_before_ahead": ({"not_before": day(1)}, {}),
    "nothing_to_take_back": ({"built_upon": True}, {}),
    "take_back_too_late": ({"back_by": "x"}, {"reason": ""}),
    "not_chair": ({"is_chair": False}, {}),
    "not_minute_taker": ({"is_chair": False, "is_minute_taker": False}, {}),
    "not_called": ({"is_called": False}, {}),
    "meeting_not_come": ({"starts_at": LATER}, {}),
    "short_notice": ({}, {"short_notice_reason": ""}),
    "meeting_in_past": ({}, {"starts_on": day(-1)}),
    "complaint_in_future": ({}, {"received_on": day(1)}),
    "date_in_past": ({}, {"expected_on": day(-1), "until_on": day(-1)}),
    "nobody_acts": ({"acting_id": None}, {}),
    "persons_own_measure": ({"accountable_id": "kim"}, {}),
    "receiver_not_shared_with": ({"receiver_shares": False}, {"agreed_how": ""}),
    "nothing_shared": ({}, {"party_id": "x", "scopes": []}),
    "parents_give": (
        {"person_age": 9},
        {"party_id": "x", "agreed_how": "spoken", "given_as": "person"},
    ),
    "person_gives": ({"person_age": 17, "acts_as": "parent"}, {"party_id": "x"}),
    "giver_not_representing": ({"representatives": ()}, {"party_id": "x"}),
    "child_not_heard": ({"person_age": 13}, {"party_id": "x", "child_said": ""}),
    "kept_from_parents_wrong": ({}, {"kept_from_parents": True}),
    "sharing_is_old": ({"stopped_at": NOW - timedelta(days=30)}, {"again": True}),
    "nobody_represents": ({"representatives": ()}, {}),
    "not_your_representation": (
        {"relations": frozenset({"representative"})},
        {"representative_id": "x"},
    ),
    "paper_missing": (
        {"relations": frozenset({"coordinating_unit"})},
        {"agreed_how": "", "paper": ""},
    ),
    "beyond_representation": ({"acts_within": "not_sharing"}, {}),
}
# Rows whose evaluation needs a done date rather than none.
DONE_ROWS = frozenset({MeasureStep.EVALUATE})


def facts_for(
    row: Transition, state: str, relation: str, *, form: bool = True, stop: str = "", **more: Any
) -> Facts:
    """Facts under which every guard of the row passes, but the one named in `stop`."""
    given: dict[str, Any] = {**FACTS, "state": state, "relations": frozenset({relation} - {""})}
    given["completed_on"] = TODAY if row.name in DONE_ROWS else None
    if row.machine == "meeting":
        given["back_to"] = "planned"
    for guard in row.guards:
        given.update(PASSES.get(guard.code, {}))
    said: dict[str, Any] = dict(FORM)
    if stop:
        given.update(STOPS[stop][0])
        said.update(STOPS[stop][1])
    given.update(more)
    return Facts(**given, form=SimpleNamespace(**said) if form else None)
