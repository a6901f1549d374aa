"""What guards may look at: one record of facts, looked up only when a guard asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow.rules.scopes import EVERYTHING


class UnknownFact(LookupError):
    """A guard asked for a fact that nobody declared."""


class Facts:
    """The record and context of one act. Pure: given values first, then the defaults below.

    The stored ring subclasses it and looks a fact up in the database the first time a guard
    asks; guards cannot tell the difference. Dates are Norwegian calendar days.
    """

    state: str
    relations: frozenset[str]
    scopes: frozenset[str]
    actor_id: str | None
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
    frozen: bool
    ends_on: date | None
    closed_on: date | None
    reviewed_on: date | None
    review_days: int
    person_id: str | None
    person_knows: str
    wish_asked: bool
    most_important: str
    coordinator_id: str | None
    coordinator_name: str
    consent_to_plan: bool
    goals: int
    open_measures: tuple[str, ...]
    unanswered_measures: tuple[str, ...]
    undiscussed_relatives: tuple[str, ...]
    offer: Mapping[str, Any] | None
    appeal_until: date | None
    decision_made_by: str | None
    complaint_open: bool
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
    givers: tuple[str, ...]
    stopped_at: datetime | None
    stopped_by: str | None

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:
        value = self.find(name)
        self.__dict__[name] = value
        return value

    def find(self, name: str) -> Any:
        """The default of a fact nobody gave. Raises UnknownFact for an undeclared name."""
        if name in DEFAULTS:
            return DEFAULTS[name]
        if name.startswith("__") or name not in Facts.__annotations__:
            raise AttributeError(name)
        raise UnknownFact(name)


DEFAULTS: Mapping[str, Any] = {
    "form": None,
    "scopes": EVERYTHING,
    "actor_id": None,
    "decision_model": "A",
    "subject_kind": "person",
    "outcome": "",
    "close_reason": "",
    "informal": False,
    "started_on": None,
    "paused": False,
    "resting": "",
    "frozen": False,
    "ends_on": None,
    "closed_on": None,
    "reviewed_on": None,
    "review_days": 180,
    "person_id": None,
    "person_knows": "yes",
    "wish_asked": False,
    "most_important": "",
    "coordinator_id": None,
    "coordinator_name": "",
    "consent_to_plan": False,
    "goals": 0,
    "open_measures": (),
    "unanswered_measures": (),
    "undiscussed_relatives": (),
    "offer": None,
    "appeal_until": None,
    "decision_made_by": None,
    "complaint_open": False,
    "access_asked": False,
    "emergency_waits": False,
    "data_asked": False,
    "more_time_left": False,
    "transition_stands": False,
    "tries": (),
    "receiver_absent": False,
    "receiver_shares": False,
    "receiver_name": "",
    "acting_id": None,
    "accountable_id": None,
    "accountable_name": "",
    "accountable_accepted": False,
    "completed_on": None,
    "not_before": None,
    "is_chair": False,
    "is_minute_taker": False,
    "is_called": False,
    "back_to": "",
    "back_by": None,
    "back_at": None,
    "built_upon": False,
    "other_open_plan": False,
    "shadow": False,
    "person_age": None,
    "acts_as": "",
    "acts_within": "",
    "givers": (),
    "stopped_at": None,
    "stopped_by": None,
}
