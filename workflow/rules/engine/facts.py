"""What guards may look at: one record of facts, looked up only when a guard asks.

A fact that nobody gave is an error and has no default: a default answers where somebody forgot to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any


class UnknownFact(LookupError):
    """A guard asked for a fact that nobody gave."""


class Facts:
    """The record and context of one act. Pure: it knows what it was given.

    The stored ring subclasses it and looks a fact up in the database the first time a guard
    asks; guards cannot tell the difference. Dates are Norwegian calendar days.
    """

    state: str
    relations: frozenset[str]
    scopes: frozenset[str]
    actor_id: str | None
    own_parties: frozenset[str]
    confirmed_by: str | None
    lender_id: str | None
    maker_id: str | None
    now: datetime
    today: date
    form: Any
    decision_model: str
    plan_id: str
    plan_state: str
    subject_kind: str
    outcome: str
    close_reason: str
    informal: bool
    started_on: date | None
    paused: bool
    resting: str
    ends_on: date | None
    closed_on: date | None
    reviewed_on: date | None
    review_days: int
    person_id: str | None
    wish_asked: bool
    most_important: str
    coordinator_id: str | None
    consent_to_plan: bool
    goals: int
    goal_ended: bool
    sees_goals: bool
    participants: int
    health_notes: int
    receivers: int
    wish_waits: bool
    open_measures: tuple[str, ...]
    unanswered_measures: tuple[str, ...]
    undiscussed_relatives: tuple[str, ...]
    offer: Mapping[str, Any] | None
    appeal_until: date | None
    decision_made_by: str | None
    complaint_open: bool
    complaint_new: bool
    complaint_forwarded: bool
    access_asked: bool
    emergency_waits: bool
    data_asked: bool
    more_time_left: bool
    transition_stands: bool
    tries: tuple[date, ...]
    receiver_absent: bool
    receiver_shares: bool
    receiver_name: str
    acting_id: str | None
    accountable_id: str | None
    accountable_name: str
    accountable_accepted: bool
    accountable_absent: bool
    completed_on: date | None
    not_before: date | None
    is_chair: bool
    is_minute_taker: bool
    is_called: bool
    starts_at: datetime
    back_to: str
    back_by: str | None
    back_at: datetime | None
    built_upon: bool
    other_open_plan: bool
    shadow: bool
    person_age: int | None
    acts_as: str
    acts_within: str
    representatives: tuple[str, ...]
    stopped_at: datetime | None
    stopped_by: str | None

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:
        value = self.find(name)
        self.__dict__[name] = value
        return value

    def find(self, name: str) -> Any:
        """A fact nobody gave. Raises UnknownFact, AttributeError for a name that is no fact."""
        if name.startswith("__") or name not in Facts.__annotations__:
            raise AttributeError(name)
        raise UnknownFact(name)
